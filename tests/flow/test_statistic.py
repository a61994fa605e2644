"""A released statistic is the plan's outcome, and goes on being what knowledge says of it."""

from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from contracts.cloudevents import sequence_header
from contracts.topics import TOPICS
from embedded.platform import Platform
from support.services import Caller, system
from support.statistics import TABLE, body, correction, do, released, shares
from support.story import everything, reading, running
from support.waiting import until

TOPIC = next(each for each in TOPICS if each.name == "maerk.internal.knowledge")
BOUND = {
    "text_da": "Andel unge under social kontrol",
    "method": "newest",
    "event_types": [f"dk.maerk.knowledge.statistic-{each}.v1" for each in ("released", "corrected", "retracted")],
    "match": {"table": TABLE},
    "sum_field": "headline_value",
}


async def outcome(planner: Caller) -> str:
    """The id of an outcome indicator that shows what the table says."""
    said = {"year": 2026, "title_da": "Syntetisk plan", "provenance": "synthetic"}
    plan = await planner.post("/v1/action-plans", said)
    indicator = {"plan_id": plan["id"], "code": "control", "name_da": "Unge under kontrol", "kind": "outcome"}
    return (await planner.post("/v1/indicators", {**indicator, "frequency": "year", "definition": BOUND}))["id"]


def say_again(bootstrap: str) -> int:
    """Every event of knowledge lies in its topic twice more with new numbers, the last one first."""
    told = everything(bootstrap, [TOPIC])
    producer = Producer({"bootstrap.servers": bootstrap})
    highest = max(int(dict(each.headers())["ce_sequence"]) for each in told)
    for place, each in enumerate([*reversed(told), *reversed(told)], start=1):
        headers = [pair for pair in each.headers() if pair[0] != "ce_sequence"] + [sequence_header(highest + place)]
        producer.produce(TOPIC.name, each.value(), each.key(), partition=each.partition(), headers=headers)
    assert producer.flush(20) == 0
    return len(told)


async def all_heard(platform: Platform) -> bool:
    """Planning has read what knowledge told to its ends."""
    reader = Consumer({"bootstrap.servers": platform.kafka, "group.id": "looks-at-ends"})
    db = await asyncpg.connect(platform.database_url("planning"))
    try:
        rows = await db.fetch("select partition, next_offset from consumer_position where topic = $1", TOPIC.name)
        ends = [
            reader.get_watermark_offsets(TopicPartition(TOPIC.name, row["partition"]), timeout=10)[1] for row in rows
        ]
        return ends == [row["next_offset"] for row in rows]
    finally:
        reader.close()
        await db.close()


@pytest.mark.rule("c.6/statistic-released→planning", "c.5/no-number", "c.5/9", "c.4/written")
async def test_an_outcome_of_the_plan_is_what_knowledge_released_corrected_and_took_back(
    own_platform: Callable[..., Platform], tmp_path: Path
) -> None:
    platform = own_platform("postgres", "kafka")
    with system(platform, "knowledge", "planning", folder=tmp_path) as built:
        await running(built)
        editor, steward = built.caller("knowledge", "editor"), built.caller("knowledge", "data_steward")
        planner = built.caller("planning", "plan_editor")
        indicator = await outcome(planner)

        def says(expected: str | None) -> Callable[[], Any]:
            async def stands() -> bool:
                found = (await planner.get(f"/v1/indicators/{indicator}"))["readings"]
                said: list[Any] = [each["value"] for each in found if each["provenance"] == "actual"]
                wanted = None if expected is None else Decimal(expected)
                return [None if each is None else Decimal(each) for each in said] == [wanted]

            return stands

        made = await released(editor, steward, body(provenance="actual"))
        await until(says("21.4"), within=30)
        stands = await reading(planner, indicator)
        evidence = await planner.get(f"/v1/readings/{stands['id']}/evidence")
        assert evidence["definition"]["text_da"] == BOUND["text_da"]
        [told] = [each["data"] for each in evidence["items"]]
        assert (told["as_of"], told["definition_version"]) == ("2026-10-31", 1)
        async with httpx2.AsyncClient() as anybody:
            answer = await anybody.get(f"{editor.url}{made['tables'][0]['document']}")
        assert sha256(answer.content).hexdigest() == told["table_digest"]

        await do(steward, made, "correct", correction(shares("20.9")))
        await until(says("20.9"), within=30)
        await do(steward, made, "correct", correction(shares("22.1"), reason="late_reports"))
        await until(says("22.1"), within=30)
        await until(lambda: all_heard(platform), within=30)
        before = await planner.get(f"/v1/indicators/{indicator}/readings")
        built.processes["knowledge"].stop()  # its relay would not send behind numbers that it did not give
        assert say_again(platform.kafka) == 3
        await until(lambda: all_heard(platform), within=30)
        after = await planner.get(f"/v1/indicators/{indicator}/readings")
        for name in ("value", "event_count", "counted_hash", "as_of"):
            assert [each[name] for each in after["items"]] == [each[name] for each in before["items"]]
