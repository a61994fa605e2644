"""A durable clock: what falls due is a row that the same transaction wrote, and acting on it removes the row.

Neither a restart nor a jump of the clock nor a second instance loses or doubles anything: a row is there until what it
asks for is committed, and whoever acts holds it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from chassis import database, metrics, telemetry
from chassis.clock import Clock
from chassis.database import Tx
from chassis.pause import pause

LOOK_S = 0.5  # how long after its moment a deadline is noticed at the latest, while nothing else is wrong
LONGEST_RETRY_S = 600
LIMIT_S = 30.0  # for one action, so that one that hangs does not hold up the others


@dataclass(frozen=True)
class Due:
    """A deadline that has come: whom it concerns, when it was due, which may be long ago, and what time it is now."""

    subject: UUID
    due_at: datetime
    now: datetime


Act = Callable[[Tx, Due], Awaitable[None]]


async def set_deadline(tx: Tx, kind: str, subject: UUID, *, due_at: datetime, provenance: str) -> None:
    """The subject's deadline of this kind stands at this moment, whether or not it had one."""
    await tx.execute(
        """
        insert into public.deadlines (kind, subject, due_at, provenance) values ($1, $2, $3, $4)
        on conflict (kind, subject)
        do update set due_at = excluded.due_at, attempts = 0, not_before = '-infinity'
        """,
        kind,
        subject,
        due_at,
        provenance,
    )


async def clear_deadline(tx: Tx, kind: str, subject: UUID) -> None:
    """The subject has no deadline of this kind."""
    await tx.execute("delete from public.deadlines where kind = $1 and subject = $2", kind, subject)


async def run(
    pool: asyncpg.Pool,
    kinds: Mapping[str, Act],
    *,
    clock: Clock,
    stop: asyncio.Event,
    committed: Callable[[], None] = lambda: None,
) -> None:
    """Whatever falls due is acted on, in the order of its moments, until `stop` is set."""
    if not kinds:
        await stop.wait()
        return
    while not stop.is_set():
        try:
            while not stop.is_set() and await act_on_next(pool, kinds, clock=clock):
                committed()
        except Exception as error:
            if not database.is_not_now(error):
                raise
            telemetry.log.warning("deadlines wait for the database", exc_info=True)
            await pause(stop, 5)
        await pause(stop, LOOK_S)


async def act_on_next(pool: asyncpg.Pool, kinds: Mapping[str, Act], *, clock: Clock, limit_s: float = LIMIT_S) -> bool:
    """True when a deadline was due: it has been acted on and is gone, or it failed and will be tried again later.

    The row itself is touched last, since commands lock their aggregate first and its deadlines afterwards too; an
    advisory lock keeps a second instance away meanwhile. Between the look and the aggregate's lock a command may have
    moved the deadline, so what acts on it must ask its aggregate what is due.
    """
    due: asyncpg.Record | None = None
    try:
        async with asyncio.timeout(limit_s), database.transaction(pool) as tx:
            due = await _next(tx, kinds, clock)
            if due is None:
                return False
            with (
                telemetry.tracer.start_as_current_span(
                    "act on deadline", attributes={telemetry.KIND: due["kind"]}, record_exception=False
                ),
                telemetry.flowing(),
            ):
                now = clock.now(due["provenance"])
                await kinds[due["kind"]](tx, Due(due["subject"], due["due_at"], now))
            await tx.execute(
                "delete from public.deadlines where kind = $1 and subject = $2 and due_at = $3",
                due["kind"],
                due["subject"],
                due["due_at"],
            )
    except Exception as error:
        if due is None:
            raise
        # Also when a lock or the time limit was in the way: the next deadline may have a free one.
        telemetry.log.warning("deadline failed", kind=due["kind"], exc_info=error)
        await _try_later(pool, due)
    return True


async def _next(tx: Tx, kinds: Mapping[str, Act], clock: Clock) -> asyncpg.Record | None:
    """The earliest deadline that is due and that no other instance acts on; it is this instance's until `tx` ends."""
    rows = await tx.fetch(
        """
        select kind, subject, due_at from public.deadlines
        where kind = any ($1::text[]) and not_before <= clock_timestamp()
            and due_at <= case provenance when 'synthetic' then $3::timestamptz else $2::timestamptz end
        order by due_at, subject limit 10
        """,
        list(kinds),
        clock.now("actual"),
        clock.now("synthetic"),
    )
    for each in rows:
        mine = await tx.fetchval(
            "select pg_try_advisory_xact_lock(hashtextextended($1, 0))", f"{each['kind']} {each['subject']}"
        )
        # Read again, since whoever had it before the lock may have acted on it or failed.
        if mine and (
            due := await tx.fetchrow(
                "select kind, subject, due_at, provenance from public.deadlines"
                " where kind = $1 and subject = $2 and due_at = $3 and not_before <= clock_timestamp()",
                each["kind"],
                each["subject"],
                each["due_at"],
            )
        ):
            return due
    return None


async def measure(pool: asyncpg.Pool, *, clock: Clock) -> None:
    """The metric says how many deadlines are due and not yet acted on."""
    metrics.overdue.set(
        await pool.fetchval(
            "select count(*) from public.deadlines"
            " where due_at <= case provenance when 'synthetic' then $2::timestamptz else $1::timestamptz end",
            clock.now("actual"),
            clock.now("synthetic"),
        )
    )


async def _try_later(pool: asyncpg.Pool, due: asyncpg.Record) -> None:
    await pool.execute(
        """
        update public.deadlines
        set attempts = attempts + 1,
            not_before = clock_timestamp() + least($4::int, 5 * power(2, least(attempts, 20))) * interval '1 second'
        where kind = $1 and subject = $2 and due_at = $3
        """,
        due["kind"],
        due["subject"],
        due["due_at"],
        LONGEST_RETRY_S,
    )
