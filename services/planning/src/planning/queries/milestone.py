"""Milestones with what shows that they are met."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.values import Provenance
from planning.domain.milestone import State
from planning.domain.proof import Proof, of_milestone
from planning.store.milestone import MilestoneMissing


class MilestoneView(BaseModel):
    """What an initiative is to have reached by a day."""

    id: UUID
    initiative_id: UUID
    title_da: str
    title_en: str | None
    due_on: date
    state: State
    met_on: date | None
    event_type: str | None = Field(description="Events of this type meet it by themselves")
    match: Mapping[str, Any]
    counts_from: date = Field(description="The first day on which such an event counts")
    event_ids: tuple[UUID, ...] = Field(description="The events that met it")
    source_url: str | None = Field(description="The page that shows that it is met")
    proof: Proof = Field(description="How well it is shown that it is met")
    drop_reason: str | None
    provenance: Provenance
    revision: int = Field(description="The entity tag of this state")


async def milestone(tx: Tx, id: UUID) -> MilestoneView:
    """One milestone.

    Raises: MilestoneMissing.
    """
    found = await _milestones(tx, "id = any ($1::uuid[])", [id])
    if not found:
        raise MilestoneMissing("There is no such milestone.")
    return found[0]


async def milestones_of(tx: Tx, initiative_ids: Sequence[UUID]) -> tuple[MilestoneView, ...]:
    """The milestones of these initiatives, the earliest due first."""
    return await _milestones(tx, "initiative_id = any ($1::uuid[])", initiative_ids)


async def _milestones(tx: Tx, which: str, ids: Sequence[UUID]) -> tuple[MilestoneView, ...]:
    rows = await tx.fetch(
        f"""
        select id, initiative_id, title_da, title_en, due_on, state, met_on, event_type, match, counts_from, source_url,
            drop_reason, provenance, revision,
            array(select event_id from milestone_evidence where milestone_id = id order by event_id) as event_ids
        from milestones where {which} order by due_on, id
        """,  # noqa: S608  # a condition of ours
        list(ids),
    )
    return tuple(MilestoneView(**row, proof=_proof(row)) for row in rows)


def _proof(row: Any) -> Proof:
    return of_milestone(row["state"], event_count=len(row["event_ids"]), source_url=row["source_url"])
