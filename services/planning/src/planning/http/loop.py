"""The closed loop: whom nobody has reached, what is asked and what is offered, and what the next plan might do."""

from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi import Query as Parameter

from chassis.web.edge import Edge, Query, reading
from contracts.values import Provenance
from planning.http.fields import READERS, Year
from planning.queries import audience as audiences
from planning.queries import reach as reaching
from planning.queries import suggestion as suggesting
from planning.queries import theme as asking
from planning.queries.audience import AudienceView
from planning.queries.reach import Reach
from planning.queries.suggestion import Suggestions
from planning.queries.theme import Themes

router = APIRouter(route_class=Edge, prefix="/v1", tags=["loop"])

Ways = Annotated[
    tuple[Literal["asked", "advised", "visited", "trained", "agreement", "plan"], ...],
    Parameter(min_length=1, max_length=6, description="The ways that count; all when left out"),
]


@router.get("/reach", summary="Which municipalities were reached how, and which never")
async def reach(
    query: Annotated[Query, reading(*READERS)],
    provenance: Provenance = "actual",
    year: Year | None = None,
    ways: Ways = reaching.WAYS,
) -> Reach:
    at = query.clock.now(provenance)
    return await reaching.reach(query.tx, provenance=provenance, year=year, at=at, ways=ways)


@router.get("/themes", summary="What is asked about, against what is offered and can be read")
async def themes(query: Annotated[Query, reading(*READERS)], year: Year, provenance: Provenance = "actual") -> Themes:
    return await asking.themes(query.tx, provenance=provenance, year=year, at=query.clock.now(provenance))


@router.get("/suggestions", summary="What the year's events suggest for the next plan, and why")
async def suggestions(
    query: Annotated[Query, reading(*READERS)], year: Year, provenance: Provenance = "actual"
) -> Suggestions:
    return await suggesting.suggestions(query.tx, provenance=provenance, year=year, at=query.clock.now(provenance))


@router.get("/audiences/{audience}", summary="Children and youth, schools, youth educations: each as a view of its own")
async def audience(
    audience: Literal["children_youth", "school", "youth_education"],
    query: Annotated[Query, reading(*READERS)],
    year: Year,
    provenance: Provenance = "actual",
) -> AudienceView:
    at = query.clock.now(provenance)
    return await audiences.audience(query.tx, audience, provenance=provenance, year=year, at=at)
