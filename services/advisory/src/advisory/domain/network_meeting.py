"""Meetings of the practitioners' networks, East and West: planned, held or cancelled, with what was agreed to do.

Source: two full days a year in each of the two areas (uim.dk); how many is set by the directory's terms.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from advisory.domain.days import danish_day
from contracts.advisory import NetworkMeetingHeld
from contracts.event import Event
from contracts.problems import Conflict, Invalid, Missing
from contracts.taxonomy import NetworkAreaCode, TopicCode
from contracts.values import Provenance

State = Literal["planned", "held", "cancelled"]
AREAS: tuple[NetworkAreaCode, ...] = ("east", "west")


class MeetingNotPlanned(Conflict):
    """The meeting was held or cancelled."""

    title_da = "Mødet er afholdt eller aflyst"


class MeetingNotHeld(Conflict):
    """Nothing has been agreed on, since the meeting was not held."""

    title_da = "Mødet er ikke afholdt"


class MeetingInFuture(Invalid):
    """A meeting cannot have been held on a day that has not come."""

    title_da = "Mødet ligger i fremtiden"


class ActionMissing(Missing):
    """The meeting agreed on no such thing."""

    title_da = "Aftalen findes ikke"


@dataclass(frozen=True)
class Action:
    """What was agreed to do, by when, and whether it is done."""

    number: int
    text_da: str
    due_on: date
    done_on: date | None = None


@dataclass(frozen=True)
class NetworkMeeting:
    """A meeting. `revision` counts its changes; being held is its only event."""

    id: UUID
    provenance: Provenance
    area: NetworkAreaCode
    planned_on: date
    topics: tuple[TopicCode, ...]
    changed_at: datetime
    agenda: tuple[str, ...] = ()
    revision: int = 1
    state: State = "planned"
    participant_count: int | None = None
    reason: str | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Cadence:
    """How a network's year stands."""

    area: NetworkAreaCode
    held: int
    planned: int
    missing: int


def move(meeting: NetworkMeeting, *, planned_on: date, at: datetime) -> NetworkMeeting:
    """The meeting is planned for another day.

    Raises: MeetingNotPlanned.
    """
    _check_planned(meeting)
    return _changed(meeting, at, planned_on=planned_on)


def set_agenda(meeting: NetworkMeeting, agenda: tuple[str, ...], *, at: datetime) -> NetworkMeeting:
    """The network will talk about this, in this order.

    Raises: MeetingNotPlanned.
    """
    _check_planned(meeting)
    return _changed(meeting, at, agenda=agenda)


def hold(meeting: NetworkMeeting, *, participant_count: int, at: datetime) -> tuple[NetworkMeeting, Event]:
    """The network has met on the day that was planned.

    Raises: MeetingNotPlanned, MeetingInFuture.
    """
    _check_planned(meeting)
    if meeting.planned_on > danish_day(at):
        raise MeetingInFuture("This meeting is planned for a day that has not come; move it if it was held before.")
    meeting = _changed(meeting, at, state="held", participant_count=participant_count)
    return meeting, NetworkMeetingHeld(
        subject=meeting.id,
        revision=1,
        at=meeting.changed_at,
        provenance=meeting.provenance,
        area=meeting.area,
        held_on=meeting.planned_on,
        participant_count=participant_count,
        topics=meeting.topics,
    )


def cancel(meeting: NetworkMeeting, *, reason: str, at: datetime) -> NetworkMeeting:
    """The network does not meet, for that reason.

    Raises: MeetingNotPlanned.
    """
    _check_planned(meeting)
    return _changed(meeting, at, state="cancelled", reason=reason)


def agree(meeting: NetworkMeeting, *, text_da: str, due_on: date, at: datetime) -> NetworkMeeting:
    """The meeting has agreed to do something.

    Raises: MeetingNotHeld.
    """
    if meeting.state != "held":
        raise MeetingNotHeld("What a meeting agrees on is written down once it was held.")
    return _changed(meeting, at, actions=(*meeting.actions, Action(len(meeting.actions) + 1, text_da, due_on)))


def finish(meeting: NetworkMeeting, *, number: int, at: datetime) -> NetworkMeeting:
    """What was agreed on is done; done before, it keeps its day.

    Raises: ActionMissing.
    """
    if not 1 <= number <= len(meeting.actions):
        raise ActionMissing("This meeting agreed on nothing with that number.")
    day = danish_day(at)
    actions = tuple(
        replace(each, done_on=each.done_on or day) if each.number == number else each for each in meeting.actions
    )
    return _changed(meeting, at, actions=actions)


def cadence(meetings: Sequence[NetworkMeeting], *, year: int, wanted: int) -> tuple[Cadence, ...]:
    """How many meetings each network has held and planned in that year, and how many are missing."""
    found: list[Cadence] = []
    for area in AREAS:
        states = [each.state for each in meetings if each.area == area and each.planned_on.year == year]
        held, planned = states.count("held"), states.count("planned")
        found.append(Cadence(area, held, planned, max(0, wanted - held - planned)))
    return tuple(found)


def _check_planned(meeting: NetworkMeeting) -> None:
    if meeting.state != "planned":
        raise MeetingNotPlanned("This meeting was held or cancelled.")


def _changed(meeting: NetworkMeeting, at: datetime, **fields: Any) -> NetworkMeeting:
    return replace(meeting, revision=meeting.revision + 1, changed_at=max(at, meeting.changed_at), **fields)
