"""What planning knew on each day: how far it had heard, and what was parked then and took effect later."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chassis.consumer.listens import Heard
from chassis.database import Tx


async def remember(tx: Tx, heard: Sequence[Heard]) -> None:
    """Today these events are known too; those that lie before what was known have come late."""
    first, last = heard[0], heard[-1]
    await tx.execute(
        """
        insert into known_late (topic, partition, "offset", day)
        select $1, $2, late, (now() at time zone 'Europe/Copenhagen')::date
        from unnest($3::bigint[]) as late
        where late < (select max(next_offset) from known_offsets where topic = $1 and partition = $2)
        on conflict do nothing
        """,
        first.topic,
        first.partition,
        [each.offset for each in heard],
    )
    await tx.execute(
        """
        insert into known_offsets (topic, partition, day, next_offset)
        values ($1, $2, (now() at time zone 'Europe/Copenhagen')::date, $3)
        on conflict (topic, partition, day)
        do update set next_offset = greatest(known_offsets.next_offset, excluded.next_offset)
        """,
        first.topic,
        first.partition,
        last.offset + 1,
    )


async def watermark_on(tx: Tx, day: date) -> dict[str, dict[str, int]]:
    """How far each partition had been heard at the end of that day; empty when nothing is known of it."""
    return await tx.fetchval(
        """
        select coalesce(jsonb_object_agg(topic, marks), '{}') from (
            select topic, jsonb_object_agg(partition, next_offset) as marks from (
                select topic, partition, max(next_offset) as next_offset from known_offsets
                where day <= $1 group by topic, partition
            ) as known group by topic
        ) as topics
        """,
        day,
    )


async def set_aside_on(tx: Tx, day: date) -> list[dict[str, Any]]:
    """The events before that watermark that had had no effect by the end of that day."""
    rows = await tx.fetch('select topic, partition, "offset" from known_late where day > $1', day)
    return [dict(row) for row in rows]
