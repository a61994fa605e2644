"""Decisions of the coordination forum: who is to carry out what, by when, and what became of it."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.values import Provenance
from planning.domain.decision import Decision, State
from planning.queries.authority import NamedAuthority, by_code, name_on
from planning.store.decision import decision_of


class DecisionView(BaseModel):
    """What the forum has decided."""

    id: UUID
    meeting_id: UUID
    provenance: Provenance
    decided_on: date
    title_da: str
    responsible: NamedAuthority = Field(description="Under its name of the day of the meeting")
    due_on: date
    initiative_id: UUID | None = Field(description="The initiative that it concerns")
    state: State = Field(description="Overdue is what nobody has shown to be carried out by the end of its last day")
    carried_out_on: date | None
    source_url: str | None = Field(description="The page that shows that it is carried out")
    note_da: str | None = Field(description="What was done, where no page shows it")
    drop_reason: str | None
    revision: int = Field(description="The entity tag of this state")


class DecisionFilter(BaseModel):
    """Which decisions are shown."""

    provenance: Provenance = "actual"
    responsible: Annotated[str | None, Field(max_length=100, description="An authority's code")] = None
    unsettled: Annotated[bool | None, Field(description="Neither carried out nor dropped, or one of both")] = None
    state: State | None = None
    due_by: Annotated[date | None, Field(description="Due on that day or before")] = None
    initiative_id: UUID | None = None
    meeting_id: UUID | None = None


class Decisions(BaseModel):
    """A page of decisions, the earliest due first."""

    total: int = Field(description="Decisions that match, on all pages")
    items: tuple[DecisionView, ...]
    next: Annotated[UUID | None, Field(description="Send it as `after` for the next page; none on the last")] = None


async def decision(tx: Tx, id: UUID) -> DecisionView:
    """One decision.

    Raises: DecisionMissing.
    """
    found = decision_of(await tx.fetchrow("select * from decisions where id = $1", id))
    return (await _views(tx, [found]))[0]


async def decisions(tx: Tx, wanted: DecisionFilter, *, after: UUID | None, limit: int) -> Decisions:
    """The decisions that match."""
    matching = """
        from decisions where provenance = $1 and ($2::text is null or responsible = $2)
            and ($3::bool is null or (state in ('open', 'overdue')) = $3) and ($4::text is null or state = $4)
            and ($5::date is null or due_on <= $5) and ($6::uuid is null or initiative_id = $6)
            and ($7::uuid is null or meeting_id = $7)
        """
    said: tuple[Any, ...] = tuple(vars(wanted)[each] for each in DecisionFilter.model_fields)
    found = await tx.fetch(
        f"select * {matching}"  # noqa: S608  # a constant
        " and ($8::uuid is null or (due_on, id) > (select due_on, id from decisions where id = $8))"
        " order by due_on, id limit $9",
        *said,
        after,
        limit + 1,
    )
    page = found[:limit]
    return Decisions(
        total=await tx.fetchval(f"select count(*) {matching}", *said),
        items=await _views(tx, [decision_of(each) for each in page]),
        next=page[-1]["id"] if len(found) > limit else None,
    )


async def _views(tx: Tx, decisions: Sequence[Decision]) -> tuple[DecisionView, ...]:
    known = await by_code(tx, {each.responsible for each in decisions})
    return tuple(
        DecisionView.model_validate(vars(each) | {"responsible": name_on(known[each.responsible], each.decided_on)})
        for each in decisions
    )
