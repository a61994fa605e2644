"""What a batch of records does to the service's tables, all of it in the transaction that moves the position."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import asyncpg

from chassis import database, metrics
from chassis.consumer import parking
from chassis.consumer.listens import Heard, Listens, Projection, Record
from chassis.consumer.spans import Spans
from chassis.database import Tx
from contracts import cloudevents
from contracts.event import EVENTS

BATCH_LIMIT_S = 30.0
REFUSED_LIMIT = 10  # more keys than this refused in one batch, and the fault is ours

_TAKE = """
    update public.consumer_position set next_offset = $4, sequence = greatest(sequence, $5)
    where topic = $1 and partition = $2 and next_offset = $3
    returning old.sequence
    """


class Hung(TimeoutError):
    """A batch has not had its effects within the time that it is given."""


class TooManyRefused(Exception):
    """So many events of one batch were refused that the fault must be in this service."""


@dataclass(frozen=True)
class Done:
    """What became of a batch: how many events took effect and how many were repeats."""

    applied: int
    repeated: int


async def apply(
    pool: asyncpg.Pool,
    records: Sequence[Record],
    listens: Listens,
    *,
    attempt: int = 1,
    limit_s: float = BATCH_LIMIT_S,
    reached: Callable[[str], None] = lambda _: None,
) -> Done | None:
    """The records of one partition have taken effect once, and the position stands behind the last of them.

    Shape: None when the position was not where the first record lies: another owner was here, read the positions again.
    Raises: TooManyRefused; Hung after `limit_s`; whatever is not a refusal of the data.
    """
    spans = Spans(attempt)
    limit = asyncio.timeout(limit_s)
    try:
        async with limit, database.transaction(pool) as tx:
            first, last = records[0], records[-1]
            sequence = await tx.fetchval(
                _TAKE, first.topic, first.partition, first.offset, last.offset + 1, newest(records)
            )
            if sequence is None:
                return None
            reached("position moved")
            fresh, _ = unseen(records, sequence)
            await _Batch(tx, listens, spans).run(fresh)
            reached("effects made")
        reached("committed")
    except BaseException as error:
        spans.failed("not-now" if database.is_not_now(error) else "fault")
        # The limit is asked, since a handler's own savepoint may have hidden its error behind that of a cut connection.
        if limit.expired() and isinstance(error, Exception):
            raise Hung from error
        raise
    spans.done()
    done = Done(applied=len(fresh), repeated=len(records) - len(fresh))
    metrics.consumed.add(done.applied, {"topic": first.topic})
    metrics.duplicates.add(done.repeated, {"topic": first.topic})
    return done


async def act(tx: Tx, heard: Sequence[Heard], listens: Listens, spans: Spans) -> None:
    """The events have been remembered by every projection and acted on by every reaction that is named for them."""
    projected: dict[Projection, list[Heard]] = {}
    for each in heard:
        if projection := listens.projections.get(EVENTS[each.event.type]):
            projected.setdefault(projection, []).append(each)
    for projection, events in projected.items():
        await projection(tx, events)
    for each in heard:
        if reaction := listens.reactions.get(EVENTS[each.event.type]):
            with spans.flow_of(each):
                await reaction(tx, each)
    if listens.afterwards is not None and heard:
        with spans.flow_of(heard[-1]):
            await listens.afterwards(tx, heard)


class _Batch:
    """The fresh records of one batch on their way to their effects, refused ones set aside with their keys."""

    def __init__(self, tx: Tx, listens: Listens, spans: Spans) -> None:
        self._tx, self._listens, self._spans = tx, listens, spans
        self._types = {*listens.types, None}  # a record without a type is nobody's, so it is refused here
        self._refused: set[bytes] = set()

    async def run(self, records: Sequence[Record]) -> None:
        wanted = [each for each in records if type_of(each) in self._types]
        if wanted:
            parked = await parking.parked_keys(self._tx, wanted)
            await self._apply(wanted, parked)

    async def _apply(self, records: Sequence[Record], parked: set[bytes]) -> None:
        for each in records:
            if key(each) in parked:
                await parking.queue(self._tx, each)
        free = [each for each in records if key(each) not in parked]
        if not free:
            return
        try:
            heard = [decoded(each) for each in free]
            self._spans.open(heard)
            async with database.savepoint(self._tx):
                await act(self._tx, heard, self._listens, self._spans)
        except Exception as error:
            reason = refusal(error)
            if reason is None:
                raise
            if len(free) == 1:
                await self._refuse(free[0], reason, parked)
                return
            middle = len(free) // 2
            await self._apply(free[:middle], parked)
            await self._apply(free[middle:], parked)

    async def _refuse(self, record: Record, reason: str, parked: set[bytes]) -> None:
        self._refused.add(key(record))
        if len(self._refused) > REFUSED_LIMIT:
            raise TooManyRefused
        parked.add(key(record))
        await parking.park(self._tx, record, reason)


def decoded(record: Record) -> Heard:
    """The record as an event, read tolerantly.

    Raises: contracts.cloudevents.Undecodable.
    """
    received = cloudevents.decode(_headers(record), record.value or b"")
    return Heard(
        received.event,
        received.id,
        received.flow,
        record.topic,
        record.partition,
        record.offset,
        received.sequence,
    )


def refusal(error: Exception) -> str | None:
    """Why the data can never take effect, as a short code; None when the error is of another kind."""
    if isinstance(error, cloudevents.Undecodable):
        return f"undecodable: {error.reason}"
    if database.is_never(error):
        assert isinstance(error, asyncpg.PostgresError)
        constraint = getattr(error, "constraint_name", None)
        return f"refused by the database: {error.sqlstate}" + (f" {constraint}" if constraint else "")
    return None


def key(record: Record) -> bytes:
    """The raw key, under which order is kept."""
    return parking.key_of(record)


def type_of(record: Record) -> str | None:
    """The event type; None when the record does not say one."""
    try:
        return cloudevents.type_of(_headers(record))
    except cloudevents.Undecodable:
        return None


def _headers(record: Record) -> cloudevents.Headers:
    return cast("cloudevents.Headers", record.headers)  # one without a value is refused there, whatever the type says


def newest(records: Sequence[Record]) -> int:
    """The highest sequence among these records; 0 when none has one."""
    return max((_sequence(each) or 0 for each in records), default=0)


def unseen(records: Sequence[Record], known: int) -> tuple[list[Record], int]:
    """The records that are no repeats, and the highest sequence among all; one without a sequence is never a repeat."""
    fresh: list[Record] = []
    for each in records:
        sequence = _sequence(each)
        if sequence is None:
            fresh.append(each)
        elif sequence > known:
            fresh.append(each)
            known = sequence
    return fresh, known


def _sequence(record: Record) -> int | None:
    """The record's number within its stream; what is no event of the contracts numbers nothing."""
    return cloudevents.sequence_of(_headers(record)) if type_of(record) in EVENTS else None
