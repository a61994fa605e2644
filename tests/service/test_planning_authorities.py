"""Authorities as data: entered, renamed and ended by the plan's editor, each by a source."""

import asyncio
import json
from datetime import date
from typing import Any, cast

import pytest

from embedded.state import ROOT
from maerk.api import Api
from maerk.seed.planning import load_action_plan, load_authority
from planning.http.authority import EnterAuthority
from support.initiatives import MINISTRY, READ, enter, go, owner, plan
from support.inside import Inside, refused
from support.seeding import Through

OTHER = "ministry:synthetic-other"
BODY = {"code": MINISTRY, "name_da": "Syntetisk ministerium", **READ}
SEED = json.loads((ROOT / "deploy/seed/authorities.json").read_text(encoding="utf-8"))


@pytest.mark.rule("c.5/authority")
async def test_an_authority_is_shown_under_its_name_of_the_day(planning: Inside) -> None:
    editor, adviser = planning.caller("plan_editor"), planning.caller("adviser")
    made = await editor.post("/v1/authorities", BODY)
    path = f"/v1/authorities/{made['id']}"
    said = {"name_da": "Syntetisk andet", "name_en": "Synthetic other", "valid_from": "2026-06", **READ}
    renamed = await editor.post(f"{path}/rename", said, revision=1)
    assert [each["valid_from"] for each in renamed["names"]] == [None, "2026-06"]
    names = [(await adviser.get(path, on=day))["name_da"] for day in ("2026-05-31", "2026-06-01")]
    assert names == ["Syntetisk ministerium", "Syntetisk andet"]
    ended = await editor.post(f"{path}/end", {"valid_to": "2026-10-01", **READ}, revision=2)
    assert (ended["valid_to"], ended["ended_source_url"], ended["revision"]) == ("2026-10-01", READ["source_url"], 3)
    [listed] = (await adviser.get("/v1/authorities", on="2020-01-01"))["items"]
    assert (listed["name_da"], listed["kind"], listed["provenance"]) == (
        "Syntetisk ministerium", "ministry", "synthetic",
    )  # fmt: skip
    refused(await editor.command(f"{path}/rename", said, revision=3), 409, "authority-ended")
    for far in ("9999-12", "9999-12-31", "0001-01"):
        body = {"valid_to": far, **READ}
        refused(await editor.command(f"{path}/end", body, revision=3), 422, "invalid-request", "/valid_to")
    refused(await editor.command(f"{path}/end", {"valid_to": "2026-10-01", **READ}, revision=3), 409, "end-unchanged")
    longer = await editor.post(f"{path}/end", {"valid_to": "2026-10-31", **READ}, revision=3)
    assert (longer["valid_to"], longer["revision"]) == ("2026-10-31", 4)


@pytest.mark.rule("c.5/authority")
async def test_a_day_that_was_mistyped_is_no_dead_end_and_what_counts_on_the_authority_stays_right(
    planning: Inside,
) -> None:
    editor = planning.caller("plan_editor")
    await enter(editor, OTHER)
    wrong = {**BODY, "name_da": "Syntetisk ministerum", "valid_from": "2062-10-01"}
    path = f"/v1/authorities/{(await editor.post('/v1/authorities', wrong))['id']}"
    right = {"name_da": "Syntetisk ministerium", "valid_from": "2026-10-01", **READ}
    refused(await planning.caller("adviser").command(f"{path}/correct-name", right, revision=1), 403, "role-missing")
    corrected = await editor.post(f"{path}/correct-name", right, revision=1)
    assert [(each["name_da"], each["valid_from"]) for each in corrected["names"]] == [
        ("Syntetisk ministerium", "2026-10-01")
    ]
    assert (corrected["name_da"], corrected["revision"]) == ("Syntetisk ministerium", 2)
    refused(await editor.command(f"{path}/correct-name", right, revision=1), 412, "state-changed")
    refused(await editor.command(f"{path}/correct-name", right, revision=2), 409, "name-unchanged")
    _, [one, *_] = await plan(planning, responsible_authority=OTHER)
    taking_over = {"authority": MINISTRY, "from_day": "2026-12-01", "reason": "Syntetisk ressort"}
    await go(editor, one, "transfer", taking_over)
    later = {**right, "valid_from": "2026-12-02"}
    refused(await editor.command(f"{path}/correct-name", later, revision=2), 409, "authority-counted-on")
    await editor.post(f"{path}/correct-name", {**right, "valid_from": "2026-12-01"}, revision=2)


@pytest.mark.rule("c.5/authority", "c.5/2")
async def test_an_authority_that_is_responsible_from_the_beginning_is_there_today(planning: Inside) -> None:
    await plan(planning)
    editor = planning.caller("plan_editor")
    [ministry] = (await editor.get("/v1/authorities"))["items"]
    path = f"/v1/authorities/{ministry['id']}/correct-name"
    said = {"name_da": "Syntetisk ministerium", **READ}
    refused(await editor.command(path, {**said, "valid_from": "2099-01"}, revision=1), 409, "authority-counted-on")
    await editor.post(path, {**said, "valid_from": "2026-11"}, revision=1)


@pytest.mark.rule("c.5/authority")
async def test_a_code_is_entered_once_by_the_editor_and_written_as_in_tokens(planning: Inside) -> None:
    editor = planning.caller("plan_editor")
    await editor.post("/v1/authorities", BODY)
    refused(await editor.command("/v1/authorities", BODY), 409, "authority-already-entered")
    refused(await planning.caller("adviser").command("/v1/authorities", BODY), 403, "role-missing")
    for code in ("ministry", "party:synthetic", "ministry:Æ"):
        refused(await editor.command("/v1/authorities", {**BODY, "code": code}), 422, "invalid-request", "/code")
    nameless = f"/v1/authorities/{'0' * 8}-0000-0000-0000-{'0' * 12}"
    refused(
        await editor.command(f"{nameless}/end", {"valid_to": "2026-10", **READ}, revision=1), 404, "authority-missing"
    )


@pytest.mark.parametrize("row", SEED, ids=[each["code"] for each in SEED])
def test_every_seeded_authority_says_where_it_is_from_and_when_that_was_read(row: dict[str, Any]) -> None:
    EnterAuthority.model_validate({name: value for name, value in row.items() if name != "stated"})
    assert date.fromisoformat(row["read_on"]) >= date(2026, 11, 22)
    assert row["stated"]


async def test_loading_the_authorities_twice_brings_each_once(planning: Inside) -> None:
    through = cast("Api", Through(planning.caller("plan_editor"), asyncio.get_running_loop()))
    brought = [await asyncio.to_thread(load_authority, through, row) for row in SEED * 2]
    assert brought == [True] * len(SEED) + [False] * len(SEED)
    listed = (await planning.caller("adviser").get("/v1/authorities"))["items"]
    assert [each["code"] for each in listed] == sorted(row["code"] for row in SEED)


async def test_the_demonstrations_plan_has_somebody_responsible_who_may_report(planning: Inside) -> None:
    through = cast("Api", Through(planning.caller("plan_editor"), asyncio.get_running_loop()))
    for row in SEED:
        await asyncio.to_thread(load_authority, through, row)
    assert await asyncio.to_thread(load_action_plan, through)
    [plan] = (await planning.caller("adviser").get("/v1/action-plans"))["items"]
    [one] = plan["focus_areas"][0]["initiatives"]
    assert one["responsible"]["code"] == MINISTRY
    await go(planning.caller("plan_editor"), one["id"], "advance", {"status": "launched"})
    assert (await go(owner(planning), one["id"], "report", {"status": "on_track"}))["state"] == "on_track"
