"""How many enquiries there were, as numbers that identify nobody. Enquiries, matters and persons are three things."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from advisory.domain.days import danish_day
from chassis import disclosure
from chassis.database import Tx
from contracts.geography import region_of
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
    return _counts("Modtagne henvendelser efter måned og region", counted, provenance, at)


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
    return _counts("Emner i modtagne henvendelser efter måned; en henvendelse kan have flere", counted, provenance, at)


async def counts_by_matter(tx: Tx, *, provenance: Provenance, year: int, at: datetime) -> Counts:
    """Matters and repeated enquiries about them; neither says how many persons there are."""
    found = await tx.fetch(
        "select month, case place when 1 then 'matter' else 'repeat' end as of, count(*) as count from ("
        "   select to_char(received_on, 'YYYY-MM') as month, received_on,"
        "       row_number() over (partition by thread_id order by received_on, number) as place"
        "   from enquiries where provenance = $1 and received_on < $3"
        ") as placed where received_on >= $2 group by 1, 2",
        provenance,
        *_ended(year, at),
    )
    counted = {(row["month"], row["of"]): row["count"] for row in found}
    return _counts(
        "Sager (matter) efter måneden for deres første henvendelse, og gentagne henvendelser om dem (repeat);"
        " personer tælles ikke",
        counted,
        provenance,
        at,
    )


def _counts(definition: str, counted: dict[tuple[str, str], int], provenance: Provenance, at: datetime) -> Counts:
    table = disclosure.two_way(dict(sorted(counted.items())))
    return Counts(
        definition_da=definition,
        provenance=provenance,
        as_of=at,
        cells=tuple(Cell(month=month, of=of, count=count) for (month, of), count in table.cells.items()),
        months=table.rows,
        totals=table.columns,
        total=table.total,
    )


def _ended(year: int, at: datetime) -> tuple[date, date]:
    """The first day of the year, and the first that is not counted: a month that goes on would show each new one."""
    return date(year, 1, 1), min(date(year + 1, 1, 1), danish_day(at).replace(day=1))


def _month(day: date) -> str:
    return disclosure.period_of(day, "month")
