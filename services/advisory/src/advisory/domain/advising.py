"""Advising: what was said, what must not be forgotten, who was pointed elsewhere, and what is one matter."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from advisory.domain.days import danish_day, stamp
from advisory.domain.enquiry import NOT_BEGUN, Enquiry, Mode, State, TickedOff, changed, check_triaged
from advisory.domain.enquiry_refusals import (
    CitizenIsRedirected,
    ConsentMissing,
    EnquiryAlreadyAnswered,
    EnquiryRedirected,
    MatterOfAnotherProvenance,
    MatterUnlinkable,
)
from advisory.domain.need import Need, add_need, need_identified
from advisory.domain.referral import Target
from contracts.event import Event


def answer(
    enquiry: Enquiry,
    *,
    mode: Mode,
    advice: tuple[str, ...],
    publication_ids: tuple[UUID, ...],
    note: str | None,
    duty_to_notify: TickedOff | None,
    risk_assessment_reminded: bool,
    siblings_considered: TickedOff | None,
    at: datetime,
) -> Enquiry:
    """Advice has been given; given again, it adds to what was said before. Consent is still waited for where it was.

    Raises: CitizenIsRedirected, ConsentMissing, EnquiryRedirected, EnquiryNotTriaged, EnquiryAlreadyClosed.
    """
    check_triaged(enquiry)
    _check_not_redirected(enquiry)
    if enquiry.requester == "citizen":
        raise CitizenIsRedirected(
            "Citizens are not advised here: redirect them to somebody who does.",
            da="Borgere rådgives ikke her: henvis til nogen, der gør.",
        )
    if mode == "case_specific" and not enquiry.may_be_case_specific:
        raise ConsentMissing(
            "Nobody has consented to advice on a recognisable matter, so advise anonymously"
            " (databeskyttelsesforordningen art. 6 and 9).",
            da="Uden samtykke kan der kun rådgives anonymiseret (databeskyttelsesforordningen art. 6 og 9).",
        )
    state: State = "awaiting_consent" if enquiry.state == "awaiting_consent" else "answered"
    return check_off(
        replace(
            enquiry,
            state=state,
            mode=mode,
            advice=tuple(dict.fromkeys((*enquiry.advice, *advice))),
            publication_ids=tuple(dict.fromkeys((*enquiry.publication_ids, *publication_ids))),
            note=note or enquiry.note,
        ),
        duty_to_notify=duty_to_notify,
        risk_assessment_reminded=risk_assessment_reminded,
        siblings_considered=siblings_considered,
        at=at,
    )


def check_off(
    enquiry: Enquiry,
    *,
    duty_to_notify: TickedOff | None,
    risk_assessment_reminded: bool,
    siblings_considered: TickedOff | None,
    at: datetime,
) -> Enquiry:
    """What was said to have been done on the checklist is done; nothing on it is undone.

    Raises: EnquiryNotTriaged, EnquiryAlreadyClosed.
    """
    check_triaged(enquiry)
    return changed(
        enquiry,
        at,
        duty_to_notify=duty_to_notify or enquiry.duty_to_notify,
        risk_assessment_reminded=risk_assessment_reminded or enquiry.risk_assessment_reminded,
        siblings_considered=siblings_considered or enquiry.siblings_considered,
    )


def redirect(enquiry: Enquiry, *, to: Target, at: datetime) -> Enquiry:
    """Whoever asked was pointed to somebody else, and no advice is given here.

    Raises: EnquiryAlreadyAnswered, EnquiryRedirected, EnquiryNotTriaged, EnquiryAlreadyClosed.
    """
    check_triaged(enquiry)
    _check_not_redirected(enquiry)
    if enquiry.state not in (*NOT_BEGUN, "in_progress", "acute_handover"):
        raise EnquiryAlreadyAnswered("It has been answered, or waits for consent.", da="Henvendelsen er besvaret.")
    return changed(enquiry, at, state="redirected", redirected_to=to)


def identify_need(enquiry: Enquiry, need: Need, *, at: datetime) -> tuple[Enquiry, Event]:
    """Others know that something is missing; where, only if the municipality itself asked and not of a single matter.

    Raises: EnquiryNotTriaged, EnquiryAlreadyClosed, NeedAlreadyIdentified.
    """
    check_triaged(enquiry)
    enquiry = changed(enquiry, at, needs=add_need(enquiry.needs, need))
    may_be_named = enquiry.is_municipal and not enquiry.is_case_specific
    return enquiry, need_identified(
        need,
        municipality_code=enquiry.municipality_code if may_be_named else None,
        provenance=enquiry.provenance,
        at=stamp(danish_day(enquiry.changed_at).replace(day=1)),
    )


def join_thread(enquiry: Enquiry, of: Enquiry, *, at: datetime) -> Enquiry:
    """It is about the same matter as the other one.

    Raises: MatterOfAnotherProvenance, MatterUnlinkable.
    """
    if enquiry.provenance != of.provenance:
        raise MatterOfAnotherProvenance("What is synthetic and what is real are never one matter.", pointer="/same_as")
    if enquiry.anonymised_on or of.anonymised_on:
        raise MatterUnlinkable(
            "What was made anonymous is linked to nothing, lest the other one tell whom it is about.",
            da="Det, der er anonymiseret, kædes ikke sammen med noget.",
        )
    return changed(enquiry, at, thread_id=of.thread_id)


def _check_not_redirected(enquiry: Enquiry) -> None:
    if enquiry.state == "redirected":
        raise EnquiryRedirected("This enquiry was redirected.", da="Henvendelsen er henvist til andre.")
