"""From the commit of an outbox row to the committed effect in another service, at a steady rate.

Two processes, as in life: one writes and relays, this one consumes. The time is counted from the moment at which the
transaction was due, so that a writer, relay or consumer that falls behind is not forgiven.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.chain_writer import FIRST, THINGS, TICK_S
from bench.records import TOPIC, in_order
from bench.rounds import NotAsSent, Outcome, console, must
from chassis import migrate
from chassis.consumer import effects
from chassis.consumer.listens import Heard
from chassis.consumer.run import Consumer
from chassis.database import Tx, connect
from embedded.platform import Platform
from support import consuming
from support.consuming import append, hearing, listener_database
from support.inside import new_database
from support.waiting import until

PARTS = ("postgres", "kafka")
RATES = (1_000, 5_000)
WHICH = ("p50 from due time", "p99 from due time", "p50 from commit", "p99 from commit")
SECONDS, WARM_S, START_IN_S = 10, 2, 4


class Receiver:
    """Effects with the moment at which each was committed."""

    def __init__(self) -> None:
        self.at: dict[int, float] = {}
        self._heard: list[int] = []

    async def remember(self, tx: Tx, heard: Sequence[Heard]) -> None:
        """Every event has its row."""
        await append(tx, heard)
        self._heard = [each.event.version - FIRST for each in heard]  # pyright: ignore[reportAttributeAccessIssue]

    async def apply(self, *said: Any, **more: Any) -> effects.Done | None:
        """As the consumer's own, and the moment is noted."""
        self._heard = []
        done = await effects.apply(*said, **more)
        if done is not None:
            now = time.time()
            self.at.update(dict.fromkeys(self._heard, now))
        return done


async def measure(platform: Platform, *, rounds: int, scale: float) -> Outcome:
    """Milliseconds, for each rate."""
    writer, listener = await new_database(platform, "advisory"), await listener_database(platform, TOPIC.name)
    connection = await connect(writer, name="bench")
    await migrate.migrate(connection, "advisory")
    await connection.close()
    ticks = int((WARM_S + max(2, SECONDS * scale)) / TICK_S)
    outcome = Outcome("ms", {f"{rate:,}/s, {which}": [] for rate in RATES for which in WHICH})
    written = 0
    for number in range(rounds * len(RATES)):
        rate = RATES[number % len(RATES)]
        figures: Sequence[float | None] = (None,) * len(WHICH)
        try:
            *figures, peak = await _round(
                platform, writer, listener, rate=rate, ticks=ticks, before=written, first_thing=number * THINGS
            )
            outcome.facts[f"peak memory of writer and relay at {rate:,}/s, MB"] = peak
        except NotAsSent as why:
            console.print(f"[red]{rate:,}/s does not count: {why}[/]")
        for which, figure in zip(WHICH, figures, strict=True):
            outcome.values[f"{rate:,}/s, {which}"].append(figure)
        written += ticks * round(rate * TICK_S)
    outcome.facts["events of one transaction"] = " and ".join(str(round(rate * TICK_S)) for rate in RATES)
    return outcome


async def _round(
    platform: Platform, writer: str, listener: str, *, rate: int, ticks: int, before: int, first_thing: int
) -> Sequence[float]:
    """The figures of WHICH, and the peak of the writer's memory."""
    each, receiver, stop = round(rate * TICK_S), Receiver(), asyncio.Event()
    count = each * ticks
    async with consuming.pool(listener) as pool:
        consumer = Consumer(
            pool,
            hearing(TOPIC.name, receiver.remember),
            bootstrap=platform.kafka,
            group=f"bench-{uuid4()}",
            stop=stop,
            apply=receiver.apply,
        )
        consuming_ = asyncio.ensure_future(consumer.run())
        start = time.time() + START_IN_S
        task = {
            "url": writer, "kafka": platform.kafka, "rate": rate, "ticks": ticks, "start": start,
            "first_thing": first_thing,
        }  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bench.chain_writer", json.dumps(task)),
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            out, _ = await asyncio.wait_for(process.communicate(), START_IN_S + ticks * TICK_S * 5 + 60)
            with suppress(TimeoutError):
                await until(lambda: len(receiver.at) >= count, within=60)
        finally:
            stop.set()
            await consuming_
        must(process.returncode == 0, "the writer failed")
        must(receiver.at.keys() == set(range(count)), f"{len(receiver.at)} of {count} events took effect")
        rows = await pool.fetch("select key, revision from effects order by place")
        in_order([(row["key"], row["revision"]) for row in rows], before + count)
    told = json.loads(out.splitlines()[-1])  # its log stands before
    measured = [place for place in receiver.at if place >= int(WARM_S / TICK_S) * each]
    due = sorted((receiver.at[place] - start - place // each * TICK_S) * 1_000 for place in measured)
    since_commit = sorted((receiver.at[place] - told["committed"][place // each]) * 1_000 for place in measured)
    return *(delays[len(delays) * percent // 100] for delays in (due, since_commit) for percent in (50, 99)), told[
        "peak_mb"
    ]
