"""What the directory can be asked to show: its entries, and those that somebody should verify."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import directory as domain
from advisory.domain.days import danish_day
from advisory.domain.hours import Opening
from advisory.store import directory as store
from chassis.database import Tx
from contracts.values import NEUTRAL, Day, Provenance


class EntryView(BaseModel):
    """How a function is reached, for those who keep the directory."""

    id: UUID
    revision: int = Field(description="The entity tag of this state")
    provenance: Provenance
    actor: domain.Actor
    scope: domain.Scope
    area: str | None
    audience: domain.Audience
    title_da: str
    title_en: str | None
    purpose_da: str
    phone: str | None
    page_url: str | None
    hours: tuple[Opening, ...] | None = Field(description="Null where nobody has stated them")
    min_age: int | None
    max_age: int | None
    anonymous: bool | None
    languages: tuple[str, ...]
    source_url: str | None
    read_on: date | None
    valid_from: date
    valid_until: date | None = Field(description="The first day on which it holds no more")
    state: domain.State
    verified_on: date | None
    verified_by: str | None = Field(description="A role, never a person")
    certain_until: date | None = Field(description="The last day on which it is shown as certain")
    replaced_by: UUID | None


class EntryFilter(BaseModel):
    """Which entries are shown."""

    provenance: Provenance = "actual"
    actor: domain.Actor | None = None
    scope: domain.Scope | None = None
    area: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$"), NEUTRAL] | None = None
    on: Day | None = Field(default=None, description="Only what holds on that day")


class Entries(BaseModel):
    """A page of entries, in the order in which they were entered."""

    total: int = Field(description="Entries that match, on all pages")
    items: tuple[EntryView, ...]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class VerificationTask(BaseModel):
    """Somebody should call and see whether the entry is right."""

    entry: EntryView
    state: domain.State = Field(description="Never verified, to be verified soon, or certain no more")
    days_left: int | None = Field(
        description="Until it is certain no more; negative when it is; null when it never was"
    )


class VerificationTasks(BaseModel):
    """What is not certain comes first, and of it what never was; then what soon will not be."""

    as_of: date
    items: tuple[VerificationTask, ...]


class TermsView(BaseModel):
    """What holds for the directory from a day on."""

    valid_from: date
    verified_for_days: int
    remind_before_days: int
    network_meetings_a_year: int
    also_closed: tuple[str, ...] = Field(description="Days of any year on which opening hours are as on a holiday")
    acute_order: tuple[str, ...]
    usual_order: tuple[str, ...]
    source: str


class AllTerms(BaseModel):
    """All terms, the first day first."""

    items: tuple[TermsView, ...]


async def entry(tx: Tx, id: UUID) -> EntryView:
    """One entry.

    Raises: DirectoryEntryMissing.
    """
    row = await tx.fetchrow("select * from directory_entries where id = $1", id)
    if row is None:
        raise store.DirectoryEntryMissing("There is no such entry in the directory.")
    return EntryView(**vars(store.entry(row)))


async def entries(tx: Tx, wanted: EntryFilter, *, after: int | None, limit: int) -> Entries:
    """The entries that match, the oldest first."""
    matching = """
        from directory_entries where provenance = $1 and ($2::text is null or actor = $2)
            and ($3::text is null or scope = $3) and ($4::text is null or area = $4)
            and ($5::date is null or (valid_from <= $5 and (valid_until is null or valid_until > $5)))
        """
    said = (wanted.provenance, wanted.actor, wanted.scope, wanted.area, wanted.on)
    found = await tx.fetch(
        f"select * {matching} and number > $6 order by number limit $7", *said, after or 0, limit + 1
    )
    page = found[:limit]
    return Entries(
        total=await tx.fetchval(f"select count(*) {matching}", *said),
        items=tuple(EntryView(**vars(store.entry(each))) for each in page),
        next=page[-1]["number"] if len(found) > limit else None,
    )


async def verification_tasks(tx: Tx, provenance: Provenance, *, at: datetime, limit: int) -> VerificationTasks:
    """The entries that somebody should verify, judged by the day and not by what has been noticed of it."""
    day = danish_day(at)
    found = await tx.fetch(
        """
        select * from directory_entries
        where provenance = $1 and (valid_until is null or valid_until > $2) and (remind_on is null or remind_on <= $2)
        order by certain_until nulls first, number limit $3
        """,
        provenance,
        day,
        limit,
    )
    due = [domain.grow_older(store.entry(each), at=at)[0] for each in found]
    return VerificationTasks(
        as_of=day,
        items=tuple(
            VerificationTask(
                entry=EntryView(**vars(each)),
                state=each.state,
                days_left=(each.certain_until - day).days if each.certain_until else None,
            )
            for each in due
        ),
    )


async def all_terms(tx: Tx) -> AllTerms:
    """All terms."""
    return AllTerms(items=tuple(TermsView(**vars(each)) for each in await store.terms(tx)))
