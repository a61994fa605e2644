"""When the fault is ours the consumer stops; when it will pass, or is the data's, it goes on."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from confluent_kafka import Producer
from confluent_kafka import TopicPartition as Place
from confluent_kafka.admin import AdminClient

from chaos.consumer_stage import Running, Stage
from chassis.consumer import effects
from chassis.consumer.listens import Heard
from chassis.consumer.run import Gap, HandlerHangs, Parked
from chassis.database import Tx
from embedded.platform import Platform
from support.consuming import SOUR, append, pool, thing, things_on
from support.waiting import until

THINGS = [thing(number) for number in range(30)]


async def test_more_than_ten_refused_keys_in_a_batch_stop_the_consumer(stage: Stage) -> None:
    stage.send([stage.author.write(each, version=SOUR) for each in things_on(3, effects.REFUSED_LIMIT + 1)])
    async with Running(stage) as running:
        with pytest.raises(effects.TooManyRefused):
            await asyncio.wait_for(asyncio.shield(running), 20)
    assert await stage.pool.fetchval("select count(*) from parked_event") == 0
    assert await stage.pool.fetchval("select sum(next_offset) from consumer_position") == 0


async def test_ten_refused_keys_do_not_stop_it_and_all_others_flow(stage: Stage) -> None:
    stage.send([stage.author.write(each, version=SOUR) for each in things_on(3, effects.REFUSED_LIMIT)])
    stage.write([each for each in THINGS if each not in things_on(3, effects.REFUSED_LIMIT)])
    async with Running(stage):
        await until(stage.read, within=20)
    parked = {row["key"].decode() for row in await stage.pool.fetch("select key from parked_key")}
    assert parked == {str(each) for each in await stage.wrong()}
    assert len(parked) == effects.REFUSED_LIMIT


async def test_a_position_that_the_log_no_longer_holds_stops_the_consumer(stage: Stage) -> None:
    (one,) = things_on(3, 1)
    stage.write([one], times=10)
    admin = AdminClient({"bootstrap.servers": stage.platform.kafka})
    for cut in admin.delete_records([Place(stage.topic, 3, 5)]).values():
        await asyncio.to_thread(cut.result)
    async with Running(stage) as running:
        with pytest.raises(Gap):
            await asyncio.wait_for(asyncio.shield(running), 20)
    assert await stage.applied() == 0


@pytest.mark.parametrize("at", [0, 2])
async def test_a_gap_in_the_offsets_stops_the_consumer_though_other_partitions_flow(stage: Stage, at: int) -> None:
    # The end of a Kafka transaction takes an offset that no reader sees: here 2 of partition 3.
    gapped, flowing = things_on(3, 1) + things_on(2, 1)  # what flows is handed over first
    producer = Producer({"bootstrap.servers": stage.platform.kafka, "transactional.id": stage.topic})
    producer.init_transactions()
    for count in (2, 3):
        producer.begin_transaction()
        for message in [stage.author.write(gapped) for _ in range(count)]:
            producer.produce(stage.topic, message.value, message.key, partition=3, headers=list(message.headers))
        producer.commit_transaction()
    await stage.pool.execute("update consumer_position set next_offset = $1 where partition = 3", at)
    async with Running(stage) as running:

        async def stopped() -> bool:
            stage.write([flowing])
            return running.done()

        await until(stopped, within=20)
        with pytest.raises(Gap, match=r"/3: offsets 2 to 2 are missing"):
            await running
    assert gapped not in stage.author.revisions or not await stage.pool.fetchval(
        "select count(*) from effects where key = $1", gapped
    )


@pytest.mark.parametrize("idle", ["30s", "300ms"])
async def test_a_handler_that_hangs_again_and_again_stops_the_consumer(stage: Stage, idle: str) -> None:
    attempts = 0

    async def hangs(tx: Tx, heard: Sequence[Heard]) -> None:
        nonlocal attempts
        attempts += 1
        await append(tx, heard)
        await asyncio.Event().wait()

    stage.write(things_on(3, 1))
    async with (
        pool(stage.url, idle_in_transaction_session_timeout=idle) as own,
        Running(stage, hangs, limit_s=1, hangs=2, pool=own) as running,
    ):
        with pytest.raises(HandlerHangs):
            await asyncio.wait_for(asyncio.shield(running), 20)
    assert attempts == 2
    assert await stage.applied() == 0


async def test_a_handler_that_hangs_is_not_forgiven_because_other_partitions_flow(stage: Stage) -> None:
    ill, well = things_on(3, 1) + things_on(2, 1)  # what flows is handed over first

    async def hangs(tx: Tx, heard: Sequence[Heard]) -> None:
        await append(tx, heard)
        if heard[0].partition == 3:
            await asyncio.Event().wait()

    stage.write([ill])
    async with Running(stage, hangs, limit_s=0.5, hangs=3) as running:

        async def stopped() -> bool:
            stage.write([well])
            return running.done()

        await until(stopped, within=20)
        with pytest.raises(HandlerHangs):
            await running


async def test_a_partition_that_must_wait_keeps_no_other_waiting(stage: Stage) -> None:
    ill, well = things_on(3, 1), things_on(2, 1)
    locked = True

    async def waits(tx: Tx, heard: Sequence[Heard]) -> None:
        await append(tx, heard)
        if heard[0].partition == 3 and locked:
            raise ConnectionResetError

    stage.write(ill, times=60)  # more than is handed over at once, so that nothing else would fit beside it
    async with Running(stage, waits, max_records=20):
        for written in range(1, 61):
            stage.write(well)

            async def has_its_effect(written: int = written) -> bool:
                return await stage.applied() == written

            await until(has_its_effect, within=30 if written == 1 else 10)  # the first waits for the group to form
        locked = False
        await until(stage.read, within=30)
    assert await stage.wrong() == {}


async def test_a_handler_that_hangs_once_has_its_effect_later(stage: Stage) -> None:
    hung = False

    async def hangs_once(tx: Tx, heard: Sequence[Heard]) -> None:
        nonlocal hung
        await append(tx, heard)
        if not hung:
            hung = True
            await asyncio.Event().wait()

    stage.write(THINGS, times=3)
    async with Running(stage, hangs_once, limit_s=1):
        await until(stage.read, within=20)
    assert hung
    assert await stage.wrong() == {}


async def test_a_statement_that_takes_too_long_is_tried_until_it_passes(stage: Stage) -> None:
    slow = 3

    async def sleeps(tx: Tx, heard: Sequence[Heard]) -> None:
        nonlocal slow
        await append(tx, heard)
        if slow:
            slow -= 1
            await tx.execute("select pg_sleep(60)")

    stage.write(THINGS, times=3)
    async with pool(stage.url, statement_timeout="300ms") as own, Running(stage, sleeps, pool=own, hangs=1):
        await until(stage.read, within=20)
    assert slow == 0
    assert await stage.wrong() == {}


class Counted(Parked):
    """Counts the consumers that were made."""

    made: list[Parked]

    def __init__(self) -> None:
        self.made.append(self)


async def test_a_consumer_to_which_nothing_comes_is_replaced_by_a_new_one(stage: Stage) -> None:
    class RestlessAtFirst(Counted):
        made: list[Parked] = []  # noqa: RUF012  # one list for this test
        _count = 0

        @property
        def count(self) -> int:
            """Another one whenever it is looked at, as if there were one rebalance after the other."""
            self._count += len(self.made) == 1
            return self._count

        @count.setter
        def count(self, count: int) -> None:
            self._count = count

    stage.write(THINGS)
    async with Running(stage, listener=RestlessAtFirst, quiet_s=2):
        await until(stage.read, within=20)
    assert len(RestlessAtFirst.made) == 2
    assert await stage.wrong() == {}


@pytest.mark.parametrize("away_s", [5, pytest.param(60, marks=pytest.mark.long)])
async def test_while_the_database_is_away_the_consumer_waits_and_then_goes_on(
    away_s: int, own_platform: Any, tmp_path: Path
) -> None:
    class Counting(Counted):
        made: list[Parked] = []  # noqa: RUF012  # one list for this test

    async def read_again() -> bool:
        with suppress(
            asyncpg.PostgresError, asyncpg.InterfaceError, OSError
        ):  # the test's own connections were cut too
            return await stage.read()
        return False

    alone: Platform = own_platform("postgres", "kafka")
    async with Stage(alone, tmp_path) as stage:
        stage.write(THINGS, times=10)
        async with Running(stage, listener=Counting, quiet_s=4, longest_pause_s=1) as running:
            await until(stage.applied, within=20)
            await asyncio.to_thread(alone.kill, "postgres")
            stage.write(THINGS, times=10)
            gave_up, _ = await asyncio.wait([running], timeout=away_s)
            assert not gave_up
            await asyncio.to_thread(alone.start, "postgres")
            await until(read_again, within=45)
        assert len(Counting.made) == 1
        assert await stage.wrong() == {}
