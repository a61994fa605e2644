"""What may be done with enquiries."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from advisory.commands import alarm, contact
from advisory.domain import enquiry as domain
from advisory.domain.days import danish_day
from advisory.domain.need import Need
from advisory.store import enquiry as store
from chassis import deadlines, outbox
from chassis.database import Tx
from contracts.event import Event
from contracts.geography import provenance_of
from contracts.values import Provenance

Expect = Callable[[int], None]
Now = Callable[[Provenance], datetime]
ACUTE_HANDOVER = "acute_handover"


async def register(tx: Tx, id: UUID, said: dict[str, Any], *, received_on: date | None, now: Now) -> None:
    """The enquiry stands, and the municipality counts as contacted in its quarter."""
    provenance = provenance_of(said["municipality_code"])
    at = now(provenance)
    enquiry, registered = domain.register(
        domain.Enquiry(**said, id=id, provenance=provenance, received_on=received_on or danish_day(at), changed_at=at)
    )
    await store.save(tx, enquiry)
    if enquiry.is_municipal:
        await contact.note(tx, enquiry.municipality_code, on=enquiry.received_on)
    await alarm.follow(tx, enquiry)
    await outbox.publish(tx, registered)


async def triage(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """It is known how urgent it is and whose it is; what was not said stays as it was."""
    enquiry, at = await _loaded(tx, id, expect, now)
    kept = {name: getattr(enquiry, name) for name in ("urgency", "concerns_minor", "consent_basis")}
    await _save(tx, domain.triage(enquiry, **kept | {k: v for k, v in said.items() if v is not None}, at=at))


async def hand_over(tx: Tx, id: UUID, *, target: domain.Target, expect: Expect, now: Now) -> None:
    """Somebody else has been asked to take it over."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, *domain.hand_over(enquiry, referral_id=uuid4(), target=target, at=at))


async def acknowledge(tx: Tx, id: UUID, *, referral_id: UUID, expect: Expect, now: Now) -> None:
    """A human has taken over."""
    enquiry, at = await _loaded(tx, id, expect, now)
    enquiry, overdue = domain.escalate(enquiry, referral_id=referral_id, at=at)
    enquiry, acknowledged = domain.acknowledge(enquiry, referral_id=referral_id, at=at)
    await _save(tx, enquiry, *overdue, acknowledged)


async def escalate(tx: Tx, referral_id: UUID, *, at: datetime, now: datetime) -> None:
    """Whoever is on duty now is alarmed if nobody had acknowledged the hand-over by that moment."""
    enquiry = await store.of_referral_for_update(tx, referral_id)
    enquiry, overdue = domain.escalate(enquiry, referral_id=referral_id, at=at)
    await _keep(tx, enquiry, *overdue)
    if overdue:
        await alarm.raise_alarm(tx, enquiry, cause="acknowledgement", about=referral_id, at=now)


async def answer(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """Advice has been given."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, domain.answer(enquiry, **said, at=at))


async def identify_need(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """Those who can meet the need hear of it."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, *domain.identify_need(enquiry, Need(uuid4(), **said), at=at))


async def close(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """The enquiry is closed with everything done that must be."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, *domain.close(enquiry, **said, at=at))


async def _loaded(tx: Tx, id: UUID, expect: Expect, now: Now) -> tuple[domain.Enquiry, datetime]:
    enquiry = await store.for_update(tx, id)
    expect(enquiry.version)
    return enquiry, now(enquiry.provenance)


async def _save(tx: Tx, enquiry: domain.Enquiry, *events: Event) -> None:
    """What somebody has done is kept, and the clocks know of it."""
    await alarm.follow(tx, enquiry)
    await _keep(tx, enquiry, *events)


async def _keep(tx: Tx, enquiry: domain.Enquiry, *events: Event) -> None:
    await store.save(tx, enquiry)
    for each in enquiry.referrals:
        if each.due_at is not None:
            await deadlines.set_deadline(tx, ACUTE_HANDOVER, each.id, due_at=each.due_at, provenance=enquiry.provenance)
        else:
            await deadlines.clear_deadline(tx, ACUTE_HANDOVER, each.id)
    await outbox.publish(tx, *events)
