"""A caller of all services who marks whatever they take."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx2

from chassis import migrate, openapi
from contracts.topics import SERVICES
from support.marks import MARK, Marks, everywhere
from support.services import System

ROLES: Final = (
    "adviser", "duty_coordinator", "course_coordinator", "municipal_key_person", "editor", "plan_editor", "operator",
    "initiative_owner",
)  # fmt: skip
AUTHORITY: Final = "agency:synthetic-canary"
"""For which the insider reports."""
TOLD: Final = {
    "advisory": {f"POST /v1/preparedness-plans/{{id}}/{each} /published_url" for each in ("publish", "correct")},
    "knowledge": {
        "POST /v1/publications /download_url",
        "POST /v1/publications/{id}/redraft /download_url",
        "POST /v1/publications/{id}/revise /download_url",
        "POST /v1/legal-references /law",
    },
}
"""What events carry since it is public by what it is: addresses of pages for everybody, and the names of laws."""
UNTAKEN: Final = {
    "advisory": {"POST /v1/directory-entries /area"},
    "planning": {
        *(f"POST /v1/indicators/preview /definition/{each}_field" for each in ("by", "sum")),
        "POST /v1/indicators/preview /definition/scale_da/*",  # words are not counted beforehand
        "POST /v1/indicators/{id}/override /value",
        "POST /v1/indicators/{id}/set-target /value",
        *(f"POST /v1/indicators/{{id}}/set-course /{each}" for each in ("baseline", "target")),
        *(f"POST /v1/indicators /definition/{each}_field" for each in ("by", "sum")),
        *(f"POST /v1/indicators/{{id}}/redefine /{each}_field" for each in ("by", "sum")),
        "POST /v1/action-plans /frame/*/amount_mio_dkk",
        "POST /v1/action-plans/{id}/fundings /amount_mio_dkk",
        "POST /v1/indicators/{id}/readings /value",
        *(f"POST /v1/partner-reports{each} /value" for each in ("", "/{id}/resubmit")),
    },
}
"""Texts that are no words: fields that events have, and numbers. A mark in them is always refused."""
_MADE: Final = re.compile(r"create table (\w+)")
_CHASSIS: Final = frozenset(
    name for path in migrate.paths("planning") if "chassis" in path.parts for name in _MADE.findall(path.read_text())
)


@dataclass
class Canary:
    """Marks every text of one service, sees what becomes of it, and says it wrongly in every way."""

    service: str
    url: str
    client: httpx2.AsyncClient
    database: asyncpg.Connection
    tokens: Mapping[str, str]
    marks: Marks
    taken: set[str] = field(default_factory=set[str])
    said: dict[str, Any] = field(default_factory=dict[str, Any])
    ids: dict[str, str] = field(default_factory=dict[str, str])
    heads: list[str] = field(default_factory=list[str])
    answers: Counter[int] = field(default_factory=Counter[int])

    async def say(
        self,
        name: str,
        body: Mapping[str, Any] | None = None,
        *,
        of: str | None = None,
        keeps: bool = True,
        by: str = "insider",
    ) -> str:
        """The command has failed by a fault of ours with the text in hand, if it keeps any, and then was carried out.

        Shape: the id of the new thing, or of the one that changed.
        """
        sent, marked = self.marks.body(name, body)
        path = self._path(name, of or self.ids.get(_collection(name), ""))
        headers = {"If-Match": await self._tag(path)}
        if marked and keeps:
            async with self._every_row_refused():
                failed = await self.ask("POST", path, json=sent, headers=headers, token=self.tokens[by])
                assert failed.status_code == 500, f"{self.service} {name}: {failed.text}"
        answer = await self.ask("POST", path, json=sent, headers=headers, token=self.tokens[by])
        assert answer.status_code in (200, 201), f"{self.service} {name}: {answer.text}"
        self.taken |= marked
        self.said[name] = sent
        if answer.status_code == 201 and "location" in answer.headers:
            _, _, collection, id, *_ = answer.headers["location"].split("/")
            self.ids[collection] = id
            return id
        return self.ids.get(_collection(name), "")

    async def say_wrongly(self) -> None:
        """Every operation has been asked with marks in its path, query, body and headers, and by those who may not."""
        for name, _ in self.marks.operations():
            verb = name.partition(" ")[0]
            for id in dict.fromkeys((self.ids.get(_collection(name), MARK), MARK, str(uuid4()))):
                path = self._path(name, id)
                wrong = dict.fromkeys((*self.marks.names(name), MARK), MARK)
                for query in (self.marks.parameters(name), wrong):
                    await self.ask(verb, path, params=query)
                if verb == "POST":
                    await self._command_wrongly(name, path, wrong)
                for role in ("stranger", "nobody"):
                    said = {"json": self.said.get(name) or wrong} if verb == "POST" else {}
                    await self.ask(verb, path, params=wrong, token=self.tokens[role], **said)
        for path in (f"/v1/{MARK}", f"/{MARK}?{MARK}={MARK}", f"/v1/{MARK}/{uuid4()}"):
            for verb in ("GET", "POST", "DELETE", MARK.upper()):
                await self.ask(verb, path, json={MARK: MARK})
        for token in (MARK, f"{MARK}.{MARK}.{MARK}", self.tokens["insider"][:-8] + MARK):
            await self.ask("GET", next(self.marks.operations())[0].partition(" ")[2], token=token)

    async def _command_wrongly(self, name: str, path: str, wrong: Mapping[str, str]) -> None:
        said = self.said.get(name) or wrong
        texts, _ = self.marks.body(name, {})
        for body in (texts, wrong, {**said, MARK: MARK}, everywhere(said, lambda text: f"{text}\0")):
            await self.ask("POST", path, json=body)
        await self.ask("POST", path, json=everywhere(said, lambda text: f"{text} {MARK} 010101-1234 a@example.org"))
        for tag in (await self._tag(path), '"999999"', f'"{MARK}"', MARK):
            await self.ask("POST", path, json=said, headers={"If-Match": tag})
        for key in (f"{MARK} {MARK}", f"{MARK}-again", f"{MARK}-again"):
            await self.ask("POST", path, json={**said, MARK: key}, headers={"Idempotency-Key": key})
        for kind in ("application/json", f"text/{MARK}"):
            await self.ask("POST", path, content=f'{{"{MARK}": "{MARK}', headers={"Content-Type": kind})

    async def ask(self, verb: str, path: str, *, token: str | None = None, **request: Any) -> httpx2.Response:
        """The answer, to a request whose headers are marked in every way."""
        headers = {
            "Authorization": f"Bearer {token or self.tokens['insider']}",
            "Idempotency-Key": MARK + uuid4().hex,
            "If-Match": '"1"',
            "User-Agent": MARK,
            "Cookie": f"{MARK}={MARK}",
            "Origin": f"https://{MARK}.example.org",
            "baggage": f"name={MARK}",
            "tracestate": f"maerk={MARK}",
            "traceparent": f"00-{uuid4().hex}-{uuid4().hex[:16]}-01",
            "X-Forwarded-For": MARK,
            "Referer": f"https://example.org/{MARK}",
            **request.pop("headers", {}),
        }
        async with self.client.stream(verb, f"{self.url}{path}", headers=headers, **request) as answer:
            if not path.endswith("/follow"):  # an answer that goes on is not read to its end
                await answer.aread()
        self.heads.append(repr(answer.headers))
        self.answers[answer.status_code] += 1
        return answer

    async def _tag(self, path: str) -> str:
        """The entity tag of what the command is about, as it is now."""
        return (await self.ask("GET", path.rpartition("/")[0])).headers.get("etag", '"0"')

    def _path(self, name: str, id: str) -> str:
        return name.partition(" ")[2].replace("{id}", id)

    @asynccontextmanager
    async def _every_row_refused(self) -> AsyncIterator[None]:
        """The database refuses every row of the service's own tables, quoting it, while the block lasts.

        One table a transaction: one that held the locks of several would wait for the service's clocks in a circle.
        """
        rows = await self.database.fetch("select tablename from pg_tables where schemaname = 'public'")
        tables = sorted({row["tablename"] for row in rows} - _CHASSIS - {"migrations"})
        try:
            for each in tables:
                refuse = f"alter table public.{each} add constraint canary check (false) not valid"
                await self.database.execute(refuse)
            yield
        finally:
            for each in tables:
                await self.database.execute(f"alter table public.{each} drop constraint if exists canary")


def _collection(name: str) -> str:
    return name.partition(" ")[2].split("/")[2]


@asynccontextmanager
async def canaries(built: System) -> AsyncIterator[dict[str, Canary]]:
    """A canary for each service."""
    documents = openapi.documents()
    insider: dict[str, Any] = {"municipality_codes": ["9903", "9904"], "police_districts": ["synthetic"]}
    insider |= {"subject": "insider", "organisations": [AUTHORITY]}
    made: dict[str, Canary] = {}
    async with httpx2.AsyncClient(timeout=30) as client:
        try:
            for service in SERVICES:
                tokens = {
                    "insider": built.issuer.token(*ROLES, service=service, **insider),
                    "stranger": built.issuer.token(*ROLES, service=service, municipality_codes=["9902"]),
                    "approver": built.issuer.token("plan_editor", "data_steward", service=service),
                    "nobody": built.issuer.token("data_steward", service=service),
                }
                database = await asyncpg.connect(built.platform.database_url(service))
                marks = Marks(documents[service], frozenset(TOLD.get(service, ())))
                url = built.processes[service].url
                made[service] = Canary(service, url, client, database, tokens, marks)
            yield made
        finally:
            for each in made.values():
                await each.database.close()
