"""Whatever text a client sends, none of it is found in a topic, log line, span, metric or dead letter."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from contracts.topics import TOPICS
from embedded.platform import Platform
from support.services import Caller, system
from support.story import VALID, everything, publish_plan, running
from support.waiting import until

CANARY = "kanariefugl" + uuid4().hex[:12]


def marked_bodies() -> list[tuple[str, str, dict]]:
    """Every command with the mark in every text that it knows, and in one that it does not know."""
    indicator = {
        "plan_id": str(uuid4()),
        "code": "plans",
        "name_da": CANARY,
        "name_en": CANARY,
        "kind": "outcome",
        "frequency": "year",
        "definition": {**VALID, "text_da": CANARY, "text_en": CANARY, "match": {"municipality_code": CANARY}},
    }
    area = {"number": 1, "title_da": CANARY, "title_en": CANARY}
    initiative = {"number": 1, "title_da": CANARY, "title_en": CANARY, "children_youth": "no"}
    return [
        ("planning", "/v1/indicators", indicator),
        ("planning", "/v1/indicators", {**indicator, "code": CANARY.upper(), CANARY: CANARY}),
        (
            "planning",
            "/v1/action-plans",
            {
                "year": 2026,
                "title_da": CANARY,
                "title_en": CANARY,
                "provenance": "synthetic",
                "focus_areas": [{**area, "initiatives": [{**initiative, "responsible_ministry": CANARY}]}],
            },
        ),
        ("planning", "/v1/action-plans", {"year": 2026, "title_da": f"{CANARY}\0", "provenance": "synthetic"}),
        ("advisory", "/v1/preparedness-plans", {"municipality_code": CANARY, "covers": [CANARY], CANARY: CANARY}),
        (
            "advisory",
            "/v1/preparedness-plans",
            {"municipality_code": "0101", "covers": ["adults"], "source_url": CANARY},
        ),
        ("advisory", f"/v1/preparedness-plans/{CANARY}/adopt", {"adopted_on": CANARY}),
        ("advisory", f"/v1/preparedness-plans/{uuid4()}/adopt", {"adopted_on": CANARY}),
        ("advisory", f"/v1/{CANARY}", {CANARY: CANARY}),
    ]


async def send_marks(callers: dict[str, Caller]) -> None:
    """The mark has been sent in every body, address, parameter, header and token."""
    headers = {
        "User-Agent": CANARY,
        "baggage": f"name={CANARY}",
        "tracestate": f"maerk={CANARY}",
        "traceparent": f"00-{uuid4().hex}-{uuid4().hex[:16]}-01",
        "X-Forwarded-For": CANARY,
        "Referer": f"https://example.org/{CANARY}",
        "If-Match": '"1"',
    }
    for service, path, body in marked_bodies():
        await callers[service].ask(
            "POST", path, json=body, headers={**headers, "Idempotency-Key": CANARY + uuid4().hex}
        )
    for caller in callers.values():
        await caller.ask("GET", f"/v1/preparedness-plans?region={CANARY}&{CANARY}={CANARY}", headers=headers)
        await caller.ask("GET", f"/v1/readings/{uuid4()}/evidence?after={CANARY}", headers=headers)
        await caller.ask("POST", "/v1/indicators", content=f'{{"name_da": "{CANARY}', headers=headers)
        for token in (CANARY, f"{CANARY}.{CANARY}.{CANARY}", caller.token[:-8] + CANARY):
            await Caller(caller.url, token).ask("GET", "/v1/action-plans", headers=headers)


@pytest.mark.rule("a.12/traces")
async def test_no_text_of_a_client_leaves_the_service_that_it_was_sent_to(
    own_platform: Callable[..., Platform], tmp_path: Path
) -> None:
    platform = own_platform("postgres", "kafka", "zipkin")
    with system(platform, "advisory", "planning", folder=tmp_path) as built:
        await running(built)
        adviser = built.caller("advisory", "adviser", "plan_editor")
        callers = {"advisory": adviser, "planning": built.caller("planning", "plan_editor", "adviser")}
        await publish_plan(adviser, "0101")
        await send_marks(callers)
        faulty = await asyncpg.connect(platform.database_url("planning"))
        await faulty.execute(
            "alter table action_plans rename to action_plans_away"
        )  # a fault of ours, with text in hand
        await send_marks(callers)
        await faulty.execute("alter table action_plans_away rename to action_plans")
        await publish_plan(adviser, "0147")
        assert await faulty.fetchval("select count(*) from action_plans where title_da = $1", CANARY) == 1

        async def both_published() -> bool:
            return await faulty.fetchval("select count(*) from projections.facts where type like '%published.v1'") == 2

        await until(both_published, within=30)
        places = {
            "topics": repr([(m.key(), m.headers(), m.value()) for m in everything(platform.kafka, TOPICS)]),
            "logs": "".join(each.log.read_text() for each in built.processes.values()),
            "dead letters": repr(await faulty.fetch("select * from parked_event")),
            "facts": repr(await faulty.fetch("select * from projections.facts")),
        }
        await faulty.close()
        async with httpx2.AsyncClient(timeout=20) as client:
            for name, process in built.processes.items():
                places[f"metrics of {name}"] = (await client.get(f"{process.url}/metrics")).text

            async def traced() -> bool:
                spans = (await client.get(f"{platform.zipkin}/api/v2/traces?limit=1000&lookback=3600000")).json()
                places["spans"] = json.dumps(spans)
                return "post /v1/action-plans" in places["spans"] and "process maerk.internal" in places["spans"]

            await until(traced, within=30)
        assert "UndefinedTableError" in places["logs"], "the fault was not logged, so nothing was proved about it"
        for place, text in places.items():
            assert text, f"nothing was found in {place}"
            assert CANARY.lower() not in text.lower(), f"the mark is in {place}: {_around(text)}"


def _around(text: str) -> str:
    at = text.lower().index(CANARY.lower())
    return text[max(0, at - 200) : at + 100]
