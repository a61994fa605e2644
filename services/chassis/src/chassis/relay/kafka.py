"""How a planned batch reaches Kafka, and what Kafka already holds."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from time import time_ns

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from opentelemetry.trace import SpanKind

from chassis import metrics, telemetry
from chassis.kafka import connected
from chassis.relay.steps import BATCH, Numbered, Row
from contracts.cloudevents import sequence_header, sequence_of
from contracts.topics import Topic, partition

MAX_BATCH_BYTES = 1024 * 1024
NEWEST_S = 10.0


Traced = tuple[int, Row, dict[str, str]]


class Publisher:
    """Sends to one topic; see `publisher`."""

    def __init__(self, producer: AIOKafkaProducer, topic: Topic) -> None:
        self._producer, self._topic = producer, topic

    async def publish(self, rows: Sequence[Numbered]) -> None:
        """Every row is acknowledged by all replicas, with at most one batch of a partition on its way at any time."""
        began = time_ns()
        waiting: dict[int, list[Numbered]] = {}
        traced: list[Traced] = []
        for numbered in rows:
            waiting.setdefault(partition(numbered[1].key, self._topic.partitions), []).append(numbered)
        while waiting:
            await asyncio.gather(*(self._send(number, left, traced) for number, left in waiting.items()))
            waiting = {number: left for number, left in waiting.items() if left}
        metrics.published.add(len(rows), {"topic": self._topic.name})
        self._trace(traced, began, time_ns())

    async def _send(self, number: int, left: list[Numbered], traced: list[Traced]) -> None:
        """As many rows as fit into a batch are acknowledged and taken off the front of `left`."""
        batch = self._producer.create_batch()
        taken = 0
        for sequence, row in left:
            headers = orjson.loads(row.headers)
            pairs = [*zip(headers, map(str.encode, headers.values()), strict=True), sequence_header(sequence)]
            if batch.append(key=row.key, value=row.payload, timestamp=row.timestamp_ms, headers=pairs) is None:
                break
            if "traceparent" in headers:
                traced.append((sequence, row, headers))
            taken += 1
        if taken == 0:
            raise ValueError(f"A row of {self._topic.name} does not fit into an empty batch.")
        await (await self._producer.send_batch(batch, self._topic.name, partition=number))
        del left[:taken]

    def _trace(self, traced: Sequence[Traced], began: int, ended: int) -> None:
        for sequence, row, headers in traced:
            attributes = {
                telemetry.SYSTEM: "kafka",
                telemetry.STREAM: self._topic.name,
                telemetry.OPERATION: "send",
                telemetry.EVENT_ID: headers["ce_id"],
                telemetry.EVENT_TYPE: headers["ce_type"],
                telemetry.SEQUENCE: sequence,
            }
            telemetry.record(
                f"wait outbox {self._topic.stream}",
                headers["traceparent"],
                kind=SpanKind.INTERNAL,
                start_ns=int(row.recorded_s * 1_000_000_000),
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


@asynccontextmanager
async def publisher(bootstrap: str, topic: Topic) -> AsyncGenerator[Publisher]:
    """A producer for one topic that is thrown away after its first error.

    aiokafka's idempotent sequence can be out of step once a batch has expired (its issue 1017), so an error here ends
    the producer and the relay around it; a new pair publishes the plan again.

    Raises: LookupError when Kafka has the topic with other partitions than declared, KafkaError.
    """
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        client_id=f"{topic.name} relay",
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=MAX_BATCH_BYTES,
        request_timeout_ms=10_000,
        retry_backoff_ms=50,
    )
    async with connected(producer):
        found = await producer.partitions_for(topic.name)
        if len(found) != topic.partitions:
            raise LookupError(f"{topic.name} has {len(found)} partitions where {topic.partitions} are declared.")
        yield Publisher(producer, topic)


async def newest_sequence(bootstrap: str, topic: Topic) -> int:
    """The highest sequence at the end of any partition of the topic; 0 while it is empty.

    The end is as long as a batch: a batch that came late lies behind higher sequences, and is never longer than that.
    """
    client = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="none")
    async with connected(client) as consumer, asyncio.timeout(NEWEST_S):
        partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
        begin, end = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
        filled = [p for p in partitions if end[p] > begin[p]]
        consumer.assign(filled)
        for p in filled:
            consumer.seek(p, max(begin[p], end[p] - BATCH))
        newest = 0
        while any([await consumer.position(p) < end[p] for p in filled]):
            for records in (await consumer.getmany(timeout_ms=100)).values():
                newest = max(newest, *(sequence_of(record.headers) or 0 for record in records))
        return newest
