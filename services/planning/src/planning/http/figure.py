"""What is asked of figures: before they count, beside them, between them, of their course, and as they were known."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Parameter
from pydantic import ConfigDict, Field

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import LARGEST, Provenance, PublicUrl
from planning.commands import course as courses
from planning.commands import override as overriding
from planning.commands import target as targeting
from planning.commands.indicator import new_definition
from planning.http.fields import READERS, Day, FieldName, PeriodName, ProvenanceParameter, Reason, sees_cases
from planning.http.indicator import VALID_PLANS, Define
from planning.queries import breakdown as breakdowns
from planning.queries import course as course_queries
from planning.queries import indicator as queries
from planning.queries import known, previews, sets
from planning.queries import rollup as rolling
from planning.queries import target as target_queries
from planning.queries.breakdown import Breakdown
from planning.queries.course import Courses, CourseView
from planning.queries.indicator import IndicatorView, Overrides
from planning.queries.known import KnownView
from planning.queries.previews import Preview
from planning.queries.rollup import RollUp
from planning.queries.sets import SetsView
from planning.queries.target import Targets

router = APIRouter(route_class=Edge, prefix="/v1", tags=["indicators"])

Value = Annotated[Decimal, Field(ge=-LARGEST, le=LARGEST, decimal_places=3)]


class PreviewDefinition(Body):
    """A definition that is tried on what has been heard."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"frequency": "year", "definition": VALID_PLANS}]})

    indicator_id: Annotated[UUID | None, Field(description="Show the present definition beside it")] = None
    frequency: Literal["year", "quarter", "month"] = "year"
    provenance: Provenance = "actual"
    definition: Define


class OverrideReading(Body):
    """Another value for a period than the counted one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "period": "2026",
                    "value": 93,
                    "reason": "Ministeren har oplyst et andet tal",
                    "source_url": "https://example.org/svar",
                }
            ]
        }
    )

    period: PeriodName
    value: Value
    reason: Reason
    source_url: PublicUrl
    provenance: Provenance = "actual"


class TakeBackOverride(Body):
    """Why the value before no longer stands beside the figure."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"period": "2026", "reason": "Kilden er rettet"}]})

    period: PeriodName
    reason: Reason
    provenance: Provenance = "actual"


class SetCourse(Body):
    """From where a figure is to come to what by when; `neutral` follows it without judging."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "direction": "up",
                    "baseline": 40,
                    "baseline_on": "2026-01-01",
                    "target": 98,
                    "due_on": "2026-12-31",
                }
            ]
        }
    )

    direction: Literal["up", "down", "neutral"]
    baseline: Value | None = None
    baseline_on: Day | None = None
    target: Value | None = None
    due_on: Day | None = None
    slack_percent: Annotated[int, Field(ge=0, le=100)] = 10
    source_url: PublicUrl | None = None


class SetTarget(Body):
    """What a figure is to be in a period: at least or at most so much."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"period": "2027", "bound": "at_least", "value": 98}]})

    period: PeriodName
    bound: Literal["at_least", "at_most"]
    value: Value
    source_url: PublicUrl | None = None


class TakeBackTarget(Body):
    """The period whose target no longer stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"period": "2027"}]})

    period: PeriodName


@router.post("/indicators/preview", summary="Try a definition on what has been heard; nothing is kept")
async def preview_definition(
    body: PreviewDefinition, command: Annotated[Command, commanding("plan_editor")]
) -> Preview:
    now = command.clock.now(body.provenance)
    return await previews.preview(
        command.tx,
        new_definition(body.definition.model_dump(), at=now),
        indicator_id=body.indicator_id,
        frequency=body.frequency,
        provenance=body.provenance,
        now=now,
        operator=sees_cases(command),
    )


@router.post("/indicators/{id}/override", status_code=201, summary="Hold another value against a counted figure")
async def override_reading(
    id: UUID, body: OverrideReading, command: Annotated[Command, commanding("plan_editor")]
) -> IndicatorView:
    await overriding.override_reading(command.tx, id, **body.model_dump(), now=command.clock.now)
    return command.answer(await queries.indicator(command.tx, id, operator=sees_cases(command)))


@router.post("/indicators/{id}/take-back-override", status_code=201, summary="Take the other value back")
async def take_back_override(
    id: UUID, body: TakeBackOverride, command: Annotated[Command, commanding("plan_editor")]
) -> IndicatorView:
    said: dict[str, Any] = {**body.model_dump(), "value": None, "source_url": None}
    await overriding.override_reading(command.tx, id, **said, now=command.clock.now)
    return command.answer(await queries.indicator(command.tx, id, operator=sees_cases(command)))


@router.get("/indicators/{id}/overrides", summary="Every value that was ever held against an indicator's figures")
async def overrides(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Overrides:
    await queries.found_indicator(query.tx, id)
    return await queries.overrides(query.tx, id)


@router.post("/indicators/{id}/set-course", summary="Say where a figure is to be by when")
async def set_course(id: UUID, body: SetCourse, change: Annotated[Change, changing("plan_editor")]) -> CourseView:
    change.shows(lambda: queries.indicator(change.tx, id, operator=sees_cases(change)))
    await courses.set_course(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await course_queries.course(change.tx, id, now=change.clock.now())


@router.post("/indicators/{id}/set-target", status_code=201, summary="Say what a figure is to be in a period")
async def set_target(id: UUID, body: SetTarget, command: Annotated[Command, commanding("plan_editor")]) -> Targets:
    await targeting.set_target(command.tx, id, body.model_dump(), now=command.clock.now)
    return await target_queries.targets(command.tx, id)


@router.post("/indicators/{id}/take-back-target", status_code=201, summary="Take the target of a period back")
async def take_back_target(
    id: UUID, body: TakeBackTarget, command: Annotated[Command, commanding("plan_editor")]
) -> Targets:
    said: dict[str, Any] = {"period": body.period, "bound": "at_least", "value": None, "source_url": None}
    await targeting.set_target(command.tx, id, said, now=command.clock.now)
    return await target_queries.targets(command.tx, id)


@router.get("/indicators/{id}/targets", summary="What a figure is to be in each period, and whether it is")
async def targets(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Targets:
    return await target_queries.targets(query.tx, id)


@router.get("/indicators/{id}/breakdown", summary="What a figure is made of, by a field of its events")
async def breakdown(
    id: UUID,
    field: FieldName,
    period: PeriodName,
    query: Annotated[Query, reading(*READERS)],
    provenance: ProvenanceParameter = "actual",
) -> Breakdown:
    return await breakdowns.breakdown(
        query.tx,
        id,
        field=field,
        period=period,
        provenance=provenance,
        at=query.clock.now(provenance),
        operator=sees_cases(query),
    )


@router.get("/initiatives/{id}/roll-up", summary="An initiative's figures with those of all it became, nothing twice")
async def roll_up_initiative(
    id: UUID,
    period: PeriodName,
    query: Annotated[Query, reading(*READERS)],
    provenance: ProvenanceParameter = "actual",
) -> RollUp:
    return await rolling.initiative_roll_up(query.tx, id, period=period, provenance=provenance)


@router.get("/action-plans/{id}/roll-up", summary="The figures of all of a plan's initiatives, nothing twice")
async def roll_up_plan(
    id: UUID,
    period: PeriodName,
    query: Annotated[Query, reading(*READERS)],
    provenance: ProvenanceParameter = "actual",
) -> RollUp:
    return await rolling.plan_roll_up(query.tx, id, period=period, provenance=provenance)


@router.get("/indicators/{id}/course", summary="Where a figure is to be, where it is, and the reason when it is behind")
async def course(id: UUID, query: Annotated[Query, reading(*READERS)]) -> CourseView:
    return await course_queries.course(query.tx, id, now=query.clock.now())


@router.get("/action-plans/{id}/courses", summary="A plan's figures with a course, those that are behind first")
async def plan_courses(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Courses:
    return await course_queries.plan_courses(query.tx, id, now=query.clock.now())


@router.get("/indicators/{id}/known-on/{day}", summary="A figure as it was known on a day")
async def known_on(
    id: UUID,
    day: Day,
    query: Annotated[Query, reading(*READERS)],
    period: PeriodName | None = None,
    provenance: ProvenanceParameter = "actual",
) -> KnownView:
    now = query.clock.now(provenance)
    return await known.known_on(
        query.tx, id, day, period=period, provenance=provenance, now=now, operator=sees_cases(query)
    )


@router.get("/indicator-sets", summary="Figures as sets: their members, their union, and what lies between them")
async def indicator_sets(
    indicator: Annotated[list[UUID], Parameter(min_length=1, max_length=10)],
    period: PeriodName,
    query: Annotated[Query, reading(*READERS)],
    provenance: ProvenanceParameter = "actual",
) -> SetsView:
    return await sets.sets(query.tx, indicator, period=period, provenance=provenance)
