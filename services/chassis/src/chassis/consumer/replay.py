"""The log read again as far as somebody has read it before, without membership and without a trace in Kafka."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.consumer.listens import Record
from chassis.kafka import connected

MAX_RECORDS = 5_000
SILENT_MS = 30_000  # records that are known to be there come sooner, or the log no longer has them

Place = tuple[str, int]
"""Topic and partition."""


class LogCutOff(Exception):
    """Records that were read once are no longer in the log."""


class Log:
    """Kafka's records between two positions; see `log`."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def between(
        self, start: Mapping[Place, int], end: Mapping[Place, int]
    ) -> AsyncIterator[Mapping[Place, list[Record]]]:
        """Every record from `start` up to and without `end`, in batches, each partition in its order.

        Raises: LogCutOff, aiokafka.errors.OffsetOutOfRangeError.
        """
        next_offset = {TopicPartition(*place): start[place] for place in end if start[place] < end[place]}
        self._consumer.assign(list(next_offset))
        for partition, offset in next_offset.items():
            self._consumer.seek(partition, offset)
        while next_offset:
            batches = await self._consumer.getmany(*next_offset, timeout_ms=SILENT_MS, max_records=MAX_RECORDS)
            if not batches:
                raise LogCutOff("Kafka does not give the records that were read before.")
            found: dict[Place, list[Record]] = {}
            for partition, records in batches.items():
                place = (partition.topic, partition.partition)
                if records[0].offset != next_offset[partition]:
                    raise LogCutOff(f"{place[0]}/{place[1]}: offset {next_offset[partition]} is no longer there.")
                found[place] = [each for each in records if each.offset < end[place]]
                next_offset[partition] = records[-1].offset + 1
                if next_offset[partition] >= end[place]:
                    del next_offset[partition]
            yield found


@asynccontextmanager
async def log(bootstrap: str) -> AsyncGenerator[Log]:
    """The log, open for reading.

    Raises: KafkaError, OSError, TimeoutError.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="none",
        max_partition_fetch_bytes=4 << 20,
    )
    async with connected(consumer):
        yield Log(consumer)
