"""SQL that changes plans, indicators, readings and facts, or reads in order to change."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from chassis.consumer.listens import Heard
from chassis.database import Tx
from contracts.event import ENVELOPE
from contracts.problems import Conflict, Missing
from planning.domain import ActionPlan, Definition, Indicator, Period, Reading


class ActionPlanMissing(Missing):
    """There is no such plan."""

    title_da = "Handlingsplanen findes ikke"


class InitiativeMissing(Missing):
    """The plan has no such initiative."""

    title_da = "Indsatsen findes ikke"


class IndicatorMissing(Missing):
    """There is no such indicator."""

    title_da = "Indikatoren findes ikke"


class ActionPlanAlreadyRecorded(Conflict):
    """A plan of that title stands for that year."""

    title_da = "Handlingsplanen er allerede registreret"


class IndicatorAlreadyDefined(Conflict):
    """The plan has an indicator of that code."""

    title_da = "Indikatoren er allerede defineret"


async def add_plan(tx: Tx, plan: ActionPlan) -> None:
    """The plan stands with its focus areas and initiatives.

    Raises: ActionPlanAlreadyRecorded.
    """
    try:
        await tx.execute(
            "insert into action_plans (id, year, title_da, title_en, source_url, provenance, revision)"
            " values ($1, $2, $3, $4, $5, $6, $7)",
            plan.id,
            plan.year,
            plan.title_da,
            plan.title_en,
            plan.source_url,
            plan.provenance,
            plan.revision,
        )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "action_plans_one_title_per_year":
            raise ActionPlanAlreadyRecorded("A plan of this title is recorded for this year.") from None
        raise
    for area in plan.focus_areas:
        await tx.execute(
            "insert into focus_areas (id, plan_id, number, title_da, title_en) values ($1, $2, $3, $4, $5)",
            area.id,
            plan.id,
            area.number,
            area.title_da,
            area.title_en,
        )
        for each in area.initiatives:
            await tx.execute(
                "insert into initiatives (id, plan_id, focus_area_id, number, title_da, title_en, responsible_ministry,"
                " children_youth) values ($1, $2, $3, $4, $5, $6, $7, $8)",
                each.id,
                plan.id,
                area.id,
                each.number,
                each.title_da,
                each.title_en,
                each.responsible_ministry,
                each.children_youth,
            )


async def plan_for_update(tx: Tx, id: UUID) -> ActionPlan:
    """The plan, locked until the transaction ends; its focus areas are not read.

    Raises: ActionPlanMissing.
    """
    columns = "id, year, title_da, title_en, source_url, provenance, revision"
    row = await tx.fetchrow(f"select {columns} from action_plans where id = $1 for update", id)  # noqa: S608
    if row is None:
        raise ActionPlanMissing("There is no such action plan.")
    return ActionPlan(**row, closed=await closed_periods(tx, id))


async def closed_periods(tx: Tx, plan_id: UUID) -> frozenset[str]:
    """The names of the plan's closed periods."""
    rows = await tx.fetch("select period from closed_periods where plan_id = $1", plan_id)
    return frozenset(row["period"] for row in rows)


async def close_period(tx: Tx, plan: ActionPlan, period: Period, *, at: datetime) -> None:
    """The period is closed; the plan's row was locked before."""
    await tx.execute("update action_plans set revision = $2 where id = $1", plan.id, plan.revision)
    await tx.execute(
        "insert into closed_periods (plan_id, period, closed_at) values ($1, $2, $3)", plan.id, period.name, at
    )


async def add_indicator(tx: Tx, indicator: Indicator) -> None:
    """The indicator stands with its first definition.

    Raises: IndicatorAlreadyDefined, ActionPlanMissing, InitiativeMissing.
    """
    try:
        await tx.execute(
            "insert into indicators (id, plan_id, initiative_id, code, name_da, name_en, kind, frequency, revision)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            indicator.id,
            indicator.plan_id,
            indicator.initiative_id,
            indicator.code,
            indicator.name_da,
            indicator.name_en,
            indicator.kind,
            indicator.frequency,
            indicator.revision,
        )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "indicators_one_code_per_plan":
            raise IndicatorAlreadyDefined("The plan has an indicator of this code; redefine it instead.") from None
        raise
    except asyncpg.ForeignKeyViolationError as error:
        if error.constraint_name == "indicators_initiative_of_the_plan":
            raise InitiativeMissing("The plan has no such initiative.", pointer="/initiative_id") from None
        raise ActionPlanMissing("There is no such action plan.", pointer="/plan_id") from None
    await add_definition(tx, indicator)


async def add_definition(tx: Tx, indicator: Indicator) -> None:
    """The indicator's definition stands beside those before it."""
    definition = indicator.definition
    await tx.execute(
        """
        insert into indicator_definitions (indicator_id, version, text_da, text_en, method, event_types, counting_types,
            match, by_field, sum_field, out_of, defined_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """,
        indicator.id,
        definition.version,
        definition.text_da,
        definition.text_en,
        definition.method,
        list(definition.event_types),
        list(definition.counting_types),
        dict(definition.match),
        definition.by_field,
        definition.sum_field,
        definition.out_of,
        definition.defined_at,
    )


DEFINITION = (
    "version, text_da, text_en, method, event_types, counting_types, match, by_field, sum_field, out_of, defined_at"
)
READING = (
    "id, indicator_id, definition_version, provenance, period, status, value, as_of, watermark, set_aside, corrects,"
    " source_url"
)
INDICATORS = f"""
    select indicator.id, plan_id, initiative_id, code, name_da, name_en, kind, frequency, revision, {DEFINITION}
    from indicators as indicator join lateral (
        select {DEFINITION} from indicator_definitions
        where indicator_id = indicator.id order by version desc limit 1
    ) as definition on true
    """  # noqa: S608  # column names


async def hold_definitions(tx: Tx) -> None:
    """No indicator is defined anew until the transaction ends; others may count at the same time.

    Ask before reading any indicator: whoever waited for a new definition must read it in a statement of its own.
    """
    await tx.execute("lock table indicators in row share mode")


async def hold_counting(tx: Tx) -> None:
    """Nobody counts until the transaction ends, and those who were counting have committed.

    Otherwise an event whose transaction is under way is seen neither by the new definition's first count nor, since
    that transaction does not see the definition, by its own.
    """
    await tx.execute("lock table indicators in exclusive mode")


async def indicator_for_update(tx: Tx, id: UUID) -> Indicator:
    """The indicator with its newest definition, locked until the transaction ends.

    Raises: IndicatorMissing.
    """
    rows = await tx.fetch(INDICATORS + " where indicator.id = $1 for update of indicator", id)
    if not rows:
        raise IndicatorMissing("There is no such indicator.")
    return indicator_of(dict(rows[0]))


async def counting_for_update(tx: Tx, types: Sequence[str]) -> list[Indicator]:
    """The indicators that count any of these event types, locked in the order of their ids."""
    counted = " where method <> 'manual' and event_types && $1::text[]"
    rows = await tx.fetch(INDICATORS + counted + " order by indicator.id for update of indicator", list(types))
    return [indicator_of(dict(row)) for row in rows]


async def of_plan_for_update(tx: Tx, plan_id: UUID) -> list[Indicator]:
    """The plan's indicators, locked in the order of their ids until the transaction ends."""
    rows = await tx.fetch(INDICATORS + " where plan_id = $1 order by indicator.id for update of indicator", plan_id)
    return [indicator_of(dict(row)) for row in rows]


async def save_revision(tx: Tx, indicator: Indicator) -> None:
    """The indicator's revision is as given; its row was locked before."""
    await tx.execute("update indicators set revision = $2 where id = $1", indicator.id, indicator.revision)


def indicator_of(row: dict[str, Any]) -> Indicator:
    """A row as its object."""
    definition = definition_of({each.name: row.pop(each.name) for each in fields(Definition)})
    return Indicator(**row, definition=definition)


def definition_of(row: dict[str, Any]) -> Definition:
    """A row as its object."""
    for name in ("event_types", "counting_types"):
        row[name] = tuple(row[name])
    return Definition(**row)


# The events that a reading counts. One place for the value and for its evidence, so that the two cannot differ.
# $1 types, $2 provenance, $3 from, $4 until, $5 match, $6 method, $7 by_field, $8 counting types, $9 watermark or null,
# $10 what had been set aside before the watermark
COUNTED = """
    with heard as (
        select * from facts
        where type = any ($1::text[]) and provenance = $2 and data @> $5::jsonb
            and occurred_at < $4 and ($3::timestamptz is null or occurred_at >= $3)
            and ($9::jsonb is null or "offset" < ($9::jsonb -> topic ->> partition::text)::bigint)
            and not $10::jsonb @> jsonb_build_array(
                jsonb_build_object('topic', topic, 'partition', partition, 'offset', "offset")
            )
    ), newest as (
        select distinct on (data ->> $7) * from heard where $6 = 'latest' and data ->> $7 is not null
        order by data ->> $7, occurred_at desc, revision desc, event_id
    ), counted as (
        select * from heard where $6 <> 'latest'
        union all
        select * from newest where type = any ($8::text[])
    )
    """


def window(definition: Definition, period: Period, provenance: str, until: Reading | None = None) -> list[Any]:
    """The arguments of COUNTED for a definition and a period: all events, or those that a reading counted."""
    return [
        list(definition.event_types),
        provenance,
        None if definition.is_stock else period.starts_at,
        period.ends_at,
        dict(definition.match),
        definition.method,
        definition.by_field,
        list(definition.counting_types),
        None if until is None else dict(until.watermark),
        [] if until is None else list(until.set_aside),
    ]


async def count(
    tx: Tx, definition: Definition, period: Period, provenance: str, until: Reading | None = None
) -> Decimal:
    """The value of the figure from all events that have been heard, or from those that a reading counted."""
    return await tx.fetchval(
        COUNTED  # noqa: S608  # a constant
        + """
        select case $6
            when 'distinct_count' then count(distinct data ->> $7)
            when 'sum' then coalesce(sum((data ->> $11)::numeric), 0)
            else count(*) end::numeric
        from counted
        """,
        *window(definition, period, provenance, until),
        definition.sum_field,
    )


async def present_watermark(tx: Tx) -> dict[str, dict[str, int]]:
    """The next offset of every partition: all events before it have been counted, and none after it.

    Shape: topic, then partition, then offset.
    """
    return await tx.fetchval(
        "select coalesce(jsonb_object_agg(topic, marks), '{}') from (select topic,"
        " jsonb_object_agg(partition, next_offset) as marks from consumer_position group by topic) as topics"
    )


async def set_aside(tx: Tx) -> list[dict[str, Any]]:
    """The events before the watermark that have had no effect yet, since they or an earlier one of their key is parked.

    Shape: topic, partition and offset of each, ascending.
    """
    rows = await tx.fetch(
        """
        select topic, partition, "offset" from parked_event
        where (topic, partition, "offset") not in (select topic, partition, "offset" from facts)
        order by topic, partition, "offset"
        """
    )
    return [dict(row) for row in rows]


async def read_periods_after(tx: Tx, indicator: Indicator, provenance: str, period: str) -> set[str]:
    """The names of the later periods that have a reading under the present definition."""
    rows = await tx.fetch(
        "select distinct period from readings"
        " where indicator_id = $1 and definition_version = $2 and provenance = $3 and period > $4",
        indicator.id,
        indicator.definition.version,
        provenance,
        period,
    )
    return {row["period"] for row in rows}


async def newest_reading(tx: Tx, indicator: Indicator, period: Period, provenance: str) -> Reading | None:
    """The reading that stands for the period now: the last correction, else the final one, else the preliminary one."""
    row = await tx.fetchrow(
        f"select {READING} from readings where indicator_id = $1 and definition_version = $2"  # noqa: S608
        " and provenance = $3 and period = $4 order by place desc limit 1",
        indicator.id,
        indicator.definition.version,
        provenance,
        period.name,
    )
    return None if row is None else Reading(**row)


async def keep_reading(tx: Tx, reading: Reading) -> None:
    """The reading stands; a preliminary one takes the place of the one before it."""
    await tx.execute(
        f"""
        insert into readings ({READING}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        on conflict (id) do update set value = excluded.value, as_of = excluded.as_of, watermark = excluded.watermark,
            set_aside = excluded.set_aside, source_url = excluded.source_url, status = excluded.status
            where readings.status = 'preliminary'
        """,  # noqa: S608  # column names, which are field names
        *(getattr(reading, name) for name in READING.split(", ")),
    )


async def keep_facts(tx: Tx, heard: Sequence[Heard]) -> None:
    """Every event is kept once, with where it lies in the log."""
    await tx.execute(
        """
        insert into facts (event_id, type, topic, partition, "offset", subject, revision, occurred_at, provenance,
            case_derived, trace_id, data)
        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::uuid[], $7::int[],
            $8::timestamptz[], $9::text[], $10::bool[], $11::text[], $12::jsonb[])
        on conflict (event_id) do nothing
        """,
        [each.id for each in heard],
        [each.event.type for each in heard],
        [each.topic for each in heard],
        [each.partition for each in heard],
        [each.offset for each in heard],
        [each.event.subject for each in heard],
        [each.event.revision for each in heard],
        [each.event.at for each in heard],
        [each.event.provenance for each in heard],
        [each.event.coarseness is not None for each in heard],
        [_trace_id(each) for each in heard],
        [each.event.model_dump(mode="json", exclude=set(ENVELOPE), exclude_none=True) for each in heard],
    )


def _trace_id(heard: Heard) -> str | None:
    return heard.flow.traceparent.split("-")[1] if heard.flow and heard.flow.traceparent else None
