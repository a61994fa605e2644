"""An answer for a committee (udvalgsspørgsmål, § 20-spørgsmål): figures, definitions and sources, as one document."""

from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as Parameter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from chassis.web.edge import Edge, Query, reading
from chassis.web.page import PAGE, as_page
from contracts.taxonomy import TopicCode
from contracts.values import Provenance
from planning.http.document import PDF, as_pdf
from planning.http.fields import Code, PeriodName, sees_cases
from planning.queries import pack as queries
from planning.queries.document import pack as documents
from planning.queries.document import pdf
from planning.queries.pack import SealedPack

router = APIRouter(route_class=Edge, prefix="/v1", tags=["committee-packs"])
ASKERS = ("plan_editor", "operator")


class Asked(BaseModel):
    """What the answer is about: a topic, figures by their codes, or both."""

    topic: Annotated[TopicCode | None, Field(description="Figures that concern it, and what is asked about it")] = None
    indicator: Annotated[tuple[Code, ...], Field(max_length=20, description="Codes of further figures")] = ()
    first: Annotated[PeriodName, Field(alias="from", description="The answer begins with this period")]
    last: Annotated[PeriodName, Field(alias="to", description="It ends with this period, ten years later at most")]
    provenance: Annotated[Provenance, Field(description="Synthetic events are never counted among actual ones")] = (
        "actual"
    )


@router.get(
    "/committee-packs",
    summary="What is known of a topic in a period, with definitions, sources and what cannot be said",
    response_model=SealedPack,
)
async def committee_pack(asked: Annotated[Asked, Parameter()], query: Annotated[Query, reading(*ASKERS)]) -> Response:
    return Response((await _answered(asked, query)).body, media_type="application/json")


@router.get(
    "/committee-packs/page",
    summary="The same as an accessible page, Danish",
    response_class=Response,
    responses=PAGE,
)
async def committee_pack_page(
    asked: Annotated[Asked, Parameter()], query: Annotated[Query, reading(*ASKERS)]
) -> Response:
    return as_page(documents.told(await _answered(asked, query)))


@router.get(
    "/committee-packs/pdf",
    summary="The same as a tagged PDF (PDF/UA-1), Danish",
    response_class=Response,
    responses=PDF,
)
async def committee_pack_pdf(
    asked: Annotated[Asked, Parameter()], query: Annotated[Query, reading(*ASKERS)]
) -> Response:
    answer = await _answered(asked, query)
    made = await to_thread(pdf.printed, documents.told(answer))
    return as_pdf(made, name=f"{documents.file_name(answer)}.pdf")


async def _answered(asked: Asked, query: Query) -> SealedPack:
    return await queries.pack(
        query.tx,
        asked.topic,
        asked.indicator,
        first=asked.first,
        last=asked.last,
        provenance=asked.provenance,
        today=query.clock.now(asked.provenance),
        operator=sees_cases(query),
    )
