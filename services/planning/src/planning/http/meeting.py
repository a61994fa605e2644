"""Meetings of the coordination forum: planned, held or cancelled, and how many a year lacks."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import Provenance, PublicUrl
from planning.commands import meeting as commands
from planning.http.fields import READERS, AuthorityCode, Day, Reason, Year
from planning.queries import meeting as queries
from planning.queries.meeting import (
    CoordinationMeetingFilter,
    CoordinationMeetings,
    CoordinationMeetingView,
    ForumTermsView,
    ForumYearView,
)

router = APIRouter(route_class=Edge, prefix="/v1", tags=["coordination forum"])

AgendaItem = Annotated[
    Literal[
        "plan_progress",
        "open_decisions",
        "partner_reports",
        "next_plan",
        "priorities",
        "figures",
        "money",
        "legislation",
        "other",
    ],
    Field(
        description="How the plan goes · decisions not carried out · what authorities report · the next plan and its"
        " consultation · priorities · figures and what they count · money · law that changes · anything else, which is"
        " not written down"
    ),
]
Page = Annotated[PublicUrl | None, Field(description="A page on the meeting that anybody may open")]


class PlanMeeting(Body):
    """The forum is to meet."""

    planned_on: Annotated[Day, Field(examples=["2027-03-10"])]
    agenda: Annotated[tuple[AgendaItem, ...], Field(min_length=1, max_length=9, examples=[["plan_progress", "money"]])]
    page_url: Page = None
    provenance: Annotated[Provenance, Field(examples=["actual"])]


class MoveMeeting(Body):
    """Another day."""

    planned_on: Annotated[Day, Field(examples=["2027-03-11"])]


class HoldMeeting(Body):
    """Which authorities were represented, and how many people there were; nobody's name, and no minutes."""

    represented: Annotated[
        tuple[AuthorityCode, ...], Field(min_length=1, max_length=60, examples=[["ministry:synthetic"]])
    ]
    participant_count: Annotated[int, Field(ge=1, le=1_000, examples=[14])]
    page_url: Page = None


class CancelMeeting(Body):
    """Why not."""

    reason: Annotated[Reason, Field(examples=["For få kunne komme"])]


class SetForumTerms(Body):
    """How often the forum is to meet, from a day on."""

    provenance: Annotated[Provenance, Field(examples=["synthetic"])]
    valid_from: Annotated[Day, Field(description="Today or later", examples=["2027-01-01"])]
    meetings_a_year: Annotated[int, Field(ge=0, le=52, examples=[4])]


class MeetingPage(CoordinationMeetingFilter):
    """Which meetings are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int | None, Field(ge=0, le=2**53, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.post("/coordination-meetings", status_code=201, summary="Plan a meeting of the coordination forum")
async def plan_coordination_meeting(
    body: PlanMeeting, command: Annotated[Command, commanding("plan_editor")]
) -> CoordinationMeetingView:
    id = uuid4()
    await commands.plan_meeting(command.tx, id, body.model_dump())
    return await _shown(command, id, location=f"/v1/coordination-meetings/{id}")


@router.get("/coordination-meetings", summary="Meetings of the coordination forum")
async def coordination_meetings(
    page: Annotated[MeetingPage, Parameters()], query: Annotated[Query, reading(*READERS)]
) -> CoordinationMeetings:
    return await queries.meetings(query.tx, page, after=page.after, limit=page.limit)


@router.get("/coordination-meetings/{id}", summary="A meeting, and who of the members was not there")
async def coordination_meeting(id: UUID, query: Annotated[Query, reading(*READERS)]) -> CoordinationMeetingView:
    return query.answer(await queries.meeting(query.tx, id))


@router.post("/coordination-meetings/{id}/move", summary="Move a meeting to another day")
async def move_coordination_meeting(
    id: UUID, body: MoveMeeting, change: Annotated[Change, changing("plan_editor")]
) -> CoordinationMeetingView:
    change.shows(partial(queries.meeting, change.tx, id))
    await commands.move_meeting(change.tx, id, planned_on=body.planned_on, expect=change.expects)
    return await _shown(change, id)


@router.post("/coordination-meetings/{id}/hold", summary="Say that the forum has met")
async def hold_coordination_meeting(
    id: UUID, body: HoldMeeting, change: Annotated[Change, changing("plan_editor")]
) -> CoordinationMeetingView:
    change.shows(partial(queries.meeting, change.tx, id))
    await commands.hold_meeting(change.tx, id, **body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/coordination-meetings/{id}/cancel", summary="Cancel a meeting, for a reason")
async def cancel_coordination_meeting(
    id: UUID, body: CancelMeeting, change: Annotated[Change, changing("plan_editor")]
) -> CoordinationMeetingView:
    change.shows(partial(queries.meeting, change.tx, id))
    await commands.cancel_meeting(change.tx, id, reason=body.reason, expect=change.expects)
    return await _shown(change, id)


@router.get("/forum-years", summary="How many meetings of the forum a year lacks")
async def forum_year(
    query: Annotated[Query, reading(*READERS)], year: Year, provenance: Provenance = "actual"
) -> ForumYearView:
    return await queries.forum_year(query.tx, provenance, year)


@router.post("/forum-terms", status_code=201, summary="Say how often the forum is to meet, from a day on")
async def set_forum_terms(
    body: SetForumTerms, command: Annotated[Command, commanding("plan_editor")]
) -> ForumTermsView:
    command.shows(partial(queries.forum_terms, command.tx, body.provenance))
    await commands.set_forum_terms(command.tx, body.model_dump(), now=command.clock.now)
    return await queries.forum_terms(command.tx, body.provenance)


@router.get("/forum-terms", summary="How often the forum is to meet, by all terms there ever were")
async def forum_terms(query: Annotated[Query, reading(*READERS)], provenance: Provenance = "actual") -> ForumTermsView:
    return await queries.forum_terms(query.tx, provenance)


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> CoordinationMeetingView:
    return command.answer(await queries.meeting(command.tx, id), location=location)
