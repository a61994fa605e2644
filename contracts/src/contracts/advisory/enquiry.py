"""Enquiries, what is handed over from them, and the needs that advice shows.

What comes from an enquiry says neither the municipality nor the day; a need alone may name the municipality that asked.
"""

from typing import Literal

from pydantic import Field

from contracts.event import Event
from contracts.taxonomy import Requester, Topic, Topics
from contracts.values import Count, Internal, MunicipalityCode, Open, Ordinal, Region

Urgency = Open[Literal["acute", "soon", "normal"]]


ReferralTarget = Open[
    Literal[
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
]


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


class EnquiryReopened(Event, case_derived="month"):
    """A closed enquiry was taken up again; it is closed anew later."""

    region: Internal[Region]


class EnquiryAcuteHandoverOverdue(Event, case_derived="month"):
    """An acute hand-over was not acknowledged in time: the duty desk must act now. It says nothing of where."""

    minutes: Internal[Ordinal] = Field(description="How long an acknowledgement may take")


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


class NeedIdentified(Event):
    """Advice showed a need that others can meet. It names a municipality only when no single matter lies behind it."""

    need: Internal[Open[Literal["training", "plan_help", "police_cooperation", "material"]]]
    topic: Internal[Topic]
    municipality_code: Internal[MunicipalityCode | None] = None
