"""Statistics: to everybody the numbers that went out, to those who write them also what nobody else may see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.auth import Principal
from chassis.database import Tx
from contracts.knowledge import TableCode
from contracts.values import Provenance
from knowledge.domain.statistic import BEFORE_RELEASE, STANDING, RetractionReason, State
from knowledge.domain.table import Content, ReleasedTable, ShownNumber, listed, shown
from knowledge.queries.cursor import cursor, place
from knowledge.store.statistic import STATISTIC, StatisticMissing, statistic_of

WRITERS = ("editor", "data_steward")
OUT: tuple[State, ...] = (*STANDING, "retracted")


class StatisticLine(BaseModel):
    """The statistic of one table and period."""

    id: UUID
    provenance: Provenance
    table: str
    period: str
    state: State
    revision: int = Field(description="The entity tag of this state")
    title_da: str
    title_en: str | None
    retracted_because: RetractionReason | None
    retracted_at: datetime | None


class Statistics(BaseModel):
    """A page of statistics, newest year first, by table and period within it."""

    total: int = Field(description="Statistics that match, on all pages")
    items: tuple[StatisticLine, ...]
    next: Annotated[str | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class ToldTable(BaseModel):
    """A set of numbers that went out, with the digest of its bytes."""

    digest: str = Field(description="SHA-256 of the bytes at `document`, as the event told it")
    document: str = Field(description="The path of the bytes", examples=["/v1/statistics/{id}/tables/1"])
    said: ReleasedTable


class StatisticView(StatisticLine):
    """A statistic with what it says."""

    content: Content | None = Field(
        description="What was written, small numbers too: for editors and data stewards, until it is released"
    )
    preview: tuple[ShownNumber, ...] = Field(description="What of that everybody will see; empty once it is released")
    tables: tuple[ToldTable, ...] = Field(
        description="What everybody sees, the numbers that stand first and below them each set that was said earlier;"
        " empty before it is released and once it is retracted"
    )


class StatisticFilter(BaseModel):
    """Which statistics are shown."""

    provenance: Provenance = "actual"
    table: TableCode | None = None
    state: State | None = None


_MATCHING = """
    from statistics, lateral (select -left(period, 4)::bigint as place, table_code || ' ' || period as name) as placed
    where provenance = $1 and state = any ($2) and ($3::text is null or table_code = $3)
        and ($4::text is null or state = $4)
    """


async def statistics(tx: Tx, wanted: StatisticFilter, *, to: Principal, after: str | None, limit: int) -> Statistics:
    """The statistics that match, of those that the caller may see.

    Raises: CursorUnreadable.
    """
    matching = [wanted.provenance, _seen_by(to), wanted.table, wanted.state]
    rows = await tx.fetch(
        f"""
        select id, provenance, table_code as "table", period, state, revision, content ->> 'title_da' as title_da,
            content ->> 'title_en' as title_en, retracted_because, retracted_at, place, name
        {_MATCHING} and ($5::bigint is null or (place, name, id) > ($5, $6::text, $7::uuid))
        order by place, name, id limit $8
        """,  # the statement's own text
        *matching,
        *place(after),
        limit + 1,
    )
    page = rows[:limit]
    last = page[-1] if len(page) < len(rows) else None
    return Statistics(
        total=await tx.fetchval("select count(*)" + _MATCHING, *matching),
        items=tuple(StatisticLine(**{name: row[name] for name in StatisticLine.model_fields}) for row in page),
        next=cursor(last["place"], last["name"], last["id"]) if last else None,
    )


async def statistic(tx: Tx, id: UUID, *, to: Principal) -> StatisticView:
    """One statistic, to whoever may see it.

    Raises: StatisticMissing.
    """
    row = await tx.fetchrow(
        f"select {STATISTIC} from statistics where id = $1 and state = any ($2)",  # noqa: S608  # column names
        id,
        _seen_by(to),
    )
    if row is None:
        raise StatisticMissing("There is no such statistic.")
    found = statistic_of(row, None)
    is_written = found.state in BEFORE_RELEASE
    return StatisticView(
        **{name: getattr(found, name) for name in StatisticLine.model_fields if not name.startswith("title")},
        title_da=found.content.title_da,
        title_en=found.content.title_en,
        content=found.content if is_written else None,
        preview=listed(shown(found.content)) if is_written else (),
        tables=tuple(_told(each) for each in await _tables(tx, id)),
    )


async def document(tx: Tx, id: UUID, edition: int) -> bytes:
    """A set of numbers that went out, byte for byte.

    Raises: StatisticMissing.
    """
    found = [each["document"] for each in await _tables(tx, id) if each["edition"] == edition]
    if not found:
        raise StatisticMissing("There is no such table, or none that stands.")
    return found[0]


async def _tables(tx: Tx, id: UUID) -> Sequence[Any]:
    """What went out of a statistic that stands, newest first."""
    return await tx.fetch(
        """
        select statistic_id, edition, document, digest from statistic_tables join statistics on id = statistic_id
        where id = $1 and state = any ($2) order by edition desc
        """,
        id,
        list(STANDING),
    )


def _told(row: Any) -> ToldTable:
    return ToldTable(
        digest=row["digest"],
        document=f"/v1/statistics/{row['statistic_id']}/tables/{row['edition']}",
        said=ReleasedTable.model_validate_json(row["document"]),
    )


def _seen_by(principal: Principal) -> list[State]:
    return [*BEFORE_RELEASE, *OUT] if principal.has_any(*WRITERS) else [*OUT]
