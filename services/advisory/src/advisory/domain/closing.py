"""How an enquiry ends: with everything done that the law and the duty desk ask for; and how it begins again."""

from datetime import datetime
from typing import cast

from advisory.domain.days import danish_day, working_days
from advisory.domain.enquiry import Enquiry, Outcome, changed, check_triaged, envelope
from advisory.domain.enquiry_refusals import (
    DutyToNotifyUnaddressed,
    EnquiryNotAnswered,
    EnquiryNotClosed,
    HandoverNotAcknowledged,
    NothingHandedOver,
    RiskAssessmentNotReminded,
    SiblingsNotConsidered,
)
from contracts.advisory import EnquiryClosed, EnquiryReopened
from contracts.event import Event
from contracts.geography import region_of
from contracts.taxonomy import AdviceCode


def close(enquiry: Enquiry, *, outcome: Outcome, journal_reference: str | None, at: datetime) -> tuple[Enquiry, Event]:
    """It is closed, with everything done that the law and the duty desk ask for.

    Raises: EnquiryNotTriaged, EnquiryNotAnswered, NothingHandedOver, HandoverNotAcknowledged, DutyToNotifyUnaddressed,
        RiskAssessmentNotReminded, SiblingsNotConsidered, EnquiryAlreadyClosed.
    """
    check_triaged(enquiry)
    if enquiry.state != ("redirected" if outcome == "redirected" else "answered"):
        raise EnquiryNotAnswered(
            "This enquiry has not been answered, or not redirected where it is to be closed so.",
            da="Henvendelsen er ikke besvaret eller henvist til andre.",
        )
    if outcome == "handed_over" and all(each.fell_through for each in enquiry.referrals):
        raise NothingHandedOver("Nobody has been asked to take this over.", da="Ingen er bedt om at overtage.")
    _check_everything_is_done(enquiry)
    day = max(danish_day(at), enquiry.received_on)
    enquiry = changed(
        enquiry,
        at,
        state="closed",
        outcome=outcome,
        journal_reference=journal_reference or enquiry.journal_reference,
        closed_on=day,
        told=enquiry.told + 1,
    )
    return enquiry, EnquiryClosed(
        **envelope(enquiry, day),
        region=region_of(enquiry.municipality_code, day),
        topics=enquiry.topics,
        outcome=outcome,
        handling_working_days=working_days(enquiry.received_on, day),
        advice_codes=cast("tuple[AdviceCode, ...]", enquiry.advice),
    )


def reopen(enquiry: Enquiry, *, at: datetime) -> tuple[Enquiry, Event]:
    """It is open again; what was advised and done still stands.

    Raises: EnquiryNotClosed.
    """
    if enquiry.state != "closed":
        raise EnquiryNotClosed("This enquiry is not closed.", da="Henvendelsen er ikke lukket.")
    enquiry = changed(
        enquiry, at, state="reopened", outcome=None, closed_on=None, redirected_to=None, told=enquiry.told + 1
    )
    day = danish_day(enquiry.changed_at)
    return enquiry, EnquiryReopened(**envelope(enquiry, day), region=region_of(enquiry.municipality_code, day))


def _check_everything_is_done(enquiry: Enquiry) -> None:
    if enquiry.urgency == "acute" and not any(each.is_held for each in enquiry.referrals):
        raise HandoverNotAcknowledged(
            "No human has acknowledged the hand-over of this acute enquiry and kept it.",
            da="Intet menneske har kvitteret for overdragelsen af den akutte henvendelse og beholdt den.",
        )
    if enquiry.concerns_minor == "yes" and enquiry.duty_to_notify is None:
        raise DutyToNotifyUnaddressed(
            "It concerns a minor, so say what becomes of the duty to notify (barnets lov § 133).",
            da="Det handler om en mindreårig, så underretningspligten skal være afklaret (barnets lov § 133).",
        )
    if enquiry.needs_risk_assessment_first and not enquiry.risk_assessment_reminded:
        raise RiskAssessmentNotReminded(
            "Remind of the risk assessment before parents and network are contacted (barnets lov § 18(3)).",
            da="Mind om risikovurderingen, før forældre og netværk kontaktes (barnets lov § 18, stk. 3).",
        )
    if enquiry.is_case_specific and enquiry.siblings_considered is None:
        raise SiblingsNotConsidered(
            "A single matter lies behind it, so say whether siblings were considered (VEJ 9471/2024).",
            da="Der ligger en konkret sag bag, så angiv, om der er tænkt på søskende (VEJ 9471/2024).",
        )
