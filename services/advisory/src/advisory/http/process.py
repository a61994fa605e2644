"""Advisory processes over HTTP, for those who advise: some are confidential, so all are."""

from datetime import date
from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from advisory.commands import process as commands
from advisory.http.body import Body
from advisory.http.enquiry import ADVISERS
from advisory.http.need import IdentifyNeed
from advisory.queries import process as queries
from advisory.queries.process import Processes, ProcessFilter, ProcessView
from chassis.web.edge import Change, Command, Edge, Query, changing, commanding, reading
from contracts.taxonomy import ProfessionCode
from contracts.values import MunicipalityCode, NeutralText

router = APIRouter(route_class=Edge, tags=["processes"])

Sentence = Annotated[NeutralText, Field(min_length=1, max_length=500)]
Advising = Annotated[Change, changing(*ADVISERS, hidden=True)]


class RequestProcess(Body):
    """A municipality wishes for longer help."""

    municipality_code: Annotated[MunicipalityCode, Field(examples=["9901"])]
    kind: Annotated[
        Literal[
            "preparedness_plan",
            "action_plan",
            "work_process",
            "upskilling",
            "exit_setup",
            "civil_society_involvement",
            "school_effort",
        ],
        Field(examples=["preparedness_plan"]),
    ]
    children_youth: Annotated[Literal["primary", "partly", "no"], Field(examples=["primary"])]
    setting: Literal["family", "school", "youth_education", "leisure", "workplace", "job_centre", "online"] | None = (
        None
    )
    enquiry_id: Annotated[UUID | None, Field(description="The enquiry that it began with, if any")] = None
    goal: Sentence | None = None


class HoldVisit(Body):
    """A visit that was held."""

    held_on: Annotated[date, Field(ge=date(2018, 1, 1), examples=["2026-11-20"])]
    form: Annotated[Literal["visit", "online", "by_telephone"], Field(examples=["visit"])]
    participant_count: Annotated[int, Field(ge=1, le=10_000, examples=[12])]
    profession_groups: Annotated[tuple[ProfessionCode, ...], Field(max_length=11)] = ()


class CompleteProcess(Body):
    """What came out of it, or why nothing did."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"deliverable": "Revideret beredskabsplan, klar til kommunalbestyrelsen"}]}
    )

    deliverable: Sentence | None = None
    reason: Sentence | None = None


class EndProcess(Body):
    """Why it ends."""

    reason: Annotated[Sentence, Field(examples=["Kommunen har valgt en anden løsning"])]


class ProcessPage(ProcessFilter):
    """Which processes are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int | None, Field(ge=0, le=2**53, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.post("/processes", status_code=201, summary="Request longer help for a municipality")
async def request_process(
    body: RequestProcess, command: Annotated[Command, commanding(*ADVISERS, hidden=True)]
) -> ProcessView:
    id = uuid4()
    await commands.request(command.tx, id, body.model_dump(), now=command.clock.now)
    return await _shown(command, id, location=f"/v1/processes/{id}")


@router.get("/processes", summary="Processes and where they stand")
async def processes(
    page: Annotated[ProcessPage, Parameters()], query: Annotated[Query, reading(*ADVISERS, hidden=True)]
) -> Processes:
    return await queries.processes(query.tx, page, after=page.after, limit=page.limit)


@router.get("/processes/{id}", summary="A process with its visits")
async def process(
    id: UUID, response: Response, query: Annotated[Query, reading(*ADVISERS, hidden=True)]
) -> ProcessView:
    view = await queries.process(query.tx, id)
    response.headers["ETag"] = f'"{view.version}"'
    return view


@router.post("/processes/{id}/scope", summary="Say that what is to be done is clear")
async def scope_process(id: UUID, change: Advising) -> ProcessView:
    return await _stepped(change, id, "scope")


@router.post("/processes/{id}/agree", summary="Say that the municipality has agreed")
async def agree_process(id: UUID, change: Advising) -> ProcessView:
    change.shows(partial(queries.process, change.tx, id))
    await commands.agree(change.tx, id, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/processes/{id}/start", summary="Begin an agreed process")
async def start_process(id: UUID, change: Advising) -> ProcessView:
    return await _stepped(change, id, "start")


@router.post("/processes/{id}/hold-visit", summary="Record a visit that was held")
async def hold_visit(id: UUID, body: HoldVisit, change: Advising) -> ProcessView:
    change.shows(partial(queries.process, change.tx, id))
    await commands.hold_visit(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/processes/{id}/identify-need", summary="Say what a process or its visits showed to be missing")
async def identify_need_of_process(id: UUID, body: IdentifyNeed, change: Advising) -> ProcessView:
    change.shows(partial(queries.process, change.tx, id))
    await commands.identify_need(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/processes/{id}/pause", summary="Let a process rest")
async def pause_process(id: UUID, change: Advising) -> ProcessView:
    return await _stepped(change, id, "pause")


@router.post("/processes/{id}/resume", summary="Go on with a process that rested")
async def resume_process(id: UUID, change: Advising) -> ProcessView:
    return await _stepped(change, id, "resume")


@router.post("/processes/{id}/complete", summary="End a process with its result")
async def complete_process(id: UUID, body: CompleteProcess, change: Advising) -> ProcessView:
    change.shows(partial(queries.process, change.tx, id))
    await commands.complete(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/processes/{id}/follow-up", summary="Say that a completed process was followed up")
async def follow_up_process(id: UUID, change: Advising) -> ProcessView:
    return await _stepped(change, id, "follow_up")


@router.post("/processes/{id}/decline", summary="Say no to a request, with the reason")
async def decline_process(id: UUID, body: EndProcess, change: Advising) -> ProcessView:
    return await _stepped(change, id, "decline", body.reason)


@router.post("/processes/{id}/cancel", summary="End a process before its time, with the reason")
async def cancel_process(id: UUID, body: EndProcess, change: Advising) -> ProcessView:
    return await _stepped(change, id, "cancel", body.reason)


async def _stepped(
    change: Change,
    id: UUID,
    step: Literal["scope", "start", "pause", "resume", "follow_up", "decline", "cancel"],
    reason: str | None = None,
) -> ProcessView:
    change.shows(partial(queries.process, change.tx, id))
    await commands.take_step(change.tx, id, step, reason=reason, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> ProcessView:
    view = await queries.process(command.tx, id)
    command.answers(revision=view.version, location=location)
    return view
