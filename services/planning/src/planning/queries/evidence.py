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
from planning.domain.indicator import Definition, Indicator
from planning.domain.period import Period
from planning.domain.reading import Reading
from planning.queries.indicator import DefinitionView, ReadingView, definition_view, found_indicator
from planning.store.indicator import DEFINITION, definition_of
from planning.store.reading import COUNTED, READING, count, window


class ReadingMissing(Missing):
    """There is no such reading."""

    title_da = "Målingen findes ikke"


class CursorUnreadable(Invalid):
    """`after` is not one that this service gave."""

    title_da = "Sidemærket kan ikke læses"


class EvidenceView(BaseModel):
    """One event behind a figure."""

    event_id: UUID
    type: str
    occurred_at: datetime
    provenance: Provenance
    topic: str
    partition: int
    offset: int | None = Field(description="Operators alone see it for events that come from single cases")
    trace_id: str | None = Field(description="Operators alone see it for events that come from single cases")
    data: Mapping[str, Any]


class Evidence(BaseModel):
    """A page of the events that a reading counts, in the order of time."""

    reading: ReadingView
    definition: DefinitionView
    recomputed: Decimal = Field(description="The value counted again now from these events alone")
    items: tuple[EvidenceView, ...]
    next: str | None = Field(default=None, description="Send it as `after` for the next page; none on the last")


class Step(BaseModel):
    """The figure from one moment on."""

    at: datetime
    value: Decimal


class Curve(BaseModel):
    """How a figure moved, computed from the events; replaying the log gives the same."""

    indicator_id: UUID
    definition_version: int
    provenance: Provenance
    steps: tuple[Step, ...]


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
        select event_id, type, occurred_at, provenance, topic, partition, "offset", trace_id, data, case_derived
        from counted
        where $11::timestamptz is null or (occurred_at, event_id) > ($11, $12::uuid)
        order by occurred_at, event_id limit $13
        """,
        *window(definition, period, reading.provenance, reading),
        *_after(after),
        limit + 1,
    )
    return Evidence(
        reading=ReadingView(**row),
        definition=definition_view(definition),
        recomputed=await count(tx, definition, period, reading.provenance, reading),
        items=tuple(_evidence(dict(each), operator=operator) for each in rows[:limit]),
        next=_cursor(dict(rows[limit - 1])) if len(rows) > limit else None,
    )


async def curve(tx: Tx, id: UUID, *, provenance: Provenance) -> Curve:
    """How the figure moved with each event; what happened is counted from the beginning of each period.

    Raises: IndicatorMissing.
    """
    found = await found_indicator(tx, id)
    definition = found.definition
    rows = await tx.fetch(
        """
        select occurred_at, data ->> $4 as key, type = any ($5::text[]) as counts, (data ->> $6)::numeric as amount
        from facts where type = any ($1::text[]) and provenance = $2 and data @> $3::jsonb
            and ($4::text is null or data ->> $4 is not null)
        order by occurred_at, revision, event_id
        """,
        list(definition.event_types),
        provenance,
        dict(definition.match),
        definition.by_field,
        list(definition.counting_types),
        definition.sum_field,
    )
    return Curve(
        indicator_id=id,
        definition_version=definition.version,
        provenance=provenance,
        steps=_steps(found, rows),
    )


def _steps(indicator: Indicator, rows: list[Any]) -> tuple[Step, ...]:
    counting: set[str] = set()
    value, steps, period = Decimal(), list[Step](), None
    for row in rows:
        if not indicator.definition.is_stock and row["occurred_at"] >= (
            period.ends_at if period else row["occurred_at"]
        ):
            period, value, counting = Period.containing(row["occurred_at"], indicator.frequency), Decimal(), set()
        match indicator.definition.method:
            case "latest":
                (counting.add if row["counts"] else counting.discard)(row["key"])
                now = Decimal(len(counting))
            case "distinct_count":
                counting.add(row["key"])
                now = Decimal(len(counting))
            case "sum":
                now = value + (row["amount"] or 0)
            case _:
                now = value + 1
        if now != value:
            value = now
            steps.append(Step(at=row["occurred_at"], value=value))
    return tuple(steps)


async def _definition_of(tx: Tx, indicator_id: UUID, version: int) -> Definition:
    row = await tx.fetchrow(
        f"select {DEFINITION} from indicator_definitions where indicator_id = $1 and version = $2",  # noqa: S608
        indicator_id,
        version,
    )
    assert row is not None, "a foreign key says that it is there"
    return definition_of(dict(row))


def _evidence(row: dict[str, Any], *, operator: bool) -> EvidenceView:
    if row.pop("case_derived") and not operator:
        row |= {"offset": None, "trace_id": None}
    return EvidenceView(**row)


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
