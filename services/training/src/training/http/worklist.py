"""What waits for a course coordinator."""

from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import BaseModel, ConfigDict

from chassis.web.edge import Edge, Query, reading
from contracts.taxonomy import TopicCode
from contracts.values import Provenance
from training.http.fields import COORDINATOR, PLANNERS
from training.queries import worklist as queries
from training.queries.worklist import Demands, Reviews

router = APIRouter(route_class=Edge, prefix="/v1", tags=["worklists"])


class ReviewFilter(BaseModel):
    """Which reviews are shown."""

    model_config = ConfigDict(extra="forbid")

    provenance: Provenance = "actual"


class DemandFilter(ReviewFilter):
    """Which demands are shown."""

    topic: TopicCode | None = None


@router.get("/reviews", summary="Events whose material quotes what has changed")
async def reviews(
    wanted: Annotated[ReviewFilter, Parameters()], query: Annotated[Query, reading(COORDINATOR)]
) -> Reviews:
    return await queries.reviews(query.tx, wanted.provenance)


@router.get("/demands", summary="Who may want training on what: an invitation list for a day on the topic")
async def demands(
    wanted: Annotated[DemandFilter, Parameters()], query: Annotated[Query, reading(*PLANNERS)]
) -> Demands:
    return await queries.demands(query.tx, wanted.provenance, topic=wanted.topic)
