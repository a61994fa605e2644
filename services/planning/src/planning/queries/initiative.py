"""Initiatives: where they stand, what was said on the way, and what they came from and became."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.values import Provenance
from planning.domain.initiative import ChildrenYouth, Reason, State
from planning.queries.milestone import MilestoneView, milestones_of
from planning.store.initiative import INITIATIVE, InitiativeMissing


class StateView(BaseModel):
    """What was said when an initiative came into a state."""

    revision: int
    state: State
    at: datetime = Field(description="When it was said, UTC")
    reason_code: Reason | None = Field(description="Why it was abandoned or cancelled")
    reason: str | None
    source_url: str | None


class InitiativeView(BaseModel):
    """One effort of the plan."""

    id: UUID
    number: int
    title_da: str
    title_en: str | None
    responsible_ministry: str | None
    children_youth: ChildrenYouth | None = Field(description="None where no source states it")
    state: State
    revision: int = Field(description="The entity tag of this state")


class WholeInitiativeView(InitiativeView):
    """One effort of the plan with all that belongs to it."""

    plan_id: UUID
    focus_area_id: UUID | None = Field(description="None where no source states it")
    provenance: Provenance
    came_from: tuple[UUID, ...] = Field(description="The initiatives that were split into it or merged with it")
    became: tuple[UUID, ...] = Field(description="The initiatives in which it goes on")
    history: tuple[StateView, ...] = Field(description="Oldest first; nothing is ever deleted")
    milestones: tuple[MilestoneView, ...]


async def initiative(tx: Tx, id: UUID) -> WholeInitiativeView:
    """One initiative with its history, lineage and milestones.

    Raises: InitiativeMissing.
    """
    found = await _initiatives(tx, "initiative.id = $1", id)
    if not found:
        raise InitiativeMissing("There is no such initiative.")
    return found[0]


async def initiatives(tx: Tx, plan_id: UUID) -> tuple[WholeInitiativeView, ...]:
    """The plan's initiatives in the order of their numbers."""
    return await _initiatives(tx, "plan_id = $1", plan_id)


async def _initiatives(tx: Tx, which: str, argument: UUID) -> tuple[WholeInitiativeView, ...]:
    rows = await tx.fetch(
        f"select {INITIATIVE}, plan_id, focus_area_id, provenance"  # noqa: S608  # column names and a condition of ours
        f" from initiatives as initiative join action_plans on action_plans.id = plan_id where {which}"
        " order by initiative.number",
        argument,
    )
    ids = [row["id"] for row in rows]
    states = await tx.fetch(
        "select initiative_id, revision, state, at, reason_code, reason, source_url from initiative_states"
        " where initiative_id = any ($1::uuid[]) order by initiative_id, revision",
        ids,
    )
    lines = await tx.fetch(
        "select earlier_id, later_id from initiative_lineage"
        " where earlier_id = any ($1::uuid[]) or later_id = any ($1::uuid[]) order by earlier_id, later_id",
        ids,
    )
    milestones = await milestones_of(tx, ids)
    return tuple(_whole(row, states, lines, milestones) for row in rows)


def _whole(
    row: Any,
    states: Sequence[Any],
    lines: Sequence[Any],
    milestones: Sequence[MilestoneView],
) -> WholeInitiativeView:
    id = row["id"]
    return WholeInitiativeView(
        **row,
        came_from=tuple(each["earlier_id"] for each in lines if each["later_id"] == id),
        became=tuple(each["later_id"] for each in lines if each["earlier_id"] == id),
        history=tuple(
            StateView(**{name: each[name] for name in StateView.model_fields})
            for each in states
            if each["initiative_id"] == id
        ),
        milestones=tuple(each for each in milestones if each.initiative_id == id),
    )
