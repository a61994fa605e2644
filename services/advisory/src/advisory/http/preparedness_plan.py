"""Rådgivning: registret over de 98 kommuners beredskabsplaner efter barnets lov § 15, stk. 3.

Advisory: the register of the 98 municipalities' preparedness plans, barnets lov § 15(3).
"""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from advisory.commands import preparedness_plan as commands
from advisory.queries import preparedness_plan as queries
from advisory.queries.preparedness_plan import Board, BoardFilter, PreparednessPlanView
from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import MunicipalityCode, PartialDate, PublicUrl

router = APIRouter(route_class=Edge, prefix="/v1", tags=["preparedness plans"])

READERS = ("adviser", "duty_coordinator", "municipal_key_person", "police_contact", "editor", "plan_editor", "operator")
REPORTERS = ("adviser", "municipal_key_person")

Covers = Annotated[
    tuple[Literal["children_youth", "adults", "extremism"], ...],
    Field(min_length=1, max_length=3, description="Whom and what the plan is about", examples=[["children_youth"]]),
]
SourceUrl = Annotated[
    PublicUrl | None,
    Field(
        description="Where MÆRK read of the plan, where there is such a page", examples=["https://example.org/kommunen"]
    ),
]


class RecordPlan(Body):
    """A municipality's plan enters the register."""

    municipality_code: Annotated[MunicipalityCode, Field(examples=["9904"])]
    covers: Covers
    source_url: SourceUrl = None


class RevisePlan(Body):
    """A new version is on its way."""

    covers: Covers
    source_url: SourceUrl = None


class AdoptPlan(Body):
    """The municipal council's adoption."""

    adopted_on: Annotated[PartialDate, Field(description="As exactly as the source states it", examples=["2024-06-24"])]


class PublishPlan(Body):
    """The plan's publication."""

    published_url: Annotated[
        PublicUrl,
        Field(description="Where everybody can read the plan", examples=["https://example.org/beredskabsplan"]),
    ]
    published_on: Annotated[
        PartialDate | None,
        Field(description="Since when it can be read, as exactly as the source states it", examples=["2024-08"]),
    ] = None


class BoardPage(BoardFilter):
    """Which municipalities are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[str | None, Field(pattern=r"^[0-9]{4}$", description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100


class CsvFilter(BoardFilter):
    """Which municipalities the table has."""

    model_config = ConfigDict(extra="forbid")


@router.post("/preparedness-plans", status_code=201, summary="Enter a municipality's plan into the register")
async def record_preparedness_plan(
    body: RecordPlan, command: Annotated[Command, commanding(*REPORTERS)]
) -> PreparednessPlanView:
    id = uuid4()
    command.shows(partial(queries.plan_of, command.tx, body.municipality_code, now=command.clock.now))
    await commands.record_preparedness_plan(
        command.tx,
        id,
        by=command.principal,
        municipality_code=body.municipality_code,
        covers=body.covers,
        source_url=body.source_url,
        now=command.clock.now,
    )
    return await shown(command, id, location=f"/v1/preparedness-plans/{id}")


@router.post("/preparedness-plans/{id}/revise", summary="Begin a new version of a plan")
async def revise_preparedness_plan(
    id: UUID, body: RevisePlan, change: Annotated[Change, changing(*REPORTERS)]
) -> PreparednessPlanView:
    change.shows(partial(view_of, change, id))
    await commands.revise_preparedness_plan(
        change.tx,
        id,
        by=change.principal,
        expect=change.expects,
        covers=body.covers,
        source_url=body.source_url,
        now=change.clock.now,
    )
    return await shown(change, id)


@router.post("/preparedness-plans/{id}/adopt", summary="Say that the council has adopted the plan")
async def adopt_preparedness_plan(
    id: UUID, body: AdoptPlan, change: Annotated[Change, changing(*REPORTERS)]
) -> PreparednessPlanView:
    change.shows(partial(view_of, change, id))
    await commands.adopt_preparedness_plan(
        change.tx,
        id,
        by=change.principal,
        expect=change.expects,
        adopted_on=body.adopted_on,
        now=change.clock.now,
    )
    return await shown(change, id)


@router.post("/preparedness-plans/{id}/publish", summary="Say where the adopted plan can be read")
async def publish_preparedness_plan(
    id: UUID, body: PublishPlan, change: Annotated[Change, changing(*REPORTERS)]
) -> PreparednessPlanView:
    change.shows(partial(view_of, change, id))
    await commands.publish_preparedness_plan(
        change.tx,
        id,
        by=change.principal,
        expect=change.expects,
        published_url=body.published_url,
        published_on=body.published_on,
        now=change.clock.now,
    )
    return await shown(change, id)


@router.post("/preparedness-plans/{id}/verify", summary="Say that MÆRK found the published plan as registered")
async def verify_preparedness_plan(id: UUID, change: Annotated[Change, changing("adviser")]) -> PreparednessPlanView:
    change.shows(partial(view_of, change, id))
    await commands.verify_preparedness_plan(
        change.tx, id, by=change.principal, expect=change.expects, now=change.clock.now
    )
    return await shown(change, id)


@router.get("/preparedness-plans", summary="The board of the 98 municipalities")
async def preparedness_plans(
    page: Annotated[BoardPage, Parameters()], query: Annotated[Query, reading(*READERS)]
) -> Board:
    return await queries.board(query.tx, page, at=query.clock.now(page.provenance), after=page.after, limit=page.limit)


@router.get(
    "/preparedness-plans.csv",
    summary="The board as a table for a spreadsheet",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def preparedness_plans_csv(
    wanted: Annotated[CsvFilter, Parameters()], query: Annotated[Query, reading(*READERS)]
) -> Response:
    board = await queries.board(query.tx, wanted, at=query.clock.now(wanted.provenance))
    return Response(
        queries.as_csv(board),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="preparedness-plans.csv"'},
    )


@router.get("/preparedness-plans/{id}", summary="A municipality's entry with all its versions")
async def preparedness_plan(id: UUID, query: Annotated[Query, reading(*READERS)]) -> PreparednessPlanView:
    return query.answer(await queries.preparedness_plan(query.tx, id, now=query.clock.now))


async def view_of(command: Command, id: UUID) -> PreparednessPlanView:
    """The entry as it is now."""
    return await queries.preparedness_plan(command.tx, id, now=command.clock.now)


async def shown(command: Command, id: UUID, *, location: str | None = None) -> PreparednessPlanView:
    """The entry as it is now, under its new entity tag."""
    return command.answer(await view_of(command, id), location=location)
