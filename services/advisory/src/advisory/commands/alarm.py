"""What raises, climbs, answers and ends alarms, and the clocks before them."""

from datetime import datetime
from uuid import UUID, uuid4

from advisory.commands.duty import TASK_BODY, TASK_SUBJECT
from advisory.domain import alarm as domain
from advisory.domain import duty, response_clock
from advisory.domain.days import danish_day
from advisory.domain.enquiry import Enquiry
from advisory.store import alarm as store
from advisory.store import duty as roster
from advisory.store import enquiry as enquiries
from chassis import deadlines, mail, outbox, telemetry
from chassis.clock import Now
from chassis.database import Tx
from contracts.advisory import AlarmUnheard
from contracts.event import Event
from contracts.values import Provenance

CLIMB = "alarm"
RESPONSE = "response_clock"


async def follow(tx: Tx, enquiry: Enquiry) -> None:
    """The enquiry's clocks say what was just done with it, and alarms end whose cause that has removed."""
    at = enquiry.changed_at
    answered, closed = bool(enquiry.advice) or enquiry.state == "redirected", enquiry.state == "closed"
    changed = response_clock.follow(
        await store.clocks(tx, enquiry.id),
        enquiry_id=enquiry.id,
        provenance=enquiry.provenance,
        urgency=enquiry.urgency,
        answered=answered,
        closed=closed,
        rules=await roster.rules(tx, danish_day(at)),
        at=at,
    )
    for each in changed:
        await _save_clock(tx, each)
    taken = {each.id for each in enquiry.referrals if each.acknowledged_at or each.outcome}
    for alarm in await store.open_of_enquiry_for_update(tx, enquiry.id):
        if closed or (answered if alarm.cause == "first_answer" else alarm.about in taken):
            await _save(tx, *domain.end(alarm, at=at))
            await mail.withdraw(tx, [each.id for each in await store.notices(tx, [alarm.id])])


async def miss(tx: Tx, clock_id: UUID, *, at: datetime) -> None:
    """The clock has run out, if it has, and somebody on duty is told when that is dangerous."""
    enquiry_id = await store.enquiry_of_clock(tx, clock_id)
    if enquiry_id is None:
        return
    enquiry = await enquiries.for_update(tx, enquiry_id)
    clock = next(each for each in await store.clocks(tx, enquiry.id) if each.id == clock_id)
    clock, alarms = response_clock.miss(clock, at=at)
    await _save_clock(tx, clock)
    if alarms:
        await raise_alarm(tx, enquiry, cause="first_answer", about=enquiry.id, at=at)


async def raise_alarm(tx: Tx, enquiry: Enquiry, *, cause: domain.Cause, about: UUID, at: datetime) -> None:
    """Whoever is on duty is told, unless there was an alarm about this before. The enquiry must be locked."""
    if await store.is_raised(tx, cause=cause, about=about):
        return
    alarm, raised = domain.raise_alarm(
        id=uuid4(), cause=cause, about=about, enquiry_id=enquiry.id, provenance=enquiry.provenance, at=at
    )
    await store.save(tx, alarm)
    await outbox.publish(tx, raised)
    await _climb(tx, alarm, at=at)


async def climb(tx: Tx, id: UUID, *, at: datetime) -> None:
    """The next who are on duty have been told, if it is time."""
    await _climb(tx, await store.for_update(tx, id), at=at)


async def acknowledge(tx: Tx, id: UUID, *, now: Now) -> None:
    """A human has the alarm, however far it has climbed since they saw it."""
    alarm = await store.for_update(tx, id)
    at = now(alarm.provenance)
    alarm, acknowledged = domain.acknowledge(alarm, rules=await roster.rules(tx, danish_day(at)), at=at)
    await _save(tx, alarm, [acknowledged])
    await mail.withdraw(tx, [each.id for each in await store.notices(tx, [alarm.id])])


async def mail_refused(tx: Tx, mail_id: UUID, *, now: Now) -> None:
    """The function that the mail was for is not reached by it, and if it was an alarm, the next is told at once."""
    found = await store.of_notice_for_update(tx, mail_id)
    if found is None:
        return
    alarm, notice = found
    at = now(alarm.provenance)
    function = await roster.function_for_update(tx, notice.function_id)
    await roster.save_function(tx, duty.break_channel(function, at=at))
    await _save(tx, domain.notice_refused(alarm, notice, await _on_duty(tx, alarm.provenance, at=at), at=at), [])


async def _climb(tx: Tx, alarm: domain.Alarm, *, at: datetime) -> None:
    rules = await roster.rules(tx, danish_day(at))
    alarm, notices, events = domain.climb(alarm, await _on_duty(tx, alarm.provenance, at=at), rules=rules, at=at)
    if any(isinstance(each, AlarmUnheard) for each in events):
        # Nobody of the desk can be told, so whoever watches the logs is: what is written here may be read by anybody.
        say = telemetry.log.critical if alarm.provenance == "actual" else telemetry.log.warning
        say("alarm that nobody hears", alarm=str(alarm.id), kind=alarm.provenance)
    await store.save(tx, alarm, notices)
    # Who has an older mail of this alarm still waiting, since the mail server was away, gets one and not many.
    told = {each.function_id for each in notices}
    known = await store.notices(tx, [alarm.id])
    await mail.withdraw(tx, [each.id for each in known if each.function_id in told and each not in notices])
    for each in notices:
        function = await roster.function(tx, each.function_id)
        await mail.post(tx, each.id, to=function.mailbox, subject=TASK_SUBJECT, body=TASK_BODY)
    await _save(tx, alarm, events)


async def _on_duty(tx: Tx, provenance: Provenance, *, at: datetime) -> list[domain.OnDuty]:
    rules = await roster.rules(tx, danish_day(at))
    return [
        domain.OnDuty(function.id, shift.level, function.works(at, rules))
        for shift, function in await roster.on_duty(tx, provenance, at=at)
    ]


async def _save(tx: Tx, alarm: domain.Alarm, events: list[Event]) -> None:
    await store.save(tx, alarm)
    if alarm.next_at is None:
        await deadlines.clear_deadline(tx, CLIMB, alarm.id)
    else:
        await deadlines.set_deadline(tx, CLIMB, alarm.id, due_at=alarm.next_at, provenance=alarm.provenance)
    await outbox.publish(tx, *events)


async def _save_clock(tx: Tx, clock: response_clock.ResponseClock) -> None:
    await store.save_clock(tx, clock)
    if clock.alarm_at is None:
        await deadlines.clear_deadline(tx, RESPONSE, clock.id)
    else:
        await deadlines.set_deadline(tx, RESPONSE, clock.id, due_at=clock.alarm_at, provenance=clock.provenance)
