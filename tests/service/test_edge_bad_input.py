"""Bad input is a problem with slug and pointer; nothing changes, no event is sent, and no log line repeats it."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from support.inside import Inside, refused

pytestmark = pytest.mark.rule("p/problems")

PLANS = "/v1/preparedness-plans"
MARK = "marked8c41"
NUL = "\0"
HUGE = 10**30

RECORD = {"municipality_code": "0851", "covers": ["children_youth"]}
DEFINE = {"text_da": "Syntetisk", "method": "manual"}
ACTION_PLAN = {"year": 2026, "title_da": "Syntetisk plan", "provenance": "synthetic"}
CLOSED = {
    "text_da": "Syntetisk",
    "method": "event_count",
    "event_types": ["dk.maerk.advisory.preparedness-plan-published.v1"],
}

RECORDS: list[tuple[Any, str]] = [
    ({**RECORD, "unknown": MARK}, ""),
    ({"covers": ["adults"]}, "/municipality_code"),
    ({**RECORD, "municipality_code": "0999"}, "/municipality_code"),
    ({**RECORD, "municipality_code": 851}, "/municipality_code"),
    ({**RECORD, "municipality_code": "0851" + NUL}, "/municipality_code"),
    ({**RECORD, "municipality_code": "٠٨٥١"}, "/municipality_code"),
    ({**RECORD, "municipality_code": None}, "/municipality_code"),
    ({**RECORD, "covers": []}, "/covers"),
    ({**RECORD, "covers": [MARK]}, "/covers/0"),
    ({**RECORD, "covers": ["adults"] * 4}, "/covers"),
    ({**RECORD, "covers": "adults"}, "/covers"),
    ({**RECORD, "source_url": f"http://example.org/{MARK}"}, "/source_url"),
    ({**RECORD, "source_url": "https://user:pass@example.org/"}, "/source_url"),
    ({**RECORD, "source_url": "https://example.org/\ud800"}, "/source_url"),
    ({**RECORD, "source_url": "https://example.org/" + "a" * 600}, "/source_url"),
    ({**RECORD, "source_url": "https://example.org/010190-1234"}, "/source_url"),
    ([RECORD], ""),
    (None, ""),
    (MARK, ""),
    (HUGE, ""),
]
ADOPTIONS: list[tuple[Any, str]] = [
    ({"adopted_on": day}, "/adopted_on")
    for day in (
        "2023-02-29", "2024-13-01", "2024-00", "2024-04-31", "0000-01", "24-06-24", "2024-6-24", "2024-06-24T00:00:00Z",
        "2024", "", MARK, 20240624, None, "2024-06-24\0", "٢٠٢٤-06-24", "2026-11-24", "9999-12-31", {}, True,
    )
]  # fmt: skip
ACTION_PLANS: list[tuple[Any, str]] = [
    ({**ACTION_PLAN, "title_da": f"{MARK}{NUL}"}, "/title_da"),
    ({**ACTION_PLAN, "title_da": "\ud83d"}, "/title_da"),
    ({**ACTION_PLAN, "title_da": ""}, "/title_da"),
    ({**ACTION_PLAN, "title_da": "x" * 301}, "/title_da"),
    ({**ACTION_PLAN, "year": HUGE}, "/year"),
    ({**ACTION_PLAN, "year": -1}, "/year"),
    ({**ACTION_PLAN, "year": 2026.5}, "/year"),
    ({**ACTION_PLAN, "year": "MMXXVI"}, "/year"),
    ({**ACTION_PLAN, "provenance": MARK}, "/provenance"),
    ({**ACTION_PLAN, "focus_areas": [{"number": 2**63, "title_da": "A"}]}, "/focus_areas/0/number"),
    ({**ACTION_PLAN, "focus_areas": [{"number": 1, "title_da": "A"}] * 21}, "/focus_areas"),
    ({**ACTION_PLAN, "focus_areas": [{"number": 1, "title_da": "A"}] * 2}, "/focus_areas/1/number"),
    (
        {
            **ACTION_PLAN,
            "focus_areas": [
                {
                    "number": number,
                    "title_da": "A",
                    "initiatives": [{"number": 1, "title_da": "B", "children_youth": "no"}],
                }
                for number in (1, 2)
            ],
        },
        "/focus_areas/1/initiatives/0/number",
    ),
]
DEFINITIONS: list[tuple[Any, str]] = [
    ({**DEFINE, "method": MARK}, "/method"),
    ({**DEFINE, "text_da": NUL}, "/text_da"),
    ({**DEFINE, "out_of": HUGE}, "/out_of"),
    ({**DEFINE, "out_of": 2**31}, "/out_of"),
    ({**DEFINE, "out_of": 0}, "/out_of"),
    ({**DEFINE, "method": "event_count"}, "/event_types"),
    ({**DEFINE, "method": "sum", "event_types": CLOSED["event_types"]}, "/sum_field"),
    ({**DEFINE, "event_types": [MARK]}, "/event_types/0"),
    ({**CLOSED, "event_types": ["dk.maerk.advisory.nothing-happened.v1"]}, "/event_types/0"),
    ({**CLOSED, "event_types": ["dk.maerk.planning.period-closed.v1"]}, "/event_types/0"),
    ({**CLOSED, "by_field": "nothing"}, "/by_field"),
    ({**CLOSED, "by_field": "subject"}, "/by_field"),
    ({**CLOSED, "method": "sum", "sum_field": "municipality_code"}, "/sum_field"),
    ({**CLOSED, "method": "sum", "sum_field": "x; drop table facts"}, "/sum_field"),
    ({**CLOSED, "counting_types": ["dk.maerk.advisory.preparedness-plan-overdue.v1"]}, "/counting_types"),
    ({**CLOSED, "match": {"version": HUGE}}, "/match/version"),
    ({**CLOSED, "match": {"municipality_code": f"{MARK}{NUL}"}}, "/match/municipality_code"),
    ({**CLOSED, "match": {"municipality_code": [MARK]}}, "/match/municipality_code"),
    ({**CLOSED, "match": {"nothing": 1}}, "/match/nothing"),
    ({**CLOSED, "match": {MARK.upper(): 1}}, "/match"),
]
READINGS: list[tuple[Any, str]] = [
    ({"period": "2026", "value": value, "source_url": "https://example.org/x"}, "/value")
    for value in (HUGE, 1e308, "NaN", "Infinity", "1.2345", "1e-9", MARK, None, [], True, "1" * 5_000)
] + [
    ({"period": period, "value": 1, "source_url": "https://example.org/x"}, "/period")
    for period in ("0000", "9999", "2026-Q5", "2026-13", "26", "2026-Q1", MARK, "2026\0", 2026)
]
PERIODS: list[tuple[Any, str]] = [
    ({"period": period}, "/period") for period in ("0000", "0001", "9999", "9999-12", "9999-Q4", "2026-00", NUL, None)
]


def names(cases: list[tuple[Any, str]]) -> list[str]:
    """A short name for each case; the values themselves would not all fit a test's id."""
    return [f"{place}{pointer}" for place, (_, pointer) in enumerate(cases)]


async def sent(service: Inside, path: str, body: Any, *, revision: int | None = None) -> Any:
    """The answer to a body that need not be JSON that any library would write."""
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
    if revision is not None:
        headers["If-Match"] = f'"{revision}"'
    caller = service.caller("adviser", "plan_editor")
    return await caller.ask("POST", path, content=json.dumps(body).encode(), headers=headers)


async def refuses(
    service: Inside, log: Callable[[], Any], path: str, body: Any, pointer: str, *, revision: int | None = None
) -> None:
    """The body is refused where the pointer says; nothing has changed and nothing of it is logged."""
    before = await service.contents()
    answer = await sent(service, path, body, revision=revision)
    assert answer.status_code == 422, answer.text
    problem = refused(answer, 422, answer.json()["slug"])
    assert pointer in {each["pointer"][: len(pointer)] for each in problem["errors"]}, problem
    assert await service.contents() == before
    assert not service.woken
    assert MARK not in str(log())


@pytest.mark.parametrize(("body", "pointer"), RECORDS, ids=names(RECORDS))
async def test_a_plan_that_cannot_be_recorded(advisory: Inside, log_lines: Any, body: Any, pointer: str) -> None:
    await refuses(advisory, log_lines, PLANS, body, pointer)


async def test_an_adoption_on_a_day_that_cannot_be(advisory: Inside, log_lines: Any) -> None:
    plan = await advisory.caller("adviser").post(PLANS, RECORD)
    advisory.woken.clear()
    for body, pointer in ADOPTIONS:
        await refuses(advisory, log_lines, f"{PLANS}/{plan['id']}/adopt", body, pointer, revision=1)


@pytest.mark.parametrize(("body", "pointer"), ACTION_PLANS, ids=names(ACTION_PLANS))
async def test_an_action_plan_that_cannot_be(planning: Inside, log_lines: Any, body: Any, pointer: str) -> None:
    await refuses(planning, log_lines, "/v1/action-plans", body, pointer)


async def indicator(planning: Inside, **definition: Any) -> tuple[str, str]:
    """The ids of a plan and an indicator in it."""
    editor = planning.caller("plan_editor")
    plan = await editor.post("/v1/action-plans", ACTION_PLAN)
    said = {
        "plan_id": plan["id"], "code": "synthetic", "name_da": "Syntetisk", "kind": "output", "frequency": "year",
        "definition": {**DEFINE, **definition},
    }  # fmt: skip
    made = await editor.post("/v1/indicators", said)
    planning.woken.clear()
    return plan["id"], made["id"]


async def test_a_definition_that_cannot_be(planning: Inside, log_lines: Any) -> None:
    plan_id, id = await indicator(planning)
    whole = {"plan_id": plan_id, "code": "other", "name_da": "Syntetisk", "kind": "output", "frequency": "year"}
    for definition, pointer in DEFINITIONS:
        await refuses(planning, log_lines, f"/v1/indicators/{id}/redefine", definition, pointer, revision=1)
        body = {**whole, "definition": definition}
        await refuses(planning, log_lines, "/v1/indicators", body, f"/definition{pointer}")


async def test_a_reading_or_a_period_that_cannot_be(planning: Inside, log_lines: Any) -> None:
    plan_id, id = await indicator(planning)
    for body, pointer in READINGS:
        await refuses(planning, log_lines, f"/v1/indicators/{id}/readings", body, pointer)
    for body, pointer in PERIODS:
        await refuses(planning, log_lines, f"/v1/action-plans/{plan_id}/close-period", body, pointer, revision=1)


@pytest.mark.parametrize(
    ("content", "status", "slug"),
    [
        (b"{", 400, "malformed-request"),
        (b"", 422, "invalid-request"),
        (b"\xff\xfe{}", 400, "malformed-request"),
        (b'{"covers": "\xff"}', 400, "malformed-request"),
        (b"[" * 30_000, 400, "malformed-request"),
        (b'{"year": ' + b"9" * 10_000 + b"}", 400, "malformed-request"),
        (b'{"year": NaN}', 422, "invalid-request"),
    ],
    ids=["cut", "empty", "utf-16", "not utf-8", "deep", "endless number", "not a number"],
)
async def test_a_body_that_is_not_json(
    planning: Inside, log_lines: Any, content: bytes, status: int, slug: str
) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    answer = await planning.caller("plan_editor").ask("POST", "/v1/action-plans", content=content, headers=headers)
    refused(answer, status, slug)
    assert not planning.woken
    assert log_lines() == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x", None])
async def test_a_body_of_another_content_type(advisory: Inside, kind: str | None) -> None:
    headers = {"Idempotency-Key": "k"} | ({"Content-Type": kind} if kind else {})
    content = json.dumps(RECORD).encode()
    answer = await advisory.caller("adviser").ask("POST", PLANS, content=content, headers=headers)
    refused(answer, 422, "invalid-request", "")
    assert await advisory.events() == []


async def test_a_body_that_is_too_large(advisory: Inside) -> None:
    for source in ("x" * 70_000, "æ" * 40_000):
        answer = await sent(advisory, PLANS, {**RECORD, "source_url": source})
        refused(answer, 413, "body-too-large")


async def test_a_body_that_comes_without_its_length(advisory: Inside) -> None:
    async def chunks() -> Any:
        yield json.dumps(RECORD).encode()

    headers = {"Idempotency-Key": "k", "Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    answer = await advisory.caller("adviser").ask("POST", PLANS, content=chunks(), headers=headers)
    refused(answer, 411, "length-required")
    assert await advisory.events() == []


@pytest.mark.parametrize("length", ["x", "-1", "1e3", "٣", "9" * 30])
async def test_a_length_that_is_none(advisory: Inside, length: str) -> None:
    headers = {"Idempotency-Key": "k", "Content-Length": length.encode()}
    refused(await advisory.caller("adviser").ask("POST", PLANS, headers=headers), 413, "body-too-large")


async def test_unknown_ids_are_not_there(advisory: Inside, planning: Inside) -> None:
    id = uuid4()
    adviser, editor = advisory.caller("adviser"), planning.caller("plan_editor")
    for path in (f"{PLANS}/{id}",):
        refused(await adviser.ask("GET", path), 404, "preparedness-plan-missing")
        refused(await adviser.command(f"{path}/verify", revision=1), 404, "preparedness-plan-missing")
    for path, slug in (
        (f"/v1/action-plans/{id}", "action-plan-missing"),
        (f"/v1/action-plans/{id}/indicators", "action-plan-missing"),
        (f"/v1/indicators/{id}", "indicator-missing"),
        (f"/v1/indicators/{id}/readings", "indicator-missing"),
        (f"/v1/indicators/{id}/curve", "indicator-missing"),
        (f"/v1/readings/{id}/evidence", "reading-missing"),
    ):
        refused(await editor.ask("GET", path), 404, slug)
    plan_id, _ = await indicator(planning)
    said = {
        "plan_id": plan_id,
        "code": "x",
        "name_da": "X",
        "kind": "output",
        "frequency": "year",
        "definition": DEFINE,
    }
    for body, slug, pointer in (
        ({**said, "plan_id": str(id)}, "action-plan-missing", "/plan_id"),
        ({**said, "initiative_id": str(id)}, "initiative-missing", "/initiative_id"),
    ):
        refused(await editor.command("/v1/indicators", body), 404, slug, pointer)


async def test_an_initiative_of_another_plan_is_not_there(planning: Inside) -> None:
    editor = planning.caller("plan_editor")
    areas = [
        {"number": 1, "title_da": "A", "initiatives": [{"number": 1, "title_da": "B", "children_youth": "primary"}]}
    ]
    other = await editor.post("/v1/action-plans", {**ACTION_PLAN, "year": 2025, "focus_areas": areas})
    plan_id, _ = await indicator(planning)
    said = {"code": "x", "name_da": "X", "kind": "output", "frequency": "year", "definition": DEFINE}
    initiative = other["focus_areas"][0]["initiatives"][0]["id"]
    answer = await editor.command("/v1/indicators", {**said, "plan_id": plan_id, "initiative_id": initiative})
    refused(answer, 404, "initiative-missing", "/initiative_id")
    await editor.post("/v1/indicators", {**said, "plan_id": other["id"], "initiative_id": initiative})


@pytest.mark.parametrize("id", ["1", "x" * 300, "%00", "%zz", "%ff%fe", "..%2f..", "0" * 32 + "1", "%F0%9F%98%80"])
async def test_ids_of_another_form(advisory: Inside, log_lines: Any, id: str) -> None:
    answer = await advisory.caller("adviser").ask("GET", f"{PLANS}/{id}")
    assert answer.status_code in (404, 422)
    refused(answer, answer.status_code, answer.json()["slug"])
    assert log_lines() == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        (f"limit={HUGE}", "query:limit"),
        ("limit=0", "query:limit"),
        ("limit=-1", "query:limit"),
        ("limit=1&limit=x", "query:limit"),
        ("after=%00", "query:after"),
        ("after=%zz", "query:after"),
        ("region=%ff", "query:region"),
        (f"state={MARK}", "query:state"),
        ("compliant=perhaps", "query:compliant"),
        ("provenance=both", "query:provenance"),
        (f"unknown={MARK}", "query:"),
    ],
)
async def test_parameters_that_cannot_be(advisory: Inside, log_lines: Any, query: str, pointer: str) -> None:
    adviser = advisory.caller("adviser")
    refused(await adviser.ask("GET", f"{PLANS}?{query}"), 422, "invalid-request", pointer)
    assert log_lines() == []


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "%00", "", "MjAyNi0wMS0wMVQwMDowMDowMCswMDowMHx4", "0" * 201,
        "MDAwMS0wMS0wMVQwMDowMDowMCsyMzo1OXwwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA=",  # before the year 1
        "OTk5OS0xMi0zMVQyMzo1OTo1OS0yMzo1OXwwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA=",  # after the year 9999
    ],
)  # fmt: skip
async def test_a_cursor_that_nobody_gave(planning: Inside, cursor: str) -> None:
    _, id = await indicator(planning, **CLOSED)
    editor = planning.caller("plan_editor")
    [reading, _] = (await editor.get(f"/v1/indicators/{id}"))["readings"]
    answer = await editor.ask("GET", f"/v1/readings/{reading['id']}/evidence?after={cursor}")
    refused(answer, 422, answer.json()["slug"], "query:after")


async def test_a_pointer_names_places_of_the_body_and_nothing_else(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    plan = await adviser.post("/v1/preparedness-plans", {"municipality_code": "9901", "covers": ["adults"]})
    answer = await adviser.command(f"/v1/preparedness-plans/{plan['id']}/adopt", {"adopted_on": 3}, revision=1)
    assert {each["pointer"] for each in answer.json()["errors"]} == {"/adopted_on"}


async def test_the_documentation_page_fetches_nothing_from_anybody_else(advisory: Inside) -> None:
    page = await advisory.caller().ask("GET", "/docs")
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(addresses) >= 3
    for each in addresses:
        assert each.startswith("/"), each
        assert (await advisory.caller().ask("GET", each)).status_code == 200, each
