"""Statistics over HTTP: who may do what, who sees what when, and what is told."""

from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest

from support.inside import Caller, Inside, refused
from support.publications import data_of
from support.statistics import REGIONS, STATISTICS, body, correction, counted, counts, do, released, shares


@pytest.fixture
def editor(knowledge: Inside) -> Caller:
    return knowledge.caller("editor")


@pytest.fixture
def steward(knowledge: Inside) -> Caller:
    return knowledge.caller("data_steward")


@pytest.mark.rule(
    "c.4/state:statistic", "c.4/event:statistic_released", "c.4/event:statistic_corrected",
    "c.4/event:statistic_retracted",
)  # fmt: skip
async def test_a_statistic_is_drafted_checked_approved_released_corrected_and_retracted(
    knowledge: Inside, editor: Caller, steward: Caller
) -> None:
    made = await editor.post(STATISTICS, body(method_da=None))
    assert (made["state"], made["tables"]) == ("draft", [])
    path = f"{STATISTICS}/{made['id']}"
    problem = refused(await editor.command(f"{path}/check", revision=1), 409, "statistic-incomplete")
    assert problem["current"]["state"] == "draft"
    said = {name: value for name, value in body().items() if name not in ("table", "period", "provenance")}
    await do(editor, made, "redraft", said)
    assert (await do(editor, made, "check"))["state"] == "disclosure_checked"
    assert (await do(steward, made, "approve"))["state"] == "approved"
    assert (await do(editor, made, "redraft", said))["state"] == "draft", "what was approved was something else"
    for caller, verb in ((editor, "check"), (steward, "approve"), (editor, "release")):
        out = await do(caller, made, verb)
    assert await knowledge.events() == ["statistic-released"]
    [first] = out["tables"]
    assert (out["state"], out["content"], out["preview"]) == ("released", None, [])
    assert (first["said"]["headline_value"], first["said"]["released_at"]) == ("21.4", "2026-11-23T12:00:00Z")
    again = await do(steward, made, "correct", correction(shares("20.9")))
    assert [each["said"]["headline_value"] for each in again["tables"]] == ["20.9", "21.4"]
    assert again["tables"][1] == first, "what was said earlier stays as it was"
    assert (again["tables"][0]["said"]["reason"], again["state"]) == ("source_corrected", "corrected")
    gone = await do(editor, made, "retract", {"reason": "wrong"})
    assert (gone["state"], gone["retracted_because"], gone["tables"]) == ("retracted", "wrong", [])
    assert gone["retracted_at"] == "2026-11-23T12:00:00Z"
    refused(await steward.command(f"{path}/correct", correction(shares()), revision=10), 409, "statistic-not-released")
    common = {"table": "young-in-control", "period": "2026"}
    numbers = {**common, "definition_version": 1, "series_break": False, "unit": "percent", "hidden_count": 0}
    assert [await data_of(knowledge, f"statistic-{each}") for each in ("released", "corrected", "retracted")] == [
        [{**numbers, "as_of": "2026-10-31", "headline_value": "21.4", "table_digest": first["digest"]}],
        [{
            **numbers, "as_of": "2026-11-20", "headline_value": "20.9", "edition": 2, "reason": "source_corrected",
            "table_digest": again["tables"][0]["digest"],
        }],
        [{**common, "reason": "wrong"}],
    ]  # fmt: skip
    streams = await knowledge.pool.fetch("select stream, count(*) as events from outbox group by stream")
    assert {each["stream"]: each["events"] for each in streams} == {"internal": 3, "public": 3}


@pytest.mark.rule("c.4/written")
async def test_small_numbers_are_there_for_those_who_write_until_it_is_released_and_for_nobody_after(
    knowledge: Inside, editor: Caller, steward: Caller
) -> None:
    reader, anybody = knowledge.caller("adviser"), Caller(knowledge.client, None)
    made = await editor.post(STATISTICS, body(**counted(3, 9, 40)))
    path = f"{STATISTICS}/{made['id']}"
    for writer in (editor, steward):
        seen = await writer.get(path)
        assert [each["count"] for each in seen["content"]["cells"]] == [3, 9, 40]
        assert [each["value"] for each in seen["preview"]] == [None, "52", None, "40"]
    refused(await reader.ask("GET", path), 404, "statistic-missing")
    refused(await anybody.ask("GET", f"{path}/tables/1"), 404, "statistic-missing")
    assert (await reader.get(STATISTICS, provenance="synthetic"))["total"] == 0
    for caller, verb in ((editor, "check"), (steward, "approve"), (editor, "release")):
        await do(caller, made, verb)
    for who in (editor, steward, reader):
        seen = await who.get(path)
        assert (seen["content"], seen["preview"]) == (None, [])
        told = {each["category"]: each["value"] for each in seen["tables"][0]["said"]["numbers"]}
        assert told == {"all": "52", "a": None, "b": None, "c": "40"}
    [line] = (await reader.get(STATISTICS, provenance="synthetic", table="young-in-control"))["items"]
    assert (line["id"], line["state"]) == (made["id"], "released")
    answer = await anybody.ask("GET", seen["tables"][0]["document"])
    assert answer.headers["content-type"] == "application/json"
    assert sha256(answer.content).hexdigest() == seen["tables"][0]["digest"]
    assert answer.json() == seen["tables"][0]["said"]
    refused(await anybody.ask("GET", f"{path}/tables/2"), 404, "statistic-missing")
    await do(editor, made, "retract", {"reason": "disclosive"})
    refused(await anybody.ask("GET", f"{path}/tables/1"), 404, "statistic-missing")


@pytest.mark.rule("c.4/state:statistic")
async def test_nobody_approves_or_corrects_what_only_others_may(editor: Caller, knowledge: Inside) -> None:
    made = await editor.post(STATISTICS, body())
    path = f"{STATISTICS}/{made['id']}"
    for verb, said in (("approve", None), ("correct", correction(shares()))):
        refused(await editor.command(f"{path}/{verb}", said, revision=1), 403, "role-missing")
    for role in ("data_steward", "adviser", "plan_editor"):
        other = knowledge.caller(role)
        for verb in ("check", "release"):
            refused(await other.command(f"{path}/{verb}", revision=1), 403, "role-missing")
    for verb, slug in (
        ("release", "statistic-not-approved"),
        ("retract", "statistic-not-released"),
    ):
        said = {"reason": "wrong"} if verb == "retract" else None
        refused(await editor.command(f"{path}/{verb}", said, revision=1), 409, slug)
    refused(await editor.command(f"{path}/check", revision=2), 412, "state-changed")


@pytest.mark.rule("c.4/2")
async def test_a_table_has_one_statistic_of_each_period_and_periods_of_one_length(
    editor: Caller, steward: Caller
) -> None:
    made = await released(editor, steward, body("2026"))
    await do(steward, made, "retract", {"reason": "disclosive"})
    refused(await editor.command(STATISTICS, body("2026")), 409, "statistic-already-begun")
    refused(await editor.command(STATISTICS, body("2026-Q1")), 422, "period-unlike-table", "/period")
    await editor.post(STATISTICS, body("2026", provenance="actual"))
    await editor.post(STATISTICS, body("2026-Q1", table="young-in-quarters"))
    places: Any = ("kommune", "0101", "koebenhavn")
    for area in places:
        wrong = body("2027", cells=[{**each, "area": area} for each in shares()])
        refused(await editor.command(STATISTICS, wrong), 422, "invalid-request", "/cells/0/area")
    wrong = body("2027", **counted(1) | {"cells": [{**counts(1)[0], "area": REGIONS[0]}]})
    refused(await editor.command(STATISTICS, wrong), 422, "table-incomplete", "/cells")
    for name in ("Young-In-Control", "anna", "young-in-control-12345678", "1-a"):
        refused(await editor.command(STATISTICS, body("2027", table=name)), 422, "invalid-request", "/table")


@pytest.mark.rule("c.4/2")
async def test_a_correction_hides_what_was_hidden_before_whatever_it_says(editor: Caller, steward: Caller) -> None:
    made = await released(editor, steward, body(**counted(3, 9, 40)))
    seen = await do(steward, made, "correct", correction(counts(30, 9, 40)))
    new, old = ({each["category"]: each["value"] for each in table["said"]["numbers"]} for table in seen["tables"])
    assert (new, old) == (
        {"all": "79", "a": None, "b": None, "c": "40"},
        {"all": "52", "a": None, "b": None, "c": "40"},
    )
    seen = await do(steward, made, "correct", correction(counts(30, 9, 4)))
    assert {each["value"] for each in seen["tables"][0]["said"]["numbers"]} == {None}
    assert (await editor.get(f"{STATISTICS}/{made['id']}"))["revision"] == 6


@pytest.mark.rule("c.4/4")
async def test_a_statistic_says_that_its_series_breaks(knowledge: Inside, editor: Caller, steward: Caller) -> None:
    await released(editor, steward, body("2025"))
    later = await released(editor, steward, body("2027", definition_version=2, definition_da="En anden"))
    between = await released(editor, steward, body("2026"))
    other = await released(editor, steward, body("2026", provenance="actual", definition_version=9))
    breaks = [each["tables"][0]["said"]["series_break"] for each in (later, between, other)]
    assert breaks == [True, False, False]
    assert [each["series_break"] for each in await data_of(knowledge, "statistic-released")] == [False, *breaks]


async def test_statistics_come_newest_year_first_page_by_page(editor: Caller) -> None:
    periods = ("2024", "2026", "2025")
    for period in periods:
        await editor.post(STATISTICS, body(period))
        await editor.post(STATISTICS, body(period, table="another-table"))
    seen: list[tuple[str, str]] = []
    after: dict[str, str] = {}
    while True:
        page = await editor.get(STATISTICS, provenance="synthetic", limit=2, **after)
        assert page["total"] == 6
        seen += [(each["period"], each["table"]) for each in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    tables = ("another-table", "young-in-control")
    assert seen == [(period, table) for period in ("2026", "2025", "2024") for table in tables]
    drafts = await editor.get(STATISTICS, provenance="synthetic", state="draft", table="another-table")
    assert drafts["total"] == 3
    refused(await editor.ask("GET", STATISTICS, params={"after": "x"}), 422, "cursor-unreadable", "query:after")
    refused(await editor.ask("GET", f"{STATISTICS}/{uuid4()}"), 404, "statistic-missing")
