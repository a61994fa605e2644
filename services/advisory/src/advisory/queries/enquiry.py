"""What may be asked of enquiries: single ones and work lists by those who advise, and counts that identify nobody."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, get_args
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import checklist
from advisory.domain import enquiry as domain
from advisory.domain.days import danish_day
from advisory.queries import need
from advisory.queries.need import NeedView
from advisory.store import enquiry as store
from chassis import disclosure
from chassis.database import Tx
from contracts.geography import municipalities, region_of
from contracts.taxonomy import TopicCode
from contracts.values import Provenance

Target = domain.Target


class Said(BaseModel):
    """The same in both languages."""

    da: str
    en: str


RESPONSIBILITY = Said(da=checklist.RESPONSIBILITY_DA, en=checklist.RESPONSIBILITY_EN)


class StepView(BaseModel):
    """One thing to do."""

    code: str
    text_da: str
    text_en: str
    source: str | None = Field(description="The paragraph that asks for it")
    done: bool | None = Field(description="Null where nobody ticks it off")


class ReferralView(BaseModel):
    """A hand-over."""

    id: UUID
    target: Target
    urgency: domain.Urgency
    made_at: datetime
    due_at: datetime | None = Field(description="When it is overdue, while it waits for a human")
    acknowledged_at: datetime | None
    escalated_at: datetime | None = Field(description="Since when the duty desk is alarmed")


class EnquiryView(BaseModel):
    """An enquiry, for those who advise."""

    act_first: tuple[StepView, ...] = Field(description="When it is acute: whom to call, in this order")
    responsibility: Said = Field(default=RESPONSIBILITY, description="Part of every answer")
    checklist: tuple[StepView, ...]
    id: UUID
    version: int = Field(description="The entity tag of this state")
    state: domain.State
    provenance: Provenance
    municipality_code: str = Field(description="Of the organisation that asks")
    received_on: date
    channel: domain.Channel
    requester: str
    profession: str | None
    topics: tuple[str, ...]
    is_case_specific: bool
    consent_basis: domain.Consent
    may_be_case_specific: bool = Field(description="False: advise anonymously")
    mode: domain.Mode
    concerns_minor: domain.Minor
    age_band: str | None
    stay_phase: str | None
    urgency: domain.Urgency
    team: str | None
    note: str | None
    advice: tuple[str, ...]
    publication_ids: tuple[UUID, ...]
    duty_to_notify: domain.DutyToNotify | None
    risk_assessment_reminded: bool
    journal_reference: str | None
    outcome: domain.Outcome | None
    closed_on: date | None
    referrals: tuple[ReferralView, ...]
    needs: tuple[NeedView, ...] = Field(description="What it showed to be missing, told to those who can meet it")


class EnquiryFilter(BaseModel):
    """Which enquiries are shown."""

    provenance: Provenance = "actual"
    state: domain.State | None = None
    urgency: domain.Urgency | None = None
    overdue: bool | None = Field(default=None, description="Whether the duty desk is alarmed and nobody has taken over")


class Enquiries(BaseModel):
    """A page of enquiries, in the order in which they were registered."""

    total: int = Field(description="Enquiries that match, on all pages")
    items: tuple[EnquiryView, ...]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class Cell(BaseModel):
    """How many in a month; null where the number is small or would give a small one away."""

    month: str
    of: str
    count: int | None


class Counts(BaseModel):
    """Enquiries that were received, by month and one more property, as they may be shown."""

    definition_da: str
    provenance: Provenance
    as_of: datetime
    minimum: int = Field(default=disclosure.MINIMUM, description="No smaller number is shown")
    cells: tuple[Cell, ...]
    months: dict[str, int | None]
    totals: dict[str, int | None]
    total: int | None


async def enquiry(tx: Tx, id: UUID) -> EnquiryView:
    """One enquiry with its hand-overs and what must not be forgotten.

    Raises: EnquiryMissing.
    """
    return _view(await store.loaded(tx, await tx.fetchrow("select * from enquiries where id = $1", id)))


async def enquiries(tx: Tx, wanted: EnquiryFilter, *, after: int | None, limit: int) -> Enquiries:
    """The enquiries that match, the oldest first."""
    matching = """
        from enquiries where provenance = $1 and ($2::text is null or state = $2) and ($3::text is null or urgency = $3)
            and ($4::bool is null or $4 = exists (
                select from referrals where enquiry_id = enquiries.id and escalated_at is not null
                    and acknowledged_at is null))
        """
    said = (wanted.provenance, wanted.state, wanted.urgency, wanted.overdue)
    total = await tx.fetchval(f"select count(*) {matching}", *said)
    found = await tx.fetch(
        f"select * {matching} and number > $5 order by number limit $6",
        *said,
        after or 0,
        limit + 1,
    )
    page = found[:limit]
    return Enquiries(
        total=total,
        items=tuple(_view(each) for each in await store.all_loaded(tx, page)),
        next=page[-1]["number"] if len(found) > limit else None,
    )


async def counts_by_region(tx: Tx, *, provenance: Provenance, year: int, at: datetime) -> Counts:
    """Enquiries of the year's ended months by region, each region as it was when the enquiry was received."""
    found = await tx.fetch(
        "select received_on as day, municipality_code, count(*) as count from enquiries"
        " where provenance = $1 and received_on >= $2 and received_on < $3 group by 1, 2",
        provenance,
        *_ended(year, at),
    )
    counted: dict[tuple[str, str], int] = {}
    for row in found:
        cell = (_month(row["day"]), region_of(row["municipality_code"], row["day"]))
        counted[cell] = counted.get(cell, 0) + row["count"]
    return _counts(
        "Modtagne henvendelser efter måned og region",
        counted,
        partial(_regions, provenance),
        provenance=provenance,
        year=year,
        at=at,
    )


async def counts_by_topic(tx: Tx, *, provenance: Provenance, year: int, at: datetime) -> Counts:
    """Topics of the enquiries of the year's ended months; one enquiry can have several."""
    found = await tx.fetch(
        "select received_on as day, topic, count(*) as count from enquiries, unnest(topics) as topic"
        " where provenance = $1 and received_on >= $2 and received_on < $3 group by 1, 2",
        provenance,
        *_ended(year, at),
    )
    counted: dict[tuple[str, str], int] = {}
    for row in found:
        cell = (_month(row["day"]), row["topic"])
        counted[cell] = counted.get(cell, 0) + row["count"]
    return _counts(
        "Emner i modtagne henvendelser efter måned; en henvendelse kan have flere",
        counted,
        lambda _: get_args(TopicCode),
        provenance=provenance,
        year=year,
        at=at,
    )


def _counts(
    definition: str,
    counted: Mapping[tuple[str, str], int],
    codes: Callable[[date], Iterable[str]],
    *,
    provenance: Provenance,
    year: int,
    at: datetime,
) -> Counts:
    """Each month is a table of its own, which those that end later do not change.

    Otherwise what a new month lets be shown of an old one could be subtracted from what was shown before. For the same
    reason there is a sum over months only where each of them is shown.
    """
    first, end = _ended(year, at)
    starts = [each for month in range(1, 13) if (each := first.replace(month=month)) < end]
    lines = {
        _month(start): disclosure.one_way({of: counted.get((_month(start), of), 0) for of in codes(start)})
        for start in starts
    }
    cells = [Cell(month=month, of=of, count=n) for month, line in lines.items() for of, n in line.cells.items()]
    return Counts(
        definition_da=definition,
        provenance=provenance,
        as_of=at,
        cells=tuple(cells),
        months={month: line.total for month, line in lines.items()},
        totals={
            of: _sum(each.count for each in cells if each.of == of) for of in dict.fromkeys(each.of for each in cells)
        },
        total=_sum(line.total for line in lines.values()),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    """The sum, where all are shown."""
    shown = list(counts)
    known = [each for each in shown if each is not None]
    return sum(known) if len(known) == len(shown) else None


def _regions(provenance: Provenance, on: date) -> Iterable[str]:
    actual = dict.fromkeys(region_of(each.code, on) for each in municipalities(on))
    return actual if provenance == "actual" else ("synthetic",)


def _ended(year: int, at: datetime) -> tuple[date, date]:
    """The first day of the year, and the first that is not counted: a month that goes on would show each new one."""
    return date(year, 1, 1), min(date(year + 1, 1, 1), danish_day(at).replace(day=1))


def _month(day: date) -> str:
    return disclosure.period_of(day, "month")


def _view(enquiry: domain.Enquiry) -> EnquiryView:
    fields: dict[str, Any] = vars(enquiry) | {
        "act_first": [StepView(**vars(each)) for each in checklist.acute_steps(enquiry)],
        "checklist": [StepView(**vars(each)) for each in checklist.steps(enquiry)],
        "may_be_case_specific": enquiry.may_be_case_specific,
        "referrals": [ReferralView(**vars(each), due_at=each.due_at) for each in enquiry.referrals],
        "needs": need.shown(enquiry.needs),
    }
    return EnquiryView(**fields)
