"""An HTTP write behind authentication, against a no-op behind the same and the same write without its outbox."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count as numbers
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from bench import load
from bench.rounds import Candidate, Outcome, Pair, must, take_turns
from chassis import database, migrate
from embedded.platform import Platform
from embedded.reach import responds
from embedded.state import Ports
from support.inside import new_database
from support.issuer import Issuer, issuer
from support.waiting import until

PARTS = ("postgres", "kafka")
WRITE, NO_OP, WITHOUT, LARGE = "write of a priority", "no-op", "the same without outbox", "write of a plan"
REQUESTS = {WRITE: 500, NO_OP: 1_000, WITHOUT: 500, LARGE: 400}
TURNS = 5  # short ones in each round: the two writes are close, and the machine is never still
PAIRS = (Pair(WRITE, NO_OP, at_least=0.25), Pair(WRITE, WITHOUT, at_least=0.8), Pair(LARGE, NO_OP))
_name = numbers()


async def measure(platform: Platform, *, rounds: int, scale: float) -> Outcome:
    """Requests per second over 16 connections, each write with its Idempotency-Key and its event.

    A priority is a row and an event, and is read back; a plan is read back from seven tables.
    """
    url = await new_database(platform, "planning")
    connection = await database.connect(url, name="bench", command_timeout_s=60)
    await migrate.migrate(connection, "planning")
    counts = {name: max(200, int(count * scale)) for name, count in REQUESTS.items()}
    with issuer() as issuing:
        token = issuing.token("plan_editor", service="planning")
        async with (
            _serving(platform, url, issuing) as (with_outbox, memory),
            _serving(platform, url, issuing, BENCH_WITHOUT_OUTBOX="1") as (without, _),
        ):
            candidates: dict[str, Candidate] = {
                WRITE: lambda: _written(connection, with_outbox, token, counts[WRITE], what=PRIORITY, events=1),
                NO_OP: lambda: _nothing_done(with_outbox, token, counts[NO_OP]),
                WITHOUT: lambda: _written(connection, without, token, counts[WITHOUT], what=PRIORITY, events=0),
                LARGE: lambda: _written(connection, with_outbox, token, counts[LARGE], what=PLAN, events=1),
            }
            for candidate in candidates.values():  # nobody's first round pays for what is done once
                await candidate()
            values = await take_turns(candidates, rounds * TURNS)
            facts: dict[str, float | str] = {"memory of the service, MB": memory()}
    await connection.close()
    return Outcome("requests/s", values, PAIRS, facts)


@asynccontextmanager
async def _serving(platform: Platform, url: str, issuing: Issuer, **more: str) -> AsyncIterator[Any]:
    port = Ports.free().planning
    environment = {
        **os.environ,
        **platform.environment("planning"),
        **issuing.environment,
        "MAERK_DATABASE_URL": url,
        "MAERK_ENVIRONMENT": "test",
        "MAERK_HTTP_PORT": str(port),
        "MAERK_ZIPKIN_URL": "",
        "PYTHONPATH": str(Path(__file__).parents[1]),
        **more,
    }
    command = [sys.executable, "-m", "bench.answering_server", "--only", "http"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: ASYNC220  # returns at once
    try:
        await until(lambda: responds(f"http://127.0.0.1:{port}/readyz"), within=30)
        yield port, lambda: psutil.Process(process.pid).memory_info().rss / 1e6
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 30)


@dataclass(frozen=True)
class What:
    """A thing to write: where, what with, and the table in which it then is."""

    path: str
    table: str
    said: Mapping[str, Any]

    def request(self, _: int) -> tuple[str, Any]:
        """The path, and a body that was not sent before."""
        return self.path, {**self.said, "year": 2026, "title_da": f"Syntetisk {next(_name)}", "provenance": "synthetic"}


PLAN = What("/v1/action-plans", "action_plans", {})
PRIORITY = What(
    "/v1/priorities",
    "priorities",
    {"topic": "negative_social_control", "area": "west", "children_youth": "primary", "calls_for": ["training_event"]},
)


async def _written(
    connection: asyncpg.Connection, port: int, token: str, count: int, *, what: What, events: int
) -> float:
    await connection.execute(f"truncate {what.table}, outbox, idempotency_keys cascade")
    rate, answers = await load.rate(port, token, what.request, count=count)
    must([status for status, _ in answers] == [201] * count, "a request was refused")
    made = {json.loads(body)["id"] for _, body in answers}
    kept = await connection.fetch(f"select id::text from {what.table}")
    must({row["id"] for row in kept} == made and len(made) == count, "not every one was made once")
    told = await connection.fetch("select convert_from(partition_key, 'utf8') as key from outbox")
    must(sorted(row["key"] for row in told) == sorted(made) * events, "not every event is in the outbox once")
    return rate


async def _nothing_done(port: int, token: str, count: int) -> float:
    rate, answers = await load.rate(port, token, lambda number: ("/v1/no-op", PRIORITY.request(number)[1]), count=count)
    must(all(answer == (200, b'{"done":true}') for answer in answers), "a request was refused")
    return rate
