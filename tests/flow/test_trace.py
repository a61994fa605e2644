"""An operator follows one request through all services in one trace."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from embedded.platform import Platform
from support.services import System, system
from support.story import recorded, running, valid_plans
from support.waiting import until

pytestmark = pytest.mark.rule("p/trace")


async def published(built: System, code: str) -> str:
    """The trace in which a plan was published, as the answer says it."""
    adviser = built.caller("advisory", "adviser")
    plan = await recorded(adviser, code)
    path = f"/v1/preparedness-plans/{plan['id']}"
    await adviser.post(f"{path}/adopt", {"adopted_on": "2026-01-15"}, revision=plan["revision"])
    early = await adviser.ask("POST", f"{path}/publish", json={})
    assert early.status_code == 428, early.text
    assert "traceresponse" in early.headers, "a refused request can be followed too"
    answer = await adviser.ask(
        "POST",
        f"{path}/publish",
        json={"published_url": "https://example.org/plan"},
        headers={
            "Idempotency-Key": str(uuid4()),
            "If-Match": '"2"',
            "traceparent": f"00-{CALLERS}-{uuid4().hex[:16]}-01",
        },
    )
    assert answer.status_code == 200, answer.text
    trace_id = answer.headers["traceresponse"].split("-")[1]
    assert trace_id != CALLERS, "whatever a caller sends as its trace does not travel"
    return trace_id


async def spans_of(platform: Platform, trace_id: str) -> list[dict[str, Any]]:
    """The trace as Zipkin has it now."""
    async with httpx2.AsyncClient() as client:
        answer = await client.get(f"{platform.zipkin}/api/v2/trace/{trace_id}")
    return answer.json() if answer.status_code == 200 else []


def steps(spans: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Service and name of each span."""
    return {(each["localEndpoint"]["serviceName"], each["name"]) for each in spans}


CALLERS = uuid4().hex
WHOLE = {
    ("advisory", "post /v1/preparedness-plans/{id}/publish"),
    ("advisory", "wait outbox internal"),
    ("advisory", "send maerk.internal.advisory"),
    ("planning", "process maerk.internal.advisory"),
    ("planning", "send maerk.internal.planning"),
}


async def test_one_trace_leads_from_the_request_to_the_reading_also_when_the_consumer_had_to_retry(
    own_platform: Callable[..., Platform], tmp_path: Path
) -> None:
    platform = own_platform("postgres", "kafka", "zipkin")
    with system(platform, "advisory", "planning", folder=tmp_path) as built:
        await running(built)
        await valid_plans(built.caller("planning", "plan_editor"))

        at_once = await published(built, "0101")
        await until(lambda: _is_whole(platform, at_once), within=30)

        blocker = await asyncpg.connect(platform.database_url("planning"))
        hold = blocker.transaction()
        await hold.start()
        await blocker.execute("select from indicators for update")  # the reading cannot be made while this is held
        after_retry = await published(built, "0147")
        await until(lambda: _has_failed_attempt(platform, after_retry), within=30)
        await hold.rollback()
        await blocker.close()
        await until(lambda: _is_whole(platform, after_retry), within=40)

        attempts = [
            int(each["tags"]["maerk.attempt"])
            for each in await spans_of(platform, after_retry)
            if each["name"] == "process maerk.internal.advisory"
        ]
        assert sorted(attempts) == list(range(1, len(attempts) + 1))
        assert len(attempts) >= 2


async def _is_whole(platform: Platform, trace_id: str) -> bool:
    return steps(await spans_of(platform, trace_id)) >= WHOLE


async def _has_failed_attempt(platform: Platform, trace_id: str) -> bool:
    return any(each.get("tags", {}).get("maerk.outcome") == "not-now" for each in await spans_of(platform, trace_id))
