"""What may be done with the security consultants' units."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from advisory.commands import directory
from advisory.domain import consultant_unit as domain
from advisory.store import consultant_unit as store
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.geography import provenance_of


async def establish(tx: Tx, id: UUID, *, host_municipality_code: str, title_da: str, now: Now) -> None:
    """The unit stands, and covers nothing yet."""
    provenance = provenance_of(host_municipality_code)
    await store.save(tx, domain.Unit(id, provenance, host_municipality_code, title_da, changed_at=now(provenance)))


async def cover(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """The unit covers a region for some time."""
    unit, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.cover(unit, domain.Coverage(**said), at=at))
    await directory.coverage_changed(tx, id, valid_from=said["valid_from"], at=at)


async def end_coverage(tx: Tx, id: UUID, *, region: str, valid_until: date, expect: Expect, now: Now) -> None:
    """The unit covers the region until before that day."""
    unit, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.end_coverage(unit, region, valid_until=valid_until, at=at))
    await directory.coverage_changed(tx, id, valid_from=valid_until, at=at)


async def stand_in(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """Another unit takes this one's calls for some time.

    Raises: UnitMissing.
    """
    unit, at = await _loaded(tx, id, expect, now)
    other = await store.one(tx, said["unit_id"])
    if other.provenance != unit.provenance:
        raise store.UnitMissing("There is no such unit of security consultants.")
    await store.save(tx, domain.stand_in(unit, domain.StandIn(**said), at=at))
    await directory.coverage_changed(tx, id, valid_from=said["valid_from"], at=at)


async def set_capacity(tx: Tx, id: UUID, *, week: str, capacity_h: int, expect: Expect, now: Now) -> None:
    """The unit can take on so much in that week."""
    unit, at = await _loaded(tx, id, expect, now)
    unit = domain.take_on(unit, week, at=at)
    await store.save(tx, unit)
    await store.set_capacity(tx, unit, week, capacity_h)


async def _loaded(tx: Tx, id: UUID, expect: Expect, now: Now) -> tuple[domain.Unit, datetime]:
    unit = await store.for_update(tx, id)
    expect(unit.revision)
    return unit, now(unit.provenance)
