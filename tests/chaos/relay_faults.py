"""A seeded run of the relay among faults: real PostgreSQL, real statements, Kafka's log in memory.

Twelve writers change things and tell of it; relays crash at every named point, lose publishes and acknowledgements,
lose their connection, have batches that arrive late, are replaced and go on living. Afterwards a reader that remembers
one sequence per partition must have seen every committed event exactly once, in order.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

import asyncpg

from chassis.pause import pause
from chassis.relay.steps import Numbered, Relay, Replaced, Statements
from contracts.topics import PARTITIONS, STREAMS, partition

WRITERS = 12
THINGS = 40
TRANSACTIONS = 25  # of each writer
WITHIN_S = 60.0  # how long a run may take
CHANCES = {"before repeat": 0.1, "after repeat": 0.1, "after sending": 0.2}  # of a crash at points that are rare
CHANCE = 0.03
RELAY = "relay under test"
TABLES = """
    truncate outbox, relay_plan;
    update relay_state set epoch = 0, next_sequence = 1, lease_until = '-infinity', pid = null;
    drop table if exists things;
    create table things as select id, 0 as version from generate_series(1, 40) as id;
    alter table things add primary key (id);
    """

BROKEN_OFF = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)

Told = list[tuple[bytes, int]]  # the key and version of each event
Change = Callable[[asyncpg.Connection, Random], Awaitable[Told]]


class Crash(Exception):
    """The process is gone, or its link to Kafka."""


class Broken(AssertionError):
    """The relay has broken a promise."""


class Harmful(Broken):
    """A reader has lost an event, seen one twice, or seen two in the wrong order."""


@dataclass
class Design:
    """What is tried: the relay as it is, or a variant of it."""

    relay: type[Relay] = Relay
    statements: Statements = field(default_factory=Statements)
    tables: str = ""
    change: Change | None = None


class Log:
    """A topic in memory, reached through a bad network."""

    def __init__(self, random: Random, totals: Counter[str]) -> None:
        self.partitions: list[list[tuple[int, bytes, int]]] = [[] for _ in range(PARTITIONS)]
        self.under_way: list[asyncio.Future[None]] = []
        self._random, self._totals = random, totals

    async def publish(self, rows: Sequence[Numbered]) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.under_way.append(task)
        if self._random.random() < 0.1:
            await asyncio.sleep(self._random.random() * 0.05)  # frozen before the first byte leaves
        batches: dict[int, list[tuple[int, bytes, int]]] = defaultdict(list)
        for sequence, row in rows:
            batches[partition(row.key)].append((sequence, row.key, int(row.payload)))
        for number in self._random.sample(sorted(batches), len(batches)):
            await self._send(number, batches[number])

    async def _send(self, number: int, batch: list[tuple[int, bytes, int]]) -> None:
        fate = self._random.random()
        if fate < 0.02:
            self.under_way.append(asyncio.ensure_future(self._arrive_late(number, batch)))
        if fate < 0.03:
            self._totals["publishes cut"] += 1
            raise Crash
        self.partitions[number] += batch
        if fate < 0.05:
            self._totals["acknowledgements lost"] += 1
            raise Crash
        if fate < 0.35:
            await asyncio.sleep(self._random.random() * 0.003)

    async def _arrive_late(self, number: int, batch: list[tuple[int, bytes, int]]) -> None:
        await asyncio.sleep(self._random.random() * 0.2)
        self.partitions[number] += batch
        self._totals["late batches"] += 1

    async def newest(self) -> int:
        if self._random.random() < 0.5:
            await asyncio.sleep(self._random.random() * 0.03)
        return max((sequence for batch in self.partitions for sequence, _, _ in batch), default=0)


async def change_and_tell(db: asyncpg.Connection, random: Random) -> Told:
    """Some things are changed, and their events inserted last, one by one or all at once."""
    told: Told = []
    for thing in sorted(random.sample(range(1, THINGS + 1), random.choice([1, 1, 1, 2, 3]))):
        for _ in range(random.choice([1, 1, 2])):
            sql = "update things set version = version + 1 where id = $1 returning version"
            told.append((b"%d" % thing, await db.fetchval(sql, thing)))
        if random.random() < 0.1:
            await asyncio.sleep(random.random() * 0.01)
    one_by_one = random.random() < 0.5
    for some in [[each] for each in told] if one_by_one else [told]:
        await tell(db, some)
        if random.random() < 0.15:
            await asyncio.sleep(random.random() * 0.05)
    return told


async def tell(db: asyncpg.Connection, told: Told) -> None:
    """The events stand in the outbox, in this order, once for each stream."""
    await db.execute(
        """
        insert into outbox (stream, partition_key, headers, payload, timestamp_ms)
        select stream, key, '{}', convert_to(version::text, 'UTF8'), 0
        from unnest($1::bytea[], $2::int[]) with ordinality as told (key, version, place),
            unnest($3::text[]) as stream
        order by place
        """,
        [key for key, _ in told],
        [version for _, version in told],
        list(STREAMS),
    )


class Run:
    """One run of one design under one seed."""

    def __init__(self, url: str, seed: int, design: Design, *, guarded: bool) -> None:
        self._url, self._seed, self._design, self._guarded = url, seed, design, guarded
        self.totals: Counter[str] = Counter()
        self._committed: Told = []
        self._logs = {stream: Log(Random(f"{seed} {stream}"), self.totals) for stream in STREAMS}
        self._written, self._over = asyncio.Event(), asyncio.Event()
        self._living_on: list[asyncio.Future[None]] = []

    async def go(self) -> Counter[str]:
        """What happened, counted.

        Raises: Broken when a promise was not kept.
        """
        db = await asyncpg.connect(self._url)
        try:
            await db.execute(TABLES + self._design.tables)
            try:
                async with asyncio.timeout(WITHIN_S), asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._write())
                    tasks.create_task(self._cut_connections())
                    for stream in STREAMS:
                        tasks.create_task(self._relay(stream))
            except TimeoutError:
                raise Broken(f"The outbox is not empty within {WITHIN_S:.0f} s.") from None
            finally:
                self._over.set()
                await asyncio.gather(*self._living_on, return_exceptions=True)
                for log in self._logs.values():
                    await asyncio.gather(*log.under_way, return_exceptions=True)
            for stream in STREAMS:
                await self._check(db, stream)
        finally:
            await db.close()
        self.totals["events"] += len(self._committed) * len(STREAMS)
        return self.totals

    async def _write(self) -> None:
        async with asyncio.TaskGroup() as writers:
            for number in range(WRITERS):
                writers.create_task(self._writer(Random(f"{self._seed} writer {number}")))
        self._written.set()

    async def _writer(self, random: Random) -> None:
        change = self._design.change or change_and_tell
        db = await asyncpg.connect(self._url)
        try:
            for _ in range(TRANSACTIONS):
                transaction = db.transaction()
                await transaction.start()
                try:
                    told = await change(db, random)
                except asyncpg.DeadlockDetectedError:
                    await transaction.rollback()
                    continue
                if random.random() < 0.15:
                    await transaction.rollback()
                    self.totals["rollbacks"] += 1
                else:
                    await transaction.commit()
                    self._committed += told
        finally:
            await db.close()

    async def _cut_connections(self) -> None:
        db = await asyncpg.connect(self._url)
        random = Random(f"{self._seed} cuts")
        try:
            while not self._written.is_set():
                await pause(self._written, random.random() * 0.3)
                self.totals["connections cut"] += await db.fetchval(
                    """
                    select count(pg_terminate_backend(pid)) from (
                        select pid from pg_stat_activity
                        where application_name = $1 and datname = current_database() order by random() limit 1
                    ) as relay
                    """,
                    RELAY,
                )
        finally:
            await db.close()

    async def _relay(self, stream: str) -> None:
        """Relays follow one another until one has sent everything."""
        random = Random(f"{self._seed} {stream} relay")
        while True:
            try:
                db = await asyncpg.connect(self._url, server_settings={"application_name": RELAY})
                if await self._one_relay(stream, db, random):
                    return
            except BROKEN_OFF:
                self.totals["crashes"] += 1

    async def _one_relay(self, stream: str, db: asyncpg.Connection, random: Random) -> bool:
        """True when this relay has sent everything that there will be, and has stopped."""
        log = self._logs[stream]
        relay = self._design.relay(
            db,
            log.publish,
            stream=stream,
            batch=random.choice([3, 10, 50, 500]),
            lease="0 seconds",  # so that the next one leads while this one lives
            look=1,
            statements=self._design.statements,
            reached=lambda point: self._perhaps_crash(point, random),
        )
        lives_on = False
        try:
            if not await relay.lead():
                return False
            await relay.start(log.newest if self._guarded else _nothing)
            if await self._steps(relay, random):
                await relay.stop()
                return True
            lives_on = True
            self._living_on.append(asyncio.ensure_future(self._live_on(relay, db, random)))
        except (Crash, *BROKEN_OFF):
            self.totals["crashes"] += 1
            if random.random() < 0.5:
                await relay.abandon()
        except Replaced:  # by whom? A relay that lives on leads no more
            raise Broken("The newest relay was replaced.") from None
        finally:
            if not lives_on:
                with suppress(*BROKEN_OFF):
                    await db.close()
        return False

    async def _steps(self, relay: Relay, random: Random) -> bool:
        """True when everything is sent, False when the relay is to be replaced while it lives."""
        while random.random() >= 0.12:
            written = self._written.is_set()
            if not await relay.step():
                if written:
                    return True
                await pause(self._written, 0.002)
        return False

    async def _live_on(self, relay: Relay, db: asyncpg.Connection, random: Random) -> None:
        """A relay that does not know yet that there is another one."""
        self.totals["replaced relays"] += 1
        wait_s = random.choice([0, 0.005, 0.05])
        try:
            while not self._over.is_set():
                await pause(self._over, random.random() * wait_s)
                await relay.step()
        except Replaced:
            self.totals["replaced relays that noticed"] += 1
        except (Crash, *BROKEN_OFF):
            self.totals["crashes"] += 1
        finally:
            with suppress(*BROKEN_OFF):
                await db.close()

    def _perhaps_crash(self, point: str, random: Random) -> None:
        if random.random() < CHANCES.get(point, CHANCE):
            self.totals[f"crashes {point}"] += 1
            raise Crash

    async def _check(self, db: asyncpg.Connection, stream: str) -> None:
        log = self._logs[stream]
        seen = [event for records in log.partitions for event in self._read(records)]
        if lost := Counter(self._committed) - Counter(seen):
            raise Harmful(f"Lost: {len(lost)} events of the {stream} stream.")
        if doubled := Counter(seen) - Counter(self._committed):
            raise Harmful(f"Doubled, or never committed: {len(doubled)} events of the {stream} stream.")
        versions: dict[bytes, int] = defaultdict(int)
        for key, version in seen:
            if version != versions[key] + 1:
                raise Harmful(f"Out of order: version {version} of a thing after {versions[key]}.")
            versions[key] = version
        numbers = {sequence for records in log.partitions for sequence, _, _ in records}
        if numbers != set(range(1, len(self._committed) + 1)):
            raise Broken("The sequences are not those from one to the number of events.")
        for table in ("outbox", "relay_plan"):
            if left := await db.fetchval(f"select count(*) from {table} where stream = $1", stream):
                raise Broken(f"Left behind: {left} rows in {table}.")

    def _read(self, records: list[tuple[int, bytes, int]]) -> Told:
        """What a reader takes from a partition that remembers the last sequence."""
        newest, taken = 0, Told()
        for sequence, key, version in records:
            if sequence > newest:
                newest = sequence
                taken.append((key, version))
        self.totals["repeats dropped"] += len(records) - len(taken)
        return taken


async def _nothing() -> int:
    return 0
