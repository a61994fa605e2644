"""Events and registrations as a test of training makes them, all synthetic unless it says otherwise."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx2

from support.inside import Caller, Inside

EVENTS = "/v1/events"
OPENS, CLOSES = datetime(2026, 11, 20, 8, tzinfo=UTC), datetime(2027, 3, 1, 11, tzinfo=UTC)
STARTS = datetime(2027, 3, 15, 8, tzinfo=UTC)
DRAFT = {
    "kind": "theme_day",
    "title_da": "Syntetisk temadag",
    "topics": ["preparedness_plan"],
    "level": "basic",
    "children_youth": "partly",
    "provenance": "synthetic",
    "area": "west",
    "capacity": 2,
    "registration_opens_at": OPENS.isoformat(),
    "registration_closes_at": CLOSES.isoformat(),
    "starts_at": STARTS.isoformat(),
    "ends_at": "2027-03-15T14:00:00Z",
    "venue": "Syntetisk Sal 1",
}
SHELTER = {"organisation": "shelter:a", "organisation_type": "shelter", "profession": "pedagogue"}


def coordinator(training: Inside) -> Caller:
    return training.caller("course_coordinator")


def key_person(training: Inside, *codes: str) -> Caller:
    return training.caller("municipal_key_person", municipality_codes=list(codes))


def own(code: str, **said: Any) -> dict[str, Any]:
    """A municipality's own registration."""
    named = {"organisation": f"municipality:{code}", "organisation_type": "municipality", "municipality_code": code}
    return {**named, "profession": "social_worker", **said}


async def draft(training: Inside, **said: Any) -> str:
    """The address of a new draft."""
    return f"{EVENTS}/{(await coordinator(training).post(EVENTS, {**DRAFT, **said}))['id']}"


async def do(training: Inside, path: str, verb: str, body: Any = None) -> Any:
    """The event or registration after the command, meant for its present revision."""
    caller = coordinator(training)
    return await caller.post(f"{path}/{verb}", body, revision=(await caller.get(path))["revision"])


async def announced(training: Inside, **said: Any) -> str:
    """The address of an event that takes registrations, unless its moments say otherwise."""
    path = await draft(training, **said)
    await do(training, path, "publish")
    return path


async def register(training: Inside, event: str, said: dict[str, Any] = SHELTER) -> str:
    """The address of a new registration."""
    return f"/v1/registrations/{(await coordinator(training).post(f'{event}/registrations', said))['id']}"


async def states(training: Inside, registrations: Sequence[str]) -> list[str]:
    return [(await coordinator(training).get(each))["state"] for each in registrations]


async def public(training: Inside) -> list[tuple[str, dict[str, Any]]]:
    """What waits in the public outbox: the last part of each type, and its data."""
    rows = await training.pool.fetch("select headers, payload from outbox where stream = 'public' order by id")
    return [
        (row["headers"]["ce_type"].split(".")[3], httpx2.Response(200, content=row["payload"]).json()) for row in rows
    ]
