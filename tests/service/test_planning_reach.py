"""Municipalities reached in its three meanings, counted from everybody's events, and figures of few single cases."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid5

import pytest

from chassis import disclosure
from contracts.advisory import (
    EnquiryRegistered,
    MunicipalityContacted,
    NeedIdentified,
    PreparednessPlanOverdue,
    PreparednessPlanPublished,
    ProcessAgreed,
    VisitHeld,
)
from contracts.cooperation import AgreementExpired, AgreementSigned
from contracts.event import Event
from contracts.training import EventHeld
from embedded.state import ROOT
from planning.__main__ import LISTENS
from support.figures import CODES, SPACE, check_evidence, close, define, event, moment, readings, value, written
from support.initiatives import plan
from support.inside import Inside, refused

SEEDED = {each["code"]: each for each in json.loads((ROOT / "deploy/seed/indicators.json").read_text(encoding="utf-8"))}
MEANINGS = ("reached-any-contact", "reached-advised-or-trained", "reached-agreement-or-plan")


def told(event: type[Event], name: str, /, *, revision: int = 1, at: str = "2026-06-01T10:00:00", **said: Any) -> Event:
    return event(subject=uuid5(SPACE, name), revision=revision, at=moment(at), provenance="actual", **said)


def held(name: str, codes: Sequence[str]) -> Event:
    return told(
        EventHeld, name, kind="theme_day", topics=("threats",), month="2026-06", municipality_codes=tuple(codes),
        participant_count=40, children_youth="primary",
    )  # fmt: skip


def signed(name: str, codes: Sequence[str]) -> Event:
    return told(
        AgreementSigned, name, police_district="fyn", municipality_codes=tuple(codes), signed_on=date(2026, 6, 1),
        review_due=date(2027, 6, 1),
    )  # fmt: skip


YEAR: list[Event] = [
    told(MunicipalityContacted, "contact", at="2026-06-30T21:00:00", municipality_code=CODES[0], quarter="2026-Q2"),
    told(ProcessAgreed, "process", municipality_code=CODES[1], kind="action_plan", children_youth="primary"),
    told(VisitHeld, "process", revision=2, municipality_code=CODES[1], held_on=date(2026, 6, 2), form="visit",
         participant_count=5, children_youth="primary"),
    held("theme day", CODES[1:5]),
    signed("agreement", CODES[4:8]),
    signed("expired agreement", CODES[20:24]),
    told(AgreementExpired, "expired agreement", revision=2, at="2026-08-01T10:00:00", police_district="fyn",
         municipality_codes=CODES[20:24]),
    event(PreparednessPlanPublished, CODES[7], 1, "2026-02-01T00:00:00"),
    event(PreparednessPlanPublished, CODES[8], 1, "2026-02-01T00:00:00"),
    event(PreparednessPlanPublished, CODES[5], 1, "2026-02-01T00:00:00"),
    event(PreparednessPlanOverdue, CODES[5], 2, "2026-10-01T00:00:00"),
]  # fmt: skip
REACHED = [5 + 3 + 4, 5, 5]  # contact and trained, agreements; contact and trained; agreement in force or valid plan


async def deliver(planning: Inside, events: Sequence[Event], random: Random | None = None, *, twice: bool) -> None:
    """The events of each service have been heard, of each service in turn, and each key's in their order."""
    services = sorted({each.service for each in events})
    if random:
        random.shuffle(services)
    for service in services:
        wire = written(*(each for each in events if each.service == service))
        if twice:
            wire.repeat(wire.log)
        await wire.deliver(planning.pool, LISTENS, shuffle=random, at_most=2)


@pytest.mark.rule(
    "c.5/5", "c.6/event-held→planning", "c.6/process-agreed→planning", "c.6/agreement-signed→planning"
)  # fmt: skip
@pytest.mark.parametrize("seed", [None, 1, 2, 3])
async def test_municipalities_reached_has_three_meanings_each_with_its_own_figure(
    planning: Inside, seed: int | None
) -> None:
    ids = [await define(planning, code=code, **_definition(code)) for code in MEANINGS]
    await deliver(planning, YEAR, None if seed is None else Random(seed), twice=seed is not None)
    assert [await value(planning, each) for each in ids] == REACHED
    for each in ids:
        await check_evidence(planning, each)
        curve = await planning.caller("adviser").get(f"/v1/indicators/{each}/curve")
        assert Decimal(curve["steps"][-1]["value"]) == await value(planning, each)


@pytest.mark.rule("c.5/5")
async def test_a_municipality_stays_reached_by_its_agreement_when_its_plan_grows_too_old(planning: Inside) -> None:
    id = await define(planning, **_definition("reached-agreement-or-plan"))
    own = [signed("agreement", CODES[:2]), event(PreparednessPlanPublished, CODES[0], 1, "2026-02-01T00:00:00")]
    await deliver(planning, [*own, event(PreparednessPlanOverdue, CODES[0], 2, "2026-10-01T00:00:00")], twice=True)
    assert await value(planning, id) == 2


def test_the_three_meanings_are_different_definitions() -> None:
    assert len({json.dumps(_definition(code), sort_keys=True) for code in MEANINGS}) == 3
    assert all(len(_definition(code)["text_da"]) > 60 for code in MEANINGS)
    assert len({_definition(code)["text_da"] for code in MEANINGS}) == 3


def _definition(code: str) -> dict[str, Any]:
    return {name: said for name, said in SEEDED[code]["definition"].items() if name != "text_en"}


@pytest.mark.rule("c.5/3")
async def test_a_sum_that_no_event_can_carry_stands_in_planning_and_is_told_without_its_value(planning: Inside) -> None:
    many = [
        told(EventHeld, f"event {n}", kind="course", topics=("threats",), month="2026-06", municipality_codes=(),
             participant_count=9_999_999, children_youth="no")
        for n in range(3)
    ]  # fmt: skip
    id = await define(planning, method="sum", event_types=[EventHeld.type], sum_field="participant_count")
    await deliver(planning, many[:1], twice=False)
    wire = written(*many)
    await wire.deliver(planning.pool, LISTENS)
    assert await value(planning, id) == 29_999_997
    await check_evidence(planning, id)
    before = await withheld(planning, id)
    assert set(before) == {"too_large"}
    planning.watch.put(moment("2027-01-15T00:00:00"))
    await close(planning, id, "2026")
    assert [each["status"] for each in await readings(planning, id)] == ["final"]
    assert await withheld(planning, id) == [*before, "too_large"]


async def withheld(planning: Inside, id: str) -> list[str]:
    """Why values of the indicator were not told, in their order."""
    rows = await planning.pool.fetch(
        "select convert_from(payload, 'utf8')::json ->> 'reason' as reason from outbox where stream = 'internal'"
        " and headers ->> 'ce_subject' = $1 and headers ->> 'ce_type' like '%withheld%' order by id",
        id,
    )
    return [row["reason"] for row in rows]


async def test_a_curve_of_events_drops_none_that_lack_a_field_which_does_not_matter(planning: Inside) -> None:
    needs = [
        told(NeedIdentified, f"need {n}", need="training", topic="threats", municipality_code=CODES[n] if n else None)
        for n in range(3)
    ]
    said = {"method": "event_count", "event_types": [NeedIdentified.type], "by_field": "municipality_code"}
    id = await define(planning, **said)
    await deliver(planning, needs, twice=False)
    operator = planning.caller("operator")
    steps = (await operator.get(f"/v1/indicators/{id}/curve"))["steps"]
    whole = (await operator.get(f"/v1/indicators/{id}"))["readings"]
    [reading] = [each for each in whole if each["provenance"] == "actual"]
    assert (steps[-1]["value"], reading["value"]) == ("3", "3")


@pytest.mark.rule("c.5/manual")
async def test_a_typed_value_is_not_said_to_be_recomputed(planning: Inside) -> None:
    id = await define(planning, method="manual")
    editor = planning.caller("plan_editor")
    body = {"period": "2020", "value": "86", "source_url": "https://example.org/evaluering"}
    await editor.post(f"/v1/indicators/{id}/readings", body)
    [reading] = await readings(planning, id)
    evidence = await editor.get(f"/v1/readings/{reading['id']}/evidence")
    assert (evidence["recomputed"], evidence["items"], evidence["reading"]["value"]) == (None, [], "86")


def enquiry(number: int) -> Event:
    return told(EnquiryRegistered, f"enquiry {number}", at="2026-06-17T10:00:00", region="nordjylland",
                topics=("threats",), requester="police", urgency="soon", concerns_minor="no")  # fmt: skip


@pytest.mark.rule("p/disclosure", "c.5/small-numbers")
async def test_few_single_cases_are_shown_to_operators_only_and_never_told(planning: Inside) -> None:
    id = await define(planning, method="event_count", event_types=[EnquiryRegistered.type])
    await deliver(planning, [enquiry(n) for n in range(disclosure.MINIMUM - 1)], twice=True)
    adviser, operator = planning.caller("adviser"), planning.caller("operator")
    path = f"/v1/indicators/{id}"
    seen, whole = [(await each.get(path))["readings"][0] for each in (adviser, operator)]
    hidden = {name: seen[name] for name in ("value", "event_count", "watermark", "set_aside")}
    assert hidden == {"value": None, "event_count": None, "watermark": {}, "set_aside": []}
    assert (whole["value"], whole["event_count"]) == ("4", 4)
    assert whole["watermark"]
    evidence = await adviser.get(f"/v1/readings/{seen['id']}/evidence")
    assert (evidence["items"], evidence["recomputed"], evidence["case_count"]) == ([], None, None)
    assert (await adviser.get(f"{path}/curve"))["steps"] == []
    assert len((await operator.get(f"/v1/readings/{seen['id']}/evidence"))["items"]) == 4
    assert [each["value"] for each in (await operator.get(f"{path}/curve"))["steps"]] == ["1", "2", "3", "4"]
    assert "indicator-recomputed" not in await planning.events()


@pytest.mark.rule("p/disclosure", "c.5/small-numbers")
async def test_five_single_cases_are_a_figure_whose_events_only_operators_see(planning: Inside) -> None:
    id = await define(planning, method="event_count", event_types=[EnquiryRegistered.type])
    await deliver(planning, [enquiry(n) for n in range(5)], twice=False)
    planning.watch.put(moment("2027-01-15T00:00:00"))
    await close(planning, id, "2026")
    adviser = planning.caller("adviser")
    [reading] = [each for each in (await adviser.get(f"/v1/indicators/{id}"))["readings"] if each["value"] == "5"]
    answer = await adviser.ask("GET", f"/v1/readings/{reading['id']}/evidence")
    evidence = answer.json()
    assert (evidence["case_count"], evidence["recomputed"], evidence["items"]) == (5, "5", [])
    ids = [str(uuid5(enquiry(n).subject, "1")) for n in range(5)]
    assert not any(each in answer.text for each in [*ids, "offset", *(str(enquiry(n).subject) for n in range(5))])
    assert (await planning.events()).count("indicator-recomputed") == 1, "once the period was closed"


@pytest.mark.rule("c.5/progress")
async def test_progress_shows_each_initiative_with_its_state_milestones_and_figures(planning: Inside) -> None:
    editor = planning.caller("plan_editor")
    plan_id, [one] = await plan(planning, 1)
    await editor.post(f"/v1/initiatives/{one}/advance", {"status": "launched"}, revision=1)
    await editor.post(f"/v1/initiatives/{one}/milestones", {"title_da": "Syntetisk", "due_on": "2026-12-31"})
    body = {"plan_id": plan_id, "name_da": "Syntetisk", "kind": "output", "frequency": "year"}
    trained = {"text_da": "Syntetisk definition", "method": "distinct_count", "event_types": [EventHeld.type],
               "by_field": "municipality_codes", "out_of": 98}  # fmt: skip
    await editor.post("/v1/indicators", {**body, "code": "trained", "initiative_id": one, "definition": trained})
    cases = {"text_da": "Syntetisk", "method": "event_count", "event_types": [EnquiryRegistered.type]}
    await editor.post("/v1/indicators", {**body, "code": "cases", "definition": cases})
    await deliver(planning, [held("one", CODES[:3]), held("two", CODES[2:5]), enquiry(1)], twice=False)
    table = await planning.caller("adviser").get(f"/v1/action-plans/{plan_id}/progress")
    assert table["state_counts"] == {"launched": 1}
    [[shown]] = [each["initiatives"] for each in table["focus_areas"]]
    assert (shown["state"], shown["milestone_counts"], shown["number"]) == ("launched", {"open": 1}, 1)
    [figure] = [each for each in shown["figures"] if each["provenance"] == "actual"]
    assert (figure["value"], figure["out_of"], figure["event_count"]) == ("5", 98, 2)
    assert figure["definition_da"] == "Syntetisk definition"
    assert figure["as_of"]
    evidence = await editor.get(figure["evidence"])
    assert (evidence["recomputed"], len(evidence["items"])) == ("5", 2)
    [case] = [each for each in table["figures"] if each["provenance"] == "actual"]
    assert (case["value"], case["event_count"]) == (None, None)
    unknown = await editor.ask("GET", f"/v1/action-plans/{UUID(int=1)}/progress")
    refused(unknown, 404, "action-plan-missing")


@pytest.mark.rule("p/disclosure", "c.5/small-numbers")
async def test_a_case_that_arrives_is_seen_in_no_figure_that_is_read_twice(planning: Inside) -> None:
    editor, adviser = planning.caller("plan_editor"), planning.caller("adviser")
    alone = {"text_da": "Syntetisk", "method": "event_count", "event_types": [EnquiryRegistered.type]}
    beside = {**alone, "event_types": [EnquiryRegistered.type, EventHeld.type]}
    said = {"definition": beside, "provenance": "actual", "frequency": "quarter"}
    refused(await editor.command("/v1/indicators/preview", said), 422, "cases-beside-others")
    id = await define(planning, method="event_count", event_types=[EventHeld.type])
    target = {"period": "2026", "bound": "at_least", "value": "1"}
    await editor.post(f"/v1/indicators/{id}/set-target", target)
    await editor.post(f"/v1/indicators/{id}/redefine", alone, revision=1)
    planning.watch.put(moment("2026-07-02T00:00:00"))
    for count in (9, 10):
        await deliver(planning, [enquiry(n) for n in range(count)], twice=False)
        tried = await editor.post("/v1/indicators/preview", {**said, "definition": alone})
        quarters = [each["value"] for each in tried["periods"]]
        assert quarters[:2] == [None, str(count // 5 * 5)], "the third quarter runs, the second is told in fives"
        [shown] = (await adviser.get(f"/v1/indicators/{id}/targets"))["items"]
        assert (shown["value"], shown["reached"]) == (None, None)
