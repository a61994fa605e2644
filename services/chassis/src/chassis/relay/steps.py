"""The one sender of a stream: outbox rows become records in Kafka, none lost, none out of order.

A batch is numbered and planned in one statement before its first byte leaves, so every repeat carries the same sequence
numbers, and whoever remembers one number per partition can drop whatever comes twice, late, or from a relay that has
been replaced. A row leaves the outbox only after its acknowledgement. DECISIONS 4 and 5 tell why each part is needed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Any, Protocol, cast

import asyncpg

BATCH = 1_000  # rows a step takes at the most
LEASE = "5 seconds"
HOLD_S = 1.0  # how often a relay that waits extends its lease
LOOK = 16  # after how many steps it looks which ids are settled


class Replaced(Exception):  # a refusal is named by what is wrong
    """Another relay leads the stream now; this one has stopped before it could do anything more."""


class Restored(Exception):
    """The database was set back: Kafka holds later sequences than it has given out. Sending now would lose events."""


class Row(asyncpg.Record):
    """An outbox row, just as it came, by the places that its columns have: ninety thousand are read a second."""

    first = cast("int", property(itemgetter(0)))
    id = cast("int", property(itemgetter(1)))
    key = cast("bytes", property(itemgetter(2)))
    headers = cast("str", property(itemgetter(3)))
    payload = cast("bytes", property(itemgetter(4)))
    timestamp_ms = cast("int", property(itemgetter(5)))
    recorded_s = cast("float", property(itemgetter(6)))


Numbered = tuple[int, Row]  # with the sequence that its plan gives it
Publish = Callable[[Sequence[Numbered]], Awaitable[None]]
Newest = Callable[[], Awaitable[int]]


class Connection(Protocol):
    async def fetch(self, query: str, *args: Any, record_class: Any = ...) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: Any) -> asyncpg.Record | None: ...
    async def fetchval(self, query: str, *args: Any) -> Any: ...
    async def execute(self, query: str, *args: Any) -> str: ...


@dataclass(frozen=True)
class Statements:
    """The SQL of a relay. It is an argument, so that tests can run wrong variants beside the right one."""

    # No row: the lease is held by another. `for update` semantics make the last of several candidates see the first.
    lead: str = """
        update relay_state
        set epoch = epoch + 1, pid = pg_backend_pid(), lease_until = clock_timestamp() + $2::text::interval
        where stream = $1 and lease_until < clock_timestamp()
        returning epoch, next_sequence
        """
    # A statement of its own, after `lead`: that one's snapshot would miss a plan committed while it waited.
    unfinished: str = """
        select first_sequence as first, outbox.id, partition_key as key, headers::text as headers, payload,
            timestamp_ms, date_part('epoch', recorded_at) as recorded_s, first_sequence + place - 1 as sequence
        from relay_plan as plan
        cross join lateral (
            select id, row_number() over (order by id) as place from unnest(plan.ids) as own (id)
        ) as planned
        left join outbox on outbox.stream = plan.stream and outbox.id = planned.id
        where plan.stream = $1
        order by sequence
        """
    # One statement, so one snapshot: `fresh` still sees the rows that `gone` deletes and must leave them out itself, as
    # it must those on their way; both still have their plans.
    # The fence numbers the batch and stops a relay that was replaced, or whose database was set back under it, in one
    # go: then there is no row at all in the result.
    step: str = """
        with fresh as materialized (
            select id, partition_key as key, headers::text as headers, payload, timestamp_ms,
                date_part('epoch', recorded_at) as recorded_s
            from outbox
            where stream = $1 and id > $7 and id not in (select unnest(ids) from relay_plan where stream = $1)
            order by id limit $4
        ), taken as materialized (
            select count(*), array_agg(id) as ids from fresh
        ), fence as (
            update relay_state
            set next_sequence = next_sequence + (select count from taken),
                lease_until = clock_timestamp() + $5::text::interval
            where stream = $1 and epoch = $2 and next_sequence = $6
            returning next_sequence - (select count from taken) as first
        ), gone as (
            delete from outbox
            where stream = $1 and exists (select from fence) and id = any (array (
                select unnest(ids) from relay_plan where stream = $1 and first_sequence = any ($3::bigint[])
            ))
        ), done as (
            delete from relay_plan
            where stream = $1 and first_sequence = any ($3::bigint[]) and exists (select from fence)
        ), plan as (
            insert into relay_plan (stream, first_sequence, epoch, ids)
            select $1, first, $2, ids from fence cross join taken where count > 0
        )
        select first, id, key, headers, payload, timestamp_ms, recorded_s
        from fence left join fresh on true
        """
    epoch: str = "select epoch from relay_state where stream = $1"
    hold: str = """
        update relay_state set lease_until = clock_timestamp() + $3::text::interval where stream = $1 and epoch = $2
        returning true
        """
    waiting: str = "select exists (select from outbox where stream = $1 and id > $2)"
    # A transaction has its number before it draws an id. So whoever drew one of the ids that an earlier look has seen
    # has a lower number than this look's own.
    look: str = """
        select coalesce(pg_sequence_last_value('outbox_id_seq'), 0) as drawn, pg_current_xact_id()::text::bigint as own,
            pg_snapshot_xmin(pg_current_snapshot())::text::bigint as oldest_open
        """
    end_holder: str = """
        select pg_terminate_backend(pid) from relay_state where stream = $1 and lease_until < clock_timestamp()
        """


@dataclass
class _Batch:
    firsts: list[int] = field(default_factory=list[int])
    rows: int = 0


class Relay:
    """One candidate for sending one stream, over one direct connection and one way to publish.

    A relay that raised anything is not used again: a new one starts from what the database says.
    """

    def __init__(
        self,
        db: Connection,
        publish: Publish,
        *,
        stream: str,
        batch: int = BATCH,
        lease: str = LEASE,
        look: int = LOOK,
        statements: Statements = Statements(),
        reached: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._db, self._publish, self._stream = db, publish, stream
        self._batch, self._lease, self._sql, self._reached = batch, lease, statements, reached
        self.epoch = 0
        self.front = 0  # no row that is still to be sent has this id or a lower one
        self._next = 0
        self._steps, self._look = 0, look
        self._drawn, self._awaited, self._settled = 0, (0, 0), 0
        self._acknowledged = _Batch()
        self._sent = _Batch()
        self._flight: asyncio.Task[None] | None = None

    async def lead(self) -> bool:
        """True when this relay leads the stream from now on; a holder that keeps the row beyond its lease is ended.

        Raises: asyncpg.LockNotAvailableError when somebody else than the holder keeps the row.
        """
        try:
            row = await self._db.fetchrow(self._sql.lead, self._stream, self._lease)
        except asyncpg.LockNotAvailableError:
            await self._db.fetch(self._sql.end_holder, self._stream)
            row = await self._db.fetchrow(self._sql.lead, self._stream, self._lease)
        if row is None:
            return False
        self.epoch, self._next = row["epoch"], row["next_sequence"]
        return True

    async def start(self, newest: Newest) -> None:
        """What earlier relays planned and did not see acknowledged has been sent again, under the same sequences.

        Raises: Restored when Kafka knows sequences that the database has not given out yet; Replaced.
        """
        if await newest() >= self._next:
            raise Restored(f"Kafka holds sequences of the {self._stream} stream from {self._next} on.")
        plans: dict[int, list[Numbered]] = {}
        for row in await self._db.fetch(self._sql.unfinished, self._stream, record_class=Row):
            left = plans.setdefault(row.first, [])
            if row.id is not None:
                left.append((row["sequence"], row))
        for first, left in plans.items():
            self._reached("before repeat")
            self._send(first, left)
            await self._land()
        self._reached("after repeat")

    async def step(self, batch: int | None = None) -> int:
        """What was acknowledged is gone, the next rows are planned and on their way while the batch before them lands.

        Shape: how much was done: rows planned now and rows acknowledged; 0 means there was nothing to do.
        Raises: Replaced; Restored; whatever the database or the publishing raises.
        """
        await self._settle()
        self._reached("before plan")
        rows = await self._db.fetch(
            self._sql.step,
            self._stream,
            self.epoch,
            self._acknowledged.firsts,
            self._batch if batch is None else batch,
            self._lease,
            self._next,
            self.front,
            record_class=Row,
        )
        if not rows:
            raise await self._fenced()
        self._reached("after plan")
        self._acknowledged = _Batch()
        await self._land()
        self._reached("after acknowledgement")
        if rows[0].id is not None:
            rows.sort(key=attrgetter("id"))  # they come in order, but nobody promises it
            first = rows[0].first
            self._next = first + len(rows)
            self.front = min(self._settled, rows[-1].id)
            self._send(first, list(enumerate(rows, first)))
        return self._sent.rows + self._acknowledged.rows

    async def is_waiting(self) -> bool:
        """True when rows wait in the outbox."""
        return await self._db.fetchval(self._sql.waiting, self._stream, self.front)

    async def hold(self) -> None:
        """The lease runs on from now, and rows are looked for from the first one again.

        So a row that came under an id that was passed, by an operator's hand, is found in the next quiet second.
        Raises: Replaced.
        """
        self.front = 0
        if not await self._db.fetchval(self._sql.hold, self._stream, self.epoch, self._lease):
            raise Replaced

    async def release(self) -> None:
        """The next relay may lead at once."""
        await self._db.fetchval(self._sql.hold, self._stream, self.epoch, "-1 second")

    async def stop(self) -> None:
        """What was on its way has landed and left the outbox, nothing more was taken, and the lead is free."""
        while await self.step(batch=0):
            pass
        await self.release()

    async def abandon(self) -> None:
        """Nothing of this relay runs on in this process; what it had on its way may still arrive."""
        if self._flight is not None:
            self._flight.cancel()
            await asyncio.gather(self._flight, return_exceptions=True)

    async def _settle(self) -> None:
        """It is known anew up to which id no row will come any more, whoever may still be about to commit.

        Up to there a step need not walk past what was sent and deleted, which lies in front until it is vacuumed.
        """
        self._steps += 1
        if self._steps % self._look:
            return
        found = await self._db.fetchrow(self._sql.look)
        assert found is not None
        if found["drawn"] < self._drawn:  # somebody has set the ids back: nothing is known of them any more
            self.front = self._settled = self._drawn = 0
            self._awaited = (0, 0)
        drawn, own = self._awaited
        if found["oldest_open"] >= own:  # every transaction that had drawn one of these ids is over
            self._settled = drawn
            self._awaited = (self._drawn, found["own"])
        self._drawn = found["drawn"]

    async def _fenced(self) -> Exception:
        """Why the step was not taken: another relay leads, or the numbers are not those that this one left behind."""
        if await self._db.fetchval(self._sql.epoch, self._stream) != self.epoch:
            return Replaced()
        return Restored(f"The next sequence of the {self._stream} stream is no longer {self._next}.")

    def _send(self, first: int, rows: list[Numbered]) -> None:
        self._sent = _Batch([first], len(rows))
        self._flight = asyncio.ensure_future(self._publish(rows))

    async def _land(self) -> None:
        """What was on its way is acknowledged. The lease is kept meanwhile: two relays that both need longer than it
        lasts would replace each other for ever.
        """
        if self._flight is None:
            return
        while not (await asyncio.wait([self._flight], timeout=HOLD_S))[0]:
            await self.hold()
        await self._flight
        self._acknowledged.firsts += self._sent.firsts
        self._acknowledged.rows += self._sent.rows
        self._flight, self._sent = None, _Batch()
