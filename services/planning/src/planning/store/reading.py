"""Readings, and the counting that makes them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chassis.database import Tx
from planning.domain.indicator import Definition, Indicator
from planning.domain.period import Period
from planning.domain.reading import Reading

READING = (
    "id, indicator_id, definition_version, provenance, period, status, value, as_of, watermark, set_aside, corrects,"
    " source_url, event_count, case_count, counted_hash, step_da, words_da, partner_report_id, reported_by"
)


FACT = (
    'event_id, type, topic, partition, "offset", subject, revision, occurred_at, provenance, case_derived, trace_id,'
    " data"
)

# The events that a reading counts. One place for the value and for its evidence, so that the two cannot differ.
# $1 types, $2 provenance, $3 from, $4 until, $5 match, $6 method, $7 by_field, $8 counting types, $9 watermark or null,
# $10 what had been set aside before the watermark
COUNTED = f"""
    with heard as (
        select {FACT} from facts
        where type = any ($1::text[]) and provenance = $2 and data @> $5::jsonb
            and occurred_at < $4 and ($3::timestamptz is null or occurred_at >= $3)
            and ($9::jsonb is null or "offset" < ($9::jsonb -> topic ->> partition::text)::bigint)
            and not $10::jsonb @> jsonb_build_array(
                jsonb_build_object('topic', topic, 'partition', partition, 'offset', "offset")
            )
    ), newest as (
        select distinct on (subject) *, min(occurred_at) over (partition by subject) as told_at from heard
        where $6 = 'newest' or ($6 = 'latest' and (data ? $7::text or data ? ($7::text || 's')))
        order by subject, revision desc, event_id
    ), counted as (
        select * from heard where $6 not in ('latest', 'newest')
        union all
        select {FACT} from newest where $6 = 'latest' and type = any ($8::text[])
        union all
        (select {FACT} from newest where $6 = 'newest' order by told_at desc, subject desc limit 1)
    )
    """  # noqa: S608  # column names


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


# What an event is about, as an array: the members of the field, or of the collection that is named by its plural.
KEYS = """
    case when data ? $7::text then
        case jsonb_typeof(data -> $7::text) when 'array' then data -> $7::text
            else jsonb_build_array(data -> $7::text) end
    else coalesce(data -> ($7::text || 's'), '[]') end
    """


@dataclass(frozen=True)
class Counted:
    """A figure, with how many events are behind it; `value` and `case_count` as in a reading."""

    value: Decimal | None
    event_count: int
    case_count: int | None
    counted_hash: str


async def count(
    tx: Tx, definition: Definition, period: Period, provenance: str, until: Reading | None = None
) -> Counted:
    """The figure from all events that have been heard, or from those that a reading counted."""
    row = await tx.fetchrow(
        COUNTED  # noqa: S608  # constants
        + f"""
        select count(*) as event_count, case when $12 then count(*) filter (where case_derived) end as case_count,
            encode(sha256(coalesce(string_agg(uuid_send(event_id), '' order by event_id), '')), 'hex') as counted_hash,
            case
                when $6 in ('latest', 'distinct_count') then
                    (select count(distinct key) from counted, jsonb_array_elements_text({KEYS}) as key)
                when $6 = 'newest' then sum((data ->> $11)::numeric)
                when $6 = 'sum' then coalesce(sum((data ->> $11)::numeric), 0)
                when $6 = 'mean' then round(
                    coalesce(sum((data ->> $11)::numeric) / nullif(count(data ->> $11), 0), 0), 3
                )
                else count(*) end::numeric as value
        from counted
        """,  # noqa: S608  # constants
        *window(definition, period, provenance, until),
        definition.sum_field,
        definition.counts_cases,
    )
    assert row is not None, "an aggregate always has a row"
    return Counted(**row)


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
        insert into readings ({READING})
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        on conflict (id) do update set value = excluded.value, as_of = excluded.as_of, watermark = excluded.watermark,
            set_aside = excluded.set_aside, source_url = excluded.source_url, status = excluded.status,
            event_count = excluded.event_count, case_count = excluded.case_count,
            counted_hash = excluded.counted_hash, step_da = excluded.step_da, words_da = excluded.words_da,
            partner_report_id = excluded.partner_report_id, reported_by = excluded.reported_by
            where readings.status = 'preliminary'
        """,  # noqa: S608  # column names, which are field names
        *(getattr(reading, name) for name in READING.split(", ")),
    )
