"""Priorities of the coming year, and the hints that lead to them."""

from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from chassis.web.edge import Body, Command, Edge, Query, commanding, reading
from contracts.taxonomy import NetworkAreaCode, TopicCode
from contracts.values import Provenance
from planning.commands import priority as commands
from planning.http.fields import READERS, Title, Year
from planning.queries import priority as queries
from planning.queries.priority import Hints, Priorities, PriorityView

router = APIRouter(route_class=Edge, prefix="/v1", tags=["priorities"])


class SetPriority(Body):
    """What comes first, and what the other services are asked to begin."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "year": 2027,
                    "title_da": "Syntetisk prioritet: en temadag mere i vest",
                    "topic": "negative_social_control",
                    "area": "west",
                    "children_youth": "primary",
                    "calls_for": ["training_event"],
                    "provenance": "synthetic",
                }
            ]
        }
    )

    year: Year
    title_da: Title
    title_en: Title | None = None
    topic: TopicCode
    area: NetworkAreaCode | None = None
    children_youth: Literal["primary", "partly", "no"]
    calls_for: Annotated[
        tuple[Literal["training_event", "study", "outreach", "cooperation"], ...], Field(min_length=1, max_length=4)
    ]
    provenance: Provenance
    hint_id: Annotated[UUID | None, Field(description="The hint that it answers; each is answered once")] = None


@router.post("/priorities", status_code=201, summary="Set a priority")
async def set_priority(body: SetPriority, command: Annotated[Command, commanding("plan_editor")]) -> PriorityView:
    command.shows(lambda: queries.hints(command.tx))
    at = command.clock.now(body.provenance)
    new = commands.Priority(id=uuid4(), set_at=at, **body.model_dump())
    await commands.set_priority(command.tx, new)
    return command.answer(await queries.priority(command.tx, new.id), location=f"/v1/priorities/{new.id}")


@router.get("/priorities", summary="All priorities")
async def priorities(query: Annotated[Query, reading(*READERS)]) -> Priorities:
    return await queries.priorities(query.tx)


@router.get("/priorities/{id}", summary="One priority")
async def priority(id: UUID, query: Annotated[Query, reading(*READERS)]) -> PriorityView:
    return query.answer(await queries.priority(query.tx, id))


@router.get("/hints", summary="What others' events hint at, unanswered first")
async def hints(query: Annotated[Query, reading(*READERS)]) -> Hints:
    return await queries.hints(query.tx)
