"""Ten synthetic years are read again from their first event while events go on arriving."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from time import perf_counter, perf_counter_ns
from uuid import UUID, uuid4, uuid5

import asyncpg
from aiokafka import AIOKafkaProducer

from bench.rebuilding import _read_again
from bench.rounds import Outcome, Pair
from chassis import database, migrate
from chassis.consumer.run import Consumer
from chassis.kafka import connected
from chassis.relay.kafka import MAX_BATCH_BYTES
from contracts import cloudevents
from contracts.event import Event
from contracts.topics import partition
from embedded.platform import Platform
from planning.__main__ import LISTENS
from support.inside import new_database
from support.waiting import until
from support.year import A_YEAR, year

PARTS = ("postgres", "kafka")
YEARS, SECONDS, EVERY_S = 10, 20.0, 0.2  # five events a second: the peak that is expected
LIMIT_S = 90.0


class Sender:
    """Writes events as their services' relays would, and says how many lie in the log."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer, self._sequences, self.sent = producer, dict[str, int](), 0

    async def send(self, events: Iterable[Event], *, at_once: int = 1_000) -> None:
        """All of them lie in the log, those of each service in their order."""
        waiting: dict[str, list[tuple[int, bytes, bytes, list[tuple[str, bytes]]]]] = {}
        for each in events:
            topic = f"maerk.internal.{each.service}"
            told = cloudevents.encode(each, id=_id(each), stream="internal", flow=None)
            self._sequences[topic] = self._sequences.get(topic, 0) + 1
            headers = [*told.headers, cloudevents.sequence_header(self._sequences[topic])]
            waiting.setdefault(topic, []).append((partition(told.key), told.key, told.value, headers))
            self.sent += 1
            if len(waiting[topic]) == at_once:
                await self._put(topic, waiting.pop(topic))
        for topic, left in waiting.items():
            await self._put(topic, left)

    async def _put(self, topic: str, rows: list[tuple[int, bytes, bytes, list[tuple[str, bytes]]]]) -> None:
        batches = {number: self._producer.create_batch() for number in {number for number, *_ in rows}}
        for number, key, value, headers in rows:
            batches[number].append(key=key, value=value, timestamp=0, headers=headers)
        sent = [await self._producer.send_batch(each, topic, partition=number) for number, each in batches.items()]
        await asyncio.gather(*sent)


async def measure(platform: Platform, *, rounds: int, scale: float) -> Outcome:  # noqa: ARG001  # once is long enough
    """Seconds of the rebuild, and of an event from the log to what planning remembers, idle and meanwhile."""
    url = await new_database(platform, "planning")
    connection = await database.connect(url, name="bench", command_timeout_s=120)
    await migrate.migrate(connection, "planning")
    producer = AIOKafkaProducer(bootstrap_servers=platform.kafka, acks="all", max_batch_size=MAX_BATCH_BYTES)
    rebuilt, idle, meanwhile = "rebuild of ten years", "p99 of an event, idle", "p99 of an event, meanwhile"
    outcome = Outcome(
        "s",
        {rebuilt: [], idle: [], meanwhile: []},
        (Pair(idle, meanwhile, at_least=0.5),),  # so that meanwhile is at most twice idle
    )
    async with connected(producer), _serving(url, platform.kafka):
        sender = Sender(producer)
        for number in range(YEARS):
            await sender.send(year(2016 + number, count=max(500, int(A_YEAR * scale))))
        await until(lambda: _heard(connection, sender.sent), within=900)
        outcome.facts["events"] = sender.sent
        ends = perf_counter() + SECONDS
        alone = await _live(connection, sender, lambda: perf_counter() < ends)
        began = perf_counter()
        reading = asyncio.ensure_future(_read_again(url, platform.kafka))
        beside = await _live(connection, sender, lambda: not reading.done())
        seconds, said = perf_counter() - began, await reading
    await connection.close()
    outcome.facts["events sent meanwhile"] = len(beside)
    outcome.facts["peak memory of the rebuild, MB"] = said["peak_mb"]
    outcome.facts[f"within {LIMIT_S:.0f} s"] = "yes" if seconds <= LIMIT_S else "no"
    for name, value in ((rebuilt, seconds), (idle, _p99(alone)), (meanwhile, _p99(beside))):
        outcome.values[name].append(value if said["equal"] else None)
    return outcome


@asynccontextmanager
async def _serving(url: str, bootstrap: str) -> AsyncIterator[None]:
    """Planning hears what is sent, as it does while it serves."""
    pool, stop = await database.pool(url, name="planning", size=10), asyncio.Event()
    hearing = asyncio.ensure_future(Consumer(pool, LISTENS, bootstrap=bootstrap, group=str(uuid4()), stop=stop).run())
    try:
        yield
    finally:
        stop.set()
        await hearing
        await pool.close()


async def _heard(connection: asyncpg.Connection, count: int) -> bool:
    return await connection.fetchval("select sum(next_offset) from consumer_position") == count


async def _live(connection: asyncpg.Connection, sender: Sender, goes_on: Callable[[], bool]) -> list[float]:
    """Seconds from the sending of each event until planning remembers it."""
    took: list[float] = []
    for event in year(2026, seed=perf_counter_ns()):
        if not goes_on():
            break
        began = perf_counter()
        await sender.send([event])

        async def remembered(event: Event = event) -> bool:
            return await connection.fetchval(
                "select exists (select 1 from projections.facts where event_id = $1)", _id(event)
            )

        await until(remembered, within=150)
        took.append(perf_counter() - began)
        await asyncio.sleep(max(0, EVERY_S - took[-1]))
    return took


def _id(event: Event) -> UUID:
    return uuid5(event.subject, str(event.revision))


def _p99(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)]
