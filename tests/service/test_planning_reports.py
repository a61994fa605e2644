"""Quarterly reports: owed, answered, missed, escalated; the same after restarts and with several instances."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis import deadlines
from planning.reactions import DEADLINES
from support.figures import moment
from support.initiatives import APPROVED, MINISTRY, go, owner, plan, refuse, told
from support.inside import Inside, refused

WHY = {"reason_code": "other", "reason": "Syntetisk", **APPROVED}
RISK = {"status": "at_risk", "reason": "Syntetisk grund"}
ENDED = moment("2026-12-31T23:00:00")  # midnight in Denmark
DUE, LATE = moment("2027-01-20T23:00:00"), moment("2027-02-19T23:00:00")


async def launched(planning: Inside, count: int = 1) -> list[str]:
    _, ids = await plan(planning, count)
    for each in ids:
        await go(planning.caller("plan_editor"), each, "advance", {"status": "launched"})
    return ids


async def asked(planning: Inside, **parameters: Any) -> dict[str, Any]:
    return await planning.caller("adviser").get("/v1/owed-reports", **parameters)


async def owed(planning: Inside, **parameters: Any) -> list[tuple[str, str]]:
    return [(each["owed"]["quarter"], each["owed"]["state"]) for each in (await asked(planning, **parameters))["owed"]]


@pytest.mark.rule("c.5/10", "c.5/event:initiative_report_overdue", "c.5/event:initiative_report_escalated")
async def test_silence_falls_due_is_told_and_comes_before_the_steering_group_until_there_is_a_report(
    planning: Inside,
) -> None:
    [one] = await launched(planning)
    await planning.pass_time(datetime.fromtimestamp(ENDED.timestamp() - 1, UTC))
    assert await owed(planning) == []
    await planning.pass_time(ENDED)
    assert await owed(planning) == [("2026-Q4", "open")]
    assert (await asked(planning))["owed"][0]["owed"]["due_on"] == "2027-01-20"
    for before, at, state in (
        (moment("2027-01-20T22:59:59"), DUE, "overdue"),
        (moment("2027-02-19T22:59:59"), LATE, "escalated"),
    ):
        await planning.pass_time(before)
        assert await owed(planning, state=state) == []
        await planning.pass_time(at)
        assert await owed(planning, state=state) == [("2026-Q4", state)]
    [late] = (await asked(planning, state="escalated"))["owed"]
    assert (late["initiative_id"], late["responsible"]["code"]) == (one, MINISTRY)
    silence = [("initiative-report-overdue", 3), ("initiative-report-escalated", 4)]
    assert (await told(planning, one))[2:] == silence
    view = await go(owner(planning), one, "report", RISK)
    assert (view["state"], view["owed_reports"]) == ("at_risk", [])
    assert [(each["quarter"], each["light"], each["reason"]) for each in view["reports"]] == [
        ("2026-Q4", "at_risk", RISK["reason"])
    ]
    assert (await asked(planning))["owed"] == []
    answer = [("initiative-reported", 5), ("initiative-status-changed", 6)]
    assert (await told(planning, one))[2:] == [*silence, *answer]
    payloads = await planning.pool.fetch("select convert_from(payload, 'utf8') as told from outbox")
    assert not any("grund" in row["told"] for row in payloads)


@pytest.mark.rule("c.5/10", "c.5/event:initiative_reported")
async def test_a_report_in_time_ends_what_is_owed_and_the_next_quarter_is_owed_anew(planning: Inside) -> None:
    [one] = await launched(planning)
    await go(owner(planning), one, "report", {"status": "on_track"})  # of the running quarter, and no answer to its end
    await planning.pass_time(ENDED)
    assert await owed(planning) == [("2026-Q4", "open")]
    view = await go(owner(planning), one, "report", {"status": "on_track"})
    assert [(each["quarter"], each["answers"]) for each in view["reports"]] == [("2026-Q4", False), ("2026-Q4", True)]
    await planning.pass_time(LATE)
    assert await owed(planning) == []
    await planning.pass_time(moment("2027-03-31T22:00:00"))  # summer time has begun
    assert await owed(planning) == [("2027-Q1", "open")]
    assert [each for each, _ in await told(planning, one)] == [
        "initiative-recorded", "initiative-status-changed", "initiative-reported", "initiative-status-changed",
        "initiative-reported",
    ]  # fmt: skip


@pytest.mark.rule("c.5/10")
async def test_a_light_other_than_green_says_why_and_a_quarter_must_be_one_to_report_on(planning: Inside) -> None:
    [one] = await launched(planning)
    editor = planning.caller("plan_editor")
    for light in ("at_risk", "delayed"):
        refused(await refuse(editor, one, "report", {"status": light}), 422, "report-reason-missing", "/reason")
    other = {"status": "on_track", "quarter": "2026-Q3"}
    refused(await refuse(editor, one, "report", other), 422, "quarter-not-reportable", "/quarter")
    unsafe = {"status": "delayed", "reason": "Ring på 12 34 56 78"}
    refused(await refuse(editor, one, "report", unsafe), 422, "invalid-request", "/reason")
    await planning.pass_time(moment("2027-04-01T10:00:00"))
    assert await owed(planning) == [("2026-Q4", "escalated"), ("2027-Q1", "open")]
    await go(editor, one, "report", {**RISK, "quarter": "2027-Q1"})
    last = await go(editor, one, "report", {"status": "on_track"})  # of 2026-Q4, so the later one still shows
    assert (last["state"], last["owed_reports"]) == ("at_risk", [])


@pytest.mark.rule("c.5/10")
@pytest.mark.parametrize("end", ["cancel", "complete", "merge", "split"])
async def test_nothing_is_owed_of_what_has_ended(planning: Inside, end: str) -> None:
    one, other = await launched(planning, 2)
    await planning.pass_time(DUE)
    bodies: dict[str, Any] = {
        "cancel": WHY,
        "complete": {"as_planned": True, "source_url": "https://example.org/kilde"},
        "merge": {"into": other},
        "split": {"into": [{"number": n, "title_da": "Syntetisk"} for n in (8, 9)]},
    }
    ended = await go(planning.caller("plan_editor"), one, end, bodies[end])
    before = await told(planning, one)
    await planning.pass_time(moment("2027-06-01T00:00:00"))
    assert await told(planning, one) == before
    owing = {each["initiative_id"] for each in (await asked(planning))["owed"]}
    assert owing == {other, *(ended["became"] if end == "split" else [])}  # the parts are under way, and report
    states = await planning.pool.fetch("select state from report_duties where initiative_id = $1::uuid", one)
    assert [row["state"] for row in states] == ["lapsed"]
    subjects = {row["subject"] for row in await planning.pool.fetch("select subject::text from deadlines")}
    assert one not in subjects


@pytest.mark.rule("c.5/10")
async def test_a_long_stop_and_several_instances_lose_and_double_nothing(planning: Inside) -> None:
    ids = await launched(planning, 3)
    planning.watch.put(moment("2027-07-01T10:00:00"))  # nobody looked for seven months

    async def instance() -> None:
        while await deadlines.act_on_next(planning.pool, DEADLINES, clock=planning.watch):
            pass

    await asyncio.gather(instance(), instance(), instance())
    await instance()
    for each in ids:
        events = [name for name, _ in await told(planning, each)]
        assert events.count("initiative-report-overdue") == 2
        assert events.count("initiative-report-escalated") == 2
        revisions = [revision for _, revision in await told(planning, each)]
        assert revisions == list(range(1, len(revisions) + 1))
    listed = await owed(planning)
    assert sorted(listed) == sorted([("2026-Q4", "escalated"), ("2027-Q1", "escalated"), ("2027-Q2", "open")] * 3)
    assert [quarter for quarter, _ in listed] == sorted(quarter for quarter, _ in listed)  # the longest late first
    assert await planning.pool.fetchval("select count(*) from deadlines where kind = 'quarter'") == 3


@pytest.mark.rule("c.5/10")
async def test_a_deadline_that_fires_again_after_its_report_came_changes_nothing(planning: Inside) -> None:
    [one] = await launched(planning)
    await planning.pass_time(ENDED)
    [row] = await planning.pool.fetch("select subject from deadlines where kind = 'report'")
    await go(owner(planning), one, "report", {"status": "on_track"})
    async with planning.pool.acquire() as tx, tx.transaction():
        await deadlines.set_deadline(tx, "report", row["subject"], due_at=DUE, provenance="synthetic")
    before = await told(planning, one)
    await planning.pass_time(LATE)
    assert await told(planning, one) == before
    assert await owed(planning) == []


@pytest.mark.rule("c.5/terms", "c.5/10")
async def test_terms_hold_from_their_day_and_what_was_owed_before_keeps_its_days(planning: Inside) -> None:
    await launched(planning)
    editor = planning.caller("plan_editor")
    shorter = {"name": "report_due_days", "valid_from": "2027-01-02", "value": 5}
    names = {each["name"] for each in (await editor.post("/v1/terms", shorter))["items"]}
    assert names == {"report_due_days", "report_escalation_days", "milestone_due_soon_days", "quiet_weeks"}
    refused(await editor.command("/v1/terms", shorter), 409, "term-already-stands")
    past = {**shorter, "valid_from": "2026-11-23"}
    refused(await editor.command("/v1/terms", past), 422, "term-in-past", "/valid_from")
    refused(await owner(planning).command("/v1/terms", shorter), 403, "role-missing")
    await planning.pass_time(moment("2027-04-01T10:00:00"))
    days = {each["owed"]["quarter"]: each["owed"]["due_on"] for each in (await asked(planning))["owed"]}
    assert days == {"2026-Q4": "2027-01-20", "2027-Q1": "2027-04-05"}


@pytest.mark.rule("c.5/quiet")
async def test_the_owner_of_an_initiative_of_which_nothing_was_heard_for_weeks_is_asked(planning: Inside) -> None:
    one, _ = await launched(planning, 2)
    await planning.pass_time(moment("2026-12-30T00:00:00"))
    await go(owner(planning), one, "report", {"status": "on_track"})
    await planning.pass_time(moment("2027-01-18T11:59:00"))
    assert (await asked(planning))["quiet"] == []
    await planning.pass_time(moment("2027-01-25T10:00:00"))  # an overdue report is no sign of life
    [quiet] = (await asked(planning))["quiet"]
    assert (quiet["number"], quiet["quiet_weeks"], quiet["responsible"]["code"]) == (2, 8, MINISTRY)
    said = {"title_da": "Syntetisk", "due_on": "2027-12-31"}
    milestones = f"/v1/initiatives/{quiet['initiative_id']}/milestones"
    await planning.caller("plan_editor").post(milestones, said)
    assert (await asked(planning))["quiet"] == []
    assert (await asked(planning, state="open"))["quiet"] == []
