"""What processes are made of over HTTP: scopes, visits ahead, milestones, the register of what was handed over."""

from datetime import UTC, datetime
from typing import Any

import pytest

from service.test_advisory_processes import (
    AGREE,
    COMPLETE,
    DELIVER,
    ENQUIRY,
    FOLLOW_UP,
    PAUSE,
    PROCESSES,
    SCOPE,
    VISIT,
    go,
    request,
    tried,
)
from support.inside import Caller, Inside, refused

PLANNED = ("plan-visit", {"planned_on": "2026-12-01", "form": "visit"})
MILESTONE = ("set-milestone", {"goal": "Udkast i høring", "due_on": "2026-11-30"})


async def begun(adviser: Caller, **said: Any) -> str:
    """The address of a process that runs."""
    path = await request(adviser, **said)
    await go(adviser, path, SCOPE, AGREE, "start")
    return path


@pytest.mark.rule("c.1/process-scope")
async def test_what_is_to_be_reached_may_change_and_what_was_meant_before_is_kept_with_the_reason(
    advisory: Inside,
) -> None:
    adviser = advisory.caller("adviser")
    path = await request(adviser)
    refused(await tried(adviser, path, "scope", {"goals": []}), 422, "invalid-request", "/goals")
    change = ("change-scope", {"goals": ["Skolerne med"], "reason": "Nyt byråd"})
    note = (await go(adviser, path, SCOPE, AGREE, "start", change), await adviser.get(f"{path}/advice-note"))[1]
    assert note["process"]["scopes"] == [
        {"goals": SCOPE[1]["goals"], "set_on": "2026-11-23", "reason": None},
        {"goals": ["Skolerne med"], "set_on": "2026-11-23", "reason": "Nyt byråd"},
    ]
    assert "ingen afgørelser" in note["non_binding"]["da"]
    assert "Kommunen har fortsat ansvaret" in note["responsibility"]["da"]
    assert note["municipality"] == "Aalborg"


@pytest.mark.rule("c.1/process-visits")
async def test_a_planned_visit_is_expected_until_it_is_held_or_called_off(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await begun(adviser)
    later = ("plan-visit", {"planned_on": "2026-11-30", "form": "online"})
    await go(adviser, path, PLANNED, later, PLANNED)
    expected = (await adviser.get("/v1/expected-visits"))["items"]
    assert [(each["planned_on"], each["form"], each["municipality"]) for each in expected] == [
        ("2026-11-30", "online", "Aalborg"), ("2026-12-01", "visit", "Aalborg"), ("2026-12-01", "visit", "Aalborg"),
    ]  # fmt: skip
    assert (await adviser.get("/v1/expected-visits", provenance="synthetic"))["items"] == []
    done = await go(
        adviser, path, ("hold-visit", {**VISIT, "planned": 2}), ("call-off-visit", {"place": 1, "reason": "Sne"})
    )
    assert [each["state"] for each in done["planned_visits"]] == ["called_off", "held", "planned"]
    assert done["planned_visits"][0]["reason"] == "Sne"
    for place in (1, 2, 4):
        called_off = await tried(adviser, path, "call-off-visit", {"place": place, "reason": "x"})
        refused(called_off, 409, "part-missing")
        refused(await tried(adviser, path, "hold-visit", {**VISIT, "planned": place}), 409, "part-missing")
    yesterday = {"planned_on": "2026-11-22", "form": "visit"}
    refused(await tried(adviser, path, "plan-visit", yesterday), 422, "day-has-passed", "/planned_on")
    await go(adviser, path, ("cancel", {"reason": "Kommunen trak sig"}))
    assert (await adviser.get("/v1/expected-visits"))["items"] == []


@pytest.mark.rule("c.1/process-milestones", "c.1/process")
async def test_a_process_does_not_end_with_loose_ends(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await begun(adviser)
    await go(adviser, path, MILESTONE, MILESTONE, PLANNED, DELIVER)
    refused(await tried(adviser, path, *COMPLETE), 409, "loose-ends")
    await go(adviser, path, ("meet-milestone", {"place": 1}), ("drop-milestone", {"place": 2, "reason": "Flyttet"}))
    refused(await tried(adviser, path, *COMPLETE), 409, "loose-ends")
    refused(await tried(adviser, path, "meet-milestone", {"place": 2}), 409, "part-missing")
    done = await go(adviser, path, ("call-off-visit", {"place": 1, "reason": "Sne"}), COMPLETE)
    assert [(each["met_on"], each["dropped"]) for each in done["milestones"]] == [
        ("2026-11-23", None), (None, "Flyttet"),
    ]  # fmt: skip


async def test_a_milestone_is_overdue_from_the_day_after_until_it_is_met(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await begun(adviser)
    await go(adviser, path, MILESTONE)
    for day, overdue in ((30, False), (31, True)):
        advisory.watch.put(datetime(2026, 11, 30, tzinfo=UTC) if day == 30 else datetime(2026, 11, 30, 23, tzinfo=UTC))
        assert (await adviser.get(path))["milestones"][0]["is_overdue"] is overdue
    assert (await go(adviser, path, ("meet-milestone", {"place": 1})))["milestones"][0]["is_overdue"] is False


async def test_a_process_rests_with_a_reason_until_a_day_that_lies_ahead(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await begun(adviser)
    today = {"reason": "x", "until": "2026-11-23"}
    refused(await tried(adviser, path, "pause", today), 422, "day-has-passed", "/until")
    resting = await go(adviser, path, ("pause", {"reason": "Ferie", "until": "2026-11-24"}))
    assert (resting["state"], resting["reason"], resting["paused_until"]) == ("paused", "Ferie", "2026-11-24")
    refused(await tried(adviser, path, *COMPLETE), 409, "step-out-of-order")
    going = await go(adviser, path, "resume")
    assert (going["state"], going["reason"], going["paused_until"]) == ("running", None, None)


@pytest.mark.rule("c.1/deliverables")
async def test_the_register_counts_versions_and_says_when_somebody_should_look_again(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    school: dict[str, Any] = {"kind": "school_effort", "institution_type": "school", "municipality_code": "0101"}
    path, other = await begun(adviser, **school), await begun(adviser, **school)
    procedure = {"kind": "school_procedure", "delivered_on": "2024-11-22", "review_on": "2026-11-23"}
    await go(adviser, path, ("deliver", procedure), DELIVER)
    await go(adviser, await begun(adviser), DELIVER)
    await go(adviser, await begun(adviser, municipality_code="9901"), DELIVER)
    register = "/v1/deliverables"
    found = (await adviser.get(register))["items"]
    assert [(each["municipality_code"], each["kind"], each["version"], each["review_on"]) for each in found] == [
        ("0101", "school_procedure", 1, "2026-11-23"),
        ("0101", "preparedness_plan", 1, "2030-11-23"),
        ("0851", "preparedness_plan", 1, "2030-11-23"),
    ]
    due = await adviser.get(register, review_is_due="true")
    assert (due["total"], due["items"][0]["kind"]) == (1, "school_procedure")
    await go(adviser, other, PAUSE, ("deliver", {"kind": "school_procedure"}))
    found = (await adviser.get(register, kind="school_procedure", municipality_code="0101"))["items"]
    assert [(each["version"], each["is_newest"], each["review_is_due"], each["review_on"]) for each in found] == [
        (1, False, False, "2026-11-23"), (2, True, False, "2028-11-23"),
    ]  # fmt: skip
    assert (await adviser.get(register, review_is_due="false", institution_type="school"))["total"] == 3
    first = await adviser.get(register, limit=2)
    rest = await adviser.get(register, limit=2, after=first["next"])
    assert (first["total"], len(first["items"]), len(rest["items"]), rest["next"]) == (4, 2, 2, None)


async def test_nothing_is_delivered_tomorrow_or_looked_at_again_before_it_was_delivered(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await begun(adviser)
    tomorrow = {"kind": "other", "delivered_on": "2026-11-24"}
    refused(await tried(adviser, path, "deliver", tomorrow), 422, "day-in-future", "/delivered_on")
    same = {"kind": "other", "review_on": "2026-11-23"}
    refused(await tried(adviser, path, "deliver", same), 422, "day-has-passed", "/review_on")


@pytest.mark.rule("c.1/follow-up", "c.6/process-completed→advisory")
async def test_the_effect_is_looked_at_after_the_agreed_months_and_the_list_says_whose_day_has_come(
    advisory: Inside,
) -> None:
    adviser = advisory.caller("adviser")
    path = await request(adviser)
    await go(adviser, path, SCOPE, ("agree", {"lead": "adviser", "follow_up_months": 3}), "start", DELIVER, COMPLETE)
    assert (await adviser.get(PROCESSES, follow_up_is_due="true"))["total"] == 0
    refused(await tried(adviser, path, *FOLLOW_UP), 409, "follow-up-too-early")
    advisory.watch.put(datetime(2027, 2, 22, 23, tzinfo=UTC))  # 23 February in Denmark
    assert (await adviser.get(PROCESSES, follow_up_is_due="true"))["items"][0]["follow_up_is_due"] is True
    postponed = ("postpone-follow-up", {"to": "2027-04-01", "reason": "Endnu ikke i brug"})
    assert (await go(adviser, path, postponed))["follow_up_is_due"] is False
    refused(await tried(adviser, path, *FOLLOW_UP), 409, "follow-up-too-early")
    refused(
        await tried(adviser, path, "postpone-follow-up", {"to": "2027-02-23", "reason": "x"}), 422, "day-has-passed"
    )
    advisory.watch.put(datetime(2027, 4, 1, tzinfo=UTC))
    done = await go(adviser, path, ("follow-up", {"effect": "achieved", "note": "Planen bruges"}))
    assert (done["effect"], done["effect_note"], done["followed_up_on"]) == ("achieved", "Planen bruges", "2027-04-01")
    assert (await adviser.get(PROCESSES, follow_up_is_due="true"))["total"] == 0


@pytest.mark.rule("c.1/terms")
async def test_a_term_is_chosen_anew_from_a_day_ahead_and_what_was_agreed_before_stays(advisory: Inside) -> None:
    coordinator, adviser = advisory.caller("duty_coordinator"), advisory.caller("adviser")
    before = await request(adviser)
    await go(adviser, before, SCOPE, AGREE, "start", DELIVER)
    term = {"name": "process_follow_up_months", "valid_from": "2026-11-24", "value": 9}
    refused(await adviser.command("/v1/terms", term), 403, "role-missing")
    refused(
        await coordinator.command("/v1/terms", {**term, "valid_from": "2026-11-23"}), 422, "term-in-past", "/valid_from"
    )
    terms = await coordinator.post("/v1/terms", term)
    refused(await coordinator.command("/v1/terms", term), 409, "term-already-stands")
    assert terms == await adviser.get("/v1/terms")
    assert [(each["name"], each["value"]) for each in terms["items"]] == [
        ("deliverable_review_months", 24), ("likely_repeat_days", 183), ("plan_reminder_months", 6),
        ("process_follow_up_months", 6), ("process_follow_up_months", 9),
    ]  # fmt: skip
    advisory.watch.put(datetime(2026, 11, 23, 23, tzinfo=UTC))
    after = await request(adviser)
    await go(adviser, after, SCOPE, AGREE, "start", DELIVER)
    due = [(await go(adviser, path, COMPLETE))["follow_up_due_on"] for path in (before, after)]
    assert due == ["2027-05-24", "2027-08-24"]


@pytest.mark.rule("c.1/programme", "c.1/confidential-process")
async def test_the_programme_counts_schools_and_youth_educations_by_municipality_and_nothing_confidential(
    advisory: Inside,
) -> None:
    adviser = advisory.caller("adviser")
    school = {"kind": "school_effort", "institution_type": "school"}
    path = await begun(adviser, **school)
    done = await go(adviser, path, ("hold-visit", VISIT), ("hold-visit", {**VISIT, "held_on": "2026-10-31"}))
    assert (done["setting"], done["institution_type"]) == ("school", "school")
    await go(adviser, path, DELIVER, COMPLETE)
    await begun(adviser, **school, municipality_code="0101")
    await begun(adviser, municipality_code="0101", institution_type="youth_education", kind="upskilling")
    await request(adviser, **school, municipality_code="0253")
    enquiry = await adviser.post("/v1/enquiries", ENQUIRY)
    await go(adviser, await begun(adviser, **school, enquiry_id=enquiry["id"]), ("hold-visit", VISIT))
    await begun(adviser, institution_type="school", kind="exit_setup")
    await begun(adviser, **school, municipality_code="9901")
    counted = await advisory.caller("plan_editor").get("/v1/programme", first="2026-11-01", last="2026-11-30")
    assert [(each["institution_type"], each["municipalities"], each["agreed"], each["completed"], each["visits"],
             each["participants"]) for each in counted["items"]] == [
        ("school", 2, 2, 1, 1, 12), ("youth_education", 1, 1, 0, 0, 0),
    ]  # fmt: skip
    assert [(each["municipality_code"], each["visits"]) for each in counted["items"][0]["items"]] == [
        ("0101", 0), ("0851", 1),
    ]  # fmt: skip
    assert (await adviser.get("/v1/programme", first="2026-12-01", last="2026-12-31"))["items"] == []
    october = await adviser.get("/v1/programme", first="2026-10-31", last="2026-10-31")
    assert [(each["visits"], each["municipalities"]) for each in october["items"]] == [(1, 1)]


async def test_partners_hear_what_type_of_institution_it_was(advisory: Inside) -> None:
    await begun(advisory.caller("adviser"), kind="school_effort", institution_type="youth_education")
    [row] = await advisory.pool.fetch(
        "select convert_from(payload, 'utf8') as said from outbox where stream = 'public'"
    )
    assert '"institution_type":"youth_education"' in row["said"].replace(" ", "")
    assert '"setting":"youth_education"' in row["said"].replace(" ", "")
