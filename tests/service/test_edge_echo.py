"""No problem repeats what was sent, no key that identifies anybody is kept, and no address breaks a service."""

from typing import Any
from uuid import uuid4

import pytest

from support.inside import Inside, refused

CPR, MAIL = "010170-1234", "anna@mail.dk"
EXTREMES = ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00%2B14:00", "2200-01-01T00:00:00Z", "1999-12-31T23:59:59Z")
PLANS = "/v1/preparedness-plans"

pytestmark = pytest.mark.rule("p/problems")


def silent(answer: Any, status: int) -> Any:
    """The problem, which says nothing of what was sent."""
    assert answer.status_code == status, answer.text
    for each in (CPR, "1234", MAIL, "anna", "%40"):
        assert each not in answer.text
    return answer.json()


async def test_a_path_that_is_none_is_not_repeated(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    assert "instance" not in silent(await adviser.ask("GET", f"/v1/nothing/{CPR}/{MAIL}"), 404)
    problem = silent(await adviser.ask("GET", f"{PLANS}/{CPR}:{MAIL}"), 422)
    assert problem["instance"] == f"{PLANS}/{{id}}"
    assert [each["pointer"] for each in problem["errors"]] == ["path:id"]
    id = uuid4()
    problem = silent(await adviser.ask("GET", f"{PLANS}/{id}?{CPR}={MAIL}"), 404)
    assert problem["instance"] == f"{PLANS}/{id}"
    assert silent(await adviser.ask("PUT", f"{PLANS}/{CPR}"), 405)["slug"] == "method-not-allowed"


async def test_a_field_that_nobody_asked_for_is_not_repeated(advisory: Inside, planning: Inside) -> None:
    adviser, editor = advisory.caller("adviser"), planning.caller("plan_editor")
    body = {"municipality_code": "0851", "covers": ["adults"], CPR: MAIL, "anna": 1}
    problem = silent(await adviser.command(PLANS, body), 422)
    assert problem["errors"] == [{"pointer": "", "detail": "Here is a field that nobody has asked for."}]
    problem = silent(await adviser.ask("GET", f"{PLANS}?{CPR}={MAIL}&anna=1"), 422)
    assert problem["errors"] == [{"pointer": "query:", "detail": "Here is a field that nobody has asked for."}]
    plan = {"year": 2026, "title_da": "Syntetisk", "provenance": "synthetic"}
    areas = [{"number": 1, "title_da": "A", CPR: 1}]
    problem = silent(await editor.command("/v1/action-plans", {**plan, "focus_areas": areas}), 422)
    assert [each["pointer"] for each in problem["errors"]] == ["/focus_areas/0"]
    define = {"text_da": "Syntetisk", "method": "manual", "match": {CPR: MAIL}}
    body = {"frequency": "year", "definition": define}
    problem = silent(await editor.command("/v1/indicators/preview", body), 422)
    assert {each["pointer"] for each in problem["errors"]} == {"/definition/match"}
    report = {"kind": f"{CPR} {MAIL}", "sender": "ministry:synthetic", "about": str(uuid4())}
    authority = planning.caller("initiative_owner", organisations=["ministry:synthetic"])
    silent(await authority.command("/v1/partner-reports", report), 422)


@pytest.mark.parametrize("key", [f"{CPR}:{MAIL}", CPR, MAIL, "plan-20123456", "19700101-1234"])
async def test_a_key_that_identifies_somebody_is_refused_and_not_kept(advisory: Inside, key: str) -> None:
    body = {"municipality_code": "0851", "covers": ["adults"]}
    before = await advisory.contents()
    answer = await advisory.caller("adviser").command(PLANS, body, key=key)
    refused(answer, 422, "invalid-request", "header:Idempotency-Key")
    assert key not in answer.text
    assert await advisory.contents() == before


@pytest.mark.parametrize("moment", EXTREMES)
async def test_a_moment_at_the_end_of_time_is_refused(advisory: Inside, moment: str) -> None:
    adviser = advisory.caller("adviser")
    for path in ("/v1/who-to-call", "/v1/who-to-call/professionals"):
        answer = await adviser.ask("GET", f"{path}?municipality_code=0101&acute=true&at={moment}")
        refused(answer, 422, "invalid-request", "query:at")
    answer = await adviser.ask("GET", f"{PLANS}/standing?on=2026-01-01&known_at={moment}")
    refused(answer, 422, "invalid-request", "query:known_at")
    answer = await adviser.ask("GET", f"{PLANS}/trend?first=2026-01-01&known_at={moment}")
    refused(answer, 422, "invalid-request", "query:known_at")


@pytest.mark.parametrize("moment", ["2000-01-01T00:00:00Z", "2199-12-31T23:59:59Z", "2199-12-31T23:59:59-14:00"])
async def test_the_first_and_the_last_moment_are_answered(advisory: Inside, moment: str) -> None:
    adviser = advisory.caller("adviser")
    for path in (f"/v1/who-to-call?municipality_code=0101&acute=true&at={moment}", f"{PLANS}/standing?on=2026-01-01"):
        answer = await adviser.ask("GET", path)
        assert answer.status_code < 500, answer.text


@pytest.mark.parametrize("code", ["0411", "0000", "9999", CPR, ""])
async def test_whoever_asks_whom_to_call_wrongly_is_still_told_112_and_114(advisory: Inside, code: str) -> None:
    for caller, path in (
        (advisory.caller(), "/v1/who-to-call"),
        (advisory.caller("adviser"), "/v1/who-to-call/professionals"),
    ):
        problem = refused(
            await caller.ask("GET", f"{path}?municipality_code={code}&acute=true"), 422, "invalid-request"
        )
        for said in (problem["detail"], problem["da"]["detail"]):
            assert "112" in said
            assert "114" in said
    unknown = refused(await advisory.caller().ask("GET", "/v1/who-to-call/professionals"), 403, "role-missing")
    assert "112" in unknown["da"]["detail"]


@pytest.mark.parametrize("sign", ["%00", "a%01", "%EF%BF%BE", "%0A", "%E2%80%AE"])
async def test_a_sign_that_nobody_can_read_is_refused_in_every_address(
    advisory: Inside, planning: Inside, sign: str
) -> None:
    editor, adviser = planning.caller("plan_editor"), advisory.caller("adviser")
    for caller, path, name in (
        (editor, "/v1/decisions", "responsible"), (editor, "/v1/partner-reports", "sender"),
        (adviser, "/v1/directory-entries", "area"), (adviser, PLANS, "after"),
    ):  # fmt: skip
        answer = await caller.ask("GET", f"{path}?{name}={sign}")
        refused(answer, 422, "invalid-request", f"query:{name}")
    refused(await adviser.ask("GET", f"{PLANS}/{sign}"), 422, "invalid-request", "path:id")
