"""What falls due is acted on once, whatever happens to instances and clocks meanwhile."""

import asyncio
import json
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from chassis import database, deadlines
from chassis.clock import Clock
from chassis.database import Tx
from chassis.deadlines import Act, Due
from embedded.platform import Platform
from support.consuming import listener_database, pool, thing
from support.waiting import until

pytestmark = pytest.mark.rule("p/deadlines")

# An aggregate that asks itself what is due, as the ones of services do, and writes down that it acted.
THINGS = """
    create table things (id uuid primary key, due_at timestamptz);
    create table acted (thing uuid not null, due_at timestamptz not null, place bigint generated always as identity)
    """
KIND = "synthetic"
PAST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def url(postgres: Platform) -> str:
    made = await listener_database(postgres, "maerk.internal.synthetic")
    db = await asyncpg.connect(made)
    await db.execute(THINGS)
    await db.close()
    return made


@pytest.fixture
async def db(url: str) -> AsyncIterator[asyncpg.Pool]:
    async with pool(url) as opened:
        yield opened


async def act(tx: Tx, due: Due) -> None:
    """The thing has been acted on, if it is still due."""
    held = await tx.fetchval("select due_at from things where id = $1 for update", due.subject)
    if held == due.due_at:
        await tx.execute("insert into acted (thing, due_at) values ($1, $2)", due.subject, due.due_at)


async def move(tx: Tx, subject: UUID, due_at: datetime, provenance: str = "actual") -> None:
    """The command: the thing falls due then."""
    await tx.execute(
        "insert into things (id, due_at) values ($1, $2) on conflict (id) do update set due_at = excluded.due_at",
        subject,
        due_at,
    )
    await deadlines.set_deadline(tx, KIND, subject, due_at=due_at, provenance=provenance)


async def due(db: asyncpg.Pool, *numbers: int, at: datetime = PAST, provenance: str = "actual") -> None:
    """Things of these numbers fall due, one second after the other."""
    async with database.transaction(db) as tx:
        for number in numbers:
            await move(tx, thing(number), at + timedelta(seconds=number), provenance)


async def acted(db: asyncpg.Pool) -> list[UUID]:
    """The things that were acted on, in order."""
    return [row["thing"] for row in await db.fetch("select thing from acted order by place")]


async def left(db: asyncpg.Pool) -> int:
    """How many deadlines stand."""
    return await db.fetchval("select count(*) from deadlines")


async def all_due(db: asyncpg.Pool, how: Act = act, clock: Clock | None = None, **options: float) -> None:
    """Whatever is due has been acted on or put off."""
    while await deadlines.act_on_next(db, {KIND: how}, clock=clock or Clock(), **options):
        pass


def shifted(tmp_path: Path, by: timedelta) -> Clock:
    """A clock that runs ahead for synthetic records."""
    file = tmp_path / "clock"
    file.write_text(json.dumps({"offset_s": by.total_seconds()}))
    return Clock(file)


async def test_what_is_due_is_acted_on_in_the_order_of_its_moments_and_once(db: asyncpg.Pool) -> None:
    await due(db, 3, 1, 2)
    await all_due(db)
    await all_due(db)
    assert await acted(db) == [thing(1), thing(2), thing(3)]
    assert await left(db) == 0


async def test_what_is_not_due_stays(db: asyncpg.Pool) -> None:
    await due(db, 1, at=datetime.now(UTC) + timedelta(hours=1))
    await all_due(db)
    assert await acted(db) == []
    assert await left(db) == 1


async def test_a_deadline_of_a_kind_that_nobody_acts_on_stays(db: asyncpg.Pool) -> None:
    await due(db, 1)
    assert not await deadlines.act_on_next(db, {"another": act}, clock=Clock())
    assert await left(db) == 1


async def test_a_cleared_deadline_is_gone(db: asyncpg.Pool) -> None:
    await due(db, 1)
    async with database.transaction(db) as tx:
        await deadlines.clear_deadline(tx, KIND, thing(1))
    await all_due(db)
    assert await acted(db) == []


async def test_a_jump_forwards_makes_all_that_it_passes_due_in_order(db: asyncpg.Pool, tmp_path: Path) -> None:
    soon = datetime.now(UTC) + timedelta(days=1)
    await due(db, *range(20), at=soon, provenance="synthetic")
    await all_due(db, clock=shifted(tmp_path, timedelta()))
    assert await acted(db) == []
    await all_due(db, clock=shifted(tmp_path, timedelta(days=400)))
    assert await acted(db) == [thing(number) for number in range(20)]


async def test_a_jump_moves_no_actual_record(db: asyncpg.Pool, tmp_path: Path) -> None:
    await due(db, 1, at=datetime.now(UTC) + timedelta(days=1), provenance="actual")
    await all_due(db, clock=shifted(tmp_path, timedelta(days=400)))
    assert await acted(db) == []


async def test_a_jump_back_and_forth_neither_loses_nor_doubles_one(db: asyncpg.Pool, tmp_path: Path) -> None:
    soon = datetime.now(UTC) + timedelta(days=1)
    await due(db, *range(10), at=soon, provenance="synthetic")
    half = soon - datetime.now(UTC) + timedelta(seconds=4.5)
    for by in (half, -timedelta(days=30), half, timedelta(days=3), -timedelta(days=3), timedelta(days=3)):
        await all_due(db, clock=shifted(tmp_path, by))
    assert await acted(db) == [thing(number) for number in range(10)]


async def test_many_instances_at_once_neither_lose_nor_double_one(db: asyncpg.Pool, url: str) -> None:
    await due(db, *range(200))
    stop = asyncio.Event()

    async def instance() -> None:
        async with pool(url) as own:
            await deadlines.run(own, {KIND: act}, clock=Clock(), stop=stop)

    async with asyncio.TaskGroup() as instances:
        for _ in range(4):
            instances.create_task(instance())

        async def done() -> bool:
            return await left(db) == 0

        await until(done, within=30)
        stop.set()
    assert Counter(await acted(db)) == Counter(thing(number) for number in range(200))


async def test_a_second_instance_acts_on_the_next_one_while_the_first_is_busy(db: asyncpg.Pool) -> None:
    await due(db, 1, 2)
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slow(tx: Tx, due: Due) -> None:
        began.set()
        await go_on.wait()
        await act(tx, due)

    first = asyncio.ensure_future(deadlines.act_on_next(db, {KIND: slow}, clock=Clock()))
    await began.wait()
    assert await deadlines.act_on_next(db, {KIND: act}, clock=Clock())
    assert not await deadlines.act_on_next(db, {KIND: act}, clock=Clock())
    go_on.set()
    await first
    assert await acted(db) == [thing(2), thing(1)]


async def test_a_deadline_that_a_command_moves_just_before_it_is_acted_on_stays_where_it_was_moved(
    db: asyncpg.Pool,
) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    await due(db, 1)
    async with database.transaction(db) as command:
        await move(command, thing(1), later)
        acting = asyncio.ensure_future(deadlines.act_on_next(db, {KIND: act}, clock=Clock()))
        await until_blocked(db)
    assert await acting
    assert await acted(db) == []
    assert await db.fetchval("select due_at from deadlines") == later


async def test_a_deadline_that_a_command_moves_while_it_is_acted_on_stands_anew(db: asyncpg.Pool) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    await due(db, 1)
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slow(tx: Tx, due: Due) -> None:
        await act(tx, due)
        began.set()
        await go_on.wait()

    async def command() -> None:
        async with database.transaction(db) as tx:
            await move(tx, thing(1), later)

    acting = asyncio.ensure_future(deadlines.act_on_next(db, {KIND: slow}, clock=Clock()))
    await began.wait()
    moving = asyncio.ensure_future(command())
    await until_blocked(db)
    go_on.set()
    await asyncio.gather(acting, moving)
    assert await acted(db) == [thing(1)]
    assert await db.fetchval("select due_at from deadlines") == later


async def test_an_action_can_set_the_next_deadline_of_its_kind(db: asyncpg.Pool) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)

    async def again(tx: Tx, due: Due) -> None:
        await act(tx, due)
        await move(tx, due.subject, later)

    await due(db, 1)
    await all_due(db, again)
    assert await acted(db) == [thing(1)]
    assert await db.fetchval("select due_at from deadlines") == later


async def test_a_failing_action_leaves_nothing_behind_and_holds_nobody_up(db: asyncpg.Pool) -> None:
    async def fails_for_the_first(tx: Tx, due: Due) -> None:
        await act(tx, due)
        if due.subject == thing(1):
            raise ZeroDivisionError

    await due(db, 1, 2, 3)
    await all_due(db, fails_for_the_first)
    assert await acted(db) == [thing(2), thing(3)]
    assert await db.fetchval("select attempts from deadlines") == 1
    await db.execute("update deadlines set not_before = '-infinity'")  # the pause is over
    await all_due(db)
    assert await acted(db) == [thing(2), thing(3), thing(1)]


async def test_pauses_grow_with_each_failure_up_to_ten_minutes(db: asyncpg.Pool) -> None:
    async def fails(_: Tx, __: Due) -> None:
        raise ZeroDivisionError

    await due(db, 1)
    pauses: list[int] = []
    for _ in range(9):
        await all_due(db, fails)
        pauses.append(
            await db.fetchval("select round(extract(epoch from not_before - clock_timestamp()))::int from deadlines")
        )
        await db.execute("update deadlines set not_before = '-infinity'")
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 600, 600]


@pytest.mark.parametrize("where", ["in the database", "elsewhere"])
async def test_an_action_that_hangs_holds_nobody_up(where: str, url: str) -> None:
    async def hangs_for_the_first(tx: Tx, due: Due) -> None:
        await act(tx, due)
        if due.subject == thing(1):
            await (tx.execute("select pg_sleep(60)") if where == "in the database" else asyncio.Event().wait())

    async with pool(url, idle_in_transaction_session_timeout="300ms") as db:
        await due(db, 1, 2, 3)
        await all_due(db, hangs_for_the_first, limit_s=1)
        assert await acted(db) == [thing(2), thing(3)]
        assert await left(db) == 1


async def test_a_thing_that_somebody_keeps_locked_holds_nobody_up(url: str) -> None:
    async with pool(url, lock_timeout="200ms") as db:
        await due(db, 1, 2, 3)
        async with database.transaction(db) as other:
            await other.execute("select from things where id = $1 for update", thing(1))
            await all_due(db)
            assert await acted(db) == [thing(2), thing(3)]
        assert await left(db) == 1


async def test_an_instance_that_is_killed_while_acting_has_done_nothing(db: asyncpg.Pool, url: str) -> None:
    program = f"""
import asyncio, os, signal
from chassis import database, deadlines
from chassis.clock import Clock

async def act(tx, due):
    await tx.execute("insert into acted (thing, due_at) values ($1, $2)", due.subject, due.due_at)
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    pool = await database.pool({url!r}, name="killed", size=1)
    await deadlines.act_on_next(pool, {{{KIND!r}: act}}, clock=Clock())

asyncio.run(main())
"""
    await due(db, 1)
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", program)
    assert await killed.wait() == -signal.SIGKILL
    await all_due(db)
    assert await acted(db) == [thing(1)]


async def until_blocked(db: asyncpg.Pool) -> None:
    """Somebody in this database waits for a lock."""

    async def blocked() -> bool:
        return await db.fetchval(
            "select exists (select from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock')"
        )

    await until(blocked)
