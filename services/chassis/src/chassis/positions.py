"""How far each partition has been read, kept beside the effects of what was read."""

import asyncpg


async def positions(pool: asyncpg.Pool, topics: tuple[str, ...]) -> dict[tuple[str, int], int]:
    """The next offset of every partition of these topics, as committed."""
    rows = await pool.fetch(
        "select topic, partition, next_offset from public.consumer_position where topic = any ($1::text[])",
        list(topics),
    )
    return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
