"""Advisory processes (rådgivningsforløb): Rejseholdet's longer help, agreed, run with visits, and ended with a result.

A process that concerns exit, or that began with an enquiry, is confidential: it is told with region and quarter only.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from advisory.domain import process_events as told
from advisory.domain.days import danish_day, in_danish, months_later
from advisory.domain.need import Need, add_need
from advisory.domain.process_parts import Deliverable, DeliverableKind, Milestone, PlannedVisit, Scope, Visit
from advisory.domain.process_refusals import (
    DayHasPassed,
    DayInFuture,
    DeliverableMissing,
    FollowUpTooEarly,
    LooseEnds,
    PartMissing,
    StepOutOfOrder,
    VisitNotYetHeld,
)
from contracts.event import Event
from contracts.values import Provenance

State = Literal[
    "requested", "scoped", "agreed", "running", "paused", "completed", "followed_up", "declined", "cancelled"
]
STATES_DA: dict[State, str] = {
    "requested": "ønsket",
    "scoped": "afgrænset",
    "agreed": "aftalt",
    "running": "i gang",
    "paused": "på pause",
    "completed": "gennemført",
    "followed_up": "fulgt op",
    "declined": "afslået",
    "cancelled": "afbrudt",
}
Step = Literal["scope", "agree", "start", "pause", "resume", "follow_up", "decline", "cancel", "complete"]
STEPS: dict[Step, tuple[frozenset[State], State]] = {
    "scope": (frozenset({"requested"}), "scoped"),
    "agree": (frozenset({"scoped"}), "agreed"),
    "start": (frozenset({"agreed"}), "running"),
    "pause": (frozenset({"running"}), "paused"),
    "resume": (frozenset({"paused"}), "running"),
    "complete": (frozenset({"running"}), "completed"),
    "follow_up": (frozenset({"completed"}), "followed_up"),
    "decline": (frozenset({"requested", "scoped"}), "declined"),
    "cancel": (frozenset({"agreed", "running", "paused"}), "cancelled"),
}
"""From which states each step leads where."""
OVER: frozenset[State] = frozenset({"followed_up", "declined", "cancelled"})
AGREED: frozenset[State] = frozenset({"agreed", "running", "paused"})
SCOPED: frozenset[State] = frozenset({"scoped", *AGREED})
Institution = Literal["day_care", "school", "youth_education", "upper_education"]
Lead = Literal["travel_team", "adviser", "security_consultant"]
Effect = Literal["achieved", "partly", "not_achieved", "unknown"]
Part = TypeVar("Part", PlannedVisit, Milestone)


@dataclass(frozen=True)
class Process:
    """One process. `revision` counts its changes and `told` its events, since not every change is told.

    Units: `follow_up_months` after completion.
    """

    id: UUID
    municipality_code: str
    provenance: Provenance
    kind: str
    enquiry_id: UUID | None
    children_youth: Literal["primary", "partly", "no"]
    setting: str | None
    institution_type: Institution | None
    goal: str | None
    changed_at: datetime
    revision: int = 1
    told: int = 0
    state: State = "requested"
    lead: Lead | None = None
    agreed_on: date | None = None
    ends_on: date | None = None
    paused_until: date | None = None
    completed_on: date | None = None
    follow_up_months: int | None = None
    follow_up_due_on: date | None = None
    followed_up_on: date | None = None
    effect: Effect | None = None
    effect_note: str | None = None
    reason: str | None = None
    scopes: tuple[Scope, ...] = ()
    planned_visits: tuple[PlannedVisit, ...] = ()
    visits: tuple[Visit, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    deliverables: tuple[Deliverable, ...] = ()
    needs: tuple[Need, ...] = ()

    @property
    def is_confidential(self) -> bool:
        """Neither its municipality nor its day may be told."""
        return self.kind == "exit_setup" or self.enquiry_id is not None


def end(process: Process, step: Literal["decline", "cancel"], *, reason: str, at: datetime) -> Process:
    """The help will not be given, or not any more, for this reason.

    Raises: StepOutOfOrder.
    """
    return _stepped(process, step, at, reason=reason)


def scope(process: Process, goals: tuple[str, ...], *, at: datetime) -> Process:
    """What is to be reached is clear.

    Raises: StepOutOfOrder.
    """
    return _stepped(process, "scope", at, scopes=(Scope(goals, danish_day(at)),))


def change_scope(process: Process, goals: tuple[str, ...], *, reason: str, at: datetime) -> Process:
    """Something else is to be reached from now on; what was meant before is kept with the reason.

    Raises: StepOutOfOrder.
    """
    _check(process, SCOPED, "A scope is changed in a process that is scoped, agreed, running or paused")
    return _changed(process, at, scopes=(*process.scopes, Scope(goals, danish_day(at), reason)))


def agree(
    process: Process, *, lead: Lead, ends_on: date | None, follow_up_months: int, at: datetime
) -> tuple[Process, Event]:
    """The help is agreed with the municipality, with who leads it and when its effect will be looked at.

    Raises: StepOutOfOrder, DayHasPassed.
    """
    today = danish_day(at)
    if ends_on is not None and ends_on < today:
        raise DayHasPassed("A process cannot end on a day that has passed.", pointer="/ends_on")
    process = _stepped(
        process, "agree", at, agreed_on=today, lead=lead, ends_on=ends_on, follow_up_months=follow_up_months
    )
    process = _told(process)
    return process, told.agreed(process)


def start(process: Process, *, at: datetime) -> Process:
    """The help has begun.

    Raises: StepOutOfOrder.
    """
    return _stepped(process, "start", at)


def pause(process: Process, *, reason: str, until: date | None, at: datetime) -> Process:
    """The help rests for a reason, perhaps until a day.

    Raises: StepOutOfOrder, DayHasPassed.
    """
    if until is not None and until <= danish_day(at):
        raise DayHasPassed("A process rests until a day that lies ahead.", pointer="/until")
    return _stepped(process, "pause", at, reason=reason, paused_until=until)


def resume(process: Process, *, at: datetime) -> Process:
    """The help goes on.

    Raises: StepOutOfOrder.
    """
    return _stepped(process, "resume", at, reason=None, paused_until=None)


def plan_visit(process: Process, visit: PlannedVisit, *, at: datetime) -> Process:
    """The travelling team is expected.

    Raises: StepOutOfOrder, DayHasPassed.
    """
    _check(process, AGREED, "A visit is planned in a process that is agreed, running or paused")
    if visit.planned_on < danish_day(at):
        raise DayHasPassed("A visit is planned for today or a later day.", pointer="/planned_on")
    return _changed(process, at, planned_visits=(*process.planned_visits, visit))


def call_off_visit(process: Process, place: int, *, reason: str, at: datetime) -> Process:
    """The planned visit will not be held, for this reason.

    Raises: StepOutOfOrder, PartMissing.
    """
    _check(process, AGREED, "A planned visit is called off in a process that is agreed, running or paused")
    visit = _open_visit(process, place)
    called_off = replace(visit, state="called_off", reason=reason)
    return _changed(process, at, planned_visits=_with(process.planned_visits, place, called_off))


def hold_visit(process: Process, visit: Visit, *, planned: int | None, at: datetime) -> tuple[Process, list[Event]]:
    """The visit has been held, as planned under this place or unplanned; a confidential process's is told to nobody.

    Raises: StepOutOfOrder, VisitNotYetHeld, PartMissing.
    """
    _check(process, frozenset({"running"}), "A visit belongs to a running process")
    if visit.held_on > danish_day(at):
        raise VisitNotYetHeld("A visit cannot have been held on a day that has not come.", pointer="/held_on")
    plans = process.planned_visits
    if planned is not None:
        plans = _with(plans, planned, replace(_open_visit(process, planned), state="held"))
    process = _changed(process, at, visits=(*process.visits, visit), planned_visits=plans)
    if process.is_confidential:
        return process, []
    process = _told(process)
    return process, [told.visit_held(process, visit)]


def identify_need(process: Process, need: Need, *, at: datetime) -> tuple[Process, Event]:
    """Others know that something is missing; a confidential process says only in which quarter.

    Raises: StepOutOfOrder, NeedAlreadyIdentified.
    """
    if process.state in OVER:
        raise StepOutOfOrder(
            f"A need is seen while a process lasts, and this one is {process.state}.",
            da=f"Et behov registreres, mens forløbet varer, og dette er {STATES_DA[process.state]}.",
        )
    process = _changed(process, at, needs=add_need(process.needs, need))
    return process, told.need_seen(process, need)


def set_milestone(process: Process, milestone: Milestone, *, at: datetime) -> Process:
    """Something shall be reached by that day.

    Raises: StepOutOfOrder, DayHasPassed.
    """
    _check(process, AGREED, "A milestone is set in a process that is agreed, running or paused")
    if milestone.due_on < danish_day(at):
        raise DayHasPassed("A milestone is due today or on a later day.", pointer="/due_on")
    return _changed(process, at, milestones=(*process.milestones, milestone))


def end_milestone(process: Process, place: int, *, dropped: str | None, at: datetime) -> Process:
    """The milestone is met today, or dropped for a reason.

    Raises: StepOutOfOrder, PartMissing.
    """
    _check(process, AGREED, "A milestone is met or dropped in a process that is agreed, running or paused")
    milestone = _part(process.milestones, place)
    if not milestone.is_open:
        raise PartMissing(f"Milestone {place} is met or dropped already.", pointer="/place")
    met_on = None if dropped else danish_day(at)
    ended = replace(milestone, met_on=met_on, dropped=dropped)
    return _changed(process, at, milestones=_with(process.milestones, place, ended))


def deliver(
    process: Process, *, kind: DeliverableKind, what: str | None, delivered_on: date, review_on: date, at: datetime
) -> Process:
    """The process has handed something over.

    Raises: StepOutOfOrder, DayInFuture, DayHasPassed.
    """
    _check(process, frozenset({"running", "paused"}), "Something is delivered by a process that runs or rests")
    if delivered_on > danish_day(at):
        raise DayInFuture("Nothing is delivered on a day that has not come.", pointer="/delivered_on")
    if review_on <= delivered_on:
        raise DayHasPassed("A deliverable is looked at again after it was delivered.", pointer="/review_on")
    delivered = Deliverable(kind, delivered_on, review_on, what)
    return _changed(process, at, deliverables=(*process.deliverables, delivered))


def complete(process: Process, *, reason: str | None, at: datetime) -> tuple[Process, Event]:
    """The help has ended with what it was for, or with the reason why not; its effect is looked at months later.

    Raises: StepOutOfOrder, DeliverableMissing, LooseEnds.
    """
    today = danish_day(at)
    months = process.follow_up_months or 0
    completed = _stepped(
        process, "complete", at, reason=reason, completed_on=today, follow_up_due_on=months_later(today, months)
    )
    if not (process.deliverables or reason):
        raise DeliverableMissing(
            "Say what came out of the process, or why nothing did.",
            da="Angiv, hvad forløbet førte til, eller hvorfor det ikke førte til noget.",
        )
    if any(each.is_open for each in process.milestones) or any(
        each.state == "planned" for each in process.planned_visits
    ):
        raise LooseEnds(
            "Meet or drop the open milestones, and hold or call off the planned visits, first.",
            da="Nå eller opgiv først de åbne milepæle, og afhold eller aflys de planlagte besøg.",
        )
    completed = _told(completed)
    return completed, told.completed(completed)


def postpone_follow_up(process: Process, *, to: date, reason: str, at: datetime) -> Process:
    """It was too early to see an effect: somebody looks again that day.

    Raises: StepOutOfOrder, DayHasPassed.
    """
    _check(process, frozenset({"completed"}), "A follow-up is postponed when the process is completed")
    if to <= danish_day(at):
        raise DayHasPassed("A follow-up is postponed to a day that lies ahead.", pointer="/to")
    return _changed(process, at, follow_up_due_on=to, effect_note=reason)


def follow_up(process: Process, *, effect: Effect, note: str | None, at: datetime) -> tuple[Process, list[Event]]:
    """Somebody has looked what became of the help.

    Raises: StepOutOfOrder, FollowUpTooEarly.
    """
    today = danish_day(at)
    followed = _stepped(process, "follow_up", at, effect=effect, effect_note=note, followed_up_on=today)
    if process.follow_up_due_on is not None and today < process.follow_up_due_on:
        raise FollowUpTooEarly(
            f"The effect is looked at on {process.follow_up_due_on} at the earliest.",
            da=f"Virkningen kan tidligst vurderes den {in_danish(process.follow_up_due_on)}.",
        )
    followed = _told(followed)
    if followed.is_confidential:
        return followed, [told.followed_up(followed)]
    return (assessed := _told(followed)), [told.followed_up(followed), told.effect_assessed(assessed)]


def _check(process: Process, states: frozenset[State], sentence: str) -> None:
    if process.state not in states:
        raise StepOutOfOrder(
            f"{sentence}, and this one is {process.state}.",
            da=f"Dette trin hører til et forløb, der er {_either(states)}, og dette er {STATES_DA[process.state]}.",
        )


def _either(states: frozenset[State]) -> str:
    *others, last = (danish for state, danish in STATES_DA.items() if state in states)
    return f"{', '.join(others)} eller {last}" if others else last


def _stepped(process: Process, step: Step, at: datetime, **fields: Any) -> Process:
    before, after = STEPS[step]
    _check(process, before, f"This step is for a process that is {' or '.join(sorted(before))}")
    return _changed(process, at, state=after, **fields)


def _changed(process: Process, at: datetime, **fields: Any) -> Process:
    return replace(process, revision=process.revision + 1, changed_at=max(at, process.changed_at), **fields)


def _told(process: Process) -> Process:
    return replace(process, told=process.told + 1)


def _part(parts: tuple[Part, ...], place: int) -> Part:
    if not 1 <= place <= len(parts):
        raise PartMissing(f"The process has none under the place {place}.", pointer="/place")
    return parts[place - 1]


def _open_visit(process: Process, place: int) -> PlannedVisit:
    visit = _part(process.planned_visits, place)
    if visit.state != "planned":
        raise PartMissing(f"The visit planned under the place {place} is {visit.state} already.", pointer="/place")
    return visit


def _with(parts: tuple[Part, ...], place: int, part: Part) -> tuple[Part, ...]:
    return (*parts[: place - 1], part, *parts[place:])
