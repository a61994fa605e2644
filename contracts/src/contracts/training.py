"""What training tells: what is offered, who was reached, and where demand is greater than the seats.

How much an event (arrangement) says follows from its safety profile: an open one says everything, one for verified
sign-ups only the month and the area, a sensitive one is never public. A registration names the municipality or the
profession, never both.
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contracts.event import Event
from contracts.taxonomy import NetworkArea, OrganisationType, Profession, Professions, Topics
from contracts.values import ChildrenYouth, Count, Internal, Month, MunicipalityCode, Open, Ordinal, Public, Setting

EventKindCode = Literal[
    "course",
    "education",
    "seminar",
    "theme_day",
    "network_meeting",
    "annual_meeting",
    "conference",
    "webinar",
    "tailored_talk",
    "diploma_module_external",
]
EventKind = Open[EventKindCode]
SafetyProfile = Open[Literal["open", "verified_only", "sensitive"]]
Level = Open[Literal["basic", "advanced", "leader"]]
MunicipalityCodes = Annotated[tuple[MunicipalityCode, ...], Field(max_length=98)]


class EventDrafted(Event):
    """An event is being prepared; nobody outside has heard of it. The subject is the event."""

    kind: Internal[EventKind]
    topics: Internal[Topics]
    area: Internal[NetworkArea | None] = None
    priority_id: Internal[UUID | None] = Field(default=None, description="The priority that called for it")


class EventPublished(Event, public=True):
    """An open event was announced."""

    kind: Public[EventKind]
    topics: Public[Topics]
    profession_groups: Public[Professions] = ()
    level: Public[Level]
    starts_on: Public[date]
    area: Public[NetworkArea | None] = None
    seats: Public[Ordinal]
    children_youth: Public[ChildrenYouth]
    setting: Public[Setting | None] = None


class VerifiedEventPublished(Event, public=True):
    """An event was announced whose participants are verified: the month and the area are all that is told of it."""

    kind: Public[EventKind]
    topics: Public[Topics]
    month: Public[Month]
    area: Public[NetworkArea | None] = None
    seats: Public[Ordinal]
    children_youth: Public[ChildrenYouth]


class SensitiveEventPublished(Event):
    """A sensitive event is open to those who were asked."""

    kind: Internal[EventKind]
    month: Internal[Month]
    children_youth: Internal[ChildrenYouth]


class EventOpened(Event):
    """Registration is open."""

    seats: Internal[Ordinal]


class EventClosed(Event):
    """Registration is closed."""

    confirmed_count: Internal[Count]
    waiting_count: Internal[Count]


class EventCancelled(Event, public=True):
    """An event that had been announced does not take place."""

    reason: Public[Open[Literal["illness", "too_few", "external"]]]


class SensitiveEventCancelled(Event):
    """A sensitive event, or one that was never announced, does not take place."""

    reason: Internal[Open[Literal["illness", "too_few", "external"]]]


class EventHeld(Event):
    """The event took place, with people from these municipalities."""

    kind: Internal[EventKind]
    topics: Internal[Topics]
    month: Internal[Month]
    municipality_codes: Internal[MunicipalityCodes]
    participant_count: Internal[Count]
    children_youth: Internal[ChildrenYouth]
    setting: Internal[Setting | None] = None


class DemandExceeded(Event, public=True):
    """More want to come to an announced event than there are seats; sent when the waiting list reaches a tenth of them.

    It is sent again whenever the waiting list has doubled since.
    """

    kind: Public[EventKind]
    topics: Public[Topics]
    area: Public[NetworkArea | None] = None
    seats: Public[Ordinal]
    waiting_count: Public[Count]
    children_youth: Public[ChildrenYouth]


class RegistrationConfirmed(Event):
    """Somebody has a seat. The subject is the registration."""

    event_id: Internal[UUID]
    organisation_type: Internal[OrganisationType]
    municipality_code: Internal[MunicipalityCode | None] = None


class RegistrationWaitlisted(Event):
    """Somebody waits for a seat."""

    event_id: Internal[UUID]
    organisation_type: Internal[OrganisationType]
    municipality_code: Internal[MunicipalityCode | None] = None


class RegistrationOffered(Event):
    """A seat is kept for somebody who waited, until they answer or the offer ends."""

    event_id: Internal[UUID]


class RegistrationOfferExpired(Event):
    """The seat that was kept went to the next."""

    event_id: Internal[UUID]


class RegistrationCancelled(Event):
    """Somebody does not come."""

    event_id: Internal[UUID]


class RegistrationAttended(Event):
    """Somebody of this profession was there."""

    event_id: Internal[UUID]
    profession: Internal[Profession]


class RegistrationMissed(Event):
    """Somebody with a seat did not come."""

    event_id: Internal[UUID]
