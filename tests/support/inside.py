"""A service inside the test's own process: its app over ASGI, its own database, a clock that the test sets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
from fastapi import FastAPI

from chassis import database, deadlines, health
from chassis.auth import Verifier
from chassis.clock import Clock
from chassis.migrate import migrate
from chassis.runtime import Service
from chassis.settings import Settings
from chassis.web import app as web
from chassis.web.follow import Pace
from contracts.topics import STREAMS, topic
from embedded.platform import Platform
from support.issuer import KEY, Issuer

ISSUER = Issuer("https://issuer.test/realms/maerk")


class Watch(Clock):
    """A clock that stands where the test has put it."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        object.__setattr__(self, "at", at)

    at: datetime

    def put(self, at: datetime) -> None:
        """It is that moment."""
        object.__setattr__(self, "at", at)

    def now(self, provenance: str = "actual") -> datetime:  # noqa: ARG002  # no record has a time of its own here
        return self.at


@dataclass
class Inside:
    """A service that can be asked, looked into, and given time."""

    service: Service
    pool: asyncpg.Pool
    client: httpx2.AsyncClient
    watch: Watch
    url: str
    app: FastAPI
    woken: list[None] = field(default_factory=list[None])

    def caller(self, *roles: str, **claims: Any) -> "Caller":
        """Somebody with these roles."""
        return Caller(self.client, ISSUER.token(*roles, service=self.service.name, **claims))

    async def events(self) -> list[str]:
        """What waits in the internal outbox, as the last part of each type, in order."""
        rows = await self.pool.fetch("select headers from outbox where stream = 'internal' order by id")
        return [row["headers"]["ce_type"].split(".")[3] for row in rows]

    async def pass_time(self, at: datetime) -> None:
        """It is that moment, and what fell due has been acted on."""
        self.watch.put(at)
        while await deadlines.act_on_next(self.pool, self.service.deadlines, clock=self.watch):
            pass

    async def contents(self) -> dict[str, list[str]]:
        """Every row of every table, to see whether anything changed; answers kept for repeats apart."""
        tables = await self.pool.fetch(
            "select format('%I.%I', schemaname, tablename) as name from pg_tables"
            " where schemaname in ('public', 'projections') and tablename not in ('idempotency_keys', 'migrations')"
        )
        return {
            row["name"]: [each["row"] for each in await self.pool.fetch(f"select t::text as row from {row['name']} t")]
            for row in tables
        }


@dataclass(frozen=True)
class Caller:
    """Somebody with a token who calls a service."""

    client: httpx2.AsyncClient
    token: str | None

    async def ask(self, method: str, path: str, **request: Any) -> httpx2.Response:
        """The answer to any request."""
        said = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return await self.client.request(method, path, headers={**said, **request.pop("headers", {})}, **request)

    async def get(self, path: str, **parameters: Any) -> Any:
        """The body of a successful answer."""
        answer = await self.ask("GET", path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def command(
        self, path: str, body: Any = None, *, revision: int | None = None, key: str | None = None
    ) -> httpx2.Response:
        """The answer to a command, whatever it is."""
        headers = {"Idempotency-Key": key or str(uuid4())}
        if revision is not None:
            headers["If-Match"] = f'"{revision}"'
        return await self.ask("POST", path, json=body, headers=headers)

    async def post(self, path: str, body: Any = None, *, revision: int | None = None, key: str | None = None) -> Any:
        """The body of a successful answer to a command."""
        answer = await self.command(path, body, revision=revision, key=key)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


def refused(answer: httpx2.Response, status: int, slug: str, *pointers: str) -> Any:
    """The problem that the answer is, with at least these pointers."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    problem = answer.json()
    assert problem["slug"] == slug, problem
    assert problem["status"] == status
    assert problem["type"] == f"urn:maerk:problem:{slug}"
    assert problem["detail"].endswith(".")
    assert set(pointers) <= {each["pointer"] for each in problem.get("errors", ())}, problem
    return problem


async def keys(_: str) -> dict[str, Any]:
    """The issuer's published keys."""
    return {"keys": [KEY.as_dict(private=False)]}


async def new_database(platform: Platform, service: str, template: str | None = None) -> str:
    """The address of a new database of the service, empty or a copy of a template."""
    name = f"{service}_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(platform.admin_database_url)
    try:
        copied = f"template {template.rpartition('/')[2]}" if template else ""
        await admin.execute(f"create database {name} owner {service} {copied}")
    finally:
        await admin.close()
    return platform.database_url(service).rpartition("/")[0] + f"/{name}"


async def migrated(platform: Platform, service: str) -> str:
    """The address of a database with the service's tables, to be copied for each test."""
    url = await new_database(platform, service)
    connection = await asyncpg.connect(url, server_settings={"search_path": database.SEARCH_PATH})
    try:
        await migrate(connection, service)
    finally:
        await connection.close()
    return url


@asynccontextmanager
async def inside(
    service: Service, url: str, *, at: datetime, size: int = 10, pace: Pace | None = None
) -> AsyncIterator[Inside]:
    """The service with that database, while the block lasts."""
    settings = Settings.model_construct(service=service.name, cors_origins=(), clock_file=None)
    pool = await database.pool(url, name=service.name, size=size)
    watch, woken = Watch(at), list[None]()
    app = web.build(
        settings=settings,
        title=service.title,
        description=service.description,
        router=service.router,
        pool=pool,
        verifier=Verifier(issuer=ISSUER.url, audience=f"maerk-{service.name}", jwks_url="keys", fetch=keys),
        clock=watch,
        committed=lambda: woken.append(None),
        measure=partial(
            health.pipeline,
            pool,
            tuple(topic(service.name, each) for each in STREAMS),
            clock=watch,
            stopped={},
            look=service.waiting,
        ),
        pace=pace,
    )
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://service.test") as client:
        try:
            yield Inside(service, pool, client, watch, url, app, woken)
        finally:
            async with asyncio.timeout(5):
                await pool.close()
