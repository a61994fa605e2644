"""The consultants' secretariat over HTTP: units, networks, and the coordination of stays abroad; never a name."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
import pytest

from support.inside import Caller, Inside, refused

UNITS, MEETINGS, STAYS = "/v1/consultant-units", "/v1/network-meetings", "/v1/stay-coordinations"
MEETING = {"area": "west", "planned_on": "2026-11-23", "topics": ["exit_support"], "provenance": "synthetic"}
STAY = {"origin": "municipality", "phase": "before", "provenance": "synthetic"}


async def told(service: Inside) -> list[tuple[str, dict[str, Any], str]]:
    rows = await service.pool.fetch("select headers, payload from outbox where stream = 'internal' order by id")
    return [
        (each["headers"]["ce_type"].split(".")[3], orjson.loads(each["payload"]), each["headers"]["ce_time"])
        for each in rows
    ]


async def unit(adviser: Caller, host: str) -> str:
    """The address of a new unit with a function that can be called."""
    made = await adviser.post(UNITS, {"host_municipality_code": host, "title_da": f"Syntetisk enhed {host}"})
    entry = {"actor": "security_consultant", "scope": "unit", "area": made["id"], "audience": "everybody"}
    entry |= {
        "title_da": f"Syntetisk enhed {host}",
        "purpose_da": "Rådgivning",
        "phone": f"00 00 {host[:2]} {host[2:]}",
    }
    await adviser.post("/v1/directory-entries", entry)
    return f"{UNITS}/{made['id']}"


async def tried(adviser: Caller, path: str, step: str, said: Any = None) -> Any:
    return await adviser.command(f"{path}/{step}", said, revision=(await adviser.get(path))["revision"])


async def go(adviser: Caller, path: str, step: str, said: Any = None) -> Any:
    answer = await tried(adviser, path, step, said)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def called(service: Inside, at: str) -> list[tuple[str, str | None]]:
    """Which consultants' numbers are shown at that moment, and for whom they stand in."""
    said = {"municipality_code": "9901", "acute": "false", "at": at}
    answer = await Caller(service.client, None).get("/v1/who-to-call", **said)
    return [
        (each["phone"], each["stands_in_for"]) for each in answer["contacts"] if each["actor"] == "security_consultant"
    ]


@pytest.mark.rule("c.1/consultants")
async def test_who_covers_a_region_changes_on_the_day_and_is_told(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    old, new = await unit(adviser, "9901"), await unit(adviser, "9902")
    both = [("00 00 99 01", None), ("00 00 99 02", None)]
    assert (
        await called(advisory, "2026-12-31T22:59:00Z") == both
    )  # nobody has said who covers it: all serve the country
    await go(adviser, old, "cover", {"region": "synthetic", "valid_from": "2020-01-01"})
    await go(adviser, old, "end-coverage", {"region": "synthetic", "valid_until": "2027-01-01"})
    await go(adviser, new, "cover", {"region": "synthetic", "valid_from": "2027-01-01"})
    assert await called(advisory, "2026-12-31T22:59:00Z") == both[:1]
    assert await called(advisory, "2026-12-31T23:00:00Z") == both[1:]
    changes = [data for name, data, _ in await told(advisory) if name == "contact-directory-changed"]
    assert [(each["change"], each["valid_from"]) for each in changes[2:]] == [
        ("coverage_changed", "2020-01-01"), ("coverage_changed", "2027-01-01"), ("coverage_changed", "2027-01-01"),
    ]  # fmt: skip
    again = {"region": "synthetic", "valid_from": "2028-01-01"}
    refused(await tried(adviser, new, "cover", again), 409, "coverage-overlaps")
    refused(await tried(adviser, new, "cover", {**again, "region": "fyn"}), 422, "invalid-request")
    refused(await tried(adviser, new, "cover", {**again, "region": "syddanmark"}), 422, "region-of-others")
    backwards = {**again, "valid_until": "2028-01-01"}
    refused(await tried(adviser, new, "cover", backwards), 422, "period-backwards")
    refused(
        await tried(adviser, old, "end-coverage", {"region": "synthetic", "valid_until": "2028-01-01"}),
        409,
        "not-covered",
    )
    twice = {"host_municipality_code": "9901", "title_da": "Syntetisk"}
    refused(await adviser.command(UNITS, twice), 409, "host-has-unit")


@pytest.mark.rule("c.1/consultants", "c.1/who-to-call")
async def test_who_stands_in_is_called_through_the_holidays_and_not_after(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    away, there = await unit(adviser, "9901"), await unit(adviser, "9902")
    await go(adviser, away, "cover", {"region": "synthetic", "valid_from": "2020-01-01"})
    period = {"valid_from": "2026-12-21", "valid_until": "2027-01-04"}
    await go(adviser, away, "stand-in", {"unit_id": there.rpartition("/")[2], **period})
    assert await called(advisory, "2026-12-20T22:59:00Z") == [("00 00 99 01", None)]
    assert await called(advisory, "2026-12-20T23:00:00Z") == [("00 00 99 02", "Syntetisk enhed 9901")]
    assert await called(advisory, "2027-01-03T23:00:00Z") == [("00 00 99 01", None)]
    own = {"unit_id": away.rpartition("/")[2], "valid_from": "2027-02-01", "valid_until": "2027-02-08"}
    refused(await tried(adviser, away, "stand-in", own), 422, "stands-in-for-itself")
    overlap = {**own, "unit_id": there.rpartition("/")[2], "valid_from": "2027-01-03"}
    refused(await tried(adviser, away, "stand-in", overlap), 409, "stand-in-overlaps")
    refused(await tried(adviser, away, "stand-in", {**own, "unit_id": str(uuid4())}), 404, "unit-missing")
    day = await adviser.get("/v1/consultant-coverage", on="2026-12-24", provenance="synthetic")
    [row] = day["items"]
    assert (day["complete"], row["unit_ids"], row["at_work_ids"]) == (
        True, [away.rpartition("/")[2]], [there.rpartition("/")[2]],
    )  # fmt: skip


@pytest.mark.rule("c.1/consultants")
async def test_a_region_that_nobody_covers_is_seen_before_its_day(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    for on, regions in (("2026-12-31", 5), ("2027-01-01", 4)):
        day = await adviser.get("/v1/consultant-coverage", on=on)
        assert (day["complete"], len(day["items"])) == (False, regions)
    assert "oestdanmark" in [each["region"] for each in day["items"]]


@pytest.mark.rule("c.1/consultants")
async def test_capacity_stands_by_week_and_its_sum_beside_it(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    paths = [await unit(adviser, "9901"), await unit(adviser, "9902")]
    for path, week, hours in ((paths[0], "2026-W53", 74), (paths[1], "2026-W53", 37), (paths[0], "2027-W01", 0)):
        await go(adviser, path, "set-capacity", {"week": week, "capacity_h": hours})
    await go(adviser, paths[0], "set-capacity", {"week": "2026-W53", "capacity_h": 30})
    found = await adviser.get(
        "/v1/consultant-capacities", **{"from": "2026-W53", "until": "2027-W01", "provenance": "synthetic"}
    )
    assert found["weeks"] == {"2026-W53": 67, "2027-W01": 0}
    assert [each["capacity_h"] for each in found["items"]] == [30, 37, 0]
    ids = [path.rpartition("/")[2] for path in paths]
    assert found["unstated"] == {"2026-W53": [], "2027-W01": [ids[1]]}, "nothing said is not nothing to take on"
    past = (await adviser.get(f"{paths[0]}/capacities"))["items"]
    assert [(each["week"], each["capacity_h"]) for each in past] == [
        ("2026-W53", 74), ("2027-W01", 0), ("2026-W53", 30),
    ]  # fmt: skip
    wrong = {"from": "2025-W53", "until": "2027-W01"}
    refused(await adviser.ask("GET", "/v1/consultant-capacities", params=wrong), 422, "no-such-week", "/from")
    refused(await adviser.ask("GET", f"{UNITS}/{uuid4()}/capacities"), 404, "unit-missing")
    refused(await tried(adviser, paths[0], "set-capacity", {"week": "2027-W53", "capacity_h": 1}), 422, "no-such-week")


@pytest.mark.rule("c.1/networks")
async def test_a_network_meets_agrees_and_lacks_meetings_until_two_are_planned(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")

    async def year() -> dict[str, tuple[int, int, int]]:
        found = await adviser.get("/v1/network-years", year=2026, provenance="synthetic")
        return {each["area"]: (each["held"], each["planned"], each["missing"]) for each in found["items"]}

    assert await year() == {"east": (0, 0, 2), "west": (0, 0, 2)}
    paths = [f"{MEETINGS}/{(await adviser.post(MEETINGS, MEETING))['id']}" for _ in range(3)]
    refused(await tried(adviser, paths[0], "agree", {"text_da": "x", "due_on": "2026-12-01"}), 409, "meeting-not-held")
    said = {"agenda": ["Nyt fra områderne", "Fælles øvelse"]}
    assert (await go(adviser, paths[0], "set-agenda", said))["agenda"] == said["agenda"]
    refused(await tried(adviser, paths[0], "set-agenda", {"agenda": ["Ring 00 00 00 01"]}), 422, "invalid-request")
    await go(adviser, paths[0], "hold", {"participant_count": 42})
    refused(await tried(adviser, paths[0], "set-agenda", said), 409, "meeting-not-planned")
    await go(adviser, paths[1], "move", {"planned_on": "2026-12-01"})
    refused(await tried(adviser, paths[1], "hold", {"participant_count": 1}), 422, "meeting-in-future")
    await go(adviser, paths[2], "cancel", {"reason": "For få tilmeldte"})
    assert await year() == {"east": (0, 0, 2), "west": (1, 1, 0)}
    for step, said in (
        ("hold", {"participant_count": 1}),
        ("move", {"planned_on": "2026-12-02"}),
        ("cancel", {"reason": "x"}),
    ):
        refused(await tried(adviser, paths[0], step, said), 409, "meeting-not-planned")
    await go(adviser, paths[0], "agree", {"text_da": "Sekretariatet samler erfaringer", "due_on": "2026-12-01"})
    done = await go(adviser, paths[0], "finish", {"number": 1})
    assert done["actions"][0]["done_on"] == "2026-11-23"
    refused(await tried(adviser, paths[0], "finish", {"number": 2}), 404, "action-missing")
    said = {"area": "west", "held_on": "2026-11-23", "participant_count": 42, "topics": ["exit_support"]}
    assert [(name, data) for name, data, _ in await told(advisory)] == [("network-meeting-held", said)]
    page = await adviser.get(MEETINGS, provenance="synthetic", limit=2, year=2026)
    rest = await adviser.get(MEETINGS, provenance="synthetic", limit=2, after=page["next"], area="west")
    assert (page["total"], len(page["items"]), len(rest["items"]), rest["next"]) == (3, 2, 1, None)


@pytest.mark.rule("c.1/stay-coordination", "a.12/case-derived")
async def test_a_stay_is_coordinated_without_day_or_place_and_told_so(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = f"{STAYS}/{(await adviser.post(STAYS, STAY))['id']}"
    refused(await tried(adviser, path, "conclude", {"outcome": "unknown"}), 409, "not-passed-on")
    await go(adviser, path, "pass-on", {"authorities": ["police"]})
    shown = await go(adviser, path, "pass-on", {"authorities": ["foreign_ministry", "police"]})
    assert (shown["authorities"], shown["quarter"]) == (["police", "foreign_ministry"], "2026-Q4")
    done = await go(adviser, path, "conclude", {"outcome": "not_travelled"})
    assert (done["state"], done["concluded_in"]) == ("concluded", "2026-Q4")
    for step, said in (("conclude", {"outcome": "unknown"}), ("pass-on", {"authorities": ["police"]})):
        refused(await tried(adviser, path, step, said), 409, "already-concluded")
    quarter = "2026-10-01T00:00:00Z"
    assert await told(advisory) == [
        ("stay-coordination-received", {"phase": "before"}, quarter),
        ("stay-coordination-concluded", {"phase": "before", "outcome": "not_travelled"}, quarter),
    ]
    abroad = f"{STAYS}/{(await adviser.post(STAYS, {**STAY, 'phase': 'during'}))['id']}"
    await go(adviser, abroad, "pass-on", {"authorities": ["foreign_ministry"]})
    refused(await tried(adviser, abroad, "conclude", {"outcome": "not_travelled"}), 422, "outcome-does-not-fit")
    refused(await adviser.command(STAYS, {**STAY, "municipality_code": "9901"}), 422, "invalid-request")
    outsider = advisory.caller("editor")
    refused(await outsider.ask("GET", path), 404, "not-for-you")
    refused(await outsider.ask("GET", STAYS), 404, "not-for-you")


@pytest.mark.rule("c.1/stay-coordination")
async def test_what_is_referred_to_the_unit_is_received_once(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    referral, other = uuid4(), uuid4()
    enquiry = await adviser.post(
        "/v1/enquiries",
        {
            "municipality_code": "9901", "channel": "phone", "requester": "municipality_social",
            "topics": ["involuntary_stay_abroad"], "is_case_specific": False, "concerns_minor": "no", "urgency": "soon",
        },
    )  # fmt: skip
    for id, target in ((referral, "coordination_unit"), (other, "viso")):
        await advisory.pool.execute(
            "insert into referrals (id, enquiry_id, target, urgency, made_at, told)"
            " values ($1, $2::text::uuid, $3, 'soon', now(), 1)",
            id,
            enquiry["id"],
            target,
        )
    made = await adviser.post(f"{STAYS}/from-referral", {"referral_id": str(referral), "phase": "during"})
    assert (made["origin"], made["provenance"]) == ("advisory_referral", "synthetic")
    again = await adviser.command(f"{STAYS}/from-referral", {"referral_id": str(referral), "phase": "during"})
    refused(again, 409, "referral-already-received")
    wrong = await adviser.command(f"{STAYS}/from-referral", {"referral_id": str(other), "phase": "during"})
    refused(wrong, 422, "no-such-referral", "/referral_id")


@pytest.mark.rule("c.1/stay-coordination")
async def test_flows_are_counted_when_the_year_has_ended_and_no_small_number_is_shown(advisory: Inside) -> None:
    adviser, steward = advisory.caller("adviser"), advisory.caller("data_steward")
    for phase, many in (("before", 7), ("during", 6), ("after", 2)):
        for _ in range(many):
            await adviser.post(STAYS, {**STAY, "phase": phase})
    counts = await steward.get(f"{STAYS}/counts", provenance="synthetic")
    assert counts["cells"] == []
    advisory.watch.put(datetime(2027, 1, 1, tzinfo=UTC))
    shown = (await steward.get(f"{STAYS}/counts", provenance="synthetic"))["cells"]
    known = {each["phase"]: each["count"] for each in shown}
    assert known["after"] is None
    assert list(known.values()).count(None) >= 2  # or the small one could be subtracted
    page = await adviser.get(STAYS, provenance="synthetic", limit=10, state="received")
    rest = await adviser.get(STAYS, provenance="synthetic", limit=10, after=page["next"])
    assert (page["total"], len(page["items"]), len(rest["items"]), rest["next"]) == (15, 10, 5, None)
