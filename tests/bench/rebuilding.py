"""Planning hears a long log, and reads it again from its first event: the latter by `python -m bench.rebuilding`."""

import asyncio
import json
import os
import resource
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter
from uuid import UUID

import asyncpg
import uvloop

from bench.consuming import consumed, send
from bench.records import TOPIC
from bench.rounds import NotAsSent, Outcome, console, must
from chassis import database, migrate
from chassis.rebuild import rebuild
from contracts.cloudevents import sequence_header
from contracts.topics import partition
from embedded.platform import Platform
from planning.__main__ import LISTENS
from support.consuming import Author, Message, thing
from support.inside import new_database

PARTS = ("postgres", "kafka")
EVENTS, THINGS, AT_ONCE = 600_000, 1_000, 50_000


async def measure(platform: Platform, *, rounds: int, scale: float) -> Outcome:  # noqa: ARG001  # once is long enough
    """Seconds, with what was remembered live compared row by row with what was read again."""
    count = max(5_000, int(EVENTS * scale))
    url = await new_database(platform, "planning")
    connection = await database.connect(url, name="bench", command_timeout_s=120)
    await migrate.migrate(connection, "planning")
    await _fill(platform, count)
    rate = await _heard(url, platform.kafka, count)
    outcome = Outcome("s", {f"rebuild from {count:,} events": []})
    outcome.facts["planning hears live, events/s"] = rate
    try:
        began = perf_counter()
        said = await _read_again(url, platform.kafka)
        seconds = perf_counter() - began
        must(said["equal"] and said["events"] == count, f"the rebuilt projections differ: {said}")
        await _check(connection, count)
        outcome.values[f"rebuild from {count:,} events"].append(seconds)
        outcome.facts["peak memory of the rebuild, MB"] = said["peak_mb"]
    except NotAsSent as why:
        console.print(f"[red]The rebuild does not count: {why}[/]")
        outcome.values[f"rebuild from {count:,} events"].append(None)
    await connection.close()
    return outcome


def _messages(count: int) -> Iterator[Message]:
    """Events of a thousand things: the first of each is written in full, the others differ from it in their headers."""
    author = Author(TOPIC.name)
    first = [author.write(thing(number)) for number in range(THINGS)]
    for place in range(count):
        model, revision = first[place % THINGS], place // THINGS + 1
        assert model.key is not None
        own: Mapping[str, bytes] = {
            "ce_id": str(UUID(int=place + 1)).encode(),
            "ce_revision": b"%d" % revision,
            "ce_sequence": sequence_header(place + 1)[1],
        }
        headers = [(name, own.get(name, value)) for name, value in model.headers]
        yield Message(TOPIC.name, partition(model.key), -1, model.key, model.value, headers)


async def _fill(platform: Platform, count: int) -> None:
    waiting: list[Message] = []
    for each in _messages(count):
        waiting.append(each)
        if len(waiting) == AT_ONCE:
            await send(platform.kafka, waiting)
            waiting.clear()
    await send(platform.kafka, waiting)


async def _heard(url: str, bootstrap: str, count: int) -> float:
    """Events per second, as planning takes them in while it serves."""
    pool = await database.pool(url, name="planning", size=10)
    try:
        return await consumed(pool, LISTENS, bootstrap, count)
    finally:
        await pool.close()


async def _read_again(url: str, bootstrap: str) -> dict[str, float]:
    """What the rebuild, in a process of its own, says of itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bench.rebuilding", url, bootstrap),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    must(process.returncode == 0, "the rebuild failed")
    return json.loads(out)


async def _check(connection: asyncpg.Connection, count: int) -> None:
    """Every event is there once, those of each thing without a gap and in the order in which they lie in the log."""
    wrong = await connection.fetchval(
        """
        select count(*) from (
            select revision, row_number() over (partition by subject order by "offset") as place
            from projections.facts
        ) as told where revision <> place
        """
    )
    must(wrong == 0, f"{wrong} facts are out of order")
    kept = await connection.fetchval('select count(distinct (topic, partition, "offset")) from projections.facts')
    must(kept == count, f"{kept} of {count} facts are there")


async def _main(url: str, bootstrap: str) -> None:
    done = await rebuild(url, "planning", LISTENS, bootstrap=bootstrap)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    sys.stdout.write(json.dumps({"events": done.events, "equal": done.equal, "peak_mb": peak}))


if __name__ == "__main__":
    uvloop.run(_main(*sys.argv[1:]))
