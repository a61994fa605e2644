"""An answer for a committee: figures with definitions, sources and what cannot be said, and never a small number."""

import json
from hashlib import sha256
from typing import Any
from uuid import uuid5

import pytest

from contracts.advisory import EnquiryRegistered, NeedIdentified, PreparednessPlanPublished
from contracts.event import Event
from contracts.knowledge import PublicationPublished
from contracts.training import EventHeld
from planning.__main__ import LISTENS
from support.figures import CODES, PUBLISHED, SPACE, STOCK, close, define, event, moment
from support.inside import Inside, refused
from support.wire import Wire

YEAR = {"from": "2026", "to": "2026"}
WIRES: dict[str, Wire] = {}
ENQUIRY, NEED = EnquiryRegistered.type, NeedIdentified.type


def told(kind: type[Event], name: str, /, *, at: str = "2026-06-01T10:00:00", **said: Any) -> Event:
    return kind(subject=uuid5(SPACE, name), revision=1, at=moment(at), **{"provenance": "actual", **said})


def asked(count: int, topic: str, month: str) -> list[Event]:
    said = {"region": "nordjylland", "requester": "police", "urgency": "soon", "concerns_minor": "no"}
    at = f"2026-{month}-17T10:00:00"
    return [told(EnquiryRegistered, f"{topic} {month} {n}", at=at, topics=(topic,), **said) for n in range(count)]


def missed(count: int, month: str, topic: str = "threats") -> list[Event]:
    at = f"2026-{month}-17T10:00:00"
    names = (f"need {topic} {month} {n}" for n in range(count))
    return [told(NeedIdentified, each, at=at, need="training", topic=topic) for each in names]


async def tell(planning: Inside, *events: Event) -> None:
    """The services' events have been heard, after those that were told before."""
    for service in sorted({each.service for each in events}):
        wire = WIRES.setdefault(f"{planning.url} {service}", Wire(f"maerk.internal.{service}"))
        wire.tell([each for each in events if each.service == service])
        await wire.deliver(planning.pool, LISTENS)


async def answer(planning: Inside, role: str = "plan_editor", **asked: Any) -> dict[str, Any]:
    return await planning.caller(role).get("/v1/committee-packs", **{**YEAR, **asked})


def values(figure: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(each["period"], each["value"]) for run in figure["series"]["runs"] for each in run["points"]]


PLANS = [event(PreparednessPlanPublished, code, 1, "2026-02-01T00:00:00") for code in CODES[:7]]


@pytest.mark.rule("c.5/pack", "c.5/4")
async def test_a_figure_stands_with_definition_moment_and_what_is_behind_it(planning: Inside) -> None:
    await define(planning, **STOCK)
    await tell(planning, *PLANS)
    found = await answer(planning, topic="preparedness_plan")
    [figure] = found["figures"]
    assert (figure["newest"]["value"], figure["out_of"]) == ("7", 98)
    assert (figure["newest"]["period"], figure["newest"]["status"]) == ("2026", "preliminary")
    assert figure["newest"]["definition_version"] == 1
    assert figure["definition_da"] == "Syntetisk"
    assert PUBLISHED in figure["event_types"]
    assert "»beredskabsplan offentliggjort«" in figure["counts_da"]
    assert figure["newest"]["event_count"] == 7
    assert figure["newest"]["as_of"] == found["as_of"] == "2026-11-23T12:00:00Z"
    evidence = await planning.caller("plan_editor").get(figure["newest"]["evidence"])
    assert evidence["recomputed"] == "7"
    assert len([each for each in found["reach"]["municipalities"] if each["ways"] == ["plan"]]) == 7
    assert any("93 og 86" in each for each in found["said_da"])
    assert any("hverken bedre eller værre" in each for each in found["said_da"])
    assert (await answer(planning, topic="threats"))["figures"] == []


@pytest.mark.rule("c.5/pack")
async def test_the_same_state_makes_the_same_bytes_and_the_answer_can_be_checked_by_its_hash(planning: Inside) -> None:
    await define(planning, **STOCK)
    await tell(planning, *PLANS[:6])
    editor, parameters = planning.caller("plan_editor"), {**YEAR, "topic": "preparedness_plan"}

    async def bodies() -> list[bytes]:
        forms = ("", "/page", "/pdf")
        return [(await editor.ask("GET", f"/v1/committee-packs{each}", params=parameters)).content for each in forms]

    first = await bodies()
    planning.watch.put(moment("2026-11-29T12:00:00"))
    assert await bodies() == first
    said = json.loads(first[0])
    own = said.pop("hash")
    bare = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert sha256(bare).hexdigest() == own
    assert own.encode() in first[1]
    assert first[2].startswith(b"%PDF-")
    await tell(planning, PLANS[6])
    assert json.loads((await bodies())[0])["hash"] != own


@pytest.mark.rule("c.5/pack", "c.5/small-numbers")
@pytest.mark.parametrize("role", ["plan_editor", "operator"])
async def test_a_small_number_is_shown_to_nobody_and_said_to_be_left_out(planning: Inside, role: str) -> None:
    id = await define(planning, method="event_count", event_types=[ENQUIRY], frequency="month")
    await tell(planning, *asked(6, "threats", "03"), *asked(4, "threats", "04"))
    for month in ("2026-03", "2026-04"):
        await close(planning, id, month)
    found = await answer(planning, role, indicator="figure")
    [figure] = found["figures"]
    assert values(figure) == [("2026-03", "6"), ("2026-04", None), ("2026-11", None)]
    assert (figure["newest"]["value"], figure["newest"]["event_count"]) == (None, None)
    assert figure["newest"]["counted_hash"] is None
    assert figure["hidden_because"] == "few_cases"
    few = "der er for få enkeltsager bag, eller perioden er ikke lukket."
    assert found["not_said_da"] == [f"»Syntetisk« vises ikke for 2026-04, 2026-11: {few}"]
    assert bool(figure["newest"]["watermark"]) == (role == "operator")


@pytest.mark.rule("c.5/pack", "c.5/small-numbers")
async def test_a_figure_that_would_tell_a_month_left_out_is_left_out_too(planning: Inside) -> None:
    rule = {"method": "event_count", "event_types": [NEED], "match": {"topic": "threats"}}
    await define(planning, **rule)
    others = [each for month in ("03", "04", "05") for each in missed(9, month, "stalking")]
    await tell(planning, *others, *missed(20, "03"), *missed(21, "04"))
    found = await answer(planning, topic="threats", **{"from": "2026-03", "to": "2026-04"})
    assert found["asked"]["training_needs"] == {"at_least": 41, "months_shown": 2, "months": 2}
    await tell(planning, *missed(2, "05"))
    found = await answer(planning, topic="threats", **{"from": "2026-03", "to": "2026-05"})
    [figure] = found["figures"]
    assert found["asked"]["training_needs"] == {"at_least": 41, "months_shown": 2, "months": 3}
    assert (values(figure), figure["hidden_because"]) == ([("2026", None)], "beside_the_months")
    assert (
        "Behov for undervisning: 1 af 3 måneder er ikke talt med, da små tal ellers kunne udledes."
        in (found["not_said_da"])
    )


@pytest.mark.rule("c.5/pack", "c.5/small-numbers")
async def test_a_year_does_not_stand_beside_its_months(planning: Inside) -> None:
    rule = {"method": "event_count", "event_types": [ENQUIRY]}
    ids = {each: await define(planning, code=each, frequency=each, **rule) for each in ("year", "month")}
    await tell(planning, *asked(6, "threats", "03"), *asked(2, "threats", "04"))
    planning.watch.put(moment("2027-01-15T00:00:00"))
    await close(planning, ids["year"], "2026")
    for month in ("2026-03", "2026-04"):
        await close(planning, ids["month"], month)
    found = await answer(planning, indicator=["year", "month"])
    by_code = {each["series"]["code"]: each for each in found["figures"]}
    assert values(by_code["year"]) == [("2026", "8")]
    assert {value for _, value in values(by_code["month"])} == {None}
    assert by_code["month"]["hidden_because"] == "beside_longer_periods"
    [alone] = (await answer(planning, indicator="month"))["figures"]
    assert values(alone)[:2] == [("2026-03", "6"), ("2026-04", None)]


@pytest.mark.rule("c.5/pack", "c.5/4")
async def test_a_new_definition_breaks_the_series_and_of_single_cases_the_old_one_shows_nothing_for_the_same_period(
    planning: Inside,
) -> None:
    indicator = await define(planning, **STOCK)
    await tell(planning, *PLANS)
    editor = planning.caller("plan_editor")
    narrower = {"text_da": "Snævrere", "method": "event_count", "event_types": [PUBLISHED]}
    await editor.post(f"/v1/indicators/{indicator}/redefine", narrower, revision=1)
    [figure] = (await answer(planning, topic="preparedness_plan"))["figures"]
    assert [each["definition_da"] for each in figure["series"]["runs"]] == ["Syntetisk", "Snævrere"]
    assert values(figure) == [("2026", "7"), ("2026", "7")]
    page = await editor.ask("GET", "/v1/committee-packs/page", params={**YEAR, "topic": "preparedness_plan"})
    assert "Brud: ny definition" in page.text
    assert page.headers["cache-control"] == "no-store"
    cases = await define(planning, code="cases", method="event_count", event_types=[ENQUIRY])
    await tell(planning, *asked(6, "threats", "03"), *asked(2, "stalking", "03"))
    urgent = {"text_da": "Andet", "method": "event_count", "event_types": [ENQUIRY], "match": {"region": "nordjylland"}}
    await editor.post(f"/v1/indicators/{cases}/redefine", urgent, revision=1)
    planning.watch.put(moment("2027-01-15T00:00:00"))
    await close(planning, cases, "2026")
    [figure] = (await answer(planning, indicator="cases"))["figures"]
    assert values(figure) == [("2026", None), ("2026", "8")]


@pytest.mark.rule("c.5/pack")
async def test_sources_offers_initiatives_and_priorities_of_the_topic_are_named(planning: Inside) -> None:
    editor = planning.caller("plan_editor")
    plan = await editor.post("/v1/action-plans", {"year": 2026, "title_da": "Plan", "provenance": "actual"})
    effort = await editor.post(f"/v1/action-plans/{plan['id']}/initiatives", {"number": 3, "title_da": "Indsats"})
    definition = {"text_da": "Behov", "method": "event_count", "event_types": [NEED], "match": {"topic": "threats"}}
    said = {"plan_id": plan["id"], "initiative_id": effort["id"], "code": "needs", "name_da": "Behov"}
    await editor.post("/v1/indicators", {**said, "kind": "output", "frequency": "year", "definition": definition})
    priority = {"year": 2026, "title_da": "Først", "topic": "threats", "children_youth": "no", "calls_for": ["study"]}
    await editor.post("/v1/priorities", {**priority, "provenance": "actual"})
    source = {"kind": "guide", "year": 2019, "edition": 1, "children_youth": "no", "topics": ("threats",)}
    held = {"kind": "theme_day", "month": "2026-06", "municipality_codes": tuple(CODES[:2]), "children_youth": "no"}
    await tell(
        planning,
        told(PublicationPublished, "guide", isbn="978-87-93396-70-2", published_url="https://example.org/g", **source),
        told(EventHeld, "day", topics=("threats",), participant_count=30, **held),
        told(EventHeld, "other", topics=("stalking",), participant_count=30, **held),
    )
    found = await answer(planning, topic="threats")
    [one] = found["sources"]
    assert (one["isbn"], one["url"], one["kind"]) == ("978-87-93396-70-2", "https://example.org/g", "guide")
    assert found["offers"] == {"held": 1, "announced": 0}
    [one] = found["initiatives"]
    assert (one["number"], one["state"], one["plan_year"]) == (3, "proposed", 2026)
    assert found["priorities"] == [{"year": 2026, "title_da": "Først"}]
    page = (await editor.ask("GET", "/v1/committee-packs/page", params={**YEAR, "topic": "threats"})).text
    for each in ("978-87-93396-70-2", 'href="https://example.org/g"', "3. Indsats", "2026: Først"):
        assert each in page


@pytest.mark.rule("c.5/pack", "c.5/synthetic")
async def test_what_is_synthetic_and_what_is_real_are_two_answers(planning: Inside) -> None:
    await define(planning, **STOCK)
    await tell(planning, *PLANS, event(PreparednessPlanPublished, "9901", 1, "2026-02-01T00:00:00"))
    made_up = await answer(planning, topic="preparedness_plan", provenance="synthetic")
    assert [values(each) for each in made_up["figures"]] == [[("2026", "1")]]
    assert {each["code"] for each in made_up["reach"]["municipalities"]} == {"9901", "9902", "9903", "9904"}
    page = await planning.caller("plan_editor").ask(
        "GET",
        "/v1/committee-packs/page",
        params={**YEAR, "topic": "preparedness_plan", "provenance": "synthetic"},
    )
    assert "Syntetiske tal:" in page.text
    assert (made_up["figures"][0]["out_of"], made_up["figures"][0]["plan_provenance"]) == (None, "synthetic")
    real = await answer(planning, topic="preparedness_plan")
    assert [values(each) for each in real["figures"]] == [[("2026", "7")]]
    asking = {**YEAR, "topic": "preparedness_plan"}
    page = await planning.caller("plan_editor").ask("GET", "/v1/committee-packs/page", params=asking)
    assert "Virkelige tal i en syntetisk plan:" in page.text
    pdf = await planning.caller("plan_editor").ask("GET", "/v1/committee-packs/pdf", params=asking)
    assert pdf.headers["content-disposition"].startswith('attachment; filename="svar-om-')


@pytest.mark.rule("c.5/pack")
@pytest.mark.parametrize(
    ("parameters", "slug", "pointer"),
    [
        ({}, "nothing-asked", "query:topic"),
        ({"topic": "threats", "from": "2027"}, "period-backwards", "query:to"),
        ({"topic": "threats", "from": "2010"}, "period-backwards", "query:to"),
        ({"indicator": ["figure"]}, "code-unknown", "query:indicator/0"),
        ({"topic": "weather"}, "invalid-request", "query:topic"),
        ({"topic": "threats", "to": "2026-13"}, "invalid-request", "query:to"),
    ],
)
async def test_a_question_that_cannot_be_answered_is_refused(
    planning: Inside, parameters: dict[str, Any], slug: str, pointer: str
) -> None:
    asking = {**YEAR, **parameters}
    refused(await planning.caller("plan_editor").ask("GET", "/v1/committee-packs", params=asking), 422, slug, pointer)


@pytest.mark.rule("c.5/pack")
@pytest.mark.parametrize("form", ["", "/page", "/pdf"])
async def test_the_plans_editor_asks_and_others_do_not(planning: Inside, form: str) -> None:
    asking: dict[str, Any] = {"params": {**YEAR, "topic": "threats"}}
    for role in ("adviser", "partner", "initiative_owner"):
        answer = await planning.caller(role).ask("GET", f"/v1/committee-packs{form}", **asking)
        refused(answer, 403, "role-missing")
    assert (await planning.caller("plan_editor").ask("GET", f"/v1/committee-packs{form}", **asking)).status_code == 200
