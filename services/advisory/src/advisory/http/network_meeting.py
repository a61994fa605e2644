"""The practitioners' networks, East and West, over HTTP."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from advisory.commands import network_meeting as commands
from advisory.http.enquiry import ADVISERS
from advisory.queries import network_meeting as queries
from advisory.queries.network_meeting import NetworkMeetingFilter, NetworkMeetings, NetworkMeetingView, NetworkYears
from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.taxonomy import TopicCode
from contracts.values import Day, NeutralLine, NeutralText, Provenance

router = APIRouter(route_class=Edge, prefix="/v1", tags=["practitioners' networks"])

READERS = (*ADVISERS, "course_coordinator", "plan_editor", "operator")


Agenda = Annotated[
    tuple[Annotated[NeutralLine, Field(min_length=1, max_length=200)], ...],
    Field(max_length=20, description="In this order; never about anybody", examples=[["Nyt fra områderne"]]),
]


class PlanMeeting(Body):
    """A network is to meet."""

    area: Annotated[Literal["east", "west"], Field(description="Of the Great Belt", examples=["west"])]
    planned_on: Annotated[Day, Field(examples=["2027-03-10"])]
    topics: Annotated[tuple[TopicCode, ...], Field(min_length=1, max_length=5, examples=[["exit_support"]])]
    agenda: Agenda = ()
    provenance: Annotated[Provenance, Field(examples=["actual"])]


class MoveMeeting(Body):
    """Another day."""

    planned_on: Annotated[Day, Field(examples=["2027-03-11"])]


class SetAgenda(Body):
    """What is to be talked about."""

    agenda: Agenda


class HoldMeeting(Body):
    """How many came; nobody's name."""

    participant_count: Annotated[int, Field(ge=0, le=1_000, examples=[42])]


class CancelMeeting(Body):
    """Why not."""

    reason: Annotated[NeutralText, Field(min_length=1, max_length=300, examples=["For få tilmeldte"])]


class AgreeAction(Body):
    """What was agreed to do, by whom as a function if at all."""

    text_da: Annotated[NeutralText, Field(min_length=1, max_length=300, examples=["Sekretariatet samler erfaringer"])]
    due_on: Annotated[Day, Field(examples=["2027-05-01"])]


class FinishAction(Body):
    """What is done."""

    number: Annotated[int, Field(ge=1, le=1_000, examples=[1])]


class MeetingPage(NetworkMeetingFilter):
    """Which meetings are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int | None, Field(ge=0, le=2**53, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.post("/network-meetings", status_code=201, summary="Plan a meeting of a practitioners' network")
async def plan_network_meeting(
    body: PlanMeeting, command: Annotated[Command, commanding(*ADVISERS)]
) -> NetworkMeetingView:
    id = uuid4()
    await commands.plan(command.tx, id, body.model_dump(), now=command.clock.now)
    return await _shown(command, id, location=f"/v1/network-meetings/{id}")


@router.get("/network-meetings", summary="Meetings of the practitioners' networks")
async def network_meetings(
    page: Annotated[MeetingPage, Parameters()], query: Annotated[Query, reading(*READERS)]
) -> NetworkMeetings:
    return await queries.meetings(query.tx, page, after=page.after, limit=page.limit)


@router.get("/network-years", summary="How many meetings each network lacks in a year")
async def network_years(
    query: Annotated[Query, reading(*READERS)],
    year: Annotated[int, Parameters(ge=2000, le=2100)],
    provenance: Provenance = "actual",
) -> NetworkYears:
    return await queries.years(query.tx, provenance, year)


@router.get("/network-meetings/{id}", summary="One meeting with what was agreed")
async def network_meeting(id: UUID, query: Annotated[Query, reading(*READERS)]) -> NetworkMeetingView:
    return query.answer(await queries.meeting(query.tx, id))


@router.post("/network-meetings/{id}/move", summary="Move a meeting to another day")
async def move_network_meeting(
    id: UUID, body: MoveMeeting, change: Annotated[Change, changing(*ADVISERS)]
) -> NetworkMeetingView:
    change.shows(partial(queries.meeting, change.tx, id))
    await commands.move(change.tx, id, **body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/network-meetings/{id}/set-agenda", summary="Say what a meeting is to talk about")
async def set_agenda(id: UUID, body: SetAgenda, change: Annotated[Change, changing(*ADVISERS)]) -> NetworkMeetingView:
    change.shows(partial(queries.meeting, change.tx, id))
    await commands.set_agenda(change.tx, id, agenda=body.agenda, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/network-meetings/{id}/hold", summary="Say that a network has met")
async def hold_network_meeting(
    id: UUID, body: HoldMeeting, change: Annotated[Change, changing(*ADVISERS)]
) -> NetworkMeetingView:
    change.shows(partial(queries.meeting, change.tx, id))
    await commands.hold(change.tx, id, **body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/network-meetings/{id}/cancel", summary="Cancel a meeting")
async def cancel_network_meeting(
    id: UUID, body: CancelMeeting, change: Annotated[Change, changing(*ADVISERS)]
) -> NetworkMeetingView:
    change.shows(partial(queries.meeting, change.tx, id))
    await commands.cancel(change.tx, id, **body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/network-meetings/{id}/agree", summary="Write down what a meeting agreed to do")
async def agree_network_action(
    id: UUID, body: AgreeAction, change: Annotated[Change, changing(*ADVISERS)]
) -> NetworkMeetingView:
    change.shows(partial(queries.meeting, change.tx, id))
    await commands.agree(change.tx, id, **body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/network-meetings/{id}/finish", summary="Say that what was agreed on is done")
async def finish_network_action(
    id: UUID, body: FinishAction, change: Annotated[Change, changing(*ADVISERS)]
) -> NetworkMeetingView:
    change.shows(partial(queries.meeting, change.tx, id))
    await commands.finish(change.tx, id, **body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> NetworkMeetingView:
    return command.answer(await queries.meeting(command.tx, id), location=location)
