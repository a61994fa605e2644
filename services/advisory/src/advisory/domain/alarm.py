"""Alarms: somebody on duty must act now, and the chain is climbed until a human says that they have it.

An alarm never stops by itself. It climbs from level to level, passes over what is empty at once, begins anew after the
last, waits for the next shift when nobody is on duty, and returns when it was acknowledged and its cause still stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid5

from advisory.domain.days import DENMARK, danish_day, stamp
from advisory.domain.duty_rules import Rules
from contracts.advisory import AlarmAcknowledged, AlarmEnded, AlarmEscalated, AlarmRaised, AlarmUnheard
from contracts.event import Event
from contracts.problems import Conflict
from contracts.values import LARGEST, Provenance

Cause = Literal["first_answer", "acknowledgement"]
State = Literal["raised", "acknowledged", "ended"]


class AlarmAlreadyAcknowledged(Conflict):
    """A human has it."""

    title_da = "Alarmen er kvitteret"


class AlarmOver(Conflict):
    """What it was about is gone."""

    title_da = "Alarmen er forbi"


@dataclass(frozen=True)
class OnDuty:
    """A function on duty at some moment, its level, and whether its channel is known to work."""

    function_id: UUID
    level: int
    works: bool


@dataclass(frozen=True)
class Notice:
    """A function was told. The id follows from what it says, so that it is never told the same twice."""

    id: UUID
    alarm_id: UUID
    round: int
    level: int
    function_id: UUID
    told_at: datetime


@dataclass(frozen=True)
class Alarm:
    """One alarm about one thing. `level` is how far it has climbed in this round, 0 before anybody was told."""

    id: UUID
    cause: Cause
    about: UUID
    enquiry_id: UUID
    provenance: Provenance
    raised_at: datetime
    changed_at: datetime
    next_at: datetime | None
    state: State = "raised"
    round: int = 1
    level: int = 0
    unheard_at: datetime | None = None
    acknowledged_at: datetime | None = None
    version: int = 1
    revision: int = 1


def raise_alarm(
    *, id: UUID, cause: Cause, about: UUID, enquiry_id: UUID, provenance: Provenance, at: datetime
) -> tuple[Alarm, Event]:
    """The alarm stands, and whoever is on duty is to be told at once."""
    alarm = Alarm(id, cause, about, enquiry_id, provenance, raised_at=at, changed_at=at, next_at=at)
    return alarm, AlarmRaised(**_envelope(alarm), cause=cause)


def climb(
    alarm: Alarm, on_duty: Iterable[OnDuty], *, rules: Rules, at: datetime
) -> tuple[Alarm, list[Notice], list[Event]]:
    """If it is time, the next who are on duty have been told.

    Levels without anybody are passed over at once, and so are those whose channels nobody knows to work, once they have
    been told nevertheless. After the last level the chain begins anew.
    """
    if alarm.next_at is None or alarm.next_at > at:
        return alarm, [], []
    if alarm.state == "acknowledged":
        alarm = replace(alarm, state="raised", round=alarm.round + 1, level=0, acknowledged_at=None)
    by_level: dict[int, list[OnDuty]] = {}
    for each in on_duty:
        by_level.setdefault(each.level, []).append(each)
    if not by_level:
        return _unheard(alarm, rules=rules, at=at)
    ahead = [level for level in sorted(by_level) if level > alarm.level]
    round = alarm.round if ahead else alarm.round + 1
    notices: list[Notice] = []
    level = alarm.level
    for level in ahead or sorted(by_level):
        notices += [
            Notice(uuid5(alarm.id, f"{round} {level} {each}"), alarm.id, round, level, each, at)
            for each in sorted({each.function_id for each in by_level[level]})
        ]
        if any(each.works for each in by_level[level]):
            break
    climbed = round > 1 or alarm.level > 0
    alarm = _changed(
        alarm,
        at,
        round=round,
        level=level,
        next_at=at + timedelta(minutes=rules.alarm_wait_minutes),
        unheard_at=None,
        revision=alarm.revision + climbed,
    )
    events = [AlarmEscalated(**_envelope(alarm), level=level, round=round)] if climbed else []
    return alarm, notices, [*events]


def acknowledge(alarm: Alarm, *, rules: Rules, at: datetime) -> tuple[Alarm, Event]:
    """A human has it. It returns after a while if what it is about still stands then.

    Raises: AlarmOver, AlarmAlreadyAcknowledged.
    """
    if alarm.state == "ended":
        raise AlarmOver("What this alarm was about is gone.", da="Det, alarmen handlede om, er væk.")
    if alarm.state == "acknowledged":
        since = f"{(alarm.acknowledged_at or at).astimezone(DENMARK):%H.%M}"
        raise AlarmAlreadyAcknowledged(
            f"A human has had this alarm since {since}, Danish time.", da=f"Et menneske har haft alarmen siden {since}."
        )
    alarm = _changed(
        alarm,
        at,
        state="acknowledged",
        acknowledged_at=at,
        unheard_at=None,
        next_at=at + timedelta(minutes=rules.alarm_look_again_minutes),
        revision=alarm.revision + 1,
    )
    waited = max(0, (at - alarm.raised_at) // timedelta(minutes=1))
    return alarm, AlarmAcknowledged(**_envelope(alarm), waited_minutes=min(waited, LARGEST))


def end(alarm: Alarm, *, at: datetime) -> tuple[Alarm, list[Event]]:
    """What it was about is gone, so nobody is told any more."""
    if alarm.state == "ended":
        return alarm, []
    alarm = _changed(alarm, at, state="ended", next_at=None, revision=alarm.revision + 1)
    return alarm, [AlarmEnded(**_envelope(alarm), cause=alarm.cause)]


def notice_refused(alarm: Alarm, notice: Notice, on_duty: Iterable[OnDuty], *, at: datetime) -> Alarm:
    """Whoever was told last did not get it, so nobody waits for them when somebody else is next.

    When nobody is, the alarm waits as ever: it must not drum on a mail server that refuses all.
    """
    last = alarm.state == "raised" and (notice.round, notice.level) == (alarm.round, alarm.level)
    if not last or alarm.next_at is None or not any(each.level > alarm.level for each in on_duty):
        return alarm
    return _changed(alarm, at, next_at=min(alarm.next_at, at))


def _unheard(alarm: Alarm, *, rules: Rules, at: datetime) -> tuple[Alarm, list[Notice], list[Event]]:
    """Nobody is there to be told. Trying again in vain is no change of the alarm: it has the version that it had."""
    next_at = at + timedelta(minutes=rules.alarm_unheard_minutes)
    if alarm.unheard_at is not None:
        return replace(alarm, next_at=next_at), [], []
    alarm = _changed(alarm, at, next_at=next_at, unheard_at=at, revision=alarm.revision + 1)
    return alarm, [], [AlarmUnheard(**_envelope(alarm), cause=alarm.cause)]


def _changed(alarm: Alarm, at: datetime, **fields: Any) -> Alarm:
    return replace(alarm, version=alarm.version + 1, changed_at=max(at, alarm.changed_at), **fields)


def _envelope(alarm: Alarm) -> dict[str, Any]:
    return {
        "subject": alarm.id,
        "revision": alarm.revision,
        "at": stamp(danish_day(alarm.changed_at)),
        "provenance": alarm.provenance,
    }
