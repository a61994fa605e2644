"""One effort of the plan: how it goes on, ends for a stated reason or with evidence, and parts or joins with others.

Source: of the 2016 plan's initiatives one was given up and one cancelled, each with a reason, and its 14 initiatives
became 22 (UUI bilag 24, 4 Nov 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from contracts.event import Event
from contracts.planning import InitiativeAdded, InitiativeRecorded, InitiativeStatusChanged
from contracts.problems import Conflict, Invalid
from contracts.values import Provenance

ChildrenYouth = Literal["primary", "partly", "no"]
Step = Literal["planned", "funded", "launched"]
Course = Literal["on_track", "at_risk", "delayed"]
Given = Literal["abandoned", "cancelled"]
State = Literal[
    "proposed",
    "planned",
    "funded",
    "launched",
    "on_track",
    "at_risk",
    "delayed",
    "completed_as_planned",
    "completed_changed",
    "abandoned",
    "cancelled",
    "merged",
    "split",
]
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


class MergedWithItself(Invalid):
    """An initiative goes on in another one of the same plan."""

    title_da = "Indsatsen kan ikke lægges sammen med sig selv"


@dataclass(frozen=True)
class Initiative:
    """One effort of the plan. What a source does not state is None."""

    id: UUID
    number: int
    title_da: str
    children_youth: ChildrenYouth | None = None
    title_en: str | None = None
    responsible_ministry: str | None = None
    state: State = "proposed"
    revision: int = 1


@dataclass(frozen=True)
class Belonging:
    """Where an initiative has its place."""

    plan_id: UUID
    provenance: Provenance
    focus_area_id: UUID | None = None


@dataclass(frozen=True)
class Change:
    """What was said when an initiative came into its present state."""

    at: datetime
    reason_code: Reason | None = None
    reason: str | None = None
    source_url: str | None = None


Changed = tuple[Initiative, Event]


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


def advance(initiative: Initiative, step: Step, *, of: Belonging, at: datetime) -> Changed:
    """The initiative has come so far; a step such as funding may be passed over.

    Raises: InitiativeEnded, StepNotAhead.
    """
    _check_going_on(initiative)
    if initiative.state not in BEFORE or BEFORE.index(step) <= BEFORE.index(initiative.state):
        raise StepNotAhead(f"The initiative is {initiative.state} already.")
    return _into(initiative, step, of=of, at=at)


def report(initiative: Initiative, course: Course, *, of: Belonging, at: datetime) -> Changed:
    """The initiative goes as its owner says.

    Raises: InitiativeEnded, NotUnderWay, NothingNew.
    """
    _check_under_way(initiative)
    if initiative.state == course:
        raise NothingNew(f"The initiative is {course} already.")
    return _into(initiative, course, of=of, at=at)


def complete(
    initiative: Initiative,
    *,
    as_planned: bool,
    milestones: Sequence[str],
    source_url: str | None,
    of: Belonging,
    at: datetime,
) -> Changed:
    """The initiative has done what it was to do, which its milestones or a source show.

    Shape of `milestones`: the state of each that the initiative has.
    Raises: InitiativeEnded, NotUnderWay, EvidenceLacking.
    """
    _check_under_way(initiative)
    left = [each for each in milestones if each in ("open", "overdue")]
    if source_url is None and ("met" not in milestones or left):
        raise EvidenceLacking("Completion needs a source, or milestones of which one is met and none is left.")
    return _into(initiative, "completed_as_planned" if as_planned else "completed_changed", of=of, at=at)


def give_up(initiative: Initiative, how: Given, *, of: Belonging, at: datetime) -> Changed:
    """The initiative was abandoned or cancelled; it stays in the plan with its reason.

    Raises: InitiativeEnded.
    """
    _check_going_on(initiative)
    return _into(initiative, how, of=of, at=at)


def split(
    initiative: Initiative, parts: Sequence[Initiative], *, of: Belonging, at: datetime
) -> tuple[Initiative, tuple[Initiative, ...], list[Event]]:
    """The initiative goes on as its parts, which are where it was.

    Raises: InitiativeEnded.
    """
    _check_going_on(initiative)
    events: list[Event] = []
    children: list[Initiative] = []
    for each in parts:
        events.append(added(each, of=of, split_from_id=initiative.id, at=at))
        child = each
        if initiative.state != child.state:
            child, changed = _into(child, initiative.state, of=of, at=at)
            events.append(changed)
        children.append(child)
    ended, changed = _into(initiative, "split", of=of, at=at)
    return ended, tuple(children), [changed, *events]


def merge(initiative: Initiative, into: Initiative, *, of: Belonging, at: datetime) -> Changed:
    """The initiative goes on in another one.

    Raises: InitiativeEnded, MergedWithItself.
    """
    if into.id == initiative.id:
        raise MergedWithItself("An initiative goes on in another one of its plan.", pointer="/into")
    _check_going_on(initiative)
    _check_going_on(into)
    return _into(initiative, "merged", of=of, at=at)


def _check_going_on(initiative: Initiative) -> None:
    if initiative.state not in GOING_ON:
        raise InitiativeEnded(f"The initiative is {initiative.state}.")


def _check_under_way(initiative: Initiative) -> None:
    _check_going_on(initiative)
    if initiative.state not in UNDER_WAY:
        raise NotUnderWay(f"The initiative is {initiative.state} and has not been launched.")


def _into(initiative: Initiative, state: State, *, of: Belonging, at: datetime) -> Changed:
    initiative = replace(initiative, state=state, revision=initiative.revision + 1)
    return initiative, InitiativeStatusChanged(
        **_envelope(initiative, of, at), status=state, children_youth=initiative.children_youth or "not_stated"
    )


def _envelope(initiative: Initiative, of: Belonging, at: datetime) -> dict[str, Any]:
    return {
        "subject": initiative.id,
        "revision": initiative.revision,
        "at": at,
        "provenance": of.provenance,
        "plan_id": of.plan_id,
    }
