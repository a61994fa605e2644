"""The consumer as it runs in a service: membership decides who reads, the database decides from where.

Source: the traps that shape this loop are aiokafka's; ARCHITECTURE.md names them one by one.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from itertools import pairwise
from time import time
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from chassis import database, metrics, telemetry
from chassis.consumer import effects, watchdog
from chassis.consumer.listens import Listens, Record
from chassis.consumer.waits import Waits
from chassis.kafka import connected
from chassis.pause import jittered, pause
from chassis.positions import positions

POLL_MS = 500
MAX_RECORDS = 1_000
SESSION_MS = 10_000
LONGEST_PAUSE_S = 30.0
TELL_S = 1.0
HANGS = 3  # attempts at one batch that may run into the time limit before the fault is ours

Apply = Callable[..., Awaitable[effects.Done | None]]


class Gap(Exception):
    """Offsets are missing where the position stands: the log was cut off or the position is another topic's."""


class HandlerHangs(Exception):
    """The same batch has hung again and again."""


class Parked(ConsumerRebalanceListener):
    """Every partition that is assigned is paused at once, and the assignment is counted.

    aiokafka forgets positions and pauses at each rebalance, also for partitions a member keeps; what a listener raises
    it swallows, and an awaiting listener would stop the heartbeats. So these are plain methods that do no more.
    """

    consumer: AIOKafkaConsumer
    count = 0

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002
        self.count += 1

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self.count += 1
        for each in assigned:
            self.consumer.seek(each, 0)
            self.consumer.pause(each)


class Consumer:
    """One member of a service's group."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        listens: Listens,
        *,
        bootstrap: str,
        group: str,
        stop: asyncio.Event,
        apply: Apply = effects.apply,
        listener: type[Parked] = Parked,
        committed: Callable[[], None] = lambda: None,
        session_ms: int = SESSION_MS,
        max_records: int = MAX_RECORDS,
        tell_s: float = TELL_S,
        hangs: int = HANGS,
        longest_pause_s: float = LONGEST_PAUSE_S,
        quiet_s: float = watchdog.QUIET_S,
    ) -> None:
        self._pool, self._listens, self._stop = pool, listens, stop
        self._bootstrap, self._group, self._session_ms = bootstrap, group, session_ms
        self._apply, self._listener, self._committed = apply, listener, committed
        self._max_records, self._tell_s, self._hangs = max_records, tell_s, hangs
        self._longest_pause_s, self._quiet_s = longest_pause_s, quiet_s
        self._topics = tuple(each.name for each in listens.topics)
        self._failures = 0
        self._waits = Waits(longest_pause_s)
        # By partition: what goes well on one says nothing about another.
        self._hung = Counter[TopicPartition]()
        self._missing: dict[TopicPartition, int] = {}

    async def run(self) -> None:
        """Events take effect until `stop` is set.

        Raises: Gap, HandlerHangs, TooManyRefused and every error that is neither *not now* nor *never*: then the fault
            is ours, and going on would lose or double something.
        """
        if not self._topics:
            await self._stop.wait()
            return
        while not self._stop.is_set():
            try:
                await self._membership()
            except (KafkaError, OSError) as error:
                if isinstance(error, OffsetOutOfRangeError):
                    raise Gap(
                        f"{self._group}: the log no longer holds the offset at which reading would go on."
                    ) from error
                await self._back_off(error, "kafka")
            except watchdog.Stalled:
                telemetry.log.warning("consumer made anew: there is lag and no progress", part=self._group)

    async def _membership(self) -> None:
        """One consumer object from its start to its first error."""
        listener = self._listener()
        consumer = listener.consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=self._group,
            client_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_poll_records=self._max_records,
            session_timeout_ms=self._session_ms,
            heartbeat_interval_ms=self._session_ms // 5,
            rebalance_timeout_ms=10_000,
            request_timeout_ms=max(15_000, self._session_ms + 5_000),
            retry_backoff_ms=100,
        )
        consumer.subscribe(self._topics, listener=listener)  # not in the constructor: that takes no listener
        async with connected(consumer, patience_s=4):
            beside = [
                asyncio.ensure_future(self._tell_kafka(consumer)),
                asyncio.ensure_future(
                    watchdog.watch(
                        self._pool,
                        self._topics,
                        bootstrap=self._bootstrap,
                        mine=consumer.assignment,
                        quiet_s=self._quiet_s,
                    )
                ),
            ]
            reading = asyncio.ensure_future(self._read(consumer, listener))
            try:
                await asyncio.wait([reading, *beside], return_when=asyncio.FIRST_COMPLETED)
                for each in (reading, *beside):
                    if each.done():
                        each.result()
            finally:
                for each in (reading, *beside):
                    each.cancel()
                await asyncio.gather(reading, *beside, return_exceptions=True)

    async def _read(self, consumer: AIOKafkaConsumer, listener: Parked) -> None:
        sought = -1
        while not self._stop.is_set():
            try:
                if sought != listener.count or self._waits.is_over():
                    sought = await self._sought(consumer, listener)
                    continue
                batches = await consumer.getmany(timeout_ms=self._waits.next_ms(POLL_MS))
                for partition, records in batches.items():
                    if sought != listener.count or not await self._batch(partition, records):
                        sought = -1
                        break
            except Exception as error:
                if not database.is_not_now(error) or isinstance(error, KafkaError):
                    raise
                sought = -1
                await self._back_off(error, "database")

    async def _sought(self, consumer: AIOKafkaConsumer, listener: Parked) -> int:
        """The assignment for which every partition stands where the database says; -1 when it changed meanwhile."""
        now = listener.count
        at = await positions(self._pool, self._topics)
        self._failures = 0
        if now != listener.count:
            return -1
        for each in consumer.assignment():  # no await from the comparison to the end
            consumer.seek(each, at[each.topic, each.partition])  # KeyError: no position, so refuse to read
            if self._waits.holds(each):
                consumer.pause(each)
            else:
                consumer.resume(each)
        return now

    async def _batch(self, partition: TopicPartition, records: Sequence[Record]) -> bool:
        """True when the records have taken effect; False when positions must be read again, this one's perhaps later.

        What is *not now* makes its own partition wait, and no other.
        """
        try:
            return await self._taken(partition, records)
        except Exception as error:
            if not database.is_not_now(error) or isinstance(error, KafkaError):
                raise
            attempt, seconds = self._waits.attempt(partition), self._waits.put_off(partition)
            self._told(
                error, "database", attempt=attempt, seconds=seconds, topic=partition.topic, at=partition.partition
            )
            return False

    async def _taken(self, partition: TopicPartition, records: Sequence[Record]) -> bool:
        """True when the records have taken effect; False when the position was elsewhere."""
        for before, after in pairwise(records):
            if after.offset != before.offset + 1:
                raise _gap(partition, before.offset + 1, after.offset)
        try:
            done = await self._apply(self._pool, records, self._listens, attempt=self._waits.attempt(partition))
        except effects.Hung as error:
            await positions(self._pool, self._topics)  # raises when it is the database that hangs
            self._hung[partition] += 1
            if self._hung[partition] >= self._hangs:
                telemetry.log.critical("a batch hangs", topic=partition.topic, partition=partition.partition)
                raise HandlerHangs(
                    f"A batch of {partition.topic} has hung {self._hangs} times; its handler is at fault."
                ) from error
            raise
        if done is None:
            await self._check_gap(partition, records[0].offset)
            return False
        self._waits.settled(partition)
        self._missing.pop(partition, None)
        self._hung.pop(partition, None)
        self._committed()
        metrics.updated.set(time(), {"topic": partition.topic})
        return True

    async def _check_gap(self, partition: TopicPartition, offset: int) -> None:
        at = (await positions(self._pool, self._topics))[partition.topic, partition.partition]
        if offset > at:
            if self._missing.get(partition) == at:
                raise _gap(partition, at, offset)
            self._missing[partition] = at

    async def _back_off(self, error: Exception, kind: str) -> None:
        """Everything waits: neither Kafka nor the positions can be read."""
        self._failures += 1
        seconds = jittered(self._failures, longest_s=self._longest_pause_s)
        self._told(error, kind, attempt=self._failures, seconds=seconds)
        await pause(self._stop, seconds)

    def _told(
        self,
        error: Exception,
        kind: str,
        *,
        attempt: int,
        seconds: float,
        topic: str | None = None,
        at: int | None = None,
    ) -> None:
        metrics.retries.add(1, {"group": self._group})
        telemetry.log.warning(
            "consumer waits",
            part=self._group,
            kind=kind,
            topic=topic,
            partition=at,
            attempt=attempt,
            seconds=round(seconds, 1),
            exc_info=error,
        )

    async def _tell_kafka(self, consumer: AIOKafkaConsumer) -> None:
        """Positions are also told to Kafka once a second, for lag tools alone; nothing here reads them."""
        told: dict[Any, int] = {}
        while True:
            await asyncio.sleep(self._tell_s)
            with suppress(KafkaError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                at = await positions(self._pool, self._topics)
                mine = {each: at[each.topic, each.partition] for each in consumer.assignment()}
                if mine and mine != told:
                    await consumer.commit(mine)
                    told = mine


def _gap(partition: TopicPartition, start: int, end: int) -> Gap:
    return Gap(f"{partition.topic}/{partition.partition}: offsets {start} to {end - 1} are missing.")
