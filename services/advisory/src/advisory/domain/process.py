"""Advisory processes (rådgivningsforløb): Rejseholdet's longer help, agreed, run with visits, and ended with a result.

A process that concerns exit, or that began with an enquiry, is confidential: it is told with region and quarter only.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from advisory.domain.days import danish_day, months_earlier, quarter_after, stamp
from advisory.domain.need import Need, add_need, need_identified
from chassis.disclosure import MINIMUM
from contracts.advisory import (
    ConfidentialProcessAgreed,
    ConfidentialProcessCompleted,
    ProcessAgreed,
    ProcessCompleted,
    VisitHeld,
)
from contracts.event import Event
from contracts.geography import region_of
from contracts.problems import Conflict, Invalid
from contracts.taxonomy import ProfessionCode
from contracts.values import Provenance

State = Literal[
    "requested", "scoped", "agreed", "running", "paused", "completed", "followed_up", "declined", "cancelled"
]
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


class StepOutOfOrder(Conflict):
    """The process is not where this step begins."""

    title_da = "Trinnet passer ikke til forløbets tilstand"


class DeliverableMissing(Conflict):
    """A process cannot end without a result or a reason why there is none."""

    title_da = "Resultat eller begrundelse mangler"


class VisitNotYetHeld(Invalid):
    """A visit that has not taken place cannot be recorded as held."""

    title_da = "Besøget ligger i fremtiden"


class EnquiryOfAnotherMunicipality(Invalid):
    """The enquiry that it began with came from another municipality."""

    title_da = "Henvendelsen kom fra en anden kommune"


@dataclass(frozen=True)
class Visit:
    """The travelling team met the municipality."""

    held_on: date
    form: Literal["visit", "online", "by_telephone"]
    participant_count: int
    profession_groups: tuple[ProfessionCode, ...]


@dataclass(frozen=True)
class Process:
    """One process. `version` counts its changes and `revision` its events, since not every change is told."""

    id: UUID
    municipality_code: str
    provenance: Provenance
    kind: str
    enquiry_id: UUID | None
    children_youth: Literal["primary", "partly", "no"]
    setting: str | None
    goal: str | None
    changed_at: datetime
    version: int = 1
    revision: int = 0
    state: State = "requested"
    deliverable: str | None = None
    reason: str | None = None
    visits: tuple[Visit, ...] = ()
    needs: tuple[Need, ...] = ()

    @property
    def is_confidential(self) -> bool:
        """Neither its municipality nor its day may be told."""
        return self.kind == "exit_setup" or self.enquiry_id is not None


def step(process: Process, step: Step, *, at: datetime, reason: str | None = None) -> Process:
    """The process has gone one step further.

    Raises: StepOutOfOrder.
    """
    before, after = STEPS[step]
    if process.state not in before:
        states = " or ".join(sorted(before))
        raise StepOutOfOrder(
            f"This step is for a process that is {states}, and this one is {process.state}.",
            da="Forløbet er ikke der, hvor dette trin begynder.",
        )
    return _changed(process, at, state=after, reason=reason or process.reason)


def agree(process: Process, *, at: datetime) -> tuple[Process, Event]:
    """The help is agreed with the municipality.

    Raises: StepOutOfOrder.
    """
    process = replace(step(process, "agree", at=at), revision=process.revision + 1)
    return process, _told(process, ProcessAgreed, ConfidentialProcessAgreed)


def hold_visit(process: Process, visit: Visit, *, at: datetime) -> tuple[Process, list[Event]]:
    """The visit has been held; that of a confidential process is told to nobody.

    Of few people no profession is told: with the municipality and the day it could be one of them that is named.

    Raises: StepOutOfOrder, VisitNotYetHeld.
    """
    if process.state != "running":
        raise StepOutOfOrder(
            f"A visit belongs to a running process, and this one is {process.state}.",
            da="Et besøg hører til et forløb, der er i gang.",
        )
    if visit.held_on > danish_day(at):
        raise VisitNotYetHeld("A visit cannot have been held on a day that has not come.", pointer="/held_on")
    process = _changed(process, at, visits=(*process.visits, visit))
    if process.is_confidential:
        return process, []
    process = replace(process, revision=process.revision + 1)
    held = VisitHeld(
        subject=process.id,
        revision=process.revision,
        at=process.changed_at,
        provenance=process.provenance,
        municipality_code=process.municipality_code,
        held_on=visit.held_on,
        form=visit.form,
        participant_count=visit.participant_count,
        profession_groups=visit.profession_groups if visit.participant_count >= MINIMUM else (),
        children_youth=process.children_youth,
    )
    return process, [held]


def identify_need(process: Process, need: Need, *, at: datetime) -> tuple[Process, Event]:
    """Others know that something is missing; a confidential process says only in which quarter.

    Raises: StepOutOfOrder, NeedAlreadyIdentified.
    """
    if process.state in OVER:
        raise StepOutOfOrder(
            f"A need is seen while a process lasts, and this one is {process.state}.",
            da="Et behov registreres, mens forløbet varer.",
        )
    process = _changed(process, at, needs=add_need(process.needs, need))
    quarter = months_earlier(quarter_after(danish_day(process.changed_at)), 3)
    return process, need_identified(
        need,
        municipality_code=None if process.is_confidential else process.municipality_code,
        provenance=process.provenance,
        at=stamp(quarter) if process.is_confidential else process.changed_at,
    )


def complete(process: Process, *, deliverable: str | None, reason: str | None, at: datetime) -> tuple[Process, Event]:
    """The help has ended with what it was for, or with the reason why not.

    Raises: StepOutOfOrder, DeliverableMissing.
    """
    process = step(process, "complete", at=at, reason=reason)
    if not (deliverable or reason):
        raise DeliverableMissing(
            "Say what came out of the process, or why nothing did (rule c.1/process).",
            da="Angiv, hvad forløbet førte til, eller hvorfor det ikke førte til noget (regel c.1/process).",
        )
    process = replace(process, deliverable=deliverable, revision=process.revision + 1)
    return process, _told(process, ProcessCompleted, ConfidentialProcessCompleted)


def _told(process: Process, open_: Callable[..., Event], confidential: Callable[..., Event]) -> Event:
    facts: dict[str, Any] = {
        "subject": process.id,
        "revision": process.revision,
        "provenance": process.provenance,
        "kind": process.kind,
        "children_youth": process.children_youth,
    }
    if process.is_confidential:
        day = danish_day(process.changed_at)
        return confidential(**facts, at=stamp(day), region=region_of(process.municipality_code, day))
    return open_(**facts, at=process.changed_at, municipality_code=process.municipality_code, setting=process.setting)


def _changed(process: Process, at: datetime, **fields: Any) -> Process:
    return replace(process, version=process.version + 1, changed_at=max(at, process.changed_at), **fields)
