"""What knowledge makes of a priority of the action plan and of a need that advice showed, however it hears of them."""

from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from chassis import database, outbox
from contracts.advisory import NeedIdentified
from contracts.event import Event
from contracts.planning import PrioritySet
from knowledge.__main__ import LISTENS
from support.inside import Inside, new_database
from support.publications import PUBLICATIONS, do, edition
from support.wire import Wire

ADVISORY, PLANNING = "maerk.internal.advisory", "maerk.internal.planning"


def at(day: int) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC)


def priority(number: int, *calls_for: str, provenance: str = "synthetic", revision: int = 1) -> Event:
    return PrioritySet.model_validate(
        {
            "subject": UUID(int=number),
            "revision": revision,
            "at": at(number),
            "provenance": provenance,
            "year": 2027,
            "topic": "forced_marriage",
            "children_youth": "primary",
            "calls_for": calls_for,
        }
    )


def need(number: int, kind: str = "material", *, topic: str = "online_control", code: str | None = "9901") -> Event:
    return NeedIdentified.model_validate(
        {
            "subject": UUID(int=number),
            "revision": 1,
            "at": at(number),
            "provenance": "synthetic",
            "need": kind,
            "topic": topic,
            "municipality_code": code,
        }
    )


@pytest.fixture
async def sender(postgres: Any, knowledge_template: str) -> Any:
    """Another service's outbox."""
    url = await new_database(postgres, "knowledge", knowledge_template)
    pool = await database.pool(url, name="sender", size=2)
    yield pool
    await pool.close()


async def send(sender: asyncpg.Pool, *events: Event) -> None:
    async with database.transaction(sender) as tx:
        await outbox.publish(tx, *events)


@pytest.mark.rule("c.6/priority-set→knowledge")
@pytest.mark.parametrize("seed", [None, 1, 2])
async def test_a_priority_that_calls_for_a_study_has_one_draft_however_often_and_late_it_is_heard(
    knowledge: Inside, sender: asyncpg.Pool, seed: int | None
) -> None:
    wire, random = Wire(PLANNING), None if seed is None else Random(seed)
    await send(sender, priority(1, "study", "outreach"), priority(2, "training_event"), priority(3, "study"))
    held = str(UUID(int=1)).encode()
    sent = await wire.collect(sender, shuffle=random, hold=lambda each: each.key == held)
    await wire.deliver(knowledge.pool, LISTENS, shuffle=random, at_most=2)
    wire.repeat(sent)
    wire.repeat(wire.release())
    await wire.deliver(knowledge.pool, LISTENS, shuffle=random, at_most=2)
    shown = await knowledge.caller("editor").get(PUBLICATIONS, provenance="synthetic")
    assert [(each["state"], each["kind"], each["topics"]) for each in shown["items"]] == [
        ("draft", "study", ["forced_marriage"])
    ] * 2
    assert shown["items"][0]["title_da"] == "Undersøgelse til prioritet 2027: tvangsægteskab"
    assert await knowledge.events() == ["publication-drafted"] * 2
    causes = await knowledge.pool.fetch("select headers from outbox")
    assert len({each["headers"]["ce_causationid"] for each in causes}) == 2


@pytest.mark.rule("c.6/priority-set→knowledge")
async def test_a_study_that_is_under_way_is_not_begun_again(knowledge: Inside, sender: asyncpg.Pool) -> None:
    """The same event under a new sequence, as after a topic was written anew: only its id says that it was heard."""
    wire, editor = Wire(PLANNING), knowledge.caller("editor")
    await send(sender, priority(1, "study"))
    rows = await sender.fetch("select stream, partition_key, headers, payload, timestamp_ms from outbox")
    await wire.collect(sender)
    await wire.deliver(knowledge.pool, LISTENS)
    (study,) = (await editor.get(PUBLICATIONS, provenance="synthetic"))["items"]
    await do(editor, study, "redraft", edition(title_da="Syntetisk, i gang"))
    await sender.execute(
        "insert into outbox (stream, partition_key, headers, payload, timestamp_ms) values ($1, $2, $3, $4, $5)",
        *rows[0],
    )
    await wire.collect(sender)
    await wire.deliver(knowledge.pool, LISTENS)
    shown = await editor.get(PUBLICATIONS, provenance="synthetic")
    assert [each["title_da"] for each in shown["items"]] == ["Syntetisk, i gang"]
    assert await knowledge.events() == ["publication-drafted"] * 2


@pytest.mark.rule("c.6/priority-set→knowledge")
async def test_a_study_for_a_real_priority_is_real(knowledge: Inside, sender: asyncpg.Pool) -> None:
    wire = Wire(PLANNING)
    await send(sender, priority(1, "study", provenance="actual"))
    await wire.collect(sender)
    await wire.deliver(knowledge.pool, LISTENS)
    editor = knowledge.caller("editor")
    assert (await editor.get(PUBLICATIONS, provenance="synthetic"))["total"] == 0
    assert (await editor.get(PUBLICATIONS))["total"] == 1


@pytest.mark.rule("c.6/need-identified→knowledge")
@pytest.mark.parametrize("seed", [None, 1, 2])
async def test_a_need_for_materials_is_in_the_backlog_once_in_whatever_order_it_is_heard(
    knowledge: Inside, sender: asyncpg.Pool, seed: int | None
) -> None:
    wire, random = Wire(ADVISORY), None if seed is None else Random(seed)
    await send(sender, need(1), need(2, "training"), need(3, topic="threats", code=None), need(4))
    held = str(UUID(int=4)).encode()
    sent = await wire.collect(sender, shuffle=random, hold=lambda each: each.key == held)
    await wire.deliver(knowledge.pool, LISTENS, shuffle=random, at_most=2)
    wire.repeat(sent)
    wire.release()
    await wire.deliver(knowledge.pool, LISTENS, shuffle=random, at_most=2)
    editor = knowledge.caller("editor")
    shown = await editor.get("/v1/backlog", provenance="synthetic")
    assert shown["topics"] == {"online_control": 2, "threats": 1}
    assert [(each["topic"], each["municipality_code"], each["identified_at"][:10]) for each in shown["items"]] == [
        ("online_control", "9901", "2026-11-04"),
        ("threats", None, "2026-11-03"),
        ("online_control", "9901", "2026-11-01"),
    ]
    assert (await editor.get("/v1/backlog"))["items"] == []
    narrowed = await editor.get("/v1/backlog", provenance="synthetic", topic="threats")
    assert (len(narrowed["items"]), narrowed["topics"]) == (1, {"threats": 1})
    first = await editor.get("/v1/backlog", provenance="synthetic", limit=2)
    rest = await editor.get("/v1/backlog", provenance="synthetic", limit=2, after=first["next"])
    assert [*first["items"], *rest["items"]] == shown["items"]
    assert rest["next"] is None
    assert await knowledge.events() == []
