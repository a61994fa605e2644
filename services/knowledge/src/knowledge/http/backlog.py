"""What editors may write next."""

from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as Parameters

from chassis.web.edge import Edge, Query, reading
from contracts.taxonomy import Topic
from contracts.values import Provenance
from knowledge.http.fields import BACKLOG_READERS, After
from knowledge.queries import backlog as queries
from knowledge.queries.backlog import Backlog

router = APIRouter(route_class=Edge, prefix="/v1", tags=["backlog"])


@router.get("/backlog", summary="The materials that advice found missing")
async def backlog(
    query: Annotated[Query, reading(*BACKLOG_READERS)],
    topic: Topic | None = None,
    provenance: Provenance = "actual",
    after: After = None,
    limit: Annotated[int, Parameters(ge=1, le=200)] = 50,
) -> Backlog:
    return await queries.backlog(query.tx, provenance=provenance, topic=topic, after=after, limit=limit)
