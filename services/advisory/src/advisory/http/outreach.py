"""Outreach over HTTP."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from advisory.commands import outreach as commands
from advisory.http.enquiry import ADVISERS
from advisory.queries import outreach as queries
from advisory.queries.outreach import OutreachFilter, OutreachPriorities, OutreachTasks, OutreachTaskView, Reach
from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import MunicipalityCode, Provenance

router = APIRouter(route_class=Edge, prefix="/v1", tags=["outreach"])

READERS = (*ADVISERS, "plan_editor", "operator")


class OpenTask(Body):
    """Which municipality somebody should turn to, and why."""

    municipality_code: Annotated[MunicipalityCode, Field(examples=["9901"])]
    reason: Annotated[Literal["never_reached", "priority_set"], Field(examples=["never_reached"])]


class CompleteTask(Body):
    """What became of it."""

    outcome: Annotated[Literal["contacted", "declined"], Field(examples=["contacted"])]


class OutreachPage(OutreachFilter):
    """Which tasks are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int | None, Field(ge=0, le=2**53, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.get("/outreach-tasks", summary="Municipalities to turn to")
async def outreach_tasks(
    page: Annotated[OutreachPage, Parameters()], query: Annotated[Query, reading(*READERS)]
) -> OutreachTasks:
    return await queries.tasks(query.tx, page, after=page.after, limit=page.limit)


@router.post("/outreach-tasks", status_code=201, summary="Ask that somebody turns to a municipality")
async def open_outreach_task(body: OpenTask, command: Annotated[Command, commanding(*ADVISERS)]) -> OutreachTaskView:
    id = uuid4()
    await commands.open_task(command.tx, id, **body.model_dump(), now=command.clock.now)
    return command.answer(await queries.task(command.tx, id), location=f"/v1/outreach-tasks/{id}")


@router.get("/municipality-reach", summary="Which municipalities have been reached, and which never")
async def municipality_reach(
    query: Annotated[Query, reading(*ADVISERS)],
    provenance: Provenance = "actual",
    reached: Annotated[bool | None, Parameters(description="False: those never reached")] = None,
) -> Reach:
    return await queries.reach(query.tx, provenance, reached=reached, at=query.clock.now(provenance))


@router.get("/outreach-tasks/{id}", summary="One outreach task")
async def outreach_task(id: UUID, query: Annotated[Query, reading(*READERS)]) -> OutreachTaskView:
    return query.answer(await queries.task(query.tx, id))


@router.post("/outreach-tasks/{id}/complete", summary="Say that the municipality was turned to")
async def complete_outreach_task(
    id: UUID, body: CompleteTask, change: Annotated[Change, changing(*ADVISERS)]
) -> OutreachTaskView:
    change.shows(partial(queries.task, change.tx, id))
    await commands.complete(change.tx, id, outcome=body.outcome, expect=change.expects, now=change.clock.now)
    return change.answer(await queries.task(change.tx, id))


@router.get("/outreach-priorities", summary="Priorities of the action plan that call for outreach")
async def outreach_priorities(
    query: Annotated[Query, reading(*READERS)], provenance: Provenance = "actual"
) -> OutreachPriorities:
    return await queries.priorities(query.tx, provenance)
