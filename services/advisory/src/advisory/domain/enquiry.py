"""Enquiries (henvendelser): advice that works in full without identity, and hand-overs that nobody can forget.

An enquiry knows the organisation that asks, what the matter is about, and nothing of whom it concerns. Here are what it
is, how it is taken up and how it is handed over; `reassessing`, `advising`, `consent` and `closing` have the rest.

Source: barnets lov §§ 18(3) and 133; serviceloven § 12 c. RULES.md gives each rule its id.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from advisory.domain import referral as referrals
from advisory.domain.days import danish_day, stamp
from advisory.domain.duty_rules import Rules
from advisory.domain.enquiry_refusals import (
    EnquiryAlreadyClosed,
    EnquiryAlreadyTriaged,
    EnquiryNotTriaged,
    EnquiryNotWaiting,
    MunicipalityHasNotAsked,
    ReceivedInFuture,
    ReferralAlreadyAcknowledged,
    ReferralAlreadySettled,
    ReferralMissing,
    ReferralNotAcknowledged,
    ReferralStillAwaited,
)
from advisory.domain.need import Need
from advisory.domain.referral import Purpose, Referral, Target, Urgency
from contracts.advisory import (
    EnquiryAcuteHandoverOverdue,
    EnquiryRegistered,
    ReferralAcknowledged,
    ReferralDeclined,
    ReferralMade,
)
from contracts.event import Event
from contracts.geography import region_of
from contracts.taxonomy import ProfessionCode, RequesterCode, TopicCode
from contracts.values import Provenance

Channel = Literal["phone", "email", "web_form", "meeting", "event_follow_up"]
Consent = Literal["not_needed_anonymised", "citizen", "custody_holder", "guardian", "none"]
ConsentGiver = Literal["citizen", "custody_holder", "guardian"]
DangerRuledOut = Literal["by_risk_assessment", "by_municipality"]
Minor = Literal["yes", "no", "unknown"]
Setting = Literal["family", "school", "youth_education", "leisure", "workplace", "job_centre", "online"]
State = Literal[
    "received",
    "triaged",
    "in_progress",
    "awaiting_consent",
    "anonymised",
    "acute_handover",
    "redirected",
    "answered",
    "closed",
    "reopened",
]
Mode = Literal["anonymised", "case_specific"]
Outcome = Literal["advised", "handed_over", "redirected"]
Team = Literal["rejseholdet", "duty_desk", "consultant_secretariat"]
TickedOff = Literal["yes", "not_applicable"]

CONSENTS = frozenset({"citizen", "custody_holder", "guardian"})
RISK_FIRST = frozenset(
    {
        "negative_social_control",
        "honour_related_conflict",
        "re_education_trip",
        "involuntary_stay_abroad",
        "forced_marriage",
        "retention_in_religious_marriage",
        "psychological_violence",
        "physical_violence",
        "sexual_violence",
        "economic_violence",
        "digital_violence",
        "stalking",
        "threats",
        "honour_killing_fear",
        "female_genital_mutilation",
        "online_control",
        "peer_control_school",
    }
)
"""What may be honour-related or social control, or is violence: the risk is assessed first, barnets lov § 18(3)."""
NOT_BEGUN: frozenset[State] = frozenset({"triaged", "anonymised", "reopened"})
"""States in which an enquiry waits for somebody to take it up."""


@dataclass(frozen=True)
class Enquiry:
    """One enquiry. `revision` counts its changes and `told` its events, since not every change is told.

    Enquiries about one matter share a thread; a thread is no person, and how many persons there are is not known.
    `is_repeat` is what was known when it was registered, so that what was counted stays so.
    """

    id: UUID
    thread_id: UUID
    is_repeat: bool
    municipality_code: str
    provenance: Provenance
    received_on: date
    changed_at: datetime
    channel: Channel
    requester: RequesterCode
    profession: ProfessionCode | None
    setting: Setting | None
    topics: tuple[TopicCode, ...]
    is_case_specific: bool
    consent_basis: Consent
    concerns_minor: Minor
    age_band: str | None
    stay_phase: str | None
    urgency: Urgency
    note: str | None
    revision: int = 1
    told: int = 1
    state: State = "received"
    team: Team | None = None
    consent_asked_of: ConsentGiver | None = None
    anonymised_on: date | None = None
    mode: Mode = "anonymised"
    advice: tuple[str, ...] = ()
    publication_ids: tuple[UUID, ...] = ()
    duty_to_notify: TickedOff | None = None
    risk_assessment_reminded: bool = False
    siblings_considered: TickedOff | None = None
    journal_reference: str | None = None
    redirected_to: Target | None = None
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
        **envelope(enquiry, enquiry.received_on),
        region=region_of(enquiry.municipality_code, enquiry.received_on),
        topics=enquiry.topics,
        requester=enquiry.requester,
        urgency=enquiry.urgency,
        concerns_minor=enquiry.concerns_minor,
    )


def triage(
    enquiry: Enquiry, *, urgency: Urgency, team: Team, concerns_minor: Minor, consent_basis: Consent, at: datetime
) -> Enquiry:
    """It is known how urgent it is, whose it is, and on what basis it may be advised on.

    Raises: EnquiryAlreadyTriaged, EnquiryAlreadyClosed.
    """
    check_open(enquiry)
    if enquiry.state != "received":
        raise EnquiryAlreadyTriaged("This enquiry has been triaged.", da="Henvendelsen er visiteret.")
    return changed(
        enquiry,
        at,
        state="triaged",
        urgency=urgency,
        team=team,
        concerns_minor=concerns_minor,
        consent_basis=consent_basis,
        anonymised_on=None if consent_basis in CONSENTS else enquiry.anonymised_on,
    )


def take_up(enquiry: Enquiry, *, at: datetime) -> Enquiry:
    """Its team is at work on it.

    Raises: EnquiryNotWaiting, EnquiryNotTriaged, EnquiryAlreadyClosed.
    """
    check_triaged(enquiry)
    if enquiry.state not in NOT_BEGUN:
        raise EnquiryNotWaiting("This enquiry does not wait to be taken up.", da="Henvendelsen er taget op.")
    return changed(enquiry, at, state="in_progress")


def hand_over(
    enquiry: Enquiry,
    *,
    referral_id: UUID,
    target: Target,
    purpose: Purpose = "advice",
    requested_by_municipality: bool = False,
    rules: Rules,
    at: datetime,
) -> tuple[Enquiry, Event]:
    """Somebody else has been asked to take it over, and has so long to say yes; an acute one, minutes.

    Raises: MunicipalityHasNotAsked, EnquiryNotTriaged, EnquiryAlreadyClosed.
    """
    check_triaged(enquiry)
    if target in referrals.AT_REQUEST_ONLY and purpose != "advice" and not requested_by_municipality:
        raise MunicipalityHasNotAsked(
            "Consultants assess risk and coordinate at the municipality's request only (serviceloven § 12 c).",
            da="Risikovurdering og koordinering sker kun efter kommunens anmodning (serviceloven § 12 c).",
        )
    begun: State = "acute_handover" if enquiry.urgency == "acute" else "in_progress"
    enquiry = changed(enquiry, at, state=begun if enquiry.state in (*NOT_BEGUN, "in_progress") else enquiry.state)
    made = referrals.made(
        referral_id,
        enquiry.id,
        target=target,
        urgency=enquiry.urgency,
        purpose=purpose,
        requested=requested_by_municipality,
        rules=rules,
        at=enquiry.changed_at,
    )
    enquiry = replace(enquiry, referrals=(*enquiry.referrals, made))
    day = danish_day(enquiry.changed_at)
    region = region_of(enquiry.municipality_code, day)
    return enquiry, ReferralMade(
        **envelope(made, day, of=enquiry), region=region, target=target, urgency=enquiry.urgency
    )


def acknowledge(enquiry: Enquiry, *, referral_id: UUID, at: datetime) -> tuple[Enquiry, Event]:
    """A human has taken over, late or in time.

    Raises: ReferralMissing, ReferralAlreadyAcknowledged, ReferralAlreadySettled.
    """
    found = _referral(enquiry, referral_id)
    if found.acknowledged_at is not None:
        raise ReferralAlreadyAcknowledged("A human has taken this over already.", da="Overdragelsen er kvitteret.")
    _check_unsettled(found)
    enquiry = changed(enquiry, at)
    taken = replace(found, acknowledged_at=enquiry.changed_at, told=found.told + 1)
    day = danish_day(enquiry.changed_at)
    region = region_of(enquiry.municipality_code, day)
    return _with(enquiry, taken), ReferralAcknowledged(
        **envelope(taken, day, of=enquiry), region=region, target=taken.target
    )


def escalate(enquiry: Enquiry, *, referral_id: UUID, at: datetime) -> tuple[Enquiry, list[Event]]:
    """A hand-over that is overdue at this moment is on the list of overdue ones, once; of an acute one it is told."""
    found = _referral(enquiry, referral_id)
    if found.due_at is None or found.due_at > at:
        return enquiry, []
    late = replace(found, escalated_at=found.due_at)
    enquiry = changed(_with(enquiry, late), found.due_at)
    if found.minutes is None:
        return enquiry, []
    enquiry = replace(enquiry, told=enquiry.told + 1)
    overdue = EnquiryAcuteHandoverOverdue(**envelope(enquiry, danish_day(found.due_at)), minutes=found.minutes)
    return enquiry, [overdue]


def settle(
    enquiry: Enquiry, *, referral_id: UUID, outcome: referrals.Outcome, at: datetime
) -> tuple[Enquiry, list[Event]]:
    """It is known what became of the hand-over; that it was declined is told.

    Raises: ReferralMissing, ReferralAlreadySettled, ReferralNotAcknowledged, ReferralStillAwaited.
    """
    found = _referral(enquiry, referral_id)
    _check_unsettled(found)
    if outcome == "no_answer" and (found.acknowledged_at or not found.escalated_at):
        raise ReferralStillAwaited(
            "An answer is given up only when it is overdue and nobody has it.",
            da="Et svar opgives først, når fristen er overskredet, og ingen har kvitteret.",
        )
    if outcome != "no_answer" and not found.acknowledged_at:
        raise ReferralNotAcknowledged(
            "A human must have acknowledged the hand-over first.", da="Overdragelsen skal først være kvitteret."
        )
    enquiry = changed(enquiry, at)
    settled = replace(found, outcome=outcome, settled_at=enquiry.changed_at)
    if outcome != "declined":
        return _with(enquiry, settled), []
    settled = replace(settled, told=found.told + 1)
    day = danish_day(enquiry.changed_at)
    region = region_of(enquiry.municipality_code, day)
    return _with(enquiry, settled), [
        ReferralDeclined(**envelope(settled, day, of=enquiry), region=region, target=settled.target)
    ]


def check_open(enquiry: Enquiry) -> None:
    """Raises: EnquiryAlreadyClosed."""
    if enquiry.state == "closed":
        raise EnquiryAlreadyClosed("This enquiry is closed.", da="Henvendelsen er lukket.")


def check_triaged(enquiry: Enquiry) -> None:
    """Raises: EnquiryNotTriaged, EnquiryAlreadyClosed."""
    check_open(enquiry)
    if enquiry.state == "received":
        raise EnquiryNotTriaged(
            "This enquiry has not been triaged: triage it first.",
            da="Henvendelsen er ikke visiteret: visitér henvendelsen først.",
        )


def changed(enquiry: Enquiry, at: datetime, **fields: Any) -> Enquiry:
    """The next state; its moment is never before that of the last one, whatever the clock does."""
    return replace(enquiry, revision=enquiry.revision + 1, changed_at=max(at, enquiry.changed_at), **fields)


def envelope(subject: Enquiry | Referral, day: date, *, of: Enquiry | None = None) -> dict[str, Any]:
    """What every event of an enquiry or one of its hand-overs begins with."""
    owner = of or subject
    assert isinstance(owner, Enquiry)
    return {
        "subject": subject.id,
        "revision": subject.told,
        "at": stamp(day),
        "provenance": owner.provenance,
    }


def _check_unsettled(referral: Referral) -> None:
    if referral.outcome is not None:
        raise ReferralAlreadySettled("It is known what became of this hand-over.", da="Overdragelsen er afsluttet.")


def _referral(enquiry: Enquiry, id: UUID) -> Referral:
    found = next((each for each in enquiry.referrals if each.id == id), None)
    if found is None:
        raise ReferralMissing("This enquiry has no such hand-over.")
    return found


def _with(enquiry: Enquiry, changed: Referral) -> Enquiry:
    return replace(enquiry, referrals=tuple(changed if each.id == changed.id else each for each in enquiry.referrals))
