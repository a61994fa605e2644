"""One authority is responsible on any day; owners act for their own; what an initiative is about and depends on."""

import asyncio
from typing import Any

import pytest

from support.figures import moment
from support.initiatives import AGENCY, APPROVED, MINISTRY, READ, enter, go, owner, plan, refuse, told
from support.inside import Caller, Inside, refused

TRANSFER = {"authority": AGENCY, "from_day": "2026-12-01", "reason": "Syntetisk omlægning"}
ABOUT: dict[str, Any] = {
    "responsible_office": "Syntetisk kontor",
    "partners": [AGENCY],
    "problem_da": "Syntetisk problem",
    "target_groups": ["professionals"],
    "origin": "law",
    "starts": "2026-01",
    "ends": "2027-06-30",
    "risks_da": "Syntetisk risiko",
    "external_evaluator": "Syntetisk institut",
}


@pytest.mark.rule("c.5/2", "c.5/event:initiative_transferred")
async def test_a_transfer_holds_from_its_day_and_the_one_before_stays_said(planning: Inside) -> None:
    _, [one, _] = await plan(planning)
    editor = planning.caller("plan_editor")
    await enter(editor, AGENCY)
    moved = await go(editor, one, "transfer", TRANSFER)
    assert moved["responsible"]["code"] == MINISTRY  # the day lies ahead
    said = [(each["code"], each["from_day"], each["until_day"], each["reason"]) for each in moved["responsibilities"]]
    assert said == [(MINISTRY, None, "2026-11-30", None), (AGENCY, "2026-12-01", None, TRANSFER["reason"])]
    path = f"/v1/initiatives/{one}"
    shown = [(await editor.get(path, on=day))["responsible"]["code"] for day in ("2026-11-30", "2026-12-01")]
    assert shown == [MINISTRY, AGENCY]
    planning.watch.put(moment("2026-11-30T23:00:00"))  # midnight in Denmark
    assert (await editor.get(path))["responsible"]["code"] == AGENCY
    assert await told(planning, one) == [("initiative-recorded", 1), ("initiative-transferred", 2)]
    payloads = await planning.pool.fetch("select convert_from(payload, 'utf8') as told from outbox")
    assert not any("omlægning" in row["told"] for row in payloads)
    refused(await refuse(editor, one, "transfer", TRANSFER), 409, "responsible-already")
    back = {**TRANSFER, "authority": MINISTRY}
    refused(await refuse(editor, one, "transfer", back), 422, "transfer-out-of-order", "/from_day")
    refused(await editor.command(f"{path}/transfer", back, revision=1), 412, "state-changed")


@pytest.mark.rule("c.5/2")
async def test_the_responsible_is_shown_under_its_name_of_the_day(planning: Inside) -> None:
    _, [one, _] = await plan(planning)
    editor = planning.caller("plan_editor")
    [ministry] = (await editor.get("/v1/authorities"))["items"]
    name = {"name_da": "Syntetisk nyt navn", "valid_from": "2026-11", **READ}
    await editor.post(f"/v1/authorities/{ministry['id']}/rename", name, revision=1)
    names = [
        (await editor.get(f"/v1/initiatives/{one}", on=day))["responsible"]["name_da"]
        for day in ("2026-10-31", "2026-11-01")
    ]
    assert names == [f"Syntetisk {MINISTRY}", "Syntetisk nyt navn"]


@pytest.mark.rule("c.5/2", "c.5/authority")
async def test_only_an_authority_that_exists_and_is_of_the_plans_kind_is_responsible(planning: Inside) -> None:
    id, [one, _] = await plan(planning)
    editor = planning.caller("plan_editor")
    await enter(editor, "ministry:uim")
    for code in ("ministry:uim", "agency:ukendt"):
        refused(
            await refuse(editor, one, "transfer", {**TRANSFER, "authority": code}),
            422,
            "authority-not-there",
            "/authority",
        )
        added = {"number": 9, "title_da": "Syntetisk", "responsible_authority": code}
        path = f"/v1/action-plans/{id}/initiatives"
        refused(await editor.command(path, added), 422, "authority-not-there", "/responsible_authority")
        body = {"year": 2027, "title_da": "Syntetisk", "provenance": "synthetic"}
        body["focus_areas"] = [{"number": 1, "title_da": "Syntetisk", "initiatives": [added]}]
        pointer = "/focus_areas/0/initiatives/0/responsible_authority"
        refused(await editor.command("/v1/action-plans", body), 422, "authority-not-there", pointer)
    nobody = await editor.post(f"/v1/action-plans/{id}/initiatives", {"number": 9, "title_da": "Syntetisk"})
    assert nobody["responsible"] is None
    refused(await refuse(editor, nobody["id"], "advance", {"status": "launched"}), 409, "responsible-missing")


@pytest.mark.rule("c.5/2")
async def test_an_authority_ends_when_its_initiatives_are_handed_over(planning: Inside) -> None:
    _, [one] = await plan(planning, 1)
    editor = planning.caller("plan_editor")
    await enter(editor, AGENCY)
    ministry = next(each for each in (await editor.get("/v1/authorities"))["items"] if each["code"] == MINISTRY)
    path, ends = f"/v1/authorities/{ministry['id']}", {"valid_to": "2026-12-31", **READ}
    refused(await editor.command(f"{path}/end", ends, revision=1), 409, "authority-counted-on")
    await go(editor, one, "transfer", {**TRANSFER, "from_day": "2027-01-01"})
    ended = await editor.post(f"{path}/end", ends, revision=1)
    assert ended["valid_to"] == "2026-12-31"
    back = {**TRANSFER, "authority": MINISTRY, "from_day": "2027-02-01"}
    refused(await refuse(editor, one, "transfer", back), 422, "authority-not-there", "/authority")


@pytest.mark.rule("c.5/8", "c.5/2")
async def test_the_parts_of_a_split_initiative_are_whose_it_was_unless_it_is_said_otherwise(planning: Inside) -> None:
    _, [one] = await plan(planning, 1)
    editor = planning.caller("plan_editor")
    await enter(editor, AGENCY)
    parts = [{"number": 2, "title_da": "Syntetisk"}]
    parts.append({"number": 3, "title_da": "Syntetisk", "responsible_authority": AGENCY})
    ended = await go(editor, one, "split", {"into": parts})
    views = [await editor.get(f"/v1/initiatives/{each}") for each in ended["became"]]
    assert {each["number"]: each["responsible"]["code"] for each in views} == {2: MINISTRY, 3: AGENCY}


@pytest.mark.rule("c.5/owner")
async def test_an_owner_reports_and_meets_milestones_for_their_own_authority_only(planning: Inside) -> None:
    _, [one, _] = await plan(planning)
    editor = planning.caller("plan_editor")
    await enter(editor, AGENCY)
    await go(editor, one, "advance", {"status": "launched"})
    said = {"title_da": "Syntetisk", "due_on": "2027-01-31"}
    milestone = await editor.post(f"/v1/initiatives/{one}/milestones", said)
    meet = f"/v1/milestones/{milestone['id']}/meet"
    page = {"met_on": "2026-11-01", "source_url": "https://example.org/kilde"}

    async def may(caller: Caller) -> None:
        await go(caller, one, "report", {"status": "at_risk", "reason": f"Syntetisk {caller.token}"[:40]})

    async def may_not(caller: Caller) -> None:
        before = await planning.contents()
        refused(await refuse(caller, one, "report", {"status": "on_track"}), 403, "outside-your-authority")
        refused(await caller.command(meet, page, revision=1), 403, "outside-your-authority")
        assert await planning.contents() == before

    for stranger in (planning.caller("initiative_owner"), owner(planning, AGENCY, "municipality:9901")):
        await may_not(stranger)
    await may(owner(planning, MINISTRY))
    await go(editor, one, "transfer", TRANSFER)
    planning.watch.put(moment("2026-12-01T08:00:00"))
    await may_not(owner(planning, MINISTRY))
    await owner(planning, AGENCY).post(meet, page, revision=1)


@pytest.mark.rule("c.5/description", "c.5/event:initiative_described")
async def test_an_initiative_is_described_anew_each_time_and_every_description_is_kept(planning: Inside) -> None:
    _, [one, _] = await plan(planning)
    editor = planning.caller("plan_editor")
    await enter(editor, AGENCY)
    shown = (await go(editor, one, "describe", ABOUT))["description"]
    assert [each["name_da"] for each in shown.pop("partners")] == [f"Syntetisk {AGENCY}"]
    assert {"said_at", *ABOUT} - {"partners"} <= set(shown)
    assert all(shown[name] == ABOUT[name] for name in ABOUT if name != "partners")
    again = await go(editor, one, "describe", {"problem_da": "Syntetisk andet"})
    assert (again["description"]["problem_da"], again["description"]["origin"]) == ("Syntetisk andet", None)
    assert await planning.pool.fetchval("select count(*) from initiative_descriptions") == 2
    assert await told(planning, one) == [("initiative-recorded", 1), *[("initiative-described", n) for n in (2, 3)]]
    for field in ("responsible_office", "problem_da", "description_da", "expected_change_da", "risks_da"):
        unsafe = {field: "Ring på 12 34 56 78"}
        refused(await refuse(editor, one, "describe", unsafe), 422, "invalid-request", f"/{field}")
    refused(
        await refuse(editor, one, "describe", {"partners": ["ministry:uim"]}), 422, "authority-not-there", "/partners/0"
    )
    refused(await refuse(owner(planning), one, "describe", ABOUT), 403, "role-missing")
    refused(await editor.command(f"/v1/initiatives/{one}/describe", ABOUT, revision=1), 412, "state-changed")
    backwards = {"starts": "2027-01", "ends": "2026-12-31"}
    refused(await refuse(editor, one, "describe", backwards), 422, "ends-before-it-starts", "/ends")


@pytest.mark.rule("c.5/depends")
async def test_a_dependency_is_shown_both_ways_and_says_when_it_holds_up(planning: Inside) -> None:
    _, [earlier] = await plan(planning, 1, year=2025)
    _, [one, two] = await plan(planning)
    editor = planning.caller("plan_editor")
    said = {"depends_on": [two, earlier], "carried_on_from": earlier}
    view = await go(editor, one, "describe", said)
    assert [(each["id"], each["holds_up"]) for each in view["depends_on"]] == [(two, False), (earlier, False)]
    assert (view["carried_on_from"]["id"], view["carried_on_from"]["plan_year"]) == (earlier, 2025)
    back = await editor.get(f"/v1/initiatives/{earlier}")
    assert [each["id"] for each in back["needed_by"]] == [each["id"] for each in back["carried_on_as"]] == [one]
    await go(editor, two, "advance", {"status": "launched"})
    await go(editor, two, "report", {"status": "delayed", "reason": "Syntetisk"})
    await go(editor, earlier, "cancel", {"reason_code": "other", "reason": "Syntetisk", **APPROVED})
    held = (await editor.get(f"/v1/initiatives/{one}"))["depends_on"]
    assert [(each["state"], each["holds_up"]) for each in held] == [("delayed", True), ("cancelled", True)]


@pytest.mark.rule("c.5/depends")
async def test_no_circle_is_made_and_nothing_real_depends_on_what_is_made_up(planning: Inside) -> None:
    _, [one, two, three] = await plan(planning, 3)
    editor = planning.caller("plan_editor")
    await go(editor, one, "describe", {"depends_on": [two]})
    await go(editor, two, "describe", {"depends_on": [three]})
    for depends_on, place in (([three], 0), ([two], 0)):
        answer = await refuse(editor, three, "describe", {"depends_on": depends_on})
        refused(answer, 422, "depends-in-circle", f"/depends_on/{place}")
    assert (await refuse(editor, three, "describe", {"depends_on": [one]})).status_code == 422
    refused(
        await refuse(editor, three, "describe", {"carried_on_from": one}),
        422,
        "not-from-earlier-plan",
        "/carried_on_from",
    )
    actual = await editor.post("/v1/action-plans", {"year": 2026, "title_da": "En anden", "provenance": "actual"})
    real = await editor.post(f"/v1/action-plans/{actual['id']}/initiatives", {"number": 1, "title_da": "Syntetisk"})
    stranger = await refuse(editor, real["id"], "describe", {"depends_on": [one]})
    refused(stranger, 404, "initiative-missing", "/depends_on/0")
    await go(editor, two, "describe", {})  # what it needed before is no longer in the way
    assert (await go(editor, three, "describe", {"depends_on": [one]}))["depends_on"][0]["id"] == one


@pytest.mark.rule("c.5/depends")
async def test_two_that_describe_at_once_make_no_circle_together(planning: Inside) -> None:
    _, [one, two] = await plan(planning)
    editor = planning.caller("plan_editor")
    answers = await asyncio.gather(
        *(
            editor.command(f"/v1/initiatives/{each}/describe", {"depends_on": [other]}, revision=1)
            for each, other in ((one, two), (two, one))
        )
    )
    assert sorted(each.status_code for each in answers) == [200, 422]


@pytest.mark.rule("c.5/6")
async def test_who_approved_that_an_initiative_was_given_up_stands_in_its_history(planning: Inside) -> None:
    _, [one, two] = await plan(planning)
    editor = planning.caller("plan_editor")
    why = {"reason_code": "other", "reason": "Syntetisk"}
    sourced = {**why, "source_url": "https://example.org/kilde"}
    refused(await refuse(editor, one, "abandon", sourced), 422, "approval-missing", "/approved_by")
    refused(await refuse(editor, one, "abandon", {**why, "approved_by": "management"}), 422, "invalid-request")
    late = {**why, "approved_by": "management", "approved_on": "2026-11-24"}
    refused(await refuse(editor, one, "abandon", late), 422, "approved-in-future", "/approved_on")
    ended = await go(editor, one, "abandon", {**why, **APPROVED})
    last = ended["history"][-1]
    assert (last["approved_by"], last["approved_on"]) == ("management", "2026-11-20")
    assert ended["history"][0]["approved_by"] is None
    by_minister = await go(editor, two, "cancel", {**why, "approved_by": "minister", "approved_on": "2026-11-23"})
    assert by_minister["history"][-1]["approved_by"] == "minister"
