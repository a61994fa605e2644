"""Statistics, from a draft to the day on which none of its numbers stands any more."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Response
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from chassis.web.edge import (
    Body,
    Change,
    Command,
    Edge,
    OpenQuery,
    Query,
    changing,
    commanding,
    open_to_everybody,
    reading,
)
from contracts.knowledge import TableCode
from contracts.values import LARGEST, NEUTRAL, Count, Figure, NeutralLine, NeutralText, Ordinal, Provenance, PublicUrl
from knowledge.commands import statistic as commands
from knowledge.http.fields import EDITORS, EVERYBODY, Day
from knowledge.queries import statistic as queries
from knowledge.queries.statistic import WRITERS, ReleasedTable, StatisticFilter, Statistics, StatisticView

router = APIRouter(route_class=Edge, prefix="/v1", tags=["statistics"])

STEWARDS = ("data_steward",)
_NUMBERS: JsonDict = {
    "as_of": "2027-01-31",
    "units_reporting": 91,
    "units_asked": 98,
    "cells": [
        {"area": "nation", "category": "controlled", "count": 1204, "number": "21.4"},
        {"area": "nation", "category": "free", "count": 1204, "number": "78.6"},
    ],
}
_CONTENT: JsonDict = {
    "title_da": "Syntetisk: unge under social kontrol",
    "unit": "percent",
    "definition_version": 1,
    "definition_da": "Unge på 15-25 år, der svarer ja til mindst to af otte spørgsmål",
    "method_da": "Spørgeskema til unge i ungdomsuddannelse",
    "dark_figure_da": "Tallene siger intet om, hvor udbredt det er blandt unge, der ikke svarede.",
    "categories": [{"code": "controlled", "name_da": "Under kontrol"}, {"code": "free", "name_da": "Ikke"}],
    "headline_category": "controlled",
    **_NUMBERS,
}

Words = Annotated[NeutralLine, Field(min_length=1, max_length=300)]
Passage = Annotated[NeutralText, Field(min_length=1, max_length=4_000)]
CategoryCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$"), NEUTRAL]
StatisticPeriod = Annotated[
    str, Field(pattern=r"^20[0-9]{2}(-(Q[1-4]|0[1-9]|1[0-2]))?$", description="A year, a quarter or a month")
]


class CategoryBody(Body):
    """What a column is about."""

    code: CategoryCode
    name_da: Words


class CellBody(Body):
    """A number of an area and a category."""

    area: Literal["nation", "nordjylland", "midtjylland", "syddanmark", "sjaelland", "hovedstaden", "oestdanmark"]
    category: CategoryCode
    count: Annotated[
        Count, Field(description="The number itself; of a share or a mean, how many people it is about (never shown)")
    ]
    number: Annotated[Figure | None, Field(description="The share in percent, or the mean; none for a count")] = None


class _Numbers(Body):
    """The numbers, as of a day. What is not stated is left out."""

    caveat_da: Passage | None = None
    source_url: Annotated[PublicUrl | None, Field(description="Where numbers that are not ours come from")] = None
    read_on: Annotated[Day | None, Field(description="The day on which the source was read")] = None
    cells: Annotated[tuple[CellBody, ...], Field(min_length=1, max_length=140)]


class RedraftStatistic(_Numbers):
    """The statistic, whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CONTENT]})

    title_da: Words
    title_en: Words | None = None
    unit: Annotated[Literal["count", "percent", "mean"], Field(description="What each number is")]
    definition_version: Annotated[Ordinal | None, Field(description="Needed before it is checked")] = None
    definition_da: Annotated[Passage | None, Field(description="Whom the numbers are about; as needed")] = None
    method_da: Annotated[Passage | None, Field(description="As needed")] = None
    dark_figure_da: Annotated[Passage | None, Field(description="What the numbers cannot say; as needed")] = None
    as_of: Annotated[Day | None, Field(description="The day whose knowledge the numbers are; as needed")] = None
    units_reporting: Annotated[Count | None, Field(description="As needed")] = None
    units_asked: Annotated[Count | None, Field(description="As needed")] = None
    categories: Annotated[tuple[CategoryBody, ...], Field(min_length=1, max_length=20)]
    headline_category: Annotated[
        CategoryCode | None, Field(description="Whose national number is the headline; of counts all, where none is")
    ] = None


class DraftStatistic(RedraftStatistic):
    """A statistic that somebody begins to work on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"provenance": "synthetic", "table": "young-in-control", "period": "2026", **_CONTENT}]
        }
    )

    provenance: Annotated[Provenance, Field(examples=["synthetic"])]
    table: TableCode
    period: StatisticPeriod


class CorrectStatistic(_Numbers):
    """The new numbers, whole, of the same areas and categories."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "source_corrected", **_NUMBERS}]})

    reason: Literal["source_corrected", "counted_wrongly", "late_reports"]
    as_of: Day
    units_reporting: Count
    units_asked: Count


class RetractStatistic(Body):
    """Why none of the numbers stands."""

    reason: Annotated[Literal["wrong", "disclosive", "source_retracted"], Field(examples=["wrong"])]


class StatisticPage(StatisticFilter):
    """Which statistics are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[str | None, Field(max_length=1_000, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.post("/statistics", status_code=201, summary="Begin the statistic of a table and period")
async def draft_statistic(body: DraftStatistic, command: Annotated[Command, commanding(*EDITORS)]) -> StatisticView:
    id = uuid4()
    said = body.model_dump(exclude={"provenance", "table", "period"})
    await commands.draft_statistic(
        command.tx, id, said, table=body.table, period=body.period, provenance=body.provenance
    )
    return await _shown(command, id, location=f"/v1/statistics/{id}")


@router.post("/statistics/{id}/redraft", summary="Change a statistic that is not released")
async def redraft_statistic(
    id: UUID, body: RedraftStatistic, change: Annotated[Change, changing(*EDITORS)]
) -> StatisticView:
    change.shows(partial(_view, change, id))
    await commands.redraft_statistic(change.tx, id, body.model_dump(), expect=change.expects)
    return await _shown(change, id)


@router.post("/statistics/{id}/check", summary="Say that what is shown gives nobody away, also beside other tables")
async def check_statistic(id: UUID, change: Annotated[Change, changing(*EDITORS)]) -> StatisticView:
    change.shows(partial(_view, change, id))
    await commands.check_statistic(change.tx, id, expect=change.expects)
    return await _shown(change, id)


@router.post("/statistics/{id}/approve", summary="Approve a checked statistic")
async def approve_statistic(id: UUID, change: Annotated[Change, changing(*STEWARDS)]) -> StatisticView:
    change.shows(partial(_view, change, id))
    await commands.approve_statistic(change.tx, id, expect=change.expects)
    return await _shown(change, id)


@router.post("/statistics/{id}/release", summary="Let everybody read an approved statistic")
async def release_statistic(id: UUID, change: Annotated[Change, changing(*EDITORS)]) -> StatisticView:
    change.shows(partial(_view, change, id))
    await commands.release_statistic(change.tx, id, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/statistics/{id}/correct", summary="Put other numbers in the place of released ones")
async def correct_statistic(
    id: UUID, body: CorrectStatistic, change: Annotated[Change, changing(*STEWARDS)]
) -> StatisticView:
    change.shows(partial(_view, change, id))
    said = body.model_dump(exclude={"reason"})
    await commands.correct_statistic(
        change.tx, id, said, reason=body.reason, expect=change.expects, now=change.clock.now
    )
    return await _shown(change, id)


@router.post("/statistics/{id}/retract", summary="Say that none of the released numbers stands")
async def retract_statistic(
    id: UUID, body: RetractStatistic, change: Annotated[Change, changing(*WRITERS)]
) -> StatisticView:
    change.shows(partial(_view, change, id))
    await commands.retract_statistic(change.tx, id, reason=body.reason, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.get("/statistics", summary="Search statistics")
async def statistics(
    page: Annotated[StatisticPage, Parameters()], query: Annotated[Query, reading(*EVERYBODY)]
) -> Statistics:
    return await queries.statistics(query.tx, page, to=query.principal, after=page.after, limit=page.limit)


@router.get("/statistics/{id}", summary="One statistic with its numbers and those that were said earlier")
async def statistic(id: UUID, query: Annotated[Query, reading(*EVERYBODY)]) -> StatisticView:
    return query.answer(await queries.statistic(query.tx, id, to=query.principal))


@router.get(
    "/statistics/{id}/tables/{edition}",
    summary="Released numbers, in the bytes whose digest was told",
    response_model=ReleasedTable,
)
async def statistic_table(
    id: UUID, edition: Annotated[int, Path(ge=1, le=LARGEST)], query: Annotated[OpenQuery, open_to_everybody()]
) -> Response:
    return Response(await queries.document(query.tx, id, edition), media_type="application/json")


async def _view(command: Command, id: UUID) -> StatisticView:
    return await queries.statistic(command.tx, id, to=command.principal)


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> StatisticView:
    return command.answer(await _view(command, id), location=location)
