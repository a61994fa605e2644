"""The relay of a stream as it runs in a service: candidate, leader, replaced, and again."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import asyncpg
from aiokafka.errors import KafkaError

from chassis import database, metrics, telemetry
from chassis.pause import jittered, pause
from chassis.relay.kafka import newest_sequence, publisher
from chassis.relay.steps import HOLD_S, Relay, Replaced, Restored
from contracts.topics import Topic

CANDIDATE_S = 1.0  # how often a candidate asks for the lead
STATEMENT_S = 5.0  # a statement that takes longer has lost the lease anyway, and its connection is given up
SETTLED_S = 10.0  # an attempt that lasted this long was a success, and what ends it is the first failure
BUSY_S, IDLE_S = 0.002, 0.1  # the shortest and the longest wait between two looks into the outbox

# asyncpg says InternalClientError when a connection is ended at the moment in which it begins its next statement.
_PASSING = (
    KafkaError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


async def connect(database_url: str, topic: Topic) -> asyncpg.Connection:
    """A relay's own connection, on which the oldest rows are always found by walking the primary key.

    A table that is filled and emptied all day has no statistics worth planning with: left to itself PostgreSQL reads
    and sorts the whole outbox for each step, or plans each of them anew.
    """
    return await database.connect(
        database_url,
        name=f"{topic.name} relay",
        command_timeout_s=STATEMENT_S,
        lock_timeout="2s",
        plan_cache_mode="force_generic_plan",
        enable_bitmapscan="off",
        enable_seqscan="off",
        enable_sort="off",
    )


async def run(
    *,
    database_url: str,
    bootstrap: str,
    topic: Topic,
    committed: asyncio.Event,
    stop: asyncio.Event,
    refuses: Callable[[str | None], None] = lambda _: None,
) -> None:
    """The stream's rows are sent as long as this process leads it, until `stop` is set and what was taken has landed.

    `committed` is set by the edge after a transaction, so that its events leave at once; without it they leave within
    100 ms. `refuses` is told why nothing can be sent until somebody has seen to it, and None when it can be again.
    """
    clock = asyncio.get_running_loop().time
    failures = 0
    while not stop.is_set():
        began = clock()
        try:
            db = await connect(database_url, topic)
            try:
                async with publisher(bootstrap, topic) as sending:
                    relay = Relay(db, sending.publish, stream=topic.stream)
                    try:
                        await _lead(
                            relay, bootstrap, topic, committed=committed, stop=stop, started=lambda: refuses(None)
                        )
                    finally:
                        await relay.abandon()
            finally:
                with suppress(*_PASSING):
                    await db.close(timeout=1)
        except Replaced:
            telemetry.log.info("relay replaced", stream=topic.name)
        except Restored:
            telemetry.log.critical("relay refuses: the database is older than the topic", stream=topic.name)
            refuses("the database is older than the topic, so what it sends would be taken for repeats")
            await pause(stop, 30)
        except _PASSING:
            failures = failures + 1 if clock() - began < SETTLED_S else 1
            seconds = jittered(failures, longest_s=5)
            telemetry.log.warning("relay interrupted", stream=topic.name, seconds=round(seconds, 1), exc_info=True)
            await pause(stop, seconds)


async def _lead(
    relay: Relay,
    bootstrap: str,
    topic: Topic,
    *,
    committed: asyncio.Event,
    stop: asyncio.Event,
    started: Callable[[], None],
) -> None:
    while not await relay.lead():
        started()  # somebody else leads, and says what there is to say
        if await pause(stop, CANDIDATE_S):
            return
    telemetry.log.info("relay leads", stream=topic.name, epoch=relay.epoch)
    metrics.leading.set(1, {"topic": topic.name})
    try:
        await relay.start(partial(newest_sequence, bootstrap, topic))
        started()
        await _send(relay, committed, stop)
    except KafkaError:
        await relay.release()  # the database is there: nobody need wait until the lease is over
        raise
    finally:
        metrics.leading.set(0, {"topic": topic.name})


async def _send(relay: Relay, committed: asyncio.Event, stop: asyncio.Event) -> None:
    clock = asyncio.get_running_loop().time
    held, wait_s, busy = clock(), BUSY_S, True
    while not stop.is_set():
        committed.clear()
        if busy or await relay.is_waiting():
            busy = await relay.step() > 0
            held, wait_s = clock(), BUSY_S
            continue
        if clock() - held > HOLD_S:
            await relay.hold()
            held = clock()
        with suppress(TimeoutError):
            await asyncio.wait_for(committed.wait(), wait_s)
        wait_s = min(wait_s * 2, IDLE_S)
    await relay.stop()
