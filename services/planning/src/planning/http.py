"""Planlægning: den årlige handlingsplan, og tal der kan åbnes ned til hændelserne bag dem.

Planning: the yearly action plan, and figures that open to the events behind them.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from fastapi import Query as Parameter
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from chassis.web.edge import Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import LARGEST, EventType, Provenance, PublicUrl, Text
from planning import commands, queries
from planning.queries import ActionPlans, ActionPlanView, Curve, Evidence, Indicators, IndicatorView, Readings

router = APIRouter(route_class=Edge, prefix="/v1")

READERS = ("plan_editor", "initiative_owner", "adviser", "editor", "data_steward", "operator")

Title = Annotated[Text, Field(min_length=1, max_length=300)]
Sentence = Annotated[Text, Field(min_length=1, max_length=2_000)]
PeriodName = Annotated[
    str,
    Field(
        pattern=r"^2[01][0-9]{2}(-(Q[1-4]|0[1-9]|1[0-2]))?$",
        description="A year, a quarter or a month",
        examples=["2026", "2026-Q1", "2026-04"],
    ),
]
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,59}$")]
FieldValue = (
    Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,100}$")] | Annotated[int, Field(ge=-LARGEST, le=LARGEST)] | bool
)
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,79}$")]
Number = Annotated[int, Field(ge=1, le=999)]
ProvenanceParameter = Annotated[
    Provenance, Parameter(description="Synthetic events are never counted among actual ones")
]


_VALID_PLANS: JsonDict = {
    "text_da": "Kommuner med en vedtaget og offentliggjort beredskabsplan, der højst er fire år gammel",
    "method": "latest",
    "event_types": [
        "dk.maerk.advisory.preparedness-plan-published.v1",
        "dk.maerk.advisory.preparedness-plan-overdue.v1",
    ],
    "counting_types": ["dk.maerk.advisory.preparedness-plan-published.v1"],
    "by_field": "municipality_code",
    "out_of": 98,
}


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RecordInitiative(_Body):
    """One effort of the plan."""

    number: Number
    title_da: Title
    title_en: Title | None = None
    responsible_ministry: Title | None = None
    children_youth: Literal["primary", "partly", "no"]


class RecordFocusArea(_Body):
    """A heading with its initiatives."""

    number: Number
    title_da: Title
    title_en: Title | None = None
    initiatives: Annotated[tuple[RecordInitiative, ...], Field(max_length=100)] = ()


class RecordActionPlan(_Body):
    """A year's action plan."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"year": 2026, "title_da": "Syntetisk plan", "provenance": "synthetic"}]}
    )

    year: Annotated[int, Field(ge=2000, le=2100)]
    title_da: Title
    title_en: Title | None = None
    source_url: PublicUrl | None = None
    provenance: Provenance
    focus_areas: Annotated[tuple[RecordFocusArea, ...], Field(max_length=20)] = ()


class Define(_Body):
    """What exactly an indicator counts."""

    model_config = ConfigDict(json_schema_extra={"examples": [_VALID_PLANS]})

    text_da: Sentence
    text_en: Sentence | None = None
    method: Literal["event_count", "distinct_count", "sum", "latest", "manual"]
    event_types: Annotated[tuple[EventType, ...], Field(max_length=50)] = ()
    counting_types: Annotated[tuple[EventType, ...], Field(max_length=50)] = ()
    match: Annotated[dict[FieldName, FieldValue], Field(max_length=10)] = {}
    by_field: FieldName | None = None
    sum_field: FieldName | None = None
    out_of: Annotated[int | None, Field(ge=1, le=LARGEST)] = None


class DefineIndicator(_Body):
    """A measurable quantity of a plan."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "plan_id": "4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c21",
                    "code": "valid-plans",
                    "name_da": "Kommuner med gyldig beredskabsplan",
                    "kind": "outcome",
                    "frequency": "year",
                    "definition": _VALID_PLANS,
                }
            ]
        }
    )

    plan_id: UUID
    initiative_id: UUID | None = None
    code: Code
    name_da: Title
    name_en: Title | None = None
    kind: Literal["output", "outcome", "process"]
    frequency: Literal["year", "quarter", "month"]
    definition: Define


class ClosePeriod(_Body):
    """The period whose readings become final."""

    period: PeriodName


class RecordReading(_Body):
    """A value that somebody has read, with its source."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"period": "2026", "value": 86, "source_url": "https://example.org/evaluering"}]
        }
    )

    period: PeriodName
    value: Annotated[Decimal, Field(ge=-LARGEST, le=LARGEST, decimal_places=3)]
    source_url: PublicUrl
    provenance: Provenance = "actual"


@router.post("/action-plans", status_code=201, summary="Record a year's action plan", tags=["plans"])
async def record_action_plan(
    body: RecordActionPlan, command: Annotated[Command, commanding("plan_editor")]
) -> ActionPlanView:
    plan = commands.new_action_plan(uuid4, body.model_dump())
    command.shows(lambda: queries.action_plans(command.tx))
    await commands.record_action_plan(command.tx, plan, at=command.clock.now(body.provenance))
    view = await queries.action_plan(command.tx, plan.id)
    command.answers(revision=view.revision, location=f"/v1/action-plans/{plan.id}")
    return view


@router.get("/action-plans", summary="All action plans", tags=["plans"])
async def action_plans(query: Annotated[Query, reading(*READERS)]) -> ActionPlans:
    return await queries.action_plans(query.tx)


@router.get("/action-plans/{id}", summary="One action plan", tags=["plans"])
async def action_plan(id: UUID, response: Response, query: Annotated[Query, reading(*READERS)]) -> ActionPlanView:
    view = await queries.action_plan(query.tx, id)
    response.headers["ETag"] = f'"{view.revision}"'
    return view


@router.post("/action-plans/{id}/close-period", summary="Make the readings of a period final", tags=["plans"])
async def close_period(
    id: UUID, body: ClosePeriod, change: Annotated[Change, changing("plan_editor")]
) -> ActionPlanView:
    change.shows(lambda: queries.action_plan(change.tx, id))
    await commands.close_period(
        change.tx, id, commands.Period(body.period), expect=change.expects, now=change.clock.now
    )
    view = await queries.action_plan(change.tx, id)
    change.answers(revision=view.revision)
    return view


@router.get("/action-plans/{id}/indicators", summary="A plan's indicators with their readings", tags=["indicators"])
async def indicators(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Indicators:
    return await queries.indicators(query.tx, id)


@router.post("/indicators", status_code=201, summary="Define an indicator", tags=["indicators"])
async def define_indicator(
    body: DefineIndicator, command: Annotated[Command, commanding("plan_editor")]
) -> IndicatorView:
    indicator = commands.new_indicator(uuid4(), body.model_dump(), at=command.clock.now())
    command.shows(lambda: queries.indicators(command.tx, body.plan_id))
    await commands.define_indicator(command.tx, indicator, now=command.clock.now)
    return await _shown(command, indicator.id, location=f"/v1/indicators/{indicator.id}")


@router.post("/indicators/{id}/redefine", summary="Give an indicator a new definition", tags=["indicators"])
async def redefine_indicator(
    id: UUID, body: Define, change: Annotated[Change, changing("plan_editor")]
) -> IndicatorView:
    change.shows(lambda: queries.indicator(change.tx, id))
    definition = commands.new_definition(body.model_dump(), at=change.clock.now())
    await commands.redefine_indicator(change.tx, id, definition, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/indicators/{id}/readings", status_code=201, summary="Type a value with its source", tags=["indicators"])
async def record_reading(
    id: UUID, body: RecordReading, command: Annotated[Command, commanding("plan_editor", "initiative_owner")]
) -> IndicatorView:
    command.shows(lambda: queries.indicator(command.tx, id))
    await commands.record_reading(
        command.tx,
        id,
        period=commands.Period(body.period),
        value=body.value,
        source_url=body.source_url,
        provenance=body.provenance,
        at=command.clock.now(body.provenance),
    )
    return await _shown(command, id)


@router.get("/indicators/{id}", summary="An indicator with the readings that stand", tags=["indicators"])
async def indicator(id: UUID, response: Response, query: Annotated[Query, reading(*READERS)]) -> IndicatorView:
    view = await queries.indicator(query.tx, id)
    response.headers["ETag"] = f'"{view.definition.version}"'
    return view


@router.get("/indicators/{id}/readings", summary="Every reading that an indicator ever had", tags=["indicators"])
async def readings(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Readings:
    return await queries.readings(query.tx, id)


@router.get("/indicators/{id}/curve", summary="How a figure moved with each event", tags=["indicators"])
async def curve(
    id: UUID, query: Annotated[Query, reading(*READERS)], provenance: ProvenanceParameter = "actual"
) -> Curve:
    return await queries.curve(query.tx, id, provenance=provenance)


@router.get("/readings/{id}/evidence", summary="The events behind a figure", tags=["indicators"])
async def evidence(
    id: UUID,
    query: Annotated[Query, reading(*READERS)],
    after: Annotated[str | None, Parameter(max_length=200, description="`next` of the page before")] = None,
    limit: Annotated[int, Parameter(ge=1, le=1_000)] = 100,
) -> Evidence:
    return await queries.evidence(query.tx, id, operator=query.principal.has_any("operator"), after=after, limit=limit)


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> Any:
    view = await queries.indicator(command.tx, id)
    command.answers(revision=view.definition.version, location=location)
    return view
