"""What may be done with advisory processes."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from advisory.commands import contact
from advisory.domain import process as domain
from advisory.domain import process_parts as parts
from advisory.domain.days import danish_day
from advisory.domain.need import Need
from advisory.domain.process_refusals import EnquiryOfAnotherMunicipality
from advisory.domain.term import value_on
from advisory.store import enquiry as enquiry_store
from advisory.store import process as store
from advisory.store import term as terms
from chassis import outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.geography import provenance_of

SETTINGS = ("school", "youth_education")


async def request(tx: Tx, id: UUID, said: dict[str, Any], *, now: Now) -> None:
    """The municipality's wish for longer help stands.

    Raises: EnquiryMissing, EnquiryOfAnotherMunicipality.
    """
    code = said["municipality_code"]
    if said["enquiry_id"] is not None:
        enquiry = await enquiry_store.for_update(tx, said["enquiry_id"])
        if enquiry.municipality_code != code:
            raise EnquiryOfAnotherMunicipality("The enquiry came from another municipality.", pointer="/enquiry_id")
    provenance = provenance_of(code)
    process = domain.Process(**said, id=id, provenance=provenance, changed_at=now(provenance))
    if process.setting is None and process.institution_type in SETTINGS:
        process = replace(process, setting=process.institution_type)
    await store.save(tx, process)


async def scope(tx: Tx, id: UUID, goals: tuple[str, ...], *, expect: Expect, now: Now) -> None:
    """What is to be reached is clear."""
    process, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.scope(process, goals, at=at))


async def change_scope(tx: Tx, id: UUID, goals: tuple[str, ...], *, reason: str, expect: Expect, now: Now) -> None:
    """Something else is to be reached from now on."""
    process, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.change_scope(process, goals, reason=reason, at=at))


async def agree(
    tx: Tx,
    id: UUID,
    *,
    lead: domain.Lead,
    ends_on: date | None,
    follow_up_months: int | None,
    expect: Expect,
    now: Now,
) -> None:
    """The help is agreed, and the municipality counts as contacted in its quarter."""
    process, at = await _loaded(tx, id, expect, now)
    months = follow_up_months or value_on(await terms.terms(tx), "process_follow_up_months", danish_day(at))
    process, agreed = domain.agree(process, lead=lead, ends_on=ends_on, follow_up_months=months, at=at)
    await store.save(tx, process)
    await contact.note(tx, process.municipality_code, on=danish_day(process.changed_at))
    await outbox.publish(tx, agreed)


async def start(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """The help has begun."""
    process, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.start(process, at=at))


async def pause(tx: Tx, id: UUID, *, reason: str, until: date | None, expect: Expect, now: Now) -> None:
    """The help rests."""
    process, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.pause(process, reason=reason, until=until, at=at))


async def resume(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """The help goes on."""
    process, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.resume(process, at=at))


async def end(tx: Tx, id: UUID, step: Literal["decline", "cancel"], *, reason: str, expect: Expect, now: Now) -> None:
    """The help will not be given, or not any more."""
    process, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.end(process, step, reason=reason, at=at))


async def plan_visit(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """The travelling team is expected."""
    process, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.plan_visit(process, parts.PlannedVisit(**said), at=at))


async def call_off_visit(tx: Tx, id: UUID, place: int, *, reason: str, expect: Expect, now: Now) -> None:
    """The planned visit will not be held."""
    process, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.call_off_visit(process, place, reason=reason, at=at))


async def hold_visit(tx: Tx, id: UUID, said: dict[str, Any], *, planned: int | None, expect: Expect, now: Now) -> None:
    """The visit has been held, and the municipality counts as contacted in its quarter."""
    process, at = await _loaded(tx, id, expect, now)
    visit = parts.Visit(**said)
    process, held = domain.hold_visit(process, visit, planned=planned, at=at)
    await store.save(tx, process)
    await contact.note(tx, process.municipality_code, on=visit.held_on)
    await outbox.publish(tx, *held)


async def identify_need(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """Those who can meet the need hear of it."""
    process, at = await _loaded(tx, id, expect, now)
    process, identified = domain.identify_need(process, Need(uuid4(), **said), at=at)
    await store.save(tx, process)
    await outbox.publish(tx, identified)


async def set_milestone(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect, now: Now) -> None:
    """Something shall be reached by a day."""
    process, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.set_milestone(process, parts.Milestone(**said), at=at))


async def end_milestone(tx: Tx, id: UUID, place: int, *, dropped: str | None, expect: Expect, now: Now) -> None:
    """The milestone is met, or dropped for a reason."""
    process, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.end_milestone(process, place, dropped=dropped, at=at))


async def deliver(
    tx: Tx,
    id: UUID,
    *,
    kind: parts.DeliverableKind,
    what: str | None,
    delivered_on: date | None,
    review_on: date | None,
    expect: Expect,
    now: Now,
) -> None:
    """Something is handed over, to be looked at again when it was agreed, or when the law or the term says."""
    process, at = await _loaded(tx, id, expect, now)
    day = delivered_on or danish_day(at)
    if review_on is None:
        months = value_on(await terms.terms(tx), "deliverable_review_months", danish_day(at))
        review_on = parts.review_day(kind, day, months=months)
    process = domain.deliver(process, kind=kind, what=what, delivered_on=day, review_on=review_on, at=at)
    await store.save(tx, process)


async def complete(tx: Tx, id: UUID, *, reason: str | None, expect: Expect, now: Now) -> None:
    """The help has ended, and the day is set on which its effect is looked at."""
    process, at = await _loaded(tx, id, expect, now)
    process, completed = domain.complete(process, reason=reason, at=at)
    await store.save(tx, process)
    await outbox.publish(tx, completed)


async def postpone_follow_up(tx: Tx, id: UUID, *, to: date, reason: str, expect: Expect, now: Now) -> None:
    """The effect is looked at later."""
    process, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.postpone_follow_up(process, to=to, reason=reason, at=at))


async def follow_up(tx: Tx, id: UUID, *, effect: domain.Effect, note: str | None, expect: Expect, now: Now) -> None:
    """Somebody has looked what became of the help."""
    process, at = await _loaded(tx, id, expect, now)
    process, events = domain.follow_up(process, effect=effect, note=note, at=at)
    await store.save(tx, process)
    await outbox.publish(tx, *events)


async def _loaded(tx: Tx, id: UUID, expect: Expect, now: Now) -> tuple[domain.Process, datetime]:
    process = await store.for_update(tx, id)
    expect(process.revision)
    return process, now(process.provenance)
