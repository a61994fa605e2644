"""Meetings of the coordination forum: planned, held or cancelled, and how many a year lacks.

Of a meeting only its codes and its decisions are kept here: no minutes, and nobody's name.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from contracts.problems import Conflict, Invalid
from contracts.values import Provenance
from planning.domain.authority import Authority, check_there
from planning.domain.period import danish_day

State = Literal["planned", "held", "cancelled"]
AgendaItem = Literal[
    "plan_progress",
    "open_decisions",
    "partner_reports",
    "next_plan",
    "priorities",
    "figures",
    "money",
    "legislation",
    "other",
]


class CoordinationMeetingNotPlanned(Conflict):
    """The meeting was held or cancelled."""

    title_da = "Mødet er afholdt eller aflyst"


class CoordinationMeetingNotHeld(Conflict):
    """What was not held has decided nothing."""

    title_da = "Mødet er ikke afholdt"


class CoordinationMeetingInFuture(Invalid):
    """A meeting was not held on a day that has not come."""

    title_da = "Mødet ligger i fremtiden"


class TermsInPast(Invalid):
    """New terms would change what held before."""

    title_da = "Vilkår kan ikke gælde bagud"


@dataclass(frozen=True)
class CoordinationMeeting:
    """A meeting on a day. `represented` are the authorities that were there, `participant_count` how many people."""

    id: UUID
    provenance: Provenance
    planned_on: date
    agenda: tuple[AgendaItem, ...]
    page_url: str | None = None
    state: State = "planned"
    represented: tuple[str, ...] = ()
    participant_count: int | None = None
    reason: str | None = None
    revision: int = 1


@dataclass(frozen=True)
class ForumTerms:
    """How often the forum is to meet, from that day on."""

    provenance: Provenance
    valid_from: date
    meetings_a_year: int


@dataclass(frozen=True)
class ForumYear:
    """How a year of the forum stands; where no terms hold, nothing is wanted and nothing is missing."""

    wanted: int | None
    held: int
    planned: int
    missing: int | None


def move(meeting: CoordinationMeeting, planned_on: date) -> CoordinationMeeting:
    """The meeting is planned for another day.

    Raises: CoordinationMeetingNotPlanned.
    """
    return _changed(meeting, planned_on=planned_on)


def hold(
    meeting: CoordinationMeeting,
    represented: Sequence[str],
    *,
    participant_count: int,
    page_url: str | None,
    known: Mapping[str, Authority],
    at: datetime,
) -> CoordinationMeeting:
    """The forum has met on the day that was planned.

    Shape of `known`: the authorities that there are, by code.
    Raises: CoordinationMeetingNotPlanned, CoordinationMeetingInFuture, AuthorityNotThere.
    """
    held = _changed(
        meeting,
        state="held",
        represented=tuple(dict.fromkeys(represented)),
        participant_count=participant_count,
        page_url=page_url or meeting.page_url,
    )
    if meeting.planned_on > danish_day(at):
        raise CoordinationMeetingInFuture("The day has not come; move the meeting if it was held before.")
    for place, code in enumerate(represented):
        check_there(known.get(code), on=meeting.planned_on, of=meeting.provenance, pointer=f"/represented/{place}")
    return held


def cancel(meeting: CoordinationMeeting, reason: str) -> CoordinationMeeting:
    """The forum does not meet, for that reason.

    Raises: CoordinationMeetingNotPlanned.
    """
    return _changed(meeting, state="cancelled", reason=reason)


def set_terms(terms: ForumTerms, *, at: datetime) -> ForumTerms:
    """The terms hold from their day on.

    Raises: TermsInPast.
    """
    if terms.valid_from < danish_day(at):
        raise TermsInPast("Terms hold from today or later, so that the past stays as it was.", pointer="/valid_from")
    return terms


def terms_on(terms: Collection[ForumTerms], day: date) -> ForumTerms | None:
    """The terms that hold on that day; None before the first."""
    begun = [each for each in terms if each.valid_from <= day]
    return max(begun, key=lambda each: each.valid_from, default=None)


def year_of(states: Sequence[str], terms: ForumTerms | None) -> ForumYear:
    """How a year stands whose meetings are in these states, by the terms that hold at its end."""
    held, planned = states.count("held"), states.count("planned")
    if terms is None:
        return ForumYear(None, held, planned, None)
    wanted = terms.meetings_a_year
    return ForumYear(wanted, held, planned, max(0, wanted - held - planned))


def _changed(meeting: CoordinationMeeting, **fields: Any) -> CoordinationMeeting:
    if meeting.state != "planned":
        raise CoordinationMeetingNotPlanned(f"This meeting was {meeting.state}.")
    return replace(meeting, **fields, revision=meeting.revision + 1)
