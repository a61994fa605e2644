"""The events behind a figure: those that a reading counts, and the curve that they make."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.problems import Invalid, Missing
from contracts.values import Provenance
from planning.domain.indicator import Definition
from planning.domain.period import Period
from planning.domain.reading import Reading, is_hidden
from planning.queries.indicator import DefinitionView, ReadingView, definition_view, reading_view
from planning.store.indicator import DEFINITION, definition_of
from planning.store.reading import COUNTED, READING, count, window


class ReadingMissing(Missing):
    """There is no such reading."""

    title_da = "Målingen findes ikke"


class CursorUnreadable(Invalid):
    """`after` is not one that this service gave."""

    title_da = "Sidemærket kan ikke læses"


class EvidenceView(BaseModel):
    """One event behind a figure. Those that come from single cases are shown to operators only."""

    event_id: UUID
    type: str
    occurred_at: datetime
    provenance: Provenance
    topic: str
    partition: int
    offset: int
    trace_id: str | None
    data: Mapping[str, Any]


class Evidence(BaseModel):
    """A page of the events that a reading counts, in the order of time."""

    reading: ReadingView
    definition: DefinitionView
    recomputed: Decimal | None = Field(
        description="The value counted again now from these events alone; none where it was typed or may not be shown"
    )
    case_count: int | None = Field(
        description="How many events of single cases are counted beside those listed; none where fewer than five"
    )
    items: tuple[EvidenceView, ...]
    next: str | None = Field(default=None, description="Send it as `after` for the next page; none on the last")


async def evidence(tx: Tx, reading_id: UUID, *, operator: bool, after: str | None, limit: int) -> Evidence:
    """The events that a reading counts, and the value counted again from them.

    Raises: ReadingMissing, CursorUnreadable.
    """
    row = await tx.fetchrow(f"select {READING} from readings where id = $1", reading_id)  # noqa: S608
    if row is None:
        raise ReadingMissing("There is no such reading.")
    reading = Reading(**row)
    period = Period(reading.period)
    definition = await _definition_of(tx, reading.indicator_id, reading.definition_version)
    rows = await tx.fetch(
        COUNTED  # noqa: S608  # a constant
        + """
        select event_id, type, occurred_at, provenance, topic, partition, "offset", trace_id, data
        from counted
        where ($11::timestamptz is null or (occurred_at, event_id) > ($11, $12::uuid)) and ($14 or not case_derived)
        order by occurred_at, event_id limit $13
        """,
        *window(definition, period, reading.provenance, reading),
        *_after(after),
        limit + 1,
        operator,
    )
    again = await count(tx, definition, period, reading.provenance, reading)
    shown = definition.is_counted and (operator or not is_hidden(reading))
    return Evidence(
        reading=reading_view(reading, operator=operator),
        definition=definition_view(definition),
        recomputed=again.value if shown else None,
        case_count=again.case_count if shown else None,
        items=tuple(EvidenceView(**each) for each in rows[:limit]),
        next=_cursor(dict(rows[limit - 1])) if len(rows) > limit else None,
    )


async def _definition_of(tx: Tx, indicator_id: UUID, version: int) -> Definition:
    row = await tx.fetchrow(
        f"select {DEFINITION} from indicator_definitions where indicator_id = $1 and version = $2",  # noqa: S608
        indicator_id,
        version,
    )
    assert row is not None, "a foreign key says that it is there"
    return definition_of(dict(row))


def _cursor(row: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(f"{row['occurred_at'].isoformat()}|{row['event_id']}".encode()).decode()


def _after(cursor: str | None) -> tuple[datetime | None, UUID | None]:
    if cursor is None:
        return None, None
    try:
        moment, id = base64.b64decode(cursor, altchars=b"-_", validate=True).decode().split("|")
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(id)
    except (ValueError, OverflowError):
        raise CursorUnreadable("`after` must be the `next` of the page before.", pointer="query:after") from None
