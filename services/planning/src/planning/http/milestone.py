"""Milestones: set, met with evidence, dropped."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import EventType, PublicUrl
from planning.commands import milestone as commands
from planning.http.fields import READERS, Day, FieldName, FieldValue, Reason, Title, owns
from planning.queries import milestone as queries
from planning.queries.milestone import MilestoneView

router = APIRouter(route_class=Edge, prefix="/v1", tags=["milestones"])


class SetMilestone(Body):
    """What the initiative is to have reached by the end of a day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title_da": "Håndbogen er udgivet",
                    "due_on": "2026-12-31",
                    "event_type": "dk.maerk.knowledge.publication-published.v1",
                    "match": {"kind": "handbook"},
                }
            ]
        }
    )

    title_da: Title
    title_en: Title | None = None
    due_on: Day
    event_type: Annotated[EventType | None, Field(description="The first such event meets it by itself")] = None
    match: Annotated[dict[FieldName, FieldValue], Field(default_factory=dict, max_length=10)]
    counts_from: Annotated[
        Day | None, Field(description="The first day on which such an event counts; by default the first of the plan")
    ] = None


class MeetMilestone(Body):
    """What shows that the milestone is met: events that planning has heard, or a page that anybody may open."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"met_on": "2026-11-20", "source_url": "https://example.org/nyhed"}]}
    )

    met_on: Day
    source_url: PublicUrl | None = None
    event_ids: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()


class DropMilestone(Body):
    """Why the milestone need not be reached any more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Indsatsen er lagt om"}]})

    reason: Reason


@router.post("/initiatives/{id}/milestones", status_code=201, summary="Set a milestone")
async def set_milestone(
    id: UUID, body: SetMilestone, command: Annotated[Command, commanding("plan_editor")]
) -> MilestoneView:
    new = uuid4()
    await commands.set_milestone(command.tx, new, id, body.model_dump(), now=command.clock.now)
    return command.answer(await queries.milestone(command.tx, new), location=f"/v1/milestones/{new}")


@router.get("/milestones/{id}", summary="A milestone with what shows that it is met")
async def milestone(id: UUID, query: Annotated[Query, reading(*READERS)]) -> MilestoneView:
    return query.answer(await queries.milestone(query.tx, id))


@router.post("/milestones/{id}/meet", summary="Say that a milestone is met, with evidence")
async def meet_milestone(
    id: UUID, body: MeetMilestone, change: Annotated[Change, changing("plan_editor", "initiative_owner")]
) -> MilestoneView:
    change.shows(lambda: queries.milestone(change.tx, id))
    await commands.meet_milestone(
        change.tx,
        id,
        met_on=body.met_on,
        source_url=body.source_url,
        event_ids=body.event_ids,
        own=owns(change),
        expect=change.expects,
        now=change.clock.now,
    )
    return await _shown(change, id)


@router.post("/milestones/{id}/drop", summary="Drop a milestone, for a reason")
async def drop_milestone(
    id: UUID, body: DropMilestone, change: Annotated[Change, changing("plan_editor")]
) -> MilestoneView:
    change.shows(lambda: queries.milestone(change.tx, id))
    await commands.drop_milestone(change.tx, id, reason=body.reason, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


async def _shown(change: Change, id: UUID) -> MilestoneView:
    return change.answer(await queries.milestone(change.tx, id))
