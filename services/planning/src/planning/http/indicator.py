"""Indicators, their readings, and the events behind these."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameter
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import LARGEST, EventType, NeutralLine, NeutralText, Provenance, PublicUrl
from planning.commands import indicator as commands
from planning.http.fields import (
    READERS,
    Code,
    FieldName,
    FieldValue,
    PeriodName,
    ProvenanceParameter,
    Sentence,
    Title,
    Unit,
    sees_cases,
)
from planning.queries import curve as curves
from planning.queries import evidence as behind
from planning.queries import indicator as queries
from planning.queries.curve import Curve
from planning.queries.evidence import Evidence
from planning.queries.indicator import Indicators, IndicatorView, Readings

router = APIRouter(route_class=Edge, prefix="/v1", tags=["indicators"])

Step = Annotated[NeutralLine, Field(min_length=1, max_length=60)]


VALID_PLANS: JsonDict = {
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


class Define(Body):
    """What exactly an indicator counts."""

    model_config = ConfigDict(json_schema_extra={"examples": [VALID_PLANS]})

    text_da: Sentence
    text_en: Sentence | None = None
    method: Literal["event_count", "distinct_count", "sum", "mean", "latest", "newest", "manual", "described"]
    event_types: Annotated[tuple[EventType, ...], Field(max_length=50)] = ()
    counting_types: Annotated[tuple[EventType, ...], Field(max_length=50)] = ()
    match: Annotated[dict[FieldName, FieldValue], Field(default_factory=dict, max_length=10)]
    by_field: Annotated[
        FieldName | None,
        Field(description="What is told apart: a single value, each member of a collection, or of its plural's"),
    ] = None
    sum_field: Annotated[
        FieldName | None,
        Field(description="The number that is added up, or of which the mean is taken or the newest shown"),
    ] = None
    out_of: Annotated[int | None, Field(ge=1, le=LARGEST)] = None
    scale_da: Annotated[
        tuple[Step, ...], Field(max_length=10, description="The steps of what is read in words, the least first")
    ] = ()


class DefineIndicator(Body):
    """A measurable quantity of a plan."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "plan_id": "4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c21",
                    "code": "valid-plans",
                    "name_da": "Kommuner med gyldig beredskabsplan",
                    "unit_da": "kommuner",
                    "kind": "outcome",
                    "frequency": "year",
                    "definition": VALID_PLANS,
                }
            ]
        }
    )

    plan_id: UUID
    initiative_id: UUID | None = None
    code: Code
    name_da: Title
    name_en: Title | None = None
    unit_da: Unit | None = None
    unit_en: Unit | None = None
    kind: Literal["output", "outcome", "process"]
    frequency: Literal["year", "quarter", "month"]
    definition: Define


class RecordReading(Body):
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


class Describe(Body):
    """What somebody says of a period in words; without a source it is their word."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"period": "2026", "step_da": "delvis", "words_da": "Syntetisk vurdering i hele sætninger."}]
        }
    )

    period: PeriodName
    step_da: Annotated[Step, Field(description="A step of the definition's scale")]
    words_da: Annotated[NeutralText, Field(min_length=1, max_length=2_000)]
    source_url: PublicUrl | None = None
    provenance: Provenance = "actual"


@router.get("/action-plans/{id}/indicators", summary="A plan's indicators with their readings")
async def indicators(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Indicators:
    return await queries.indicators(query.tx, id, operator=sees_cases(query))


@router.post("/indicators", status_code=201, summary="Define an indicator")
async def define_indicator(
    body: DefineIndicator, command: Annotated[Command, commanding("plan_editor")]
) -> IndicatorView:
    indicator = commands.new_indicator(uuid4(), body.model_dump(), at=command.clock.now())
    command.shows(lambda: queries.indicators(command.tx, body.plan_id, operator=sees_cases(command)))
    await commands.define_indicator(command.tx, indicator, now=command.clock.now)
    return await _shown(command, indicator.id, location=f"/v1/indicators/{indicator.id}")


@router.post("/indicators/{id}/redefine", summary="Give an indicator a new definition")
async def redefine_indicator(
    id: UUID, body: Define, change: Annotated[Change, changing("plan_editor")]
) -> IndicatorView:
    change.shows(lambda: queries.indicator(change.tx, id, operator=sees_cases(change)))
    definition = commands.new_definition(body.model_dump(), at=change.clock.now())
    await commands.redefine_indicator(change.tx, id, definition, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/indicators/{id}/readings", status_code=201, summary="Type a value with its source")
async def record_reading(
    id: UUID, body: RecordReading, command: Annotated[Command, commanding("plan_editor")]
) -> IndicatorView:
    command.shows(lambda: queries.indicator(command.tx, id, operator=sees_cases(command)))
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


@router.post("/indicators/{id}/describe", status_code=201, summary="Say in words how a period was, on the scale")
async def describe_indicator(
    id: UUID, body: Describe, command: Annotated[Command, commanding("plan_editor")]
) -> IndicatorView:
    command.shows(lambda: queries.indicator(command.tx, id, operator=sees_cases(command)))
    said: dict[str, Any] = {**body.model_dump(), "period": commands.Period(body.period)}
    await commands.describe_indicator(command.tx, id, **said, at=command.clock.now(body.provenance))
    return await _shown(command, id)


@router.get("/indicators/{id}", summary="An indicator with the readings that stand")
async def indicator(id: UUID, query: Annotated[Query, reading(*READERS)]) -> IndicatorView:
    return query.answer(await queries.indicator(query.tx, id, operator=sees_cases(query)))


@router.get("/indicators/{id}/readings", summary="Every reading that an indicator ever had")
async def readings(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Readings:
    return await queries.readings(query.tx, id, operator=sees_cases(query))


@router.get("/indicators/{id}/curve", summary="How a figure moved with each event")
async def curve(
    id: UUID, query: Annotated[Query, reading(*READERS)], provenance: ProvenanceParameter = "actual"
) -> Curve:
    return await curves.curve(query.tx, id, provenance=provenance, operator=sees_cases(query))


@router.get("/readings/{id}/evidence", summary="The events behind a figure")
async def evidence(
    id: UUID,
    query: Annotated[Query, reading(*READERS)],
    after: Annotated[str | None, Parameter(max_length=200, description="`next` of the page before")] = None,
    limit: Annotated[int, Parameter(ge=1, le=1_000)] = 100,
) -> Evidence:
    return await behind.evidence(query.tx, id, operator=sees_cases(query), after=after, limit=limit)


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> Any:
    return command.answer(await queries.indicator(command.tx, id, operator=sees_cases(command)), location=location)
