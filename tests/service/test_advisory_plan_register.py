"""The register's past, its corrections, the quality checklist and good examples over HTTP."""

from datetime import UTC, datetime
from typing import Any

import pytest

from service.test_advisory import PLANS, URL, adopt, publish, record, row
from support.inside import Caller, Inside, refused

TREND = f"{PLANS}/trend"
STANDING = f"{PLANS}/standing"


async def say(caller: Caller, path: str, verb: str, said: Any = None) -> Any:
    """The answer when this is said of the entry as it is."""
    return await caller.command(f"{path}/{verb}", said, revision=(await caller.get(path))["revision"])


async def done(caller: Caller, path: str, verb: str, said: Any = None) -> Any:
    """The entry after this was said."""
    answer = await say(caller, path, verb, said)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def told(service: Inside) -> list[str]:
    """What was told of plans, in order."""
    return [each.removeprefix("preparedness-plan-") for each in await service.events()]


async def findings(caller: Caller, **said: str) -> dict[str, str]:
    """Every point of today's checklist met, but for these."""
    points = (await caller.get(f"{PLANS}/checklist", on="2026-11-23"))["items"]
    return {each["code"]: said.get(each["code"], "met") for each in points}


async def exemplary(adviser: Caller, code: str, **said: str) -> str:
    """The address of a plan that MÆRK has verified and found complete, but for these points."""
    path = await publish(adviser, code, "2024-06-24")
    await done(adviser, path, "verify")
    await done(adviser, path, "assess", {"version": 1, "findings": await findings(adviser, **said)})
    return path


@pytest.mark.rule("c.1/history", "c.1/board")
async def test_how_many_were_valid_on_a_day_is_answered_as_known_now_and_as_known_then(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    await publish(adviser, "0851", "2024-06-24")
    path = await publish(adviser, "0253", "2024-04")
    advisory.watch.put(datetime(2026, 12, 1, 12, tzinfo=UTC))
    await done(adviser, path, "correct", {"version": 1, "adopted_on": "2020-04", "published_on": "2020-05-01"})
    advisory.watch.put(datetime(2027, 1, 15, 12, tzinfo=UTC))

    async def counted(on: str, **more: str) -> list[int]:
        answer = await adviser.get(STANDING, on=on, **more)
        assert len(answer["items"]) == answer["out_of"]
        return [answer["valid"], answer["possibly_valid"], answer["out_of"]]

    before = {"known_at": "2026-12-01T11:00:00Z"}
    assert await counted("2026-11-23") == [1, 0, 98]
    assert await counted("2026-11-23", **before) == [2, 0, 98]
    assert await counted("2025-01-01") == [0, 1, 98]
    assert await counted("2025-01-01", **before) == [0, 2, 98]
    assert await counted("2021-01-01") == [1, 0, 98]
    assert await counted("2021-01-01", **before) == [0, 0, 98]
    assert await counted("2026-11-23", known_at="2026-11-01T00:00:00Z") == [0, 0, 98]
    assert await counted("2026-12-31", region="hovedstaden") == [0, 0, 29]
    assert await counted("2027-01-01", region="oestdanmark") == [0, 0, 46]
    assert await counted("2026-12-31", police_district="bornholm") == [0, 0, 1]
    assert await counted("2026-12-31", region="nordjylland") == [1, 0, 11]
    assert await counted("2026-12-31", provenance="synthetic") == [0, 0, 4]
    board = await adviser.get(PLANS, limit=200)
    assert (board["compliant"], 0) == tuple((await counted("2027-01-15"))[:2])


@pytest.mark.rule("c.1/history")
async def test_the_trend_has_a_point_for_each_month_and_shows_what_was_believed_then(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await publish(adviser, "0851", "2024-06-24")
    advisory.watch.put(datetime(2027, 1, 15, 12, tzinfo=UTC))
    await done(adviser, path, "withdraw", {"version": 1})
    trend = await adviser.get(TREND, first="2026-10-15")
    assert [(each["on"], each["valid"], each["valid_as_known_then"]) for each in trend["items"]] == [
        ("2026-10-31", 0, 0), ("2026-11-30", 0, 1), ("2026-12-31", 0, 1), ("2027-01-15", 0, 0),
    ]  # fmt: skip
    then = await adviser.get(TREND, first="2026-05-01", last="2026-12-31", known_at="2026-12-31T22:00:00Z")
    assert [(each["valid"], each["possibly_valid"]) for each in then["items"]] == [(0, 1)] * 6 + [(1, 0)] * 2
    assert {each["out_of"] for each in then["items"]} == {98}
    refused(await adviser.ask("GET", TREND, params={"first": "2027-02-01"}), 422, "period-too-long")
    long = {"first": "2017-01-01", "last": "2027-01-01"}
    refused(await adviser.ask("GET", TREND, params=long), 422, "period-too-long")
    assert len((await adviser.get(TREND, first="2017-02-01", last="2027-01-01"))["items"]) == 120


@pytest.mark.rule("c.1/correction", "c.1/event:preparedness-plan-withdrawn")
async def test_a_plan_that_never_was_is_withdrawn_and_everybody_hears_of_it(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await publish(adviser, "0851", "2024-06-24")
    revised = await done(adviser, path, "revise", {"covers": ["adults"]})
    await done(adviser, path, "withdraw", {"version": revised["versions"][1]["version"]})
    gone = await done(adviser, path, "withdraw", {"version": 1})
    assert ([each["state"] for each in gone["versions"]], gone["compliant"]) == (["withdrawn", "withdrawn"], False)
    assert (await row(adviser, "0851"))["state"] == "unknown"
    assert await told(advisory) == [
        "recorded", "adopted", "published", "recorded", "corrected", "corrected", "withdrawn",
    ]  # fmt: skip
    public = await advisory.pool.fetch("select headers from outbox where stream = 'public' order by id")
    assert public[-1]["headers"]["ce_type"] == "dk.maerk.advisory.preparedness-plan-withdrawn.v1"
    await advisory.pass_time(datetime(2035, 1, 1, tzinfo=UTC))
    assert (await told(advisory))[-1] == "withdrawn"
    refused(await say(adviser, path, "withdraw", {"version": 1}), 409, "version-missing")
    past = (await adviser.get(f"{path}/history"))["items"]
    assert [(each["version"], each["revision"], each["state"]) for each in past] == [
        (1, 1, "recorded"), (1, 2, "adopted"), (1, 3, "published"), (2, 4, "recorded"), (2, 5, "withdrawn"),
        (1, 7, "withdrawn"),
    ], "only what changed"  # fmt: skip


@pytest.mark.rule("c.1/correction")
async def test_the_version_before_counts_again_and_its_deadlines_run(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await publish(adviser, "9901", "2024-06-24")
    await done(adviser, path, "revise", {"covers": ["adults"]})
    await adopt(adviser, path, "2026-11-01")
    await done(adviser, path, "publish", {"published_url": URL, "published_on": "2026-11-02"})
    back = await done(adviser, path, "withdraw", {"version": 2})
    assert [each["state"] for each in back["versions"]] == ["published", "withdrawn"]
    assert back["versions"][1]["published_on"] == "2026-11-02"
    await advisory.pass_time(datetime(2028, 6, 24, 22, tzinfo=UTC))
    assert [each["state"] for each in (await adviser.get(path))["versions"]] == ["overdue", "withdrawn"]
    corrected = await done(adviser, path, "correct", {"version": 1, "adopted_on": "2024-07-24"})
    assert (corrected["versions"][0]["state"], corrected["compliant"]) == ("revision_due", True)
    assert (await told(advisory))[-4:] == ["overdue", "corrected", "published", "revision-due"]
    await advisory.pass_time(datetime(2028, 7, 24, 22, tzinfo=UTC))
    assert (await told(advisory))[-1] == "overdue"


@pytest.mark.rule("c.1/state:preparedness_plan", "c.1/event:preparedness-plan-absence-reported")
async def test_a_municipality_may_have_no_plan_and_begin_one(advisory: Inside) -> None:
    key_person = advisory.caller("municipal_key_person", municipality_codes=["0101", "0851"])
    none = f"{PLANS}/report-none"
    plan = await key_person.post(none, {"municipality_code": "0101"})
    assert (plan["none_reported_on"], plan["versions"], plan["revision"]) == ("2026-11-23", [], 1)
    assert (await row(key_person, "0101"))["state"] == "none"
    assert (await key_person.get(PLANS, state="none"))["total"] == 1
    refused(await key_person.command(none, {"municipality_code": "0253"}), 403, "outside-your-municipality")
    await key_person.post(none, {"municipality_code": "0101"})
    path = f"{PLANS}/{plan['id']}"
    await done(key_person, path, "revise", {"covers": ["children_youth"]})
    assert (await row(key_person, "0101"))["state"] == "recorded"
    problem = refused(await key_person.command(none, {"municipality_code": "0101"}), 409, "plan-known")
    assert problem["current"]["id"] == plan["id"]
    await record(key_person, "0851")
    refused(await key_person.command(none, {"municipality_code": "0851"}), 409, "plan-known")
    assert await told(advisory) == ["absence-reported", "absence-reported", "recorded", "recorded"]


@pytest.mark.rule("c.1/reminder", "c.1/event:preparedness-plan-reminded")
async def test_that_a_municipality_was_reminded_is_on_the_board(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await publish(adviser, "9901", "2024-06-24")
    refused(await say(adviser, path, "remind"), 409, "no-reminder-due")
    await advisory.pass_time(datetime(2028, 1, 10, 12, tzinfo=UTC))
    assert (await done(adviser, path, "remind"))["versions"][0]["reminded_on"] == "2028-01-10"
    assert (await row(adviser, "9901", provenance="synthetic"))["reminded_on"] == "2028-01-10"
    assert (await told(advisory))[-1] == "reminded"


@pytest.mark.rule("c.1/terms", "c.1/state:preparedness_plan")
async def test_a_plan_is_due_for_revision_by_the_term_that_held_when_it_was_published(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    term = {"name": "plan_reminder_months", "valid_from": "2026-11-24", "value": 12}
    await advisory.caller("duty_coordinator").post("/v1/terms", term)
    await publish(adviser, "9901", "2024-06-24")
    advisory.watch.put(datetime(2026, 11, 23, 23, tzinfo=UTC))  # 24 November in Denmark
    await publish(adviser, "9902", "2024-06-24")

    async def states(moment: datetime) -> list[str]:
        await advisory.pass_time(moment)
        return [(await row(adviser, code, provenance="synthetic"))["state"] for code in ("9901", "9902")]

    assert await states(datetime(2027, 6, 23, 21, 59, tzinfo=UTC)) == ["published", "published"]
    assert await states(datetime(2027, 6, 23, 22, tzinfo=UTC)) == ["published", "revision_due"]
    assert await states(datetime(2027, 12, 23, 23, tzinfo=UTC)) == ["revision_due", "revision_due"]


@pytest.mark.rule("c.1/plan-source")
async def test_the_board_tells_what_the_municipality_says_from_what_maerk_has_found(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await publish(adviser, "0851", "2024-06-24")
    await publish(adviser, "0253", "2024-04")
    await done(adviser, path, "verify")
    board = await adviser.get(PLANS, limit=200)
    assert (board["compliant"], board["verified"]) == (2, 1)
    assert [(await row(adviser, code))["source"] for code in ("0851", "0253", "0101")] == [
        "maerk_verified", "self_reported", None,
    ]  # fmt: skip
    assert (await adviser.get(PLANS, source="self_reported"))["items"][0]["municipality_code"] == "0253"
    await done(adviser, path, "correct", {"version": 1, "adopted_on": "2024-06-25"})
    assert (await row(adviser, "0851"))["source"] == "self_reported"


@pytest.mark.rule("c.1/checklist", "c.1/event:preparedness-plan-assessed")
async def test_a_plan_is_held_against_every_point_by_the_municipality_and_by_maerk(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await publish(adviser, "0851", "2024-06-24")
    key_person = advisory.caller("municipal_key_person", municipality_codes=["0851"])
    all_met = await findings(adviser)
    assert len(all_met) == 14
    few = {"version": 1, "findings": {"prevention": "met"}}
    refused(await say(key_person, path, "assess", few), 422, "checklist-not-answered", "/findings")
    refused(await say(key_person, path, "assess", {"version": 2, "findings": all_met}), 409, "version-not-assessable")
    await done(key_person, path, "assess", {"version": 1, "findings": all_met})
    await done(adviser, path, "assess", {"version": 1, "findings": all_met | {"siblings": "missing"}})
    found = (await adviser.get(f"{path}/assessments"))["items"]
    assert [(each["source"], each["findings"]["siblings"], each["assessed_on"]) for each in found] == [
        ("self_reported", "met", "2026-11-23"), ("maerk_verified", "missing", "2026-11-23"),
    ]  # fmt: skip
    assert (await told(advisory))[-2:] == ["assessed", "assessed"]
    assert (await adviser.get(f"{PLANS}/checklist", on="2023-12-31"))["items"] == []
    refused(await advisory.caller("municipal_key_person").command(
        f"{path}/assess", {"version": 1, "findings": all_met}, revision=5
    ), 403, "outside-your-municipality")  # fmt: skip


@pytest.mark.rule("c.1/good-examples")
async def test_good_examples_are_complete_and_verified_and_the_nearest_come_first(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    await exemplary(adviser, "0101")
    await exemplary(adviser, "0860", siblings="partly")
    await exemplary(adviser, "0787")  # Region Nordjylland, another police district
    await exemplary(adviser, "0813")
    await exemplary(adviser, "0810", siblings="missing")
    improved = await exemplary(adviser, "0849", siblings="missing")
    await done(adviser, improved, "assess", {"version": 1, "findings": await findings(adviser, roles="partly")})
    changed = await exemplary(adviser, "0846")
    await done(adviser, changed, "correct", {"version": 1, "adopted_on": "2024-06-25"})
    unassessed = await publish(adviser, "0820", "2024-06-24")
    await done(adviser, unassessed, "verify")
    await exemplary(adviser, "0851")
    await exemplary(adviser, "9901")
    examples = (await adviser.get(f"{PLANS}/good-examples", municipality_code="0851", limit=10))["items"]
    assert [(each["municipality_code"], each["same_police_district"], each["same_region"], each["partly"])
            for each in examples] == [
        ("0813", True, True, 0), ("0849", True, True, 1), ("0860", True, True, 1), ("0787", False, True, 0),
        ("0101", False, False, 0),
    ]  # fmt: skip
    assert len((await adviser.get(f"{PLANS}/good-examples", municipality_code="0851"))["items"]) == 3
    advisory.watch.put(datetime(2028, 7, 1, tzinfo=UTC))
    assert (await adviser.get(f"{PLANS}/good-examples", municipality_code="0851"))["items"] == []


async def test_what_is_not_in_the_register_has_no_history_and_no_assessments(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    for what in ("history", "assessments"):
        missing = await adviser.ask("GET", f"{PLANS}/4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c21/{what}")
        refused(missing, 404, "preparedness-plan-missing")
