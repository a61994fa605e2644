"""Sending an outbox: the raw ceiling of the client, our relay, what most people write, and FastStream."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import perf_counter

import asyncpg
import orjson
from aiokafka import AIOKafkaProducer
from faststream.kafka import KafkaBroker

from bench.records import FILL, HEADERS, TOPIC, check, ends, filling, key, payload, since
from bench.rounds import Candidate, Outcome, Pair, take_turns
from chassis import database, migrate
from chassis.relay.kafka import MAX_BATCH_BYTES, publisher
from chassis.relay.run import connect
from chassis.relay.steps import Relay
from contracts.cloudevents import sequence_header
from contracts.topics import partition
from embedded.platform import Platform
from support.inside import new_database

PARTS = ("postgres", "kafka")
CEILING, OURS = "raw send_batch, 1,000 a call", "our relay"
NAIVE, FASTSTREAM = "100 rows, send, bulk update", "FastStream publish, bulk update"
# A slow candidate is given fewer, so that no round takes long.
EVENTS = {CEILING: 60_000, OURS: 60_000, NAIVE: 20_000, FASTSTREAM: 3_000}
TURNS = 4  # in each round: one takes less than a second, and the machine is never still
PAIRS = (Pair(OURS, CEILING, at_least=0.5, aim=0.65), Pair(OURS, NAIVE, at_least=3.5), Pair(OURS, FASTSTREAM))

NAIVE_TABLE = """
    create table naive_outbox (
        id bigint generated always as identity primary key,
        partition_key bytea not null, headers json not null, payload bytea not null, sent_at timestamptz
    );
    create index on naive_outbox (id) where sent_at is null
    """
NEXT = """
    select id, partition_key as key, headers::text as headers, payload
    from naive_outbox where sent_at is null order by id limit 100
    """
DONE = "update naive_outbox set sent_at = clock_timestamp() where id = any ($1::bigint[])"


async def measure(platform: Platform, *, rounds: int, scale: float) -> Outcome:
    """Events per second of each way."""
    url = await new_database(platform, "advisory")
    connection = await database.connect(url, name="bench", command_timeout_s=120)
    await migrate.migrate(connection, "advisory")
    await connection.execute(NAIVE_TABLE)
    counts = {name: max(1_000, int(count * scale)) for name, count in EVENTS.items()}
    ways: dict[str, Callable[[int], Awaitable[float]]] = {
        CEILING: lambda count: _raw(platform.kafka, count),
        OURS: lambda count: _relayed(platform.kafka, url, connection, count),
        NAIVE: lambda count: _naive(platform.kafka, connection, count),
        FASTSTREAM: lambda count: _faststream(platform.kafka, connection, count),
    }

    def candidate(name: str) -> Candidate:
        async def run() -> float:
            before = ends(platform.kafka)
            seconds = await ways[name](counts[name])
            check(since(platform.kafka, before), counts[name])
            return counts[name] / seconds

        return run

    try:
        values = await take_turns({name: candidate(name) for name in ways}, rounds * TURNS)
    finally:
        await connection.close()
    return Outcome("events/s", values, PAIRS, {"payload": f"{len(payload(1))} bytes, {len(HEADERS) + 1} headers"})


@asynccontextmanager
async def _producer(bootstrap: str) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=0, max_batch_size=MAX_BATCH_BYTES
    )
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def _raw(bootstrap: str, count: int) -> float:
    """Seconds for all records with nothing behind them."""
    rows = [(key(place), payload(place), sequence_header(place)) for place in range(1, count + 1)]
    headers = [(name, value.encode()) for name, value in HEADERS.items()]
    async with _producer(bootstrap) as producer:
        began = perf_counter()
        for start in range(0, count, 1_000):
            batches = [producer.create_batch() for _ in range(TOPIC.partitions)]
            for own_key, value, sequence in rows[start : start + 1_000]:
                batches[partition(own_key)].append(key=own_key, value=value, timestamp=0, headers=[*headers, sequence])
            sent = [await producer.send_batch(each, TOPIC.name, partition=n) for n, each in enumerate(batches)]
            await asyncio.gather(*sent)
        return perf_counter() - began


async def _relayed(bootstrap: str, url: str, connection: asyncpg.Connection, count: int) -> float:
    """Seconds until the outbox is empty."""
    await connection.execute(
        f"insert into outbox (stream, partition_key, headers, payload, timestamp_ms) select 'internal', f.*, 0"
        f" from ({FILL}) as f",
        *filling(count),
    )
    db = await connect(url, TOPIC)
    try:
        async with publisher(bootstrap, TOPIC) as sending:
            relay = Relay(db, sending.publish, stream="internal", lease="0 seconds")
            await relay.lead()
            began = perf_counter()
            while await relay.step():
                pass
            return perf_counter() - began
    finally:
        await db.close()


async def _filled(connection: asyncpg.Connection, count: int) -> None:
    await connection.execute("truncate naive_outbox restart identity")
    await connection.execute(
        f"insert into naive_outbox (partition_key, headers, payload) select f.* from ({FILL}) as f", *filling(count)
    )
    await connection.execute("analyze naive_outbox")


async def _naive(bootstrap: str, connection: asyncpg.Connection, count: int) -> float:
    await _filled(connection, count)
    async with _producer(bootstrap) as producer:
        began = perf_counter()
        while rows := await connection.fetch(NEXT):
            sent = [
                await producer.send(
                    TOPIC.name,
                    row["payload"],
                    row["key"],
                    partition=partition(row["key"]),
                    headers=[
                        *((name, value.encode()) for name, value in orjson.loads(row["headers"]).items()),
                        sequence_header(row["id"]),
                    ],
                )
                for row in rows
            ]
            await asyncio.gather(*sent)
            await connection.execute(DONE, [row["id"] for row in rows])
        return perf_counter() - began


async def _faststream(bootstrap: str, connection: asyncpg.Connection, count: int) -> float:
    await _filled(connection, count)
    broker = KafkaBroker(bootstrap, acks="all", enable_idempotence=True, logger=None)
    await broker.connect()
    try:
        began = perf_counter()
        while rows := await connection.fetch(NEXT):
            for row in rows:
                name, value = sequence_header(row["id"])
                await broker.publish(
                    row["payload"],
                    TOPIC.name,
                    key=row["key"],
                    partition=partition(row["key"]),
                    headers={**orjson.loads(row["headers"]), name: value.decode()},
                )
            await connection.execute(DONE, [row["id"] for row in rows])
        return perf_counter() - began
    finally:
        await broker.stop()
