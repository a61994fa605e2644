"""SQL that changes the security consultants' units, or reads in order to change."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from advisory.domain.consultant_unit import Coverage, StandIn, Unit
from advisory.store import rows
from chassis.database import Tx
from contracts.problems import Conflict, Missing


class UnitMissing(Missing):
    """There is no such unit."""

    title_da = "Enheden findes ikke"


class HostHasUnit(Conflict):
    """The municipality hosts a unit already."""

    title_da = "Kommunen har allerede en enhed"


def unit(row: asyncpg.Record) -> Unit:
    """The row as a unit."""
    said: dict[str, Any] = rows.values(row)
    said["coverages"] = tuple(Coverage(**_read(each)) for each in said["coverages"])
    said["stand_ins"] = tuple(StandIn(**_read(each)) for each in said["stand_ins"])
    return Unit(**said)


async def for_update(tx: Tx, id: UUID) -> Unit:
    """The unit, locked until the transaction ends.

    Raises: UnitMissing.
    """
    row = await tx.fetchrow("select * from consultant_units where id = $1 for update", id)
    if row is None:
        raise UnitMissing("There is no such unit of security consultants.")
    return unit(row)


async def one(tx: Tx, id: UUID) -> Unit:
    """The unit.

    Raises: UnitMissing.
    """
    row = await tx.fetchrow("select * from consultant_units where id = $1", id)
    if row is None:
        raise UnitMissing("There is no such unit of security consultants.")
    return unit(row)


async def units(tx: Tx, provenance: str) -> list[Unit]:
    """All units, in the order in which they were entered."""
    found = await tx.fetch("select * from consultant_units where provenance = $1 order by number", provenance)
    return [unit(each) for each in found]


async def save(tx: Tx, unit: Unit) -> None:
    """The unit is as given.

    Raises: HostHasUnit.
    """
    try:
        await rows.put(tx, "consultant_units", unit)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "consultant_units_one_per_host":
            raise HostHasUnit("This municipality hosts a unit already.", pointer="/host_municipality_code") from None
        raise


async def set_capacity(tx: Tx, unit: Unit, week: str, capacity_h: int) -> None:
    """The unit's capacity in that week is as given; what was said before is kept."""
    await tx.execute(
        "insert into unit_capacities (unit_id, week, revision, capacity_h, said_at) values ($1, $2, $3, $4, $5)",
        unit.id,
        week,
        unit.revision,
        capacity_h,
        unit.changed_at,
    )


def _read(period: dict[str, Any]) -> dict[str, Any]:
    """The period with the days and the id that JSON has as text."""
    days = {name: date.fromisoformat(period[name]) for name in ("valid_from", "valid_until") if period[name]}
    return period | days | ({"unit_id": UUID(period["unit_id"])} if "unit_id" in period else {})
