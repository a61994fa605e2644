"""Enquiries as advisers make and change them over HTTP."""

from typing import Any

import orjson

from support.inside import Caller, Inside

ENQUIRIES = "/v1/enquiries"
ACUTE: dict[str, Any] = {
    "municipality_code": "9901",
    "channel": "phone",
    "requester": "municipality_school",
    "profession": "leader",
    "topics": ["re_education_trip"],
    "is_case_specific": True,
    "concerns_minor": "yes",
    "age_band": "15_17",
    "stay_phase": "before",
    "urgency": "acute",
}
CALM: dict[str, Any] = {
    **ACUTE,
    "topics": ["legislation"],
    "is_case_specific": False,
    "concerns_minor": "no",
    "urgency": "normal",
}


async def told(service: Inside) -> list[tuple[str, dict[str, Any], dict[str, str]]]:
    """What waits in the internal outbox: the type's own part, the data, the headers."""
    rows = await service.pool.fetch("select headers, payload from outbox where stream = 'internal' order by id")
    return [(row["headers"]["ce_type"].split(".")[3], orjson.loads(row["payload"]), row["headers"]) for row in rows]


async def register(adviser: Caller, said: dict[str, Any] = CALM, **more: Any) -> str:
    """The address of a new enquiry."""
    return f"{ENQUIRIES}/{(await adviser.post(ENQUIRIES, {**said, **more}))['id']}"


async def do(adviser: Caller, path: str, what: str, **said: Any) -> Any:
    """The enquiry after this was done with it."""
    return await adviser.post(f"{path}/{what}", said, revision=(await adviser.get(path))["revision"])


async def tried(adviser: Caller, path: str, what: str, **said: Any) -> Any:
    """The answer when this is tried."""
    return await adviser.command(f"{path}/{what}", said, revision=(await adviser.get(path))["revision"])


async def answered(adviser: Caller, said: dict[str, Any] = CALM, **more: Any) -> str:
    """The address of an enquiry that has been answered and lacks nothing but what was left out."""
    path = await register(adviser, said, **more)
    await do(adviser, path, "triage", team="rejseholdet")
    await do(adviser, path, "answer", advice=["material"])
    return path
