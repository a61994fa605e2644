"""Ways to get the consumer wrong, each a small change that looks harmless."""

from collections.abc import Callable, Iterable, Sequence

import asyncpg
from aiokafka import TopicPartition

from chaos.consumer_stage import Design
from chassis import database
from chassis.consumer import effects
from chassis.consumer.listens import Listens, Record
from chassis.consumer.run import Parked
from chassis.consumer.spans import Spans


async def position_apart(
    pool: asyncpg.Pool,
    records: Sequence[Record],
    listens: Listens,
    *,
    attempt: int = 1,
    reached: Callable[[str], None] = lambda _: None,
) -> effects.Done | None:
    """The effects are committed first, and the position right behind them."""
    place = records[0].topic, records[0].partition
    next_offset, sequence = await pool.fetchrow(
        "select next_offset, sequence from consumer_position where topic = $1 and partition = $2", *place
    )
    if next_offset != records[0].offset:
        return None
    fresh, newest = effects.unseen(records, sequence)
    async with database.transaction(pool) as tx:
        reached("position moved")
        await effects._Batch(tx, listens, Spans(attempt)).run(fresh)
    reached("effects made")
    await pool.execute(
        "update consumer_position set next_offset = $3, sequence = $4 where topic = $1 and partition = $2",
        *place,
        records[-1].offset + 1,
        newest,
    )
    reached("committed")
    return effects.Done(len(fresh), len(records) - len(fresh))


class SeeksOnce(Parked):
    """Partitions are sought when the member gets its first ones, and never again."""

    _first = True

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        if self._first:
            super().on_partitions_revoked(revoked)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        if self._first:
            super().on_partitions_assigned(assigned)
            self._first = not assigned


MUTANTS = {
    "a position committed apart from the effects": Design(apply=position_apart),
    "a seek that happens only before the first read": Design(listener=SeeksOnce),
    "a retry that does not lock the position": Design(lock="select $1::text, $2::int"),
}
