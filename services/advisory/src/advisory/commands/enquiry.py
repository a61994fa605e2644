"""What may be done with enquiries."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from advisory.commands import alarm, contact
from advisory.domain import advising, closing, consent, reassessing
from advisory.domain import enquiry as domain
from advisory.domain.days import danish_day
from advisory.domain.need import Need
from advisory.domain.referral import Outcome as ReferralOutcome
from advisory.domain.referral import Target
from advisory.store import duty as roster
from advisory.store import enquiry as store
from advisory.store import stay_coordination as stays
from chassis import deadlines, idempotency, outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.event import Event
from contracts.geography import provenance_of

ACUTE_HANDOVER = "acute_handover"
REFERRAL = "referral"


async def register(
    tx: Tx, id: UUID, said: dict[str, Any], *, same_as: UUID | None = None, received_on: date | None, now: Now
) -> None:
    """The enquiry stands, in the thread of another about the same matter, and the municipality counts as contacted."""
    provenance = provenance_of(said["municipality_code"])
    at = now(provenance)
    enquiry, registered = domain.register(
        domain.Enquiry(
            **said,
            id=id,
            thread_id=uuid4(),
            provenance=provenance,
            is_repeat=same_as is not None,
            received_on=received_on or danish_day(at),
            changed_at=at,
        )
    )
    if same_as is not None:
        enquiry = advising.join_thread(enquiry, await store.read(tx, same_as), at=at)
    await store.save(tx, enquiry)
    await store.count(tx, enquiry)
    await store.note_step(tx, enquiry, "register", enquiry.note)
    if enquiry.is_municipal:
        await contact.note(tx, enquiry.municipality_code, on=enquiry.received_on)
    await alarm.follow(tx, enquiry)
    await outbox.publish(tx, registered)


async def triage(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """It is known how urgent it is and whose it is; what was not said stays as it was."""
    enquiry, at = await _loaded(tx, id, expect, now)
    kept = _kept(enquiry, said, "urgency", "concerns_minor", "consent_basis")
    await _save(tx, "triage", domain.triage(enquiry, **kept, team=said["team"], at=at))


async def take_up(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """Its team is at work on it."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, "take_up", domain.take_up(enquiry, at=at))


async def reassess(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """It is another team's, or asks for more care; what was not said stays as it was."""
    enquiry, at = await _loaded(tx, id, expect, now)
    kept = _kept(enquiry, said, "team", "urgency", "concerns_minor")
    rules, more = await roster.rules(tx, danish_day(at)), {"topics": said["topics"], "note": said["note"]}
    reassessed = reassessing.reassess(enquiry, **kept, **more, rules=rules, at=at)
    await _save(tx, "reassess", reassessed, note=said["note"])


async def ask_for_consent(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """Consent is sought, by the municipality and as an act of its own."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, "ask_for_consent", consent.ask_for_consent(enquiry, **said, at=at))


async def record_consent(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """Whoever was asked has consented."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, "record_consent", consent.record_consent(enquiry, at=at))


async def anonymise(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """The advice stays, and nobody can be recognised by what is left of the enquiry here, in kept answers neither."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, "anonymise", consent.anonymise(enquiry, thread_id=uuid4(), at=at))
    await store.erase_notes(tx, enquiry.id)
    await stays.unlink(tx, enquiry.id)
    await idempotency.erase(tx, enquiry.id)


async def hand_over(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """Somebody else has been asked to take it over."""
    enquiry, at = await _loaded(tx, id, expect, now)
    rules = await roster.rules(tx, danish_day(at))
    await _save(tx, "hand_over", *domain.hand_over(enquiry, **said, referral_id=uuid4(), rules=rules, at=at))


async def acknowledge(tx: Tx, id: UUID, *, referral_id: UUID, expect: Expect, now: Now) -> None:
    """A human has taken over."""
    enquiry, at = await _loaded(tx, id, expect, now)
    enquiry, overdue = domain.escalate(enquiry, referral_id=referral_id, at=at)
    enquiry, acknowledged = domain.acknowledge(enquiry, referral_id=referral_id, at=at)
    await _save(tx, "acknowledge", enquiry, *overdue, acknowledged)


async def escalate(tx: Tx, referral_id: UUID, *, at: datetime, now: datetime) -> None:
    """A hand-over that nobody had acknowledged by that moment is on the list; of an acute one, duty is alarmed now."""
    before = await store.of_referral_for_update(tx, referral_id)
    enquiry, overdue = domain.escalate(before, referral_id=referral_id, at=at)
    if enquiry != before:
        await _keep(tx, "escalate", enquiry, *overdue)
    if overdue:
        await alarm.raise_alarm(tx, enquiry, cause="acknowledgement", about=referral_id, at=now)


async def settle(tx: Tx, id: UUID, *, referral_id: UUID, outcome: ReferralOutcome, expect: Expect, now: Now) -> None:
    """It is known what became of a hand-over."""
    enquiry, at = await _loaded(tx, id, expect, now)
    enquiry, overdue = domain.escalate(enquiry, referral_id=referral_id, at=at)
    enquiry, told = domain.settle(enquiry, referral_id=referral_id, outcome=outcome, at=at)
    await _save(tx, "settle_referral", enquiry, *overdue, *told)


async def answer(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """Advice has been given."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, "answer", advising.answer(enquiry, **said, at=at), note=said["note"])


async def check_off(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """What was done of the checklist is known."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, "check_off", advising.check_off(enquiry, **said, at=at))


async def redirect(tx: Tx, id: UUID, *, to: Target, expect: Expect, now: Now) -> None:
    """Whoever asked was pointed to somebody else."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, "redirect", advising.redirect(enquiry, to=to, at=at))


async def identify_need(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """Those who can meet the need hear of it."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, "identify_need", *advising.identify_need(enquiry, Need(uuid4(), **said), at=at))


async def join_thread(tx: Tx, id: UUID, *, same_as: UUID, expect: Expect, now: Now) -> None:
    """The enquiry is about the same matter as another."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, "join_thread", advising.join_thread(enquiry, await store.read(tx, same_as), at=at))


async def leave_thread(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """The enquiry is about a matter of its own."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, "leave_thread", domain.changed(enquiry, at, thread_id=uuid4()))


async def close(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """The enquiry is closed with everything done that must be."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, "close", *closing.close(enquiry, **said, at=at))


async def reopen(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """The enquiry is open again."""
    enquiry, at = await _loaded(tx, id, expect, now)
    await _save(tx, "reopen", *closing.reopen(enquiry, at=at))


def _kept(enquiry: domain.Enquiry, said: dict[str, Any], *names: str) -> dict[str, Any]:
    """What was said, and where nothing was, what is so already."""
    return {name: getattr(enquiry, name) if said[name] is None else said[name] for name in names}


async def _loaded(tx: Tx, id: UUID, expect: Expect, now: Now) -> tuple[domain.Enquiry, datetime]:
    enquiry = await store.for_update(tx, id)
    expect(enquiry.revision)
    return enquiry, now(enquiry.provenance)


async def _save(tx: Tx, deed: str, enquiry: domain.Enquiry, *events: Event, note: str | None = None) -> None:
    """What somebody has done is kept, and the clocks know of it."""
    await alarm.follow(tx, enquiry)
    await _keep(tx, deed, enquiry, *events, note=note)


async def _keep(tx: Tx, deed: str, enquiry: domain.Enquiry, *events: Event, note: str | None = None) -> None:
    await store.save(tx, enquiry)
    await store.note_step(tx, enquiry, deed, note)
    for each in enquiry.referrals:
        for kind in (REFERRAL, ACUTE_HANDOVER):
            if each.due_at is not None and kind == (REFERRAL if each.minutes is None else ACUTE_HANDOVER):
                await deadlines.set_deadline(tx, kind, each.id, due_at=each.due_at, provenance=enquiry.provenance)
            else:
                await deadlines.clear_deadline(tx, kind, each.id)
    await outbox.publish(tx, *events)
