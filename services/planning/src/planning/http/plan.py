"""Action plans, their focus areas and their periods."""

from functools import partial
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from chassis.web.follow import EventStream, Follow, following
from contracts.values import Provenance, PublicUrl
from planning.commands import plan as commands
from planning.http.fields import READERS, Million, Number, PeriodName, Rename, Source, Title, Year, sees_cases
from planning.http.initiative import RecordInitiative
from planning.queries import change as changes
from planning.queries import plan as queries
from planning.queries import progress as counted
from planning.queries.plan import ActionPlans, ActionPlanView
from planning.queries.progress import Progress

router = APIRouter(route_class=Edge, prefix="/v1", tags=["plans"])


class RecordFramePart(Body):
    """What a source gives the plan for a year, or for several of which it states only the sum."""

    year: Year
    until_year: Year | None = None
    source: Source
    amount_mio_dkk: Million


class AddFocusArea(Body):
    """A heading that was not entered with its plan; initiatives are added to it by themselves."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"number": 7, "title_da": "Syntetisk indsatsområde"}]})

    number: Number
    title_da: Title
    title_en: Title | None = None


class RenameFocusArea(Rename):
    """The number of a focus area, and what it is called from now on: without an English title it has none."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"number": 1, "title_da": "Syntetisk titel, rettet"}]})

    number: Number


class RecordFocusArea(AddFocusArea):
    """A heading with its initiatives."""

    initiatives: Annotated[tuple[RecordInitiative, ...], Field(max_length=100)] = ()


class RecordActionPlan(Body):
    """A year's action plan."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"year": 2026, "title_da": "Syntetisk plan", "provenance": "synthetic"}]}
    )

    year: Year
    title_da: Title
    title_en: Title | None = None
    source_url: PublicUrl | None = None
    provenance: Provenance
    frame: Annotated[tuple[RecordFramePart, ...], Field(max_length=20)] = ()
    focus_areas: Annotated[tuple[RecordFocusArea, ...], Field(max_length=20)] = ()


class ClosePeriod(Body):
    """The period whose readings become final."""

    period: PeriodName


@router.post("/action-plans", status_code=201, summary="Record a year's action plan")
async def record_action_plan(
    body: RecordActionPlan, command: Annotated[Command, commanding("plan_editor")]
) -> ActionPlanView:
    plan = commands.new_action_plan(uuid4, body.model_dump())
    command.shows(lambda: queries.action_plans(command.tx, now=command.clock.now))
    await commands.record_action_plan(command.tx, plan, at=command.clock.now(body.provenance))
    view = await queries.action_plan(command.tx, plan.id, now=command.clock.now)
    return command.answer(view, location=f"/v1/action-plans/{plan.id}")


@router.get("/action-plans", summary="All action plans")
async def action_plans(query: Annotated[Query, reading(*READERS)]) -> ActionPlans:
    return await queries.action_plans(query.tx, now=query.clock.now)


@router.get("/action-plans/{id}", summary="One action plan")
async def action_plan(id: UUID, query: Annotated[Query, reading(*READERS)]) -> ActionPlanView:
    return query.answer(await queries.action_plan(query.tx, id, now=query.clock.now))


@router.post("/action-plans/{id}/rename", summary="Correct what a plan is called")
async def rename_action_plan(
    id: UUID, body: Rename, change: Annotated[Change, changing("plan_editor")]
) -> ActionPlanView:
    _shows(change, id)
    await commands.rename_action_plan(change.tx, id, **body.model_dump(), expect=change.expects)
    return await _shown(change, id)


@router.post("/action-plans/{id}/focus-areas", status_code=201, summary="Add a focus area to a plan")
async def add_focus_area(
    id: UUID, body: AddFocusArea, command: Annotated[Command, commanding("plan_editor")]
) -> ActionPlanView:
    _shows(command, id)
    await commands.add_focus_area(command.tx, id, commands.FocusArea(id=uuid4(), **body.model_dump()))
    view = await queries.action_plan(command.tx, id, now=command.clock.now)
    return command.answer(view, location=f"/v1/action-plans/{id}")


@router.post("/action-plans/{id}/rename-focus-area", summary="Correct what a plan's focus area is called")
async def rename_focus_area(
    id: UUID, body: RenameFocusArea, change: Annotated[Change, changing("plan_editor")]
) -> ActionPlanView:
    _shows(change, id)
    await commands.rename_focus_area(change.tx, id, **body.model_dump(), expect=change.expects)
    return await _shown(change, id)


@router.post("/action-plans/{id}/close-period", summary="Make the readings of a period final")
async def close_period(
    id: UUID, body: ClosePeriod, change: Annotated[Change, changing("plan_editor")]
) -> ActionPlanView:
    _shows(change, id)
    await commands.close_period(
        change.tx, id, commands.Period(body.period), expect=change.expects, now=change.clock.now
    )
    return await _shown(change, id)


@router.get("/action-plans/{id}/progress", summary="How far a plan has come: its initiatives and figures")
async def progress(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Progress:
    return await counted.progress(query.tx, id, operator=sees_cases(query), now=query.clock.now)


@router.get(
    "/action-plans/{id}/progress/follow",
    summary="How far a plan has come, whole (`whole`) and then what has changed of it (`changed`), as it happens",
    response_class=EventStream,
)
async def follow_progress(id: UUID, follow: Annotated[Follow, following(*READERS)]) -> Response:
    # Refuses a plan that is not there before the answer begins.
    await queries.action_plan(follow.tx, id, now=follow.clock.now)
    sees = sees_cases(follow)
    return follow.answer_on(
        ("progress", id, sees),
        partial(counted.progress, plan_id=id, operator=sees, now=follow.clock.now),
        changes.change,
    )


def _shows(command: Command, id: UUID) -> None:
    command.shows(lambda: queries.action_plan(command.tx, id, now=command.clock.now))


async def _shown(change: Change, id: UUID) -> ActionPlanView:
    return change.answer(await queries.action_plan(change.tx, id, now=change.clock.now))
