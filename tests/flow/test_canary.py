"""Whatever text a client sends, none of it is found in a topic, log line, span, metric or dead letter."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx2
import pytest

from contracts.topics import SERVICES, TOPICS
from embedded.platform import Platform
from support.canary import UNTAKEN, Canary, canaries
from support.canary_stories import STORIES, published
from support.marks import MARK, SECRETS, TOLD, Marks, around
from support.services import System, system
from support.story import everything, rest, running
from support.waiting import until

MAY_TELL = ("events", "projections", "dead letters")
"""Where the addresses and names that events are meant to carry may be found."""


async def refuse_a_fact(canary: Mapping[str, Canary]) -> None:
    """Planning has set an event aside that its database refused."""
    advisory, planning = canary["advisory"], canary["planning"].database
    await planning.execute("alter table projections.facts add constraint canary check (false) not valid")
    await published(advisory)

    async def parked() -> bool:
        return await planning.fetchval("select exists (select from parked_event where reason like '%canary%')")

    await until(parked, within=30)
    await planning.execute("alter table projections.facts drop constraint canary")


async def looked_at(built: System, canary: Mapping[str, Canary]) -> dict[str, str]:
    """All that leaves the services, by where it was found."""
    platform = built.platform
    messages = everything(platform.kafka, TOPICS)
    places = {
        "events": repr([each.value() for each in messages]),
        "keys and headers": repr([(each.key(), each.headers()) for each in messages]),
        "the database's log": platform.log("postgres").read_text(),
        "the broker's log": platform.log("kafka").read_text(),
        "dead letters": "",
        "projections": "",
    }
    async with httpx2.AsyncClient(timeout=60) as client:
        for name, process in built.processes.items():
            database = canary[name].database
            places[f"log of {name}"] = process.log.read_text()
            places[f"metrics of {name}"] = (await client.get(f"{process.url}/metrics")).text
            places[f"health of {name}"] = (await client.get(f"{process.url}/pipelinez")).text
            places[f"headers of {name}'s answers"] = "".join(canary[name].heads)
            places["dead letters"] += repr(await database.fetch("select * from parked_event"))
            tables = await database.fetch("select tablename from pg_tables where schemaname = 'projections'")
            for row in tables:
                places["projections"] += repr(await database.fetch(f"select * from projections.{row['tablename']}"))

        async def traced() -> bool:
            spans = (await client.get(f"{platform.zipkin}/api/v2/traces?limit=20000&lookback=3600000")).json()
            places["spans"] = json.dumps(spans)
            heard = {each.get("localEndpoint", {}).get("serviceName") for trace in spans for each in trace}
            return heard >= set(SERVICES) and "process maerk.internal" in places["spans"]

        await until(traced, within=60)
    return places


@pytest.mark.timeout(600)
@pytest.mark.rule("a.12/traces")
async def test_no_text_of_a_client_leaves_the_service_that_it_was_sent_to(
    own_platform: Callable[..., Platform], tmp_path: Path
) -> None:
    platform = own_platform("postgres", "kafka", "zipkin")
    with system(platform, *SERVICES, folder=tmp_path) as built:
        await running(built)
        async with canaries(built) as canary:
            for service, story in STORIES.items():
                await story(canary[service])
                unknown = canary[service].marks.places() - canary[service].taken - UNTAKEN.get(service, set())
                assert not unknown, f"{service} takes texts in which the canary has sent no mark: {sorted(unknown)}"
            await refuse_a_fact(canary)
            for each in canary.values():
                await each.say_wrongly()
                assert each.answers.keys() >= {200, 201, 400, 401, 403, 404, 409, 412, 422, 500}, each.answers
            await rest(platform)
            places = await looked_at(built, canary)
        for service in SERVICES:
            assert "CheckViolationError" in places[f"log of {service}"], f"no fault was logged in {service}"
        assert "check constraint" in places["the database's log"]
        for place in MAY_TELL:
            assert TOLD in places[place], f"not even what may be told was found in {place}"
        for place, text in places.items():
            assert text, f"nothing was found in {place}"
            for secret in SECRETS if place in MAY_TELL else (*SECRETS, TOLD):
                assert secret.lower() not in text.lower(), f"{secret} is in {place}: {around(text, secret)}"


def test_the_canary_misses_no_text_of_a_new_route() -> None:
    document = {
        "components": {"schemas": {"Note": {"type": "object", "properties": {"note": {"type": "string"}}}}},
        "paths": {"/v1/notes": {"post": {"requestBody": {"content": {"application/json": {"schema": {
            "type": "object",
            "properties": {
                "notes": {"type": "array", "items": {"$ref": "#/components/schemas/Note"}},
                "by_name": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 100}},
                "kind": {"type": "string", "enum": ["a"]},
                "url": {"anyOf": [{"type": "string", "pattern": "^https://"}, {"type": "null"}]},
            }
        }}}}}}},
    }  # fmt: skip
    found = Marks(document).places()
    assert found == {f"POST /v1/notes {each}" for each in ("/notes/*/note", "/by_name/*", "/url")}
    assert MARK in repr(Marks(document).body("POST /v1/notes", {"notes": [{}]}))
