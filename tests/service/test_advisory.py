"""The register of preparedness plans over HTTP: its board, its events, its deadlines, and who may report."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest

from support.inside import Caller, Inside, refused

PLANS = "/v1/preparedness-plans"
URL = "https://example.org/plan"


async def record(adviser: Caller, code: str, covers: tuple[str, ...] = ("children_youth",)) -> str:
    """The address of a new entry."""
    made = await adviser.post(PLANS, {"municipality_code": code, "covers": list(covers)})
    return f"{PLANS}/{made['id']}"


async def adopt(adviser: Caller, path: str, on: str) -> Any:
    revision = (await adviser.get(path))["revision"]
    return await adviser.post(f"{path}/adopt", {"adopted_on": on}, revision=revision)


async def publish(adviser: Caller, code: str, on: str, url: str = URL) -> str:
    """The address of an entry whose plan is published."""
    path = await record(adviser, code)
    adopted = await adopt(adviser, path, on)
    await adviser.post(f"{path}/publish", {"published_url": url}, revision=adopted["revision"])
    return path


async def row(caller: Caller, code: str, **wanted: Any) -> dict[str, Any]:
    """What the board says of one municipality."""
    board = await caller.get(PLANS, limit=200, **wanted)
    return next(each for each in board["items"] if each["municipality_code"] == code)


@pytest.mark.rule("c.1/board")
async def test_the_board_shows_all_98_those_without_a_plan_too(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    await publish(adviser, "0851", "2024-06-24")
    await record(adviser, "0253")
    board = await adviser.get(PLANS, limit=200)
    assert (board["total"], len(board["items"]), board["compliant"], board["next"]) == (98, 98, 1, None)
    assert [each["municipality_code"] for each in board["items"]] == sorted(
        each["municipality_code"] for each in board["items"]
    )
    aalborg = await row(adviser, "0851")
    assert (aalborg["state"], aalborg["compliant"], aalborg["next_revision_due"]) == ("published", True, "2028-06-24")
    assert (await row(adviser, "0253"))["state"] == "recorded"
    assert (await row(adviser, "0101"))["state"] == "unknown"


async def test_the_board_is_read_page_by_page_each_municipality_once(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = await adviser.get(PLANS, limit=33, **after)
        assert page["total"] == 98
        seen += [each["municipality_code"] for each in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert len(seen) == len(set(seen)) == 98


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        ({"state": "published"}, {"0851", "0253"}),
        ({"compliant": "true"}, {"0851", "0253"}),
        ({"state": "adopted"}, {"0101"}),
        ({"state": "overdue"}, {"0400"}),
        ({"region": "nordjylland", "compliant": "true"}, {"0851"}),
        ({"police_district": "bornholm"}, {"0400"}),
        ({"police_district": "bornholm", "compliant": "true"}, set()),
        ({"region": "synthetic"}, set()),
    ],
)
async def test_filters_narrow_the_board_and_its_totals(
    advisory: Inside, wanted: dict[str, str], codes: set[str]
) -> None:
    adviser = advisory.caller("adviser")
    await publish(adviser, "0851", "2024-06-24")
    await publish(adviser, "0253", "2024-04")
    await publish(adviser, "0400", "2020-01-01")
    await adopt(adviser, await record(adviser, "0101"), "2026-05")
    board = await adviser.get(PLANS, limit=200, **wanted)
    assert {each["municipality_code"] for each in board["items"]} == codes
    assert board["total"] == len(codes)
    assert board["compliant"] == len(codes & {"0851", "0253"})


async def test_the_regions_of_the_east_are_one_from_2027_on(advisory: Inside) -> None:
    caller = advisory.caller("operator")

    async def sizes() -> list[int]:
        regions = ("hovedstaden", "sjaelland", "oestdanmark")
        return [(await caller.get(PLANS, region=each))["total"] for each in regions]

    advisory.watch.put(datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC))
    assert await sizes() == [29, 17, 0]
    advisory.watch.put(datetime(2026, 12, 31, 23, tzinfo=UTC))
    assert await sizes() == [0, 0, 46]
    assert (await caller.get(PLANS))["as_of"] == "2027-01-01"
    assert (await row(caller, "0101"))["region_name"] == "Region Østdanmark"


async def test_synthetic_municipalities_are_kept_apart_from_the_98(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    await publish(adviser, "9901", "2024-06-24")
    actual, synthetic = await adviser.get(PLANS, limit=200), await adviser.get(PLANS, provenance="synthetic")
    assert (actual["total"], actual["compliant"]) == (98, 0)
    assert (synthetic["total"], synthetic["compliant"]) == (4, 1)
    assert not {each["municipality_code"] for each in actual["items"]} & {
        each["municipality_code"] for each in synthetic["items"]
    }
    headers = await advisory.pool.fetch("select headers from outbox")
    assert {each["headers"]["ce_provenance"] for each in headers} == {"synthetic"}


async def test_the_table_for_spreadsheets_has_no_cell_that_is_a_formula_and_its_letters_survive(
    advisory: Inside,
) -> None:
    adviser = advisory.caller("adviser")
    await publish(adviser, "0851", "2024-06-24")
    # No request can bring such a text in; a row that came some other way must be harmless too.
    await advisory.pool.execute("update preparedness_plan_versions set published_url = '=HYPERLINK(1);\n\"x\"'")
    answer = await adviser.ask("GET", f"{PLANS}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert answer.content.startswith("\ufeff".encode())
    assert len(table) == 98
    assert not [cell for each in table for cell in each.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    aalborg = next(each for each in table if each["municipality_code"] == "0851")
    assert aalborg["published_url"] == '\'=HYPERLINK(1);\n"x"'
    assert "Ærø" in {each["municipality"] for each in table}
    narrowed = await adviser.ask("GET", f"{PLANS}.csv", params={"compliant": "true"})
    assert len(narrowed.text.splitlines()) == 3  # one cell has two lines


@pytest.mark.rule(
    "c.1/event:preparedness-plan-adopted", "c.1/event:preparedness-plan-published",
    "c.1/event:preparedness-plan-revision-due", "c.1/event:preparedness-plan-overdue",
)  # fmt: skip
async def test_a_plan_expires_and_is_replaced_and_each_step_is_told(advisory: Inside) -> None:
    """Scenario 2 of the domain: what advisory says while a plan grows old."""
    adviser = advisory.caller("adviser")
    path = await publish(adviser, "9901", "2024-06-24")
    await advisory.pass_time(datetime(2027, 12, 23, 22, 59, tzinfo=UTC))
    assert (await adviser.get(path))["versions"][0]["state"] == "published"
    await advisory.pass_time(datetime(2027, 12, 23, 23, tzinfo=UTC))
    assert (await adviser.get(path))["versions"][0]["state"] == "revision_due"
    revision = (await adviser.get(path))["revision"]
    await adviser.post(f"{path}/revise", {"covers": ["children_youth", "adults"]}, revision=revision)
    await adopt(adviser, path, "2027-12-20")
    assert (await row(adviser, "9901", provenance="synthetic"))["new_version_state"] == "adopted"
    await advisory.pass_time(datetime(2028, 6, 24, 22, tzinfo=UTC))
    plan = await adviser.get(path)
    assert ([each["state"] for each in plan["versions"]], plan["compliant"]) == (["overdue", "adopted"], False)
    await adviser.post(f"{path}/publish", {"published_url": URL}, revision=plan["revision"])
    plan = await adviser.get(path)
    assert ([each["state"] for each in plan["versions"]], plan["compliant"]) == (["superseded", "published"], True)
    assert [each.removeprefix("preparedness-plan-") for each in await advisory.events()] == [
        "recorded", "adopted", "published", "revision-due", "recorded", "adopted", "overdue", "published",
    ]  # fmt: skip


async def test_a_deadline_that_nobody_was_awake_for_comes_before_the_next_command(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await publish(adviser, "9901", "2024-06-24")
    advisory.watch.put(datetime(2029, 1, 1, tzinfo=UTC))
    await adviser.post(f"{path}/revise", {"covers": ["adults"]}, revision=3)
    rows = await advisory.pool.fetch("select headers from outbox where stream = 'internal' order by id")
    told = [(row["headers"]["ce_type"].split("-")[-1], row["headers"]["ce_time"][:10]) for row in rows[3:]]
    assert told == [("due.v1", "2027-12-23"), ("overdue.v1", "2028-06-24"), ("recorded.v1", "2029-01-01")]
    await advisory.pass_time(datetime(2029, 1, 2, tzinfo=UTC))
    assert len(await advisory.events()) == 6


@pytest.mark.rule("c.1/state:preparedness_plan")
async def test_a_plan_that_was_told_as_overdue_stays_so_when_the_clock_is_set_back(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    now = advisory.watch.at
    path = await publish(adviser, "9901", "2024-06-24")
    await advisory.pass_time(datetime(2029, 1, 1, tzinfo=UTC))
    await advisory.pass_time(now)
    plan, shown = await adviser.get(path), await row(adviser, "9901", provenance="synthetic")
    assert (plan["versions"][0]["state"], plan["compliant"]) == ("overdue", False)
    assert (shown["state"], shown["compliant"]) == ("overdue", False)


async def test_the_board_says_overdue_from_the_first_day_on_although_nobody_was_awake(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    await publish(adviser, "9901", "2024-06-24")
    advisory.watch.put(datetime(2028, 6, 24, 22, tzinfo=UTC))
    shown = await row(adviser, "9901", provenance="synthetic")
    assert (shown["state"], shown["compliant"]) == ("overdue", False)


@pytest.mark.rule("c.1/reporter")
async def test_a_key_person_reports_for_their_own_municipality_and_nobody_elses(advisory: Inside) -> None:
    key_person = advisory.caller("municipal_key_person", municipality_codes=["0851"])
    path = await record(key_person, "0851")
    await adopt(key_person, path, "2026-05")
    refused(
        await key_person.command(PLANS, {"municipality_code": "0101", "covers": ["adults"]}),
        403,
        "outside-your-municipality",
    )
    other = await record(advisory.caller("adviser"), "0101")
    refused(
        await key_person.command(f"{other}/adopt", {"adopted_on": "2026-05"}, revision=1),
        403,
        "outside-your-municipality",
    )
    refused(await key_person.command(f"{path}/verify", revision=2), 403, "role-missing")
    assert (await key_person.get(other))["revision"] == 1


async def test_verification_is_dated_and_needs_no_body(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await publish(adviser, "0851", "2024-06-24")
    verified = await adviser.post(f"{path}/verify", revision=3)
    assert verified["versions"][0]["verified_on"] == "2026-11-23"


async def test_a_municipality_is_recorded_once_and_the_refusal_shows_its_entry(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await record(adviser, "0851")
    answer = await adviser.command(PLANS, {"municipality_code": "0851", "covers": ["adults"]})
    assert refused(answer, 409, "plan-already-recorded")["current"] == await adviser.get(path)


@pytest.mark.rule("a.12/public-stream")
async def test_only_what_partners_may_know_is_on_the_public_stream(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await publish(adviser, "0851", "2024-06-24")
    await adviser.post(f"{path}/verify", revision=3)
    rows = await advisory.pool.fetch("select headers from outbox where stream = 'public' order by id")
    assert [row["headers"]["ce_type"].split(".")[3] for row in rows] == [
        "preparedness-plan-adopted",
        "preparedness-plan-published",
    ]
    assert not {"traceparent", "ce_correlationid", "ce_revision"} & rows[0]["headers"].keys()
