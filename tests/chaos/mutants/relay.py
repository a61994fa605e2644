"""Ways to get the relay wrong, each a small change that looks harmless.

Deleting acknowledged rows without the fence is not among them: it does no harm, as long as their plan goes with them or
stays.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import asyncpg

from chaos.relay_faults import THINGS, Design, Told, tell
from chassis.relay.steps import Relay, Row, Statements, _Batch

RIGHT = Statements()
FENCE = "where stream = $1 and epoch = $2 and next_sequence = $6"


# A slow disk: the mistake shows only when a step is on its way while the next relay takes the lead.
SLOW_PLANS = """
    create or replace function slowly() returns trigger language plpgsql as
        $$ begin perform pg_sleep(0.02); return new; end $$;
    create or replace trigger slowly before insert on relay_plan for each row execute function slowly();
    """


def _changed(sql: str, old: str, new: str) -> str:
    assert sql.count(old) == 1, f"The statement has changed; this mutant must follow: {old}"
    return sql.replace(old, new)


class PublishesBeforeThePlanIsDurable(Relay):
    """The batch leaves within the transaction that plans it."""

    async def step(self, batch: int | None = None) -> int:
        async with self._db.transaction():
            done = await super().step(batch)
            await asyncio.sleep(0)  # the first bytes leave
            self._reached("after sending")
            return done


class PlansInASecondStatement(Relay):
    """The plan is written after the fence, in a statement that asks for no epoch."""

    def __init__(self, db: asyncpg.Connection, publish: Any, **options: Any) -> None:
        super().__init__(_SecondStatement(db), publish, **options)


class _SecondStatement:
    def __init__(self, db: asyncpg.Connection) -> None:
        self._db, self._random = db, Random(0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    async def fetch(self, query: str, *args: Any, **options: Any) -> Sequence[asyncpg.Record]:
        rows = await self._db.fetch(query, *args, **options)
        if query.lstrip().startswith("with fresh") and rows and rows[0]["id"] is not None:
            stream, epoch = args[:2]
            await asyncio.sleep(self._random.random() * 0.02)  # as long as a garbage collection may take
            plan = "insert into relay_plan (stream, first_sequence, epoch, ids) values ($1, $2, $3, $4)"
            await self._db.execute(plan, stream, rows[0]["first"], epoch, [row["id"] for row in rows])
        return rows


class ReadsPlansWhileItTakesTheLead(Relay):
    """Lead and plans come from one statement, whose snapshot is older than the lock that it waited for."""

    async def lead(self) -> bool:
        plans = f"select plan.*, led.* from led left join ({self._sql.unfinished}) as plan on true"
        sql = f"with led as ({self._sql.lead}) {plans}"
        rows = await self._db.fetch(sql, self._stream, self._lease, record_class=Row)
        if not rows:
            return False
        self.epoch, self._next = rows[0]["epoch"], rows[0]["next_sequence"]
        self._db = _Answered(self._db, self._sql.unfinished, [row for row in rows if row["first"]])
        return True


class _Answered:
    """A connection that knows the answer to one query already."""

    def __init__(self, db: Any, query: str, rows: Sequence[asyncpg.Record]) -> None:
        self._db, self._query, self._rows = db, query, rows

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    async def fetch(self, query: str, *args: Any, **options: Any) -> Sequence[asyncpg.Record]:
        return self._rows if query == self._query else await self._db.fetch(query, *args, **options)


class PassesWhoeverIsStillWriting(Relay):
    """Every id that has been drawn counts as settled, as a cursor has it."""

    async def _settle(self) -> None:
        await super()._settle()
        self._settled = self._drawn


class TwoBatchesOutstanding(Relay):
    """Only every other batch is waited for before the next one leaves."""

    _waits = True

    def _send(self, first: int, rows: list[Any]) -> None:
        sent, flight = self._sent, self._flight
        super()._send(first, rows)
        if flight is not None and self._flight is not None:
            self._sent = _Batch([*sent.firsts, first], sent.rows + self._sent.rows)
            self._flight = asyncio.ensure_future(_both(flight, self._flight))

    async def _land(self) -> None:
        self._waits = not self._waits
        if self._waits:
            await super()._land()


async def _both(*flights: asyncio.Future[None]) -> None:
    await asyncio.gather(*flights)


async def tell_and_change(db: asyncpg.Connection, random: Random) -> Told:
    """The events are inserted before the things that they name are locked."""
    things = sorted(random.sample(range(1, THINGS + 1), random.choice([1, 1, 1, 2, 3])))
    before = await db.fetchval("select coalesce(max(id), 0) from outbox")
    await tell(db, [(b"%d" % thing, 0) for thing in things])
    if random.random() < 0.15:
        await asyncio.sleep(random.random() * 0.01)
    told: Told = []
    for thing in things:
        version = await db.fetchval("update things set version = version + 1 where id = $1 returning version", thing)
        told.append((b"%d" % thing, version))
        await db.execute(
            """
            update outbox set payload = convert_to($1::int::text, 'UTF8')
            where id > $2 and partition_key = $3 and payload = '0' and xmin = pg_current_xact_id()::xid
            """,
            version,
            before,
            told[-1][0],
        )
    return told


MUTANTS = {
    "publishing before the plan is durable": Design(relay=PublishesBeforeThePlanIsDurable),
    "a replaced relay that still numbers": Design(
        statements=replace(RIGHT, step=_changed(RIGHT.step, FENCE, "where stream = $1 and $6::bigint > 0"))
    ),
    "a replaced relay that still deletes plans": Design(
        statements=replace(
            RIGHT,
            step=_changed(
                RIGHT.step,
                "first_sequence = any ($3::bigint[]) and exists (select from fence)",
                "first_sequence = any ($3::bigint[])",
            ),
        )
    ),
    "a plan without epoch": Design(
        relay=PlansInASecondStatement,
        statements=replace(
            RIGHT, step=_changed(RIGHT.step, "cross join taken where count > 0", "cross join taken where false")
        ),
    ),
    "new sequences on a repeat": Design(
        statements=replace(
            RIGHT,
            unfinished="""
                with forgotten as (delete from relay_plan where stream = $1 returning first_sequence)
                select first_sequence as first, null::bigint as id from forgotten
                """,
        )
    ),
    "acknowledged rows read again": Design(
        statements=replace(
            RIGHT,
            step=_changed(
                RIGHT.step,
                "from relay_plan where stream = $1)\n",
                "from relay_plan where stream = $1 and first_sequence <> all ($3::bigint[]))\n",
            ),
        )
    ),
    "plans read in the statement that takes the lead": Design(relay=ReadsPlansWhileItTakesTheLead, tables=SLOW_PLANS),
    "two batches outstanding on one partition": Design(relay=TwoBatchesOutstanding),
    "a front that passes whoever is still writing": Design(relay=PassesWhoeverIsStillWriting),
    "events inserted before the lock": Design(change=tell_and_change),
    "ids drawn in advance": Design(tables="alter table outbox alter column id set cache 20;"),
}
