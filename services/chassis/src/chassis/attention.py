"""What a service has that waits for somebody: counts and sentences of its own, which operators see without knowing it.

A service names a function that looks; `/metrics` shows each count, `/pipelinez` and `maerk status` each sentence. Both
can be read without a token, so that neither says more than how many: no place, no id, nothing that a client has sent.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import asyncpg

from chassis import metrics
from chassis.clock import Clock
from chassis.database import Tx
from contracts.values import Provenance


@dataclass(frozen=True)
class Attention:
    """So many things of a kind wait. A kind is named also when nothing of it waits, so that its figure falls to 0.

    `sentence` says what waits and which route or command shows it; `urgent` is what cannot wait until somebody looks.
    """

    kind: str
    provenance: Provenance
    count: int
    sentence: str = ""
    urgent: bool = False


Look = Callable[[Tx, Clock], Awaitable[Sequence[Attention]]]


async def nothing(_tx: Tx, _clock: Clock) -> Sequence[Attention]:
    """Nothing of this service waits for anybody."""
    return ()


async def measure(pool: asyncpg.Pool, look: Look, *, clock: Clock) -> tuple[list[str], list[str]]:
    """What is urgent and what else waits, in one sentence each; the metrics are set too."""
    async with pool.acquire(timeout=3) as tx, tx.transaction(isolation="repeatable_read", readonly=True):
        found = await look(tx, clock)
    for each in found:
        metrics.attention.set(each.count, {"kind": each.kind, "provenance": each.provenance})
    said = [each for each in found if each.count and each.sentence]
    return [each.sentence for each in said if each.urgent], [each.sentence for each in said if not each.urgent]
