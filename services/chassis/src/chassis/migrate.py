"""A service's tables are brought up to date: `python -m chassis.migrate advisory`.

Migrations are files of SQL, numbered, forward only. Several processes may start at once: one works, the others wait.
"""

import asyncio
import hashlib
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncpg

from chassis import database
from chassis.settings import Settings

LOCK = 0x6D616572  # "maer": the advisory lock under which migrations run


WAIT_S = 90.0  # longer than the lock's 60 s: whoever comes second waits for the first to finish


class MigrationChanged(Exception):
    """A migration that has been applied was edited afterwards."""


async def migrate(connection: asyncpg.Connection, service: str, files: Sequence[Path] | None = None) -> list[str]:
    """Every migration of the chassis and of the service has been applied, in order, each in a transaction of its own.

    `files` stand for the service's own list, for one that is only being thought of.

    Shape: the names of those applied now; empty when there was nothing to do.
    Raises: MigrationChanged; asyncpg.LockNotAvailableError when a table stays locked for 5 s.
    """
    await connection.execute("set lock_timeout = '60s'")
    await connection.execute("select pg_advisory_lock($1)", LOCK)
    try:
        await connection.execute("set lock_timeout = '5s'; set statement_timeout = '60s'")
        await connection.execute("create schema if not exists projections")
        await connection.execute(
            "create table if not exists public.migrations"
            " (name text primary key, digest text not null, applied_at timestamptz not null default clock_timestamp())"
        )
        known = {row["name"]: row["digest"] for row in await connection.fetch("select name, digest from migrations")}
        steps = paths(service) if files is None else files
        return [path.name for path in steps if await _apply(connection, service, path, known)]
    finally:
        await connection.execute("set lock_timeout = default; set statement_timeout = default")
        await connection.execute("select pg_advisory_unlock($1)", LOCK)


def paths(service: str) -> list[Path]:
    """The files to apply, the chassis' first, then the service's own tables, then its projections."""
    own = _folder(service)
    return [*sorted(_folder("chassis").glob("*.sql")), *sorted(own.glob("*.sql")), *projection_paths(service)]


def projection_paths(service: str) -> list[Path]:
    """The files that make the service's projections, which a rebuild makes again in another schema."""
    return sorted((_folder(service) / "projections").glob("*.sql"))


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise LookupError(f"There is no service called {package}.")
    return Path(spec.origin).parent / "migrations"


async def _apply(connection: asyncpg.Connection, service: str, path: Path, known: dict[str, str]) -> bool:
    chassis = path.parent == _folder("chassis")
    projection = path.parent.name == "projections"
    name = f"{'chassis' if chassis else service}/{'projections/' if projection else ''}{path.name}"
    sql = path.read_text()  # noqa: ASYNC240  # a few kilobytes, before anything else runs
    digest = hashlib.sha256(sql.encode()).hexdigest()
    if name in known:
        if known[name] != digest:
            raise MigrationChanged(f"{name} was changed after it had been applied; write a new migration instead.")
        return False
    async with connection.transaction():
        await connection.execute(f"set local search_path = {'projections' if projection else 'public'}")
        await connection.execute(sql)
        await connection.execute("insert into public.migrations (name, digest) values ($1, $2)", name, digest)
    return True


async def _main(service: str) -> None:
    settings = Settings(service=service)  # pyright: ignore[reportCallIssue]  # the rest comes from the environment
    connection = await database.connect(
        settings.database_url.get_secret_value(), name=f"{service} migrate", command_timeout_s=WAIT_S
    )
    try:
        for name in await migrate(connection, service):
            sys.stdout.write(f"{service}: applied {name}\n")
    finally:
        await connection.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
