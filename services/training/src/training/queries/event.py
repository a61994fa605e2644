"""Events as each caller may see them: a sensitive one, a draft and a venue are for course coordinators."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.auth import Principal
from chassis.database import Tx
from contracts.taxonomy import NetworkAreaCode, ProfessionCode, TopicCode
from contracts.values import Provenance
from training.domain.event import (
    COORDINATOR,
    CancelReason,
    ChildrenYouth,
    Kind,
    Level,
    SafetyProfile,
    Setting,
    State,
    TrainingEvent,
)
from training.store.event import COLUMNS, EventMissing, event_of


class Seats(BaseModel):
    """How the seats are given."""

    taken: int = Field(description="Seats that somebody has")
    offered: int = Field(description="Seats that are kept for somebody who waited, until they answer")
    free: int | None = Field(description="Seats that nobody has; none stated while the capacity is not")
    waiting: int = Field(description="Registrations that wait for a seat")


class EventView(BaseModel):
    """An event (arrangement)."""

    id: UUID
    provenance: Provenance
    revision: int = Field(description="The entity tag of this state")
    state: State
    cancel_reason: CancelReason | None
    priority_id: UUID | None = Field(description="The priority of the action plan that called for it")
    kind: Kind
    title_da: str
    summary_da: str | None
    topics: tuple[TopicCode, ...]
    level: Level
    profession_groups: tuple[ProfessionCode, ...]
    children_youth: ChildrenYouth
    setting: Setting | None
    area: NetworkAreaCode | None
    safety_profile: SafetyProfile
    capacity: int | None
    max_per_organisation: int | None = Field(description="Seats that one organisation may have; none: no limit")
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    venue: str | None = Field(description="For course coordinators; others read it with their confirmed registration")
    reference_ids: tuple[UUID, ...] = Field(description="Legal references that the material quotes")
    publication_ids: tuple[UUID, ...] = Field(description="Publications that the material quotes")
    seats: Seats


class Events(BaseModel):
    """A page of events, the earliest first and those without a date last."""

    items: tuple[EventView, ...]
    next: UUID | None = Field(default=None, description="Send it as `after` for the next page; none on the last")


class EventFilter(BaseModel):
    """Which events are shown."""

    provenance: Provenance = "actual"
    state: State | None = None
    topic: TopicCode | None = None
    area: NetworkAreaCode | None = None


# The one place that says which events a caller may know of. $1: whether they coordinate courses.
_VISIBLE = "($1 or (announced and safety_profile <> 'sensitive'))"
_SEATS = """
    (select count(*) from registrations where event_id = events.id and state in ('confirmed', 'attended', 'missed'))
        as seats_taken,
    (select count(*) from registrations where event_id = events.id and state = 'offered') as seats_offered,
    (select count(*) from registrations where event_id = events.id and state = 'waitlisted') as seats_waiting
    """


async def event(tx: Tx, id: UUID, *, by: Principal) -> EventView:
    """One event.

    Raises: EventMissing, also for one that the caller may not know of.
    """
    coordinator = by.has_any(COORDINATOR)
    row = await tx.fetchrow(
        f"select {COLUMNS}, {_SEATS} from events where {_VISIBLE} and id = $2",  # noqa: S608  # constants
        coordinator,
        id,
    )
    if row is None:
        raise EventMissing("There is no such event.")
    return _view(dict(row), coordinator=coordinator)


async def events(tx: Tx, wanted: EventFilter, *, by: Principal, after: UUID | None, limit: int) -> Events:
    """The events that match and that the caller may know of."""
    coordinator = by.has_any(COORDINATOR)
    rows = await tx.fetch(
        f"""
        select {COLUMNS}, {_SEATS} from events
        where {_VISIBLE} and provenance = $2
            and ($3::text is null or state = $3) and ($4::text is null or $4 = any (topics))
            and ($5::text is null or area = $5)
            and ($6::uuid is null or (coalesce(starts_at, 'infinity'), id)
                > (select coalesce(starts_at, 'infinity'), id from events where {_VISIBLE} and id = $6))
        order by coalesce(starts_at, 'infinity'), id limit $7
        """,  # noqa: S608  # constants
        coordinator,
        wanted.provenance,
        wanted.state,
        wanted.topic,
        wanted.area,
        after,
        limit + 1,
    )
    shown = tuple(_view(dict(row), coordinator=coordinator) for row in rows[:limit])
    return Events(items=shown, next=shown[-1].id if len(rows) > limit else None)


def _view(row: dict[str, Any], *, coordinator: bool) -> EventView:
    taken, offered, waiting = (row.pop(f"seats_{each}") for each in ("taken", "offered", "waiting"))
    event: TrainingEvent = event_of(row)
    said = event.draft
    shown: dict[str, Any] = {**vars(said), "venue": said.venue if coordinator else None}
    free = None if said.capacity is None else said.capacity - taken - offered
    return EventView(
        id=event.id,
        provenance=event.provenance,
        revision=event.revision,
        state=event.state,
        cancel_reason=event.cancel_reason,
        priority_id=event.priority_id,
        seats=Seats(taken=taken, offered=offered, free=free, waiting=waiting),
        **shown,
    )
