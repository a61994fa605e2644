"""Enquiries over HTTP, for those who advise and nobody else."""

from datetime import date
from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from fastapi.responses import Response
from pydantic import ConfigDict, Field

from advisory.commands import enquiry as commands
from advisory.queries import enquiry as queries
from advisory.queries import enquiry_counts as counts
from advisory.queries.document import answer
from advisory.queries.enquiry import AnswerView, Course, Enquiries, EnquiryFilter, EnquiryView, Relateds
from advisory.queries.enquiry_counts import Counts
from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from chassis.web.page import PAGE, as_page
from contracts.taxonomy import ProfessionCode, RequesterCode, TopicCode
from contracts.values import MunicipalityCode, NeutralText, Provenance

router = APIRouter(route_class=Edge, prefix="/v1", tags=["enquiries"])

ADVISERS = ("adviser", "duty_coordinator")
COUNTERS = (*ADVISERS, "data_steward", "plan_editor", "operator")

Note = Annotated[
    NeutralText,
    Field(min_length=1, max_length=1_000, description="Short and neutral: nothing of whom it concerns"),
]
COUNTS = {"region": counts.counts_by_region, "topic": counts.counts_by_topic, "matter": counts.counts_by_matter}


class RegisterEnquiry(Body):
    """A professional asks for advice."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "municipality_code": "9901",
                    "channel": "phone",
                    "requester": "municipality_school",
                    "profession": "teacher",
                    "topics": ["re_education_trip"],
                    "is_case_specific": True,
                    "concerns_minor": "yes",
                    "age_band": "15_17",
                    "stay_phase": "before",
                    "urgency": "acute",
                }
            ]
        }
    )

    municipality_code: Annotated[
        MunicipalityCode, Field(description="Of the organisation that asks", examples=["9901"])
    ]
    channel: Annotated[Literal["phone", "email", "web_form", "meeting", "event_follow_up"], Field(examples=["phone"])]
    requester: Annotated[RequesterCode, Field(examples=["municipality_school"])]
    profession: ProfessionCode | None = None
    setting: Annotated[queries.Setting | None, Field(description="Where it shows")] = None
    topics: Annotated[tuple[TopicCode, ...], Field(min_length=1, max_length=5, examples=[["re_education_trip"]])]
    is_case_specific: Annotated[bool, Field(description="Whether a single matter lies behind it", examples=[True])]
    consent_basis: queries.Consent = "none"
    concerns_minor: Annotated[queries.Minor, Field(examples=["yes"])]
    age_band: Literal["under_15", "15_17", "18_24", "25_29", "30_plus", "unknown"] | None = None
    stay_phase: Literal["before", "during", "after"] | None = None
    urgency: Annotated[queries.Urgency, Field(examples=["acute"])]
    note: Note | None = None
    same_as: Annotated[UUID | None, Field(description="An enquiry about the same matter")] = None
    received_on: Annotated[date | None, Field(ge=date(2018, 1, 1), description="Today, unless it came in earlier")] = (
        None
    )


class TriageEnquiry(Body):
    """Whose it is; what is left out stays as it was registered."""

    team: Annotated[queries.Team, Field(examples=["duty_desk"])]
    urgency: queries.Urgency | None = None
    concerns_minor: queries.Minor | None = None
    consent_basis: queries.Consent | None = None


class EnquiryPage(EnquiryFilter):
    """Which enquiries are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int | None, Field(ge=0, le=2**53, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.post("/enquiries", status_code=201, summary="Register an enquiry")
async def register_enquiry(
    body: RegisterEnquiry, command: Annotated[Command, commanding(*ADVISERS, hidden=True)]
) -> EnquiryView:
    id = uuid4()
    said = body.model_dump(exclude={"received_on", "same_as"})
    await commands.register(
        command.tx, id, said, same_as=body.same_as, received_on=body.received_on, now=command.clock.now
    )
    return await shown(command, id, location=f"/v1/enquiries/{id}")


@router.get("/enquiries", summary="Enquiries to work on")
async def enquiries(
    page: Annotated[EnquiryPage, Parameters()], query: Annotated[Query, reading(*ADVISERS, hidden=True)]
) -> Enquiries:
    return await queries.enquiries(query.tx, page, now=query.clock.now, after=page.after, limit=page.limit)


@router.get("/enquiries/counts", summary="How many enquiries, without a small number")
async def enquiry_counts(
    query: Annotated[Query, reading(*COUNTERS)],
    year: Annotated[int, Parameters(ge=2018, le=2100)],
    by: Literal["region", "topic", "matter"] = "region",
    provenance: Provenance = "actual",
) -> Counts:
    return await COUNTS[by](query.tx, provenance=provenance, year=year, at=query.clock.now(provenance))


@router.get("/enquiries/{id}", summary="An enquiry with what must not be forgotten")
async def enquiry(id: UUID, query: Annotated[Query, reading(*ADVISERS, hidden=True)]) -> EnquiryView:
    return query.answer(await queries.enquiry(query.tx, id, now=query.clock.now))


@router.get("/enquiries/{id}/answer", summary="What whoever asked is told")
async def enquiry_answer(id: UUID, query: Annotated[Query, reading(*ADVISERS, hidden=True)]) -> AnswerView:
    return await queries.answer(query.tx, id, now=query.clock.now)


@router.get(
    "/enquiries/{id}/answer.html",
    summary="What whoever asked is told, as an accessible page, Danish",
    response_class=Response,
    responses=PAGE,
)
async def enquiry_answer_page(id: UUID, query: Annotated[Query, reading(*ADVISERS, hidden=True)]) -> Response:
    told = await queries.answer(query.tx, id, now=query.clock.now)
    return as_page(answer.told(told, at=query.clock.now(told.provenance)))


@router.get("/enquiries/{id}/course", summary="All that was done with an enquiry")
async def enquiry_course(id: UUID, query: Annotated[Query, reading(*ADVISERS, hidden=True)]) -> Course:
    return await queries.course(query.tx, id)


@router.get("/enquiries/{id}/thread", summary="Enquiries about the same matter")
async def enquiry_thread(id: UUID, query: Annotated[Query, reading(*ADVISERS, hidden=True)]) -> Relateds:
    return await queries.thread(query.tx, id)


@router.get("/enquiries/{id}/likely-repeats", summary="Enquiries that may be about the same matter")
async def likely_repeats(id: UUID, query: Annotated[Query, reading(*ADVISERS, hidden=True)]) -> Relateds:
    return await queries.likely_repeats(query.tx, id)


@router.post("/enquiries/{id}/triage", summary="Say how urgent an enquiry is and whose it is")
async def triage_enquiry(
    id: UUID, body: TriageEnquiry, change: Annotated[Change, changing(*ADVISERS, hidden=True)]
) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.triage(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await shown(change, id)


async def shown(command: Command, id: UUID, *, location: str | None = None) -> EnquiryView:
    """The enquiry as it is after the command, whose answer it is."""
    return command.answer(await queries.enquiry(command.tx, id, now=command.clock.now), location=location)
