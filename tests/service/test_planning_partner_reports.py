"""What authorities report: it counts once MÆRK approved it, once, and nobody else sees it before."""

import asyncio
from typing import Any

import pytest

from support.figures import moment
from support.forum import authority, decision, editor, forum, plan, sender
from support.initiatives import AGENCY, MINISTRY
from support.inside import Inside, refused

PAGE = "https://example.org/tal"
PATH = "/v1/partner-reports"


def value(on: dict[str, str], **said: Any) -> dict[str, Any]:
    own = {"kind": "reading", "sender": MINISTRY, "about": on["indicator"], "period": "2026", "value": "86"}
    return {**own, "source_url": PAGE, **said}


def status(on: dict[str, str], **said: Any) -> dict[str, Any]:
    own = {"kind": "status", "sender": MINISTRY, "about": on["initiative"], "status": "at_risk", "reason": "Syntetisk"}
    return {**own, **said}


def reached(on: dict[str, str], **said: Any) -> dict[str, Any]:
    own = {"kind": "milestone", "sender": MINISTRY, "about": on["milestone"], "met_on": "2026-11-20"}
    return {**own, "source_url": PAGE, **said}


def done(id: str, **said: Any) -> dict[str, Any]:
    own = {"kind": "decision", "sender": MINISTRY, "about": id, "carried_out_on": "2026-11-20"}
    return {**own, "note_da": "Syntetisk", **said}


async def readings(planning: Inside, on: dict[str, str]) -> list[tuple[str, str, str | None]]:
    found = (await editor(planning).get(f"/v1/indicators/{on['indicator']}/readings"))["items"]
    return [(each["status"], each["value"], each["reported_by"]) for each in found]


async def progress(planning: Inside, on: dict[str, str]) -> Any:
    return await editor(planning).get(f"/v1/action-plans/{on['plan']}/progress")


@pytest.mark.rule("c.5/partner-report", "c.5/state:partner_report")
async def test_nothing_counts_before_it_is_approved_and_then_it_counts_as_if_it_had_been_said_here(
    planning: Inside,
) -> None:
    on = await plan(planning)
    await forum(planning, MINISTRY)
    decided = (await decision(planning))["id"]
    before, events = await progress(planning, on), await planning.events()
    own = sender(planning, MINISTRY)
    made = [await own.post(PATH, each) for each in (value(on), status(on), reached(on), done(decided))]
    assert {each["state"] for each in made} == {"submitted"}
    assert await progress(planning, on) == before
    assert (await editor(planning).get(f"/v1/decisions/{decided}"))["state"] == "open"
    assert await planning.events() == events
    for each in made:
        await editor(planning).post(f"{PATH}/{each['id']}/approve", revision=1)
    assert await readings(planning, on) == [("preliminary", "86", MINISTRY)]
    shown = await progress(planning, on)
    [figure], [area] = shown["figures"], shown["focus_areas"]
    assert [figure[each] for each in ("value", "reported_by", "proof")] == ["86", MINISTRY, "document_proved"]
    [initiative] = area["initiatives"]
    assert (initiative["state"], initiative["history"][-1]["reason"]) == ("at_risk", "Syntetisk")
    [milestone] = initiative["milestones"]
    assert (milestone["state"], milestone["met_on"], milestone["source_url"]) == ("met", "2026-11-20", PAGE)
    settled = await editor(planning).get(f"/v1/decisions/{decided}")
    assert (settled["state"], settled["note_da"]) == ("carried_out", "Syntetisk")
    assert (await planning.events())[len(events) :] == [
        "indicator-recomputed", "initiative-reported", "initiative-status-changed", "milestone-met",
        "decision-carried-out",
    ]  # fmt: skip


@pytest.mark.rule("c.5/partner-report")
async def test_nobody_approves_what_they_or_their_authority_sent_and_who_sent_it_is_forgotten(
    planning: Inside,
) -> None:
    on = await plan(planning)
    await forum(planning, MINISTRY)
    both = planning.caller("initiative_owner", "plan_editor", organisations=[MINISTRY], subject="synthetic-one")
    made = await both.post(PATH, value(on))
    path = f"{PATH}/{made['id']}/approve"
    for approver in (
        both,
        editor(planning, subject="synthetic-one"),
        editor(planning, subject="synthetic-two", organisations=[MINISTRY]),
    ):
        refused(await approver.command(path, revision=1), 403, "own-report")
    refused(await sender(planning, MINISTRY).command(path, revision=1), 403, "role-missing")
    assert await readings(planning, on) == []
    assert await planning.pool.fetchval("select sent_by from partner_reports") == ["synthetic-one"]
    approved = await editor(planning, subject="synthetic-two").post(path, revision=1)
    assert "synthetic-one" not in str(approved)
    assert await planning.pool.fetchval("select sent_by from partner_reports") == []


@pytest.mark.rule("c.5/state:partner_report")
async def test_of_two_approvers_at_the_same_moment_one_approves_and_a_second_time_is_refused(
    planning: Inside,
) -> None:
    on = await plan(planning)
    await forum(planning, MINISTRY)
    made = await sender(planning, MINISTRY).post(PATH, value(on))
    path = f"{PATH}/{made['id']}/approve"
    answers = await asyncio.gather(*(editor(planning).command(path, revision=1) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [200, 412, 412, 412]
    assert await readings(planning, on) == [("preliminary", "86", MINISTRY)]
    events = await planning.events()
    again = refused(await editor(planning).command(path, revision=2), 409, "report-elsewhere")
    assert again["current"]["state"] == "approved"
    for deed, body in (("return", {"reason": "Syntetisk"}), ("withdraw", None)):
        who = editor(planning) if deed == "return" else sender(planning, MINISTRY)
        refused(await who.command(f"{PATH}/{made['id']}/{deed}", body, revision=2), 409, "report-elsewhere")
    assert await planning.events() == events


@pytest.mark.rule("c.5/state:partner_report")
async def test_while_one_returns_a_report_another_cannot_approve_what_they_saw(planning: Inside) -> None:
    on = await plan(planning)
    await forum(planning, MINISTRY)
    made = await sender(planning, MINISTRY).post(PATH, value(on))
    answers = await asyncio.gather(
        editor(planning).command(f"{PATH}/{made['id']}/approve", revision=1),
        editor(planning).command(f"{PATH}/{made['id']}/return", {"reason": "Syntetisk"}, revision=1),
    )
    assert sorted(each.status_code for each in answers) == [200, 412]
    assert len(await readings(planning, on)) == int(answers[0].status_code == 200)


@pytest.mark.rule("c.5/partner-report", "c.5/closed")
async def test_what_is_approved_after_its_period_was_closed_stands_beside_the_final_reading(
    planning: Inside,
) -> None:
    on = await plan(planning)
    await forum(planning, MINISTRY)
    own = sender(planning, MINISTRY)
    first = await own.post(PATH, value(on, period="2025", value="80"))
    await editor(planning).post(f"{PATH}/{first['id']}/approve", revision=1)
    late = await own.post(PATH, value(on, period="2025", value="82"))
    same = await own.post(PATH, value(on, period="2024", value="70"))
    shown = await editor(planning).get(f"/v1/action-plans/{on['plan']}")
    closing = f"/v1/action-plans/{on['plan']}/close-period"
    await editor(planning).post(closing, {"period": "2025"}, revision=shown["revision"])
    for each in (late, same):
        await editor(planning).post(f"{PATH}/{each['id']}/approve", revision=1)
    assert await readings(planning, on) == [
        ("final", "80", MINISTRY), ("corrected", "82", MINISTRY), ("preliminary", "70", MINISTRY),
    ]  # fmt: skip


@pytest.mark.rule("c.5/state:partner_report")
async def test_a_returned_report_is_sent_again_and_counts_as_it_was_sent_last(planning: Inside) -> None:
    on = await plan(planning)
    await forum(planning, MINISTRY)
    own, colleague = sender(planning, MINISTRY), sender(planning, MINISTRY, AGENCY, subject="other")
    path = f"{PATH}/{(await own.post(PATH, value(on)))['id']}"
    refused(await own.command(f"{path}/resubmit", value(on), revision=1), 409, "report-elsewhere")
    back = await editor(planning).post(f"{path}/return", {"reason": "Et andet tal"}, revision=1)
    assert (back["state"], back["deeds"][-1]["text_da"]) == ("returned", "Et andet tal")
    refused(await editor(planning).command(f"{path}/approve", revision=2), 409, "report-elsewhere")
    other = value(on, about=on["milestone"], kind="milestone", met_on="2026-11-20")
    for key in ("period", "value"):
        other.pop(key)
    refused(await own.command(f"{path}/resubmit", other, revision=2), 422, "about-something-else", "/about")
    again = await colleague.post(f"{path}/resubmit", value(on, value="93"), revision=2)
    assert [each["step"] for each in again["deeds"]] == ["submitted", "returned", "resubmitted"]
    assert [each["said"] and each["said"]["value"] for each in again["deeds"]] == ["86", None, "93"]
    refused(await editor(planning, subject="other").command(f"{path}/approve", revision=3), 403, "own-report")
    await editor(planning).post(f"{path}/approve", revision=3)
    assert await readings(planning, on) == [("preliminary", "93", MINISTRY)]


@pytest.mark.rule("c.5/partner-report", "c.5/4")
async def test_a_value_read_under_another_definition_is_not_approved_and_counts_once_it_is_sent_again(
    planning: Inside,
) -> None:
    on = await plan(planning)
    await forum(planning, MINISTRY)
    own = sender(planning, MINISTRY)
    path = f"{PATH}/{(await own.post(PATH, value(on)))['id']}"
    new = {"text_da": "Syntetisk, nu med dem under 18", "method": "manual"}
    await editor(planning).post(f"/v1/indicators/{on['indicator']}/redefine", new, revision=1)
    refused(await editor(planning).command(f"{path}/approve", revision=1), 409, "definition-since-changed")
    await editor(planning).post(f"{path}/return", {"reason": "Læs tallet igen"}, revision=1)
    again = await own.post(f"{path}/resubmit", value(on, value="91"), revision=2)
    assert again["definition_version"] == 2
    await editor(planning).post(f"{path}/approve", revision=3)
    assert await readings(planning, on) == [("preliminary", "91", MINISTRY)]


@pytest.mark.rule("c.5/partner-report")
async def test_whoever_is_neither_the_senders_authority_nor_maerk_finds_no_report(planning: Inside) -> None:
    on = await plan(planning)
    await forum(planning, MINISTRY, AGENCY)
    made = await sender(planning, MINISTRY).post(PATH, value(on))
    path = f"{PATH}/{made['id']}"
    missing = refused(await sender(planning, AGENCY).ask("GET", f"{PATH}/{on['plan']}"), 404, "partner-report-missing")
    for other in (sender(planning, AGENCY), sender(planning)):
        found = refused(await other.ask("GET", path), 404, "partner-report-missing")
        assert found["detail"] == missing["detail"]
        for deed, body in (("withdraw", None), ("resubmit", value(on))):
            refused(await other.command(f"{path}/{deed}", body, revision=1), 404, "partner-report-missing")
        assert (await other.get(PATH, provenance="synthetic"))["total"] == 0
        assert (await other.get(PATH, provenance="synthetic", sender=MINISTRY))["total"] == 0
        nothing = await other.ask("GET", "/v1/waiting", params={"authority": MINISTRY})
        refused(nothing, 404, "not-for-you")
    for role in ("adviser", "operator", "data_steward", "partner"):
        refused(await planning.caller(role, organisations=[MINISTRY]).ask("GET", path), 403, "role-missing")
    colleague = sender(planning, MINISTRY)
    assert [each["id"] for each in (await colleague.get(PATH, provenance="synthetic"))["items"]] == [made["id"]]
    assert (await colleague.post(f"{path}/withdraw", revision=1))["state"] == "withdrawn"
    refused(await editor(planning).command(f"{path}/approve", revision=2), 409, "report-elsewhere")
    assert await planning.pool.fetchval("select sent_by from partner_reports") == []


@pytest.mark.rule("c.5/partner-report")
async def test_members_report_on_the_plan_and_whoever_is_responsible_on_a_decision(planning: Inside) -> None:
    on, real = await plan(planning), await plan(planning, provenance="actual")
    await forum(planning, MINISTRY)
    await authority(planning, AGENCY)
    decided = (await decision(planning, responsible=AGENCY))["id"]
    own, other = sender(planning, MINISTRY), sender(planning, AGENCY)
    refused(await own.command(PATH, value(on, sender=AGENCY)), 403, "sender-not-yours")
    refused(await other.command(PATH, value(on, sender=AGENCY)), 403, "not-a-member")
    refused(await other.command(PATH, value(on, sender=AGENCY, about=on["plan"])), 403, "not-a-member")
    refused(await own.command(PATH, value(real)), 422, "authority-not-there", "/sender")
    unknown = sender(planning, "other:synthetic-none")
    refused(await unknown.command(PATH, value(on, sender="other:synthetic-none")), 422, "authority-not-there")
    refused(await own.command(PATH, done(decided)), 403, "not-responsible")
    await other.post(PATH, done(decided, sender=AGENCY))
    refused(
        await planning.caller("plan_editor", organisations=[MINISTRY]).command(PATH, value(on)), 403, "role-missing"
    )
    sent = await own.post(PATH, value(on))
    [seated] = (await own.get("/v1/seats", provenance="synthetic"))["items"]
    await editor(planning).post(f"/v1/seats/{seated['id']}/end", {"valid_to": "2026-11-22"}, revision=1)
    refused(await own.command(PATH, status(on)), 403, "not-a-member")
    await editor(planning).post(f"{PATH}/{sent['id']}/approve", revision=1)  # it was one when it sent it


@pytest.mark.rule("c.5/partner-report")
async def test_what_could_not_count_is_refused_when_it_is_sent_and_again_when_it_is_approved(
    planning: Inside,
) -> None:
    on = await plan(planning)
    await forum(planning, MINISTRY, AGENCY)
    own = sender(planning, MINISTRY)
    decided = (await decision(planning))["id"]
    for body, code, slug in (
        (value(on, period="2026-Q1"), 422, "period-unlike-frequency"),
        (value(on, about=on["plan"]), 404, "indicator-missing"),
        (reached(on, met_on="2026-11-24"), 422, "met-in-the-future"),
        (done(decided, carried_out_on="2026-11-24"), 422, "carried-out-another-day"),
        (done(decided, note_da=None), 422, "decision-evidence-lacking"),
        (value(on, source_url=None), 422, "invalid-request"),
        (status(on, reason=None), 422, "invalid-request"),
    ):
        refused(await own.command(PATH, body), code, slug)
    made = await own.post(PATH, reached(on))
    refused(await own.command(PATH, reached(on, met_on="2026-11-19")), 409, "already-reported")
    theirs = await sender(planning, AGENCY).post(PATH, reached(on, sender=AGENCY))
    await own.post(PATH, value(on))
    await own.post(PATH, value(on, period="2025"))
    await editor(planning).post(f"{PATH}/{made['id']}/approve", revision=1)
    before = await planning.contents()
    refused(await editor(planning).command(f"{PATH}/{theirs['id']}/approve", revision=1), 409, "milestone-settled")
    assert await planning.contents() == before
    refused(await own.command(PATH, reached(on)), 409, "milestone-settled")


@pytest.mark.rule("c.5/partner-report")
async def test_what_waits_is_listed_for_maerk_and_for_each_authority(planning: Inside) -> None:
    on = await plan(planning)
    await forum(planning, MINISTRY, AGENCY)
    due = [(await decision(planning, due_on=day))["id"] for day in ("2026-12-02", "2026-12-01")]
    await decision(planning, responsible=AGENCY)
    await editor(planning).post(f"/v1/decisions/{due[0]}/drop", {"reason": "Syntetisk"}, revision=1)
    own = sender(planning, MINISTRY)
    sent = [(await own.post(PATH, each))["id"] for each in (value(on), status(on), reached(on))]
    await sender(planning, AGENCY).post(PATH, value(on, sender=AGENCY))
    await editor(planning).post(f"{PATH}/{sent[0]}/return", {"reason": "Syntetisk"}, revision=1)
    for who in (own, editor(planning)):
        found = await who.get("/v1/waiting", authority=MINISTRY)
        assert [each["id"] for each in found["decisions"]["items"]] == [due[1]]
        assert [each["id"] for each in found["returned"]["items"]] == [sent[0]]
        assert [each["id"] for each in found["submitted"]["items"]] == sent[1:]
    waits = await editor(planning).get(PATH, provenance="synthetic", state="submitted", limit=2)
    assert (waits["total"], len(waits["items"])) == (3, 2)
    rest = await editor(planning).get(PATH, provenance="synthetic", state="submitted", after=waits["next"])
    assert ([each["sender"] for each in rest["items"]], rest["next"]) == ([AGENCY], None)
    assert [each["about_da"] for each in waits["items"]] == ["Syntetisk indsats", "Syntetisk milepæl"]
    about = await editor(planning).get(PATH, provenance="synthetic", about=on["indicator"], kind="reading")
    assert about["total"] == 2
    assert (await editor(planning).get(PATH))["total"] == 0
    nobody = await editor(planning).ask("GET", "/v1/waiting", params={"authority": "other:synthetic-none"})
    refused(nobody, 404, "authority-missing")


@pytest.mark.rule("c.5/partner-report")
async def test_a_status_is_of_the_quarter_in_which_it_was_sent_whenever_it_is_approved(planning: Inside) -> None:
    on = await plan(planning)
    await forum(planning, MINISTRY)
    sent = await sender(planning, MINISTRY).post(PATH, status(on))
    assert sent["said"]["quarter"] == "2026-Q4"
    await planning.pass_time(moment("2027-01-10T12:00:00"))
    [owed] = (await editor(planning).get("/v1/waiting", authority=MINISTRY))["owed"]
    assert (owed["initiative_id"], owed["owed"]["quarter"]) == (on["initiative"], "2026-Q4")
    own = sender(planning, MINISTRY)
    await own.post(f"/v1/initiatives/{on['initiative']}/report", {"status": "on_track"}, revision=2)
    await editor(planning).post(f"{PATH}/{sent['id']}/approve", revision=1)
    shown = await editor(planning).get(f"/v1/initiatives/{on['initiative']}")
    said = [(each["quarter"], each["light"]) for each in shown["reports"]]
    assert said == [("2026-Q4", "on_track"), ("2026-Q4", "at_risk")]
    assert (await editor(planning).get("/v1/waiting", authority=MINISTRY))["owed"] == []


@pytest.mark.rule("c.5/partner-report")
async def test_a_value_of_an_authority_has_no_other_way_than_approval(planning: Inside) -> None:
    on = await plan(planning)
    await forum(planning, MINISTRY)
    typed = {"period": "2026", "value": "93", "source_url": PAGE, "provenance": "synthetic"}
    words = {"period": "2026", "step_da": "delvis", "words_da": "Syntetisk", "provenance": "synthetic"}
    for verb, body in (("readings", typed), ("describe", words)):
        answer = await sender(planning, MINISTRY).command(f"/v1/indicators/{on['indicator']}/{verb}", body)
        refused(answer, 403, "role-missing")
    assert await readings(planning, on) == []


@pytest.mark.rule("c.5/partner-report")
async def test_a_value_that_maerk_types_after_a_report_is_nobodys_report(planning: Inside) -> None:
    on = await plan(planning)
    await forum(planning, MINISTRY)
    sent = await sender(planning, MINISTRY).post(PATH, value(on))
    await editor(planning).post(f"{PATH}/{sent['id']}/approve", revision=1)
    typed = {"period": "2026", "value": "93", "source_url": PAGE, "provenance": "synthetic"}
    await editor(planning).post(f"/v1/indicators/{on['indicator']}/readings", typed)
    assert await readings(planning, on) == [("preliminary", "93", None)]
