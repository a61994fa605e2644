"""Enquiries (henvendelser): advice that works in full without identity, and hand-overs that nobody can forget.

An enquiry knows the organisation that asks, what the matter is about, and nothing of whom it concerns.

Source: barnets lov §§ 18(3) and 133; serviceloven § 12 c. RULES.md gives each rule its id.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from advisory.domain.days import danish_day, stamp, working_days
from advisory.domain.enquiry_refusals import (
    ConsentMissing,
    DutyToNotifyUnaddressed,
    EnquiryAlreadyClosed,
    EnquiryAlreadyTriaged,
    EnquiryNotAnswered,
    EnquiryNotTriaged,
    HandoverNotAcknowledged,
    NothingHandedOver,
    ReceivedInFuture,
    ReferralAlreadyAcknowledged,
    ReferralMissing,
    RiskAssessmentNotReminded,
)
from advisory.domain.need import Need, add_need, need_identified
from contracts.advisory import (
    EnquiryAcuteHandoverOverdue,
    EnquiryClosed,
    EnquiryRegistered,
    ReferralAcknowledged,
    ReferralMade,
)
from contracts.event import Event
from contracts.geography import region_of
from contracts.taxonomy import ProfessionCode, RequesterCode, TopicCode
from contracts.values import Provenance

Channel = Literal["phone", "email", "web_form", "meeting", "event_follow_up"]
Consent = Literal["not_needed_anonymised", "citizen", "custody_holder", "guardian", "none"]
Minor = Literal["yes", "no", "unknown"]
Urgency = Literal["acute", "soon", "normal"]
Target = Literal[
    "police_112",
    "police_114",
    "municipality_intake",
    "police_contact_point",
    "security_consultant",
    "red_counselling",
    "viso",
    "foreign_ministry",
    "immigration_service_hotline",
    "coordination_unit",
    "shelter_line",
    "other",
]
State = Literal["received", "triaged", "handed_over", "answered", "closed"]
Mode = Literal["anonymised", "case_specific"]
Outcome = Literal["advised", "handed_over", "redirected"]
DutyToNotify = Literal["yes", "not_applicable"]

CONSENTS = frozenset({"citizen", "custody_holder", "guardian"})
RISK_FIRST = frozenset(
    {
        "re_education_trip",
        "forced_marriage",
        "psychological_violence",
        "physical_violence",
        "sexual_violence",
        "economic_violence",
        "digital_violence",
    }
)
"""Topics that need a risk assessment before parents and network are contacted, barnets lov § 18(3)."""
ACKNOWLEDGED_WITHIN = ((date(2026, 1, 1), 15),)
"""From which day on an acute hand-over must be acknowledged within how many minutes. A new rule is a new line."""


@dataclass(frozen=True)
class Referral:
    """A hand-over to somebody else, who must say that they have taken it over."""

    id: UUID
    enquiry_id: UUID
    target: Target
    urgency: Urgency
    made_at: datetime
    minutes: int | None = None
    acknowledged_at: datetime | None = None
    escalated_at: datetime | None = None
    revision: int = 1

    @property
    def due_at(self) -> datetime | None:
        """When it is overdue; None when it is not acute, or when a human has it or has been alarmed."""
        settled = self.acknowledged_at or self.escalated_at
        return None if self.minutes is None or settled else self.made_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Enquiry:
    """One enquiry. `version` counts its changes and `revision` its events, since not every change is told."""

    id: UUID
    municipality_code: str
    provenance: Provenance
    received_on: date
    changed_at: datetime
    channel: Channel
    requester: RequesterCode
    profession: ProfessionCode | None
    topics: tuple[TopicCode, ...]
    is_case_specific: bool
    consent_basis: Consent
    concerns_minor: Minor
    age_band: str | None
    stay_phase: str | None
    urgency: Urgency
    note: str | None
    version: int = 1
    revision: int = 1
    state: State = "received"
    team: str | None = None
    mode: Mode = "anonymised"
    advice: tuple[str, ...] = ()
    publication_ids: tuple[UUID, ...] = ()
    duty_to_notify: DutyToNotify | None = None
    risk_assessment_reminded: bool = False
    journal_reference: str | None = None
    outcome: Outcome | None = None
    closed_on: date | None = None
    referrals: tuple[Referral, ...] = ()
    needs: tuple[Need, ...] = ()

    @property
    def needs_risk_assessment_first(self) -> bool:
        """The municipality must assess the risk before parents and network are contacted, barnets lov § 18(3)."""
        return not RISK_FIRST.isdisjoint(self.topics)

    @property
    def may_be_case_specific(self) -> bool:
        """Whoever may consent has done so; otherwise advice is anonymised, which is always possible."""
        return self.is_case_specific and self.consent_basis in CONSENTS

    @property
    def is_municipal(self) -> bool:
        """The organisation that asks is the municipality itself, not another one within it."""
        return self.requester.startswith("municipality_")


def register(enquiry: Enquiry) -> tuple[Enquiry, Event]:
    """The enquiry stands, and is told with region and month.

    Raises: ReceivedInFuture.
    """
    if enquiry.received_on > danish_day(enquiry.changed_at):
        raise ReceivedInFuture("An enquiry cannot be received on a day that has not come.", pointer="/received_on")
    return enquiry, EnquiryRegistered(
        **_envelope(enquiry, enquiry.received_on),
        region=region_of(enquiry.municipality_code, enquiry.received_on),
        topics=enquiry.topics,
        requester=enquiry.requester,
        urgency=enquiry.urgency,
        concerns_minor=enquiry.concerns_minor,
    )


def triage(
    enquiry: Enquiry, *, urgency: Urgency, team: str, concerns_minor: Minor, consent_basis: Consent, at: datetime
) -> Enquiry:
    """It is known how urgent it is, whose it is, and on what basis it may be advised on.

    Raises: EnquiryAlreadyTriaged, EnquiryAlreadyClosed.
    """
    _check_open(enquiry)
    if enquiry.state != "received":
        raise EnquiryAlreadyTriaged("This enquiry has been triaged.", da="Henvendelsen er visiteret.")
    return _changed(
        enquiry,
        at,
        state="triaged",
        urgency=urgency,
        team=team,
        concerns_minor=concerns_minor,
        consent_basis=consent_basis,
    )


def hand_over(enquiry: Enquiry, *, referral_id: UUID, target: Target, at: datetime) -> tuple[Enquiry, Event]:
    """Somebody else has been asked to take it over; an acute one has little time to say yes.

    Raises: EnquiryNotTriaged, EnquiryAlreadyClosed.
    """
    _check_triaged(enquiry)
    enquiry = _changed(enquiry, at, state="answered" if enquiry.state == "answered" else "handed_over")
    day = danish_day(enquiry.changed_at)
    minutes = minutes_to_acknowledge(day) if enquiry.urgency == "acute" else None
    made = Referral(referral_id, enquiry.id, target, enquiry.urgency, enquiry.changed_at, minutes)
    enquiry = replace(enquiry, referrals=(*enquiry.referrals, made))
    region = region_of(enquiry.municipality_code, day)
    return enquiry, ReferralMade(
        **_envelope(made, day, of=enquiry), region=region, target=target, urgency=enquiry.urgency
    )


def acknowledge(enquiry: Enquiry, *, referral_id: UUID, at: datetime) -> tuple[Enquiry, Event]:
    """A human has taken over, late or in time.

    Raises: ReferralMissing, ReferralAlreadyAcknowledged.
    """
    found = _referral(enquiry, referral_id)
    if found.acknowledged_at is not None:
        raise ReferralAlreadyAcknowledged("A human has taken this over already.", da="Overdragelsen er kvitteret.")
    enquiry = _changed(enquiry, at)
    taken = replace(found, acknowledged_at=enquiry.changed_at, revision=found.revision + 1)
    day = danish_day(enquiry.changed_at)
    region = region_of(enquiry.municipality_code, day)
    return _with(enquiry, taken), ReferralAcknowledged(
        **_envelope(taken, day, of=enquiry), region=region, target=taken.target
    )


def escalate(enquiry: Enquiry, *, referral_id: UUID, at: datetime) -> tuple[Enquiry, list[Event]]:
    """The duty desk is alarmed when an acute hand-over is overdue at this moment, once for each hand-over."""
    found = _referral(enquiry, referral_id)
    if found.minutes is None or found.due_at is None or found.due_at > at:
        return enquiry, []
    late = replace(found, escalated_at=found.due_at)
    enquiry = replace(_changed(_with(enquiry, late), found.due_at), revision=enquiry.revision + 1)
    overdue = EnquiryAcuteHandoverOverdue(**_envelope(enquiry, danish_day(found.due_at)), minutes=found.minutes)
    return enquiry, [overdue]


def answer(
    enquiry: Enquiry,
    *,
    mode: Mode,
    advice: tuple[str, ...],
    publication_ids: tuple[UUID, ...],
    note: str | None,
    duty_to_notify: DutyToNotify | None,
    risk_assessment_reminded: bool,
    at: datetime,
) -> Enquiry:
    """Advice has been given; given again, it adds to what was said before.

    Raises: ConsentMissing, EnquiryNotTriaged, EnquiryAlreadyClosed.
    """
    _check_triaged(enquiry)
    if mode == "case_specific" and not enquiry.may_be_case_specific:
        raise ConsentMissing(
            "Nobody has consented to advice on a recognisable matter, so advise anonymously"
            " (databeskyttelsesforordningen art. 6 and 9).",
            da="Uden samtykke kan der kun rådgives anonymiseret (databeskyttelsesforordningen art. 6 og 9).",
        )
    return _changed(
        enquiry,
        at,
        state="answered",
        mode=mode,
        advice=tuple(dict.fromkeys((*enquiry.advice, *advice))),
        publication_ids=tuple(dict.fromkeys((*enquiry.publication_ids, *publication_ids))),
        note=note or enquiry.note,
        duty_to_notify=duty_to_notify or enquiry.duty_to_notify,
        risk_assessment_reminded=risk_assessment_reminded or enquiry.risk_assessment_reminded,
    )


def identify_need(enquiry: Enquiry, need: Need, *, at: datetime) -> tuple[Enquiry, Event]:
    """Others know that something is missing; where, only if the municipality itself asked and not of a single matter.

    Raises: EnquiryNotTriaged, EnquiryAlreadyClosed, NeedAlreadyIdentified.
    """
    _check_triaged(enquiry)
    enquiry = _changed(enquiry, at, needs=add_need(enquiry.needs, need))
    may_be_named = enquiry.is_municipal and not enquiry.is_case_specific
    return enquiry, need_identified(
        need,
        municipality_code=enquiry.municipality_code if may_be_named else None,
        provenance=enquiry.provenance,
        at=stamp(danish_day(enquiry.changed_at).replace(day=1)),
    )


def close(enquiry: Enquiry, *, outcome: Outcome, journal_reference: str | None, at: datetime) -> tuple[Enquiry, Event]:
    """It is closed, with everything done that the law and the duty desk ask for.

    Raises: EnquiryNotTriaged, EnquiryNotAnswered, NothingHandedOver, HandoverNotAcknowledged, DutyToNotifyUnaddressed,
        RiskAssessmentNotReminded, EnquiryAlreadyClosed.
    """
    _check_triaged(enquiry)
    if enquiry.state != "answered" and outcome != "redirected":
        raise EnquiryNotAnswered("This enquiry has not been answered.", da="Henvendelsen er ikke besvaret.")
    if outcome == "handed_over" and not enquiry.referrals:
        raise NothingHandedOver("Nobody has been asked to take this over.", da="Ingen er bedt om at overtage.")
    _check_everything_is_done(enquiry)
    day = max(danish_day(at), enquiry.received_on)
    enquiry = _changed(enquiry, at, state="closed", outcome=outcome, journal_reference=journal_reference, closed_on=day)
    enquiry = replace(enquiry, revision=enquiry.revision + 1)
    return enquiry, EnquiryClosed(
        **_envelope(enquiry, day),
        region=region_of(enquiry.municipality_code, day),
        topics=enquiry.topics,
        outcome=outcome,
        handling_working_days=working_days(enquiry.received_on, day),
    )


def minutes_to_acknowledge(on: date) -> int:
    """How long an acknowledgement may take that day."""
    return next((each for first, each in reversed(ACKNOWLEDGED_WITHIN) if first <= on), ACKNOWLEDGED_WITHIN[0][1])


def _check_everything_is_done(enquiry: Enquiry) -> None:
    if enquiry.urgency == "acute" and not any(each.acknowledged_at for each in enquiry.referrals):
        raise HandoverNotAcknowledged(
            "No human has acknowledged the hand-over of this acute enquiry (rule c.1/6).",
            da="Intet menneske har kvitteret for overdragelsen af den akutte henvendelse (regel c.1/6).",
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


def _check_open(enquiry: Enquiry) -> None:
    if enquiry.state == "closed":
        raise EnquiryAlreadyClosed("This enquiry is closed.", da="Henvendelsen er lukket.")


def _check_triaged(enquiry: Enquiry) -> None:
    _check_open(enquiry)
    if enquiry.state == "received":
        raise EnquiryNotTriaged("This enquiry has not been triaged.", da="Henvendelsen er ikke visiteret.")


def _referral(enquiry: Enquiry, id: UUID) -> Referral:
    found = next((each for each in enquiry.referrals if each.id == id), None)
    if found is None:
        raise ReferralMissing("This enquiry has no such hand-over.")
    return found


def _with(enquiry: Enquiry, changed: Referral) -> Enquiry:
    return replace(enquiry, referrals=tuple(changed if each.id == changed.id else each for each in enquiry.referrals))


def _changed(enquiry: Enquiry, at: datetime, **fields: Any) -> Enquiry:
    """The next state; its moment is never before that of the last one, whatever the clock does."""
    return replace(enquiry, version=enquiry.version + 1, changed_at=max(at, enquiry.changed_at), **fields)


def _envelope(subject: Enquiry | Referral, day: date, *, of: Enquiry | None = None) -> dict[str, Any]:
    owner = of or subject
    assert isinstance(owner, Enquiry)
    return {
        "subject": subject.id,
        "revision": subject.revision,
        "at": stamp(day),
        "provenance": owner.provenance,
    }
