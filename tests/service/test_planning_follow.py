"""Progress as it happens: nobody misses a state, whoever restarts, however many instances, however slow they are."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from chassis.web.follow import Pace
from contracts.advisory import EnquiryRegistered, PreparednessPlanPublished
from embedded.platform import Platform
from planning.__main__ import LISTENS, SERVICE
from support.figures import CODES, PUBLISHED, event, moment, written
from support.following import Follower, Told, followed, served
from support.initiatives import MINISTRY, enter
from support.inside import ISSUER, Inside, inside, new_database, refused
from support.waiting import until
from support.wire import Wire

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
QUICK = Pace(look_s=0.05, beat_s=0.2, stall_s=0.5)
QUIET = Pace(look_s=0.05)


@dataclass
class Stage:
    """A plan with one figure, and as many instances of planning as are asked for, on one database."""

    database: str
    plan: str = ""
    one: str = ""
    wire: Wire = field(default_factory=written)
    told: int = 0

    @property
    def path(self) -> str:
        return f"/v1/action-plans/{self.plan}/progress/follow"

    @asynccontextmanager
    async def instance(self, pace: Pace = QUIET) -> AsyncIterator[tuple[Inside, str]]:
        """One instance and its address."""
        async with inside(SERVICE, self.database, at=NOW, pace=pace) as planning, served(planning.app) as url:
            yield planning, url

    @asynccontextmanager
    async def follow(self, url: str, *, last: str | None = None, **claims: Any) -> AsyncIterator[Follower]:
        """Somebody who plans, and follows."""
        token = ISSUER.token("plan_editor", service="planning", **claims)
        async with followed(f"{url}{self.path}", token, last=last) as follower:
            yield follower

    async def publish(self, planning: Inside, count: int = 1) -> None:
        """So many more municipalities have published a plan."""
        codes = CODES[self.told : self.told + count]
        self.told += count
        self.wire.tell([event(PreparednessPlanPublished, code, 1, "2026-02-01T00:00:00") for code in codes])
        await self.wire.deliver(planning.pool, LISTENS)


@pytest.fixture
async def stage(postgres: Platform, planning_template: str) -> Stage:
    made = Stage(await new_database(postgres, "planning", planning_template))
    made.wire = Wire("maerk.internal.advisory")
    async with inside(SERVICE, made.database, at=NOW) as planning:
        editor = planning.caller("plan_editor")
        await enter(editor, MINISTRY)
        part = {"number": 1, "title_da": "Syntetisk", "responsible_authority": MINISTRY}
        area = {"number": 1, "title_da": "Syntetisk område", "initiatives": [part]}
        said = {"year": 2026, "title_da": "Syntetisk plan", "provenance": "synthetic", "focus_areas": [area]}
        plan = await editor.post("/v1/action-plans", said)
        made.plan, made.one = plan["id"], plan["focus_areas"][0]["initiatives"][0]["id"]
        definition = {"text_da": "Syntetisk", "method": "event_count", "event_types": [PUBLISHED]}
        figure = {"plan_id": made.plan, "name_da": "Syntetisk", "kind": "output", "frequency": "year"}
        await editor.post("/v1/indicators", {**figure, "code": "plans", "definition": definition})
        counts = {**definition, "event_types": [EnquiryRegistered.type]}
        await editor.post("/v1/indicators", {**figure, "code": "cases", "definition": counts})
    return made


def value(told: Told | None) -> int:
    """The figure in a message."""
    assert told is not None
    [figure] = [each for each in told.data["figures"] if (each["code"], each["provenance"]) == ("plans", "actual")]
    return int(figure["value"])


async def heard(follower: Follower, wanted: int, within: float = 10) -> Told:
    """The message in which the figure is what is wanted; until then it only grows."""
    before = 0
    async with asyncio.timeout(within):
        while True:
            told = await follower.next()
            assert told is not None
            assert before <= value(told) <= wanted
            before = value(told)
            if before == wanted:
                return told


@pytest.mark.rule("c.5/live")
async def test_a_follower_is_told_the_whole_and_then_only_what_has_changed(stage: Stage) -> None:
    async with stage.instance() as (planning, url), stage.follow(url) as follower:
        assert (follower.answer.status_code, follower.answer.headers["content-type"].split(";")[0]) == (
            200, "text/event-stream",
        )  # fmt: skip
        assert (follower.answer.headers["cache-control"], follower.answer.headers["x-accel-buffering"]) == (
            "no-store", "no",
        )  # fmt: skip
        first = await follower.next()
        assert first is not None
        editor = planning.caller("plan_editor")
        assert (first.event, first.data) == ("whole", await editor.get(f"/v1/action-plans/{stage.plan}/progress"))
        await stage.publish(planning)
        second = await heard(follower, 1)
        assert (second.event, second.data["initiatives"], len(second.data["figures"])) == ("changed", [], 1)
        await editor.post(f"/v1/initiatives/{stage.one}/advance", {"status": "launched"}, revision=1)
        third = await follower.next()
        assert third is not None
        assert (third.event, third.data["figures"], third.data["state_counts"]) == ("changed", [], {"launched": 1})
        assert [each["state"] for each in third.data["initiatives"]] == ["launched"]
        more = {"number": 2, "title_da": "Syntetisk"}
        await editor.post(f"/v1/action-plans/{stage.plan}/initiatives", more)
        fourth = await follower.next()
        assert fourth is not None
        assert fourth.event == "whole", "where things stand has changed"
        assert len({each.id for each in (first, second, third, fourth)}) == 4


@pytest.mark.rule("c.5/live")
async def test_who_comes_back_with_the_present_state_is_told_nothing_until_it_changes(stage: Stage) -> None:
    async with AsyncExitStack() as first_life:
        planning, url = await first_life.enter_async_context(stage.instance())
        follower = await first_life.enter_async_context(stage.follow(url))
        first = await follower.next()
        assert first is not None
    async with stage.instance(QUICK) as (planning, url), stage.follow(url, last=first.id) as follower:
        blocks = [await follower.block() for _ in range(3)]
        assert ["retry" in (each or {}) for each in blocks] == [True, False, False]
        assert blocks[1:] == [{"": "ping"}] * 2
        await stage.publish(planning)
        assert (await heard(follower, 1)).event == "changed"


@pytest.mark.rule("c.5/live")
async def test_who_was_away_while_it_changed_is_told_the_whole_by_whatever_instance(stage: Stage) -> None:
    async with stage.instance() as (one, first_url), stage.instance() as (_, second_url):
        async with stage.follow(first_url) as follower:
            first = await follower.next()
            assert first is not None
        await stage.publish(one, 2)
        async with stage.follow(second_url, last=first.id) as follower:
            again = await follower.next()
            assert again is not None
            assert (again.event, value(again)) == ("whole", 2)


@pytest.mark.rule("c.5/live")
async def test_an_instance_never_tells_an_older_state_than_the_follower_has_seen_elsewhere(stage: Stage) -> None:
    slow = Pace(look_s=30)
    async with AsyncExitStack() as open_ones:
        one, quick_url = await open_ones.enter_async_context(stage.instance())
        _, slow_url = await open_ones.enter_async_context(stage.instance(slow))
        old, new = [await open_ones.enter_async_context(stage.follow(each)) for each in (slow_url, quick_url)]
        assert [(await each.next() is None) for each in (old, new)] == [False, False]
        await stage.publish(one)
        seen = await heard(new, 1)
        moved = await open_ones.enter_async_context(stage.follow(slow_url, last=seen.id))
        fresh = await open_ones.enter_async_context(stage.follow(slow_url))
        assert value(await fresh.next()) == 1, "what was read here for another would be older"
        with pytest.raises(TimeoutError):
            await moved.next(within=0.3)


@pytest.mark.rule("c.5/live")
async def test_many_followers_of_one_plan_cost_one_reading(stage: Stage) -> None:
    async with AsyncExitStack() as open_ones:
        planning, url = await open_ones.enter_async_context(stage.instance())
        followers = [await open_ones.enter_async_context(stage.follow(url)) for _ in range(40)]
        await asyncio.gather(*(each.next() for each in followers))
        assert planning.pool.get_size() <= 10
        await stage.publish(planning, 3)
        told = await asyncio.gather(*(heard(each, 3) for each in followers))
        assert len({each.id for each in told}) == 1
        assert len(planning.app.state.board._followed) == 1

    def forgotten() -> bool:
        gc.collect()
        return not planning.app.state.board._followed

    await until(forgotten)


@pytest.mark.rule("c.5/live")
async def test_a_follower_who_takes_nothing_is_let_go_and_holds_up_nobody(stage: Stage) -> None:
    async with stage.instance(QUICK) as (planning, url), stage.follow(url) as other:
        await other.next()
        stuck, gone = asyncio.Event(), asyncio.Event()

        async def send(message: Any) -> None:
            if message.get("body"):
                stuck.set()
                await gone.wait()

        token = ISSUER.token("plan_editor", service="planning")
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET",
            "path": stage.path, "raw_path": stage.path.encode(), "root_path": "", "scheme": "http", "query_string": b"",
            "headers": [(b"authorization", f"Bearer {token}".encode())], "client": ("127.0.0.1", 1), "server": None,
        }  # fmt: skip
        receive = asyncio.Event()
        answer = asyncio.create_task(planning.app(scope, receive.wait, send))
        await stuck.wait()
        await stage.publish(planning)
        await heard(other, 1)
        await asyncio.wait_for(answer, 5)
        assert not gone.is_set()


@pytest.mark.rule("c.5/live")
async def test_the_answer_ends_when_the_token_does(stage: Stage) -> None:
    async with stage.instance() as (_, url):
        began = time.monotonic()
        async with stage.follow(url, exp=int(time.time()) - 28) as follower:  # thirty seconds of leeway
            assert await follower.next() is not None
            assert await follower.next() is None
        assert time.monotonic() - began < 5
        async with stage.follow(url, exp=int(time.time()) - 40) as refused:
            assert refused.answer.status_code == 401


@pytest.mark.rule("c.5/live")
async def test_the_answer_ends_when_the_service_stops(stage: Stage) -> None:
    async with AsyncExitStack() as life:
        _, url = await life.enter_async_context(stage.instance())
        async with stage.follow(url) as follower:
            assert await follower.next() is not None
            began = time.monotonic()
            await life.aclose()
            assert await follower.next() is None
            assert time.monotonic() - began < 2


@pytest.mark.rule("c.5/live", "c.5/small-numbers")
async def test_few_single_cases_are_told_to_operators_alone(stage: Stage) -> None:
    async with stage.instance() as (planning, url):
        case = EnquiryRegistered(
            subject=UUID(int=7), revision=1, at=moment("2026-06-17T10:00:00"), provenance="actual",
            region="nordjylland", topics=("threats",), requester="police", urgency="soon", concerns_minor="no",
        )  # fmt: skip
        stage.wire.tell([case])
        await stage.wire.deliver(planning.pool, LISTENS)
        seen: list[str | None] = []
        for role in ("adviser", "operator"):
            token = ISSUER.token(role, service="planning")
            async with followed(f"{url}{stage.path}", token) as follower:
                told = await follower.next()
                assert told is not None
                seen += [
                    each["value"] for each in told.data["figures"]
                    if (each["code"], each["provenance"]) == ("cases", "actual")
                ]  # fmt: skip
        assert seen == [None, "1"]


@pytest.mark.rule("c.5/live")
async def test_nobody_follows_without_a_role_a_plan_or_an_id_of_ours(stage: Stage) -> None:
    async with stage.instance() as (planning, _):
        refused(await planning.caller("partner").ask("GET", stage.path), 403, "role-missing")
        refused(await planning.caller().ask("GET", stage.path), 403, "role-missing")
        unknown = stage.path.replace(stage.plan, str(UUID(int=1)))
        refused(await planning.caller("adviser").ask("GET", unknown), 404, "action-plan-missing")
        wrong = await planning.caller("adviser").ask("GET", stage.path, headers={"Last-Event-ID": "7"})
        refused(wrong, 422, "invalid-request")


@pytest.mark.rule("c.5/live")
async def test_a_follower_outlasts_cut_connections_to_the_database(stage: Stage, postgres: Platform) -> None:
    async with stage.instance(QUICK) as (planning, url), stage.follow(url) as follower:
        assert await follower.next() is not None
        admin = await asyncpg.connect(postgres.admin_database_url)
        try:
            name = stage.database.rpartition("/")[2]
            for _ in range(5):
                await admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name)
                assert await follower.block() == {"": "ping"}
        finally:
            await admin.close()
        await until(lambda: _answers(planning))
        await stage.publish(planning)
        assert (await heard(follower, 1)).event == "changed"


async def _answers(planning: Inside) -> bool:
    try:
        return await planning.pool.fetchval("select true")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        return False
