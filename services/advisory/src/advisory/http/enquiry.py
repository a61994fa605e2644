"""Enquiries over HTTP, for those who advise and nobody else."""

from datetime import date
from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from advisory.commands import enquiry as commands
from advisory.http.body import Body
from advisory.http.need import IdentifyNeed
from advisory.queries import enquiry as queries
from advisory.queries.enquiry import Counts, Enquiries, EnquiryFilter, EnquiryView
from chassis.web.edge import Change, Command, Edge, Query, changing, commanding, reading
from contracts.taxonomy import ProfessionCode, RequesterCode, TopicCode
from contracts.values import MunicipalityCode, NeutralText, Provenance

router = APIRouter(route_class=Edge, tags=["enquiries"])

ADVISERS = ("adviser", "duty_coordinator")
COUNTERS = (*ADVISERS, "data_steward", "plan_editor", "operator")

UrgencyCode = Literal["acute", "soon", "normal"]
ConsentCode = Literal["not_needed_anonymised", "citizen", "custody_holder", "guardian", "none"]
MinorCode = Literal["yes", "no", "unknown"]
Advice = Literal[
    "call_police",
    "notify_municipality",
    "risk_assessment_first",
    "hear_child_alone",
    "consider_siblings",
    "safety_plan",
    "security_consultant",
    "passport_measure_by_police",
    "foreign_ministry",
    "immigration_service",
    "special_address_protection",
    "preparedness_plan",
    "training",
    "material",
]
"""What can be advised. Contacting the family first is not among it."""
Note = Annotated[
    NeutralText,
    Field(min_length=1, max_length=1_000, description="Short and neutral: nothing of whom it concerns"),
]


class RegisterEnquiry(Body):
    """A professional asks for advice."""

    municipality_code: Annotated[
        MunicipalityCode, Field(description="Of the organisation that asks", examples=["9901"])
    ]
    channel: Annotated[Literal["phone", "email", "web_form", "meeting", "event_follow_up"], Field(examples=["phone"])]
    requester: Annotated[RequesterCode, Field(examples=["municipality_school"])]
    profession: ProfessionCode | None = None
    topics: Annotated[tuple[TopicCode, ...], Field(min_length=1, max_length=5, examples=[["re_education_trip"]])]
    is_case_specific: Annotated[bool, Field(description="Whether a single matter lies behind it", examples=[True])]
    consent_basis: ConsentCode = "none"
    concerns_minor: Annotated[MinorCode, Field(examples=["yes"])]
    age_band: Literal["under_15", "15_17", "18_24", "25_29", "30_plus", "unknown"] | None = None
    stay_phase: Literal["before", "during", "after"] | None = None
    urgency: Annotated[UrgencyCode, Field(examples=["acute"])]
    note: Note | None = None
    received_on: Annotated[date | None, Field(ge=date(2018, 1, 1), description="Today, unless it came in earlier")] = (
        None
    )


class TriageEnquiry(Body):
    """Whose it is; what is left out stays as it was registered."""

    team: Annotated[Literal["rejseholdet", "duty_desk", "consultant_secretariat"], Field(examples=["duty_desk"])]
    urgency: UrgencyCode | None = None
    concerns_minor: MinorCode | None = None
    consent_basis: ConsentCode | None = None


class HandOver(Body):
    """Who is to take it over."""

    target: Annotated[queries.Target, Field(examples=["municipality_intake"])]


class Acknowledge(Body):
    """Which hand-over a human has taken over."""

    referral_id: Annotated[UUID, Field(examples=["5b2f4b7e-0a4f-4f59-8d3e-3a0d7d1f8c11"])]


class AnswerEnquiry(Body):
    """The advice that was given; sent again, it adds to what was said before."""

    mode: Literal["anonymised", "case_specific"] = "anonymised"
    advice: Annotated[
        tuple[Advice, ...], Field(min_length=1, max_length=14, examples=[["risk_assessment_first", "safety_plan"]])
    ]
    publication_ids: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()
    note: Note | None = None
    duty_to_notify: Annotated[
        Literal["yes", "not_applicable"] | None, Field(description="Whether the duty to notify was addressed")
    ] = None
    risk_assessment_reminded: bool = False


class CloseEnquiry(Body):
    """How it ended."""

    outcome: Annotated[Literal["advised", "handed_over", "redirected"], Field(examples=["advised"])]
    journal_reference: Annotated[NeutralText, Field(pattern=r"^[A-Za-z0-9/-]{1,30}$")] | None = None


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
    said = body.model_dump(exclude={"received_on"})
    await commands.register(command.tx, id, said, received_on=body.received_on, now=command.clock.now)
    return await _shown(command, id, location=f"/v1/enquiries/{id}")


@router.get("/enquiries", summary="Enquiries to work on")
async def enquiries(
    page: Annotated[EnquiryPage, Parameters()], query: Annotated[Query, reading(*ADVISERS, hidden=True)]
) -> Enquiries:
    return await queries.enquiries(query.tx, page, after=page.after, limit=page.limit)


@router.get("/enquiries/counts", summary="How many enquiries, without a small number")
async def enquiry_counts(
    query: Annotated[Query, reading(*COUNTERS)],
    year: Annotated[int, Parameters(ge=2018, le=2100)],
    by: Literal["region", "topic"] = "region",
    provenance: Provenance = "actual",
) -> Counts:
    count = queries.counts_by_region if by == "region" else queries.counts_by_topic
    return await count(query.tx, provenance=provenance, year=year, at=query.clock.now(provenance))


@router.get("/enquiries/{id}", summary="An enquiry with what must not be forgotten")
async def enquiry(
    id: UUID, response: Response, query: Annotated[Query, reading(*ADVISERS, hidden=True)]
) -> EnquiryView:
    view = await queries.enquiry(query.tx, id)
    response.headers["ETag"] = f'"{view.version}"'
    return view


@router.post("/enquiries/{id}/triage", summary="Say how urgent an enquiry is and whose it is")
async def triage_enquiry(
    id: UUID, body: TriageEnquiry, change: Annotated[Change, changing(*ADVISERS, hidden=True)]
) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id))
    await commands.triage(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/enquiries/{id}/hand-over", summary="Ask somebody else to take an enquiry over")
async def hand_over_enquiry(
    id: UUID, body: HandOver, change: Annotated[Change, changing(*ADVISERS, hidden=True)]
) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id))
    await commands.hand_over(change.tx, id, target=body.target, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/enquiries/{id}/acknowledge", summary="Say that a human has taken over")
async def acknowledge_enquiry(
    id: UUID, body: Acknowledge, change: Annotated[Change, changing(*ADVISERS, hidden=True)]
) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id))
    await commands.acknowledge(change.tx, id, referral_id=body.referral_id, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/enquiries/{id}/answer", summary="Say what was advised")
async def answer_enquiry(
    id: UUID, body: AnswerEnquiry, change: Annotated[Change, changing(*ADVISERS, hidden=True)]
) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id))
    await commands.answer(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/enquiries/{id}/identify-need", summary="Say what an enquiry showed to be missing")
async def identify_need_of_enquiry(
    id: UUID, body: IdentifyNeed, change: Annotated[Change, changing(*ADVISERS, hidden=True)]
) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id))
    await commands.identify_need(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/enquiries/{id}/close", summary="Close an enquiry")
async def close_enquiry(
    id: UUID, body: CloseEnquiry, change: Annotated[Change, changing(*ADVISERS, hidden=True)]
) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id))
    await commands.close(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> EnquiryView:
    view = await queries.enquiry(command.tx, id)
    command.answers(revision=view.version, location=location)
    return view
