"""Editions of a plan: heard, approved, complete, published for good, corrected by new versions, compared."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import asyncpg
import pytest

from support.editing import AUTHORITY, PRIORITY, TEXTS, approved, go, launch, plan, published, refuse
from support.initiatives import MINISTRY
from support.inside import Caller, Inside, refused


@pytest.fixture
def editor(planning: Inside) -> Caller:
    planning.watch.put(datetime(2026, 12, 1, 9, tzinfo=UTC))
    return planning.caller("plan_editor")


@pytest.mark.rule("c.5/state:plan")
async def test_a_plan_goes_from_draft_to_history_and_says_each_step(planning: Inside, editor: Caller) -> None:
    plan_id, initiatives = await plan(editor)
    id = await published(editor, plan_id, initiatives)
    refused(await refuse(editor, id, "enter-into-force"), 409, "plan-not-begun")
    planning.watch.put(datetime(2026, 12, 31, 23, tzinfo=UTC))  # midnight in Denmark
    await go(editor, id, "enter-into-force")
    await go(editor, id, "draft-follow-up", {"text_da": "Syntetisk opfølgning på planen."})
    done = await go(editor, id, "close")
    assert [each["step"] for each in done["deeds"]] == [
        "drafted", "sent_to_consultation", "consultation_ended", "approved_by_management", "approved_by_minister",
        "published", "entered_into_force", "follow_up_drafted", "closed",
    ]  # fmt: skip
    assert (done["state"], done["published_on"]) == ("closed", "2026-12-01")
    assert [each for each in await planning.events() if "plan" in each] == [
        "action-plan-recorded", "action-plan-published", "action-plan-closed"
    ]  # fmt: skip
    for verb in ("publish", "close", "approve", "end-consultation", "enter-into-force"):
        refused(await refuse(editor, id, verb), 409, "edition-elsewhere")


@pytest.mark.rule("c.5/1")
async def test_a_plan_is_not_published_before_it_follows_up_plans_sets_priorities_and_speaks_of_children(
    editor: Caller,
) -> None:
    plan_id, [one, two] = await plan(editor)
    await launch(editor, one)
    await launch(editor, two)
    revision = (await editor.get(f"/v1/initiatives/{two}"))["revision"]
    await editor.post(
        f"/v1/initiatives/{two}/complete",
        {"as_planned": True, "source_url": "https://example.org/kilde"},
        revision=revision,
    )
    id = (await editor.post(f"/v1/action-plans/{plan_id}/editions", {}))["id"]
    await approved(editor, id)

    async def lacking() -> list[str]:
        answer = refused(await refuse(editor, id, "publish"), 409, "plan-incomplete")
        return [each["kind"] for each in answer["current"]["lacks"]]

    assert await lacking() == ["follow_up", "follow_up", "priorities", "children_youth"]
    await editor.post("/v1/priorities", PRIORITY)
    await go(editor, id, "send-back", {"reason_da": "Afsnit mangler"})
    await go(editor, id, "write", TEXTS)
    await go(editor, id, "follow-up", {"initiative_id": one, "text_da": "Syntetisk."})
    await approved(editor, id)
    assert await lacking() == ["follow_up"]
    await go(editor, id, "send-back", {"reason_da": "En opfølgning mangler"})
    await go(editor, id, "follow-up", {"initiative_id": two, "text_da": "Syntetisk."})
    await approved(editor, id)
    assert (await go(editor, id, "publish"))["state"] == "published"


@pytest.mark.rule("c.5/1")
async def test_what_the_last_plan_has_followed_up_is_not_asked_for_again(planning: Inside, editor: Caller) -> None:
    plan_id, initiatives = await plan(editor)
    await published(editor, plan_id, initiatives)
    planning.watch.put(datetime(2027, 12, 1, 9, tzinfo=UTC))
    next_id, [launched, _] = await plan(editor, 2028)
    await launch(editor, launched)
    await launch(editor, initiatives[1])
    drafted = await editor.post(f"/v1/action-plans/{next_id}/editions", {})
    due = [each["initiative_id"] for each in drafted["follow_ups"]]
    assert due == [initiatives[1], launched]


@pytest.mark.rule("c.5/edition", "c.5/event:action_plan_published")
async def test_what_is_published_is_one_document_with_its_digest_and_nothing_changes_it(
    planning: Inside, editor: Caller
) -> None:
    plan_id, initiatives = await plan(editor)
    id = await published(editor, plan_id, initiatives)
    edition = await editor.get(f"/v1/editions/{id}")
    body = (await editor.ask("GET", f"/v1/editions/{id}/document")).content
    assert sha256(body).hexdigest() == edition["snapshot_hash"]
    said = json.loads(body)
    assert body == json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert (said["foreword_da"], said["version"], said["published_on"]) == (TEXTS["foreword_da"], 1, "2026-12-01")
    assert [each["text_da"] for each in said["follow_ups"]] == ["Syntetisk opfølgning."]
    assert said["hearings"] == [{"authority": AUTHORITY, "position": "agrees"}]
    rows = await planning.pool.fetch(
        "select convert_from(payload, 'utf8')::json ->> 'digest' as digest from outbox"
        " where stream = 'internal' and headers ->> 'ce_type' like '%action-plan-published%'"
    )
    assert [row["digest"] for row in rows] == [edition["snapshot_hash"]]
    await launch(editor, initiatives[1])
    assert (await editor.ask("GET", f"/v1/editions/{id}/document")).content == body
    refused(await refuse(editor, id, "write", TEXTS), 409, "edition-elsewhere")
    for change in (
        "update edition_snapshots set body = ''",
        "delete from edition_snapshots",
        "update editions set snapshot_hash = ''",
        "update editions set foreword_da = 'andet'",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await planning.pool.execute(change)


@pytest.mark.rule("c.5/edition", "c.5/event:action_plan_corrected")
async def test_a_correction_is_a_new_version_and_the_one_before_stays_readable(
    planning: Inside, editor: Caller
) -> None:
    plan_id, initiatives = await plan(editor)
    first = await published(editor, plan_id, initiatives)
    before = (await editor.ask("GET", f"/v1/editions/{first}/document")).content
    refused(await editor.command(f"/v1/action-plans/{plan_id}/editions", {}), 409, "nothing-to-correct")
    why = {"correction_da": "Et ord i forordet var forkert"}
    second = await editor.post(f"/v1/action-plans/{plan_id}/editions", why)
    assert (second["version"], second["corrects"], second["foreword_da"]) == (2, 1, TEXTS["foreword_da"])
    refused(await editor.command(f"/v1/action-plans/{plan_id}/editions", why), 409, "edition-elsewhere")
    id = second["id"]
    await go(editor, id, "write", TEXTS | {"foreword_da": "Syntetisk forord, rettet."})
    await approved(editor, id)
    await go(editor, id, "publish")
    assert [each["state"] for each in (await editor.get(f"/v1/action-plans/{plan_id}/editions"))["items"]] == [
        "corrected", "published"
    ]  # fmt: skip
    assert (await editor.ask("GET", f"/v1/editions/{first}/document")).content == before
    assert [each for each in await planning.events() if each.startswith("action-plan")][-1] == "action-plan-corrected"
    found = (await editor.get("/v1/edition-comparison", earlier=first, later=id))["differences"]
    assert [(each["what"], each["earlier"], each["later"]) for each in found] == [
        ("text", TEXTS["foreword_da"], "Syntetisk forord, rettet.")
    ]


@pytest.mark.rule("c.5/consultation")
async def test_a_consultation_ends_when_all_have_answered_or_its_last_day_is_over(
    planning: Inside, editor: Caller
) -> None:
    plan_id, _ = await plan(editor)
    id = (await editor.post(f"/v1/action-plans/{plan_id}/editions", {}))["id"]
    asked = {"authorities": [AUTHORITY, "Syntetisk styrelse"], "answers_by": "2026-12-03"}
    twice = {**asked, "authorities": [AUTHORITY, AUTHORITY]}
    refused(await refuse(editor, id, "consult", twice), 422, "authority-asked-twice", "/authorities/1")
    late = {**asked, "answers_by": "2026-11-30"}
    refused(await refuse(editor, id, "consult", late), 422, "answers-before-asked", "/answers_by")
    await go(editor, id, "consult", asked)
    other = {"authority": "Syntetisk anden", "position": "agrees"}
    refused(await refuse(editor, id, "hear", other), 422, "authority-not-asked", "/authority")
    heard = await go(editor, id, "hear", {"authority": AUTHORITY, "position": "has_comments", "text_da": "Syntetisk."})
    assert [each["position"] for each in heard["hearings"]] == ["has_comments", None]
    planning.watch.put(datetime(2026, 12, 3, 22, 59, tzinfo=UTC))
    refused(await refuse(editor, id, "end-consultation"), 409, "consultation-open")
    planning.watch.put(datetime(2026, 12, 3, 23, 0, tzinfo=UTC))
    assert (await go(editor, id, "end-consultation"))["state"] == "management_approval"


@pytest.mark.rule("c.5/consultation", "c.5/authority", "c.5/target")
async def test_a_document_names_whom_it_asked_as_of_that_day_and_says_answers_and_targets(editor: Caller) -> None:
    plan_id, initiatives = await plan(editor)
    said = {"plan_id": plan_id, "code": "typed", "name_da": "Syntetisk", "kind": "output", "frequency": "year"}
    typed = {"text_da": "Syntetisk", "method": "manual", "out_of": 98}
    figure = (await editor.post("/v1/indicators", {**said, "definition": typed}))["id"]
    for year, value in (("2026", "9"), ("2027", "12"), ("2028", "14")):
        aim = {"period": year, "bound": "at_least", "value": value}
        await editor.post(f"/v1/indicators/{figure}/set-target", aim)
    source = {"source_url": "https://example.org/kilde", "provenance": "synthetic"}
    await editor.post(f"/v1/indicators/{figure}/readings", {"period": "2026", "value": 7, **source})
    await launch(editor, initiatives[0])
    await editor.post("/v1/priorities", PRIORITY)
    id = (await editor.post(f"/v1/action-plans/{plan_id}/editions", {}))["id"]
    await go(editor, id, "write", TEXTS)
    await go(editor, id, "follow-up", {"initiative_id": initiatives[0], "text_da": "Syntetisk."})
    await go(editor, id, "consult", {"authorities": [MINISTRY], "answers_by": "2026-12-20"})
    await go(editor, id, "hear", {"authority": MINISTRY, "position": "agrees", "text_da": "Syntetisk svar."})
    for verb in ("end-consultation", "approve", "approve", "publish"):
        await go(editor, id, verb)
    document = await editor.get(f"/v1/editions/{id}/document")
    assert document["hearings"] == [
        {"authority": MINISTRY, "position": "agrees", "name_da": f"Syntetisk {MINISTRY}", "text_da": "Syntetisk svar."}
    ]
    [shown] = document["figures"]
    assert (shown["out_of"], shown["target"]["target"], shown["target"]["reached"]) == (None, "9", False)
    [other] = document["targets"]
    assert (other["code"], other["target"]["period"], other["target"]["reached"]) == ("typed", "2027", None)


@pytest.mark.rule("c.5/state:plan")
async def test_without_the_ministers_approval_nothing_is_published_and_sending_back_takes_approvals_away(
    editor: Caller,
) -> None:
    plan_id, _ = await plan(editor)
    id = (await editor.post(f"/v1/action-plans/{plan_id}/editions", {}))["id"]
    await approved(editor, id)
    refused(await refuse(editor, id, "approve"), 409, "edition-elsewhere")
    await go(editor, id, "send-back", {"reason_da": "Syntetisk"})
    await go(editor, id, "consult", {"authorities": [AUTHORITY], "answers_by": "2026-12-20"})
    await go(editor, id, "hear", {"authority": AUTHORITY, "position": "agrees"})
    await go(editor, id, "end-consultation")
    refused(await refuse(editor, id, "publish"), 409, "edition-elsewhere")
    await go(editor, id, "approve")
    refused(await refuse(editor, id, "publish"), 409, "minister-not-asked")


@pytest.mark.rule("c.5/historical")
async def test_an_old_plan_is_entered_as_its_source_states_it_and_what_it_does_not_state_is_null(
    planning: Inside, editor: Caller
) -> None:
    plan_id, _ = await plan(editor, 2016)
    future = {"published_on": "2027-01", "source_url": "https://example.org/plan"}
    refused(
        await editor.command(f"/v1/action-plans/{plan_id}/enter-edition", future),
        422,
        "published-in-future",
        "/published_on",
    )
    said = {"published_on": "2016-10", "source_url": "https://example.org/plan"}
    entered = await editor.post(f"/v1/action-plans/{plan_id}/enter-edition", said)
    assert (entered["state"], entered["published_on"]) == ("closed", "2016-10")
    found = await editor.get(f"/v1/editions/{entered['id']}/document")
    assert [found[each] for each in ("foreword_da", "follow_ups", "priorities", "hearings")] == [None] * 4
    assert "action-plan-published" not in await planning.events()
    refused(await editor.command(f"/v1/action-plans/{plan_id}/enter-edition", said), 409, "edition-elsewhere")
    for year in (2026, 2027):
        other = await editor.post("/v1/action-plans", {"year": year, "title_da": "Ny", "provenance": "synthetic"})
        path = f"/v1/action-plans/{other['id']}/enter-edition"
        refused(await editor.command(path, {**said, "published_on": "2026-11"}), 409, "plan-not-past")
        assert (await editor.get(f"/v1/action-plans/{other['id']}/editions"))["items"] == []
    refused(await editor.ask("GET", f"/v1/action-plans/{UUID(int=1)}/editions"), 404, "action-plan-missing")


@pytest.mark.rule("c.5/edition")
async def test_only_the_plans_editor_writes_and_a_stale_draft_is_not_overwritten(
    planning: Inside, editor: Caller
) -> None:
    plan_id, _ = await plan(editor)
    id = (await editor.post(f"/v1/action-plans/{plan_id}/editions", {}))["id"]
    reader = planning.caller("adviser")
    assert (await reader.get(f"/v1/editions/{id}"))["state"] == "drafting"
    refused(await reader.command(f"/v1/editions/{id}/write", TEXTS, revision=1), 403, "role-missing")
    await go(editor, id, "write", TEXTS)
    refused(await editor.command(f"/v1/editions/{id}/write", TEXTS, revision=1), 412, "state-changed")
    missing = await editor.ask("GET", f"/v1/editions/{id}/document")
    refused(missing, 404, "edition-missing")
    stranger = {"initiative_id": "d52a8c01-9e3f-4c76-b402-8e1fac6d3b05", "text_da": "Syntetisk."}
    refused(await refuse(editor, id, "follow-up", stranger), 404, "initiative-missing")
