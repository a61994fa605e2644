"""Partners are told that a plan is published, corrected or closed, and how its initiatives go from then on."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from support.editing import PRIORITY, TEXTS, approved, go, launch, plan, published
from support.initiatives import MINISTRY
from support.inside import Caller, Inside


@pytest.fixture
def editor(planning: Inside) -> Caller:
    planning.watch.put(datetime(2026, 12, 1, 9, tzinfo=UTC))
    return planning.caller("plan_editor")


async def in_public(planning: Inside) -> list[tuple[str, Any]]:
    """What partners are told, in order: the last part of each type, and the state or the version."""
    rows = await planning.pool.fetch("select headers, payload from outbox where stream = 'public' order by id")
    told = [(row["headers"]["ce_type"].split(".")[3], json.loads(row["payload"])) for row in rows]
    return [(kind, said.get("status", said.get("version"))) for kind, said in told]


@pytest.mark.rule("c.5/in-public", "c.5/state:plan")
async def test_partners_hear_of_a_plan_and_of_its_initiatives_once_it_is_published(
    planning: Inside, editor: Caller
) -> None:
    plan_id, initiatives = await plan(editor)
    id = await published(editor, plan_id, initiatives)  # the first was launched before, which nobody outside is told
    assert await in_public(planning) == [("action-plan-published", 1)]
    new = {"number": 3, "title_da": "Syntetisk ny", "children_youth": "no", "responsible_authority": MINISTRY}
    later = (await editor.post(f"/v1/action-plans/{plan_id}/initiatives", new))["id"]
    await launch(editor, later)  # no edition names it
    assert await in_public(planning) == [("action-plan-published", 1)]
    await launch(editor, initiatives[1])
    revision = (await editor.get(f"/v1/initiatives/{initiatives[1]}"))["revision"]
    parts = [{"number": n, "title_da": f"Syntetisk del {n}", "children_youth": "no"} for n in (4, 5)]
    await editor.post(f"/v1/initiatives/{initiatives[1]}/split", {"into": parts}, revision=revision)
    moved = "published-initiative-status-changed"
    told = [(moved, "launched"), (moved, "split"), (moved, "launched"), (moved, "launched")]
    assert (await in_public(planning))[1:] == told
    planning.watch.put(datetime(2027, 1, 2, 9, tzinfo=UTC))
    await go(editor, id, "enter-into-force")
    await go(editor, id, "draft-follow-up", {"text_da": "Syntetisk opfølgning på planen."})
    await go(editor, id, "close")
    assert (await in_public(planning))[5:] == [("action-plan-closed", 1)]


async def advance(editor: Caller, id: str, said: dict[str, str]) -> None:
    """The initiative has come a step further."""
    revision = (await editor.get(f"/v1/initiatives/{id}"))["revision"]
    await editor.post(f"/v1/initiatives/{id}/advance", said, revision=revision)


@pytest.mark.rule("c.5/in-public")
async def test_a_state_that_changes_while_a_plan_is_published_is_in_the_edition_or_told_in_public(
    planning: Inside, editor: Caller
) -> None:
    seen: set[bool] = set()
    for pause in range(8):
        plan_id, [one, _] = await plan(editor, 2030 + pause)
        await advance(editor, one, {"status": "planned"})
        await editor.post("/v1/priorities", {**PRIORITY, "year": 2030 + pause})
        id = (await editor.post(f"/v1/action-plans/{plan_id}/editions", {}))["id"]
        await go(editor, id, "write", TEXTS)
        await approved(editor, id, answers_by="2026-12-20")
        before = len(await in_public(planning))

        async def a_little_later(one: str = one, pause: int = pause) -> None:
            for _ in range(40 * pause):
                await asyncio.sleep(0)
            await advance(editor, one, {"status": "funded"})

        await asyncio.gather(go(editor, id, "publish"), a_little_later())
        [area] = (await editor.get(f"/v1/editions/{id}/document"))["focus_areas"]
        [in_edition] = [each["state"] for each in area["initiatives"] if each["number"] == 1]
        told = [said for kind, said in (await in_public(planning))[before:] if kind.startswith("published-initiative")]
        assert (in_edition, told) in (("funded", []), ("planned", ["funded"]))
        seen.add(bool(told))
    assert seen == {True, False}
