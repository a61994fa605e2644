"""What may be done with an enquiry over HTTP, from triage to its end and on."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from advisory.commands import enquiry as commands
from advisory.http.enquiry import ADVISERS, Note, shown
from advisory.http.need import IdentifyNeed
from advisory.queries import enquiry as queries
from advisory.queries.enquiry import EnquiryView
from chassis.web.edge import Body, Change, Edge, changing
from contracts.taxonomy import TopicCode
from contracts.values import NeutralText

router = APIRouter(route_class=Edge, prefix="/v1", tags=["enquiries"])

Adviser = Annotated[Change, changing(*ADVISERS, hidden=True)]
EnquiryId = Annotated[UUID, Field(examples=["5b2f4b7e-0a4f-4f59-8d3e-3a0d7d1f8c11"])]


class ReassessEnquiry(Body):
    """What is known by now; what is left out stays as it was. It may ask for more care than before, never for less."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"urgency": "acute", "topics": ["forced_marriage"]}]})

    team: Annotated[queries.Team | None, Field(examples=["duty_desk"])] = None
    urgency: Annotated[queries.Urgency | None, Field(examples=["acute"])] = None
    concerns_minor: Annotated[queries.Minor | None, Field(examples=["yes"])] = None
    topics: Annotated[
        tuple[TopicCode, ...],
        Field(max_length=5, description="What it is about too; counts stay as it came", examples=[["forced_marriage"]]),
    ] = ()
    note: Note | None = None


class AskForConsent(Body):
    """Of whom the municipality seeks consent. Of anybody but the citizen only once somebody has ruled out danger."""

    of: Annotated[queries.ConsentGiver, Field(examples=["citizen"])]
    danger_ruled_out: Annotated[
        queries.DangerRuledOut | None, Field(description="Who ruled out that whoever is asked is the danger")
    ] = None


class HandOver(Body):
    """Who is to take it over, and what for."""

    target: Annotated[queries.Target, Field(examples=["municipality_intake"])]
    purpose: queries.Purpose = "advice"
    requested_by_municipality: bool = False


class Acknowledge(Body):
    """Which hand-over a human has taken over."""

    referral_id: EnquiryId


class SettleReferral(Body):
    """What became of which hand-over."""

    referral_id: EnquiryId
    outcome: Annotated[queries.ReferralOutcome, Field(examples=["accepted"])]


class CheckOff(Body):
    """What was done of the checklist; what is left out stays as it was."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"duty_to_notify": "yes"}]})

    duty_to_notify: Annotated[
        queries.TickedOff | None, Field(description="Whether the duty to notify was addressed", examples=["yes"])
    ] = None
    risk_assessment_reminded: bool = False
    siblings_considered: Annotated[
        queries.TickedOff | None, Field(description="Whether siblings may be at risk too", examples=["yes"])
    ] = None


class AnswerEnquiry(CheckOff):
    """The advice that was given; sent again, it adds to what was said before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"advice": ["risk_assessment_first", "safety_plan"]}]})

    mode: queries.Mode = "anonymised"
    advice: Annotated[
        tuple[queries.Advice, ...],
        Field(min_length=1, max_length=14, examples=[["risk_assessment_first", "safety_plan"]]),
    ]
    publication_ids: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()
    note: Note | None = None


class RedirectEnquiry(Body):
    """To whom whoever asked was pointed."""

    to: Annotated[queries.Target, Field(examples=["red_counselling"])]


class JoinThread(Body):
    """Which other enquiry is about the same matter."""

    same_as: EnquiryId


class CloseEnquiry(Body):
    """How it ended."""

    outcome: Annotated[queries.Outcome, Field(examples=["advised"])]
    journal_reference: Annotated[NeutralText, Field(pattern=r"^[A-Za-z0-9/-]{1,30}$")] | None = None


@router.post("/enquiries/{id}/take-up", summary="Say that work on an enquiry has begun")
async def take_up_enquiry(id: UUID, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.take_up(change.tx, id, expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/enquiries/{id}/reassess", summary="Give an enquiry to another team, or say that it asks for more care")
async def reassess_enquiry(id: UUID, body: ReassessEnquiry, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.reassess(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/enquiries/{id}/ask-for-consent", summary="Say that consent is sought, and of whom")
async def ask_for_consent(id: UUID, body: AskForConsent, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.ask_for_consent(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/enquiries/{id}/record-consent", summary="Say that whoever was asked has consented")
async def record_consent(id: UUID, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.record_consent(change.tx, id, expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/enquiries/{id}/anonymise", summary="Keep the advice and nothing by which anybody is recognised")
async def anonymise_enquiry(id: UUID, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.anonymise(change.tx, id, expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/enquiries/{id}/hand-over", summary="Ask somebody else to take an enquiry over")
async def hand_over_enquiry(id: UUID, body: HandOver, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.hand_over(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/enquiries/{id}/acknowledge", summary="Say that a human has taken over")
async def acknowledge_enquiry(id: UUID, body: Acknowledge, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.acknowledge(change.tx, id, referral_id=body.referral_id, expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/enquiries/{id}/settle-referral", summary="Say what became of a hand-over")
async def settle_referral(id: UUID, body: SettleReferral, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.settle(
        change.tx, id, referral_id=body.referral_id, outcome=body.outcome, expect=change.expects, now=change.clock.now
    )
    return await shown(change, id)


@router.post("/enquiries/{id}/answer", summary="Say what was advised")
async def answer_enquiry(id: UUID, body: AnswerEnquiry, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.answer(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/enquiries/{id}/check-off", summary="Say what was done of the checklist")
async def check_off_enquiry(id: UUID, body: CheckOff, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.check_off(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/enquiries/{id}/redirect", summary="Say that whoever asked was pointed to somebody else")
async def redirect_enquiry(id: UUID, body: RedirectEnquiry, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.redirect(change.tx, id, to=body.to, expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/enquiries/{id}/identify-need", summary="Say what an enquiry showed to be missing")
async def identify_need_of_enquiry(id: UUID, body: IdentifyNeed, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.identify_need(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/enquiries/{id}/join-thread", summary="Say that an enquiry is about the same matter as another")
async def join_thread(id: UUID, body: JoinThread, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.join_thread(change.tx, id, same_as=body.same_as, expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/enquiries/{id}/leave-thread", summary="Say that an enquiry is about a matter of its own")
async def leave_thread(id: UUID, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.leave_thread(change.tx, id, expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/enquiries/{id}/close", summary="Close an enquiry")
async def close_enquiry(id: UUID, body: CloseEnquiry, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.close(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await shown(change, id)


@router.post("/enquiries/{id}/reopen", summary="Open a closed enquiry again")
async def reopen_enquiry(id: UUID, change: Adviser) -> EnquiryView:
    change.shows(partial(queries.enquiry, change.tx, id, now=change.clock.now))
    await commands.reopen(change.tx, id, expect=change.expects, now=change.clock.now)
    return await shown(change, id)
