"""What is published is open to everybody: as page, PDF, tables and feed, with what it was counted from."""

from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest

from contracts.advisory import (
    EnquiryRegistered,
    PreparednessPlanAbsenceReported,
    PreparednessPlanOverdue,
    PreparednessPlanPublished,
)
from planning.__main__ import LISTENS
from support.editing import launch, plan, published
from support.figures import event, written
from support.initiatives import APPROVED
from support.inside import Caller, Inside, refused

ATOM = "{http://www.w3.org/2005/Atom}"
FORMS = {
    "page": "text/html",
    "pdf": "application/pdf",
    "initiatives.csv": "text/csv",
    "milestones.csv": "text/csv",
    "series.csv": "text/csv",
    "municipalities.csv": "text/csv",
    "tables.json": "application/json",
}


@pytest.fixture
def editor(planning: Inside) -> Caller:
    planning.watch.put(datetime(2026, 12, 1, 9, tzinfo=UTC))
    return planning.caller("plan_editor")


@pytest.mark.rule("c.5/document")
async def test_a_published_plan_is_served_as_page_pdf_and_tables_and_a_draft_is_not(editor: Caller) -> None:
    plan_id, initiatives = await plan(editor)
    id = await published(editor, plan_id, initiatives)
    for form, kind in FORMS.items():
        first, again = [await editor.ask("GET", f"/v1/editions/{id}/{form}") for _ in range(2)]
        assert (first.status_code, first.headers["content-type"].split(";")[0]) == (200, kind)
        assert first.content == again.content
        if "csv" in kind or form == "pdf":
            name = first.headers["content-disposition"]
            assert name.startswith('attachment; filename="syntetisk-handlingsplan-2027-version-1')
    policy = (await editor.ask("GET", f"/v1/editions/{id}/page")).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    draft = await editor.post(f"/v1/action-plans/{(await plan(editor, 2028))[0]}/editions", {})
    for form in FORMS:
        refused(await editor.ask("GET", f"/v1/editions/{draft['id']}/{form}"), 404, "edition-missing")


@pytest.mark.rule("c.5/pictures", "c.5/edition")
async def test_what_is_published_carries_its_series_and_municipalities_and_what_comes_later_changes_neither(
    planning: Inside, editor: Caller
) -> None:
    plan_id, initiatives = await plan(editor)
    said = {"plan_id": plan_id, "code": "typed", "name_da": "Syntetisk", "kind": "output", "frequency": "year"}
    typed = {"text_da": "Syntetisk", "method": "manual"}
    figure = (await editor.post("/v1/indicators", {**said, "definition": typed}))["id"]
    source = {"source_url": "https://example.org/kilde", "provenance": "synthetic"}
    for year, value in ((2024, 7), (2025, 8)):
        await editor.post(f"/v1/indicators/{figure}/readings", {"period": f"{year}", "value": value, **source})
    absent = PreparednessPlanAbsenceReported(
        subject=uuid4(), revision=1, at=datetime(2026, 2, 1, tzinfo=UTC), provenance="synthetic",
        municipality_code="9904", reported_on=date(2026, 2, 1),
    )  # fmt: skip
    told = written(
        event(PreparednessPlanPublished, "9902", 1, "2026-02-01T00:00:00"),
        event(PreparednessPlanPublished, "9903", 1, "2026-02-01T00:00:00"),
        event(PreparednessPlanOverdue, "9903", 2, "2026-10-01T00:00:00"),
        absent,
    )
    await told.deliver(planning.pool, LISTENS)
    id = await published(editor, plan_id, initiatives)
    document = await editor.get(f"/v1/editions/{id}/document")
    [series] = document["series"]
    assert [(each["period"], each["value"]) for each in series["runs"][0]["points"]] == [("2024", "7"), ("2025", "8")]
    assert document["reach"]["regions_on"] == "2027-01-01"
    assert {each["code"]: each["ways"] for each in document["reach"]["municipalities"]} == {
        "9901": [], "9902": ["plan"], "9903": [], "9904": [],
    }  # fmt: skip
    assert {each["code"]: each["plan"] for each in document["reach"]["municipalities"]} == {
        "9901": "none_known", "9902": "valid", "9903": "too_old", "9904": "none_known",
    }  # fmt: skip
    await editor.post(f"/v1/indicators/{figure}/readings", {"period": "2026", "value": 9, **source})
    assert await editor.get(f"/v1/editions/{id}/document") == document
    old, _ = await plan(editor, 2016)
    entered = {"published_on": "2016-10", "source_url": "https://example.org/plan"}
    entered = await editor.post(f"/v1/action-plans/{old}/enter-edition", entered)
    assert (await editor.get(f"/v1/editions/{entered['id']}/document"))["reach"] is None


@pytest.mark.rule("c.5/published")
async def test_what_is_published_is_open_to_everybody_and_nothing_else_is(planning: Inside, editor: Caller) -> None:
    plan_id, initiatives = await plan(editor)
    id = await published(editor, plan_id, initiatives)
    draft = (await editor.post(f"/v1/action-plans/{(await plan(editor, 2028))[0]}/editions", {}))["id"]
    anybody = Caller(planning.client, None)
    [listed] = (await anybody.get("/v1/published-plans", provenance="synthetic"))["items"]
    assert (listed["edition_id"], listed["version"], listed["state"]) == (id, 1, "published")
    assert (await anybody.get("/v1/published-plans"))["items"] == []
    body = (await anybody.ask("GET", listed["links"][0])).content
    assert sha256(body).hexdigest() == listed["digest"]
    for link in listed["links"]:
        answer = await anybody.ask("GET", link)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=3600")
    for form in ("document", *FORMS):
        refused(await anybody.ask("GET", f"/v1/editions/{draft}/{form}"), 404, "edition-missing")
    for path in (f"/v1/editions/{id}", f"/v1/editions/{id}/data", f"/v1/editions/{id}/comparison-with-now"):
        assert (await anybody.ask("GET", path)).status_code == 401


@pytest.mark.rule("c.5/published", "c.5/followers")
async def test_anybody_can_follow_by_a_feed_what_happens_to_what_was_published(
    planning: Inside, editor: Caller
) -> None:
    plan_id, initiatives = await plan(editor)
    anybody = Caller(planning.client, None)

    async def titles() -> list[str]:
        answer = await anybody.ask("GET", "/v1/published-plans/feed", params={"provenance": "synthetic"})
        assert answer.headers["content-type"] == "application/atom+xml"
        feed = ET.fromstring(answer.content)
        ids = [each.text for each in feed.iter(f"{ATOM}id")]
        assert len(ids) == len(set(ids))
        return [str(each.findtext(f"{ATOM}title")) for each in feed.iter(f"{ATOM}entry")]

    assert await titles() == []
    await published(editor, plan_id, initiatives)
    assert await titles() == ["Syntetisk plan 2027, version 1: offentliggjort"]
    planning.watch.put(datetime(2026, 12, 2, 9, tzinfo=UTC))
    path = f"/v1/initiatives/{initiatives[0]}"
    why = {"reason_code": "other", "reason": "Ikke for alle", "source_url": "https://example.org/x", **APPROVED}
    await editor.post(f"{path}/abandon", why, revision=(await editor.get(path))["revision"])
    first = (await titles())[0]
    assert first == "Indsats 1 i 2027, Syntetisk 1: opgivet"
    new = {"number": 77, "title_da": "Syntetisk, ikke offentlig", "children_youth": "no"}
    await editor.post(f"/v1/action-plans/{plan_id}/initiatives", new)
    assert not any("ikke offentlig" in each for each in await titles()), "no edition names it"


@pytest.mark.rule("c.5/edition")
async def test_the_plan_as_it_is_now_is_held_against_what_was_published(editor: Caller) -> None:
    plan_id, initiatives = await plan(editor)
    due = {"title_da": "Syntetisk milepæl", "due_on": "2027-06-30"}
    milestone = await editor.post(f"/v1/initiatives/{initiatives[0]}/milestones", due)
    id = await published(editor, plan_id, initiatives)
    path = f"/v1/editions/{id}/comparison-with-now"
    assert (await editor.get(path))["differences"] == []
    await launch(editor, initiatives[1])
    met = {"met_on": "2026-12-01", "source_url": "https://example.org/nyhed"}
    await editor.post(f"/v1/milestones/{milestone['id']}/meet", met, revision=1)
    found = await editor.get(path)
    assert (found["earlier_id"], found["later_id"]) == (id, None)
    assert [(each["what"], each["name"], each["field"], each["later"]) for each in found["differences"]] == [
        ("initiative", "2", "state", "launched"),
        ("milestone", "1: Syntetisk milepæl", "state", "met"),
        ("milestone", "1: Syntetisk milepæl", "met_on", "2026-12-01"),
    ]
    draft = (await editor.post(f"/v1/action-plans/{(await plan(editor, 2028))[0]}/editions", {}))["id"]
    refused(await editor.ask("GET", f"/v1/editions/{draft}/comparison-with-now"), 404, "edition-missing")


@pytest.mark.rule("c.5/edition", "c.5/small-numbers", "c.5/proof")
async def test_a_document_names_what_its_figures_were_counted_from_and_shows_no_few_cases(
    planning: Inside, editor: Caller
) -> None:
    plan_id, initiatives = await plan(editor)
    asked = EnquiryRegistered(
        subject=uuid4(), revision=1, at=datetime(2026, 6, 1, tzinfo=UTC), provenance="synthetic", region="nordjylland",
        topics=("threats",), requester="police", urgency="soon", concerns_minor="no",
    )  # fmt: skip
    held = [event(PreparednessPlanPublished, f"990{number}", 1, "2026-02-01T00:00:00") for number in (1, 2)]
    await written(asked, *held).deliver(planning.pool, LISTENS)
    for code, kind in (("cases", EnquiryRegistered), ("plans", PreparednessPlanPublished)):
        said = {"text_da": "Syntetisk", "method": "event_count", "event_types": [kind.type]}
        own = {"code": code, "name_da": "Syntetisk", "unit_da": "stk.", "kind": "output", "frequency": "year"}
        await editor.post("/v1/indicators", {"plan_id": plan_id, **own, "definition": said})
    id = await published(editor, plan_id, initiatives)
    document = await planning.caller("adviser").get(f"/v1/editions/{id}/document")
    cases, plans = document["figures"]
    assert (cases["value"], cases["event_count"], cases["counted_hash"]) == (None, None, None)
    assert (plans["value"], plans["event_count"], plans["unit_da"], plans["proof"]) == ("2", 2, "stk.", "event_proved")
    assert len(plans["counted_hash"]) == 64
    data = await planning.caller("operator").get(f"/v1/editions/{id}/data")
    assert data["data_id"] == document["data_id"]
    assert sum(data["watermark"]["maerk.internal.advisory"].values()) == 3
    refused(await editor.ask("GET", f"/v1/editions/{id}/data"), 403, "role-missing")
