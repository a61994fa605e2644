"""Every service's projections, read again from the first event while more arrive, are what they were; nothing acts."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from itertools import count
from typing import Any
from uuid import UUID, uuid4, uuid5

import asyncpg
import orjson
import pytest
from aiokafka import AIOKafkaProducer

from chassis import database
from chassis.consumer.listens import Listens
from chassis.consumer.run import Consumer
from chassis.rebuild import Rebuilt, rebuild
from contracts import cloudevents, snapshots
from contracts.advisory import ContactDirectoryChanged, ProcessCompleted
from contracts.event import Event
from contracts.topics import SERVICES, partition
from embedded.platform import Platform, platform
from support.inside import migrated
from support.platform import _run
from support.waiting import until

pytestmark = [pytest.mark.rule("p/rebuild"), pytest.mark.xdist_group("rebuild")]

VARIED: Mapping[str, Sequence[Any]] = {
    "need": ("material", "training", "police_cooperation"),
    "calls_for": (("training_event", "study", "outreach", "cooperation"), ("outreach",), ("training_event",)),
    "lacking": (("preparedness_plan",), ("agreement", "contact_point")),
}
"""Values that a projection or a reaction may tell apart, beside those of the examples."""
VARIED_OF: Mapping[type[Event], Mapping[str, Sequence[Any]]] = {
    ContactDirectoryChanged: {"change": ("replaced", "verified")},
    ProcessCompleted: {"kind": ("work_process", "upskilling")},
}
PLACES = ("9901", "9902", "9903", "9904")


def example(cls: type[Event]) -> Event:
    """The event as it lies in the contracts' examples."""
    stored = snapshots.read(snapshots.ROOT / "examples" / f"{cls.type}.json")
    headers = [(name, value.encode()) for name, value in stored["headers"].items()]
    return cloudevents.decode(headers, orjson.dumps(stored["data"])).event


@dataclass
class Log:
    """The internal topics, and whoever writes them all, numbered as their relays would."""

    producer: AIOKafkaProducer
    ends: Counter[str] = field(default_factory=Counter[str])
    revisions: Counter[UUID] = field(default_factory=Counter[UUID])
    numbers: Iterator[int] = field(default_factory=count)
    names: UUID = field(default_factory=uuid4)

    async def tell(self, listens: Listens) -> None:
        """One more event of every type that is listened to has come, and every third of them twice."""
        number = next(self.numbers)
        for cls in listens.types.values():
            message = cloudevents.encode(self._event(cls, number), id=uuid4(), stream="internal", flow=None)
            topic = f"maerk.internal.{cls.service}"
            numbered = cloudevents.sequence_header(self.ends[topic] + 1)
            for _ in range(2 if number % 3 == 0 else 1):
                self.ends[topic] += 1
                await self.producer.send_and_wait(
                    topic,
                    message.value,
                    key=message.key,
                    headers=[*message.headers, numbered],
                    partition=partition(message.key),
                )

    def _event(self, cls: type[Event], number: int) -> Event:
        """One of four things of its kind, each in a municipality of its own, at its next revision."""
        place = PLACES[number % len(PLACES)]
        subject = uuid5(self.names, f"{cls.type.split('.')[3].split('-')[0]} {place}")
        self.revisions[subject] += 1
        said = {"subject": subject, "revision": self.revisions[subject], "provenance": "synthetic"}
        choices = {**VARIED, **VARIED_OF.get(cls, {})}
        varied = {name: values[number % len(values)] for name, values in choices.items()}
        varied["municipality_code"] = place
        like = example(cls)
        return like.model_copy(update=said | {name: varied[name] for name in varied if name in cls.model_fields})


@dataclass
class Listener:
    """A service's database and its consumer."""

    service: str
    url: str
    pool: asyncpg.Pool
    listens: Listens

    async def settled(self, log: Log) -> None:
        """Every message has been read."""
        wanted = sum(log.ends[each.name] for each in self.listens.topics)

        async def read() -> bool:
            return await self.pool.fetchval("select sum(next_offset) from public.consumer_position") == wanted

        await until(read, within=60)
        assert await self.pool.fetchval("select count(*) from public.parked_event") == 0

    async def rows(self, *schemas: str) -> dict[str, list[str]]:
        """Every row of every table."""
        tables = await self.pool.fetch(
            "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = any ($1)", schemas
        )
        return {
            each["name"]: [
                row["row"] for row in await self.pool.fetch(f"select t::text as row from {each['name']} t order by 1")
            ]
            for each in tables
        }

    async def rebuild(self, bootstrap: str) -> Rebuilt:
        """Rebuilt, with every reaction replaced by one that fails."""

        async def act(*_: object) -> None:
            raise AssertionError("A reaction ran.")

        silent = replace(self.listens, reactions=dict.fromkeys(self.listens.types.values(), act), afterwards=act)
        return await rebuild(self.url, self.service, silent, bootstrap=bootstrap)


@pytest.fixture(scope="module")
def running() -> Iterator[Platform]:
    """PostgreSQL, and a Kafka whose topics these tests have to themselves."""
    with platform(_run() / f"own-{uuid4()}", parts=("postgres", "kafka"), owner=os.getpid()) as opened:
        yield opened


@pytest.fixture(scope="module")
async def log(running: Platform) -> AsyncIterator[Log]:
    async with AIOKafkaProducer(bootstrap_servers=running.kafka) as producer:
        yield Log(producer)


@asynccontextmanager
async def listening(running: Platform, service: str) -> AsyncIterator[Listener]:
    """The service hears the whole log with a database of its own."""
    url = await migrated(running, service)
    listens: Listens = import_module(f"{service}.__main__").LISTENS
    pool, stop = await database.pool(url, name="test", size=6), asyncio.Event()
    group = url.rpartition("/")[2]
    reading = asyncio.ensure_future(Consumer(pool, listens, bootstrap=running.kafka, group=group, stop=stop).run())
    try:
        yield Listener(service, url, pool, listens)
    finally:
        stop.set()
        await reading
        await pool.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_projections_are_rebuilt_from_the_first_event_while_more_arrive(
    service: str, running: Platform, log: Log
) -> None:
    async with listening(running, service) as served, listening(running, service) as untouched:
        for _ in range(30):
            await log.tell(served.listens)
        await served.settled(log)
        before = await served.rows("public", "projections")
        assert all(rows for table, rows in before.items() if table.startswith("projections.")), before.keys()
        assert (await served.rebuild(running.kafka)).equal
        assert await served.rows("public", "projections") == before

        stop = asyncio.Event()

        async def go_on() -> None:
            while not stop.is_set():
                await log.tell(served.listens)

        going_on, told = asyncio.ensure_future(go_on()), log.ends.total()
        rebuilt = [await served.rebuild(running.kafka) for _ in range(3)]
        assert [each.equal for each in rebuilt] == [True] * 3
        assert rebuilt[0].events < rebuilt[-1].events, "nothing came meanwhile"
        stop.set()
        await going_on
        assert log.ends.total() > told
        await served.settled(log)
        await untouched.settled(log)
        assert await served.rows("projections") == await untouched.rows("projections")
        caused = await served.pool.fetch(
            """
            select headers ->> 'ce_causationid' as cause, headers ->> 'ce_type' as type, partition_key
            from public.outbox where stream = 'internal'
            """
        )
        assert len(caused) == len(set(caused)), "a reaction came twice"
        assert bool(caused) == bool(served.listens.reactions), "nothing was proved of reactions"


@pytest.mark.parametrize("service", SERVICES)
async def test_a_row_that_went_missing_from_any_projection_is_found_and_put_back(
    service: str, running: Platform, log: Log
) -> None:
    async with listening(running, service) as served:
        await log.tell(served.listens)
        await served.settled(log)
        before = await served.rows("public", "projections")
        tables = {each for each in before if each.startswith("projections.")}
        for each in tables:
            await served.pool.execute(f"delete from {each} where ctid = (select min(ctid) from {each})")
        done = await served.rebuild(running.kafka)
        assert {f"projections.{each.table}" for each in done.tables if each.only_rebuilt == 1} == tables
        assert await served.rows("public", "projections") == before
