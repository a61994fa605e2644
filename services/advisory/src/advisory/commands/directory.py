"""What may be done with the directory, and what time does to it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from advisory.domain import directory as domain
from advisory.domain.days import danish_day
from advisory.domain.hours import Opening
from advisory.store import consultant_unit as units
from advisory.store import directory as store
from chassis import deadlines, outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.event import Event
from contracts.geography import is_known, provenance_of
from contracts.problems import Invalid, Missing
from contracts.values import Provenance

GROWS_OLDER = "directory_entry"


class TermsInThePast(Invalid):
    """New terms would change what held before."""

    title_da = "Vilkår kan ikke gælde bagud"


async def enter(tx: Tx, id: UUID, said: dict[str, Any], *, now: Now) -> None:
    """The function is in the directory, unverified."""
    entry = await _made(tx, id, said, now)
    await _save(tx, *domain.enter(entry))


async def verify(tx: Tx, id: UUID, *, by: str, expect: Expect, now: Now) -> None:
    """Somebody in that role has called, and the entry is right."""
    entry, aged, at = await _loaded(tx, id, expect, now)
    terms = domain.terms_on(await store.terms(tx), danish_day(at))
    entry, verified = domain.verify(entry, by=by, terms=terms, at=at)
    await _save(tx, entry, *aged, verified)


async def replace_by(tx: Tx, id: UUID, new_id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """From a day on the function is reached as the new entry says."""
    entry, aged, at = await _loaded(tx, id, expect, now)
    said = {**said, "actor": entry.actor, "scope": entry.scope, "area": entry.area, "provenance": entry.provenance}
    entry, new, told = domain.replace_by(entry, await _made(tx, new_id, said, now), at=at)
    await _save(tx, entry, *aged)
    await _save(tx, new, *told)


async def end(tx: Tx, id: UUID, *, valid_until: date | None, expect: Expect, now: Now) -> None:
    """The function can be reached until that day, by default today, and on it no more."""
    entry, aged, at = await _loaded(tx, id, expect, now)
    entry, ended = domain.end(entry, valid_until=valid_until or danish_day(at), at=at)
    await _save(tx, entry, *aged, ended)


async def grow_older(tx: Tx, id: UUID, *, at: datetime) -> None:
    """What time has brought to the entry by this moment has happened."""
    entry, aged = domain.grow_older(await store.for_update(tx, id), at=at)
    await _save(tx, entry, *aged)


async def coverage_changed(tx: Tx, unit_id: UUID, *, valid_from: date, at: datetime) -> None:
    """Whoever shows the unit's entries is told to read them again."""
    for each in await store.of_unit_for_update(tx, unit_id):
        entry, aged = domain.grow_older(each, at=at)
        entry, changed = domain.coverage_changed(entry, valid_from=valid_from, at=at)
        await _save(tx, entry, *aged, changed)


async def set_terms(tx: Tx, said: dict[str, Any], *, now: Now) -> None:
    """New terms hold from a day on.

    Raises: TermsInThePast.
    """
    terms = domain.Terms(**said)
    if terms.valid_from < danish_day(now("actual")):
        raise TermsInThePast("Terms hold from today or later, so that the past stays as it was.", pointer="/valid_from")
    await store.add_terms(tx, terms)


async def _made(tx: Tx, id: UUID, said: dict[str, Any], now: Now) -> domain.Entry:
    area = said["area"]
    provenance: Provenance = said["provenance"]
    if said["scope"] == "municipality" and area is not None and is_known(area):
        provenance = provenance_of(area)
    if said["scope"] == "unit" and area is not None:
        provenance = (await _unit(tx, area)).provenance
    at = now(provenance)
    hours = None if said["hours"] is None else tuple(Opening(**each) for each in said["hours"])
    fields: dict[str, Any] = {
        **said,
        "provenance": provenance,
        "hours": hours,
        "valid_from": said["valid_from"] or danish_day(at),
    }
    return domain.Entry(id=id, changed_at=at, **fields)


async def _unit(tx: Tx, area: str) -> units.Unit:
    """Raises: AreaUnknown."""
    try:
        return await units.one(tx, UUID(area))
    except (Missing, ValueError):
        raise domain.AreaUnknown("There is no unit of security consultants with this id.", pointer="/area") from None


async def _loaded(tx: Tx, id: UUID, expect: Expect, now: Now) -> tuple[domain.Entry, list[Event], datetime]:
    entry = await store.for_update(tx, id)
    expect(entry.revision)
    at = now(entry.provenance)
    return *domain.grow_older(entry, at=at), at


async def _save(tx: Tx, entry: domain.Entry, *events: Event) -> None:
    await store.save(tx, entry)
    due = domain.next_due(entry)
    if due is None:
        await deadlines.clear_deadline(tx, GROWS_OLDER, entry.id)
    else:
        await deadlines.set_deadline(tx, GROWS_OLDER, entry.id, due_at=due, provenance=entry.provenance)
    await outbox.publish(tx, *events)
