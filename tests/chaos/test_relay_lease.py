"""When the relay that leads is gone, frozen or cut off, another one leads within ten seconds."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from chaos.relay_database import Databases
from chaos.relay_link import Link, link
from chaos.relay_stage import Stage, stage
from embedded.platform import Platform
from support.waiting import until

pytestmark = pytest.mark.rule("p/lease")

WITHIN_S = 10.0
STOPPED_WITHIN_S = 3.0
HOLDER = Path(__file__).with_name("relay_holder.py")
KEY = b"a"

Process = asyncio.subprocess.Process
Fault = Callable[[Stage, Process, Link], Awaitable[None]]


async def stopped(_: Stage, holder: Process, __: Link) -> None:
    holder.kill()
    await holder.wait()


async def frozen(there: Stage, holder: Process, _: Link) -> None:
    """In the middle of the statement that keeps the row."""
    backend = await there.holder()
    await there.db.execute(
        f"""
        create function stay_inside() returns trigger language plpgsql as
            $$ begin if pg_backend_pid() = {backend} then perform pg_sleep(600); end if; return new; end $$;
        create trigger stay_inside before insert on relay_plan for each row execute function stay_inside();
        """
    )
    await there.tell([(KEY, 2)])
    asleep = "select wait_event = 'PgSleep' from pg_stat_activity where pid = $1"
    await until(lambda: there.db.fetchval(asleep, backend))
    holder.send_signal(signal.SIGSTOP)


async def cut_off(_: Stage, __: Process, way: Link) -> None:
    way.cut()


@asynccontextmanager
async def leading(there: Stage, url: str) -> AsyncIterator[Process]:
    """A process that leads, and has sent version 1."""
    argv = (str(HOLDER), url, there.bootstrap, there.topic.name)
    holder = await asyncio.create_subprocess_exec(sys.executable, *argv, stdout=asyncio.subprocess.DEVNULL)
    try:
        await there.tell([(KEY, 1)])
        await until(there.is_sent, within=30)
        yield holder
    finally:
        if holder.returncode is None:
            holder.send_signal(signal.SIGCONT)
            holder.kill()
            await holder.wait()


@asynccontextmanager
async def linked(there: Stage) -> AsyncIterator[tuple[str, Link]]:
    """The database behind a link that can be cut."""
    server = urlsplit(there.url)
    async with link(server.port or 0) as way:
        yield there.url.replace(f":{server.port}/", f":{way.port}/"), way


async def sent_after(there: Stage, version: int, *, within: float) -> float:
    """How long it takes until an event that is told of now has been acknowledged, in seconds."""
    began = time.monotonic()
    await there.tell([(KEY, version)])
    await until(there.is_sent, within=within)
    return time.monotonic() - began


async def hand_over(databases: Databases, bootstrap: str, fault: Fault) -> dict[str, float]:
    """How long each change of the leader took, in seconds."""
    took: dict[str, float] = {}
    async with stage(databases, bootstrap) as there, linked(there) as (url, way), leading(there, url) as holder:
        async with there.relay() as stop:
            await fault(there, holder, way)
            took[fault.__name__] = await sent_after(there, 3, within=WITHIN_S)
            if holder.returncode is None:
                holder.send_signal(signal.SIGCONT)
                way.mend()
                await there.tell([(KEY, 4)])
                await until(there.is_sent)
                stop.set()
                took[f"after {fault.__name__}, clean stop"] = await sent_after(there, 5, within=STOPPED_WITHIN_S)
                holder.terminate()
                assert await asyncio.wait_for(holder.wait(), 20) == 0
        versions = (await there.read())[KEY]
        assert versions == [version for version in (1, 2, 3, 4, 5) if version in versions]
        assert {1, 3} <= set(versions)
    return took


async def test_another_relay_leads_within_ten_seconds_of_any_end_of_the_holder(
    relay_databases: Databases, kafka: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    async with asyncio.TaskGroup() as tasks:
        done = [
            tasks.create_task(hand_over(relay_databases, kafka.kafka, fault)) for fault in (stopped, frozen, cut_off)
        ]
    took = {what: seconds for each in done for what, seconds in each.result().items()}
    with capsys.disabled():
        print("\nrelay goes on after:", ", ".join(f"{what} {seconds:.1f} s" for what, seconds in took.items()))
    assert len(took) == 5


async def test_a_relay_alone_finds_its_way_back_from_a_dead_connection_within_ten_seconds(
    relay_databases: Databases, kafka: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    async with stage(relay_databases, kafka.kafka) as there, linked(there) as (url, way), there.relay(url):
        await there.tell([(KEY, 1)])
        await until(there.is_sent)
        way.forget()
        took = await sent_after(there, 2, within=WITHIN_S)
        assert await there.read() == {KEY: [1, 2]}
    with capsys.disabled():
        print(f"\nrelay alone goes on after a dead connection: {took:.1f} s")
