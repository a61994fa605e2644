"""Connections to the service's own PostgreSQL, and the transaction that an edge opens."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

import asyncpg
import orjson

Expect = Callable[[int], None]
"""Refuses what was meant for another revision than this one, which was read with a lock."""


class Tx(Protocol):
    """A connection inside the transaction that an edge has opened and will commit."""

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str: ...
    async def fetch(self, query: str, *args: Any, timeout: float | None = None) -> list[asyncpg.Record]: ...
    async def fetchrow(self, query: str, *args: Any, timeout: float | None = None) -> asyncpg.Record | None: ...
    async def fetchval(self, query: str, *args: Any, column: int = 0, timeout: float | None = None) -> Any: ...
    def transaction(self) -> Any: ...


# What PostgreSQL says, by the first characters of its SQLSTATE. Source: PostgreSQL documentation, appendix A.
_NOT_NOW = ("08", "40", "53", "55P03", "57", "58")
_NEVER = ("22", "23")

SEARCH_PATH = "projections, public"


def is_not_now(error: BaseException) -> bool:
    """True when the same work may succeed later: the connection, the server or a lock was in the way."""
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith(_NOT_NOW)
    # asyncpg's InternalClientError is what it says when a server dies in the middle of an answer.
    return isinstance(error, (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError))


def is_never(error: BaseException) -> bool:
    """True when the same data will be refused for ever: its values or a constraint are in the way."""
    return isinstance(error, asyncpg.PostgresError) and (error.sqlstate or "").startswith(_NEVER)


async def connect(url: str, *, name: str, command_timeout_s: float = 15, **settings: str) -> asyncpg.Connection:
    """A single direct connection, whose end the server notices within five seconds and we with the next statement.

    Raises: OSError or asyncpg.PostgresError when the database cannot be reached.
    """
    return await asyncpg.connect(
        url,
        timeout=5,
        command_timeout=command_timeout_s,
        server_settings={
            "application_name": name,
            "search_path": SEARCH_PATH,
            "tcp_user_timeout": "5000",
            "tcp_keepalives_idle": "5",
            "tcp_keepalives_interval": "2",
            "tcp_keepalives_count": "2",
            **settings,
        },
    )


async def pool(url: str, *, name: str, size: int, **settings: str) -> asyncpg.Pool:
    """A pool whose connections give up: on a lock after 5 s, a statement after 10 s, idle in a transaction after 5 s.

    A frozen process must not hold rows that its successor needs.
    """
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        timeout=5,
        command_timeout=20,
        init=_speak_json,
        reset=_leave_as_it_is,
        server_settings={
            "application_name": name,
            "search_path": SEARCH_PATH,
            "lock_timeout": "5s",
            "statement_timeout": "10s",
            "idle_in_transaction_session_timeout": "5s",
            "tcp_user_timeout": "5000",
            **settings,
        },
    )


@asynccontextmanager
async def transaction(pool: asyncpg.Pool) -> AsyncGenerator[Tx]:
    """One transaction, committed when the block ends and rolled back when it raises."""
    async with pool.acquire(timeout=5) as connection, savepoint(connection):
        yield connection


@asynccontextmanager
async def savepoint(tx: Tx) -> AsyncGenerator[None]:
    """What the block did is undone when it raises, and what it raised is told.

    asyncpg's own block would tell instead that the connection is closed, when the server has cut it meanwhile, and so
    hide a cancellation: who was asked to stop would go on.
    """
    inner = tx.transaction()
    await inner.start()
    try:
        yield
    except BaseException:
        with suppress(Exception):
            await inner.rollback()
        raise
    await inner.commit()


async def _leave_as_it_is(_: asyncpg.Connection) -> None:
    """Nothing is reset: asyncpg has ended any transaction by now, and nothing of ours outlives its transaction.

    The default asks the server to reset everything, one round trip for each request.
    """


async def _speak_json(connection: asyncpg.Connection) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, schema="pg_catalog", encoder=lambda value: orjson.dumps(value).decode(), decoder=orjson.loads
        )
