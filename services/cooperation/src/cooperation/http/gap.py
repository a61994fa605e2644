"""Gaps, and the priorities that ask for cooperation, over HTTP."""

from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from chassis.web.edge import Body, Command, Edge, Query, commanding, reading
from contracts.values import Provenance
from cooperation.commands import gap as commands
from cooperation.http.fields import READERS, STAFF, own
from cooperation.queries import gap as queries
from cooperation.queries.gap import GapFilter, Gaps, Targets

router = APIRouter(route_class=Edge, prefix="/v1", tags=["gaps"])


class RecomputeGaps(Body):
    """Whether the 98 municipalities are judged or the synthetic ones."""

    provenance: Annotated[Provenance, Field(examples=["actual"])]


class GapPage(GapFilter):
    """Which municipalities are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[str | None, Field(pattern=r"^[0-9]{4}$", description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100


@router.post("/gaps/recompute", summary="Judge every municipality by what is known now")
async def recompute_gaps(body: RecomputeGaps, command: Annotated[Command, commanding("adviser", "operator")]) -> Gaps:
    at = command.clock.now(body.provenance)
    await commands.recompute_all_gaps(command.tx, provenance=body.provenance, at=at)
    return await queries.gaps(command.tx, GapFilter(provenance=body.provenance), at=at)


@router.get("/gaps", summary="What municipalities lack of what cooperation needs")
async def gaps(page: Annotated[GapPage, Parameters()], query: Annotated[Query, reading(*READERS)]) -> Gaps:
    """MÆRK sees every municipality, a key person their own, a police contact those of their district."""
    only = None if query.principal.has_any(*STAFF) else own(query.principal)
    at = query.clock.now(page.provenance)
    return await queries.gaps(query.tx, page, at=at, only=only, after=page.after, limit=page.limit)


@router.get("/targets", summary="Priorities of the action plan that ask for cooperation")
async def targets(
    query: Annotated[Query, reading("adviser", "plan_editor", "operator")],
    provenance: Annotated[Provenance, Parameters(description="Actual ones or those of a demonstration")] = "actual",
) -> Targets:
    return await queries.targets(query.tx, provenance)
