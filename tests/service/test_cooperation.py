"""Contact points, agreements and gaps over HTTP: their events, their deadlines, and who may see and do what."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from support.cooperating import AGREEMENTS, GAPS, POINTS, contact_point, key_person, police, row, signed, verified
from support.inside import Inside, refused


async def told(cooperation: Inside, stream: str = "internal") -> list[tuple[str, str, dict[str, Any]]]:
    """What waits in the outbox: event, day and data, in order."""
    rows = await cooperation.pool.fetch(
        "select headers, convert_from(payload, 'utf8')::jsonb as data from outbox where stream = $1 order by id", stream
    )
    return [(each["headers"]["ce_type"].split(".")[3], each["headers"]["ce_time"][:10], each["data"]) for each in rows]


@pytest.mark.rule("c.3/10", "c.3/state:contact_point")
async def test_a_contact_point_is_certain_for_ninety_days_and_then_lapses(cooperation: Inside) -> None:
    adviser = cooperation.caller("adviser")
    path = await verified(adviser, "police:synthetic", "honour_contact_police")
    point = await adviser.get(path)
    assert (point["state"], point["verified_on"], point["certain_until"]) == ("verified", "2026-11-23", "2027-02-21")
    await cooperation.pass_time(datetime(2027, 2, 21, 22, 59, tzinfo=UTC))
    assert (await adviser.get(path))["state"] == "verified"
    await cooperation.pass_time(datetime(2027, 2, 21, 23, tzinfo=UTC))
    assert (await adviser.get(path))["state"] == "lapsed"
    again = await adviser.post(f"{path}/verify", revision=2)
    assert (again["state"], again["certain_until"]) == ("verified", "2027-05-23")
    assert [each[0] for each in await told(cooperation)] == [
        "contact-point-verified",
        "contact-point-lapsed",
        "contact-point-verified",
    ]


@pytest.mark.rule("c.3/10")
async def test_no_event_says_how_a_contact_point_is_reached(cooperation: Inside) -> None:
    adviser = cooperation.caller("adviser")
    await verified(adviser, "municipality:9901")
    [data] = [data for event, _, data in await told(cooperation) if event == "contact-point-verified"]
    assert data == {"function": "acute_social_duty", "municipality_code": "9901"}


async def test_a_verification_that_came_too_late_follows_the_lapse(cooperation: Inside) -> None:
    adviser = cooperation.caller("adviser")
    path = await verified(adviser, "municipality:9901")
    cooperation.watch.put(datetime(2027, 6, 1, tzinfo=UTC))
    await adviser.post(f"{path}/verify", revision=1)
    events = [(event, day) for event, day, _ in await told(cooperation) if event.startswith("contact")]
    assert events == [
        ("contact-point-verified", "2026-11-23"),
        ("contact-point-lapsed", "2027-02-21"),
        ("contact-point-verified", "2027-06-01"),
    ]


@pytest.mark.rule("c.3/state:contact_point")
async def test_a_replaced_contact_point_makes_room_for_an_unverified_one(cooperation: Inside) -> None:
    adviser = cooperation.caller("adviser")
    path = await verified(adviser, "municipality:9901")
    refused(
        await adviser.command(
            POINTS, {"organisation": "municipality:9901", "function": "acute_social_duty", "hours": "Hverdage 8-15"}
        ),
        409,
        "contact-point-already-registered",
    )
    new = await adviser.post(f"{path}/replace", {"hours": "Døgnet rundt"}, revision=1)
    assert (new["state"], new["phone"]) == ("unverified", None)
    assert (await row(adviser, "9901"))["lacking"] == ["preparedness_plan", "agreement", "contact_point"]
    refused(await adviser.command(f"{path}/verify", revision=1), 409, "contact-point-replaced")
    listed = await adviser.get(POINTS, provenance="synthetic")
    assert [each["id"] for each in listed["items"]] == [new["id"]]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hours", "Ring 12 34 56 78"),
        ("hours", "a.b@example.org"),
        ("phone", "010170-1234"),
        ("mailbox", "no mailbox"),
        ("organisation", "municipality:0000"),
        ("organisation", "police:nowhere"),
    ],
)
@pytest.mark.rule("c.3/function")
async def test_a_contact_point_has_room_for_a_function_and_not_for_a_person(
    cooperation: Inside, field: str, value: str
) -> None:
    said = {"organisation": "municipality:9901", "function": "ssp", "hours": "Hverdage 8-15", field: value}
    problem = refused(await cooperation.caller("adviser").command(POINTS, said), 422, "invalid-request", f"/{field}")
    assert value not in str(problem)


@pytest.mark.rule("c.3/owner")
async def test_each_organisation_keeps_its_own_contact_points_and_agreements(cooperation: Inside) -> None:
    own = await contact_point(key_person(cooperation), "municipality:9901")
    refused(
        await key_person(cooperation, "9902").command(f"{POINTS}/{own['id']}/verify", revision=0),
        403,
        "outside-your-organisation",
    )
    await police(cooperation).post(
        f"{POINTS}/{(await contact_point(police(cooperation), 'police:synthetic'))['id']}/verify", revision=0
    )
    said = {"police_district": "fyn", "municipality_codes": ["0461"], "title_da": "Aftale"}
    refused(await police(cooperation).command(AGREEMENTS, said), 403, "outside-your-organisation")
    await police(cooperation, "fyn").post(AGREEMENTS, said)


@pytest.mark.rule("c.3/state:agreement", "c.3/8")
async def test_an_agreement_is_reviewed_each_year_or_expires_and_each_step_is_told(cooperation: Inside) -> None:
    adviser = cooperation.caller("adviser")
    path = await signed(adviser, "9901", "9902")
    assert (await adviser.get(path))["review_due"] == "2027-11-20"
    await cooperation.pass_time(datetime(2027, 11, 19, 23, tzinfo=UTC))
    assert (await adviser.get(path))["state"] == "review_due"
    renewed = await adviser.post(f"{path}/renew", {"reviewed_on": "2027-11-19"}, revision=2)
    assert (renewed["state"], renewed["review_due"], renewed["last_day"]) == ("active", "2028-11-19", "2029-02-17")
    await cooperation.pass_time(datetime(2029, 2, 17, 22, 59, tzinfo=UTC))
    assert (await adviser.get(path))["state"] == "review_due"
    await cooperation.pass_time(datetime(2029, 2, 17, 23, tzinfo=UTC))
    assert (await adviser.get(path))["state"] == "expired"
    refused(
        await adviser.command(f"{path}/renew", {"reviewed_on": "2029-02-01"}, revision=5), 409, "agreement-not-in-force"
    )
    public = [(event, day) for event, day, _ in await told(cooperation, "public") if event.startswith("agreement")]
    assert public == [
        ("agreement-signed", "2026-11-23"),
        ("agreement-review-due", "2027-11-19"),
        ("agreement-renewed", "2027-11-19"),
        ("agreement-review-due", "2028-11-18"),
        ("agreement-expired", "2029-02-17"),
    ]


@pytest.mark.rule("c.3/state:agreement")
async def test_a_terminated_agreement_covers_nobody(cooperation: Inside) -> None:
    adviser = cooperation.caller("adviser")
    path = await signed(adviser, "9901")
    assert "agreement" not in (await row(adviser, "9901"))["lacking"]
    await adviser.post(f"{path}/terminate", revision=1)
    assert "agreement" in (await row(adviser, "9901"))["lacking"]
    assert "agreement-terminated" in [event for event, _, _ in await told(cooperation)]


@pytest.mark.rule("c.3/7")
async def test_an_agreement_is_between_a_district_and_its_own_municipalities(cooperation: Inside) -> None:
    adviser = cooperation.caller("adviser")
    said = {"police_district": "nordjylland", "municipality_codes": ["0851", "0461"], "title_da": "Aftale"}
    refused(await adviser.command(AGREEMENTS, said), 422, "municipality-outside-district", "/municipality_codes/1")
    path = f"{AGREEMENTS}/{(await adviser.post(AGREEMENTS, {**said, 'municipality_codes': ['0851']}))['id']}"
    refused(
        await adviser.command(f"{path}/sign", {"signed_on": "2026-11-24"}, revision=0),
        422,
        "signed-in-future",
        "/signed_on",
    )


@pytest.mark.rule("c.3/9")
async def test_a_gap_is_told_when_it_changes_and_only_then(cooperation: Inside) -> None:
    adviser = cooperation.caller("adviser")
    assert (await row(adviser, "9901"))["state"] == "unknown"
    await verified(adviser, "municipality:9901")
    await verified(adviser, "municipality:9901", "ssp")
    await signed(adviser, "9901")
    await signed(adviser, "9901")
    told_of = [data["lacking"] for event, _, data in await told(cooperation) if event == "gap-detected"]
    assert told_of == [["preparedness_plan", "agreement"], ["preparedness_plan"]]
    await cooperation.pass_time(datetime(2029, 1, 1, tzinfo=UTC))
    told_of = [data["lacking"] for event, _, data in await told(cooperation) if event == "gap-detected"]
    assert told_of[2:] == [["preparedness_plan", "contact_point"], ["preparedness_plan", "agreement", "contact_point"]]


@pytest.mark.rule("c.3/9")
async def test_asking_for_it_judges_every_municipality_once(cooperation: Inside) -> None:
    adviser = cooperation.caller("adviser")
    board = await adviser.post(f"{GAPS}/recompute", {"provenance": "actual"})
    assert (board["total"], board["with_gap"]) == (98, 98)
    before = await cooperation.events()
    assert before.count("gap-detected") == 98
    await adviser.post(f"{GAPS}/recompute", {"provenance": "actual"})
    assert await cooperation.events() == before


@pytest.mark.rule("c.3/district-totals")
async def test_partners_see_totals_of_districts_with_three_municipalities_and_no_municipality(
    cooperation: Inside,
) -> None:
    adviser = cooperation.caller("adviser")
    await adviser.post(f"{GAPS}/recompute", {"provenance": "actual"})
    public = await told(cooperation, "public")
    assert {event for event, _, _ in public} == {"district-gaps-counted"}
    counted = {data["police_district"]: data["municipality_count"] for _, _, data in public}
    assert (len(counted), sum(counted.values())) == (11, 97)
    assert "bornholm" not in counted
    assert not [data for _, _, data in public if "municipality_code" in data]


@pytest.mark.rule("c.3/district-totals")
async def test_a_district_is_counted_once_all_its_municipalities_are_judged(cooperation: Inside) -> None:
    adviser = cooperation.caller("adviser")
    for code in ("9901", "9902", "9903"):
        await verified(adviser, f"municipality:{code}")
    assert await told(cooperation, "public") == []
    await verified(adviser, "municipality:9904")
    [(_, _, data)] = await told(cooperation, "public")
    assert data == {
        "police_district": "synthetic",
        "municipality_count": 4,
        "without_preparedness_plan_count": 4,
        "without_agreement_count": 4,
        "without_contact_point_count": 0,
    }


@pytest.mark.rule("c.3/board")
async def test_the_board_narrows_and_is_read_page_by_page(cooperation: Inside) -> None:
    adviser = cooperation.caller("adviser")
    await signed(adviser, "0461", district="fyn")
    assert (await adviser.get(GAPS, police_district="fyn"))["total"] == 10
    assert (await adviser.get(GAPS, state="unknown"))["total"] == 97
    assert (await adviser.get(GAPS, lacking="agreement"))["total"] == 0
    seen, after = list[str](), dict[str, str]()
    while True:
        page = await adviser.get(GAPS, limit=33, **after)
        seen += [each["municipality_code"] for each in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert len(seen) == len(set(seen)) == 98


@pytest.mark.rule("c.3/board")
async def test_a_municipality_sees_its_own_gap_and_a_police_district_those_of_its_municipalities(
    cooperation: Inside,
) -> None:
    board = await key_person(cooperation, "0461").get(GAPS)
    assert [each["municipality_code"] for each in board["items"]] == ["0461"]
    assert (await police(cooperation, "fyn").get(GAPS))["total"] == 10
    assert (await cooperation.caller("municipal_key_person").get(GAPS))["total"] == 0


async def test_lists_are_read_page_by_page_each_thing_once(cooperation: Inside) -> None:
    adviser = cooperation.caller("adviser")
    for code in ("9901", "9902", "9903"):
        await contact_point(adviser, f"municipality:{code}")
        await signed(adviser, code)
    for path in (POINTS, AGREEMENTS):
        first = await adviser.get(path, provenance="synthetic", limit=2)
        second = await adviser.get(path, provenance="synthetic", limit=2, after=first["next"])
        assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)
        assert len({each["id"] for each in (*first["items"], *second["items"])}) == 3


@pytest.mark.rule("c.3/9")
async def test_facts_that_arrive_at_once_are_judged_together(cooperation: Inside) -> None:
    adviser = cooperation.caller("adviser")
    codes = ("9901", "9902", "9903", "9904")
    points = [await contact_point(adviser, f"municipality:{code}") for code in codes]
    said = {"police_district": "synthetic", "title_da": "Syntetisk aftale"}
    drafted = [await adviser.post(AGREEMENTS, {**said, "municipality_codes": [*codes[place:]]}) for place in range(4)]
    await asyncio.gather(
        *(adviser.post(f"{POINTS}/{each['id']}/verify", revision=0) for each in points),
        *(
            adviser.post(f"{AGREEMENTS}/{each['id']}/sign", {"signed_on": "2026-11-20"}, revision=0)
            for each in reversed(drafted)
        ),
    )
    assert [(await row(adviser, code))["lacking"] for code in codes] == [["preparedness_plan"]] * 4
    *_, last = [data for event, _, data in await told(cooperation, "public") if event == "district-gaps-counted"]
    assert (last["without_agreement_count"], last["without_contact_point_count"]) == (0, 0)


@pytest.mark.rule("c.3/districts")
async def test_the_twelve_police_districts_are_shown_with_their_municipalities_source_and_date(
    cooperation: Inside,
) -> None:
    found = await police(cooperation, "bornholm").get("/v1/police-districts")
    assert found["as_of"] == "2026-11-23"
    districts = found["items"]
    assert [each["number"] for each in districts] == list(range(1, 13))
    assert len({place["code"] for each in districts for place in each["municipalities"]}) == 98
    assert sum(len(each["municipalities"]) for each in districts) == 98
    for each in districts:
        assert each["source_url"].startswith("https://")
        assert (each["dated"], each["read_on"]) == ("2014-02-13", "2026-11-22")
    assert districts[-1] == {
        "slug": "bornholm",
        "number": 12,
        "name": "Bornholms Politi",
        "municipalities": [{"code": "0400", "name": "Bornholm"}],
        "source_url": districts[0]["source_url"],
        "dated": "2014-02-13",
        "read_on": "2026-11-22",
        "further_evidence": "not_stated",
        "further_urls": [],
    }
    refused(await cooperation.caller("partner").ask("GET", "/v1/police-districts"), 403, "role-missing")
