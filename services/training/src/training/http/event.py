"""Events, from a draft to what became of them."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.taxonomy import NetworkAreaCode
from contracts.values import NeutralLine, NeutralText, Provenance
from training.commands import event as commands
from training.http.fields import COORDINATOR, READERS, Moment, Professions, Title, Topics
from training.queries import event as queries
from training.queries.event import (
    CancelReason,
    ChildrenYouth,
    EventFilter,
    Events,
    EventView,
    Kind,
    Level,
    SafetyProfile,
    Setting,
)

router = APIRouter(route_class=Edge, prefix="/v1", tags=["events"])

Quotes = Annotated[tuple[UUID, ...], Field(max_length=50)]
Ids = Annotated[frozenset[UUID], Field(max_length=1_000)]
EXAMPLE: dict[str, Any] = {
    "kind": "theme_day",
    "title_da": "Temadag om beredskabsplaner",
    "topics": ["preparedness_plan"],
    "level": "basic",
    "children_youth": "partly",
    "area": "west",
    "capacity": 60,
    "max_per_organisation": 3,
    "registration_opens_at": "2027-01-11T08:00:00Z",
    "registration_closes_at": "2027-03-01T11:00:00Z",
    "starts_at": "2027-03-15T08:00:00Z",
    "ends_at": "2027-03-15T14:00:00Z",
}


class RedraftEvent(Body):
    """What a draft says; what is left out is not decided yet."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    kind: Kind
    title_da: Title
    topics: Topics
    level: Level
    children_youth: ChildrenYouth
    safety_profile: Annotated[
        SafetyProfile,
        Field(
            description="open: announced to all; verified_only: only month and area are told outside; sensitive:"
            " seen by course coordinators and those with a seat, and nobody else"
        ),
    ] = "open"
    summary_da: Annotated[NeutralText, Field(max_length=2_000)] | None = None
    profession_groups: Professions = ()
    setting: Setting | None = None
    area: NetworkAreaCode | None = None
    capacity: Annotated[int, Field(ge=1, le=2_000)] | None = None
    max_per_organisation: Annotated[int, Field(ge=1, le=2_000)] | None = None
    registration_opens_at: Moment | None = None
    registration_closes_at: Moment | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    venue: (
        Annotated[
            NeutralLine, Field(max_length=300, description="Shown with a confirmed registration, and nowhere else")
        ]
        | None
    ) = None
    reference_ids: Annotated[Quotes, Field(description="Legal references that the material quotes")] = ()
    publication_ids: Annotated[Quotes, Field(description="Publications that the material quotes")] = ()


class DraftEvent(RedraftEvent):
    """An event to prepare."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**EXAMPLE, "provenance": "synthetic"}]})

    provenance: Annotated[Provenance, Field(description="Synthetic municipalities take part in synthetic events only")]


class CancelEvent(Body):
    """Why it does not take place."""

    reason: Annotated[CancelReason, Field(examples=["too_few"])]


class RecordAttendance(Body):
    """Which registrations with a seat were there and which were not."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"attended": ["7e4a9fcd-a035-4168-8fbe-48d306a10112"], "missed": []}]}
    )

    attended: Ids = frozenset()
    missed: Ids = frozenset()


class ReviewQuote(Body):
    """What was looked at."""

    quoted_id: Annotated[
        UUID,
        Field(description="The legal reference or the publication", examples=["6d3f8ebc-9f24-4057-bead-37c2f5091423"]),
    ]


class EventPage(EventFilter):
    """Which events are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[UUID | None, Field(description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100


@router.post("/events", status_code=201, summary="Draft an event")
async def draft_event(body: DraftEvent, command: Annotated[Command, commanding(COORDINATOR)]) -> EventView:
    id = uuid4()
    said = body.model_dump(exclude={"provenance"})
    await commands.draft_event(command.tx, id, said, provenance=body.provenance, now=command.clock.now)
    return await _shown(command, id, location=f"/v1/events/{id}")


@router.post("/events/{id}/redraft", summary="Say in a draft what it says from now on")
async def redraft_event(id: UUID, body: RedraftEvent, change: Annotated[Change, changing(COORDINATOR)]) -> EventView:
    change.shows(partial(_view, change, id))
    await commands.redraft_event(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/events/{id}/publish", summary="Announce an event")
async def publish_event(id: UUID, change: Annotated[Change, changing(COORDINATOR)]) -> EventView:
    change.shows(partial(_view, change, id))
    await commands.publish_event(change.tx, id, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/events/{id}/open", summary="Open registration before its time")
async def open_event(id: UUID, change: Annotated[Change, changing(COORDINATOR)]) -> EventView:
    change.shows(partial(_view, change, id))
    await commands.open_event(change.tx, id, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/events/{id}/close", summary="Close registration before its time")
async def close_event(id: UUID, change: Annotated[Change, changing(COORDINATOR)]) -> EventView:
    change.shows(partial(_view, change, id))
    await commands.close_event(change.tx, id, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/events/{id}/record-attendance", summary="Say who of those with a seat was there")
async def record_attendance(
    id: UUID, body: RecordAttendance, change: Annotated[Change, changing(COORDINATOR)]
) -> EventView:
    change.shows(partial(_view, change, id))
    await commands.record_attendance(
        change.tx, id, attended=body.attended, missed=body.missed, expect=change.expects, now=change.clock.now
    )
    return await _shown(change, id)


@router.post("/events/{id}/hold", summary="Say that an event has taken place")
async def hold_event(id: UUID, change: Annotated[Change, changing(COORDINATOR)]) -> EventView:
    change.shows(partial(_view, change, id))
    await commands.hold_event(change.tx, id, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/events/{id}/cancel", summary="Say that an event does not take place")
async def cancel_event(id: UUID, body: CancelEvent, change: Annotated[Change, changing(COORDINATOR)]) -> EventView:
    change.shows(partial(_view, change, id))
    await commands.cancel_event(change.tx, id, reason=body.reason, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/events/{id}/review-quote", summary="Say that something the material quotes has been looked at")
async def review_quote(id: UUID, body: ReviewQuote, command: Annotated[Command, commanding(COORDINATOR)]) -> EventView:
    await commands.review_quote(command.tx, id, body.quoted_id, now=command.clock.now)
    return await _shown(command, id)


@router.get("/events", summary="Events that the caller may know of, the earliest first")
async def events(page: Annotated[EventPage, Parameters()], query: Annotated[Query, reading(*READERS)]) -> Events:
    return await queries.events(query.tx, page, by=query.principal, after=page.after, limit=page.limit)


@router.get("/events/{id}", summary="One event")
async def event(id: UUID, query: Annotated[Query, reading(*READERS)]) -> EventView:
    return query.answer(await queries.event(query.tx, id, by=query.principal))


async def _view(command: Command, id: UUID) -> EventView:
    return await queries.event(command.tx, id, by=command.principal)


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> EventView:
    return command.answer(await _view(command, id), location=location)
