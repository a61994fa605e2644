"""What advisory tells: the register of preparedness plans, enquiries, the travelling team's processes, and outreach.

The subject of a plan's event is a municipality's entry in the register; its plans follow each other as versions. What
comes from an enquiry says neither the municipality nor the day; a need alone may name the municipality that asked.

Source: barnets lov § 15(3): written, adopted by the council, published, revised at least every fourth year.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from contracts.event import Event
from contracts.taxonomy import (
    Advice,
    ConfidentialProcessKind,
    DirectoryActor,
    Effect,
    InstitutionType,
    NetworkArea,
    ProcessKind,
    Professions,
    ReferralTarget,
    Requester,
    Topic,
    Topics,
    Urgency,
)
from contracts.values import (
    ChildrenYouth,
    Count,
    Internal,
    MunicipalityCode,
    Open,
    Ordinal,
    PartialDate,
    PoliceDistrict,
    Public,
    PublicUrl,
    Quarter,
    Region,
    Setting,
)

Covers = Annotated[tuple[Open[Literal["children_youth", "adults", "extremism"]], ...], Field(max_length=10)]


class PreparednessPlanRecorded(Event):
    """A version of a municipality's plan was entered into the register."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    covers: Public[Covers] = Field(description="Whom and what the plan is about")
    children_youth: Public[ChildrenYouth] = "primary"
    adopted_on: Internal[PartialDate | None] = Field(default=None, description="As the municipality told, unconfirmed")


class PreparednessPlanAdopted(Event, public=True):
    """The municipal council adopted the plan."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    adopted_on: Public[PartialDate] = Field(description="Exact to the day or the month, as the source is")
    next_revision_due: Public[date] = Field(description="The last day within four years of adoption")
    covers: Public[Covers] = Field(description="Whom and what the plan is about")
    children_youth: Public[ChildrenYouth] = "primary"


class PreparednessPlanPublished(Event, public=True):
    """The adopted plan can be read by everybody; only now does it meet the law."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    adopted_on: Public[PartialDate] = Field(description="Exact to the day or the month, as the source is")
    published_url: Public[PublicUrl] = Field(description="Where it can be read")
    next_revision_due: Public[date] = Field(description="The last day within four years of adoption")
    covers: Public[Covers] = Field(description="Whom and what the plan is about")
    children_youth: Public[ChildrenYouth] = "primary"
    published_on: Public[PartialDate | None] = Field(
        default=None, description="Since when it can be read, where the source states it"
    )


class PreparednessPlanVerified(Event):
    """MÆRK looked the plan up itself and found it as the register says."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    verified_on: Internal[date]


class PreparednessPlanRevisionDue(Event, public=True):
    """Six months are left until the plan is four years old."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    adopted_on: Public[PartialDate] = Field(description="Exact to the day or the month, as the source is")
    next_revision_due: Public[date] = Field(description="The last day within four years of adoption")
    children_youth: Public[ChildrenYouth] = "primary"


class PreparednessPlanOverdue(Event, public=True):
    """The plan is more than four years old, and no newer one is published."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    adopted_on: Public[PartialDate] = Field(description="Exact to the day or the month, as the source is")
    next_revision_due: Public[date] = Field(description="The last day within four years of adoption")
    children_youth: Public[ChildrenYouth] = "primary"


class PreparednessPlanWithdrawn(Event, public=True):
    """The version in force turned out never to have met the law; an older one that counts again is told after this."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    children_youth: Public[ChildrenYouth] = "primary"


class PreparednessPlanCorrected(Event):
    """What the register said of a version was wrong and is right now; what counts since is told after this."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    change: Internal[Open[Literal["dates_or_page", "withdrawn"]]]


class PreparednessPlanAbsenceReported(Event):
    """The municipality has no preparedness plan, as it says itself or as MÆRK has found."""

    municipality_code: Internal[MunicipalityCode]
    reported_on: Internal[date]


class PreparednessPlanAssessed(Event):
    """A version of a plan was held against the quality checklist. The counts are no score."""

    municipality_code: Internal[MunicipalityCode]
    version: Internal[Ordinal] = Field(description="Counts the municipality's plans")
    source: Internal[Open[Literal["self_reported", "maerk_verified"]]]
    met_count: Internal[Count]
    partly_count: Internal[Count]
    missing_count: Internal[Count]


class PreparednessPlanReminded(Event):
    """The municipality was reminded that its plan is due for revision, or overdue."""

    municipality_code: Internal[MunicipalityCode]
    version: Internal[Ordinal] = Field(description="Counts the municipality's plans")
    reminded_on: Internal[date]


class EnquiryRegistered(Event, case_derived="month"):
    """A professional asked for advice (henvendelse). The subject is the enquiry."""

    region: Internal[Region]
    topics: Internal[Topics]
    requester: Internal[Requester]
    urgency: Internal[Urgency]
    concerns_minor: Internal[Open[Literal["yes", "no", "unknown"]]]


class EnquiryClosed(Event, case_derived="month"):
    """The enquiry was answered and closed."""

    region: Internal[Region]
    topics: Internal[Topics]
    outcome: Internal[Open[Literal["advised", "handed_over", "redirected"]]]
    handling_working_days: Internal[Count]
    advice_codes: Internal[Advice] = Field(default=(), description="What was advised")


class EnquiryReopened(Event, case_derived="month"):
    """A closed enquiry was taken up again; it is closed anew later."""

    region: Internal[Region]


class EnquiryAcuteHandoverOverdue(Event, case_derived="month"):
    """An acute hand-over was not acknowledged in time: the duty desk must act now. It says nothing of where."""

    minutes: Internal[Ordinal] = Field(description="How long an acknowledgement may take")


AlarmCause = Open[Literal["first_answer", "acknowledgement"]]


class AlarmRaised(Event, case_derived="month"):
    """Somebody on duty must act now: nobody answered, or nobody took over, in time. The subject is the alarm."""

    cause: Internal[AlarmCause]


class AlarmEscalated(Event, case_derived="month"):
    """Nobody acknowledged the alarm, or what it is about still stands: others on duty have been told."""

    level: Internal[Ordinal] = Field(description="How far the chain of duty has been climbed")
    round: Internal[Ordinal] = Field(description="Counts how often the chain began anew")


class AlarmUnheard(Event, case_derived="month"):
    """Nobody at all is on duty to hear the alarm; it is tried again every minute."""

    cause: Internal[AlarmCause]


class AlarmAcknowledged(Event, case_derived="month"):
    """A human has the alarm."""

    waited_minutes: Internal[Count] = Field(description="From the alarm to the acknowledgement, whole minutes")


class AlarmEnded(Event, case_derived="month"):
    """What the alarm was about is gone: answered, taken over or closed."""

    cause: Internal[AlarmCause]


class DutyRosterGapFound(Event):
    """The daily look ahead found hours in which nobody is on duty, or somebody whose channel is not known to work."""

    uncovered_hours: Internal[Count] = Field(description="Whole hours begun without anybody on duty")
    unproven_channel_count: Internal[Count] = Field(description="Functions on duty whose channel nobody has confirmed")


class ReferralMade(Event, case_derived="month"):
    """An enquiry was handed over to somebody else. The subject is the referral."""

    region: Internal[Region]
    target: Internal[ReferralTarget]
    urgency: Internal[Urgency]


class ReferralAcknowledged(Event, case_derived="month"):
    """A human has taken over what was handed over."""

    region: Internal[Region]
    target: Internal[ReferralTarget]


class ReferralDeclined(Event, case_derived="month"):
    """Whoever had acknowledged a hand-over will not take it."""

    region: Internal[Region]
    target: Internal[ReferralTarget]


class ProcessAgreed(Event, public=True):
    """A longer course of help was agreed with a municipality (rådgivningsforløb). The subject is the process."""

    municipality_code: Public[MunicipalityCode]
    kind: Public[ProcessKind]
    children_youth: Public[ChildrenYouth]
    setting: Public[Setting | None] = None
    institution_type: Public[InstitutionType | None] = None


class ProcessCompleted(Event, public=True):
    """The course of help has ended with what was agreed."""

    municipality_code: Public[MunicipalityCode]
    kind: Public[ProcessKind]
    children_youth: Public[ChildrenYouth]
    setting: Public[Setting | None] = None
    institution_type: Public[InstitutionType | None] = None


class ProcessFollowedUp(Event, public=True):
    """Somebody has looked, some months after the course of help, what became of it."""

    municipality_code: Public[MunicipalityCode]
    kind: Public[ProcessKind]
    children_youth: Public[ChildrenYouth]
    setting: Public[Setting | None] = None
    institution_type: Public[InstitutionType | None] = None


class ProcessEffectAssessed(Event):
    """Whether the course of help has changed what it was meant to. Partners hear that one looked, not what was seen."""

    municipality_code: Internal[MunicipalityCode]
    kind: Internal[ProcessKind]
    institution_type: Internal[InstitutionType | None] = None
    effect: Internal[Effect]
    months_after: Internal[Count]


class ConfidentialProcessAgreed(Event, case_derived="quarter"):
    """A course of help was agreed that concerns exit, or began with an enquiry. The subject is the process."""

    region: Internal[Region]
    kind: Internal[ConfidentialProcessKind]
    children_youth: Internal[ChildrenYouth]


class ConfidentialProcessCompleted(Event, case_derived="quarter"):
    """A course of help has ended that concerned exit, or began with an enquiry."""

    region: Internal[Region]
    kind: Internal[ConfidentialProcessKind]
    children_youth: Internal[ChildrenYouth]


class ConfidentialProcessFollowedUp(Event, case_derived="quarter"):
    """Somebody has looked what became of a course of help that concerned exit, or began with an enquiry."""

    region: Internal[Region]
    kind: Internal[ConfidentialProcessKind]
    children_youth: Internal[ChildrenYouth]
    effect: Internal[Effect]


class VisitHeld(Event, public=True):
    """The travelling team (Rejseholdet) was with a municipality. The subject is the process."""

    municipality_code: Public[MunicipalityCode]
    held_on: Public[date]
    form: Public[Open[Literal["visit", "online", "by_telephone"]]]
    participant_count: Public[Count]
    profession_groups: Public[Professions] = ()
    children_youth: Public[ChildrenYouth]


class NeedIdentified(Event):
    """Advice showed a need that others can meet. It names a municipality only when no single matter lies behind it."""

    need: Internal[Open[Literal["training", "plan_help", "police_cooperation", "material"]]]
    topic: Internal[Topic]
    municipality_code: Internal[MunicipalityCode | None] = None


class MunicipalityContacted(Event):
    """The municipality was advised within the quarter; sent once, at its end. The subject is the municipality's row."""

    municipality_code: Internal[MunicipalityCode]
    quarter: Internal[Quarter]


class OutreachTaskOpened(Event):
    """Somebody should turn to this municipality. The subject is the task."""

    municipality_code: Internal[MunicipalityCode]
    reason: Internal[Open[Literal["gap_detected", "priority_set", "never_reached"]]]


class OutreachTaskCompleted(Event):
    """The municipality was turned to, or the reason is gone."""

    municipality_code: Internal[MunicipalityCode]
    outcome: Internal[Open[Literal["contacted", "declined", "reason_gone"]]]


class ContactDirectoryChanged(Event, public=True):
    """What the directory says of a function has changed: read it again. The subject is the entry."""

    actor: Public[DirectoryActor]
    change: Public[Open[Literal["entered", "verified", "lapsed", "replaced", "ended", "coverage_changed"]]]
    valid_from: Public[date] = Field(description="The first day on which what changed holds")
    municipality_code: Public[MunicipalityCode | None] = Field(default=None, description="Whom it is for, if only one")
    region: Public[Region | None] = None
    police_district: Public[PoliceDistrict | None] = None


class NetworkMeetingHeld(Event):
    """The practitioners' network of an area has met. The subject is the meeting."""

    area: Internal[NetworkArea]
    held_on: Internal[date]
    participant_count: Internal[Count]
    topics: Internal[Topics]


StayPhase = Open[Literal["before", "during", "after"]]


class StayCoordinationReceived(Event, case_derived="quarter"):
    """The coordination unit was asked to coordinate between authorities because of an involuntary stay abroad."""

    phase: Internal[StayPhase]


class StayCoordinationConcluded(Event, case_derived="quarter"):
    """The authorities need the coordination unit no longer."""

    phase: Internal[StayPhase]
    outcome: Internal[Open[Literal["not_travelled", "returned", "still_abroad", "with_other_authority", "unknown"]]]
