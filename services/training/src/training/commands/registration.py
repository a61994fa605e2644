"""What can be asked of registrations. The event is locked first, so that seats are given one after the other."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.auth import Principal
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.event import Event
from training.commands.event import loaded, save
from training.domain import registration as domain
from training.domain.event import COORDINATOR, TrainingEvent
from training.domain.registration import Entry, Roster
from training.store.event import EventMissing
from training.store.registration import RegistrationMissing, event_of_registration

Act = Callable[..., tuple[Roster, list[Event]]]


async def register(tx: Tx, event_id: UUID, said: dict[str, Any], *, id: UUID, by: Principal, now: Now) -> None:
    """Somebody has a seat or waits for one.

    Raises: EventMissing also for an event that the caller may not know of.
    """
    entry = Entry(**said)
    before, roster, brought = await loaded(tx, event_id, at=lambda event: now(event.provenance))
    event, coordinator = before.event, by.has_any(COORDINATOR)
    if not coordinator and (event.is_sensitive or not event.announced):
        raise EventMissing("There is no such event.")
    domain.check_registrar(municipality_code=entry.municipality_code, coordinator=coordinator, of=by.municipality_codes)
    roster, events = domain.register(roster, entry, id=id, at=now(event.provenance))
    await save(tx, before, roster, [*brought, *events])


async def cancel_registration(tx: Tx, id: UUID, *, by: Principal, expect: Expect, now: Now) -> None:
    """Somebody does not come, and the first who may have the seat is offered it."""
    await _change(tx, id, domain.withdraw, by=by, expect=expect, now=now)


async def accept_offer(tx: Tx, id: UUID, *, by: Principal, expect: Expect, now: Now) -> None:
    """The seat that was kept is theirs."""
    await _change(tx, id, domain.accept, by=by, expect=expect, now=now)


async def decline_offer(tx: Tx, id: UUID, *, by: Principal, expect: Expect, now: Now) -> None:
    """The seat that was kept is offered to the next."""
    await _change(tx, id, domain.decline, by=by, expect=expect, now=now)


async def _change(tx: Tx, id: UUID, act: Act, *, by: Principal, expect: Expect, now: Now) -> None:
    def at(event: TrainingEvent) -> datetime:
        return now(event.provenance)

    before, roster, brought = await loaded(tx, await event_of_registration(tx, id), at=at)
    registration = before.find(id)
    coordinator = by.has_any(COORDINATOR)
    if not domain.may_see(before.event, registration, coordinator=coordinator, of=by.municipality_codes):
        raise RegistrationMissing("There is no such registration.")
    expect(registration.revision)
    roster, events = act(roster, id, at=at(before.event))
    await save(tx, before, roster, [*brought, *events])
