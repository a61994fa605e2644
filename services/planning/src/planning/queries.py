"""Everything the planning service can be asked to show, and the views that these questions fill."""

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
from planning import store
from planning.domain import ChildrenYouth, Definition, Frequency, Indicator, Kind, Method, Period, Reading, Status


class ReadingMissing(Missing):
    """There is no such reading."""

    title_da = "Målingen findes ikke"


class CursorUnreadable(Invalid):
    """`after` is not one that this service gave."""

    title_da = "Sidemærket kan ikke læses"


class InitiativeView(BaseModel):
    """One effort of the plan."""

    id: UUID
    number: int
    title_da: str
    title_en: str | None
    responsible_ministry: str | None
    children_youth: ChildrenYouth


class FocusAreaView(BaseModel):
    """A heading that groups initiatives (indsatsområde)."""

    id: UUID
    number: int
    title_da: str
    title_en: str | None
    initiatives: tuple[InitiativeView, ...]


class ActionPlanView(BaseModel):
    """The action plan of a year (handlingsplan)."""

    id: UUID
    year: int
    title_da: str
    title_en: str | None
    source_url: str | None
    provenance: Provenance
    revision: int = Field(description="The entity tag of this state")
    closed_periods: tuple[str, ...]
    focus_areas: tuple[FocusAreaView, ...]


class ActionPlans(BaseModel):
    """All plans, newest year first."""

    items: tuple[ActionPlanView, ...]


class DefinitionView(BaseModel):
    """What exactly an indicator counts."""

    version: int
    text_da: str
    text_en: str | None
    method: Method
    event_types: tuple[str, ...]
    counting_types: tuple[str, ...]
    match: Mapping[str, Any]
    by_field: str | None
    sum_field: str | None
    out_of: int | None
    defined_at: datetime


class SetAside(BaseModel):
    """Where an event lies that could not take effect."""

    topic: str
    partition: int
    offset: int


class ReadingView(BaseModel):
    """A figure, which never stands without its definition and its moment."""

    id: UUID
    indicator_id: UUID
    definition_version: int
    provenance: Provenance
    period: str
    status: Status
    value: Decimal
    as_of: datetime
    watermark: Mapping[str, Mapping[str, int]] = Field(
        description="The next offset of every partition: which events had been counted"
    )
    set_aside: tuple[SetAside, ...] = Field(
        description="Events before the watermark that were not counted, since they or their predecessors were parked"
    )
    corrects: UUID | None = Field(description="The reading that this one corrects")
    source_url: str | None = Field(description="Where a value that was read by hand comes from")


class IndicatorView(BaseModel):
    """An indicator with its newest definition and the readings that stand under it."""

    id: UUID
    plan_id: UUID
    initiative_id: UUID | None
    code: str
    name_da: str
    name_en: str | None
    kind: Kind
    frequency: Frequency
    definition: DefinitionView
    readings: tuple[ReadingView, ...] = Field(description="Newest period first; of each period the one that stands now")


class Indicators(BaseModel):
    """The indicators of a plan, by code."""

    items: tuple[IndicatorView, ...]


class Readings(BaseModel):
    """All readings of an indicator under all its definitions, in the order in which they were made."""

    items: tuple[ReadingView, ...]


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


async def action_plans(tx: Tx) -> ActionPlans:
    """All plans with their focus areas and initiatives."""
    rows = await tx.fetch("select id from action_plans order by year desc, title_da")
    return ActionPlans(items=tuple([await action_plan(tx, row["id"]) for row in rows]))


async def action_plan(tx: Tx, id: UUID) -> ActionPlanView:
    """One plan with its focus areas and initiatives.

    Raises: ActionPlanMissing.
    """
    row = await tx.fetchrow(
        "select id, year, title_da, title_en, source_url, provenance, revision from action_plans where id = $1", id
    )
    if row is None:
        raise store.ActionPlanMissing("There is no such action plan.")
    areas = await tx.fetch(
        "select id, number, title_da, title_en from focus_areas where plan_id = $1 order by number", id
    )
    initiatives = await tx.fetch(
        "select id, focus_area_id, number, title_da, title_en, responsible_ministry, children_youth"
        " from initiatives where plan_id = $1 order by number",
        id,
    )
    return ActionPlanView(
        **row,
        closed_periods=tuple(sorted(await store.closed_periods(tx, id))),
        focus_areas=tuple(
            FocusAreaView(
                **area,
                initiatives=tuple(
                    InitiativeView(**each) for each in initiatives if each["focus_area_id"] == area["id"]
                ),
            )
            for area in areas
        ),
    )


async def indicators(tx: Tx, plan_id: UUID) -> Indicators:
    """The plan's indicators, each with the readings that stand.

    Raises: ActionPlanMissing.
    """
    if await tx.fetchval("select id from action_plans where id = $1", plan_id) is None:
        raise store.ActionPlanMissing("There is no such action plan.")
    rows = await tx.fetch("select id from indicators where plan_id = $1 order by code", plan_id)
    return Indicators(items=tuple([await indicator(tx, row["id"]) for row in rows]))


async def indicator(tx: Tx, id: UUID) -> IndicatorView:
    """One indicator with the readings that stand.

    Raises: IndicatorMissing.
    """
    found = await _indicator(tx, id)
    rows = await tx.fetch(
        f"""
        select distinct on (period, provenance) {store.READING} from readings
        where indicator_id = $1 and definition_version = $2 order by period desc, provenance, place desc
        """,  # noqa: S608  # column names
        id,
        found.definition.version,
    )
    return IndicatorView(
        **{name: getattr(found, name) for name in IndicatorView.model_fields if name not in ("definition", "readings")},
        definition=_definition(found.definition),
        readings=tuple(ReadingView(**row) for row in rows),
    )


async def readings(tx: Tx, id: UUID) -> Readings:
    """Every reading that the indicator ever had, closed ones as they were.

    Raises: IndicatorMissing.
    """
    await _indicator(tx, id)
    rows = await tx.fetch(f"select {store.READING} from readings where indicator_id = $1 order by place", id)  # noqa: S608
    return Readings(items=tuple(ReadingView(**row) for row in rows))


async def evidence(tx: Tx, reading_id: UUID, *, operator: bool, after: str | None, limit: int) -> Evidence:
    """The events that a reading counts, and the value counted again from them.

    Raises: ReadingMissing, CursorUnreadable.
    """
    row = await tx.fetchrow(f"select {store.READING} from readings where id = $1", reading_id)  # noqa: S608
    if row is None:
        raise ReadingMissing("There is no such reading.")
    reading = Reading(**row)
    period = Period(reading.period)
    definition = await _definition_of(tx, reading.indicator_id, reading.definition_version)
    rows = await tx.fetch(
        store.COUNTED  # noqa: S608  # a constant
        + """
        select event_id, type, occurred_at, provenance, topic, partition, "offset", trace_id, data, case_derived
        from counted
        where $11::timestamptz is null or (occurred_at, event_id) > ($11, $12::uuid)
        order by occurred_at, event_id limit $13
        """,
        *store.window(definition, period, reading.provenance, reading),
        *_after(after),
        limit + 1,
    )
    return Evidence(
        reading=ReadingView(**row),
        definition=_definition(definition),
        recomputed=await store.count(tx, definition, period, reading.provenance, reading),
        items=tuple(_evidence(dict(each), operator=operator) for each in rows[:limit]),
        next=_cursor(dict(rows[limit - 1])) if len(rows) > limit else None,
    )


async def curve(tx: Tx, id: UUID, *, provenance: Provenance) -> Curve:
    """How the figure moved with each event; what happened is counted from the beginning of each period.

    Raises: IndicatorMissing.
    """
    found = await _indicator(tx, id)
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


async def _indicator(tx: Tx, id: UUID) -> Indicator:
    rows = await tx.fetch(store.INDICATORS + " where indicator.id = $1", id)
    if not rows:
        raise store.IndicatorMissing("There is no such indicator.")
    return store.indicator_of(dict(rows[0]))


async def _definition_of(tx: Tx, indicator_id: UUID, version: int) -> Definition:
    row = await tx.fetchrow(
        f"select {store.DEFINITION} from indicator_definitions where indicator_id = $1 and version = $2",  # noqa: S608
        indicator_id,
        version,
    )
    assert row is not None, "a foreign key says that it is there"
    return store.definition_of(dict(row))


def _definition(definition: Definition) -> DefinitionView:
    return DefinitionView(**vars(definition))


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
