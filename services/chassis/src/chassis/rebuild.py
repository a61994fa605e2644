"""A service's projections, read again from the first event beside those that serve, compared with them, and switched.

The same projection code fills tables of the same names in a schema of its own. Reactions never run: what they caused
has happened. What was skipped as a dead letter stays skipped, and what is parked stays out, as in the live tables.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

from chassis import database, migrate
from chassis.consumer import effects, replay
from chassis.consumer.listens import Listens, Record
from chassis.consumer.replay import Log, Place
from chassis.consumer.spans import Spans
from chassis.database import Tx

NEXT = "projections_next"
BEFORE = "projections_before"
CLOSE = 1_000  # fewer events than this are left to read while the live consumer waits
SWITCH_LIMIT_S = 120.0
_LOCK = 0x72656275  # "rebu": the advisory lock that keeps a second rebuild away

POSITIONS = """
    select topic, partition, next_offset from public.consumer_position where topic = any ($1::text[])
    order by topic, partition
    """

Progress = Callable[[int, int], None]
Parked = Mapping[Place, frozenset[int]]


class RebuildUnderWay(Exception):
    """Another rebuild of this service is going on."""


class MigratedMeanwhile(Exception):
    """The service's tables were changed while they were being made again."""


@dataclass(frozen=True)
class Compared:
    """A table as it served and as the log says it should be."""

    table: str
    live: int
    rebuilt: int
    only_live: int
    only_rebuilt: int

    @property
    def equal(self) -> bool:
        """Every row is in both."""
        return self.only_live == self.only_rebuilt == 0 and self.live == self.rebuilt


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild has found and done."""

    events: int
    tables: tuple[Compared, ...]
    switched: bool

    @property
    def equal(self) -> bool:
        """The projections that served were what the log says."""
        return all(each.equal for each in self.tables)


async def rebuild(
    url: str,
    service: str,
    listens: Listens,
    *,
    bootstrap: str,
    switch: bool = True,
    progress: Progress = lambda _done, _total: None,
    reached: Callable[[str], None] = lambda _: None,
) -> Rebuilt:
    """The service's projections are what the log says up to the live positions; without `switch` only compared.

    The live consumer waits while the last events are read and the tables compared; requests never do. It may be killed
    at any point and run again: until the switch, which is one transaction, nothing that serves is touched.

    Raises: RebuildUnderWay, MigratedMeanwhile; LogCutOff when the log no longer begins where it did; whatever a
        projection refuses.
    """
    settings = {
        "search_path": f"{NEXT}, public",
        "lock_timeout": "10s",
        "statement_timeout": f"{SWITCH_LIMIT_S:.0f}s",
        "idle_in_transaction_session_timeout": "60s",
    }
    async with (
        await database.pool(url, name=f"{service} rebuild", size=1, **settings) as pool,
        pool.acquire() as acquired,
        replay.log(bootstrap) as log,
    ):
        connection = cast("Tx", acquired)
        if not await connection.fetchval("select pg_try_advisory_lock($1)", _LOCK):
            raise RebuildUnderWay(f"A rebuild of {service} is under way already.")
        migrations = await _make_schema(connection, service)
        reached("schema made")
        reading = _Reading(connection, listens, log, progress)
        while await reading.catch_up() >= CLOSE:
            pass
        reached("caught up")
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock($1)", migrate.LOCK)
            if await _migrations(connection) != migrations:
                raise MigratedMeanwhile(f"The tables of {service} were changed meanwhile, so begin again.")
            await reading.catch_up(lock=True)
            tables = tuple([await _compared(connection, table) for table in await _tables(connection)])
            reached("compared")
            if switch:
                await connection.execute(f"alter schema projections rename to {BEFORE}")
                await connection.execute(f"alter schema {NEXT} rename to projections")
            reached("switched")
        await _drop(connection)
    return Rebuilt(events=reading.events, tables=tables, switched=switch)


class _Reading:
    """How far the new tables have come, and what was left out on the way."""

    def __init__(self, connection: Tx, listens: Listens, log: Log, progress: Progress) -> None:
        self._connection, self._log, self._progress = connection, log, progress
        self._listens = Listens(projections=listens.projections)  # no reactions: what they did is done
        self._topics = [each.name for each in listens.topics]
        self._at: dict[Place, int] = {}
        self._sequences: dict[Place, int] = {}
        self._left_out: Parked = {}
        self.events = 0

    async def catch_up(self, *, lock: bool = False) -> int:
        """The new tables are where the live ones were when this was called. Returns how many events that took.

        With `lock`, inside a transaction, they are where the live ones are until it ends.
        """
        live = await self._positions(lock=lock)
        parked = await self._parked()  # after the positions: what they have passed is either effective or parked
        for place in live:
            self._at.setdefault(place, 0)
        behind = sum(live[place] - self._at[place] for place in live)
        total = self.events + behind
        async for batch in self._log.between(self._at, live):
            async with self._connection.transaction():
                for place, records in batch.items():
                    fresh, self._sequences[place] = effects.unseen(records, self._sequences.get(place, 0))
                    left_out = parked.get(place, frozenset())
                    await self._remember(each for each in fresh if each.offset not in left_out)
            self._at |= {place: records[-1].offset + 1 for place, records in batch.items()}
            self.events += sum(map(len, batch.values()))
            self._progress(self.events, total)
        await self._remember_freed(parked)
        self._left_out = parked
        return behind

    async def _remember_freed(self, parked: Parked) -> None:
        """What an operator has freed since it was left out has its effect too, each key's events in their order."""
        for place, offsets in self._left_out.items():
            for offset in sorted(offsets - parked.get(place, frozenset())):
                async for batch in self._log.between({place: offset}, {place: offset + 1}):
                    await self._remember(batch[place])

    async def _remember(self, records: Iterable[Record]) -> None:
        heard = [effects.decoded(each) for each in records if effects.type_of(each) in self._listens.types]
        if heard:
            await effects.act(self._connection, heard, self._listens, Spans(1))

    async def _positions(self, *, lock: bool) -> dict[Place, int]:
        rows = await self._connection.fetch(
            POSITIONS + (" for update" if lock else ""),
            self._topics,
        )
        return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}

    async def _parked(self) -> Parked:
        rows = await self._connection.fetch(
            'select topic, partition, array_agg("offset") as offsets from public.parked_event group by topic, partition'
        )
        return {(row["topic"], row["partition"]): frozenset(row["offsets"]) for row in rows}


async def _make_schema(connection: Tx, service: str) -> list[str]:
    """The new tables are there and empty; what a killed rebuild has left is gone.

    Shape: the migrations that they follow.
    """
    await _drop(connection)
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", migrate.LOCK)
        await connection.execute(f"create schema {NEXT}")
        for path in migrate.projection_paths(service):
            await connection.execute(path.read_text())
        return await _migrations(connection)


async def _migrations(tx: Tx) -> list[str]:
    return [row["name"] for row in await tx.fetch("select name from public.migrations order by name")]


async def _drop(connection: Tx) -> None:
    for schema in (NEXT, BEFORE):
        await connection.execute(f"drop schema if exists {schema} cascade")


async def _tables(tx: Tx) -> list[str]:
    rows = await tx.fetch(
        "select distinct tablename from pg_tables where schemaname in ('projections', $1) order by tablename", NEXT
    )
    return [row["tablename"] for row in rows]


async def _compared(tx: Tx, table: str) -> Compared:
    """The table in both schemas: rows, and where their digests differ, how many are in one of them alone."""
    live, live_digest = await _digest(tx, f'projections."{table}"')
    rebuilt, rebuilt_digest = await _digest(tx, f'{NEXT}."{table}"')
    compared = partial(Compared, table=table, live=live, rebuilt=rebuilt)
    if live_digest == rebuilt_digest:
        return compared(only_live=0, only_rebuilt=0)
    return compared(
        only_live=await _alone(tx, f'projections."{table}"', f'{NEXT}."{table}"'),
        only_rebuilt=await _alone(tx, f'{NEXT}."{table}"', f'projections."{table}"'),
    )


async def _digest(tx: Tx, table: str) -> tuple[int, int]:
    """The number of rows, and a sum of their hashes, in which their order does not matter. A missing table is empty."""
    if await tx.fetchval("select to_regclass($1) is null", table):
        return 0, 0
    row = await tx.fetchrow(
        f"select count(*) as rows, coalesce(sum(hashtextextended(each::text, 0)::numeric), 0) as digest"  # noqa: S608  # a table's own name
        f" from {table} as each",
        timeout=SWITCH_LIMIT_S,
    )
    assert row is not None, "an aggregate always has a row"
    return row["rows"], int(row["digest"])


async def _alone(tx: Tx, table: str, other: str) -> int:
    """How many rows of the table the other one does not have; both are there, unless one was added or dropped."""
    missing = await tx.fetchval("select to_regclass($1) is null or to_regclass($2) is null", table, other)
    if missing:
        return (await _digest(tx, table))[0]
    return await tx.fetchval(
        f"select count(*) from (select each::text from {table} as each except all"  # noqa: S608  # as above
        f" select each::text from {other} as each) as alone",
        timeout=SWITCH_LIMIT_S,
    )
