"""Every event takes effect once and in the order of its key, whatever befalls the members of a group."""

import asyncio
import os
from collections import Counter
from random import Random

import pytest

from chaos.consumer_stage import Stage
from support.consuming import thing
from support.waiting import until

pytestmark = pytest.mark.rule("p/consumer")

ROUNDS = int(os.environ.get("MAERK_CONSUMER_ROUNDS", "200"))
POINTS = ("position moved", "effects made", "committed")
THINGS = [thing(number) for number in range(50)]


async def die_and_freeze(stage: Stage) -> None:
    """Three members have died at three points of a batch, one is frozen inside its transaction, one has read all."""
    stage.write(THINGS, times=20, repeated=100)
    doomed = [await stage.join(fate="SIGKILL", at=point, batch=5) for point in POINTS]
    frozen = await stage.join(fate="SIGSTOP", batch=5)
    await stage.join()

    def befallen() -> bool:
        stage.write(THINGS[:10])
        return frozen.frozen and not any(each.alive for each in doomed)

    await until(befallen, within=60)
    await until(stage.read, within=60)
    frozen.thaw()


async def test_members_that_die_or_freeze_inside_their_transaction_lose_and_double_nothing(stage: Stage) -> None:
    await die_and_freeze(stage)
    stage.write(THINGS, times=4)  # so that the one that was frozen has work again
    await until(stage.read, within=60)
    assert await stage.wrong() == {}
    assert stage.members[3].alive


async def come_and_go(stage: Stage, rounds: int, **options: object) -> None:
    """Every two seconds a member has joined and another left, while Kafka believes that all has been read already."""
    stage.write(THINGS, times=100, repeated=100)
    stage.mislead()
    await stage.join(tell_s=3600, **options)
    await stage.shared_by(1)
    for _ in range(rounds):
        await asyncio.sleep(2)
        await stage.join(tell_s=3600, **options)
        await stage.shared_by(2)
        await asyncio.sleep(2)
        await stage.members[-2].leave()
        await stage.shared_by(1)


async def test_members_that_join_and_leave_lose_and_double_nothing_whatever_kafka_believes(stage: Stage) -> None:
    await come_and_go(stage, rounds=2)
    await until(stage.read, within=60)
    assert await stage.wrong() == {}


async def test_a_position_that_is_committed_apart_from_the_effects_is_caught(stage: Stage) -> None:
    stage.write(THINGS, times=20)
    mistake = "a position committed apart from the effects"
    doomed = await stage.join(mistake=mistake, fate="SIGKILL")
    await until(lambda: not doomed.alive, within=20)
    await stage.join(mistake=mistake)
    await until(stage.read, within=30)
    doubled = [revisions for revisions in (await stage.wrong()).values() if len(set(revisions)) < len(revisions)]
    assert doubled


async def test_a_seek_that_happens_only_before_the_first_read_is_caught(stage: Stage) -> None:
    mistake = "a seek that happens only before the first read"
    await come_and_go(stage, rounds=1, mistake=mistake, linger_s=0.1)
    with pytest.raises(TimeoutError):
        await until(stage.read, within=5)
    assert await stage.wrong()


@pytest.mark.long
@pytest.mark.timeout(ROUNDS * 10 + 300)
async def test_no_effect_is_lost_doubled_or_out_of_order_in_a_long_row_of_rounds(stage: Stage) -> None:
    random = Random(1)
    seen: Counter[str] = Counter()
    staying = [await stage.join()]
    for _ in range(ROUNDS):
        stage.write(random.sample(THINGS, 40), times=10, repeated=random.choice([0, 5, 50]))
        fate = random.choice(["SIGKILL", "SIGSTOP", "stays", "stays"])
        doom = {} if fate == "stays" else {"fate": fate, "at": random.choice(POINTS), "batch": random.randint(1, 30)}
        member = await stage.join(linger_s=random.choice([0, 0.02, 0.1]), **doom)
        if fate == "stays":
            staying.append(member)
        await asyncio.sleep(random.choice([1, 2, 4]))
        for each in [each for each in stage.members if each.frozen]:
            seen.update(frozen=1)
            if random.random() < 0.3:  # after one round or after ten
                each.thaw()
        if len(staying) > 3:
            await staying.pop(random.randrange(3)).leave()
            seen.update(left=1)
    for each in stage.members:
        if each.frozen:
            each.thaw()
    await until(stage.read, within=120)
    print(f"\n{ROUNDS} rounds, {stage.author.revisions.total():,} events:", dict(seen))
    assert await stage.wrong() == {}
    assert seen["left"]
    assert seen["frozen"]
    assert any(not each.alive and each.process.returncode for each in stage.members)
