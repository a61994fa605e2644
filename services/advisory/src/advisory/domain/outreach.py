"""Outreach: a municipality that lacks something is turned to, by somebody, until it was or the reason is gone."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from contracts.advisory import OutreachTaskCompleted, OutreachTaskOpened
from contracts.event import Event
from contracts.problems import Conflict
from contracts.values import Provenance

Reason = Literal["gap_detected", "priority_set", "never_reached"]
Outcome = Literal["contacted", "declined", "reason_gone"]


class OutreachTaskAlreadyCompleted(Conflict):
    """The task is done."""

    title_da = "Opgaven er allerede afsluttet"


class OutreachTaskAlreadyOpen(Conflict):
    """Somebody is to turn to the municipality for this reason already."""

    title_da = "Opgaven findes allerede"


class AlreadyReached(Conflict):
    """The municipality was advised or trained before."""

    title_da = "Kommunen har været nået"


@dataclass(frozen=True)
class OutreachTask:
    """Somebody should turn to this municipality. `revision` counts changes and `told` events."""

    id: UUID
    municipality_code: str
    provenance: Provenance
    reason: Reason
    lacking: tuple[str, ...]
    opened_at: datetime
    changed_at: datetime
    revision: int = 1
    told: int = 1
    outcome: Outcome | None = None

    @property
    def is_open(self) -> bool:
        """Nobody has completed it."""
        return self.outcome is None


def open_task(task: OutreachTask) -> tuple[OutreachTask, Event]:
    """Somebody should turn to the municipality."""
    return task, OutreachTaskOpened(**_envelope(task), municipality_code=task.municipality_code, reason=task.reason)


def lacks(task: OutreachTask, lacking: tuple[str, ...], *, at: datetime) -> OutreachTask:
    """The open task says what the municipality lacks now."""
    return _changed(task, at, lacking=lacking)


def complete(task: OutreachTask, outcome: Outcome, *, at: datetime) -> tuple[OutreachTask, Event]:
    """The municipality was turned to, or need not be any more.

    Raises: OutreachTaskAlreadyCompleted.
    """
    if not task.is_open:
        raise OutreachTaskAlreadyCompleted("This task has been completed.", da="Opgaven er afsluttet.")
    task = _changed(task, at, outcome=outcome, told=task.told + 1)
    return task, OutreachTaskCompleted(**_envelope(task), municipality_code=task.municipality_code, outcome=outcome)


def _changed(task: OutreachTask, at: datetime, **fields: Any) -> OutreachTask:
    return replace(task, revision=task.revision + 1, changed_at=max(at, task.changed_at), **fields)


def _envelope(task: OutreachTask) -> dict[str, Any]:
    return {"subject": task.id, "revision": task.told, "at": task.changed_at, "provenance": task.provenance}
