"""What may be asked of the practitioners' networks: their meetings, and how their year stands."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import network_meeting as domain
from advisory.domain.directory import terms_on
from advisory.store import directory
from advisory.store import network_meeting as store
from chassis.database import Tx
from contracts.values import Provenance


class ActionView(BaseModel):
    """What a meeting agreed to do."""

    number: int
    text_da: str
    due_on: date
    done_on: date | None


class NetworkMeetingView(BaseModel):
    """A meeting of the practitioners' network of an area."""

    id: UUID
    revision: int = Field(description="The entity tag of this state")
    provenance: Provenance
    area: Literal["east", "west"]
    planned_on: date
    topics: tuple[str, ...]
    agenda: tuple[str, ...] = Field(description="What is to be talked about, in this order")
    state: domain.State
    participant_count: int | None
    reason: str | None
    actions: tuple[ActionView, ...]


class NetworkMeetingFilter(BaseModel):
    """Which meetings are shown."""

    provenance: Provenance = "actual"
    year: Annotated[int | None, Field(ge=2000, le=2100)] = None
    area: Literal["east", "west"] | None = None
    state: domain.State | None = None


class NetworkMeetings(BaseModel):
    """A page of meetings, in the order in which they were planned."""

    total: int = Field(description="Meetings that match, on all pages")
    items: tuple[NetworkMeetingView, ...]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class NetworkYear(BaseModel):
    """How a network's year stands."""

    area: Literal["east", "west"]
    held: int
    planned: int
    missing: int = Field(description="Meetings that are neither held nor planned")


class NetworkYears(BaseModel):
    """Both networks."""

    year: int
    wanted: int = Field(description="Meetings a year, by the terms that hold at the end of that year")
    items: tuple[NetworkYear, ...]


async def meeting(tx: Tx, id: UUID) -> NetworkMeetingView:
    """One meeting.

    Raises: NetworkMeetingMissing.
    """
    return _view(store.meeting(await tx.fetchrow("select * from network_meetings where id = $1", id)))


async def meetings(tx: Tx, wanted: NetworkMeetingFilter, *, after: int | None, limit: int) -> NetworkMeetings:
    """The meetings that match, the first planned first."""
    matching = """
        from network_meetings where provenance = $1 and ($2::int is null or extract(year from planned_on) = $2)
            and ($3::text is null or area = $3) and ($4::text is null or state = $4)
        """
    said = (wanted.provenance, wanted.year, wanted.area, wanted.state)
    found = await tx.fetch(
        f"select * {matching} and number > $5 order by number limit $6", *said, after or 0, limit + 1
    )
    page = found[:limit]
    return NetworkMeetings(
        total=await tx.fetchval(f"select count(*) {matching}", *said),
        items=tuple(_view(store.meeting(each)) for each in page),
        next=page[-1]["number"] if len(found) > limit else None,
    )


async def years(tx: Tx, provenance: Provenance, year: int) -> NetworkYears:
    """How the year of each network stands."""
    wanted = terms_on(await directory.terms(tx), date(year, 12, 31)).network_meetings_a_year
    found = await tx.fetch(
        "select * from network_meetings where provenance = $1 and extract(year from planned_on) = $2", provenance, year
    )
    stands = domain.cadence([store.meeting(each) for each in found], year=year, wanted=wanted)
    return NetworkYears(year=year, wanted=wanted, items=tuple(NetworkYear(**vars(each)) for each in stands))


def _view(meeting: domain.NetworkMeeting) -> NetworkMeetingView:
    return NetworkMeetingView.model_validate(vars(meeting) | {"actions": [vars(each) for each in meeting.actions]})
