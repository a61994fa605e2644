"""What partners see says nothing about what they do not see."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.topics import topic
from embedded.platform import Platform
from support.services import Caller, system
from support.story import everything, publish_plan, running
from support.waiting import until

PUBLIC = topic("advisory", "public")
RANDOM = {"ce_id", "ce_subject", "ce_partitionkey", "ce_time", "ce_sequence"}


async def told(adviser: Caller, code: str, *, internal_events: int) -> str:
    """The subject of a plan that is published and whose next version is adopted, with internal events in between."""
    await publish_plan(adviser, code)
    board = await adviser.get("/v1/preparedness-plans")
    plan = next(row["id"] for row in board["items"] if row["municipality_code"] == code)
    path, revision = f"/v1/preparedness-plans/{plan}", 3
    for _ in range(internal_events):
        revision = (await adviser.post(f"{path}/verify", revision=revision))["revision"]
    revision = (await adviser.post(f"{path}/revise", {"covers": ["adults"]}, revision=revision))["revision"]
    await adviser.post(f"{path}/adopt", {"adopted_on": "2026-02-01"}, revision=revision)
    return plan


def visible(message: Any) -> tuple[list[tuple[str, bytes | None]], dict[str, Any]]:
    """All that a partner sees of a message but its ids, its moment and its number."""
    data = json.loads(message.value())
    data.pop("municipality_code")
    return [(name, None if name in RANDOM else value) for name, value in message.headers()], data


@pytest.mark.rule("a.12/public-stream")
async def test_internal_events_change_no_byte_of_the_public_stream(
    own_platform: Callable[..., Platform], tmp_path: Path
) -> None:
    platform = own_platform("postgres", "kafka")
    with system(platform, "advisory", folder=tmp_path) as built:
        await running(built)
        adviser = built.caller("advisory", "adviser")
        subjects = [
            await told(adviser, "0101", internal_events=0),
            await told(adviser, "0147", internal_events=7),
        ]
        await until(lambda: len(everything(platform.kafka, [PUBLIC])) == 6, within=20)
        messages = everything(platform.kafka, [PUBLIC])
        quiet, busy = ([each for each in messages if each.key().decode() == subject] for subject in subjects)
        assert [visible(each) for each in quiet] == [visible(each) for each in busy]
        numbers = sorted(int(dict(each.headers())["ce_sequence"]) for each in messages)
        assert numbers == [1, 2, 3, 4, 5, 6], "a gap would tell of what lies between"
