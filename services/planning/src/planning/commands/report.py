"""Owners report on quarters; what they owe falls due, is missed, comes before the steering group, or ends."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from uuid import UUID, uuid4

from chassis import deadlines, outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.event import Event
from planning.domain import report as domain
from planning.domain.initiative import GOING_ON, UNDER_WAY, Belonging, Change, Course, Initiative
from planning.domain.period import Period, danish_day
from planning.domain.report import Duty, Report
from planning.domain.responsibility import check_owner
from planning.domain.term import value_on
from planning.store import initiative as initiatives
from planning.store import report as store
from planning.store import term as terms

QUARTER, REPORT = "quarter", "report"


async def report_initiative(
    tx: Tx,
    id: UUID,
    *,
    light: Course,
    reason: str | None,
    quarter: str | None,
    own: AbstractSet[str] | None,
    expect: Expect,
    now: Now,
) -> None:
    """The initiative is on track, at risk or delayed, and the report that was owed is there."""
    await initiatives.hold_states(tx)
    initiative, of = await initiatives.initiative_for_update(tx, id)
    at = now(of.provenance)
    check_owner(initiative.responsibilities, own, day=danish_day(at))
    expect(initiative.revision)
    before, revision = initiative.state, initiative.revision + 1
    initiative, report, answered, events = await tried_report(
        tx, initiative, light, reason=reason, quarter=quarter, of=of, at=at
    )
    if initiative.state == before:
        await initiatives.save_revision(tx, initiative)
    else:
        await initiatives.save_initiative(tx, initiative, Change(at, reason=reason))
    await store.add_report(tx, id, report, revision=revision)
    if answered is not None:
        await store.save_duty(tx, answered)
        await deadlines.clear_deadline(tx, REPORT, answered.id)
    await outbox.publish(tx, *events)


async def tried_report(
    tx: Tx,
    initiative: Initiative,
    light: Course,
    *,
    reason: str | None,
    quarter: str | None,
    of: Belonging,
    at: datetime,
) -> tuple[Initiative, Report, Duty | None, list[Event]]:
    """What such a report would bring; nothing is kept of it.

    Raises: what `domain.report` raises.
    """
    return domain.report(
        initiative,
        light,
        reason=reason,
        quarter=quarter,
        duties=await store.duties(tx, initiative.id),
        before=await store.reports(tx, initiative.id),
        of=of,
        at=at,
    )


async def follow_initiative(tx: Tx, initiative: Initiative, *, of: Belonging, at: datetime) -> None:
    """Reports are owed from the running quarter on if the initiative is under way, and none once it has ended."""
    if initiative.state in UNDER_WAY:
        ends_at = Period.containing(at, "quarter").ends_at
        await deadlines.set_deadline(tx, QUARTER, initiative.id, due_at=ends_at, provenance=of.provenance)
    elif initiative.state not in GOING_ON:
        await deadlines.clear_deadline(tx, QUARTER, initiative.id)
        for each in await store.lapse_duties(tx, initiative.id):
            await deadlines.clear_deadline(tx, REPORT, each)


async def end_quarter(tx: Tx, id: UUID, *, at: datetime) -> None:
    """The quarter that ended at that moment is to be reported on, and the next one will end."""
    initiative, of = await initiatives.initiative_for_update(tx, id)
    known, day = await terms.terms(tx), danish_day(at)
    quarter, duty = domain.owe(
        uuid4(),
        initiative,
        ended_at=at,
        due_days=value_on(known, "report_due_days", day),
        escalation_days=value_on(known, "report_escalation_days", day),
    )
    if duty is not None:
        await store.add_duty(tx, duty)
        await _wait(tx, duty, of)
        following = Period.containing(quarter.ends_at, "quarter").ends_at
        await deadlines.set_deadline(tx, QUARTER, id, due_at=following, provenance=of.provenance)


async def miss_report(tx: Tx, duty_id: UUID, *, at: datetime) -> None:
    """What silence has brought by this moment has happened."""
    id = await store.initiative_of(tx, duty_id)
    initiative, of = await initiatives.initiative_for_update(tx, id)
    duty = next((each for each in await store.duties(tx, id) if each.id == duty_id), None)
    if duty is not None and (silent := domain.stay_silent(initiative, duty, of=of, at=at)) is not None:
        initiative, duty, event = silent
        await initiatives.save_revision(tx, initiative)
        await store.save_duty(tx, duty)
        await _wait(tx, duty, of)
        await outbox.publish(tx, event)


async def _wait(tx: Tx, duty: Duty, of: Belonging) -> None:
    if (at := duty.next_at) is not None:
        await deadlines.set_deadline(tx, REPORT, duty.id, due_at=at, provenance=of.provenance)
