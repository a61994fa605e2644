"""Someone who notices that nothing moves, looking at what Kafka and the database say rather than at the consumer."""

import asyncio
import time
from contextlib import suppress

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from chassis import metrics
from chassis.positions import positions

LOOK_S = 5.0
QUIET_S = 30.0


class Stalled(Exception):
    """Records wait and no position has moved for too long."""


async def watch(pool: asyncpg.Pool, topics: tuple[str, ...], *, bootstrap: str, quiet_s: float = QUIET_S) -> None:
    """Lag is measured every five seconds, and a standstill is told.

    The ends are fetched with a client of its own: aiokafka's consumer has been seen to fetch nothing for ever while its
    own view was that there is nothing to fetch (its issues 1037 and 1187). While the database is away nobody can make
    progress, so then this does nothing.

    Raises: Stalled.
    """
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        moved_at, before = time.monotonic(), None
        while True:
            await asyncio.sleep(min(LOOK_S, quiet_s / 3))
            try:
                at = await positions(pool, topics)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                moved_at = time.monotonic()
                continue
            ends = await consumer.end_offsets([TopicPartition(*each) for each in at])
            lag = {each: max(0, ends[TopicPartition(*each)] - offset) for each, offset in at.items()}
            for (topic, partition), behind in lag.items():
                metrics.lag.set(behind, {"topic": topic, "partition": partition})
            if at != before or not any(lag.values()):
                moved_at, before = time.monotonic(), at
            if time.monotonic() - moved_at > quiet_s:
                raise Stalled
    finally:
        with suppress(KafkaError, TimeoutError):
            await asyncio.wait_for(consumer.stop(), 5)
