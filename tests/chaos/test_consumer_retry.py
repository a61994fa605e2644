"""An operator frees a key while its events arrive, and they keep their order."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace

import pytest

from chaos.consumer_stage import Running, Stage
from chaos.mutants.consumer import MUTANTS
from chassis import database
from chassis.consumer import release
from chassis.consumer.listens import Heard
from chassis.database import Tx
from support.consuming import SOUR, append, hearing, things_on
from support.waiting import until

ROUNDS = int(os.environ.get("MAERK_CONSUMER_ROUNDS", "200"))
ILL, *WELL = things_on(3, 4)


async def mended(tx: Tx, heard: Sequence[Heard]) -> None:
    """The handler once its mistake is mended: it takes the sour version too."""
    await append(tx, [replace(each, event=each.event.model_copy(update={"version": 1})) for each in heard])
    await asyncio.sleep(0.01)


async def race(stage: Stage, rounds: int, lock: str = release.LOCK) -> None:
    """The key was refused so many times, and each time freed while more of its events arrived."""

    async def parked() -> bool:
        return await stage.pool.fetchval("select exists (select from parked_key)")

    async def free() -> str | None:
        async with database.transaction(stage.pool) as tx:
            listens = hearing(stage.topic, mended)
            return await release.retry(tx, listens, topic=stage.topic, partition=3, key=str(ILL).encode(), lock=lock)

    async with Running(stage):
        for _ in range(rounds):
            stage.send([stage.author.write(ILL, version=SOUR)])
            await until(parked, within=20)
            stage.write([ILL, *WELL], times=5)
            freeing = asyncio.ensure_future(free())
            while not freeing.done():
                stage.write([ILL, *WELL])
                await asyncio.wait([freeing], timeout=0.005)
            assert await freeing is None
        await until(stage.read, within=30)


async def left_behind(stage: Stage) -> int:
    """How many events are still parked."""
    return await stage.pool.fetchval("select count(*) from parked_event")


async def test_a_retry_among_arriving_events_of_its_key_keeps_their_order(stage: Stage) -> None:
    await race(stage, rounds=10)
    assert await left_behind(stage) == 0
    assert await stage.wrong() == {}


@pytest.mark.long
@pytest.mark.timeout(ROUNDS * 3 + 60)
async def test_many_retries_among_arriving_events_of_their_key_keep_their_order(stage: Stage) -> None:
    await race(stage, rounds=ROUNDS)
    print(f"\n{ROUNDS} retries, {stage.author.revisions.total():,} events")
    assert await left_behind(stage) == 0
    assert await stage.wrong() == {}


async def test_a_retry_that_does_not_lock_the_position_is_caught(stage: Stage) -> None:
    await race(stage, rounds=3, lock=MUTANTS["a retry that does not lock the position"].lock)
    assert await left_behind(stage)
    assert await stage.wrong()
