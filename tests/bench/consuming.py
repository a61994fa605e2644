"""Events take effect: a batch in one transaction, against one transaction for each message."""

import asyncio
from time import perf_counter
from typing import Any
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bench.records import TOPIC, in_order
from bench.rounds import Candidate, Outcome, Pair, take_turns
from chassis.consumer import effects
from chassis.consumer.run import Consumer
from chassis.kafka import connected
from chassis.relay.kafka import MAX_BATCH_BYTES
from embedded.platform import Platform
from support import consuming
from support.consuming import Author, Message, hearing, listener_database, thing

PARTS = ("postgres", "kafka")
OURS, EACH = "our consumer", "one transaction per message"
EVENTS, FEW = 60_000, 3_000
THINGS = 1_000
PAIRS = (Pair(OURS, EACH, at_least=20),)


async def measure(platform: Platform, *, rounds: int, scale: float) -> Outcome:
    """Events per second, from the first committed effect to the last."""
    author = Author(TOPIC.name)
    count, few = max(6_000, int(EVENTS * scale)), max(500, int(FEW * scale))
    await send(platform.kafka, [author.write(thing(number % THINGS)) for number in range(count)])
    candidates: dict[str, Candidate] = {
        OURS: lambda: _ours(platform, count),
        EACH: lambda: _each(platform, few),
    }
    return Outcome("events/s", await take_turns(candidates, rounds), PAIRS)


async def send(bootstrap: str, messages: list[Message]) -> None:
    """The messages lie in the log, in their order."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", max_batch_size=MAX_BATCH_BYTES)
    async with connected(producer):
        for start in range(0, len(messages), 1_000):
            batches = [producer.create_batch() for _ in range(TOPIC.partitions)]
            for each in messages[start : start + 1_000]:
                batches[each.partition].append(key=each.key, value=each.value, timestamp=0, headers=list(each.headers))
            sent = [await producer.send_batch(each, TOPIC.name, partition=n) for n, each in enumerate(batches)]
            await asyncio.gather(*sent)


async def _checked(pool: asyncpg.Pool, count: int) -> None:
    rows = await pool.fetch("select key, revision from effects order by place")
    in_order([(row["key"], row["revision"]) for row in rows], count)


async def _ours(platform: Platform, count: int) -> float:
    """The consumer as services run it, membership and all."""
    url = await listener_database(platform, TOPIC.name)
    async with consuming.pool(url) as pool:
        rate = await consumed(pool, hearing(TOPIC.name), platform.kafka, count)
        await _checked(pool, count)
        return rate


async def consumed(pool: asyncpg.Pool, listens: Any, bootstrap: str, count: int) -> float:
    """Events per second until `count` of them have had their effects."""
    marks: list[tuple[float, int]] = []
    stop = asyncio.Event()

    async def timed(*said: Any, **more: Any) -> effects.Done | None:
        done = await effects.apply(*said, **more)
        if done is not None:
            marks.append((perf_counter(), done.applied + (marks[-1][1] if marks else 0)))
            if marks[-1][1] >= count:
                stop.set()
        return done

    consumer = Consumer(pool, listens, bootstrap=bootstrap, group=f"bench-{uuid4()}", stop=stop, apply=timed)
    await asyncio.wait_for(consumer.run(), 600)
    return (marks[-1][1] - marks[0][1]) / (marks[-1][0] - marks[0][0])


async def _each(platform: Platform, count: int) -> float:
    """The same effects and the same position, committed for every single message."""
    url = await listener_database(platform, TOPIC.name)
    listens = hearing(TOPIC.name)
    consumer = AIOKafkaConsumer(bootstrap_servers=platform.kafka, enable_auto_commit=False)
    async with consuming.pool(url) as pool, connected(consumer):
        places = [TopicPartition(TOPIC.name, number) for number in range(TOPIC.partitions)]
        consumer.assign(places)
        await consumer.seek_to_beginning()
        await effects.apply(pool, [await consumer.getone()], listens)
        began = perf_counter()
        for _ in range(count - 1):
            await effects.apply(pool, [await consumer.getone()], listens)
        rate = (count - 1) / (perf_counter() - began)
        await _checked(pool, count)
        return rate
