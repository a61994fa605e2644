"""A service that writes so many events a second and relays them: `python -m bench.chain_writer TASK`, a JSON object.

An event is due when its transaction should begin, whether or not the writer can keep up.
"""

import asyncio
import json
import resource
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime
from itertools import cycle
from typing import Any
from uuid import UUID

import uvloop

from bench.records import TOPIC
from chassis import database, outbox
from chassis.relay import run as relay
from contracts.advisory import PreparednessPlanVerified
from support.consuming import thing
from support.waiting import until

TICK_S = 0.005
FIRST = 1_000  # `version` carries the place; the table of effects refuses one low number
THINGS = 1_000
LANES = 8  # transactions at the same time, each of things of its own
AT = datetime(2026, 1, 1, tzinfo=UTC)


async def main(task: dict[str, Any]) -> None:
    """Everything has been written and sent; what was told: when each transaction was committed, the peak of memory."""
    committed, stop = asyncio.Event(), asyncio.Event()
    sending = asyncio.ensure_future(
        relay.run(database_url=task["url"], bootstrap=task["kafka"], topic=TOPIC, committed=committed, stop=stop)
    )
    pool = await database.pool(task["url"], name="bench", size=LANES)
    at = [0.0] * task["ticks"]
    each = round(task["rate"] * TICK_S)

    async def write(lane: int) -> None:
        own = cycle(thing(task["first_thing"] + number) for number in range(lane, THINGS, LANES))
        revisions = Counter[UUID]()
        for tick in range(lane, task["ticks"], LANES):
            await asyncio.sleep(task["start"] + tick * TICK_S - time.time())
            events = [_event(next(own), tick * each + place, revisions) for place in range(each)]
            async with database.transaction(pool) as tx:
                await outbox.publish(tx, *events)
            at[tick] = time.time()
            committed.set()

    async def is_sent() -> bool:
        return not await pool.fetchval("select exists (select from outbox)")

    await asyncio.gather(*(write(lane) for lane in range(LANES)))
    await until(is_sent, within=60)  # a relay that is stopped leaves what it has not taken
    stop.set()
    await sending
    await pool.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    sys.stdout.write(json.dumps({"committed": at, "peak_mb": peak}))


def _event(subject: UUID, place: int, revisions: Counter[UUID]) -> PreparednessPlanVerified:
    revisions[subject] += 1
    return PreparednessPlanVerified(
        subject=subject,
        revision=revisions[subject],
        at=AT,
        provenance="synthetic",
        municipality_code="9901",
        version=FIRST + place,
        verified_on=date(2026, 1, 1),
    )


if __name__ == "__main__":
    uvloop.run(main(json.loads(sys.argv[1])))
