"""A synthetic year through the whole platform: every figure is what the log says, also when everything is made anew."""

import json
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from confluent_kafka import Consumer, TopicPartition

from chassis import database, outbox
from chassis.rebuild import rebuild
from embedded.platform import Platform
from embedded.state import ROOT
from maerk.planning import _verified
from planning.__main__ import LISTENS
from planning.queries.verify import Verified, verify
from support.editing import plan, published
from support.services import Caller, System, system
from support.story import running
from support.waiting import until
from support.year import A_YEAR, year

YEAR = 2025
WRITERS = ("advisory", "training", "cooperation", "knowledge")
CASES = ["dk.maerk.advisory.enquiry-registered.v1"]
ATTENDED = "dk.maerk.training.registration-attended.v1"
MORE: dict[str, dict[str, Any]] = {
    "cases": {"text_da": "Syntetisk", "method": "event_count", "event_types": CASES},
    "attended": {"text_da": "Syntetisk", "method": "event_count", "event_types": [ATTENDED]},
    "participants": {
        "text_da": "Syntetisk", "method": "sum", "event_types": ["dk.maerk.training.event-held.v1"],
        "sum_field": "participant_count",
    },
}  # fmt: skip


async def indicators(planner: Caller) -> tuple[str, list[str]]:
    """The id of a plan with the seeded figures and some more, and its initiatives."""
    plan_id, initiatives = await plan(planner, YEAR)
    seeded = json.loads((ROOT / "deploy/seed/indicators.json").read_text(encoding="utf-8"))
    figures = [(each["code"], each["kind"], each["frequency"], each["definition"]) for each in seeded]
    for code, kind, frequency, definition in [*figures, *((code, "output", "year", MORE[code]) for code in MORE)]:
        body = {"plan_id": plan_id, "code": code, "name_da": "Syntetisk", "kind": kind, "frequency": frequency}
        await planner.post("/v1/indicators", {**body, "definition": definition})
    return plan_id, initiatives


async def play(built: System, count: int) -> int:
    """The year is in the services' outboxes, as their own transactions would have put it there."""
    told = 0
    pools = {each: await database.pool(built.platform.database_url(each), name="year", size=1) for each in WRITERS}
    for service, events in groupby(year(YEAR, count=count), key=lambda each: each.service):
        batch = list(events)
        async with database.transaction(pools[service]) as tx:
            await outbox.publish(tx, *batch)
        told += len(batch)
    for each in pools.values():
        await each.close()
    return told


async def settled(built: System, pool: asyncpg.Pool) -> bool:
    """Nothing waits to be sent, and planning has read all that was."""
    for each in built.processes:
        connection = await asyncpg.connect(built.platform.database_url(each))
        try:
            if await connection.fetchval("select count(*) from public.outbox"):
                return False
        finally:
            await connection.close()
    rows = await pool.fetch("select topic, partition, next_offset from public.consumer_position")
    client = Consumer({"bootstrap.servers": built.platform.kafka, "group.id": "year"})
    try:
        return all(
            client.get_watermark_offsets(TopicPartition(row["topic"], row["partition"]), timeout=10)[1]
            == row["next_offset"]
            for row in rows
        )
    finally:
        client.close()


async def verified(pool: asyncpg.Pool, bootstrap: str) -> Verified:
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        return await verify(connection, bootstrap)


@pytest.mark.rule("c.5/3", "c.5/recounted", "c.5/closed")
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("count", [1_500, pytest.param(A_YEAR, marks=pytest.mark.long)])
async def test_after_a_year_every_figure_is_what_the_log_says_and_a_rebuild_changes_none(
    own_platform: Callable[..., Platform], tmp_path: Path, count: int
) -> None:
    with system(own_platform("postgres", "kafka"), *WRITERS, "planning", folder=tmp_path) as built:
        await running(built)
        planner = built.caller("planning", "plan_editor", "operator")
        plan_id, initiatives = await indicators(planner)
        told = await play(built, count)
        assert 0.9 * count < told < 1.1 * count
        url, kafka = built.platform.database_url("planning"), built.platform.kafka
        pool = await database.pool(url, name="test", size=2, idle_in_transaction_session_timeout="0")
        await until(lambda: settled(built, pool), within=1_200)
        revision = (await planner.get(f"/v1/action-plans/{plan_id}"))["revision"]
        await planner.post(f"/v1/action-plans/{plan_id}/close-period", {"period": str(YEAR)}, revision=revision)
        edition = f"/v1/editions/{await published(planner, plan_id, initiatives, year=YEAR, answers_by='2099-12-31')}"
        before = await pool.fetch("select * from readings order by place")
        document = (await planner.ask("GET", f"{edition}/document")).content
        shown = [each for each in json.loads(document)["figures"] if each["value"] is not None]
        assert {each["period"][:4] for each in shown} == {str(YEAR)}
        assert {row["status"] for row in before} >= {"final"}
        first = await verified(pool, kafka)
        assert (first.events >= told, first.readings, first.differences) == (True, len(before), [])
        assert first.published == len(shown) > len(MORE)
        assert (await rebuild(url, "planning", LISTENS, bootstrap=kafka)).equal
        assert (await verified(pool, kafka)).differences == []
        assert await pool.fetch("select * from readings order by place") == before
        assert (await planner.ask("GET", f"{edition}/document")).content == document
        assert (await planner.get(f"{edition}/comparison-with-now"))["differences"] == []

        id = await pool.fetchval("select id from readings where event_count > 10 and status = 'final' limit 1")
        await pool.execute("update readings set value = value + 1 where id = $1", id)
        [wrong] = (await _verified(built.platform)).differences  # as the command does it
        assert (wrong.reading_id, "and the log gives" in wrong.text) == (id, True)
        await pool.execute("update readings set value = value - 1 where id = $1", id)

        await pool.execute("alter table edition_snapshots disable trigger user")
        [told_value] = {each["value"] for each in shown if each["code"] == "attended"}
        forged = document.replace(f'"value":"{told_value}"'.encode(), b'"value":"7"')
        await pool.execute("update edition_snapshots set body = $1", forged)
        forgeries = (await _verified(built.platform)).differences
        assert {each.reading_id for each in forgeries} == {None}
        assert any(f"attended, {YEAR}, was published as 7" in each.text for each in forgeries)
        await pool.close()
