"""What processes are made of over HTTP: visits, milestones, what is handed over, and the programme as a whole."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from advisory.commands import process as commands
from advisory.commands import term as term_commands
from advisory.http.enquiry import ADVISERS
from advisory.http.need import IdentifyNeed
from advisory.http.process import Advising, Day, Reading, Sentence, shown, shows
from advisory.queries import programme as queries
from advisory.queries.process import ProcessView
from advisory.queries.programme import DeliverableFilter, Deliverables, Programme, Terms
from chassis.web.edge import Body, Command, Edge, Query, commanding, reading
from contracts import values
from contracts.taxonomy import ProfessionCode, TopicCode
from contracts.values import NeutralText, Provenance

router = APIRouter(route_class=Edge, prefix="/v1", tags=["processes"])

COUNTERS = (*ADVISERS, "data_steward", "plan_editor", "operator")
Place = Annotated[int, Field(ge=1, le=1_000, description="As the process shows it", examples=[1])]
Form = Annotated[Literal["visit", "online", "by_telephone"], Field(examples=["visit"])]
Minutes = Annotated[int, Field(ge=1, le=10_000)]


class PlanVisit(Body):
    """A visit that is expected."""

    planned_on: Day
    form: Form


class CallOffVisit(Body):
    """Which planned visit will not be held, and why."""

    place: Place
    reason: Annotated[Sentence, Field(examples=["Kommunen har bedt om en anden dag"])]


class HoldVisit(Body):
    """A visit that was held."""

    held_on: Annotated[date, Field(ge=date(2017, 8, 1), le=date(2099, 12, 31), examples=["2026-11-20"])]
    form: Form
    participant_count: Annotated[int, Field(ge=1, le=10_000, examples=[12])]
    profession_groups: Annotated[tuple[ProfessionCode, ...], Field(max_length=11)] = ()
    topics: Annotated[tuple[TopicCode, ...], Field(max_length=5)] = ()
    duration_min: Annotated[Minutes | None, Field(description="Minutes")] = None
    travel_min: Annotated[Minutes | None, Field(description="Minutes, there and back")] = None
    minutes: Annotated[
        NeutralText | None, Field(max_length=2_000, description="What was agreed; nothing about anybody")
    ] = None
    planned: Annotated[int | None, Field(ge=1, le=1_000, description="The place of the planned visit that it was")] = (
        None
    )


class SetMilestone(Body):
    """Something that shall be reached by a day."""

    goal: Annotated[Sentence, Field(examples=["Udkast er sendt i høring"])]
    due_on: Day


class MeetMilestone(Body):
    """Which milestone is met."""

    place: Place


class DropMilestone(MeetMilestone):
    """Which milestone will not be met, and why."""

    reason: Annotated[Sentence, Field(examples=["Kommunen har valgt en anden løsning"])]


class Deliver(Body):
    """What is handed over."""

    kind: Annotated[
        Literal[
            "preparedness_plan",
            "action_plan",
            "work_process",
            "school_procedure",
            "exit_procedure",
            "teaching",
            "other",
        ],
        Field(examples=["school_procedure"]),
    ]
    what: Sentence | None = None
    delivered_on: Annotated[date | None, Field(ge=date(2017, 8, 1), description="Today if nothing is said")] = None
    review_on: Annotated[
        Day | None,
        Field(description="When to look at it again; by law for a preparedness plan, else by the term of the day"),
    ] = None


class SetTerm(Body):
    """A number and the day from which it holds."""

    name: Annotated[queries.TermName, Field(examples=["process_follow_up_months"])]
    valid_from: Annotated[date, Field(le=date(2099, 12, 31), examples=["2027-01-01"])]
    value: Annotated[int, Field(ge=1, le=366, description="In the unit that the name says", examples=[9])]


class DeliverablePage(DeliverableFilter):
    """Which deliverables are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int | None, Field(ge=0, le=2**53, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ProgrammePeriod(Body):
    """The days that are counted, the first and the last among them."""

    first: Annotated[values.Day, Field(description="Counted from this day on")]
    last: Annotated[values.Day, Field(description="Counted to this day")]
    provenance: Provenance = "actual"


@router.post("/processes/{id}/plan-visit", summary="Plan a visit")
async def plan_visit(id: UUID, body: PlanVisit, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.plan_visit(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/processes/{id}/call-off-visit", summary="Say that a planned visit will not be held, and why")
async def call_off_visit(id: UUID, body: CallOffVisit, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.call_off_visit(
        change.tx, id, body.place, reason=body.reason, expect=change.expects, now=change.clock.now
    )
    return await shown(change, id)


@router.post("/processes/{id}/hold-visit", summary="Record a visit that was held")
async def hold_visit(id: UUID, body: HoldVisit, change: Advising) -> ProcessView:
    shows(change, id)
    said = body.model_dump(exclude={"planned"})
    await commands.hold_visit(change.tx, id, said, planned=body.planned, expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/processes/{id}/identify-need", summary="Say what a process or its visits showed to be missing")
async def identify_need_of_process(id: UUID, body: IdentifyNeed, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.identify_need(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/processes/{id}/set-milestone", summary="Say what shall be reached by a day")
async def set_milestone(id: UUID, body: SetMilestone, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.set_milestone(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/processes/{id}/meet-milestone", summary="Say that a milestone is met")
async def meet_milestone(id: UUID, body: MeetMilestone, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.end_milestone(change.tx, id, body.place, dropped=None, expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/processes/{id}/drop-milestone", summary="Say that a milestone will not be met, and why")
async def drop_milestone(id: UUID, body: DropMilestone, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.end_milestone(
        change.tx, id, body.place, dropped=body.reason, expect=change.expects, now=change.clock.now
    )
    return await shown(change, id)


@router.post("/processes/{id}/deliver", summary="Record what was handed over")
async def deliver(id: UUID, body: Deliver, change: Advising) -> ProcessView:
    shows(change, id)
    await commands.deliver(
        change.tx,
        id,
        kind=body.kind,
        what=body.what,
        delivered_on=body.delivered_on,
        review_on=body.review_on,
        expect=change.expects,
        now=change.clock.now,
    )
    return await shown(change, id)


@router.get("/deliverables", summary="What municipalities were given, with versions and days to look at it again")
async def deliverables(page: Annotated[DeliverablePage, Parameters()], query: Reading) -> Deliverables:
    return await queries.deliverables(query.tx, page, now=query.clock.now, after=page.after, limit=page.limit)


@router.get("/programme", summary="The effort in schools and other institutions, by type and municipality")
async def programme(
    period: Annotated[ProgrammePeriod, Parameters()], query: Annotated[Query, reading(*COUNTERS)]
) -> Programme:
    return await queries.programme(query.tx, period.provenance, first=period.first, last=period.last)


@router.get("/terms", summary="Numbers that MÆRK has chosen, each with the day from which it holds")
async def terms(query: Annotated[Query, reading(*COUNTERS)]) -> Terms:
    return await queries.terms(query.tx)


@router.post("/terms", status_code=201, summary="Choose a number anew from a day that lies ahead")
async def set_term(body: SetTerm, command: Annotated[Command, commanding("duty_coordinator")]) -> Terms:
    await term_commands.set_term(command.tx, body.model_dump(), at=command.clock.now())
    return await queries.terms(command.tx)
