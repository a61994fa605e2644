"""Meetings of the coordination forum, and how its year stands."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.values import Provenance
from planning.domain.meeting import AgendaItem, CoordinationMeeting, State, terms_on, year_of
from planning.queries.authority import NamedAuthority, by_code, name_on
from planning.queries.seat import members
from planning.store import meeting as store


class CoordinationMeetingView(BaseModel):
    """A meeting of the forum: codes and counts, and where anybody may read of it."""

    id: UUID
    provenance: Provenance
    planned_on: date = Field(description="The day on which it was held, once it was")
    agenda: tuple[AgendaItem, ...]
    page_url: str | None = Field(description="A public page on the meeting")
    state: State
    represented: tuple[NamedAuthority, ...] = Field(description="Under their names of that day")
    absent: tuple[NamedAuthority, ...] = Field(description="Those that had a seat on that day and were not there")
    participant_count: int | None
    reason: str | None = Field(description="Why it was cancelled")
    revision: int = Field(description="The entity tag of this state")


class CoordinationMeetingFilter(BaseModel):
    """Which meetings are shown."""

    provenance: Provenance = "actual"
    year: Annotated[int | None, Field(ge=2000, le=2100)] = None
    state: State | None = None


class CoordinationMeetings(BaseModel):
    """A page of meetings, in the order in which they were planned."""

    total: int = Field(description="Meetings that match, on all pages")
    items: tuple[CoordinationMeetingView, ...]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class ForumYearView(BaseModel):
    """How a year of the forum stands."""

    year: int
    wanted: int | None = Field(description="Meetings a year by the terms that hold at its end; none where none hold")
    held: int
    planned: int
    missing: int | None = Field(description="Meetings that are neither held nor planned; none where none are wanted")


class TermsView(BaseModel):
    """How often the forum is to meet, from a day on."""

    provenance: Provenance
    valid_from: date
    meetings_a_year: int


class ForumTermsView(BaseModel):
    """All terms, the first to hold first."""

    items: tuple[TermsView, ...]


async def meeting(tx: Tx, id: UUID) -> CoordinationMeetingView:
    """One meeting.

    Raises: CoordinationMeetingMissing.
    """
    return await _view(tx, store.meeting_of(await tx.fetchrow("select * from coordination_meetings where id = $1", id)))


async def meetings(tx: Tx, wanted: CoordinationMeetingFilter, *, after: int | None, limit: int) -> CoordinationMeetings:
    """The meetings that match."""
    matching = """
        from coordination_meetings where provenance = $1
            and ($2::int is null or extract(year from planned_on) = $2) and ($3::text is null or state = $3)
        """
    said: tuple[Any, ...] = (wanted.provenance, wanted.year, wanted.state)
    found = await tx.fetch(
        f"select * {matching} and number > $4 order by number limit $5", *said, after or 0, limit + 1
    )
    page = found[:limit]
    return CoordinationMeetings(
        total=await tx.fetchval(f"select count(*) {matching}", *said),
        items=tuple([await _view(tx, store.meeting_of(each)) for each in page]),
        next=page[-1]["number"] if len(found) > limit else None,
    )


async def forum_year(tx: Tx, provenance: Provenance, year: int) -> ForumYearView:
    """How the forum's year stands."""
    found = await tx.fetch(
        "select state from coordination_meetings where provenance = $1 and extract(year from planned_on) = $2",
        provenance,
        year,
    )
    terms = terms_on(await store.terms(tx, provenance), date(year, 12, 31))
    return ForumYearView(year=year, **vars(year_of([each["state"] for each in found], terms)))


async def forum_terms(tx: Tx, provenance: Provenance) -> ForumTermsView:
    """All terms, of whatever day."""
    return ForumTermsView(items=tuple(TermsView(**vars(each)) for each in await store.terms(tx, provenance)))


async def _view(tx: Tx, meeting: CoordinationMeeting) -> CoordinationMeetingView:
    known = await by_code(tx, meeting.represented)
    there = [name_on(known[each], meeting.planned_on) for each in meeting.represented]
    seated = (await members(tx, meeting.provenance, on=meeting.planned_on)).items if meeting.state == "held" else ()
    absent = tuple(each.authority for each in seated if each.authority.code not in meeting.represented)
    return CoordinationMeetingView.model_validate(vars(meeting) | {"represented": there, "absent": absent})
