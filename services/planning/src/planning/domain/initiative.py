"""One effort of the plan: how it goes on, ends for a stated reason or with evidence, and parts or joins with others.

Source: of the 2016 plan's initiatives one was given up and one cancelled, each with a reason, and its 14 initiatives
became 22 (UUI bilag 24, 4 Nov 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from contracts.event import Event
from contracts.planning import (
    InitiativeAdded,
    InitiativeRecorded,
    InitiativeStatusChanged,
    InitiativeTransferred,
    PublishedInitiativeStatusChanged,
)
from contracts.planning import InitiativeStatusCode as State
from contracts.problems import Conflict, Invalid
from contracts.values import Provenance
from planning.domain.milestone import WAITING
from planning.domain.period import danish_day
from planning.domain.responsibility import Responsibility, ResponsibleMissing, responsible_on, take_over
from planning.domain.title import retitled

ChildrenYouth = Literal["primary", "partly", "no"]
Step = Literal["planned", "funded", "launched"]
Course = Literal["on_track", "at_risk", "delayed"]
Given = Literal["abandoned", "cancelled"]
Approver = Literal["management", "minister"]
Reason = Literal[
    "too_few_applications", "epidemic", "no_funding", "law_changed", "priorities_changed", "replaced", "other"
]

BEFORE: tuple[State, ...] = ("proposed", "planned", "funded", "launched")
UNDER_WAY: tuple[State, ...] = ("launched", "on_track", "at_risk", "delayed")
GOING_ON = frozenset(BEFORE) | frozenset(UNDER_WAY)


class InitiativeEnded(Conflict):
    """The initiative has come to an end, and nothing more happens to it."""

    title_da = "Indsatsen er afsluttet"


class StepNotAhead(Conflict):
    """The initiative has this step behind it."""

    title_da = "Trinnet er allerede nået"


class NotUnderWay(Conflict):
    """Only an initiative that was launched can be reported on or completed."""

    title_da = "Indsatsen er ikke igangsat"


class NothingNew(Conflict):
    """The initiative is in that state already."""

    title_da = "Indsatsen har allerede den status"


class EvidenceLacking(Conflict):
    """Nothing shows that the initiative is completed."""

    title_da = "Dokumentationen mangler"


class ApprovalMissing(Invalid):
    """An initiative is given up when the management has approved it; of an earlier year's plan a source may say so."""

    title_da = "Ledelsens godkendelse mangler"


class ApprovedInFuture(Invalid):
    """What is yet to be approved is not approved."""

    title_da = "Datoen ligger i fremtiden"


class MergedWithItself(Invalid):
    """An initiative goes on in another one of the same plan."""

    title_da = "Indsatsen kan ikke lægges sammen med sig selv"


@dataclass(frozen=True)
class Initiative:
    """One effort of the plan. What a source does not state is None; `responsible_ministry` is written as in one.

    `published` is true from the first edition of its plan that names it; its parts, if it is split, are published too.
    """

    id: UUID
    number: int
    title_da: str
    children_youth: ChildrenYouth | None = None
    title_en: str | None = None
    responsible_ministry: str | None = None
    responsibilities: tuple[Responsibility, ...] = ()
    state: State = "proposed"
    published: bool = False
    revision: int = 1

    def responsible_on(self, day: date) -> str | None:
        """The code of the one authority that is responsible that day; None where none is stated."""
        return responsible_on(self.responsibilities, day)


@dataclass(frozen=True)
class Belonging:
    """Where an initiative has its place."""

    plan_id: UUID
    provenance: Provenance
    year: int
    focus_area_id: UUID | None = None


@dataclass(frozen=True)
class Approval:
    """Who has approved that an initiative was given up, as a role, and on which day."""

    approved_by: Approver
    approved_on: date


@dataclass(frozen=True)
class Change:
    """What was said when an initiative came into its present state."""

    at: datetime
    reason_code: Reason | None = None
    reason: str | None = None
    source_url: str | None = None
    approval: Approval | None = None


Changed = tuple[Initiative, Event]
Moved = tuple[Initiative, list[Event]]


def recorded(initiative: Initiative, *, of: Belonging, at: datetime) -> Event:
    """What the entry of an initiative together with its plan tells the others."""
    assert of.focus_area_id is not None, "within its plan an initiative stands under a focus area"
    return InitiativeRecorded(
        **_envelope(initiative, of, at),
        focus_area_id=of.focus_area_id,
        number=initiative.number,
        children_youth=initiative.children_youth or "not_stated",
    )


def added(initiative: Initiative, *, of: Belonging, split_from_id: UUID | None = None, at: datetime) -> Event:
    """What the entry of an initiative tells that came later than its plan."""
    return InitiativeAdded(
        **_envelope(initiative, of, at),
        focus_area_id=of.focus_area_id,
        split_from_id=split_from_id,
        number=initiative.number,
        children_youth=initiative.children_youth or "not_stated",
    )


def advance(initiative: Initiative, step: Step, *, source_url: str | None, of: Belonging, at: datetime) -> Moved:
    """The initiative has come so far; a step such as funding may be passed over.

    Raises: InitiativeEnded, StepNotAhead, ResponsibleMissing when nobody is responsible for what is launched,
    unless a source tells so of an earlier year's plan.
    """
    check_going_on(initiative)
    if initiative.state not in BEFORE or BEFORE.index(step) <= BEFORE.index(initiative.state):
        raise StepNotAhead(f"The initiative is {initiative.state} already.")
    today = danish_day(at)
    if step == "launched" and initiative.responsible_on(today) is None and not _sourced_past(of, source_url, today):
        raise ResponsibleMissing("Say which authority is responsible before the initiative is launched.")
    return move(initiative, step, of=of, at=at)


def transfer(initiative: Initiative, to: Responsibility, *, of: Belonging, at: datetime) -> Changed:
    """Another authority is responsible from a day on, which may lie ahead or behind.

    Raises: InitiativeEnded, ResponsibleAlready, TransferOutOfOrder.
    """
    check_going_on(initiative)
    assert to.from_day is not None, "a transfer holds from a day"
    initiative = replace(initiative, responsibilities=take_over(initiative.responsibilities, to))
    return told(initiative, InitiativeTransferred, of=of, at=at, authority=to.authority, from_day=to.from_day)


def rename(initiative: Initiative, *, title_da: str, title_en: str | None) -> Initiative:
    """The initiative is called so, also one that has ended. Nobody else knows its title, so no event tells it.

    Raises: TitleUnchanged.
    """
    initiative = retitled(initiative, title_da=title_da, title_en=title_en)
    return replace(initiative, revision=initiative.revision + 1)


def complete(
    initiative: Initiative,
    *,
    as_planned: bool,
    milestones: Sequence[str],
    source_url: str | None,
    of: Belonging,
    at: datetime,
) -> Moved:
    """The initiative has done what it was to do, which its milestones or a source show.

    Shape of `milestones`: the state of each that the initiative has.
    Raises: InitiativeEnded, NotUnderWay, EvidenceLacking.
    """
    check_under_way(initiative)
    left = [each for each in milestones if each in WAITING]
    if source_url is None and ("met" not in milestones or left):
        raise EvidenceLacking("Completion needs a source, or milestones of which one is met and none is left.")
    return move(initiative, "completed_as_planned" if as_planned else "completed_changed", of=of, at=at)


def give_up(initiative: Initiative, how: Given, *, change: Change, of: Belonging) -> Moved:
    """The initiative was abandoned or cancelled; it stays in the plan with its reason and who approved that.

    Raises: InitiativeEnded, ApprovalMissing, ApprovedInFuture.
    """
    check_going_on(initiative)
    today = danish_day(change.at)
    if change.approval is None:
        if not _sourced_past(of, change.source_url, today):
            raise ApprovalMissing("Say who approved this and when.", pointer="/approved_by")
    elif change.approval.approved_on > today:
        raise ApprovedInFuture("The day has not come yet.", pointer="/approved_on")
    return move(initiative, how, of=of, at=change.at)


def split(
    initiative: Initiative, parts: Sequence[Initiative], *, of: Belonging, at: datetime
) -> tuple[Initiative, tuple[Initiative, ...], list[Event]]:
    """The initiative goes on as its parts, which are where it was.

    Raises: InitiativeEnded.
    """
    check_going_on(initiative)
    events: list[Event] = []
    children: list[Initiative] = []
    for each in parts:
        events.append(added(each, of=of, split_from_id=initiative.id, at=at))
        held = each.responsibilities or initiative.responsibilities
        child = replace(each, responsibilities=held, published=initiative.published)
        if initiative.state != child.state:
            child, changed = move(child, initiative.state, of=of, at=at)
            events += changed
        children.append(child)
    ended, changed = move(initiative, "split", of=of, at=at)
    return ended, tuple(children), [*changed, *events]


def merge(initiative: Initiative, into: Initiative, *, of: Belonging, at: datetime) -> Moved:
    """The initiative goes on in another one.

    Raises: InitiativeEnded, MergedWithItself.
    """
    if into.id == initiative.id:
        raise MergedWithItself("An initiative goes on in another one of its plan.", pointer="/into")
    check_going_on(initiative)
    check_going_on(into)
    return move(initiative, "merged", of=of, at=at)


def check_going_on(initiative: Initiative) -> None:
    """Something may still happen to the initiative.

    Raises: InitiativeEnded.
    """
    if initiative.state not in GOING_ON:
        raise InitiativeEnded(f"The initiative is {initiative.state}.")


def check_under_way(initiative: Initiative) -> None:
    """The initiative was launched and has not ended.

    Raises: InitiativeEnded, NotUnderWay.
    """
    check_going_on(initiative)
    if initiative.state not in UNDER_WAY:
        raise NotUnderWay(f"The initiative is {initiative.state} and has not been launched.")


def move(initiative: Initiative, state: State, *, of: Belonging, at: datetime) -> Moved:
    """The initiative is in that state; colleagues are told, and partners too when a published plan names it."""
    initiative, changed = told(
        replace(initiative, state=state),
        InitiativeStatusChanged,
        of=of,
        at=at,
        status=state,
        children_youth=initiative.children_youth or "not_stated",
    )
    if not initiative.published:
        return initiative, [changed]
    number, event = initiative.number, PublishedInitiativeStatusChanged
    initiative, in_public = told(initiative, event, of=of, at=at, year=of.year, number=number, status=state)
    return initiative, [changed, in_public]


def told(initiative: Initiative, event: type[Event], *, of: Belonging, at: datetime, **data: Any) -> Changed:
    """The initiative with its next revision, and the event that tells of it."""
    initiative = replace(initiative, revision=initiative.revision + 1)
    return initiative, event(**_envelope(initiative, of, at), **data)


def _sourced_past(of: Belonging, source_url: str | None, today: date) -> bool:
    """A source tells it of an earlier year's plan, which is entered as the source has it."""
    return source_url is not None and of.year < today.year


def _envelope(initiative: Initiative, of: Belonging, at: datetime) -> dict[str, Any]:
    return {
        "subject": initiative.id,
        "revision": initiative.revision,
        "at": at,
        "provenance": of.provenance,
        "plan_id": of.plan_id,
    }
