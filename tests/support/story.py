"""The story that flow tests tell: municipalities publish plans, and a figure counts them."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

import asyncpg
from confluent_kafka import Consumer, TopicPartition

from contracts.geography import municipalities
from contracts.topics import SERVICES, Topic
from embedded.platform import Platform
from support.services import Caller, System
from support.waiting import until

TODAY = date(2026, 11, 23)
PUBLISHED = "dk.maerk.advisory.preparedness-plan-published.v1"
REVISION_DUE = "dk.maerk.advisory.preparedness-plan-revision-due.v1"
OVERDUE = "dk.maerk.advisory.preparedness-plan-overdue.v1"
VALID = {
    "text_da": "Kommuner med en vedtaget og offentliggjort beredskabsplan, der højst er fire år gammel",
    "method": "latest",
    "event_types": [PUBLISHED, REVISION_DUE, OVERDUE],
    "counting_types": [PUBLISHED, REVISION_DUE],
    "by_field": "municipality_code",
    "out_of": 98,
}


def codes(count: int) -> list[str]:
    """So many municipality codes."""
    return [each.code for each in municipalities(TODAY)][:count]


async def running(built: System) -> None:
    """Every service answers."""
    await asyncio.gather(*(each.start() for each in built.processes.values()))


async def valid_plans(planner: Caller) -> str:
    """The id of a new indicator that counts municipalities with a valid plan."""
    plan = await planner.post(
        "/v1/action-plans", {"year": 2026, "title_da": "Syntetisk plan", "provenance": "synthetic"}
    )
    indicator = await planner.post(
        "/v1/indicators",
        {
            "plan_id": plan["id"],
            "code": "valid-plans",
            "name_da": "Kommuner med gyldig beredskabsplan",
            "kind": "outcome",
            "frequency": "year",
            "definition": VALID,
        },
    )
    return indicator["id"]


async def recorded(adviser: Caller, code: str) -> dict[str, Any]:
    """The municipality's new entry in the register."""
    return await adviser.post("/v1/preparedness-plans", {"municipality_code": code, "covers": ["children_youth"]})


async def publish_plan(adviser: Caller, code: str, *, adopted_on: str = "2026-01-15") -> None:
    """The municipality has a plan that is recorded, adopted and published."""
    plan = await recorded(adviser, code)
    path = f"/v1/preparedness-plans/{plan['id']}"
    plan = await adviser.post(f"{path}/adopt", {"adopted_on": adopted_on}, revision=plan["revision"])
    await adviser.post(f"{path}/publish", {"published_url": "https://example.org/plan"}, revision=plan["revision"])


async def reading(planner: Caller, indicator: str, provenance: str = "actual") -> dict[str, Any]:
    """The reading of the present year."""
    readings = (await planner.get(f"/v1/indicators/{indicator}"))["readings"]
    return next(each for each in readings if each["provenance"] == provenance)


def everything(bootstrap: str, topics: Sequence[Topic], **settings: str) -> list[Any]:
    """Every message of these topics from the first to the last that is there now."""
    reader = Consumer(
        {"bootstrap.servers": bootstrap, "group.id": "reads-everything", "enable.auto.commit": False, **settings}
    )
    try:
        ends = {
            (topic.name, number): reader.get_watermark_offsets(TopicPartition(topic.name, number), timeout=10)
            for topic in topics
            for number in range(topic.partitions)
        }
        reader.assign([TopicPartition(*place, low) for place, (low, _) in ends.items()])
        wanted = sum(high - low for low, high in ends.values())
        found: list[Any] = []
        while len(found) < wanted:
            messages = reader.consume(500, timeout=10)
            assert messages, f"{len(found)} of {wanted} messages came"
            for each in messages:
                assert each.error() is None, each.error()
            found += messages
        return found
    finally:
        reader.close()


async def settled(platform: Platform) -> bool:
    """No outbox holds anything, and every service has read to the ends of its topics."""
    reader = Consumer({"bootstrap.servers": platform.kafka, "group.id": "looks-at-ends"})
    try:
        for service in SERVICES:
            db = await asyncpg.connect(platform.database_url(service))
            try:
                if await db.fetchval("select exists (select from outbox)"):
                    return False
                for row in await db.fetch("select topic, partition, next_offset from consumer_position"):
                    place = TopicPartition(row["topic"], row["partition"])
                    if reader.get_watermark_offsets(place, timeout=10)[1] > row["next_offset"]:
                        return False
            finally:
                await db.close()
        return True
    finally:
        reader.close()


async def rest(platform: Platform) -> None:
    """Nothing is under way, and nothing has come of it since."""

    async def at_rest() -> bool:
        return await settled(platform) and await settled(platform)

    await until(at_rest, within=90)
