"""A database and a topic of their own, for one relay's proof on real Kafka."""

import asyncio
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic, ResourceType

from chaos.relay_database import Databases
from chassis.relay.run import run
from contracts.topics import Topic

HEADERS = '{"ce_id": "%s", "ce_type": "dk.maerk.advisory.tried.v1", "content-type": "application/json"}'
Told = Sequence[tuple[bytes, int]]


@dataclass(frozen=True)
class Stage:
    """Where one relay works, and what its neighbours see of it."""

    url: str
    bootstrap: str
    topic: Topic
    db: asyncpg.Connection

    async def tell(self, told: Told, *, size: int = 0) -> None:
        """Events with these keys and versions wait for the relay, each as large as asked."""
        await self.db.executemany(
            """
            insert into outbox (stream, partition_key, headers, payload, timestamp_ms)
            values ('internal', $1, $2, $3, 1767225600000)
            """,
            [(key, HEADERS % uuid4(), b"%d" % version + b" " * size) for key, version in told],
        )

    async def is_sent(self) -> bool:
        """Nothing is left of the outbox, so everything was acknowledged."""
        return await self.db.fetchval("select not exists (select from outbox)")

    async def is_led(self) -> bool:
        """Somebody holds the lease."""
        return await self.db.fetchval(
            "select lease_until > clock_timestamp() from relay_state where stream = 'internal'"
        )

    async def holder(self) -> int:
        """The backend of the relay that leads, or led last."""
        return await self.db.fetchval("select pid from relay_state where stream = 'internal'")

    async def records(self) -> dict[int, list[ConsumerRecord[bytes, bytes]]]:
        """Everything that each partition holds."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, auto_offset_reset="none")
        await consumer.start()
        try:
            partitions = [TopicPartition(self.topic.name, number) for number in range(self.topic.partitions)]
            ends = await consumer.end_offsets(partitions)
            filled = [p for p in partitions if ends[p]]
            consumer.assign(filled)
            for p in filled:
                consumer.seek(p, 0)
            read: dict[int, list[ConsumerRecord[bytes, bytes]]] = defaultdict(list)
            while any([await consumer.position(p) < ends[p] for p in filled]):
                for p, records in (await consumer.getmany(timeout_ms=500)).items():
                    read[p.partition] += records
            return read
        finally:
            await consumer.stop()

    async def read(self) -> dict[bytes, list[int]]:
        """The versions of each key in the order in which a reader takes them that remembers the last sequence."""
        taken: dict[bytes, list[int]] = defaultdict(list)
        for records in (await self.records()).values():
            newest = 0
            for record in records:
                if (number := sequence(record)) > newest:
                    newest = number
                    taken[record.key or b""].append(int(record.value or b""))
        return dict(taken)

    def configure(self, **settings: str) -> None:
        """The topic has these settings; an empty one is Kafka's own again."""
        entries = [
            ConfigEntry(
                name.replace("_", "."),
                value or None,
                incremental_operation=AlterConfigOpType.SET if value else AlterConfigOpType.DELETE,
            )
            for name, value in settings.items()
        ]
        resource = ConfigResource(ResourceType.TOPIC, self.topic.name, incremental_configs=entries)
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        admin.incremental_alter_configs([resource])[resource].result(10)

    @asynccontextmanager
    async def relay(self, url: str | None = None) -> AsyncIterator[asyncio.Event]:
        """A relay runs in this process; the event stops it, at the latest when the block ends."""
        stop = asyncio.Event()
        running = asyncio.ensure_future(
            run(
                database_url=url or self.url,
                bootstrap=self.bootstrap,
                topic=self.topic,
                committed=asyncio.Event(),
                stop=stop,
            )
        )
        try:
            yield stop
        finally:
            stop.set()
            await running


def sequence(record: ConsumerRecord[bytes, bytes]) -> int:
    """The number that the relay gave the record."""
    return int(dict(record.headers)["ce_sequence"])


@asynccontextmanager
async def stage(databases: Databases, bootstrap: str) -> AsyncIterator[Stage]:
    """An empty database and an empty topic."""
    topic = Topic(f"relay.{os.getpid()}.{uuid4().hex[:8]}", "advisory", "internal")
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for made in admin.create_topics([NewTopic(topic.name, topic.partitions, 1, config=dict(topic.config))]).values():
        made.result(10)
    url = await databases.clone()
    db = await asyncpg.connect(url)
    try:
        yield Stage(url, bootstrap, topic, db)
    finally:
        await db.close()
        for gone in admin.delete_topics([topic.name]).values():
            gone.result(10)
