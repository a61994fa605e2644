"""One request, one transaction: what a caller may count on whatever the endpoint is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from chassis import idempotency, outbox
from chassis.runtime import Service
from chassis.web.edge import Change, Command, Edge, Query, changing, commanding, reading
from contracts.advisory import PreparednessPlanRecorded
from contracts.problems import Conflict, Forbidden, Invalid, Missing
from embedded.platform import Platform
from support.inside import Caller, Inside, inside, new_database, refused
from support.waiting import until

SECRET = "marked-6f2b"
PLANS = "/v1/preparedness-plans"
AALBORG = {"municipality_code": "0851", "covers": ["children_youth"]}


class ThingClosed(Conflict):
    """The thing is closed."""


class Said(BaseModel):
    model_config = ConfigDict(extra="forbid")

    how: str = ""


class Shown(BaseModel):
    rows: int


router = APIRouter(route_class=Edge, prefix="/v1")


async def shown(command: Command) -> Shown:
    return Shown(rows=await command.tx.fetchval("select count(*) from outbox"))


@router.post("/things", status_code=201)
async def make_thing(body: Said, command: Annotated[Command, commanding("adviser")]) -> Shown:
    """Publishes, and then does what the body says."""
    command.shows(lambda: shown(command))
    told = PreparednessPlanRecorded(
        subject=uuid4(),
        revision=1,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        provenance="synthetic",
        municipality_code="9901",
        version=1,
        covers=("adults",),
    )
    await outbox.publish(command.tx, told)
    match body.how:
        case "conflict":
            raise ThingClosed("The thing is closed.")
        case "broken":
            await command.tx.execute("select 1 / 0")
        case "invalid":
            raise Invalid("That cannot be.", pointer="/how")
        case "missing":
            raise Missing("There is no such thing.")
        case "forbidden":
            raise Forbidden("That is not yours.")
        case "wait":
            await command.tx.execute("select pg_advisory_xact_lock(1)")
        case "answer":
            return {"rows": SECRET}  # type: ignore[return-value]
        case text if text.startswith("fault"):
            raise RuntimeError(text)
        case _:
            pass
    return await shown(command)


@router.post("/things/close")
async def close_thing(change: Annotated[Change, changing("adviser")]) -> Shown:
    change.expects(7)
    return await shown(change)


@router.get("/things")
async def things(how: str, query: Annotated[Query, reading("adviser")]) -> Shown:
    """Tries to change something while reading."""
    await query.tx.execute("delete from outbox" if how == "write" else "select pg_sleep(0)")
    return Shown(rows=0)


@pytest.fixture
async def edge(postgres: Platform, advisory_template: str) -> AsyncIterator[Inside]:
    """A service that has nothing but an edge."""
    service = Service(name="advisory", title="Edge", description="", router=router)
    url = await new_database(postgres, "advisory", advisory_template)
    async with inside(service, url, at=datetime(2026, 11, 23, tzinfo=UTC)) as running:
        yield running


async def rows(edge: Inside) -> int:
    return await edge.pool.fetchval("select count(*) from outbox")


@pytest.mark.parametrize(
    ("how", "status", "slug"),
    [
        ("conflict", 409, "thing-closed"),
        ("invalid", 422, "invalid"),
        ("missing", 404, "missing"),
        ("forbidden", 403, "forbidden"),
    ],
)
@pytest.mark.rule("p/outbox", "p/problems")
async def test_a_refusal_after_a_write_leaves_nothing_and_no_event(
    edge: Inside, how: str, status: int, slug: str
) -> None:
    refused(await edge.caller("adviser").command("/v1/things", {"how": how}), status, slug)
    assert await rows(edge) == 0
    assert not edge.woken
    assert await edge.pool.fetchval("select count(*) from idempotency_keys") == 0


async def test_a_conflict_shows_the_state_without_the_refused_write(edge: Inside) -> None:
    problem = refused(await edge.caller("adviser").command("/v1/things", {"how": "conflict"}), 409, "thing-closed")
    assert problem["current"] == {"rows": 0}


async def test_a_fault_leaves_nothing_is_logged_once_and_keeps_its_text_to_itself(
    edge: Inside, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    answer = await edge.caller("adviser").command("/v1/things", {"how": f"fault {SECRET}"})
    refused(answer, 500, "fault")
    assert SECRET not in answer.text
    assert await rows(edge) == 0
    assert not edge.woken
    [line] = log_lines()
    assert (line["event"], line["route"], line["fault"]) == ("fault", "/v1/things", "builtins.RuntimeError")
    assert SECRET not in str(line)


@pytest.mark.parametrize("how", ["broken", "answer"])
async def test_a_statement_that_fails_and_an_answer_of_the_wrong_form_are_faults(edge: Inside, how: str) -> None:
    answer = await edge.caller("adviser").command("/v1/things", {"how": how})
    refused(answer, 500, "fault")
    assert SECRET not in answer.text
    assert await rows(edge) == 0


async def test_the_relay_is_woken_when_a_command_has_been_committed_and_not_before(edge: Inside) -> None:
    await edge.caller("adviser").post("/v1/things", {})
    assert edge.woken == [None]


async def test_a_reading_request_cannot_change_anything(edge: Inside) -> None:
    await edge.caller("adviser").post("/v1/things", {})
    refused(await edge.caller("adviser").ask("GET", "/v1/things", params={"how": "write"}), 500, "fault")
    assert await rows(edge) == 1


@pytest.mark.rule("p/auth")
async def test_a_route_that_does_not_say_who_may_call_it_cannot_be_written() -> None:
    async def open_to_all() -> None: ...

    with pytest.raises(TypeError, match="who may call it"):
        router.get("/v1/open")(open_to_all)
    with pytest.raises(TypeError, match="who may call it"):

        @router.get("/v1/nobody")
        async def nobody(query: Annotated[Query, reading()]) -> None: ...


@pytest.mark.rule("p/idempotency")
async def test_a_command_repeated_under_its_key_is_carried_out_once_and_answered_twice(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    first = await adviser.command(PLANS, AALBORG, key="once")
    again = await adviser.command(PLANS, AALBORG, key="once")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert {name: again.headers[name] for name in ("etag", "location", "content-type")} == {
        name: first.headers[name] for name in ("etag", "location", "content-type")
    }
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await advisory.events() == ["preparedness-plan-recorded"]


async def test_the_answer_is_repeated_although_the_thing_has_changed_since(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    first = await adviser.post(PLANS, AALBORG, key="once")
    await adviser.post(f"{PLANS}/{first['id']}/adopt", {"adopted_on": "2026-01"}, revision=1)
    assert await adviser.post(PLANS, AALBORG, key="once") == first


@pytest.mark.parametrize(
    "other", [{"municipality_code": "0101", "covers": ["adults"]}, {**AALBORG, "covers": ["adults"]}]
)
async def test_a_key_that_was_used_for_another_body_is_refused(advisory: Inside, other: dict[str, Any]) -> None:
    adviser = advisory.caller("adviser")
    await adviser.post(PLANS, AALBORG, key="once")
    refused(await adviser.command(PLANS, other, key="once"), 422, "idempotency-key-reused")
    assert len(await advisory.events()) == 1


async def test_a_key_that_was_used_for_another_revision_is_refused(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = f"{PLANS}/{(await adviser.post(PLANS, AALBORG))['id']}/adopt"
    await adviser.post(path, {"adopted_on": "2026-01"}, revision=1, key="once")
    answer = await adviser.command(path, {"adopted_on": "2026-01"}, revision=2, key="once")
    refused(answer, 422, "idempotency-key-reused")


async def test_the_same_key_on_another_route_or_thing_is_another_key_or_refused(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    first = await adviser.post(PLANS, AALBORG, key="once")
    second = await adviser.post(PLANS, {**AALBORG, "municipality_code": "0101"})
    body = {"adopted_on": "2026-01"}
    await adviser.post(f"{PLANS}/{first['id']}/adopt", body, revision=1, key="once")
    answer = await adviser.command(f"{PLANS}/{second['id']}/adopt", body, revision=1, key="once")
    refused(answer, 422, "idempotency-key-reused")


async def test_keys_of_two_principals_are_independent(advisory: Inside) -> None:
    await advisory.caller("adviser", subject="one").post(PLANS, AALBORG, key="once")
    other = {**AALBORG, "municipality_code": "0101"}
    assert (await advisory.caller("adviser", subject="two").post(PLANS, other, key="once"))[
        "municipality_code"
    ] == "0101"


async def test_a_refused_request_may_be_repeated_under_its_key_with_another_body(edge: Inside) -> None:
    adviser = edge.caller("adviser")
    refused(await adviser.command("/v1/things", {"how": "invalid"}, key="once"), 422, "invalid")
    assert (await adviser.command("/v1/things", {}, key="once")).status_code == 201


async def test_two_at_once_under_one_key_are_carried_out_once(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    answers = await asyncio.gather(*(adviser.command(PLANS, AALBORG, key="once") for _ in range(5)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.content for each in answers}) == 1
    assert sum("idempotency-replayed" in each.headers for each in answers) == 4
    assert await advisory.events() == ["preparedness-plan-recorded"]


async def test_a_repeat_that_waited_too_long_for_the_first_is_told_so(edge: Inside) -> None:
    first = await asyncpg.connect(edge.url)
    async with first.transaction():
        await first.execute(
            "insert into idempotency_keys (principal, route, key, request_hash)"
            " values ('tester', 'POST /v1/things', 'once', '')"
        )
        refused(await edge.caller("adviser").command("/v1/things", {}, key="once"), 409, "request-in-progress")
    await first.close()
    assert await rows(edge) == 0


@pytest.mark.rule("p/idempotency")
async def test_answers_are_kept_for_24_hours_and_not_longer(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    await adviser.post(PLANS, AALBORG, key="once")
    age = "update idempotency_keys set created_at = clock_timestamp() - $1::interval"
    await advisory.pool.execute(age, timedelta(hours=23, minutes=59))
    await idempotency.forget(advisory.pool)
    assert "idempotency-replayed" in (await adviser.command(PLANS, AALBORG, key="once")).headers
    await advisory.pool.execute(age, timedelta(hours=24, seconds=1))
    refused(await adviser.command(PLANS, AALBORG, key="once"), 409, "plan-already-recorded")
    await idempotency.forget(advisory.pool)
    assert await advisory.pool.fetchval("select count(*) from idempotency_keys") == 0


async def test_a_command_without_a_key_is_refused(advisory: Inside) -> None:
    answer = await advisory.caller("adviser").ask("POST", PLANS, json=AALBORG)
    refused(answer, 400, "idempotency-key-missing")


@pytest.mark.parametrize("key", ["", "with space", "æ", "x" * 201])
async def test_a_key_of_another_form_is_refused(advisory: Inside, key: str) -> None:
    headers = {"Idempotency-Key": key.encode()}
    answer = await advisory.caller("adviser").ask("POST", PLANS, json=AALBORG, headers=headers)
    refused(answer, 422, "invalid-request", "header:Idempotency-Key")


async def test_a_change_without_if_match_is_refused(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    plan = await adviser.post(PLANS, AALBORG)
    answer = await adviser.command(f"{PLANS}/{plan['id']}/adopt", {"adopted_on": "2026-01"})
    refused(answer, 428, "if-match-missing")


@pytest.mark.rule("p/if-match")
async def test_a_stale_if_match_is_refused_with_the_current_state_and_its_tag(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    plan = await adviser.post(PLANS, AALBORG)
    path = f"{PLANS}/{plan['id']}"
    adopted = await adviser.post(f"{path}/adopt", {"adopted_on": "2026-01"}, revision=1)
    answer = await adviser.command(f"{path}/publish", {"published_url": "https://example.org/plan"}, revision=1)
    assert refused(answer, 412, "state-changed")["current"] == adopted == await adviser.get(path)
    assert answer.headers["etag"] == '"2"'
    assert len(await advisory.events()) == 2


@pytest.mark.parametrize("tag", ["3", 'W/"3"', "*", '"x"', '"1", "2"', '"9999999999999999999"', '"-1"'])
async def test_an_if_match_of_another_form_is_refused(edge: Inside, tag: str) -> None:
    answer = await edge.caller("adviser").ask(
        "POST", "/v1/things/close", headers={"Idempotency-Key": "k", "If-Match": tag}
    )
    refused(answer, 422, "invalid-request", "header:If-Match")


@pytest.mark.rule("p/if-match")
async def test_of_two_changes_meant_for_one_revision_one_is_made(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = f"{PLANS}/{(await adviser.post(PLANS, AALBORG))['id']}/adopt"
    answers = await asyncio.gather(*(adviser.command(path, {"adopted_on": "2026-01"}, revision=1) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [200, 412, 412, 412]
    assert len(await advisory.events()) == 2


async def test_nobody_without_a_token_is_answered_and_the_challenge_names_no_error(advisory: Inside) -> None:
    answer = await Caller(advisory.client, None).ask("GET", PLANS)
    refused(answer, 401, "token-missing")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_bad_token_is_refused_with_its_reason(advisory: Inside) -> None:
    answer = await Caller(advisory.client, "no.token.atall").ask("GET", PLANS)
    problem = refused(answer, 401, "token-malformed")
    assert "no.token" not in answer.text
    assert f'error_description="{problem["slug"]}"' in answer.headers["www-authenticate"]


async def test_a_role_that_may_only_read_changes_nothing(advisory: Inside) -> None:
    refused(await advisory.caller("operator").command(PLANS, AALBORG), 403, "role-missing")
    refused(await advisory.caller("partner").ask("GET", PLANS), 403, "role-missing")
    assert await advisory.events() == []


async def test_when_the_database_is_away_the_caller_is_asked_to_come_again(
    advisory: Inside, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    await advisory.pool.close()
    for answer in (
        await advisory.caller("adviser").ask("GET", PLANS),
        await advisory.caller("adviser").command(PLANS, AALBORG),
    ):
        refused(answer, 503, "not-now")
        assert int(answer.headers["retry-after"]) > 0
    ready = await advisory.client.get("/readyz")
    assert ready.status_code == 503
    flows = await advisory.client.get("/pipelinez")
    assert (flows.status_code, flows.json()["reasons"]) == (503, ["The database is away."])
    assert (await advisory.client.get("/livez")).status_code == 200
    assert {line["event"] for line in log_lines()} == {"request not served"}


async def test_a_connection_that_is_cut_in_the_middle_leaves_nothing_and_can_be_repeated(edge: Inside) -> None:
    adviser = edge.caller("adviser")
    async with edge.pool.acquire() as holder, holder.transaction():
        await holder.execute("select pg_advisory_xact_lock(1)")
        first = asyncio.ensure_future(adviser.command("/v1/things", {"how": "wait"}, key="once"))

        async def cut() -> bool:
            return await edge.pool.fetchval(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where wait_event = 'advisory' and datname = current_database()"
            )

        await until(cut)
        refused(await first, 503, "not-now")
    assert await rows(edge) == 0
    assert (await adviser.command("/v1/things", {"how": "wait"}, key="once")).status_code == 201


async def test_unknown_addresses_and_methods_are_problems(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    for path in ("/", "/v1", "/v1/nothing", f"{PLANS}/", "/v1/%ff", "/v1/%zz", "/openapi", "/docs/oauth2-redirect"):
        refused(await adviser.ask("GET", path), 404, "not-found")
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        answer: httpx2.Response = await adviser.ask(method, PLANS)
        refused(answer, 405, "method-not-allowed")
        assert answer.headers["allow"]
