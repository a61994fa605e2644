"""Money: what a plan may spend, and what was set aside."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import ConfigDict

from chassis.web.edge import Body, Command, Edge, Query, commanding, reading
from contracts.values import PublicUrl
from planning.commands import funding as commands
from planning.http.fields import READERS, Million, Source, Title, Year
from planning.queries import funding as queries
from planning.queries.funding import FundingsView

router = APIRouter(route_class=Edge, prefix="/v1", tags=["funding"])


class AllocateFunding(Body):
    """Money set aside for an initiative or, without one, for the plan."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title_da": "Syntetisk bevilling",
                    "year": 2026,
                    "source": "finance_act",
                    "amount_mio_dkk": "12.4",
                    "source_url": "https://example.org/aftale",
                }
            ]
        }
    )

    title_da: Title
    title_en: Title | None = None
    initiative_id: UUID | None = None
    year: Year
    until_year: Year | None = None
    source: Source
    amount_mio_dkk: Million
    source_url: PublicUrl | None = None


@router.post("/action-plans/{id}/fundings", status_code=201, summary="Set money aside within the plan's frame")
async def allocate_funding(
    id: UUID, body: AllocateFunding, command: Annotated[Command, commanding("plan_editor")]
) -> FundingsView:
    command.shows(lambda: queries.fundings(command.tx, id))
    funding = commands.Funding(id=uuid4(), plan_id=id, **body.model_dump())
    await commands.allocate_funding(command.tx, funding, now=command.clock.now)
    return command.answer(await queries.fundings(command.tx, id), location=f"/v1/action-plans/{id}/fundings")


@router.get("/action-plans/{id}/fundings", summary="A plan's money per year and source, and what is left of its frame")
async def fundings(id: UUID, query: Annotated[Query, reading(*READERS)]) -> FundingsView:
    return await queries.fundings(query.tx, id)
