"""Titles are corrected and plans grow, while what was published stays as everybody read it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest

from support.editing import TEXTS, approved, go, launch, plan, published
from support.initiatives import APPROVED, MINISTRY
from support.initiatives import go as of_initiative
from support.inside import Caller, Inside, refused

BETTER = {"title_da": "Syntetisk, rettet", "title_en": "Synthetic, corrected"}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def editor(planning: Inside) -> Caller:
    planning.watch.put(datetime(2026, 12, 1, 9, tzinfo=UTC))
    return planning.caller("plan_editor")


async def rename(editor: Caller, plan_id: str, verb: str = "rename", **said: Any) -> Any:
    """The plan after a command at its present revision."""
    revision = (await editor.get(f"/v1/action-plans/{plan_id}"))["revision"]
    return await editor.post(f"/v1/action-plans/{plan_id}/{verb}", {**BETTER, **said}, revision=revision)


@pytest.mark.rule("c.5/title")
async def test_a_plan_its_focus_areas_and_its_initiatives_can_be_called_otherwise_and_nobody_else_hears_of_it(
    planning: Inside, editor: Caller
) -> None:
    plan_id, [one, two] = await plan(editor)
    before = await editor.get(f"/v1/action-plans/{plan_id}")
    told = await planning.events()
    renamed = await rename(editor, plan_id)
    assert renamed == {**before, **BETTER, "revision": 2}
    renamed = await rename(editor, plan_id, "rename-focus-area", number=1)
    assert renamed["revision"] == 3
    assert renamed["focus_areas"] == [{**before["focus_areas"][0], **BETTER}]
    effort = await editor.get(f"/v1/initiatives/{one}")
    assert await of_initiative(editor, one, "rename", BETTER) == {**effort, **BETTER, "revision": 2}
    assert (await editor.get(f"/v1/initiatives/{two}"))["title_da"] == "Syntetisk 2"
    without = await of_initiative(editor, one, "rename", {"title_da": BETTER["title_da"]})
    assert (without["title_da"], without["title_en"]) == (BETTER["title_da"], None)
    assert await planning.events() == told
    why = {"reason_code": "other", "reason": "Syntetisk", **APPROVED}
    await of_initiative(editor, one, "abandon", why)
    ended = await of_initiative(editor, one, "rename", BETTER)
    assert (ended["state"], ended["title_en"], ended["revision"]) == ("abandoned", BETTER["title_en"], 5)


@pytest.mark.rule("c.5/title")
async def test_a_plan_grows_by_focus_areas_that_initiatives_can_stand_under(planning: Inside, editor: Caller) -> None:
    plan_id, _ = await plan(editor)
    told = await planning.events()
    path = f"/v1/action-plans/{plan_id}/focus-areas"
    answer = await editor.command(path, {"number": 7, **BETTER})
    assert (answer.status_code, answer.headers["etag"]) == (201, '"2"')
    assert answer.headers["location"] == f"/v1/action-plans/{plan_id}"
    area = answer.json()["focus_areas"][1]
    assert area == {"id": area["id"], "number": 7, **BETTER, "initiatives": []}
    assert await planning.events() == told
    await editor.post(path, {"number": 5, "title_da": "Syntetisk imellem"})
    new = {"number": 3, "title_da": "Syntetisk ny", "focus_area_id": area["id"]}
    await editor.post(f"/v1/action-plans/{plan_id}/initiatives", new)
    shown = await editor.get(f"/v1/action-plans/{plan_id}/progress")
    assert [(each["number"], len(each["initiatives"])) for each in shown["focus_areas"]] == [(1, 2), (5, 0), (7, 1)]
    taken = await editor.command(path, {"number": 7, "title_da": "Syntetisk"})
    refused(taken, 409, "focus-area-number-taken")
    assert taken.json()["current"] == await editor.get(f"/v1/action-plans/{plan_id}")
    for blank in (" ", "\u00a0", "\u200b\u2060", "\u3164"):
        refused(await editor.command(path, {"number": 8, "title_da": blank}), 422, "invalid-request", "/title_da")
    missing = f"/v1/action-plans/{uuid4()}/focus-areas"
    refused(await editor.command(missing, {"number": 9, **BETTER}), 404, "action-plan-missing")
    assert (await editor.get(f"/v1/action-plans/{plan_id}"))["revision"] == 3
    other, _ = await plan(editor, 2028)
    await editor.post(f"/v1/action-plans/{other}/focus-areas", {"number": 7, "title_da": "Syntetisk"})
    listed = (await editor.get("/v1/action-plans"))["items"]
    assert listed == [await editor.get(f"/v1/action-plans/{each}") for each in (other, plan_id)], "newest year first"


@pytest.mark.rule("c.5/title")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/v1/action-plans/{plan}/rename", BETTER),
        ("/v1/action-plans/{plan}/rename-focus-area", {"number": 1, **BETTER}),
        ("/v1/initiatives/{initiative}/rename", BETTER),
    ],
)
async def test_who_calls_it_otherwise_has_seen_what_it_is_called_and_says_it_once(
    planning: Inside, editor: Caller, command: str, said: dict[str, Any]
) -> None:
    plan_id, [one, _] = await plan(editor)
    path = command.format(plan=plan_id, initiative=one)
    for role in ("initiative_owner", "editor", "adviser", "operator"):
        refused(await planning.caller(role).command(path, said, revision=1), 403, "role-missing")
    refused(await editor.command(path, said), 428, "if-match-missing")
    key = str(uuid4())
    first, again = [await editor.command(path, said, revision=1, key=key) for _ in range(2)]
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    stale = refused(await editor.command(path, {**said, "title_da": "Syntetisk"}, revision=1), 412, "state-changed")
    assert stale["current"] == first.json()
    same = refused(await editor.command(path, said, revision=2), 409, "title-unchanged")
    assert (same["current"], same["da"]["title"]) == (first.json(), "Titlen er uændret")
    called = {**said, "title_da": "Ring til 12 34 56 78"}
    refused(await editor.command(path, called, revision=2), 422, "invalid-request", "/title_da")
    gone = command.format(plan=uuid4(), initiative=uuid4())
    missing = "initiative-missing" if "initiatives" in command else "action-plan-missing"
    refused(await editor.command(gone, said, revision=1), 404, missing)


@pytest.mark.rule("c.5/title")
async def test_a_plan_takes_no_title_of_its_year_and_only_its_own_focus_areas_are_renamed(
    planning: Inside, editor: Caller
) -> None:
    plan_id, _ = await plan(editor)
    other = {"year": 2027, "title_da": "Syntetisk anden plan", "provenance": "synthetic"}
    id = (await editor.post("/v1/action-plans", other))["id"]
    path, taken = f"/v1/action-plans/{id}", {"title_da": "Syntetisk plan"}
    answer = refused(await editor.command(f"{path}/rename", taken, revision=1), 409, "action-plan-already-recorded")
    assert answer["current"]["title_da"] == other["title_da"]
    said = {"number": 1, **BETTER}
    refused(await editor.command(f"{path}/rename-focus-area", said, revision=1), 404, "focus-area-missing", "/number")
    assert (await editor.get(f"/v1/action-plans/{plan_id}"))["focus_areas"][0]["title_da"] == "Syntetisk område"
    for role in ("initiative_owner", "editor"):
        refused(await planning.caller(role).command(f"{path}/focus-areas", said), 403, "role-missing")
    key = str(uuid4())
    first, again = [await editor.command(f"{path}/focus-areas", said, key=key) for _ in range(2)]
    assert (again.status_code, again.json()) == (201, first.json())
    assert len((await editor.get(path))["focus_areas"]) == 1


@pytest.mark.rule("c.5/title", "c.5/edition", "c.5/published", "c.5/followers")
async def test_everybody_reads_the_titles_of_an_edition_until_another_one_has_new_ones(
    planning: Inside, editor: Caller
) -> None:
    anybody = Caller(planning.client, None)

    async def open_to_everybody() -> dict[str, bytes]:
        [*listed] = (await anybody.get("/v1/published-plans", provenance="synthetic"))["items"]
        paths = [link for each in listed for link in each["links"]]
        paths += [f"/v1/published-plans{each}?provenance=synthetic" for each in ("", "/feed")]
        return {path: (await anybody.ask("GET", path)).content for path in paths}

    plan_id, [one, two] = await plan(editor)
    id = await published(editor, plan_id, [one, two])
    planning.watch.put(datetime(2026, 12, 2, 9, tzinfo=UTC))
    await launch(editor, two)
    before = await open_to_everybody()
    await rename(editor, plan_id)
    await rename(editor, plan_id, "rename-focus-area", number=1)
    for each in (one, two):
        await of_initiative(editor, each, "rename", BETTER)
    await editor.post(f"/v1/action-plans/{plan_id}/focus-areas", {"number": 2, "title_da": "Syntetisk ny"})
    assert await open_to_everybody() == before
    found = (await editor.get(f"/v1/editions/{id}/comparison-with-now"))["differences"]
    new = tuple(BETTER.values())
    said = [(each["what"], each["name"], each["earlier"], each["later"]) for each in found if each["field"] != "state"]
    assert said == [
        ("text", "title_da", "Syntetisk plan", new[0]),
        ("text", "title_en", None, new[1]),
        ("focus_area", "1", "Syntetisk område", new[0]),
        ("focus_area", "1", None, new[1]),
        ("focus_area", "2", None, "Syntetisk ny"),
        ("initiative", "1", "Syntetisk 1", new[0]),
        ("initiative", "1", None, new[1]),
        ("initiative", "2", "Syntetisk 2", new[0]),
        ("initiative", "2", None, new[1]),
    ]
    new_one = {"number": 3, "title_da": "Syntetisk 3", "responsible_authority": MINISTRY}
    three = (await editor.post(f"/v1/action-plans/{plan_id}/initiatives", new_one))["id"]
    await launch(editor, three)
    planning.watch.put(datetime(2026, 12, 3, 9, tzinfo=UTC))
    why = {"correction_da": "Titlerne var forkerte"}
    second = (await editor.post(f"/v1/action-plans/{plan_id}/editions", why))["id"]
    await go(editor, second, "write", TEXTS)
    for each in (two, three):
        await go(editor, second, "follow-up", {"initiative_id": each, "text_da": "Syntetisk opfølgning."})
    await approved(editor, second)
    await go(editor, second, "publish")
    planning.watch.put(datetime(2026, 12, 4, 9, tzinfo=UTC))
    await of_initiative(editor, two, "report", {"status": "on_track"})
    for each in (two, three):
        await of_initiative(editor, each, "rename", {"title_da": "Syntetisk, igen"})
    titles = [each["title_da"] for each in (await anybody.get("/v1/published-plans", provenance="synthetic"))["items"]]
    assert titles == [BETTER["title_da"], "Syntetisk plan"]
    feed = ET.fromstring((await open_to_everybody())["/v1/published-plans/feed?provenance=synthetic"])
    assert {str(each.findtext(f"{ATOM}title")) for each in feed.iter(f"{ATOM}entry")} == {
        "Indsats 2 i 2027, Syntetisk, rettet: følger planen",
        "Syntetisk plan 2027, version 1: rettet af en nyere version",
        "Syntetisk, rettet 2027, version 2: offentliggjort",
        "Indsats 2 i 2027, Syntetisk 2: igangsat",
        "Indsats 3 i 2027, Syntetisk 3: foreslået",
        "Indsats 3 i 2027, Syntetisk 3: igangsat",
        "Syntetisk plan 2027, version 1: offentliggjort",
    }
