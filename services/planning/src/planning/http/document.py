"""A published edition in all its forms: the document itself, a page, a PDF, and tables with what they hold."""

from asyncio import to_thread
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from chassis.web.edge import Edge, Query, reading
from planning.http.fields import READERS
from planning.queries import edition as queries
from planning.queries.document import page as pages
from planning.queries.document import pdf as pdfs
from planning.queries.document import plan
from planning.queries.document import table as open_data
from planning.queries.document.blocks import Document
from planning.queries.edition import Snapshot

router = APIRouter(route_class=Edge, tags=["editions"])
PAGE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
Answers = dict[int | str, dict[str, Any]]
PAGE: Final[Answers] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}
PDF: Final[Answers] = {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}
TABLE: Final[Answers] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


def as_page(document: Document) -> Response:
    """The document as a page that may fetch nothing."""
    return Response(pages.printed(document), media_type="text/html", headers={"Content-Security-Policy": PAGE_POLICY})


async def as_pdf(document: Document, *, name: str) -> Response:
    """The document as a file of that name; others are served while it is made."""
    return Response(await to_thread(pdfs.printed, document), media_type="application/pdf", headers=_attached(name))


@router.get("/editions/{id}/document", summary="The published document, byte for byte", response_model=Snapshot)
async def document(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Response:
    return Response(await queries.document(query.tx, id), media_type="application/json")


@router.get(
    "/editions/{id}/page",
    summary="The published plan as an accessible page, Danish",
    response_class=Response,
    responses=PAGE,
)
async def page(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Response:
    return as_page(plan.told(await queries.document(query.tx, id)))


@router.get(
    "/editions/{id}/pdf",
    summary="The published plan as a tagged PDF (PDF/UA-1), Danish",
    response_class=Response,
    responses=PDF,
)
async def pdf(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Response:
    return await as_pdf(plan.told(await queries.document(query.tx, id)), name="handlingsplan.pdf")


@router.get(
    "/editions/{id}/initiatives.csv",
    summary="The published plan's initiatives and figures as a table",
    response_class=Response,
    responses=TABLE,
)
async def table(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Response:
    return await _table("initiatives.csv", id, query)


@router.get(
    "/editions/{id}/series.csv",
    summary="The published plan's figures over time as a table",
    response_class=Response,
    responses=TABLE,
)
async def series_table(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Response:
    return await _table("series.csv", id, query)


@router.get(
    "/editions/{id}/municipalities.csv",
    summary="What the published plan says of each municipality, as a table",
    response_class=Response,
    responses=TABLE,
)
async def municipalities_table(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Response:
    return await _table("municipalities.csv", id, query)


@router.get("/editions/{id}/tables.json", summary="What the published plan's tables hold, column by column (CSVW)")
async def tables(id: UUID, query: Annotated[Query, reading(*READERS)]) -> JSONResponse:
    return JSONResponse(open_data.described(await queries.document(query.tx, id)))


async def _table(name: str, id: UUID, query: Query) -> Response:
    made = open_data.TABLES[name].made(await queries.document(query.tx, id))
    return Response(made, media_type="text/csv", headers=_attached(f"handlingsplan-{name}"))


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
