"""How a planned batch reaches Kafka, and what Kafka already holds."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from time import time_ns
from typing import Any, Self

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from contracts.topics import Topic, partition
from opentelemetry.trace import SpanKind

from chassis import metrics, telemetry
from chassis.relay.steps import Row

MAX_BATCH_BYTES = 1024 * 1024


class Publisher(AbstractAsyncContextManager["Publisher"]):
    """A producer for one topic that is thrown away after its first error.

    aiokafka's idempotent sequence can be out of step once a batch has expired (its issue 1017), so an error here ends
    the producer and the relay around it; a new pair publishes the plan again.
    """

    def __init__(self, bootstrap: str, topic: Topic) -> None:
        self._topic = topic
        self._producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            client_id=f"{topic.name} relay",
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            max_batch_size=MAX_BATCH_BYTES,
            request_timeout_ms=10_000,
            retry_backoff_ms=50,
        )

    async def __aenter__(self) -> Self:
        await self._producer.start()
        count = len(await self._producer.partitions_for(self._topic.name))
        if count != self._topic.partitions:
            await self._producer.stop()
            raise LookupError(f"{self._topic.name} has {count} partitions where {self._topic.partitions} are declared.")
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await asyncio.wait_for(self._producer.stop(), 5)
        except TimeoutError:
            telemetry.log.warning("producer left behind", topic=self._topic.name)

    async def publish(self, rows: Sequence[Row]) -> None:
        """Every row is acknowledged by all replicas, with at most one batch of a partition on its way at any time."""
        began = time_ns()
        waiting: dict[int, list[Row]] = {}
        for row in rows:
            waiting.setdefault(partition(row.key, self._topic.partitions), []).append(row)
        while waiting:
            sent = [await self._send(number, left) for number, left in waiting.items()]
            await asyncio.gather(*sent)
            waiting = {number: left for number, left in waiting.items() if left}
        metrics.published.add(len(rows), {"topic": self._topic.name})
        self._trace(rows, began, time_ns())

    async def _send(self, number: int, left: list[Row]) -> asyncio.Future[Any]:
        """As many rows as fit have been handed over and taken off the front of `left`."""
        batch = self._producer.create_batch()
        taken = 0
        for row in left:
            headers = [(name, value.encode()) for name, value in orjson.loads(row.headers).items()]
            headers.append(("ce_sequence", f"{row.sequence:020d}".encode()))
            if batch.append(key=row.key, value=row.payload, timestamp=row.timestamp_ms, headers=headers) is None:
                break
            taken += 1
        if taken == 0:
            raise ValueError(f"A row of {self._topic.name} does not fit into an empty batch.")
        del left[:taken]
        return await self._producer.send_batch(batch, self._topic.name, partition=number)

    def _trace(self, rows: Sequence[Row], began: int, ended: int) -> None:
        for row in rows:
            if '"traceparent"' not in row.headers:
                continue
            headers = orjson.loads(row.headers)
            attributes = {
                telemetry.SYSTEM: "kafka",
                telemetry.STREAM: self._topic.name,
                telemetry.OPERATION: "send",
                telemetry.EVENT_ID: headers["ce_id"],
                telemetry.EVENT_TYPE: headers["ce_type"],
                telemetry.SEQUENCE: row.sequence,
            }
            telemetry.record(
                f"wait outbox {self._topic.stream}",
                headers["traceparent"],
                kind=SpanKind.INTERNAL,
                start_ns=row.recorded_ms * 1_000_000,
                end_ns=began,
                attributes=attributes,
            )
            telemetry.record(
                f"send {self._topic.name}",
                headers["traceparent"],
                kind=SpanKind.PRODUCER,
                start_ns=began,
                end_ns=ended,
                attributes=attributes,
            )


async def newest_sequence(bootstrap: str, topic: Topic) -> int:
    """The highest sequence that any partition of the topic ends with; 0 while it is empty.

    The sequences of a partition rise but for repeats, and repeats are followed by what comes after them or are the end
    themselves; either way the last record's sequence was given out by the database that sent it.
    """
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="none")
    await consumer.start()
    try:
        partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
        consumer.assign(partitions)
        begin, end = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
        filled = [p for p in partitions if end[p] > begin[p]]
        newest = 0
        for p in filled:
            consumer.seek(p, end[p] - 1)
            record = await asyncio.wait_for(consumer.getone(p), 10)
            newest = max(newest, *(int(value) for name, value in record.headers if name == "ce_sequence"), 0)
        return newest
    finally:
        await consumer.stop()
