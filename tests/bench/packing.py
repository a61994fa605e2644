"""How long a committee's question takes after a synthetic year of everybody's events."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter
from uuid import uuid4

from bench.rounds import Outcome, must
from chassis.consumer import effects
from contracts import cloudevents
from contracts.advisory import NeedIdentified
from contracts.topics import partition
from embedded.platform import Platform
from embedded.state import ROOT
from planning.__main__ import LISTENS, SERVICE
from support.consuming import Message
from support.inside import Caller, Inside, inside, migrated, new_database
from support.year import A_YEAR, year

PARTS = ("postgres",)
NOW = datetime(2027, 1, 4, 12, tzinfo=UTC)
LIMIT_S = 10.0
TOPICS = ("preparedness_plan", "threats")
FORMS = ("", "/page", "/pdf")


async def measure(platform: Platform, *, rounds: int, scale: float) -> Outcome:
    """The time from the question to the whole answer, for one caller. Units: s."""
    url = await new_database(platform, "planning", await migrated(platform, "planning"))
    async with inside(SERVICE, url, at=NOW) as planning:
        await _define(planning.caller("plan_editor"))
        count = await _hear(planning, int(A_YEAR * scale))
        editor = planning.caller("plan_editor")
        values: dict[str, list[float | None]] = {f"{topic}{form}": [] for topic in TOPICS for form in FORMS}
        for _ in range(rounds):
            for topic in TOPICS:
                for form in FORMS:
                    values[f"{topic}{form}"].append(await _asked(editor, topic, form))
    outcome = Outcome("s", values, facts={"events": float(count)})
    slowest = max(each for found in values.values() for each in found if each is not None)
    outcome.facts[f"within {LIMIT_S:.0f} s"] = "yes" if slowest <= LIMIT_S else "no"
    return outcome


async def _define(editor: Caller) -> None:
    """A plan has the seed's figures, and one of every month."""
    plan = await editor.post("/v1/action-plans", {"year": 2026, "title_da": "Syntetisk", "provenance": "synthetic"})
    seeded = json.loads((ROOT / "deploy/seed/indicators.json").read_text(encoding="utf-8"))
    monthly = {"text_da": "Syntetisk", "method": "event_count", "event_types": [NeedIdentified.type]}
    said = {"code": "monthly", "name_da": "Syntetisk", "kind": "output", "frequency": "month", "definition": monthly}
    for each in (*seeded, {**said, "definition": {**monthly, "match": {"topic": "threats"}}}):
        each.pop("initiative", None)
        await editor.post("/v1/indicators", {"plan_id": plan["id"], **each})


async def _hear(planning: Inside, count: int) -> int:
    """Planning has heard a year of about so many events."""
    logs: dict[tuple[str, int], list[Message]] = {}
    for each in _messages(count):
        logs.setdefault((each.topic, each.partition), []).append(each)
    for messages in logs.values():
        for start in range(0, len(messages), 500):
            must(await effects.apply(planning.pool, messages[start : start + 500], LISTENS) is not None, "not heard")
    return sum(map(len, logs.values()))


def _messages(count: int) -> Iterator[Message]:
    ends, sequences = Counter[tuple[str, int]](), Counter[str]()
    for each in year(2026, count=count):
        told = cloudevents.encode(each, id=uuid4(), stream="internal", flow=None)
        topic, number = f"maerk.internal.{each.service}", partition(told.key)
        sequences[topic] += 1
        headers = [*told.headers, cloudevents.sequence_header(sequences[topic])]
        yield Message(topic, number, ends[topic, number], told.key, told.value, headers)
        ends[topic, number] += 1


async def _asked(editor: Caller, topic: str, form: str) -> float:
    asked = {"topic": topic, "from": "2026", "to": "2026", "provenance": "synthetic"}
    began = perf_counter()
    answer = await editor.ask("GET", f"/v1/committee-packs{form}", params=asked)
    must(answer.status_code == 200, answer.text)
    return perf_counter() - began
