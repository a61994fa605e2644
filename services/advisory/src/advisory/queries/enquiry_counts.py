"""How many enquiries there were, as numbers that identify nobody. Enquiries, matters and persons are three things."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import get_args

from pydantic import BaseModel, Field

from advisory.domain.days import danish_day
from chassis import disclosure
from chassis.database import Tx
from contracts.geography import municipalities, region_of
from contracts.taxonomy import TopicCode
from contracts.values import Provenance


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


async def counts_by_region(tx: Tx, *, provenance: Provenance, year: int, at: datetime) -> Counts:
    """Enquiries of the year's ended months by region, each region as it was in that month."""
    counted: dict[tuple[str, str], int] = {}
    for month, code, count in await _found(tx, "municipality", provenance, year, at):
        cell = (_month(month), region_of(code, month))
        counted[cell] = counted.get(cell, 0) + count
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
    return _counts(
        "Emner i modtagne henvendelser efter måned; en henvendelse kan have flere",
        {(_month(month), code): count for month, code, count in await _found(tx, "topic", provenance, year, at)},
        lambda _: get_args(TopicCode),
        provenance=provenance,
        year=year,
        at=at,
    )


async def counts_by_matter(tx: Tx, *, provenance: Provenance, year: int, at: datetime) -> Counts:
    """First enquiries about a matter and repeated ones, as was known of each when it was registered; never persons."""
    return _counts(
        "Første henvendelser om en sag (matter) og gentagne om samme sag (repeat) efter måned; personer tælles ikke",
        {(_month(month), code): count for month, code, count in await _found(tx, "matter", provenance, year, at)},
        lambda _: ("matter", "repeat"),
        provenance=provenance,
        year=year,
        at=at,
    )


async def _found(tx: Tx, property: str, provenance: Provenance, year: int, at: datetime) -> list[tuple[date, str, int]]:
    found = await tx.fetch(
        "select month, code, count from enquiry_counts"
        " where provenance = $1 and property = $2 and month >= $3 and month < $4",
        provenance,
        property,
        *_ended(year, at),
    )
    return [(row["month"], row["code"], row["count"]) for row in found]


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
