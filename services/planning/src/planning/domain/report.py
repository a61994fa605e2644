"""Quarterly reports of an initiative's owner: owed for each quarter at whose end it was under way, and then missed.

A light other than green has a reason. What is said of an earlier quarter changes nothing of what a later one has.
Source: rule 10 of the yearly plan; the days are ours (DECISIONS 43).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from contracts.event import Event
from contracts.planning import InitiativeReported, InitiativeReportEscalated, InitiativeReportOverdue
from contracts.problems import Invalid
from planning.domain.initiative import (
    UNDER_WAY,
    Belonging,
    Course,
    Initiative,
    NothingNew,
    check_under_way,
    move,
    told,
)
from planning.domain.period import Period, danish_day, midnight

DutyState = Literal["open", "overdue", "escalated", "reported", "lapsed"]
OWED: tuple[DutyState, ...] = ("open", "overdue", "escalated")


class ReportReasonMissing(Invalid):
    """A light other than green says why."""

    title_da = "Begrundelsen mangler"


class QuarterNotReportable(Invalid):
    """A report is about the running quarter, or about one for which it is owed."""

    title_da = "Kvartalet kan ikke rapporteres"


@dataclass(frozen=True)
class Report:
    """How the initiative went in a quarter, as its owner said at that moment."""

    quarter: str
    light: Course
    reason: str | None
    at: datetime


@dataclass(frozen=True)
class Duty:
    """A report that is owed, until the end of one day and by the end of another brought before the steering group."""

    id: UUID
    initiative_id: UUID
    quarter: str
    due_on: date
    escalates_on: date
    state: DutyState = "open"

    @property
    def next_at(self) -> datetime | None:
        """When something happens to it by itself, UTC."""
        day = {"open": self.due_on, "overdue": self.escalates_on}.get(self.state)
        return None if day is None else midnight(day + timedelta(days=1))


def owe(
    id: UUID, initiative: Initiative, *, ended_at: datetime, due_days: int, escalation_days: int
) -> tuple[Period, Duty | None]:
    """The quarter that ended at that moment, and the duty to report on it; None unless the initiative is under way."""
    quarter = Period.containing(ended_at - timedelta(microseconds=1), "quarter")
    if initiative.state not in UNDER_WAY:
        return quarter, None
    due_on = danish_day(ended_at) + timedelta(days=due_days - 1)
    return quarter, Duty(id, initiative.id, quarter.name, due_on, due_on + timedelta(days=escalation_days))


def stay_silent(
    initiative: Initiative, duty: Duty, *, of: Belonging, at: datetime
) -> tuple[Initiative, Duty, Event] | None:
    """What silence has brought by this moment; None when there is nothing to say."""
    if duty.next_at is None or at < duty.next_at:
        return None
    overdue = duty.state == "open"
    initiative, event = told(
        initiative,
        InitiativeReportOverdue if overdue else InitiativeReportEscalated,
        of=of,
        at=at,
        quarter=duty.quarter,
        due_on=duty.due_on,
    )
    return initiative, replace(duty, state="overdue" if overdue else "escalated"), event


def report(
    initiative: Initiative,
    light: Course,
    *,
    reason: str | None,
    quarter: str | None,
    duties: Sequence[Duty],
    before: Sequence[Report],
    of: Belonging,
    at: datetime,
) -> tuple[Initiative, Report, Duty | None, list[Event]]:
    """The owner has said how the initiative goes, and goes it so unless a later quarter was reported on already.

    Without a quarter it is about the oldest that is owed, else about the running one. Only what is said once the
    quarter has ended answers the duty. Shape of `duties` and `before`: oldest first.
    Raises: InitiativeEnded, NotUnderWay, ReportReasonMissing, QuarterNotReportable, NothingNew.
    """
    check_under_way(initiative)
    if light != "on_track" and reason is None:
        raise ReportReasonMissing("Say why the initiative is not on track.", pointer="/reason")
    running = Period.containing(at, "quarter").name
    owed = [each for each in duties if each.state in OWED]
    about = quarter or (owed[0].quarter if owed else running)
    if about != running and all(each.quarter != about for each in duties):
        raise QuarterNotReportable(f"The running quarter is {running}; none is owed for {about}.", pointer="/quarter")
    answered = next((replace(each, state="reported") for each in owed if each.quarter == about), None)
    same = [each for each in before if each.quarter == about]
    if answered is None and same and (same[-1].light, same[-1].reason) == (light, reason):
        raise NothingNew("The last report on this quarter says the same.")
    initiative, event = told(initiative, InitiativeReported, of=of, at=at, quarter=about, light=light)
    events = [event]
    if light != initiative.state and all(each.quarter <= about for each in before):
        initiative, moved = move(initiative, light, of=of, at=at)
        events += moved
    return initiative, Report(about, light, reason, at), answered, events
