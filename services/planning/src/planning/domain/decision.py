"""What the coordination forum has decided: an authority carries it out by a day, and something shows that it did.

It counts as carried out when MÆRK says so, by itself or by approving what the authority reports.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from contracts.event import Event
from contracts.planning import DecisionCarriedOut, DecisionDropped, DecisionOverdue, DecisionRecorded
from contracts.problems import Conflict, Invalid
from contracts.values import Provenance
from planning.domain.authority import Authority
from planning.domain.meeting import CoordinationMeeting, CoordinationMeetingNotHeld
from planning.domain.period import danish_day, midnight

State = Literal["open", "overdue", "carried_out", "dropped"]


class DecisionSettled(Conflict):
    """The decision is carried out or dropped, and stays so."""

    title_da = "Beslutningen er afsluttet"


class DueBeforeDecided(Invalid):
    """Whoever is to carry something out has the day of the meeting at least."""

    title_da = "Fristen ligger før mødet"


class DecisionEvidenceLacking(Invalid):
    """A page or a note shows that a decision is carried out."""

    title_da = "Dokumentationen mangler"


class CarriedOutAnotherDay(Invalid):
    """A decision is carried out after it was made and not on a day to come."""

    title_da = "Datoen ligger før mødet eller i fremtiden"


@dataclass(frozen=True)
class Decision:
    """What an authority is to have done by the end of a day in Denmark."""

    id: UUID
    meeting_id: UUID
    provenance: Provenance
    decided_on: date
    title_da: str
    responsible: str
    due_on: date
    recorded_at: datetime
    initiative_id: UUID | None = None
    state: State = "open"
    carried_out_on: date | None = None
    source_url: str | None = None
    note_da: str | None = None
    drop_reason: str | None = None
    revision: int = 1

    @property
    def due_at(self) -> datetime:
        """The first moment after its last day, UTC."""
        return midnight(self.due_on + timedelta(days=1))


def record(decision: Decision, meeting: CoordinationMeeting, responsible: Authority) -> Event:
    """What a new decision tells the others.

    Raises: CoordinationMeetingNotHeld, DueBeforeDecided.
    """
    if meeting.state != "held":
        raise CoordinationMeetingNotHeld(
            f"The meeting is {meeting.state}; what it decides is recorded once it was held."
        )
    if decision.due_on < decision.decided_on:
        raise DueBeforeDecided(f"The forum decided this on {decision.decided_on}.", pointer="/due_on")
    return DecisionRecorded(
        **_envelope(decision, decision.recorded_at),
        meeting_id=decision.meeting_id,
        responsible_id=responsible.id,
        decided_on=decision.decided_on,
    )


def carry_out(
    decision: Decision, *, carried_out_on: date, source_url: str | None, note_da: str | None, at: datetime
) -> tuple[Decision, Event]:
    """The authority did it on that day, as a page or a note shows; also after its last day.

    Raises: DecisionSettled, DecisionEvidenceLacking, CarriedOutAnotherDay.
    """
    _check_unsettled(decision)
    if source_url is None and note_da is None:
        raise DecisionEvidenceLacking("Name a public page, or say what was done.", pointer="/source_url")
    if not decision.decided_on <= carried_out_on <= danish_day(at):
        raise CarriedOutAnotherDay(f"That is a day from {decision.decided_on} until today.", pointer="/carried_out_on")
    decision = replace(
        decision,
        state="carried_out",
        carried_out_on=carried_out_on,
        source_url=source_url,
        note_da=note_da,
        revision=decision.revision + 1,
    )
    return decision, DecisionCarriedOut(**_envelope(decision, at), carried_out_on=carried_out_on)


def drop(decision: Decision, reason: str, *, at: datetime) -> tuple[Decision, Event]:
    """Nobody need carry it out any more.

    Raises: DecisionSettled.
    """
    _check_unsettled(decision)
    decision = replace(decision, state="dropped", drop_reason=reason, revision=decision.revision + 1)
    return decision, DecisionDropped(**_envelope(decision, at))


def fall_overdue(decision: Decision, *, at: datetime) -> tuple[Decision, Event] | None:
    """Its last day has passed by this moment without its being carried out; None when there is nothing to say."""
    if decision.state != "open" or at < decision.due_at:
        return None
    decision = replace(decision, state="overdue", revision=decision.revision + 1)
    return decision, DecisionOverdue(**_envelope(decision, at))


def _check_unsettled(decision: Decision) -> None:
    if decision.state in ("carried_out", "dropped"):
        raise DecisionSettled(f"The decision is {decision.state.replace('_', ' ')}.")


def _envelope(decision: Decision, at: datetime) -> dict[str, Any]:
    return {
        "subject": decision.id,
        "revision": decision.revision,
        "at": max(at, decision.recorded_at),
        "provenance": decision.provenance,
        "initiative_id": decision.initiative_id,
        "due_on": decision.due_on,
    }
