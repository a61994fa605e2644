"""An event (arrangement) on its way from a draft to its announcement, without those who register for it."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.event import Event
from contracts.problems import Conflict, Forbidden, Invalid
from contracts.taxonomy import NetworkAreaCode, ProfessionCode, TopicCode
from contracts.training import (
    EventCancelled,
    EventDrafted,
    EventOpened,
    EventPublished,
    SensitiveEventCancelled,
    SensitiveEventPublished,
    VerifiedEventPublished,
)
from contracts.training import EventKindCode as Kind
from contracts.values import Provenance

DENMARK = ZoneInfo("Europe/Copenhagen")

Level = Literal["basic", "advanced", "leader"]
ChildrenYouth = Literal["primary", "partly", "no"]
Setting = Literal["family", "school", "youth_education", "leisure", "workplace", "job_centre", "online"]
SafetyProfile = Literal["open", "verified_only", "sensitive"]
State = Literal["draft", "published", "open", "closed", "held", "cancelled"]
CancelReason = Literal["illness", "too_few", "external"]
EXTERNAL: Kind = "diploma_module_external"
COORDINATOR = "course_coordinator"


class EventIncomplete(Conflict):
    """The draft does not say yet what an announcement needs."""

    title_da = "Arrangementet mangler oplysninger"


class EventNotDraft(Conflict):
    """The event has been announced or cancelled, so it is a draft no longer."""

    title_da = "Arrangementet er ikke længere en kladde"


class EventNotPublished(Conflict):
    """Registration opens once, for an event that is announced."""

    title_da = "Tilmeldingen kan ikke åbnes"


class EventOver(Conflict):
    """The event is held or cancelled already."""

    title_da = "Arrangementet er afholdt eller aflyst"


class EventBegun(Conflict):
    """The event has begun, or its registration has ended before it was announced."""

    title_da = "Det er for sent"


class SignUpElsewhere(Conflict):
    """An external module has its own sign-up, with whoever runs it."""

    title_da = "Tilmelding sker hos udbyderen"


class MomentsDisordered(Invalid):
    """Registration opens, then closes, then the event begins, then it ends."""

    title_da = "Tidspunkterne er i forkert rækkefølge"


class OutsideYourMunicipality(Forbidden):
    """A municipality's key person registers for that municipality alone."""

    title_da = "Uden for din kommune"


@dataclass(frozen=True)
class Draft:
    """What is said of an event. A draft may still lack whatever may be None."""

    kind: Kind
    title_da: str
    topics: tuple[TopicCode, ...]
    level: Level
    children_youth: ChildrenYouth
    safety_profile: SafetyProfile
    summary_da: str | None = None
    profession_groups: tuple[ProfessionCode, ...] = ()
    setting: Setting | None = None
    area: NetworkAreaCode | None = None
    capacity: int | None = None
    max_per_organisation: int | None = None
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    venue: str | None = None
    reference_ids: tuple[UUID, ...] = ()
    publication_ids: tuple[UUID, ...] = ()

    def __post_init__(self) -> None:
        """Refuses moments that cannot follow each other."""
        names = ("registration_opens_at", "registration_closes_at", "starts_at", "ends_at")
        said = [(name, moment) for name in names if (moment := getattr(self, name)) is not None]
        for (_, before), (name, after) in pairwise(said):
            if after < before or (name != "starts_at" and after == before):
                raise MomentsDisordered(
                    "Registration opens, closes, and the event begins and ends, in this order.", pointer=f"/{name}"
                )


@dataclass(frozen=True)
class TrainingEvent:
    """An event with what was said of it, where it stands, and what its waiting list has come to."""

    id: UUID
    provenance: Provenance
    revision: int
    state: State
    draft: Draft
    changed_at: datetime
    announced: bool = False
    cancel_reason: CancelReason | None = None
    priority_id: UUID | None = None
    last_position: int = 0
    demand_told: int = 0

    @property
    def capacity(self) -> int:
        """The seats; an announced event always has some."""
        assert self.draft.capacity is not None
        return self.draft.capacity

    @property
    def starts_at(self) -> datetime:
        """When it begins; an announced event always says."""
        assert self.draft.starts_at is not None
        return self.draft.starts_at

    @property
    def is_sensitive(self) -> bool:
        """Seen by nobody but course coordinators and those who have a seat."""
        return self.draft.safety_profile == "sensitive"

    @property
    def month(self) -> str:
        """The month in Denmark in which it begins."""
        return f"{self.starts_at.astimezone(DENMARK):%Y-%m}"


def draft_event(
    draft: Draft, *, id: UUID, provenance: Provenance, at: datetime, priority_id: UUID | None = None
) -> tuple[TrainingEvent, Event]:
    """The event is being prepared, and nobody outside hears of it."""
    event = TrainingEvent(id, provenance, 1, "draft", draft, at, priority_id=priority_id)
    return event, _drafted(event)


def redraft(event: TrainingEvent, draft: Draft, *, at: datetime) -> tuple[TrainingEvent, Event]:
    """The draft says this instead.

    Raises: EventNotDraft.
    """
    _check_draft(event)
    event = changed(event, at=at, draft=draft)
    return event, _drafted(event)


def publish(event: TrainingEvent, *, at: datetime) -> tuple[TrainingEvent, Event]:
    """The event is announced, in as much detail as its safety profile allows.

    Raises: EventNotDraft, EventIncomplete, EventBegun.
    """
    _check_draft(event)
    said = event.draft
    needed = ("capacity", "registration_opens_at", "registration_closes_at", "starts_at", "ends_at")
    if lacking := [name for name in needed if getattr(said, name) is None]:
        raise EventIncomplete("The draft lacks " + ", ".join(lacking) + ".")
    assert said.registration_closes_at is not None
    if said.registration_closes_at <= at:
        raise EventBegun("Registration would have closed before the event is announced.")
    event = changed(event, at=at, state="published", announced=True)
    return event, _published(event)


def open_registration(event: TrainingEvent, *, at: datetime) -> tuple[TrainingEvent, Event]:
    """Whoever wants a seat can register.

    Raises: EventNotPublished, SignUpElsewhere.
    """
    if event.state != "published":
        raise EventNotPublished("Registration opens once, after the event is announced.")
    if event.draft.kind == EXTERNAL:
        raise SignUpElsewhere("Sign-up for an external module is with whoever runs it.")
    event = changed(event, at=at, state="open")
    return event, EventOpened(**envelope(event), seats=event.capacity)


def cancel(event: TrainingEvent, *, reason: CancelReason, at: datetime) -> tuple[TrainingEvent, Event]:
    """The event does not take place; partners hear of it if they had heard of the event.

    Raises: EventOver.
    """
    if event.state in ("held", "cancelled"):
        raise EventOver("The event is held or cancelled already.")
    event = changed(event, at=at, state="cancelled", cancel_reason=reason)
    kind = EventCancelled if event.announced and not event.is_sensitive else SensitiveEventCancelled
    return event, kind(**envelope(event), reason=reason)


def changed(event: TrainingEvent, *, at: datetime, **fields: Any) -> TrainingEvent:
    """The event with these fields and its next revision."""
    return replace(event, revision=event.revision + 1, changed_at=at, **fields)


def envelope(event: TrainingEvent) -> dict[str, Any]:
    """What every happening of this event says."""
    return {
        "subject": event.id,
        "revision": event.revision,
        "at": event.changed_at,
        "provenance": event.provenance,
    }


def _check_draft(event: TrainingEvent) -> None:
    if event.state != "draft":
        raise EventNotDraft("The event is a draft no longer.")


def _drafted(event: TrainingEvent) -> Event:
    said = event.draft
    return EventDrafted(
        **envelope(event), kind=said.kind, topics=said.topics, area=said.area, priority_id=event.priority_id
    )


def _published(event: TrainingEvent) -> Event:
    said, of = event.draft, envelope(event)
    if said.safety_profile == "sensitive":
        return SensitiveEventPublished(**of, kind=said.kind, month=event.month, children_youth=said.children_youth)
    if said.safety_profile == "verified_only":
        return VerifiedEventPublished(
            **of,
            kind=said.kind,
            topics=said.topics,
            month=event.month,
            area=said.area,
            seats=event.capacity,
            children_youth=said.children_youth,
        )
    return EventPublished(
        **of,
        kind=said.kind,
        topics=said.topics,
        profession_groups=said.profession_groups,
        level=said.level,
        starts_on=event.starts_at.astimezone(DENMARK).date(),
        area=said.area,
        seats=event.capacity,
        children_youth=said.children_youth,
        setting=said.setting,
    )
