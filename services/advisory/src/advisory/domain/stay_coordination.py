"""Coordination between authorities because of an involuntary stay abroad: a flow that is counted, and no case.

It knows the quarter, the phase of the stay and which authorities were asked, and nothing of whom it concerns or where.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from advisory.domain.days import danish_day, quarter_of, stamp
from contracts.advisory import StayCoordinationConcluded, StayCoordinationReceived
from contracts.event import Event
from contracts.problems import Conflict, Invalid
from contracts.values import Provenance

Phase = Literal["before", "during", "after"]
Origin = Literal["advisory_referral", "municipality", "police", "foreign_ministry", "immigration_service", "other"]
Authority = Literal["municipality", "police", "foreign_ministry", "immigration_service", "security_consultant"]
Outcome = Literal["not_travelled", "returned", "still_abroad", "with_other_authority", "unknown"]
State = Literal["received", "passed_on", "concluded"]


class AlreadyConcluded(Conflict):
    """The coordination has ended."""

    title_da = "Koordineringen er afsluttet"


class NotPassedOn(Conflict):
    """No authority has been asked yet."""

    title_da = "Ingen myndighed er inddraget"


class NoSuchReferral(Invalid):
    """Nothing was referred to the coordination unit under this id."""

    title_da = "Henvisningen findes ikke"


class ReferralAlreadyReceived(Conflict):
    """The unit has received this referral."""

    title_da = "Henvisningen er allerede modtaget"


class OutcomeDoesNotFit(Invalid):
    """Somebody who was abroad did travel."""

    title_da = "Udfaldet passer ikke til fasen"


@dataclass(frozen=True)
class StayCoordination:
    """One flow through the coordination unit. `revision` counts changes and `told` events."""

    id: UUID
    provenance: Provenance
    referral_id: UUID | None
    origin: Origin
    phase: Phase
    quarter: str
    revision: int = 1
    told: int = 1
    state: State = "received"
    authorities: tuple[Authority, ...] = ()
    outcome: Outcome | None = None
    concluded_in: str | None = None


def receive(flow: StayCoordination, *, at: datetime) -> tuple[StayCoordination, Event]:
    """The unit was asked to coordinate, in this quarter."""
    day = danish_day(at)
    flow = replace(flow, quarter=quarter_of(day))
    return flow, StayCoordinationReceived(**_envelope(flow, day), phase=flow.phase)


def pass_on(flow: StayCoordination, *, authorities: tuple[Authority, ...]) -> StayCoordination:
    """These authorities have been asked to act, besides those asked before.

    Raises: AlreadyConcluded.
    """
    _check_open(flow)
    asked = tuple(dict.fromkeys((*flow.authorities, *authorities)))
    return replace(flow, revision=flow.revision + 1, state="passed_on", authorities=asked)


def conclude(flow: StayCoordination, *, outcome: Outcome, at: datetime) -> tuple[StayCoordination, Event]:
    """The authorities need the unit no longer.

    Raises: AlreadyConcluded, NotPassedOn, OutcomeDoesNotFit.
    """
    _check_open(flow)
    if flow.state != "passed_on":
        raise NotPassedOn("No authority has been asked to act yet.", da="Ingen myndighed er inddraget endnu.")
    if outcome == "not_travelled" and flow.phase != "before":
        raise OutcomeDoesNotFit("A stay that had begun cannot have been prevented.", pointer="/outcome")
    day = danish_day(at)
    flow = replace(
        flow,
        revision=flow.revision + 1,
        told=flow.told + 1,
        state="concluded",
        outcome=outcome,
        concluded_in=quarter_of(day),
    )
    return flow, StayCoordinationConcluded(**_envelope(flow, day), phase=flow.phase, outcome=outcome)


def _check_open(flow: StayCoordination) -> None:
    if flow.state == "concluded":
        raise AlreadyConcluded("This coordination has been concluded.", da="Koordineringen er afsluttet.")


def _envelope(flow: StayCoordination, day: date) -> dict[str, Any]:
    return {"subject": flow.id, "revision": flow.told, "at": stamp(day), "provenance": flow.provenance}
