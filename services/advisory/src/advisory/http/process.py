"""Advisory processes over HTTP, for those who advise: some are confidential, so all are."""

from datetime import date
from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from fastapi.responses import Response
from pydantic import ConfigDict, Field

from advisory.commands import process as commands
from advisory.http.enquiry import ADVISERS
from advisory.queries import process as queries
from advisory.queries.document import advice_note as documents
from advisory.queries.process import AdviceNote, ExpectedVisits, Processes, ProcessFilter, ProcessView
from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from chassis.web.page import PAGE, as_page
from contracts.values import MunicipalityCode, NeutralText, Provenance

router = APIRouter(route_class=Edge, prefix="/v1", tags=["processes"])

Sentence = Annotated[NeutralText, Field(min_length=1, max_length=500)]
Day = Annotated[date, Field(ge=date(2017, 8, 1), le=date(2099, 12, 31), examples=["2026-11-20"])]
Goals = Annotated[
    tuple[Sentence, ...],
    Field(min_length=1, max_length=10, examples=[["Beredskabsplanen er klar til kommunalbestyrelsen"]]),
]
InstitutionType = Literal["day_care", "school", "youth_education", "upper_education"]
Advising = Annotated[Change, changing(*ADVISERS, hidden=True)]
Reading = Annotated[Query, reading(*ADVISERS, hidden=True)]


class RequestProcess(Body):
    """A municipality wishes for longer help."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"municipality_code": "9901", "kind": "preparedness_plan", "children_youth": "primary"}]
        }
    )

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
    institution_type: Annotated[
        InstitutionType | None, Field(description="The kind of institution that is helped, where it is not all of them")
    ] = None
    enquiry_id: Annotated[UUID | None, Field(description="The enquiry that it began with, if any")] = None
    goal: Sentence | None = None


class ScopeProcess(Body):
    """What the process is for."""

    goals: Goals


class ChangeScope(ScopeProcess):
    """What the process is for from now on, and why that is something else."""

    reason: Annotated[Sentence, Field(examples=["Kommunen har fået en ny organisation"])]


class AgreeProcess(Body):
    """What is agreed with the municipality."""

    lead: Annotated[Literal["travel_team", "adviser", "security_consultant"], Field(examples=["travel_team"])]
    ends_on: Day | None = None
    follow_up_months: Annotated[
        int | None, Field(ge=1, le=36, description="Months after completion; by the term of the day if nothing is said")
    ] = None


class PauseProcess(Body):
    """Why it rests, and until when."""

    reason: Annotated[Sentence, Field(examples=["Kommunen afventer budgettet"])]
    until: Day | None = None


class EndProcess(Body):
    """Why it ends."""

    reason: Annotated[Sentence, Field(examples=["Kommunen har valgt en anden løsning"])]


class CompleteProcess(Body):
    """Why nothing was handed over, where nothing was."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Behovet faldt bort"}]})

    reason: Sentence | None = None


class PostponeFollowUp(Body):
    """When somebody looks again, and why not now."""

    to: Day
    reason: Annotated[Sentence, Field(examples=["Planen er endnu ikke taget i brug"])]


class FollowUpProcess(Body):
    """What became of the help."""

    effect: Annotated[Literal["achieved", "partly", "not_achieved", "unknown"], Field(examples=["partly"])]
    note: Sentence | None = None


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
    return await shown(command, id, location=f"/v1/processes/{id}")


@router.get("/processes", summary="Processes and where they stand")
async def processes(page: Annotated[ProcessPage, Parameters()], query: Reading) -> Processes:
    return await queries.processes(query.tx, page, now=query.clock.now, after=page.after, limit=page.limit)


@router.get("/expected-visits", summary="Visits that are planned, the earliest first")
async def expected_visits(query: Reading, provenance: Provenance = "actual") -> ExpectedVisits:
    return await queries.expected_visits(query.tx, provenance)


@router.get("/processes/{id}", summary="A process with all it is made of")
async def process(id: UUID, query: Reading) -> ProcessView:
    return query.answer(await queries.process(query.tx, id, now=query.clock.now))


@router.get("/processes/{id}/advice-note", summary="A process as the municipality is given it in writing")
async def advice_note(id: UUID, query: Reading) -> AdviceNote:
    return await queries.advice_note(query.tx, id, now=query.clock.now)


@router.get(
    "/processes/{id}/advice-note.html",
    summary="A process as the municipality is given it, as an accessible page, Danish",
    response_class=Response,
    responses=PAGE,
)
async def advice_note_page(id: UUID, query: Reading) -> Response:
    note = await queries.advice_note(query.tx, id, now=query.clock.now)
    return as_page(documents.told(note, at=query.clock.now(note.process.provenance)))


@router.post("/processes/{id}/scope", summary="Say what is to be reached")
async def scope_process(id: UUID, body: ScopeProcess, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.scope(change.tx, id, body.goals, expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/processes/{id}/change-scope", summary="Say what is to be reached from now on, and why")
async def change_scope(id: UUID, body: ChangeScope, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.change_scope(
        change.tx, id, body.goals, reason=body.reason, expect=change.expects, now=change.clock.now
    )
    return await shown(change, id)


@router.post("/processes/{id}/agree", summary="Say that the municipality has agreed")
async def agree_process(id: UUID, body: AgreeProcess, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.agree(
        change.tx,
        id,
        lead=body.lead,
        ends_on=body.ends_on,
        follow_up_months=body.follow_up_months,
        expect=change.expects,
        now=change.clock.now,
    )
    return await shown(change, id)


@router.post("/processes/{id}/start", summary="Begin an agreed process")
async def start_process(id: UUID, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.start(change.tx, id, expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/processes/{id}/pause", summary="Let a process rest, with the reason")
async def pause_process(id: UUID, body: PauseProcess, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.pause(
        change.tx, id, reason=body.reason, until=body.until, expect=change.expects, now=change.clock.now
    )
    return await shown(change, id)


@router.post("/processes/{id}/resume", summary="Go on with a process that rested")
async def resume_process(id: UUID, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.resume(change.tx, id, expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/processes/{id}/complete", summary="End a process that has handed something over, or say why not")
async def complete_process(id: UUID, body: CompleteProcess, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.complete(change.tx, id, reason=body.reason, expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/processes/{id}/postpone-follow-up", summary="Say that the effect cannot be seen yet")
async def postpone_follow_up(id: UUID, body: PostponeFollowUp, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.postpone_follow_up(
        change.tx, id, to=body.to, reason=body.reason, expect=change.expects, now=change.clock.now
    )
    return await shown(change, id)


@router.post("/processes/{id}/follow-up", summary="Say what became of the help")
async def follow_up_process(id: UUID, body: FollowUpProcess, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.follow_up(
        change.tx, id, effect=body.effect, note=body.note, expect=change.expects, now=change.clock.now
    )
    return await shown(change, id)


@router.post("/processes/{id}/decline", summary="Say no to a request, with the reason")
async def decline_process(id: UUID, body: EndProcess, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.end(change.tx, id, "decline", reason=body.reason, expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/processes/{id}/cancel", summary="End a process before its time, with the reason")
async def cancel_process(id: UUID, body: EndProcess, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.end(change.tx, id, "cancel", reason=body.reason, expect=change.expects, now=change.clock.now)
    return await shown(change, id)


def shows(change: Change, id: UUID) -> None:
    """A conflict shows the process as it is."""
    change.shows(partial(queries.process, change.tx, id, now=change.clock.now))


async def shown(command: Command, id: UUID, *, location: str | None = None) -> ProcessView:
    """The process as it is now, under its new entity tag."""
    return command.answer(await queries.process(command.tx, id, now=command.clock.now), location=location)
