"""The coordination forum: seats from day to day, meetings without minutes, decisions with a last day."""

import asyncio
from typing import Any

import pytest

from planning.__main__ import SERVICE
from planning.commands.decision import FALL_DUE
from support.figures import moment
from support.forum import ACTUAL, authority, decision, editor, forum, held, plan, seat
from support.initiatives import AGENCY, MINISTRY, READ
from support.inside import Inside, inside, refused

MEETING = {"planned_on": "2026-11-02", "agenda": ["plan_progress", "money"], "provenance": "synthetic"}
HELD = {"represented": [MINISTRY], "participant_count": 7}
PAGE = {"carried_out_on": "2026-11-20", "source_url": "https://example.org/tal"}


async def told(planning: Inside) -> list[str]:
    return [each for each in await planning.events() if each.startswith("decision")]


async def seen(planning: Inside, id: str) -> dict[str, Any]:
    return await planning.caller("adviser").get(f"/v1/decisions/{id}")


@pytest.mark.rule("c.5/seats")
async def test_an_authority_has_one_seat_at_a_time_and_the_members_of_any_day_are_known(planning: Inside) -> None:
    own, reader = editor(planning), planning.caller("initiative_owner")
    await forum(planning, MINISTRY)
    await authority(planning, AGENCY, valid_from="2026-06-01")
    taken = {"authority": MINISTRY, "function": "chair", "valid_from": "2027-01-01"}
    refused(await own.command("/v1/seats", taken), 409, "seat-taken")
    refused(await reader.command("/v1/seats", taken), 403, "role-missing")
    early = {"authority": AGENCY, "function": "observer", "valid_from": "2026-05-31"}
    refused(await own.command("/v1/seats", early), 422, "authority-not-there", "/authority")
    refused(await own.command("/v1/seats", {**early, "authority": "agency:nobody"}), 422, "authority-not-there")
    [first] = (await reader.get("/v1/seats", on="2026-01-01", provenance="synthetic"))["items"]
    ended = await own.post(f"/v1/seats/{first['id']}/end", {"valid_to": "2026-12-31"}, revision=1)
    assert (ended["valid_to"], ended["revision"]) == ("2026-12-31", 2)
    refused(
        await own.command(f"/v1/seats/{first['id']}/end", {"valid_to": "2027-06-01"}, revision=2), 409, "seat-ended"
    )
    await own.post("/v1/seats", taken)
    await own.post("/v1/seats", {**early, "valid_from": "2026-06-01"})
    for day, sitting in (
        ("2025-12-31", []),
        ("2026-12-31", [(AGENCY, "observer"), (MINISTRY, "member")]),
        ("2027-01-01", [(MINISTRY, "chair"), (AGENCY, "observer")]),
    ):
        found = (await reader.get("/v1/seats", on=day, provenance="synthetic"))["items"]
        assert [(each["authority"]["code"], each["function"]) for each in found] == sitting, day
    assert (await reader.get("/v1/seats"))["items"] == []
    assert (await reader.get("/v1/seats", provenance="synthetic"))["on"] == "2026-11-23"


@pytest.mark.rule("c.5/seats")
async def test_an_authority_that_is_no_more_is_no_member_and_real_and_synthetic_forums_never_mix(
    planning: Inside,
) -> None:
    await forum(planning, AGENCY, ACTUAL)
    made = await authority(planning, MINISTRY)
    await seat(planning, MINISTRY)
    await editor(planning).post(f"/v1/authorities/{made['id']}/end", {"valid_to": "2026-08-31", **READ}, revision=1)
    for day, provenance, codes in (
        ("2026-08-31", "synthetic", [AGENCY, MINISTRY]),
        ("2026-09-01", "synthetic", [AGENCY]),
        ("2026-09-01", "actual", [ACTUAL]),
    ):
        found = (await editor(planning).get("/v1/seats", on=day, provenance=provenance))["items"]
        assert [each["authority"]["code"] for each in found] == codes


@pytest.mark.rule("c.5/seats")
async def test_of_two_who_give_an_authority_a_seat_at_the_same_moment_one_does(planning: Inside) -> None:
    await authority(planning, MINISTRY)
    said = {"authority": MINISTRY, "function": "member", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
    answers = await asyncio.gather(*(editor(planning).command("/v1/seats", said) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]


@pytest.mark.rule("c.5/state:meeting")
async def test_a_meeting_is_planned_moved_and_held_with_those_who_were_there(planning: Inside) -> None:
    own = editor(planning)
    await forum(planning, MINISTRY, AGENCY)
    made = await own.post("/v1/coordination-meetings", {**MEETING, "planned_on": "2026-11-24"})
    path = f"/v1/coordination-meetings/{made['id']}"
    refused(await own.command(f"{path}/hold", HELD, revision=1), 422, "coordination-meeting-in-future")
    await own.post(f"{path}/move", {"planned_on": "2026-11-23"}, revision=1)
    for represented, pointer in (([MINISTRY, "agency:nobody"], "/represented/1"), ([ACTUAL], "/represented/0")):
        answer = await own.command(f"{path}/hold", {**HELD, "represented": represented}, revision=2)
        refused(answer, 422, "authority-not-there", pointer)
    page = "https://example.org/moede"
    done = await own.post(f"{path}/hold", {**HELD, "page_url": page}, revision=2)
    assert (done["state"], done["participant_count"], done["page_url"]) == ("held", 7, page)
    assert [each["code"] for each in done["represented"]] == [MINISTRY]
    assert [each["code"] for each in done["absent"]] == [AGENCY]
    for deed, body in (("hold", HELD), ("move", {"planned_on": "2026-11-25"}), ("cancel", {"reason": "Syntetisk"})):
        refused(await own.command(f"{path}/{deed}", body, revision=3), 409, "coordination-meeting-not-planned")
    refused(await planning.caller("adviser").command(f"{path}/move", {}, revision=3), 403, "role-missing")


@pytest.mark.rule("c.5/state:meeting")
async def test_a_year_says_how_many_meetings_it_lacks_by_the_terms_that_hold_at_its_end(planning: Inside) -> None:
    own = editor(planning)
    await authority(planning, MINISTRY)
    await held(planning)
    unwanted = await own.get("/v1/forum-years", year=2026, provenance="synthetic")
    assert (unwanted["wanted"], unwanted["held"], unwanted["missing"]) == (None, 1, None)
    terms = {"provenance": "synthetic", "valid_from": "2026-11-23", "meetings_a_year": 4}
    refused(
        await own.command("/v1/forum-terms", {**terms, "valid_from": "2026-11-22"}), 422, "terms-in-past", "/valid_from"
    )
    await own.post("/v1/forum-terms", terms)
    refused(await own.command("/v1/forum-terms", terms), 409, "terms-already-set")
    await own.post("/v1/forum-terms", {**terms, "valid_from": "2027-01-01", "meetings_a_year": 1})
    planned = await own.post("/v1/coordination-meetings", {**MEETING, "planned_on": "2026-12-15"})
    off = await own.post("/v1/coordination-meetings", {**MEETING, "planned_on": "2026-12-16"})
    await own.post(f"/v1/coordination-meetings/{off['id']}/cancel", {"reason": "Syntetisk"}, revision=1)
    year = await own.get("/v1/forum-years", year=2026, provenance="synthetic")
    assert [year[each] for each in ("wanted", "held", "planned", "missing")] == [4, 1, 1, 2]
    assert (await own.get("/v1/forum-years", year=2027, provenance="synthetic"))["missing"] == 1
    assert (await own.get("/v1/forum-years", year=2026))["wanted"] is None
    first = await own.get("/v1/coordination-meetings", provenance="synthetic", year=2026, limit=2)
    rest = await own.get("/v1/coordination-meetings", provenance="synthetic", after=first["next"])
    assert (first["total"], len(first["items"]), rest["next"]) == (3, 2, None)
    assert [each["id"] for each in rest["items"]] == [off["id"]]
    found = await own.get("/v1/coordination-meetings", provenance="synthetic", state="planned")
    assert [each["id"] for each in found["items"]] == [planned["id"]]


@pytest.mark.rule("c.5/state:decision", "c.5/event:decision_recorded")
async def test_a_decision_is_recorded_at_a_meeting_that_was_held_for_an_authority_of_that_day(
    planning: Inside,
) -> None:
    own = editor(planning)
    await authority(planning, MINISTRY)
    await authority(planning, AGENCY, valid_from="2026-11-03")
    on = await plan(planning)
    planned = await own.post("/v1/coordination-meetings", MEETING)
    said = {"title_da": "Syntetisk", "responsible": MINISTRY, "due_on": "2026-12-01"}
    path = f"/v1/coordination-meetings/{planned['id']}/decisions"
    refused(await own.command(path, said), 409, "coordination-meeting-not-held")
    await own.post(f"/v1/coordination-meetings/{planned['id']}/hold", HELD, revision=1)
    late = {**said, "responsible": AGENCY}
    refused(await own.command(path, late), 422, "authority-not-there", "/responsible")
    refused(await own.command(path, {**said, "due_on": "2026-11-01"}), 422, "due-before-decided", "/due_on")
    nothing = {**said, "initiative_id": on["plan"]}
    refused(await own.command(path, nothing), 404, "initiative-missing")
    made = await own.post(path, {**said, "initiative_id": on["initiative"]})
    assert (made["state"], made["decided_on"], made["responsible"]["code"]) == ("open", "2026-11-02", MINISTRY)
    assert await told(planning) == ["decision-recorded"]
    refused(await planning.caller("initiative_owner").command(path, said), 403, "role-missing")


@pytest.mark.rule("c.5/state:decision", "c.5/event:decision_overdue", "c.5/event:decision_carried_out")
async def test_a_decision_falls_overdue_once_with_its_last_day_in_denmark_and_can_still_be_carried_out(
    planning: Inside,
) -> None:
    await authority(planning, MINISTRY)
    made = await decision(planning)
    await planning.pass_time(moment("2026-12-01T22:59:59"))
    assert (await seen(planning, made["id"]))["state"] == "open"
    at = moment("2026-12-01T23:00:00")  # midnight in Denmark
    async with inside(SERVICE, planning.url, at=at) as other, inside(SERVICE, planning.url, at=at) as third:
        await asyncio.gather(*(each.pass_time(at) for each in (planning, other, third)))
    async with inside(SERVICE, planning.url, at=at) as restarted:
        await restarted.pass_time(moment("2026-12-24T00:00:00"))
    planning.watch.put(moment("2026-12-24T00:00:00"))
    assert (await seen(planning, made["id"]))["state"] == "overdue"
    own, path = editor(planning), f"/v1/decisions/{made['id']}/carry-out"
    nothing = await own.command(path, {"carried_out_on": "2026-11-20"}, revision=2)
    refused(nothing, 422, "decision-evidence-lacking", "/source_url")
    for day in ("2026-11-01", "2026-12-25"):
        answer = await own.command(path, {**PAGE, "carried_out_on": day}, revision=2)
        refused(answer, 422, "carried-out-another-day", "/carried_out_on")
    done = await own.post(path, PAGE, revision=2)
    assert (done["state"], done["carried_out_on"], done["revision"]) == ("carried_out", "2026-11-20", 3)
    refused(await own.command(path, PAGE, revision=3), 409, "decision-settled")
    assert await told(planning) == ["decision-recorded", "decision-overdue", "decision-carried-out"]


@pytest.mark.rule("c.5/state:decision", "c.5/event:decision_dropped")
async def test_what_is_settled_falls_due_no_more_and_a_deadline_that_comes_again_changes_nothing(
    planning: Inside,
) -> None:
    await authority(planning, MINISTRY)
    one, other = await decision(planning), await decision(planning)
    await editor(planning).post(f"/v1/decisions/{one['id']}/drop", {"reason": "Syntetisk"}, revision=1)
    await editor(planning).post(f"/v1/decisions/{other['id']}/carry-out", PAGE, revision=1)
    assert await planning.pool.fetchval("select count(*) from deadlines where kind = $1", FALL_DUE) == 0
    await planning.pool.execute(
        "insert into deadlines (kind, subject, due_at, provenance) select $1, id, now(), 'synthetic' from decisions",
        FALL_DUE,
    )
    await planning.pass_time(moment("2027-06-01T00:00:00"))
    states = [(await seen(planning, each["id"]))["state"] for each in (one, other)]
    assert states == ["dropped", "carried_out"]
    assert sorted(await told(planning)) == [
        "decision-carried-out", "decision-dropped", "decision-recorded", "decision-recorded",
    ]  # fmt: skip


@pytest.mark.rule("c.5/state:decision")
async def test_decisions_are_listed_by_authority_state_and_last_day_a_page_at_a_time(planning: Inside) -> None:
    await authority(planning, MINISTRY)
    await authority(planning, AGENCY)
    meeting = (await held(planning))["id"]
    days = ["2026-12-03", "2026-12-01", "2026-12-02"]
    made = [await decision(planning, meeting=meeting, due_on=day) for day in days]
    await decision(planning, meeting=meeting, responsible=AGENCY, due_on="2026-12-01")
    await editor(planning).post(f"/v1/decisions/{made[0]['id']}/drop", {"reason": "Syntetisk"}, revision=1)
    await planning.pass_time(moment("2026-12-02T12:00:00"))

    async def found(**asked: Any) -> list[str]:
        page = await planning.caller("operator").get("/v1/decisions", provenance="synthetic", **asked)
        assert page["total"] >= len(page["items"])
        return [f"{each['responsible']['code']} {each['due_on']}" for each in page["items"]]

    assert await found(responsible=MINISTRY) == [f"{MINISTRY} {day}" for day in sorted(days)]
    assert await found(responsible=MINISTRY, unsettled=True) == [f"{MINISTRY} {day}" for day in sorted(days)[:2]]
    assert await found(unsettled=False) == [f"{MINISTRY} 2026-12-03"]
    assert sorted(await found(state="overdue")) == [f"{AGENCY} 2026-12-01", f"{MINISTRY} 2026-12-01"]
    assert await found(due_by="2026-12-02", state="open") == [f"{MINISTRY} 2026-12-02"]
    assert await found(meeting_id=made[0]["id"]) == []
    pages: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = await editor(planning).get("/v1/decisions", provenance="synthetic", limit=3, **after)
        pages += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert (len(pages), len(set(pages))) == (4, 4)
    assert (await editor(planning).get("/v1/decisions"))["total"] == 0
