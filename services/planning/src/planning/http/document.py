"""What was published, for everybody: the list of all versions, a feed, and each one's document in all its forms."""

from asyncio import to_thread
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from chassis.web.edge import Edge, OpenQuery, open_to_everybody
from chassis.web.page import PAGE, as_page
from planning.http.fields import ProvenanceParameter
from planning.queries import edition as queries
from planning.queries import published
from planning.queries.document import pdf as pdfs
from planning.queries.document import plan
from planning.queries.document import table as open_data
from planning.queries.document.plan import file_name
from planning.queries.edition import Snapshot
from planning.queries.published import PublishedPlans

router = APIRouter(route_class=Edge, prefix="/v1", tags=["editions"])
KEPT: Final = {"Cache-Control": "public, max-age=3600"}  # what was published stays; how it is shown may be renewed
Answers = dict[int | str, dict[str, Any]]
PDF: Final[Answers] = {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}
TABLE: Final[Answers] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


def as_pdf(made: bytes, *, name: str) -> Response:
    """The PDF as a file of that name."""
    return Response(made, media_type="application/pdf", headers=_attached(name))


@router.get("/published-plans", summary="Every version of a plan that was ever published, for everybody")
async def published_plans(
    query: Annotated[OpenQuery, open_to_everybody()], provenance: ProvenanceParameter = "actual"
) -> PublishedPlans:
    return await published.published_plans(query.tx, provenance=provenance)


@router.get(
    "/published-plans/feed",
    summary="What has happened to published plans and their initiatives, as an Atom feed that anybody may follow",
    response_class=Response,
    responses={200: {"content": {"application/atom+xml": {"schema": {"type": "string"}}}}},
)
async def feed(
    query: Annotated[OpenQuery, open_to_everybody()], provenance: ProvenanceParameter = "actual"
) -> Response:
    made = await published.feed(query.tx, provenance=provenance, at=query.clock.now(provenance))
    return Response(made, media_type="application/atom+xml")


@router.get("/editions/{id}/document", summary="The published document, byte for byte", response_model=Snapshot)
async def document(id: UUID, query: Annotated[OpenQuery, open_to_everybody()]) -> Response:
    return Response(await queries.document(query.tx, id), media_type="application/json", headers=KEPT)


@router.get(
    "/editions/{id}/page",
    summary="The published plan as an accessible page, Danish",
    response_class=Response,
    responses=PAGE,
)
async def page(id: UUID, query: Annotated[OpenQuery, open_to_everybody()]) -> Response:
    return _kept(as_page(plan.told(await queries.document(query.tx, id))))


@router.get(
    "/editions/{id}/pdf",
    summary="The published plan as a tagged PDF (PDF/UA-1), Danish",
    response_class=Response,
    responses=PDF,
)
async def pdf(id: UUID, query: Annotated[OpenQuery, open_to_everybody()]) -> Response:
    body = await queries.document(query.tx, id)
    made = await to_thread(pdfs.of_plan, body)
    return _kept(as_pdf(made, name=f"{file_name(body)}.pdf"))


@router.get(
    "/editions/{id}/initiatives.csv",
    summary="The published plan's initiatives and figures as a table",
    response_class=Response,
    responses=TABLE,
)
async def table(id: UUID, query: Annotated[OpenQuery, open_to_everybody()]) -> Response:
    return await _table("initiatives.csv", id, query)


@router.get(
    "/editions/{id}/series.csv",
    summary="The published plan's figures over time as a table",
    response_class=Response,
    responses=TABLE,
)
async def series_table(id: UUID, query: Annotated[OpenQuery, open_to_everybody()]) -> Response:
    return await _table("series.csv", id, query)


@router.get(
    "/editions/{id}/municipalities.csv",
    summary="What the published plan says of each municipality, as a table",
    response_class=Response,
    responses=TABLE,
)
async def municipalities_table(id: UUID, query: Annotated[OpenQuery, open_to_everybody()]) -> Response:
    return await _table("municipalities.csv", id, query)


@router.get(
    "/editions/{id}/milestones.csv",
    summary="The milestones of the published plan's initiatives, as a table",
    response_class=Response,
    responses=TABLE,
)
async def milestones_table(id: UUID, query: Annotated[OpenQuery, open_to_everybody()]) -> Response:
    return await _table("milestones.csv", id, query)


@router.get("/editions/{id}/tables.json", summary="What the published plan's tables hold, column by column (CSVW)")
async def tables(id: UUID, query: Annotated[OpenQuery, open_to_everybody()]) -> JSONResponse:
    return JSONResponse(open_data.described(await queries.document(query.tx, id)), headers=KEPT)


async def _table(name: str, id: UUID, query: OpenQuery) -> Response:
    body = await queries.document(query.tx, id)
    named = _attached(f"{file_name(body)}-{name}")
    return _kept(Response(open_data.TABLES[name].made(body), media_type="text/csv", headers=named))


def _kept(response: Response) -> Response:
    response.headers.update(KEPT)
    return response


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
