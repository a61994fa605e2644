"""The course of an enquiry over HTTP: consent, anonymising, hand-overs' outcomes, threads, needs, reopening."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from advisory.domain import advice
from support.enquiring import ACUTE, CALM, ENQUIRIES, answered, do, register, told, tried
from support.inside import Caller, Inside, refused

DONE = {"duty_to_notify": "yes", "risk_assessment_reminded": True, "siblings_considered": "yes"}
SOON = {**ACUTE, "urgency": "soon"}


async def triaged(adviser: Caller, said: dict[str, Any] = SOON, **more: Any) -> str:
    """The address of an enquiry that waits to be taken up."""
    path = await register(adviser, said, **more)
    await do(adviser, path, "triage", team="rejseholdet")
    return path


@pytest.mark.rule("c.1/2")
@pytest.mark.parametrize("of", ["custody_holder", "guardian"])
async def test_consent_is_not_sought_of_whoever_may_be_the_danger(advisory: Inside, of: str) -> None:
    adviser = advisory.caller("adviser")
    path = await triaged(adviser)
    problem = refused(await tried(adviser, path, "ask-for-consent", of=of), 409, "consent-may-endanger")
    assert "§ 18(3)" in problem["detail"]
    assert (problem["current"]["state"], problem["current"]["consent_asked_of"]) == ("triaged", None)
    asked = await do(adviser, path, "ask-for-consent", of=of, danger_ruled_out="by_risk_assessment")
    assert (asked["state"], asked["consent_asked_of"]) == ("awaiting_consent", of)
    given = await do(adviser, path, "record-consent")
    assert (given["state"], given["consent_basis"], given["may_be_case_specific"]) == ("in_progress", of, True)
    refused(await tried(adviser, path, "record-consent"), 409, "consent-not-asked-for")
    refused(await tried(adviser, path, "ask-for-consent", of="citizen"), 409, "nothing-to-consent-to")


@pytest.mark.rule("c.1/1", "c.1/state:enquiry")
async def test_while_consent_is_waited_for_anonymous_advice_is_given_and_without_it_work_goes_on(
    advisory: Inside,
) -> None:
    adviser = advisory.caller("adviser")
    path = await triaged(adviser)
    await do(adviser, path, "ask-for-consent", of="citizen")
    refused(await tried(adviser, path, "answer", mode="case_specific", advice=["material"]), 409, "consent-missing")
    assert (await do(adviser, path, "answer", advice=["material"]))["state"] == "awaiting_consent"
    refused(await tried(adviser, path, "close", outcome="advised"), 409, "enquiry-not-answered")
    assert (await do(adviser, path, "anonymise"))["state"] == "anonymised"
    assert (await do(adviser, path, "answer", advice=["training"], **DONE))["state"] == "answered"
    assert (await do(adviser, path, "close", outcome="advised"))["state"] == "closed"
    general = await triaged(adviser, CALM)
    refused(await tried(adviser, general, "ask-for-consent", of="citizen"), 409, "nothing-to-consent-to")


@pytest.mark.rule("c.1/citizen")
async def test_a_citizen_is_redirected_and_not_advised(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await triaged(adviser, CALM, requester="citizen")
    refused(await tried(adviser, path, "answer", advice=["material"]), 409, "citizen-is-redirected")
    refused(await tried(adviser, path, "close", outcome="redirected"), 409, "enquiry-not-answered")
    redirected = await do(adviser, path, "redirect", to="red_counselling")
    assert (redirected["state"], redirected["redirected_to"]) == ("redirected", "red_counselling")
    refused(await tried(adviser, path, "redirect", to="viso"), 409, "enquiry-redirected")
    refused(await tried(adviser, path, "close", outcome="advised"), 409, "enquiry-not-answered")
    assert (await do(adviser, path, "close", outcome="redirected"))["outcome"] == "redirected"


@pytest.mark.rule("c.1/6", "c.1/citizen")
async def test_an_acute_enquiry_that_is_redirected_still_needs_a_human_who_has_it(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await triaged(adviser, ACUTE, requester="citizen")
    await do(adviser, path, "redirect", to="police_112")
    await do(adviser, path, "check-off", **DONE)
    refused(await tried(adviser, path, "close", outcome="redirected"), 409, "handover-not-acknowledged")
    handed = await do(adviser, path, "hand-over", target="police_112")
    assert handed["state"] == "redirected"
    await do(adviser, path, "acknowledge", referral_id=handed["referrals"][0]["id"])
    assert (await do(adviser, path, "close", outcome="redirected"))["state"] == "closed"


@pytest.mark.rule("c.1/state:referral", "c.1/referral-declined", "c.1/6")
async def test_who_declines_holds_it_no_longer(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await triaged(adviser, ACUTE)
    first = (await do(adviser, path, "hand-over", target="municipality_intake"))["referrals"][0]["id"]
    for outcome, slug in (("declined", "referral-not-acknowledged"), ("no_answer", "referral-still-awaited")):
        refused(await tried(adviser, path, "settle-referral", referral_id=first, outcome=outcome), 409, slug)
    await do(adviser, path, "acknowledge", referral_id=first)
    refused(
        await tried(adviser, path, "settle-referral", referral_id=first, outcome="no_answer"),
        409, "referral-still-awaited",
    )  # fmt: skip
    await do(adviser, path, "settle-referral", referral_id=first, outcome="declined")
    assert (await told(advisory))[-1][0] == "referral-declined"
    assert (await told(advisory))[-1][1] == {"region": "synthetic", "target": "municipality_intake"}
    assert (await told(advisory))[-1][2]["ce_revision"] == "3"
    again = {"referral_id": first, "outcome": "accepted"}
    refused(await tried(adviser, path, "settle-referral", **again), 409, "referral-already-settled")
    await do(adviser, path, "answer", advice=["call_police"], **DONE)
    refused(await tried(adviser, path, "close", outcome="advised"), 409, "handover-not-acknowledged")
    refused(await tried(adviser, path, "close", outcome="handed_over"), 409, "nothing-handed-over")
    handed = (await do(adviser, path, "hand-over", target="police_114"))["referrals"]
    [second] = [each["id"] for each in handed if each["target"] == "police_114"]
    await do(adviser, path, "acknowledge", referral_id=second)
    await do(adviser, path, "settle-referral", referral_id=second, outcome="accepted")
    assert (await do(adviser, path, "close", outcome="handed_over"))["state"] == "closed"
    assert (await advisory.events()).count("referral-declined") == 1


@pytest.mark.rule("c.1/state:referral")
@pytest.mark.parametrize(
    ("urgency", "due"),
    [("soon", datetime(2026, 12, 28, 23, tzinfo=UTC)), ("normal", datetime(2026, 12, 30, 23, tzinfo=UTC))],
)
async def test_a_hand_over_that_is_not_acute_waits_for_working_days_and_is_then_overdue(
    advisory: Inside, urgency: str, due: datetime
) -> None:
    advisory.watch.put(datetime(2026, 12, 24, 12, tzinfo=UTC))  # a Thursday; two holidays and a Sunday follow
    adviser = advisory.caller("adviser")
    path = await triaged(adviser, SOON, urgency=urgency)
    referral = (await do(adviser, path, "hand-over", target="viso"))["referrals"][0]
    assert datetime.fromisoformat(referral["due_at"]) == due
    wanted = {"provenance": "synthetic", "overdue": "true"}
    await advisory.pass_time(due - timedelta(seconds=1))
    assert (await adviser.get(ENQUIRIES, **wanted))["total"] == 0
    await advisory.pass_time(due)
    assert (await adviser.get(ENQUIRIES, **wanted))["total"] == 1
    assert "enquiry-acute-handover-overdue" not in await advisory.events()
    await do(adviser, path, "settle-referral", referral_id=referral["id"], outcome="no_answer")
    assert (await adviser.get(ENQUIRIES, **wanted))["total"] == 0
    refused(await tried(adviser, path, "acknowledge", referral_id=referral["id"]), 409, "referral-already-settled")


@pytest.mark.rule("c.1/9")
@pytest.mark.parametrize("purpose", ["risk_assessment", "coordination"])
async def test_consultants_assess_and_coordinate_only_when_the_municipality_asks(
    advisory: Inside, purpose: str
) -> None:
    adviser = advisory.caller("adviser")
    path = await triaged(adviser)
    for target in ("security_consultant", "coordination_unit"):
        wish = {"target": target, "purpose": purpose}
        problem = refused(await tried(adviser, path, "hand-over", **wish), 409, "municipality-has-not-asked")
        assert "§ 12 c" in problem["detail"]
        await do(adviser, path, "hand-over", **wish, requested_by_municipality=True)
    await do(adviser, path, "hand-over", target="security_consultant")
    await do(adviser, path, "hand-over", target="viso", purpose=purpose)
    remember = (await adviser.get(f"{path}/answer"))["remember"]
    assert "serviceloven § 12 c" in {each["source"] for each in remember if each["code"] == "consultants_are_voluntary"}


@pytest.mark.rule(
    "c.1/event:enquiry-registered", "c.1/event:enquiry-closed", "c.1/event:enquiry-reopened",
    "c.1/event:referral-made", "c.1/event:referral-acknowledged", "c.1/event:referral-declined", "a.12/case-derived",
)  # fmt: skip
async def test_the_course_of_an_enquiry_is_told_with_month_and_region_and_codes_only(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await answered(adviser, SOON, note="Kendetegn")
    referral = (await do(adviser, path, "hand-over", target="viso"))["referrals"][0]["id"]
    await do(adviser, path, "acknowledge", referral_id=referral)
    await do(adviser, path, "settle-referral", referral_id=referral, outcome="declined")
    await do(adviser, path, "check-off", duty_to_notify="yes", risk_assessment_reminded=True, siblings_considered="yes")
    await do(adviser, path, "close", outcome="advised")
    await do(adviser, path, "reopen")
    topics, where = ["re_education_trip"], {"region": "synthetic"}
    asked = {"topics": topics, "requester": "municipality_school", "urgency": "soon", "concerns_minor": "yes"}
    ended = {"topics": topics, "outcome": "advised", "handling_working_days": 0, "advice_codes": ["material"]}
    found = await told(advisory)
    assert [(kind, data) for kind, data, _ in found] == [
        ("enquiry-registered", where | asked),
        ("referral-made", where | {"target": "viso", "urgency": "soon"}),
        ("referral-acknowledged", where | {"target": "viso"}),
        ("referral-declined", where | {"target": "viso"}),
        ("enquiry-closed", where | ended),
        ("enquiry-reopened", where),
    ]
    assert {headers["ce_time"] for _, _, headers in found} == {"2026-11-01T00:00:00Z"}


@pytest.mark.rule("c.1/3")
async def test_an_adviser_is_reminded_of_the_duty_of_their_own_and_nobody_else_is(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await triaged(adviser, SOON)
    codes = [each["code"] for each in (await adviser.get(path))["checklist"]]
    assert codes.index("own_duty_to_notify") == codes.index("duty_to_notify") + 1
    assert "own_duty" not in (await adviser.ask("GET", f"{path}/answer")).text
    assert "own_duty_to_notify" not in {
        each["code"] for each in (await adviser.get(await register(adviser)))["checklist"]
    }


@pytest.mark.rule("c.1/4")
@pytest.mark.parametrize(
    "topic", ["forced_marriage", "online_control", "peer_control_school", "stalking", "exit_support"]
)
async def test_whatever_may_be_control_honour_or_violence_reminds_of_the_risk_first(
    advisory: Inside, topic: str
) -> None:
    found = await advisory.caller("adviser").get(await register(advisory.caller("adviser"), CALM, topics=[topic]))
    shown = "risk_assessment_first" in {each["code"] for each in found["checklist"]}
    assert shown == (topic != "exit_support")


@pytest.mark.rule("c.1/8", "c.1/5")
async def test_what_is_told_says_who_is_responsible_and_nothing_internal(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await triaged(adviser, ACUTE, note="Kendetegn")
    await do(adviser, path, "answer", advice=["material", "safety_plan", "call_police"], note="Internt")
    answer = await adviser.ask("GET", f"{path}/answer")
    assert not {"Kendetegn", "Internt", "9901", "15_17"} & set(re.findall(r"[\w]+", answer.text))
    told = answer.json()
    assert "Kommunen har fortsat ansvaret" in told["responsibility"]["da"]
    assert "binder ingen" in told["not_binding"]["da"]
    assert told["act_first"][0]["code"] == "police_112"
    assert [each["code"] for each in told["advice"]] == ["call_police", "safety_plan", "material"]
    assert "handover_acknowledged" not in {each["code"] for each in told["remember"]}


@pytest.mark.rule("c.1/5")
def test_nothing_that_can_be_advised_is_to_contact_the_family() -> None:
    assert set(advice.TEXTS) == set(get_args(advice.Code))
    said = " ".join(each for texts in advice.TEXTS.values() for each in texts).lower()
    assert not [each for each in ("forældre", "famil", "netværk", "parent", "network") if each in said]


@pytest.mark.rule("c.1/10")
@pytest.mark.parametrize(
    ("phase", "codes"),
    [
        ("before", {"passport_is_for_the_police"}),
        ("during", {"abroad_is_for_the_foreign_ministry", "residence_is_for_the_immigration_service"}),
        ("after", {"residence_is_for_the_immigration_service"}),
    ],
)
async def test_the_checklist_names_siblings_and_whose_decision_a_journey_is(
    advisory: Inside, phase: str, codes: set[str]
) -> None:
    adviser = advisory.caller("adviser")
    checklist = (await adviser.get(await register(adviser, SOON, stay_phase=phase)))["checklist"]
    assert {each["code"] for each in checklist if each["code"].endswith(("police", "ministry", "service"))} == codes
    assert {"siblings", "family_is_not_told", "no_message"} <= {each["code"] for each in checklist}
    calm = {each["code"]: each["done"] for each in (await adviser.get(await register(adviser)))["checklist"]}
    assert calm == {"anonymised": None, "siblings": None, "consultants_are_voluntary": None}


@pytest.mark.rule("c.1/6", "c.1/state:enquiry")
async def test_another_team_takes_it_and_urgency_only_rises(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await triaged(adviser)
    moved = await do(adviser, path, "reassess", team="duty_desk", note="Vagten ved besked")
    assert moved["note"] == "Vagten ved besked"
    assert (moved["team"], moved["urgency"]) == ("duty_desk", "soon")
    assert (await do(adviser, path, "reassess", urgency="acute"))["urgency"] == "acute"
    refused(await tried(adviser, path, "reassess", urgency="soon"), 409, "urgency-not-lowered")
    found = await adviser.get(ENQUIRIES, provenance="synthetic", team="duty_desk")
    assert found["total"] == 1
    assert (await adviser.get(ENQUIRIES, provenance="synthetic", team="rejseholdet"))["total"] == 0


@pytest.mark.rule("c.1/state:enquiry")
async def test_a_closed_enquiry_is_reopened_with_what_was_done_and_every_step_is_kept(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await answered(adviser)
    refused(await tried(adviser, path, "reopen"), 409, "enquiry-not-closed")
    await do(adviser, path, "close", outcome="advised", journal_reference="2026-1")
    opened = await do(adviser, path, "reopen")
    assert (opened["state"], opened["advice"], opened["outcome"]) == ("reopened", ["material"], None)
    await do(adviser, path, "take-up")
    await do(adviser, path, "answer", advice=["training"])
    closed = await do(adviser, path, "close", outcome="advised")
    assert closed["journal_reference"] == "2026-1"
    assert await advisory.events() == ["enquiry-registered", "enquiry-closed", "enquiry-reopened", "enquiry-closed"]
    assert [headers["ce_revision"] for _, _, headers in await told(advisory)] == ["1", "2", "3", "4"]
    course = (await adviser.get(f"{path}/course"))["items"]
    assert [(each["deed"], each["state"]) for each in course] == [
        ("register", "received"), ("triage", "triaged"), ("answer", "answered"), ("close", "closed"),
        ("reopen", "reopened"), ("take_up", "in_progress"), ("answer", "answered"), ("close", "closed"),
    ]  # fmt: skip
    assert set(course[0]) == {"revision", "at", "deed", "state", "team", "note"}


@pytest.mark.rule("c.1/3", "c.1/4", "c.1/counts")
async def test_what_is_learnt_after_triage_is_asked_for_before_the_end_and_changes_no_count(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await answered(adviser, CALM, concerns_minor="unknown")
    before = await advisory.pool.fetch("select property, code, count from enquiry_counts order by 1, 2")
    await do(adviser, path, "reassess", concerns_minor="yes", topics=["forced_marriage"])
    shown = {each["code"]: each["done"] for each in (await adviser.get(path))["checklist"]}
    assert (shown["risk_assessment_first"], shown["duty_to_notify"]) == (False, False)
    taken_back = await tried(adviser, path, "reassess", concerns_minor="no")
    problem = refused(taken_back, 409, "minor-not-taken-back")
    assert problem["current"]["concerns_minor"] == "yes"
    refused(await tried(adviser, path, "close", outcome="advised"), 409, "duty-to-notify-unaddressed")
    await do(adviser, path, "check-off", duty_to_notify="yes")
    refused(await tried(adviser, path, "close", outcome="advised"), 409, "risk-assessment-not-reminded")
    await do(adviser, path, "check-off", risk_assessment_reminded=True)
    await do(adviser, path, "close", outcome="advised")
    assert (await told(advisory))[-1][1]["topics"] == ["legislation", "forced_marriage"]
    assert await advisory.pool.fetch("select property, code, count from enquiry_counts order by 1, 2") == before
    many = ["threats", "stalking", "online_control", "exit_support"]
    again = await answered(adviser, CALM, topics=["legislation", "psychological_violence"])
    refused(await tried(adviser, again, "reassess", topics=many), 422, "too-many-topics", "/topics")


@pytest.mark.rule("c.1/notes")
async def test_every_note_is_kept_with_its_step_and_team_and_the_newest_stands_first(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await triaged(adviser, note="Skrevet ved modtagelsen")
    await do(adviser, path, "reassess", team="duty_desk", note="Givet videre til vagten")
    await do(adviser, path, "answer", advice=["material"], note="Sagt i telefonen", **DONE)
    assert (await do(adviser, path, "answer", advice=["training"]))["note"] == "Sagt i telefonen"
    course = (await adviser.get(f"{path}/course"))["items"]
    assert [(each["deed"], each["team"], each["note"]) for each in course] == [
        ("register", None, "Skrevet ved modtagelsen"), ("triage", "rejseholdet", None),
        ("reassess", "duty_desk", "Givet videre til vagten"), ("answer", "duty_desk", "Sagt i telefonen"),
        ("answer", "duty_desk", None),
    ]  # fmt: skip
    assert "vagten" not in (await adviser.ask("GET", f"{path}/answer")).text
    await do(adviser, path, "anonymise")
    assert {each["note"] for each in (await adviser.get(f"{path}/course"))["items"]} == {None}


@pytest.mark.rule("c.1/13")
async def test_enquiries_of_one_matter_share_a_thread_and_matters_are_counted_apart(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    october = {**SOON, "municipality_code": "0851", "received_on": "2026-10-05"}
    first = await register(adviser, october)
    same = first.rpartition("/")[2]
    for _ in range(5):
        await register(adviser, october, same_as=same)
    for _ in range(4):
        await register(adviser, october)
    assert len((await adviser.get(f"{first}/thread"))["items"]) == 6
    steward = advisory.caller("data_steward")
    counts = await steward.get(f"{ENQUIRIES}/counts", year=2026, by="matter")
    before = [each for each in counts["cells"] if each["month"] == "2026-10"]
    assert {each["of"]: each["count"] for each in before} == {"matter": 5, "repeat": 5}
    assert "personer tælles ikke" in counts["definition_da"]
    left = await do(adviser, first, "leave-thread")
    assert left["thread_id"] not in {each["id"] for each in (await adviser.get(f"{first}/thread"))["items"]}
    assert len((await adviser.get(f"{first}/thread"))["items"]) == 1
    again = await steward.get(f"{ENQUIRIES}/counts", year=2026, by="matter")
    assert [each for each in again["cells"] if each["month"] == "2026-10"] == before
    real = {"same_as": same}
    refused(
        await tried(adviser, await register(adviser, SOON), "join-thread", **real),
        422, "matter-of-another-provenance", "/same_as",
    )  # fmt: skip


@pytest.mark.rule("c.1/13")
async def test_what_may_be_a_repeat_is_shown_without_holding_a_name(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    asked = {**SOON, "received_on": "2026-11-20"}
    likely = (await register(adviser, asked, received_on="2026-06-01")).rpartition("/")[2]
    await register(adviser, asked, received_on="2026-04-01")  # more than half a year before
    await register(adviser, asked, topics=["legislation"])
    await register(adviser, asked, municipality_code="9902")
    await register(adviser, asked, is_case_specific=False)
    await do(adviser, await register(adviser, asked), "anonymise")
    path = await register(adviser, asked)
    assert [each["id"] for each in (await adviser.get(f"{path}/likely-repeats"))["items"]] == [likely]
    term = {"name": "likely_repeat_days", "valid_from": "2026-11-24", "value": 30}
    await advisory.caller("duty_coordinator").post("/v1/terms", term)
    advisory.watch.put(datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert len((await adviser.get(f"{path}/likely-repeats"))["items"]) == 1, "by the term of its own day"
    after = await register(adviser, asked, received_on="2026-11-24")
    found = [each["received_on"] for each in (await adviser.get(f"{after}/likely-repeats"))["items"]]
    assert found == ["2026-11-20"]
    await do(adviser, path, "join-thread", same_as=likely)
    assert (await adviser.get(f"{path}/likely-repeats"))["items"] == []
    assert (await adviser.get(f"{await register(adviser, CALM)}/likely-repeats"))["items"] == []
