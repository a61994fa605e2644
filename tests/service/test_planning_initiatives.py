"""Initiatives with real states: they go on, part, join, and end with evidence or for a reason; none is deleted."""

import pytest

from support.initiatives import APPROVED, go, owner, plan, refuse
from support.inside import Inside, refused

PAGE = "https://example.org/kilde"
WHY = {"reason_code": "too_few_applications", "reason": "For få ansøgninger fra kommunerne", **APPROVED}


async def reported(planning: Inside, id: str) -> list[str]:
    """The states that were told of the initiative, in their order."""
    rows = await planning.pool.fetch(
        "select convert_from(payload, 'utf8')::json ->> 'status' as status from outbox where stream = 'internal'"
        " and headers ->> 'ce_subject' = $1 and headers ->> 'ce_type' like '%.initiative-status-changed%' order by id",
        id,
    )
    return [row["status"] for row in rows]


@pytest.mark.rule("c.5/state:initiative")
async def test_an_initiative_goes_its_way_and_each_state_is_told_and_kept(planning: Inside) -> None:
    _, [one, _] = await plan(planning)
    editor = planning.caller("plan_editor")
    for step in ("planned", "funded", "launched"):
        await go(editor, one, "advance", {"status": step})
    for course in ("on_track", "at_risk", "delayed", "on_track"):
        await go(owner(planning), one, "report", {"status": course, "reason": "Syntetisk"})
    done = await go(editor, one, "complete", {"as_planned": True, "source_url": PAGE})
    way = ["planned", "funded", "launched", "on_track", "at_risk", "delayed", "on_track", "completed_as_planned"]
    assert await reported(planning, one) == way
    assert [each["state"] for each in done["history"]] == ["proposed", *way]
    assert [each["revision"] for each in done["history"]] == [1, 2, 3, 4, 6, 8, 10, 12, 13]  # reports are told too
    for verb, body in (
        ("report", {"status": "delayed", "reason": "Syntetisk"}),
        ("cancel", WHY),
        ("advance", {"status": "launched"}),
    ):
        refused(await refuse(editor, one, verb, body), 409, "initiative-ended")


@pytest.mark.rule("c.5/state:initiative")
async def test_what_is_behind_or_not_yet_reached_is_refused(planning: Inside) -> None:
    _, [one, _] = await plan(planning)
    editor = planning.caller("plan_editor")
    refused(await refuse(editor, one, "report", {"status": "on_track"}), 409, "not-under-way")
    refused(await refuse(editor, one, "complete", {"as_planned": True, "source_url": PAGE}), 409, "not-under-way")
    await go(editor, one, "advance", {"status": "launched"})
    refused(await refuse(editor, one, "advance", {"status": "funded"}), 409, "step-not-ahead")
    risk = {"status": "at_risk", "reason": "Syntetisk"}
    await go(editor, one, "report", risk)
    refused(await refuse(editor, one, "report", risk), 409, "nothing-new")
    body = {"status": "delayed", "reason": "Syntetisk"}
    refused(await editor.command(f"/v1/initiatives/{one}/report", body, revision=1), 412, "state-changed")


@pytest.mark.rule("c.5/6")
async def test_completion_needs_a_source_or_milestones_that_are_met(planning: Inside) -> None:
    _, [one, other] = await plan(planning)
    editor = planning.caller("plan_editor")
    for each in (one, other):
        await go(editor, each, "advance", {"status": "launched"})
    refused(await refuse(editor, one, "complete", {"as_planned": False}), 409, "evidence-lacking")
    ids = [
        (await editor.post(f"/v1/initiatives/{one}/milestones", {"title_da": "Syntetisk", "due_on": "2027-01-01"}))[
            "id"
        ]
        for _ in range(2)
    ]
    page = {"met_on": "2026-11-01", "source_url": PAGE}
    await editor.post(f"/v1/milestones/{ids[0]}/meet", page, revision=1)
    refused(await refuse(editor, one, "complete", {"as_planned": False}), 409, "evidence-lacking")
    await editor.post(f"/v1/milestones/{ids[1]}/drop", {"reason": "Syntetisk"}, revision=1)
    assert (await go(editor, one, "complete", {"as_planned": False}))["state"] == "completed_changed"


@pytest.mark.rule("c.5/6")
async def test_giving_up_needs_a_reason_that_no_event_has_and_the_role_of_the_editor(planning: Inside) -> None:
    _, [one, other] = await plan(planning)
    editor = planning.caller("plan_editor")
    for verb in ("abandon", "cancel"):
        refused(await refuse(owner(planning), one, verb, WHY), 403, "role-missing")
        refused(await refuse(editor, one, verb, {"reason_code": "epidemic"}), 422, "invalid-request", "/reason")
        unsafe = {**WHY, "reason": "Ring på 12 34 56 78"}
        refused(await refuse(editor, one, verb, unsafe), 422, "invalid-request", "/reason")
    abandoned = await go(editor, one, "abandon", WHY)
    cancelled = await go(editor, other, "cancel", {"reason_code": "epidemic", "reason": "Covid-19", **APPROVED})
    assert (abandoned["state"], abandoned["history"][-1]["reason"]) == ("abandoned", WHY["reason"])
    assert (cancelled["state"], cancelled["history"][-1]["reason_code"]) == ("cancelled", "epidemic")
    told = await planning.pool.fetch("select convert_from(payload, 'utf8') as told from outbox")
    assert not any("ansøgninger" in row["told"] or "Covid" in row["told"] for row in told)


@pytest.mark.rule("c.5/8")
async def test_a_split_initiative_goes_on_in_its_parts_which_are_where_it_was(planning: Inside) -> None:
    id, [one, _] = await plan(planning)
    editor = planning.caller("plan_editor")
    await go(editor, one, "advance", {"status": "launched"})
    parts = [{"number": n, "title_da": f"Syntetisk {n}", "children_youth": "no"} for n in (14, 22)]
    ended = await go(editor, one, "split", {"into": parts, "source_url": PAGE})
    assert ended["state"] == "split"
    for child in ended["became"]:
        view = await editor.get(f"/v1/initiatives/{child}")
        assert (view["state"], view["came_from"], view["focus_area_id"]) == ("launched", [one], ended["focus_area_id"])
        assert await reported(planning, child) == ["launched"]
    assert len((await editor.get(f"/v1/action-plans/{id}"))["focus_areas"][0]["initiatives"]) == 4
    taken = {"into": [{"number": 2, "title_da": "Syntetisk"}, {"number": 3, "title_da": "Syntetisk"}]}
    before = await planning.contents()
    refused(await refuse(editor, ended["became"][0], "split", taken), 409, "initiative-number-taken")
    assert await planning.contents() == before


@pytest.mark.rule("c.5/8")
async def test_a_merged_initiative_goes_on_in_another_of_its_plan(planning: Inside) -> None:
    _, [one, other] = await plan(planning)
    editor = planning.caller("plan_editor")
    stranger = {"year": 2025, "title_da": "Syntetisk anden", "provenance": "synthetic"}
    elsewhere = (await editor.post("/v1/action-plans", stranger))["id"]
    third = await editor.post(f"/v1/action-plans/{elsewhere}/initiatives", {"number": 1, "title_da": "Syntetisk"})
    refused(await refuse(editor, one, "merge", {"into": one}), 422, "merged-with-itself", "/into")
    refused(await refuse(editor, one, "merge", {"into": third["id"]}), 404, "initiative-missing", "/into")
    ended = await go(editor, one, "merge", {"into": other})
    assert (ended["state"], ended["became"]) == ("merged", [other])
    assert (await editor.get(f"/v1/initiatives/{other}"))["came_from"] == [one]
    refused(await refuse(editor, other, "merge", {"into": one}), 409, "initiative-ended")


@pytest.mark.rule("c.5/8")
async def test_an_initiative_may_come_after_its_plan_and_not_every_source_states_all_of_it(planning: Inside) -> None:
    id, _ = await plan(planning)
    editor = planning.caller("plan_editor")
    added = await editor.post(f"/v1/action-plans/{id}/initiatives", {"number": 9, "title_da": "Syntetisk"})
    assert (added["focus_area_id"], added["children_youth"], added["state"]) == (None, None, "proposed")
    assert [each["id"] for each in (await editor.get(f"/v1/action-plans/{id}"))["elsewhere"]] == [added["id"]]
    assert (await planning.events())[-1] == "initiative-added"
    body = {"number": 10, "title_da": "Syntetisk", "focus_area_id": added["id"]}
    path = f"/v1/action-plans/{id}/initiatives"
    refused(await editor.command(path, body), 404, "focus-area-missing", "/focus_area_id")


async def test_nothing_of_a_plan_can_be_deleted(planning: Inside) -> None:
    document = (await planning.client.get("/openapi.json")).json()
    assert {verb for path in document["paths"].values() for verb in path} == {"get", "post"}
