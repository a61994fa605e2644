"""What may be done with the duty roster."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4, uuid5

from advisory.domain import duty as domain
from advisory.domain import duty_rules
from advisory.domain.days import danish_day
from advisory.store import duty as store
from chassis import deadlines, mail, outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.advisory import DutyRosterGapFound
from contracts.values import Provenance

LOOK_AHEAD = "duty_roster"
CHALLENGE_SUBJECT = "MÆRK: bekræft kanalen / confirm the channel"
CHALLENGE_BODY = "Koden er {code}. Indtast den i MÆRK.\n\nThe code is {code}. Enter it in MÆRK.\n"
TASK_SUBJECT = "MÆRK: du har en opgave / you have a task"
TASK_BODY = "Log ind i MÆRK og kvittér.\n\nSign in to MÆRK and acknowledge.\n"
"""All that an alarm says by mail: nothing of what it is about, to whoever may look over a shoulder."""


async def register_function(tx: Tx, id: UUID, *, code: str, mailbox: str, provenance: Provenance, now: Now) -> None:
    """The function is known, a code is on its way to it, and the roster is looked at every day from now on."""
    at = now(provenance)
    await _challenge(tx, domain.DutyFunction(id, code, provenance, mailbox, at), at=at)
    await deadlines.set_deadline(
        tx, LOOK_AHEAD, domain.roster_id(provenance), due_at=domain.next_look(at), provenance=provenance
    )


async def move_function(tx: Tx, id: UUID, *, mailbox: str, expect: Expect, now: Now) -> None:
    """The function is reached by another mailbox, as soon as somebody there confirms it."""
    function = await store.function_for_update(tx, id)
    expect(function.version)
    at = now(function.provenance)
    await _challenge(tx, domain.move(function, mailbox=mailbox, at=at), at=at)


async def try_channel(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """A new code is on its way to the function."""
    function = await store.function_for_update(tx, id)
    expect(function.version)
    await _challenge(tx, function, at=now(function.provenance))


async def confirm_channel(tx: Tx, id: UUID, *, challenge: str, expect: Expect, now: Now) -> None:
    """The function's channel is known to work."""
    function = await store.function_for_update(tx, id)
    expect(function.version)
    await store.save_function(tx, domain.confirm_channel(function, challenge=challenge, at=now(function.provenance)))


async def add_shifts(
    tx: Tx, function_id: UUID, *, level: int, days: Sequence[date], begins: time, ends: time, now: Now
) -> list[UUID]:
    """The function is on duty on each of these days.

    Shape: the new shifts' ids, in the order of the days.
    """
    function = await store.function_for_update(tx, function_id)
    at = now(function.provenance)
    rules = await store.rules(tx, danish_day(at))
    shifts = [
        domain.shift(function, id=uuid4(), level=level, day=day, begins=begins, ends=ends, rules=rules, at=at)
        for day in dict.fromkeys(days)
    ]
    await store.save_shifts(tx, shifts)
    return [each.id for each in shifts]


async def cancel_shift(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """Nobody is on duty because of this shift."""
    shift = await store.shift_for_update(tx, id)
    expect(shift.version)
    await store.save_shifts(tx, [domain.cancel(shift, at=now(shift.provenance))])


async def set_rule(tx: Tx, rule: duty_rules.Rule, *, now: Now) -> None:
    """The figure holds from its day on."""
    await store.add_rule(tx, duty_rules.set_rule(rule, today=danish_day(now("actual"))))


async def look_ahead(tx: Tx, roster: UUID, *, at: datetime) -> None:
    """What is missing in the days ahead has been told, to whoever is on duty too, and the next look is tomorrow.

    Functions on duty whose channel is not known to work until then have been sent a new code.
    """
    provenance: Provenance = "actual" if roster == domain.roster_id("actual") else "synthetic"
    revision = await store.next_revision(tx, roster, provenance)
    rules = await store.rules(tx, danish_day(at))
    functions = await store.functions(tx, provenance)
    ahead = await store.shifts(tx, provenance, start=at, end=at + timedelta(days=rules.roster_look_ahead_days))
    found = domain.outlook(functions, ahead, rules=rules, at=at)
    await deadlines.set_deadline(tx, LOOK_AHEAD, roster, due_at=domain.next_look(at), provenance=provenance)
    for each in functions:
        if each.id in found.unproven:
            await _challenge(tx, await store.function_for_update(tx, each.id), at=at)
    if not found.gaps and not found.unproven:
        return
    for shift, function in await store.on_duty(tx, provenance, at=at):
        await mail.post(
            tx, uuid5(shift.id, f"look {danish_day(at)}"), to=function.mailbox, subject=TASK_SUBJECT, body=TASK_BODY
        )
    gap = DutyRosterGapFound(
        subject=roster,
        revision=revision,
        at=at,
        provenance=provenance,
        uncovered_hours=found.uncovered_hours,
        unproven_channel_count=len(found.unproven),
    )
    await outbox.publish(tx, gap)


async def _challenge(tx: Tx, function: domain.DutyFunction, *, at: datetime) -> None:
    code = f"{secrets.randbelow(10**6):06}"
    function = domain.try_channel(function, challenge=code, at=at)
    await store.save_function(tx, function)
    await mail.post(
        tx,
        uuid5(function.id, f"challenge {function.version}"),
        to=function.mailbox,
        subject=CHALLENGE_SUBJECT,
        body=CHALLENGE_BODY.format(code=code),
    )
