"""A released statistic as a figure: what it says now, whatever was doubled, late, corrected or taken back."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid5

import pytest

from chassis.consumer import effects
from contracts.event import Event
from contracts.knowledge import StatisticCorrected, StatisticReleased, StatisticRetracted
from planning.__main__ import LISTENS
from planning.domain.counting import Fact
from planning.queries.verify import differences, fact_of, standing_readings
from support.figures import SPACE, close, message, moment, readings, value, written
from support.inside import Inside, refused
from support.publications import data_of
from support.wire import Wire

TABLE = "young-in-control"
TYPES = [StatisticReleased.type, StatisticCorrected.type, StatisticRetracted.type]
BOUND: dict[str, Any] = {
    "text_da": "Andel unge under social kontrol, Syntetisk",
    "method": "newest",
    "event_types": TYPES,
    "match": {"table": TABLE},
    "sum_field": "headline_value",
}


async def outcome(planning: Inside, **definition: Any) -> str:
    """The id of a new outcome indicator, in a plan of its own."""
    editor = planning.caller("plan_editor")
    said = {"year": 2026, "title_da": "Syntetisk plan", "provenance": "synthetic"}
    plan = await editor.post("/v1/action-plans", said)
    body = {"plan_id": plan["id"], "code": "outcome", "name_da": "Syntetisk", "kind": "outcome", "frequency": "year"}
    return (await editor.post("/v1/indicators", {**body, "definition": {**BOUND, **definition}}))["id"]


def _envelope(name: str, revision: int, at: str) -> dict[str, Any]:
    return {"subject": uuid5(SPACE, name), "revision": revision, "at": moment(at), "provenance": "actual"}


def _numbers(headline: str | None, table: str) -> dict[str, Any]:
    return {
        "table": table, "period": "2025", "definition_version": 3, "series_break": False, "as_of": date(2026, 1, 31),
        "unit": "percent", "headline_value": headline, "hidden_count": 0, "table_digest": "0" * 64,
    }  # fmt: skip


def released(headline: str | None, at: str = "2026-02-01T00:00:00", *, name: str = "one", table: str = TABLE) -> Event:
    return StatisticReleased(**_envelope(name, 4, at), **_numbers(headline, table))


def corrected(headline: str | None, revision: int = 5, at: str = "2026-05-01T00:00:00", *, name: str = "one") -> Event:
    said: dict[str, Any] = {"edition": revision - 3, "reason": "late_reports", **_numbers(headline, TABLE)}
    return StatisticCorrected(**_envelope(name, revision, at), **said)


def retracted(revision: int = 6, at: str = "2026-06-01T00:00:00", *, name: str = "one") -> Event:
    return StatisticRetracted(**_envelope(name, revision, at), table=TABLE, period="2025", reason="wrong")


def as_the_plan(event: Event) -> Event:
    """The same, made up as the plan is."""
    return event.model_copy(update={"provenance": "synthetic"})


async def hear(planning: Inside, wire: Wire, *events: Event) -> None:
    wire._append([message(each) for each in events])
    await wire.deliver(planning.pool, LISTENS)


@pytest.mark.rule("c.6/statistic-released→planning", "c.5/9", "c.5/no-number", "c.5/4", "c.5/evidence")
async def test_an_outcome_says_what_was_released_then_what_was_corrected_then_nothing(planning: Inside) -> None:
    id = await outcome(planning)
    assert await value(planning, id) is None
    wire = written(released("21.4"))
    await hear(planning, wire, released("99", table="another-table", name="other"))
    assert await value(planning, id) == Decimal("21.4")
    [reading] = await readings(planning, id)
    assert (reading["as_of"], reading["definition_version"]) == ("2026-02-01T00:00:00Z", 1)
    reader = planning.caller("adviser")
    evidence = await reader.get(f"/v1/readings/{reading['id']}/evidence")
    assert evidence["definition"]["text_da"] == BOUND["text_da"]
    [behind] = evidence["items"]
    assert {name: behind["data"][name] for name in ("as_of", "definition_version", "headline_value")} == {
        "as_of": "2026-01-31", "definition_version": 3, "headline_value": "21.4",
    }  # fmt: skip
    await hear(planning, wire, corrected("20.9"))
    assert await value(planning, id) == Decimal("20.9")
    before = await readings(planning, id)
    wire.repeat(wire.log)
    await wire.deliver(planning.pool, LISTENS)
    assert [each["value"] for each in await readings(planning, id)] == [each["value"] for each in before]
    await hear(planning, wire, retracted())
    [gone] = await readings(planning, id)
    assert (gone["value"], gone["event_count"]) == (None, 1)
    evidence = await reader.get(f"/v1/readings/{gone['id']}/evidence")
    assert [each["type"] for each in evidence["items"]] == [StatisticRetracted.type]
    assert evidence["recomputed"] is None
    curve = await reader.get(f"/v1/indicators/{id}/curve")
    assert [each["value"] for each in curve["steps"]] == ["21.4", "20.9", None]
    assert [each["reason"] for each in await data_of(planning, "indicator-value-withheld")] == ["no_number"]
    assert await found_wrong(planning, [wire]) == []


@pytest.mark.rule("c.5/no-number", "c.5/closed")
async def test_a_closed_period_keeps_its_number_and_a_retraction_heard_late_is_a_correction(planning: Inside) -> None:
    id = await outcome(planning)
    wire = written(released("21.4", "2025-06-01T00:00:00"))
    await wire.deliver(planning.pool, LISTENS)
    await close(planning, id, "2025")
    await hear(planning, wire, corrected("20.9", at="2025-07-01T00:00:00"))
    await hear(planning, wire, retracted(at="2025-08-01T00:00:00"), released("30", at="2026-03-01T00:00:00", name="b"))
    found = [(each["period"], each["status"], each["value"]) for each in await readings(planning, id)]
    assert [each for each in found if each[0] == "2025"] == [
        ("2025", "final", "21.4"), ("2025", "corrected", "20.9"), ("2025", "corrected", None),
    ]  # fmt: skip
    assert await value(planning, id) == 30, "the next release is a figure again"
    assert await found_wrong(planning, [wire]) == []


@pytest.mark.rule("c.5/no-number")
async def test_a_headline_that_is_left_out_is_no_number_and_nothing_breaks_over_it(planning: Inside) -> None:
    id = await outcome(planning)
    editor = planning.caller("plan_editor")
    course = {"direction": "down", "baseline": 30, "baseline_on": "2026-01-01", "target": 10, "due_on": "2026-12-31"}
    await editor.post(f"/v1/indicators/{id}/set-course", course, revision=1)
    await editor.post(
        f"/v1/indicators/{id}/set-target", {"period": "2026", "bound": "at_most", "value": 10}, revision=1
    )
    wire = written(as_the_plan(released(None)))
    await wire.deliver(planning.pool, LISTENS)
    [reading] = await readings(planning, id, "synthetic")
    assert (reading["value"], reading["event_count"]) == (None, 1)
    plan = (await editor.get(f"/v1/indicators/{id}"))["plan_id"]
    for path in (f"/v1/indicators/{id}/curve", f"/v1/action-plans/{plan}/progress"):
        await editor.get(path)
    rolled = await editor.get(f"/v1/action-plans/{plan}/roll-up", period="2026")
    assert rolled["targets_reached"] == 0
    course = await editor.get(f"/v1/indicators/{id}/course")
    assert (course["value"], course["off_track"]) == (None, False)
    assert (await editor.get(f"/v1/indicators/{id}/targets"))["items"][0]["reached"] is None
    await hear(planning, wire, as_the_plan(corrected("29")))
    assert await value(planning, id, provenance="synthetic") == 29
    assert (await editor.get(f"/v1/indicators/{id}/course"))["off_track"] is True
    assert (await editor.get(f"/v1/indicators/{id}/targets"))["items"][0]["reached"] is False


@pytest.mark.rule("c.5/3", "c.5/recounted", "c.5/no-number")
@pytest.mark.parametrize("seed", range(6))
async def test_any_order_and_any_repeats_give_the_same_number_or_none(planning: Inside, seed: int) -> None:
    random = Random(seed)
    id = await outcome(planning)
    end = random.choice((None, "12.5"))
    events = [
        released("10", "2026-01-05T00:00:00", name="old"), corrected("11", 5, "2026-09-01T00:00:00", name="old"),
        released("20"), corrected(None), corrected("21", 6, "2026-05-02T00:00:00"),
        retracted(7) if end is None else corrected(end, 7, "2026-06-01T00:00:00"),
        released("77", "2026-08-01T00:00:00", name="elsewhere", table="another-table"),
    ]  # fmt: skip
    random.shuffle(events)
    wire = written(*events)
    wire.repeat(random.sample(wire.log, 3))
    await wire.deliver(planning.pool, LISTENS, shuffle=random, at_most=2)
    assert await value(planning, id) == (None if end is None else Decimal(end))
    assert await found_wrong(planning, [wire]) == []


@pytest.mark.rule("c.5/no-number", "c.5/9")
async def test_a_figure_of_a_statistic_hears_its_end_and_no_outcome_is_counted_in_enquiries(planning: Inside) -> None:
    id = await outcome(planning)
    editor = planning.caller("plan_editor")
    said = {**BOUND, "event_types": TYPES[:2]}
    path = f"/v1/indicators/{id}/redefine"
    refused(await editor.command(path, said, revision=1), 422, "definition-incomplete", "/event_types")
    enquiries = {**BOUND, "method": "event_count", "match": {}, "sum_field": None}
    enquiries["event_types"] = ["dk.maerk.advisory.enquiry-registered.v1"]
    refused(await editor.command(path, enquiries, revision=1), 422, "outcome-from-cases")
    preview = await editor.post("/v1/indicators/preview", {"frequency": "year", "definition": BOUND})
    assert {each["value"] for each in preview["periods"]} == {None}


async def found_wrong(planning: Inside, wires: Sequence[Wire]) -> list[Any]:
    """What `maerk planning verify` would say, when this is the log."""
    heard: dict[UUID, Any] = {one.id: one for wire in wires for one in map(effects.decoded, reversed(wire.log))}
    facts: list[Fact] = [fact_of(each, type(each.event).model_fields) for each in heard.values()]
    by_type = {name: [each for each in facts if each.type == name] for name in {each.type for each in facts}}
    return [each async for each in differences(planning.pool, await standing_readings(planning.pool), by_type)]
