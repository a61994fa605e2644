"""A projection read again from the log equals the one that serves, and says so when it does not."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer

from chassis import database, migrate
from chassis.consumer import parking, release
from chassis.consumer.listens import Heard, Listens
from chassis.consumer.run import Consumer
from chassis.database import Tx
from chassis.rebuild import Compared, MigratedMeanwhile, RebuildUnderWay, Rebuilt, rebuild
from contracts import cloudevents
from contracts.advisory import PreparednessPlanVerified
from contracts.topics import partition
from embedded.platform import Platform, platform
from planning.__main__ import LISTENS
from support.platform import _run
from support.waiting import until

TOPIC = "maerk.internal.advisory"
pytestmark = [pytest.mark.rule("p/rebuild"), pytest.mark.xdist_group("rebuild")]  # one platform for all of them

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


@dataclass
class Wire:
    """An advisory service that says what it is told to, in order and numbered as the relay would.

    The log is shared by all tests; each has subjects of its own in it.
    """

    producer: AIOKafkaProducer
    sequence: int = 0
    names: UUID = field(default_factory=uuid4)
    count: int = 0
    sent: list[tuple[bytes, list[tuple[str, bytes]], bytes]] = field(default_factory=list)

    def begin(self) -> None:
        """What is said from now on is about subjects of its own."""
        self.names, self.count = uuid4(), 0

    @property
    def subjects(self) -> list[UUID]:
        """Whom it is about."""
        return [uuid5(self.names, f"plan {number}") for number in range(7)]

    def event_id(self, number: int) -> UUID:
        """The id of that event, counted from 1."""
        return uuid5(self.names, str(number))

    async def verify(self, count: int) -> None:
        """So many plans have been verified."""
        for _ in range(count):
            await self._send(self._next())

    async def repeat(self, count: int) -> None:
        """The last messages have come once more, as a batch does that was thought lost."""
        for message in self.sent[-count:]:
            await self._send(message)

    async def poison(self) -> None:
        """A message that nobody can read has come."""
        key, headers, value = self._next()
        await self._send((key, [*headers, ("ce_id", b"no id")], value))

    def _next(self) -> tuple[bytes, list[tuple[str, bytes]], bytes]:
        self.sequence += 1
        self.count += 1
        event = PreparednessPlanVerified(
            subject=self.subjects[self.count % 7],
            revision=self.sequence,
            at=AT,
            provenance="synthetic",
            municipality_code="9901",
            version=1,
            verified_on=AT.date(),
        )
        message = cloudevents.encode(event, id=self.event_id(self.count), stream="internal", flow=None)
        return message.key, [*message.headers, cloudevents.sequence_header(self.sequence)], message.value

    async def _send(self, message: tuple[bytes, list[tuple[str, bytes]], bytes]) -> None:
        self.sent.append(message)
        key, headers, value = message
        await self.producer.send_and_wait(TOPIC, value, key=key, headers=headers, partition=partition(key))


@dataclass
class Planning:
    """Planning's database and its consumer, with the log that it reads."""

    platform: Platform
    pool: asyncpg.Pool
    wire: Wire

    async def settled(self) -> None:
        """Every message has taken effect, is parked, or was dropped as a repeat."""

        async def read() -> bool:
            return await self.pool.fetchval("select sum(next_offset) from public.consumer_position") == len(
                self.wire.sent
            )

        await until(read, within=30)

    async def facts(self) -> list[asyncpg.Record]:
        """What is remembered now."""
        return await self.pool.fetch(
            'select event_id, partition, "offset", data from facts where subject = any ($1::uuid[]) order by event_id',
            self.wire.subjects,
        )

    async def parked(self) -> list[parking.Parked]:
        """What could not take effect."""
        keys = {str(each).encode() for each in self.wire.subjects}
        async with database.transaction(self.pool) as tx:
            return [each for each in await parking.events(tx) if each.key in keys]

    async def rebuild(self, **arguments) -> Rebuilt:
        return await rebuild(
            self.platform.database_url("planning"),
            "planning",
            arguments.pop("listens", LISTENS),
            bootstrap=self.platform.kafka,
            **arguments,
        )

    async def schemas(self) -> set[str]:
        rows = await self.pool.fetch("select nspname from pg_namespace where nspname like 'projections%'")
        return {row["nspname"] for row in rows}


@pytest.fixture(scope="module")
def log() -> Iterator[Platform]:
    """PostgreSQL, and a Kafka whose topics these tests have to themselves."""
    with platform(_run() / f"own-{uuid4()}", parts=("postgres", "kafka"), owner=os.getpid()) as running:
        yield running


@pytest.fixture(scope="module")
async def wire(log: Platform) -> AsyncIterator[Wire]:
    async with AIOKafkaProducer(bootstrap_servers=log.kafka) as producer:
        yield Wire(producer)


@pytest.fixture
async def planning(log: Platform, wire: Wire) -> AsyncIterator[Planning]:
    url = log.database_url("planning")
    connection = await database.connect(url, name="test")
    await connection.execute("drop schema if exists projections cascade; drop schema public cascade")
    await connection.execute("create schema public")
    await migrate.migrate(connection, "planning")
    await connection.close()
    pool = await database.pool(url, name="test", size=6)
    stop = asyncio.Event()
    reading = asyncio.ensure_future(Consumer(pool, LISTENS, bootstrap=log.kafka, group="planning", stop=stop).run())
    wire.begin()
    try:
        yield Planning(log, pool, wire)
    finally:
        stop.set()
        await reading
        await pool.close()


async def test_what_is_read_again_equals_what_serves_after_repeats_and_poison(planning: Planning) -> None:
    await planning.wire.verify(60)
    await planning.wire.repeat(25)
    await planning.wire.poison()
    await planning.wire.verify(40)
    await planning.settled()
    before = await planning.facts()
    done = await planning.rebuild()
    total = await planning.pool.fetchval("select count(*) from facts")
    assert done.tables == (Compared("facts", live=total, rebuilt=total, only_live=0, only_rebuilt=0),)
    assert done.events == len(planning.wire.sent)
    assert await planning.facts() == before
    assert len(before) < 100, "the poisoned plan's later events are parked behind it"


async def test_the_switched_projection_is_the_one_that_serves_from_then_on(planning: Planning) -> None:
    await planning.wire.verify(10)
    await planning.settled()
    await planning.facts()
    await planning.rebuild()
    await planning.wire.verify(10)
    await planning.settled()
    assert len(await planning.facts()) == 20
    assert await planning.schemas() == {"projections"}
    assert (await planning.rebuild()).equal


async def test_what_serves_goes_on_while_it_is_read_again(planning: Planning) -> None:
    await planning.wire.verify(300)
    await planning.settled()
    stop = asyncio.Event()

    async def write() -> None:
        while not stop.is_set():
            await planning.wire.verify(1)

    writing = asyncio.ensure_future(write())
    for _ in range(3):
        assert (await planning.rebuild()).equal
    stop.set()
    await writing
    await planning.settled()
    assert len(await planning.facts()) == planning.wire.count
    assert (await planning.rebuild()).equal


async def test_a_skipped_event_stays_skipped_and_those_freed_meanwhile_are_not_missed(planning: Planning) -> None:
    await planning.wire.poison()
    await planning.wire.verify(14)
    await planning.settled()
    (poisoned,) = [each for each in await planning.parked() if each.state == "refused"]
    place = {"topic": TOPIC, "partition": poisoned.partition, "key": poisoned.key}

    async def keep(tx: Tx, heard: Sequence[Heard]) -> None:
        if len(await planning.facts()) < 14:
            async with database.transaction(planning.pool) as operator:
                assert await release.skip(operator, LISTENS, **place, offset=poisoned.offset) is None
        await LISTENS.projections[PreparednessPlanVerified](tx, heard)

    assert (await planning.rebuild(listens=Listens(projections={PreparednessPlanVerified: keep}))).equal
    assert len(await planning.facts()) == 14
    assert (await planning.rebuild()).equal
    assert [each.state for each in await planning.parked()] == ["skipped"]


async def test_a_rebuild_that_died_has_changed_nothing_and_can_be_run_again(planning: Planning) -> None:
    await planning.wire.verify(30)
    await planning.settled()
    before = await planning.facts()
    for point in ("schema made", "caught up", "compared", "switched"):

        def die(reached: str, point: str = point) -> None:
            if reached == point:
                raise ConnectionAbortedError

        with pytest.raises(ConnectionAbortedError):
            await planning.rebuild(reached=die)
        assert await planning.facts() == before
    await planning.wire.verify(5)
    await planning.settled()
    assert (await planning.rebuild()).equal
    assert len(await planning.facts()) == 35
    assert await planning.schemas() == {"projections"}


async def test_a_projection_that_was_tampered_with_is_found_and_put_right(planning: Planning) -> None:
    await planning.wire.verify(20)
    await planning.settled()
    before = await planning.facts()
    total = await planning.pool.fetchval("select count(*) from facts")
    for deed, found in (
        ("update facts set data = '{}' where event_id = $1", Compared("facts", total, total, 1, 1)),
        ("delete from facts where event_id = $1", Compared("facts", total - 1, total, 0, 1)),
        (
            """
            insert into facts select gen_random_uuid(), type, topic, partition, -1, subject, revision, occurred_at,
                provenance, case_derived, trace_id, data from facts where event_id = $1
            """,
            Compared("facts", total + 1, total, 1, 0),
        ),
    ):
        await planning.pool.execute(deed, planning.wire.event_id(3))
        assert (await planning.rebuild(switch=False)).tables == (found,)
        assert await planning.facts() != before
        done = await planning.rebuild()
        assert (done.tables, done.equal) == ((found,), False)
        assert await planning.facts() == before


async def test_nothing_acts_in_a_rebuild(planning: Planning) -> None:
    await planning.wire.verify(5)
    await planning.settled()

    async def act(*_: object) -> None:
        raise AssertionError

    acting = replace(LISTENS, reactions={PreparednessPlanVerified: act}, afterwards=act)
    assert (await planning.rebuild(listens=acting)).equal


async def test_two_rebuilds_do_not_run_at_once(planning: Planning) -> None:
    await planning.wire.verify(5)
    await planning.settled()

    async def second(tx: Tx, heard: Sequence[Heard]) -> None:
        with pytest.raises(RebuildUnderWay):
            await planning.rebuild()
        await LISTENS.projections[PreparednessPlanVerified](tx, heard)

    assert (await planning.rebuild(listens=Listens(projections={PreparednessPlanVerified: second}))).equal


async def test_tables_that_were_migrated_meanwhile_are_not_replaced_by_older_ones(planning: Planning) -> None:
    await planning.wire.verify(5)
    await planning.settled()
    before = await planning.facts()

    async def migrated(tx: Tx, heard: Sequence[Heard]) -> None:
        await planning.pool.execute(
            "insert into public.migrations (name, digest) values ('planning/projections/9999_synthetic.sql', '')"
            " on conflict do nothing"
        )
        await LISTENS.projections[PreparednessPlanVerified](tx, heard)

    with pytest.raises(MigratedMeanwhile):
        await planning.rebuild(listens=Listens(projections={PreparednessPlanVerified: migrated}))
    assert await planning.facts() == before
