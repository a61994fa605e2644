"""The whole chain under load while each of its parts is killed: in the end every acknowledged effect is there once."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from contracts.topics import topic
from embedded.platform import Platform
from support.services import Caller, System, system
from support.story import codes, everything, publish_plan, recorded, running
from support.waiting import until

WRITERS = 12
VERIFIED = "dk.maerk.advisory.preparedness-plan-verified.v1"


class Ledger:
    """What clients were told has happened: for each plan, how often its verification was acknowledged."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, int] = {}
        self.stop = asyncio.Event()

    @property
    def total(self) -> int:
        return sum(self.acknowledged.values())

    async def write(self, adviser: Caller, plan: str, revision: int) -> None:
        """Verifies one plan again and again, each time until it is acknowledged."""
        self.acknowledged[plan] = 0
        while not self.stop.is_set():
            key = str(uuid4())
            answer = await self._acknowledged(adviser, plan, revision, key)
            revision = answer["revision"]
            self.acknowledged[plan] += 1

    async def _acknowledged(self, adviser: Caller, plan: str, revision: int, key: str) -> dict:
        path = f"/v1/preparedness-plans/{plan}/verify"
        answers: list[dict] = []

        async def acknowledged() -> bool:
            with suppress(httpx2.HTTPError):  # the service is away; the command is sent again under its key
                answer = await adviser.command(path, revision=revision, key=key)
                if answer.status_code == 200:
                    answers.append(answer.json())
                else:
                    assert answer.status_code == 503, f"{answer.status_code} {answer.text}"
            return bool(answers)

        await until(acknowledged, within=120)
        return answers[0]


async def killed_and_started(built: System, part: str) -> None:
    """The part was gone by SIGKILL and is there again."""
    if part in built.processes:
        built.processes[part].kill()
        await built.processes[part].start()
    else:
        await asyncio.to_thread(built.platform.kill, part)
        await asyncio.to_thread(built.platform.start, part)


async def progressed(ledger: Ledger, by: int) -> None:
    """So many more commands were acknowledged."""
    goal = ledger.total + by
    await until(lambda: ledger.total >= goal, within=90)


async def run(platform: Platform, folder: Path, parts: list[str]) -> int:
    """The number of acknowledged commands, after it was shown that each had its effect once and in order."""
    with system(platform, "advisory", "planning", folder=folder) as built:
        await running(built)
        adviser = built.caller("advisory", "adviser")
        plans = {}
        for code in codes(WRITERS):
            await publish_plan(adviser, code)
        for row in (await adviser.get("/v1/preparedness-plans"))["items"][:WRITERS]:
            plans[row["id"]] = (await adviser.get(f"/v1/preparedness-plans/{row['id']}"))["revision"]
        ledger = Ledger()
        writers = [asyncio.ensure_future(ledger.write(adviser, *each)) for each in plans.items()]
        try:
            for part in parts:
                await progressed(ledger, by=60)
                await killed_and_started(built, part)
            await progressed(ledger, by=60)
        finally:
            ledger.stop.set()
        await asyncio.gather(*writers)
        await _each_effect_once(platform, ledger)
        return ledger.total


async def _each_effect_once(platform: Platform, ledger: Ledger) -> None:
    database = await asyncpg.connect(platform.database_url("planning"))
    try:
        heard = "select subject::text, array_agg(revision order by revision) as revisions from projections.facts"

        async def counted() -> bool:
            of_type = "select count(*) from projections.facts where type = $1"
            return await database.fetchval(of_type, VERIFIED) >= ledger.total

        await until(counted, within=90)
        rows = await database.fetch(f"{heard} where type = $1 group by subject", VERIFIED)
        assert {row["subject"]: len(row["revisions"]) for row in rows} == ledger.acknowledged
        for row in rows:
            revisions = row["revisions"]
            assert revisions == list(range(revisions[0], revisions[0] + len(revisions)))
        assert await database.fetchval("select count(*) from parked_event") == 0
    finally:
        await database.close()


@pytest.mark.rule("p/outbox", "p/relay", "p/consumer", "p/idempotency")
async def test_every_acknowledged_effect_is_there_once_after_each_part_was_killed(
    own_platform: Callable[..., Platform], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    total = await run(own_platform("postgres", "kafka"), tmp_path, ["planning", "advisory", "kafka", "postgres"])
    record_property("acknowledged commands", total)


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_the_same_over_many_rounds(own_platform: Callable[..., Platform], tmp_path: Path) -> None:
    rounds = ["advisory", "planning", "kafka", "advisory", "postgres", "planning"] * 8
    await run(own_platform("postgres", "kafka"), tmp_path, rounds)


async def _exits(built: System, service: str) -> int:
    return await asyncio.to_thread(built.processes[service].stop)


@pytest.mark.rule("p/stop")
async def test_a_service_that_is_asked_to_stop_finishes_what_is_under_way(
    own_platform: Callable[..., Platform], tmp_path: Path
) -> None:
    platform = own_platform("postgres", "kafka")
    with system(platform, "advisory", "planning", folder=tmp_path) as built:
        await running(built)
        adviser = built.caller("advisory", "adviser")
        under_way: list[Awaitable[dict]] = [recorded(adviser, code) for code in codes(30)]
        requests = asyncio.gather(*under_way, return_exceptions=True)
        began = asyncio.get_running_loop().time()
        assert await _exits(built, "advisory") == 0
        assert await _exits(built, "planning") == 0
        assert asyncio.get_running_loop().time() - began < 40
        answered = [each for each in await requests if isinstance(each, dict)]
        database = await asyncpg.connect(platform.database_url("advisory"))
        entries = await database.fetchval("select count(*) from preparedness_plans")
        assert entries >= len(answered)
        assert await database.fetchval("select count(*) from relay_plan") == 0, "a batch was left on its way"
        await database.close()


async def test_requests_and_pipeline_run_in_one_process_or_apart(
    own_platform: Callable[..., Platform], tmp_path: Path
) -> None:
    platform = own_platform("postgres", "kafka")
    with system(platform, "advisory", folder=tmp_path) as built:
        api = built.processes["advisory"]
        pipeline = replace(
            api,
            url=platform.url("training"),
            environment={**api.environment, "MAERK_HTTP_PORT": str(platform.ports.training)},
            log=tmp_path / "pipeline.log",
            arguments=("--only", "pipeline"),
        )
        api.arguments = ("--only", "http")
        await api.start()
        adviser = built.caller("advisory", "adviser")
        await publish_plan(adviser, "0101")
        assert len(everything(platform.kafka, [topic("advisory", "internal")])) == 0, "no pipeline runs yet"
        await pipeline.start()
        try:
            await until(lambda: len(everything(platform.kafka, [topic("advisory", "internal")])) == 3, within=20)
            elsewhere = await Caller(pipeline.url, adviser.token).ask("GET", "/v1/preparedness-plans")
            assert elsewhere.status_code == 404
        finally:
            assert await asyncio.to_thread(pipeline.stop) == 0


async def test_a_service_whose_port_is_taken_ends_and_says_so(
    own_platform: Callable[..., Platform], tmp_path: Path
) -> None:
    with system(own_platform("postgres", "kafka"), "advisory", folder=tmp_path) as built:
        await running(built)
        first = built.processes["advisory"]
        second = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "advisory", env={**os.environ, **first.environment}, stdout=asyncio.subprocess.DEVNULL
        )
        assert await asyncio.wait_for(second.wait(), 30) == 1
