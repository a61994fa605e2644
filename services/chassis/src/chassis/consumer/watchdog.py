"""Someone who notices that nothing moves, looking at what Kafka and the database say rather than at the consumer."""

import asyncio
import time
from collections.abc import Callable, Collection

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis import metrics
from chassis.kafka import connected
from chassis.positions import positions

LOOK_S = 5.0
QUIET_S = 30.0


class Stalled(Exception):
    """Records wait and no position has moved for too long."""


async def watch(
    pool: asyncpg.Pool,
    topics: tuple[str, ...],
    *,
    bootstrap: str,
    mine: Callable[[], Collection[TopicPartition]],
    quiet_s: float = QUIET_S,
) -> None:
    """Lag is measured every five seconds, and a standstill of one of my partitions is told.

    A member without any partition watches all of them, since it may be the group that stands still. The ends are
    fetched with a client of its own: aiokafka's consumer has been seen to fetch nothing for ever while its own view was
    that there is nothing to fetch (its issues 1037 and 1187). While the database is away nobody can make progress, so
    then this does nothing.

    Raises: Stalled.
    """
    moved: dict[TopicPartition, tuple[int, float]] = {}  # where each partition stood, and since when
    async with connected(AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)) as consumer:
        while True:
            await asyncio.sleep(min(LOOK_S, quiet_s / 3))
            try:
                at = {TopicPartition(*each): offset for each, offset in (await positions(pool, topics)).items()}
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                moved.clear()
                continue
            ends, watched, now = await consumer.end_offsets([*at]), mine() or at, time.monotonic()
            for each, offset in at.items():
                behind = max(0, ends[each] - offset)
                metrics.lag.set(behind, {"topic": each.topic, "partition": each.partition})
                if not behind or each not in watched or each not in moved or moved[each][0] != offset:
                    moved[each] = offset, now
                elif now - moved[each][1] > quiet_s:
                    raise Stalled
