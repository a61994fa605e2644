"""Decisions of the coordination forum: recorded at a meeting that was held, carried out with evidence, or dropped."""

from functools import partial
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import NeutralLine, PublicUrl
from planning.commands import decision as commands
from planning.http.fields import READERS, AuthorityCode, Day, Reason
from planning.queries import decision as queries
from planning.queries.decision import DecisionFilter, Decisions, DecisionView

router = APIRouter(route_class=Edge, prefix="/v1", tags=["coordination forum"])


class RecordDecision(Body):
    """What is to be carried out, by whom and by when."""

    title_da: Annotated[NeutralLine, Field(min_length=1, max_length=300, examples=["Tallene for 2026 indberettes"])]
    responsible: AuthorityCode
    due_on: Annotated[Day, Field(description="The last day, in Denmark", examples=["2027-01-31"])]
    initiative_id: Annotated[UUID | None, Field(description="The initiative that it concerns, if any")] = None


class CarryOutDecision(Body):
    """When it was carried out, and what shows it: a page that anybody may open, or a note."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"carried_out_on": "2026-11-20", "source_url": "https://example.org/tal"}]}
    )

    carried_out_on: Day
    source_url: PublicUrl | None = None
    note_da: Reason | None = None


class DropDecision(Body):
    """Why nobody need carry it out any more."""

    reason: Annotated[Reason, Field(examples=["Opgaven er løst på anden vis"])]


class DecisionPage(DecisionFilter):
    """Which decisions are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    responsible: Annotated[AuthorityCode | None, Field(description="An authority's code")] = None
    after: Annotated[UUID | None, Field(description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.post("/coordination-meetings/{id}/decisions", status_code=201, summary="Record a decision of a meeting")
async def record_decision(
    id: UUID, body: RecordDecision, command: Annotated[Command, commanding("plan_editor")]
) -> DecisionView:
    new = uuid4()
    await commands.record_decision(command.tx, new, id, body.model_dump(), now=command.clock.now)
    return await _shown(command, new, location=f"/v1/decisions/{new}")


@router.get("/decisions", summary="Decisions by authority, state and last day")
async def decisions(
    page: Annotated[DecisionPage, Parameters()], query: Annotated[Query, reading(*READERS)]
) -> Decisions:
    return await queries.decisions(query.tx, page, after=page.after, limit=page.limit)


@router.get("/decisions/{id}", summary="A decision, and what became of it")
async def decision(id: UUID, query: Annotated[Query, reading(*READERS)]) -> DecisionView:
    return query.answer(await queries.decision(query.tx, id))


@router.post("/decisions/{id}/carry-out", summary="Say that a decision is carried out, with evidence")
async def carry_out_decision(
    id: UUID, body: CarryOutDecision, change: Annotated[Change, changing("plan_editor")]
) -> DecisionView:
    change.shows(partial(queries.decision, change.tx, id))
    await commands.carry_out_decision(change.tx, id, **body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/decisions/{id}/drop", summary="Drop a decision, for a reason")
async def drop_decision(
    id: UUID, body: DropDecision, change: Annotated[Change, changing("plan_editor")]
) -> DecisionView:
    change.shows(partial(queries.decision, change.tx, id))
    await commands.drop_decision(change.tx, id, reason=body.reason, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> DecisionView:
    return command.answer(await queries.decision(command.tx, id), location=location)
