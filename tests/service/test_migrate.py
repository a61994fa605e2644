"""Migrations run once, in order, under a lock, with time limits."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from chassis import database, migrate
from embedded.platform import Platform

pytestmark = pytest.mark.rule("p/migrations")


@pytest.fixture
async def empty(postgres: Platform) -> AsyncIterator[str]:
    """The address of a database with nothing in it."""
    name = f"migrate_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(postgres.admin_database_url)
    await admin.execute(f"create database {name} owner planning")
    yield postgres.database_url("planning").removesuffix("planning") + name
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()


async def migrated(url: str, *more: Path) -> list[str]:
    connection = await database.connect(url, name="test")
    try:
        return await migrate.migrate(connection, "planning", [*migrate.paths("planning"), *more])
    finally:
        await connection.close()


async def test_every_migration_is_applied_once_and_in_order_by_whoever_comes_first(empty: str) -> None:
    rounds = await asyncio.gather(*(migrated(empty) for _ in range(4)))
    assert sorted(map(len, rounds)) == [0, 0, 0, len(migrate.paths("planning"))]
    applied = next(each for each in rounds if each)
    assert applied[0] == "0001_chassis.sql"
    assert await migrated(empty) == []


async def test_a_migration_that_was_changed_afterwards_is_refused(empty: str) -> None:
    await migrated(empty)
    connection = await database.connect(empty, name="test")
    await connection.execute("update migrations set digest = 'another' where name = 'planning/0001_action_plans.sql'")
    with pytest.raises(migrate.MigrationChanged, match=r"planning/0001_action_plans\.sql was changed"):
        await migrate.migrate(connection, "planning")
    await connection.close()


async def test_a_migration_that_fails_leaves_nothing_and_does_not_keep_the_lock(empty: str, tmp_path: Path) -> None:
    half = tmp_path / "0003_half.sql"
    half.write_text("create table half (id int); select 1 / 0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrated(empty, half)
    connection = await database.connect(empty, name="test")
    assert await connection.fetchval("select to_regclass('half')") is None
    assert await connection.fetchval("select count(*) from migrations") == len(migrate.paths("planning"))
    await connection.close()
    half.write_text("create table whole (id int);")
    assert await migrated(empty, half) == ["0003_half.sql"]


async def test_a_table_that_stays_locked_stops_the_migration_after_five_seconds(empty: str, tmp_path: Path) -> None:
    await migrated(empty)
    change = tmp_path / "0003_change.sql"
    change.write_text("alter table outbox add column later int;")
    holder = await database.connect(empty, name="holder")
    holding = holder.transaction()
    await holding.start()
    await holder.execute("select from outbox")
    with pytest.raises(asyncpg.LockNotAvailableError):
        await migrated(empty, change)
    await holding.rollback()
    await holder.close()
    assert await migrated(empty, change) == ["0003_change.sql"]
