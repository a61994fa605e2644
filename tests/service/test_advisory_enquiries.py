"""Enquiries over HTTP: anonymous by construction, acute first, handed over to humans, and closed with all done."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis import deadlines
from support.enquiring import ACUTE, CALM, ENQUIRIES, answered, do, register, told, tried
from support.inside import Inside, inside, refused

FRIDAY = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)  # half past four in the afternoon in Denmark


@pytest.mark.rule("c.1/6", "c.1/event:enquiry-acute-handover-overdue", "c.6/scenario-1")
async def test_friday_half_past_four_an_acute_enquiry_is_led_to_its_end(advisory: Inside) -> None:
    adviser = advisory.caller("duty_coordinator")
    advisory.watch.put(FRIDAY)
    enquiry = await adviser.post(ENQUIRIES, ACUTE)
    assert [each["code"] for each in enquiry["act_first"]] == [
        "police_112", "police_114", "municipality_intake", "security_consultant",
    ]  # fmt: skip
    path = f"{ENQUIRIES}/{enquiry['id']}"
    await do(adviser, path, "triage", team="duty_desk")
    enquiry = await do(adviser, path, "hand-over", target="municipality_intake")
    assert enquiry["referrals"][0]["due_at"] == "2026-11-27T15:45:00Z"
    await do(adviser, path, "answer", advice=["call_police", "risk_assessment_first"])
    refused(await tried(adviser, path, "close", outcome="handed_over"), 409, "handover-not-acknowledged")
    await advisory.pass_time(FRIDAY + timedelta(minutes=14, seconds=59))
    assert (await adviser.get(ENQUIRIES, provenance="synthetic", overdue="true"))["total"] == 0
    await advisory.pass_time(FRIDAY + timedelta(minutes=15))
    assert (await adviser.get(ENQUIRIES, provenance="synthetic", overdue="true"))["total"] == 1
    enquiry = await do(adviser, path, "acknowledge", referral_id=enquiry["referrals"][0]["id"])
    assert (await adviser.get(ENQUIRIES, provenance="synthetic", overdue="true"))["total"] == 0
    refused(await tried(adviser, path, "close", outcome="handed_over"), 409, "duty-to-notify-unaddressed")
    await do(adviser, path, "answer", advice=["notify_municipality"], duty_to_notify="yes")
    refused(await tried(adviser, path, "close", outcome="handed_over"), 409, "risk-assessment-not-reminded")
    await do(adviser, path, "answer", advice=["hear_child_alone"], risk_assessment_reminded=True)
    refused(await tried(adviser, path, "close", outcome="handed_over"), 409, "siblings-not-considered")
    await do(adviser, path, "check-off", siblings_considered="yes")
    closed = await do(adviser, path, "close", outcome="handed_over")
    assert (closed["state"], closed["advice"][0]) == ("closed", "call_police")
    assert await advisory.events() == [
        "enquiry-registered", "referral-made", "enquiry-acute-handover-overdue", "alarm-raised", "alarm-unheard",
        "alarm-ended", "referral-acknowledged", "enquiry-closed",
    ]  # fmt: skip
    assert await advisory.pool.fetchval("select count(*) from outbox where stream = 'public'") == 0


@pytest.mark.rule("c.1/6", "a.12/case-derived")
async def test_nothing_that_is_told_of_an_enquiry_says_its_municipality_or_its_day(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await answered(adviser, ACUTE, municipality_code="0400", urgency="normal", concerns_minor="no")
    await do(adviser, path, "hand-over", target="police_contact_point")
    referral = (await adviser.get(path))["referrals"][0]["id"]
    await do(adviser, path, "acknowledge", referral_id=referral)
    await do(adviser, path, "check-off", risk_assessment_reminded=True, siblings_considered="not_applicable")
    await do(adviser, path, "close", outcome="advised")
    events = await told(advisory)
    assert len(events) == 4
    for _, data, headers in events:
        assert headers["ce_time"] == "2026-11-01T00:00:00Z"
        assert "0400" not in str(data)
        assert data["region"] == "hovedstaden"


async def test_the_first_hour_of_january_in_denmark_is_told_as_january_with_its_region(advisory: Inside) -> None:
    advisory.watch.put(datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    await register(advisory.caller("adviser"), municipality_code="0101")
    [(_, data, headers)] = await told(advisory)
    assert (data["region"], headers["ce_time"]) == ("oestdanmark", "2027-01-01T00:00:00Z")


@pytest.mark.rule("c.1/6")
async def test_two_instances_and_a_restart_alarm_once(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await register(adviser, ACUTE)
    await do(adviser, path, "triage", team="duty_desk")
    await do(adviser, path, "hand-over", target="police_114")
    later = advisory.watch.at + timedelta(hours=1)
    async with inside(advisory.service, advisory.url, at=later) as restarted:
        await asyncio.gather(
            *(
                deadlines.act_on_next(restarted.pool, advisory.service.deadlines, clock=restarted.watch)
                for _ in range(4)
            )
        )
        await restarted.pass_time(later)
    assert (await advisory.events()).count("enquiry-acute-handover-overdue") == 1
    [(_, data, headers)] = [each for each in await told(advisory) if "overdue" in each[0]]
    assert data == {"minutes": 15}
    assert headers["ce_time"] == "2026-11-01T00:00:00Z"


@pytest.mark.rule("c.1/6")
async def test_a_hand_over_that_is_acknowledged_in_time_alarms_nobody_and_a_late_one_did(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    paths = [await register(adviser, ACUTE) for _ in range(2)]
    for each in paths:
        await do(adviser, each, "triage", team="duty_desk")
        await do(adviser, each, "hand-over", target="municipality_intake")
    first, second = [(await adviser.get(each))["referrals"][0]["id"] for each in paths]
    await do(adviser, paths[0], "acknowledge", referral_id=first)
    advisory.watch.put(advisory.watch.at + timedelta(minutes=20))
    await do(adviser, paths[1], "acknowledge", referral_id=second)  # before the pipeline was awake
    await advisory.pass_time(advisory.watch.at + timedelta(days=1))
    assert (await advisory.events()).count("enquiry-acute-handover-overdue") == 1
    assert (await adviser.get(paths[1]))["referrals"][0]["escalated_at"] is not None
    refused(await tried(adviser, paths[0], "acknowledge", referral_id=first), 409, "referral-already-acknowledged")
    refused(await tried(adviser, paths[0], "acknowledge", referral_id=second), 404, "referral-missing")


async def test_what_is_not_acute_has_no_alarm(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await answered(adviser)
    await do(adviser, path, "hand-over", target="viso")
    await advisory.pass_time(advisory.watch.at + timedelta(days=2))
    assert "enquiry-acute-handover-overdue" not in await advisory.events()
    assert (await adviser.get(path))["state"] == "answered"


@pytest.mark.rule("c.1/1")
@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"name": "x"}, ""),
        ({"cpr": "x"}, ""),
        ({"address": "x"}, ""),
        ({"phone": "x"}, ""),
        ({"school": "x"}, ""),
        ({"note": "Ring 12 34 56 78"}, "/note"),
        ({"note": "010170-1234"}, "/note"),
        ({"note": "skriv til a@example.org"}, "/note"),
    ],
)
async def test_identity_has_no_place_in_an_enquiry(advisory: Inside, said: dict[str, str], pointer: str) -> None:
    before = await advisory.contents()
    answer = await advisory.caller("adviser").command(ENQUIRIES, {**ACUTE, **said})
    refused(answer, 422, "invalid-request", pointer)
    assert not {"12 34 56 78", "010170-1234", "a@example.org"} & {answer.text}
    assert await advisory.contents() == before


@pytest.mark.rule("c.1/1")
@pytest.mark.parametrize("said", [{"consent_basis": "none"}, {"is_case_specific": False, "consent_basis": "citizen"}])
async def test_without_consent_advice_is_anonymised(advisory: Inside, said: dict[str, Any]) -> None:
    adviser = advisory.caller("adviser")
    path = await register(adviser, {**ACUTE, **said})
    await do(adviser, path, "triage", team="rejseholdet")
    answer = await tried(adviser, path, "answer", mode="case_specific", advice=["material"])
    problem = refused(answer, 409, "consent-missing")
    assert "databeskyttelsesforordningen" in problem["detail"]
    assert problem["da"]["title"] == "Samtykke mangler"
    assert problem["current"]["may_be_case_specific"] is False
    assert (await do(adviser, path, "answer", advice=["material"]))["mode"] == "anonymised"


@pytest.mark.rule("c.1/1")
@pytest.mark.parametrize("basis", ["citizen", "custody_holder", "guardian"])
async def test_with_consent_advice_may_be_case_specific(advisory: Inside, basis: str) -> None:
    adviser = advisory.caller("adviser")
    path = await register(adviser, ACUTE)
    await do(adviser, path, "triage", team="rejseholdet", consent_basis=basis)
    assert (await do(adviser, path, "answer", mode="case_specific", advice=["material"]))["mode"] == "case_specific"


@pytest.mark.rule("c.1/3")
@pytest.mark.parametrize("addressed", ["yes", "not_applicable"])
async def test_what_concerns_a_minor_is_closed_when_the_duty_to_notify_is_addressed(
    advisory: Inside, addressed: str
) -> None:
    adviser = advisory.caller("adviser")
    path = await answered(adviser, concerns_minor="yes")
    problem = refused(await tried(adviser, path, "close", outcome="advised"), 409, "duty-to-notify-unaddressed")
    assert "§ 133" in problem["detail"]
    assert "§ 133" in problem["da"]["detail"]
    await do(adviser, path, "answer", advice=["material"], duty_to_notify=addressed)
    assert (await do(adviser, path, "close", outcome="advised"))["state"] == "closed"


@pytest.mark.rule("c.1/4")
@pytest.mark.parametrize("topic", ["re_education_trip", "forced_marriage", "physical_violence", "digital_violence"])
async def test_a_risk_assessment_is_reminded_of_before_the_enquiry_is_closed(advisory: Inside, topic: str) -> None:
    adviser = advisory.caller("adviser")
    path = await answered(adviser, topics=["legislation", topic])
    [step] = [each for each in (await adviser.get(path))["checklist"] if each["code"] == "risk_assessment_first"]
    assert step["text_en"] == "Risk assessment before parents and network are contacted."
    assert (step["text_da"], step["done"]) == ("Risikovurdering, før forældre og netværk kontaktes.", False)
    problem = refused(await tried(adviser, path, "close", outcome="advised"), 409, "risk-assessment-not-reminded")
    assert "§ 18(3)" in problem["detail"]
    await do(adviser, path, "answer", advice=["risk_assessment_first"], risk_assessment_reminded=True)
    assert (await do(adviser, path, "close", outcome="advised"))["state"] == "closed"


@pytest.mark.rule("c.1/8")
async def test_every_answer_says_that_the_municipality_keeps_the_responsibility(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    enquiry = await adviser.get(await answered(adviser))
    assert enquiry["responsibility"] == {
        "da": "Kommunen har fortsat ansvaret for sagen og for borgerens sikkerhed.",
        "en": "The municipality keeps the responsibility for the case and for the citizen's safety.",
    }


@pytest.mark.rule("c.1/enquiry-readers")
@pytest.mark.parametrize(
    "role", ["municipal_key_person", "police_contact", "operator", "plan_editor", "data_steward", "partner"]
)
async def test_nobody_but_those_who_advise_can_tell_that_an_enquiry_is_there(advisory: Inside, role: str) -> None:
    path = await answered(advisory.caller("adviser"))
    outsider = advisory.caller(role, municipality_codes=["9901"], classification="restricted")
    nowhere = f"{ENQUIRIES}/{'0' * 8}-0000-4000-8000-{'0' * 12}"
    for what in (
        "triage",
        "hand-over",
        "acknowledge",
        "answer",
        "close",
        "take-up",
        "reassess",
        "ask-for-consent",
        "record-consent",
        "anonymise",
        "settle-referral",
        "check-off",
        "redirect",
        "identify-need",
        "join-thread",
        "leave-thread",
        "reopen",
    ):
        there, not_there = [await outsider.command(f"{each}/{what}", {}, revision=3) for each in (path, nowhere)]
        assert refused(there, 404, "not-for-you") | {"instance": ""} == not_there.json() | {"instance": ""}
    for what in ("", "/answer", "/answer.html", "/course", "/thread", "/likely-repeats"):
        there, not_there = [await outsider.ask("GET", each + what) for each in (path, nowhere)]
        assert refused(there, 404, "not-for-you") | {"instance": ""} == not_there.json() | {"instance": ""}
    refused(await outsider.ask("GET", ENQUIRIES), 404, "not-for-you")
    refused(await outsider.command(ENQUIRIES, CALM), 404, "not-for-you")


@pytest.mark.rule("c.1/state:enquiry")
async def test_an_enquiry_goes_its_way_and_no_other(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await register(adviser)
    for what, said in (
        ("hand-over", {"target": "viso"}),
        ("answer", {"advice": ["material"]}),
        ("close", {"outcome": "redirected"}),
        ("redirect", {"to": "viso"}),
        ("take-up", {}),
        ("check-off", {}),
    ):
        refused(await tried(adviser, path, what, **said), 409, "enquiry-not-triaged")
    await do(adviser, path, "triage", team="rejseholdet", urgency="soon")
    refused(await tried(adviser, path, "triage", team="rejseholdet"), 409, "enquiry-already-triaged")
    refused(await tried(adviser, path, "close", outcome="advised"), 409, "enquiry-not-answered")
    refused(await tried(adviser, path, "close", outcome="redirected"), 409, "enquiry-not-answered")
    assert (await do(adviser, path, "take-up"))["state"] == "in_progress"
    refused(await tried(adviser, path, "take-up"), 409, "enquiry-not-waiting")
    await do(adviser, path, "answer", advice=["material"])
    refused(await tried(adviser, path, "close", outcome="handed_over"), 409, "nothing-handed-over")
    closed = await do(adviser, path, "close", outcome="advised", journal_reference="2026-00123")
    assert (closed["urgency"], closed["journal_reference"]) == ("soon", "2026-00123")
    for what, said in (
        ("triage", {"team": "rejseholdet"}),
        ("hand-over", {"target": "viso"}),
        ("answer", {"advice": ["material"]}),
        ("close", {"outcome": "advised"}),
    ):
        refused(await tried(adviser, path, what, **said), 409, "enquiry-already-closed")
    assert await advisory.events() == ["enquiry-registered", "enquiry-closed"]


async def test_an_enquiry_is_not_received_tomorrow_and_handling_counts_working_days(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    refused(
        await adviser.command(ENQUIRIES, {**CALM, "received_on": "2026-11-24"}),
        422,
        "received-in-future",
        "/received_on",
    )
    path = await answered(adviser, received_on="2026-11-13")
    await do(adviser, path, "close", outcome="advised")
    assert (await told(advisory))[-1][1]["handling_working_days"] == 6


async def test_enquiries_are_read_page_by_page_and_narrowed(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    for urgency in ("normal", "acute", "normal", "soon", "normal"):
        await register(adviser, urgency=urgency)
    await register(adviser, municipality_code="0851")
    seen: list[str] = []
    after: dict[str, int] = {}
    while True:
        page = await adviser.get(ENQUIRIES, provenance="synthetic", limit=2, **after)
        assert page["total"] == 5
        seen += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert len(seen) == len(set(seen)) == 5
    assert (await adviser.get(ENQUIRIES, provenance="synthetic", urgency="normal"))["total"] == 3
    assert (await adviser.get(ENQUIRIES))["total"] == 1


@pytest.mark.rule("c.1/counts")
async def test_counts_leave_without_a_small_number_and_without_the_month_that_goes_on(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    for code, count in (("0851", 7), ("0101", 6), ("0461", 4)):
        for _ in range(count):
            await register(adviser, municipality_code=code, received_on="2026-10-05", topics=["legislation", "threats"])
    await register(adviser, municipality_code="0851")
    steward = advisory.caller("data_steward")
    counts = await steward.get(f"{ENQUIRIES}/counts", year=2026)
    cells = {each["of"]: each["count"] for each in counts["cells"] if each["month"] == "2026-10"}
    assert cells["syddanmark"] is None
    assert {each["month"] for each in counts["cells"]} == {f"2026-{month:02}" for month in range(1, 11)}
    shown = [each for each in cells.values() if each is not None]
    assert all(each >= 5 for each in shown)
    assert counts["months"]["2026-10"] is None or counts["months"]["2026-10"] - sum(shown) >= 5
    assert counts["total"] is None, "there are months without a number that may be shown"
    topics = await steward.get(f"{ENQUIRIES}/counts", year=2026, by="topic")
    shown = {each["of"]: each["count"] for each in topics["cells"] if each["count"] is not None}
    assert shown.items() <= {"legislation": 17, "threats": 17}.items()
    synthetic = await steward.get(f"{ENQUIRIES}/counts", year=2026, provenance="synthetic")
    assert {(each["of"], each["count"]) for each in synthetic["cells"]} == {("synthetic", None)}
    refused(
        await advisory.caller("municipal_key_person").ask("GET", f"{ENQUIRIES}/counts?year=2026"), 403, "role-missing"
    )


@pytest.mark.rule("c.1/counts")
async def test_a_month_that_has_ended_is_told_the_same_whatever_months_end_after_it(advisory: Inside) -> None:
    adviser, steward = advisory.caller("adviser"), advisory.caller("data_steward")
    for month, places in (("08", {"0851": 6, "0101": 7, "0461": 3}), ("11", {"0101": 5, "0461": 5, "0751": 2})):
        for code, count in places.items():
            for _ in range(count):
                await register(adviser, municipality_code=code, received_on=f"2026-{month}-05")

    async def august(by: str) -> list[Any]:
        counts = await steward.get(f"{ENQUIRIES}/counts", year=2026, by=by)
        return [counts["months"]["2026-08"], [each for each in counts["cells"] if each["month"] == "2026-08"]]

    before = [await august("region"), await august("topic")]
    await advisory.pass_time(datetime(2026, 12, 15, tzinfo=UTC))
    assert [await august("region"), await august("topic")] == before
    assert before[0][0] == 16, "what could not change would prove nothing"
