"""What may be done with advisory processes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from advisory.commands import contact
from advisory.domain import process as domain
from advisory.domain.days import danish_day
from advisory.domain.need import Need
from advisory.store import enquiry as enquiry_store
from advisory.store import process as store
from chassis import outbox
from chassis.database import Tx
from contracts.event import Event
from contracts.geography import provenance_of
from contracts.values import Provenance

Expect = Callable[[int], None]
Now = Callable[[Provenance], datetime]


async def request(tx: Tx, id: UUID, said: dict[str, Any], *, now: Now) -> None:
    """The municipality's wish for longer help stands.

    Raises: EnquiryMissing, EnquiryOfAnotherMunicipality.
    """
    code = said["municipality_code"]
    if said["enquiry_id"] is not None:
        enquiry = await enquiry_store.for_update(tx, said["enquiry_id"])
        if enquiry.municipality_code != code:
            raise domain.EnquiryOfAnotherMunicipality(
                "The enquiry came from another municipality.", pointer="/enquiry_id"
            )
    provenance = provenance_of(code)
    process = domain.Process(**said, id=id, provenance=provenance, changed_at=now(provenance))
    await store.save(tx, process)


async def take_step(
    tx: Tx, id: UUID, step: domain.Step, *, reason: str | None = None, expect: Expect, now: Now
) -> None:
    """The process has gone one step that nobody else is told of."""
    process, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.step(process, step, at=at, reason=reason))


async def agree(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """The help is agreed, and the municipality counts as contacted in its quarter."""
    process, at = await _loaded(tx, id, expect, now)
    process, agreed = domain.agree(process, at=at)
    await store.save(tx, process)
    await contact.note(tx, process.municipality_code, on=danish_day(process.changed_at))
    await outbox.publish(tx, agreed)


async def hold_visit(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """The visit has been held, and the municipality counts as contacted in its quarter."""
    process, at = await _loaded(tx, id, expect, now)
    visit = domain.Visit(**said)
    process, held = domain.hold_visit(process, visit, at=at)
    await store.save(tx, process)
    await contact.note(tx, process.municipality_code, on=visit.held_on)
    await outbox.publish(tx, *held)


async def identify_need(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """Those who can meet the need hear of it."""
    process, at = await _loaded(tx, id, expect, now)
    await _save(tx, *domain.identify_need(process, Need(uuid4(), **said), at=at))


async def complete(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """The help has ended."""
    process, at = await _loaded(tx, id, expect, now)
    process, completed = domain.complete(process, **said, at=at)
    await _save(tx, process, completed)


async def _loaded(tx: Tx, id: UUID, expect: Expect, now: Now) -> tuple[domain.Process, datetime]:
    process = await store.for_update(tx, id)
    expect(process.version)
    return process, now(process.provenance)


async def _save(tx: Tx, process: domain.Process, *events: Event) -> None:
    await store.save(tx, process)
    await outbox.publish(tx, *events)
