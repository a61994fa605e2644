"""Advisory processes over HTTP, and the quarter's contact of a municipality."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from chassis import deadlines
from support.inside import Caller, Inside, inside, refused

PROCESSES = "/v1/processes"
PLAN: dict[str, Any] = {"municipality_code": "0851", "kind": "preparedness_plan", "children_youth": "primary"}
SCOPE = ("scope", {"goals": ["Planen er klar til kommunalbestyrelsen"]})
AGREE = ("agree", {"lead": "travel_team"})
PAUSE = ("pause", {"reason": "Kommunen afventer budgettet"})
DELIVER = ("deliver", {"kind": "preparedness_plan", "what": "Udkast til revideret plan"})
COMPLETE: tuple[str, Any] = ("complete", {})
FOLLOW_UP = ("follow-up", {"effect": "partly"})
VISIT: dict[str, Any] = {
    "held_on": "2026-11-20",
    "form": "visit",
    "participant_count": 12,
    "profession_groups": ["leader", "social_worker"],
    "topics": ["preparedness_plan"],
    "duration_min": 180,
    "travel_min": 90,
    "minutes": "Kommunen skriver udkastet, Rejseholdet læser det.",
}
ENQUIRY: dict[str, Any] = {
    "municipality_code": "0851",
    "channel": "phone",
    "requester": "municipality_social",
    "topics": ["exit_support"],
    "is_case_specific": False,
    "concerns_minor": "no",
    "urgency": "normal",
}
NEW_YEAR = datetime(2026, 12, 31, 23, tzinfo=UTC)  # midnight in Denmark


async def told(service: Inside, stream: str = "internal") -> list[tuple[str, dict[str, Any], dict[str, str]]]:
    """What waits in an outbox: the type's own part, the data, the headers."""
    rows = await service.pool.fetch("select headers, payload from outbox where stream = $1 order by id", stream)
    return [(row["headers"]["ce_type"].split(".")[3], orjson.loads(row["payload"]), row["headers"]) for row in rows]


async def tried(adviser: Caller, path: str, step: str, said: Any = None) -> Any:
    """The answer when this step is tried."""
    return await adviser.command(f"{path}/{step}", said, revision=(await adviser.get(path))["revision"])


async def go(adviser: Caller, path: str, *steps: str | tuple[str, Any]) -> Any:
    """The process after these steps."""
    for each in steps:
        step, said = each if isinstance(each, tuple) else (each, None)
        answer = await tried(adviser, path, step, said)
        assert answer.status_code == 200, answer.text
    return await adviser.get(path)


async def request(adviser: Caller, **said: Any) -> str:
    """The address of a new process."""
    return f"{PROCESSES}/{(await adviser.post(PROCESSES, {**PLAN, **said}))['id']}"


@pytest.mark.rule(
    "c.1/state:process", "c.1/event:process-agreed", "c.1/event:process-completed", "c.1/event:process-followed-up",
    "c.1/event:visit-held",
)  # fmt: skip
async def test_a_process_goes_from_wish_to_follow_up_and_partners_hear_of_it(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await request(adviser)
    done = await go(
        adviser, path, SCOPE, AGREE, "start", ("hold-visit", VISIT), PAUSE, "resume", DELIVER, COMPLETE,
    )  # fmt: skip
    assert (done["completed_on"], done["follow_up_due_on"]) == ("2026-11-23", "2027-05-23")
    advisory.watch.put(datetime(2027, 5, 23, tzinfo=UTC))
    done = await go(adviser, path, FOLLOW_UP)
    assert (done["state"], done["effect"], done["visits"]) == ("followed_up", "partly", [VISIT])
    names = ["process-agreed", "visit-held", "process-completed", "process-followed-up"]
    assert [each[0] for each in await told(advisory)] == [*names, "process-effect-assessed"]
    assert [each[0] for each in await told(advisory, "public")] == names
    held = {name: VISIT[name] for name in ("held_on", "form", "participant_count", "profession_groups")}
    assert (await told(advisory))[1][1] == {"municipality_code": "0851", "children_youth": "primary", **held}
    assert (await told(advisory))[-1][1] == {
        "municipality_code": "0851", "kind": "preparedness_plan", "effect": "partly", "months_after": 6,
    }  # fmt: skip


@pytest.mark.rule("p/disclosure")
async def test_of_a_visit_to_few_people_their_professions_are_told_to_nobody(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    few, enough = {**VISIT, "participant_count": 4}, {**VISIT, "participant_count": 5}
    path = await request(adviser)
    done = await go(adviser, path, SCOPE, AGREE, "start", ("hold-visit", few), ("hold-visit", enough))
    assert done["visits"] == [few, enough], "those who advise see what they wrote"
    for stream in ("internal", "public"):
        visits = [data for name, data, _ in await told(advisory, stream) if name == "visit-held"]
        assert [each["profession_groups"] for each in visits] == [[], VISIT["profession_groups"]]


@pytest.mark.rule("c.1/confidential-process", "a.12/case-derived")
@pytest.mark.parametrize("why", ["exit", "enquiry"])
async def test_what_concerns_exit_or_began_with_an_enquiry_is_told_without_place_and_day(
    advisory: Inside, why: str
) -> None:
    adviser = advisory.caller("adviser")
    enquiry = await adviser.post("/v1/enquiries", ENQUIRY)
    said = {"kind": "exit_setup"} if why == "exit" else {"enquiry_id": enquiry["id"]}
    path = await request(adviser, **said)
    done = await go(adviser, path, SCOPE, AGREE, "start", ("hold-visit", VISIT), DELIVER, COMPLETE)
    assert done["is_confidential"] is True
    advisory.watch.put(datetime(2027, 7, 1, tzinfo=UTC))
    await go(adviser, path, FOLLOW_UP)
    events = (await told(advisory))[1:]
    assert [each[0].removeprefix("confidential-process-") for each in events] == ["agreed", "completed", "followed-up"]
    assert [each[2]["ce_time"][:10] for each in events] == ["2026-10-01", "2026-10-01", "2027-07-01"]
    for _, data, _ in events:
        assert data["region"] == "nordjylland"
        assert "0851" not in str(data)
    assert await told(advisory, "public") == []


@pytest.mark.rule("c.1/process")
async def test_a_process_is_not_completed_without_a_result_or_a_reason(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await request(adviser)
    await go(adviser, path, SCOPE, AGREE, "start")
    problem = refused(await tried(adviser, path, "complete", {}), 409, "deliverable-missing")
    assert problem["da"]["title"] == "Resultat eller begrundelse mangler"
    assert (await adviser.get(path))["state"] == "running"
    assert (await go(adviser, path, ("complete", {"reason": "Behovet faldt bort"})))["state"] == "completed"


@pytest.mark.rule("c.1/state:process")
async def test_a_process_takes_no_step_out_of_order_and_ends_early_only_with_a_reason(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await request(adviser)
    for step, said in (
        AGREE,
        ("start", None),
        PAUSE,
        ("resume", None),
        FOLLOW_UP,
        ("hold-visit", VISIT),
        ("change-scope", {"goals": ["x"], "reason": "x"}),
        ("plan-visit", {"planned_on": "2026-12-01", "form": "visit"}),
        ("call-off-visit", {"place": 1, "reason": "x"}),
        ("set-milestone", {"goal": "x", "due_on": "2026-12-01"}),
        ("meet-milestone", {"place": 1}),
        ("drop-milestone", {"place": 1, "reason": "x"}),
        DELIVER,
        ("postpone-follow-up", {"to": "2027-12-01", "reason": "x"}),
        ("complete", {"reason": "x"}),
        ("cancel", {"reason": "x"}),
    ):
        refused(await tried(adviser, path, step, said), 409, "step-out-of-order")
    refused(await tried(adviser, path, "decline", {}), 422, "invalid-request", "/reason")
    assert (await go(adviser, path, ("decline", {"reason": "Ikke en opgave for Rejseholdet"})))["state"] == "declined"
    other = await request(adviser)
    cancelled = await go(adviser, other, SCOPE, AGREE, ("cancel", {"reason": "Kommunen trak sig"}))
    assert (cancelled["state"], cancelled["reason"]) == ("cancelled", "Kommunen trak sig")
    refused(await tried(adviser, other, "start"), 409, "step-out-of-order")


async def test_a_visit_is_not_held_tomorrow_and_an_enquiry_is_of_the_same_municipality(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await request(adviser)
    await go(adviser, path, SCOPE, AGREE, "start")
    tomorrow = {**VISIT, "held_on": "2026-11-24"}
    refused(await tried(adviser, path, "hold-visit", tomorrow), 422, "visit-not-yet-held", "/held_on")
    enquiry = await adviser.post("/v1/enquiries", ENQUIRY)
    body = {**PLAN, "municipality_code": "0101", "enquiry_id": enquiry["id"]}
    refused(await adviser.command(PROCESSES, body), 422, "enquiry-of-another-municipality", "/enquiry_id")


@pytest.mark.rule("c.1/enquiry-readers")
async def test_nobody_but_those_who_advise_can_tell_that_a_process_is_there(advisory: Inside) -> None:
    path = await request(advisory.caller("adviser"), kind="exit_setup")
    outsider = advisory.caller("municipal_key_person", municipality_codes=["0851"])
    refused(await outsider.ask("GET", path), 404, "not-for-you")
    refused(await outsider.ask("GET", PROCESSES), 404, "not-for-you")
    refused(await outsider.command(f"{path}/scope", SCOPE[1], revision=1), 404, "not-for-you")


async def test_processes_are_listed_by_state_and_municipality(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    paths = [await request(adviser, municipality_code=code) for code in ("0851", "0851", "0101", "9901")]
    await go(adviser, paths[0], SCOPE)
    first = await adviser.get(PROCESSES, limit=2)
    rest = await adviser.get(PROCESSES, limit=2, after=first["next"])
    assert (first["total"], len(first["items"]), len(rest["items"]), rest["next"]) == (3, 2, 1, None)
    assert (await adviser.get(PROCESSES, state="scoped"))["total"] == 1
    assert (await adviser.get(PROCESSES, municipality_code="0851"))["total"] == 2


@pytest.mark.rule("c.1/contacted")
async def test_a_municipality_is_told_as_contacted_once_at_the_quarters_end(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    for _ in range(3):
        await adviser.post("/v1/enquiries", ENQUIRY)
    await go(adviser, await request(adviser), SCOPE, AGREE, "start", ("hold-visit", VISIT))
    await adviser.post("/v1/enquiries", {**ENQUIRY, "municipality_code": "9901"})
    await adviser.post("/v1/enquiries", {**ENQUIRY, "municipality_code": "0101", "requester": "police"})
    await adviser.post("/v1/enquiries", {**ENQUIRY, "municipality_code": "0253", "requester": "citizen"})
    await advisory.pass_time(NEW_YEAR - timedelta(microseconds=1))
    assert "municipality-contacted" not in await advisory.events()
    async with inside(advisory.service, advisory.url, at=NEW_YEAR) as other:
        await asyncio.gather(
            *(
                deadlines.act_on_next(each.pool, each.service.deadlines, clock=other.watch)
                for each in (advisory, other) * 3
            )
        )
        await other.pass_time(NEW_YEAR)
    await advisory.pass_time(NEW_YEAR + timedelta(days=200))
    contacted = [each for each in await told(advisory) if each[0] == "municipality-contacted"]
    assert sorted((data["municipality_code"], data["quarter"]) for _, data, _ in contacted) == [
        ("0851", "2026-Q4"),
        ("9901", "2026-Q4"),
    ]
    assert {headers["ce_time"] for _, _, headers in contacted} == {"2026-12-31T23:00:00Z"}
    assert {data["municipality_code"]: headers["ce_provenance"] for _, data, headers in contacted} == {
        "0851": "actual",
        "9901": "synthetic",
    }
    assert len({headers["ce_subject"] for _, _, headers in contacted}) == 2


@pytest.mark.rule("c.1/contacted")
async def test_what_comes_to_be_known_after_the_quarter_is_told_once_too(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await request(adviser)
    await go(adviser, path, SCOPE, AGREE, "start", ("hold-visit", {**VISIT, "held_on": "2026-09-30"}))
    await advisory.pass_time(advisory.watch.at)
    await go(adviser, path, ("hold-visit", {**VISIT, "held_on": "2026-09-29"}))
    await advisory.pass_time(NEW_YEAR)
    contacted = [each for each in await told(advisory) if each[0] == "municipality-contacted"]
    assert [data["quarter"] for _, data, _ in contacted] == ["2026-Q3", "2026-Q4"]
