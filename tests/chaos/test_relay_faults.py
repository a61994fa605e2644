"""The relay keeps its promises among faults."""

import asyncio
import os
from collections import Counter

import pytest

from chaos.relay_database import Databases
from chaos.relay_faults import Design, Run

pytestmark = pytest.mark.rule("p/relay")

SHORT = 20
LONG = int(os.environ.get("MAERK_RELAY_SEEDS", "300"))
AT_ONCE = 4
POINTS = ("before plan", "after plan", "after acknowledgement", "before repeat", "after repeat")


async def test_no_event_is_lost_doubled_or_out_of_order_whatever_fails(
    relay_databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    await _hold(relay_databases, range(SHORT), capsys)


@pytest.mark.long
@pytest.mark.timeout(LONG * 15)
async def test_no_event_is_lost_doubled_or_out_of_order_in_a_long_row_of_runs(
    relay_databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    await _hold(relay_databases, range(SHORT, SHORT + LONG), capsys)


async def _hold(databases: Databases, seeds: range, capsys: pytest.CaptureFixture[str]) -> None:
    totals: Counter[str] = Counter()
    waiting = iter(seeds)

    async def work() -> None:
        url = await databases.clone()
        for seed in waiting:
            totals.update(await Run(url, seed, Design(), guarded=True).go())

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(work())
    with capsys.disabled():
        print(f"\n{len(seeds)} seeds:", ", ".join(f"{number:,} {what}" for what, number in sorted(totals.items())))
    # A run in which nothing failed would prove nothing.
    assert all(totals[f"crashes {point}"] for point in POINTS)
    assert all(totals[fault] for fault in ("late batches", "acknowledgements lost", "connections cut", "rollbacks"))
    assert totals["replaced relays that noticed"]
