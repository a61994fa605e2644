"""Figures in parts, in words, towards targets, and several of them as one."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any
from uuid import uuid5

import pytest

from contracts.advisory import EnquiryClosed, EnquiryRegistered, PreparednessPlanPublished
from contracts.cooperation import GapClosed, GapDetected
from contracts.event import Event
from contracts.training import EventHeld, RegistrationAttended
from planning.__main__ import LISTENS
from support.figures import CODES, PUBLISHED, SPACE, close, define, event, moment, readings, value, written
from support.initiatives import MINISTRY, enter
from support.inside import Caller, Inside, refused

ENQUIRY, HELD = EnquiryRegistered.type, EventHeld.type


def told(kind: type[Event], name: str, at: str = "2026-06-10T10:00:00", revision: int = 1, /, **said: Any) -> Event:
    own = {"subject": uuid5(SPACE, name), "revision": revision, "at": moment(at), "provenance": "actual"}
    return kind(**own, **said)


def asked(number: int, region: str, at: str = "2026-06-10T10:00:00") -> Event:
    return told(
        EnquiryRegistered, f"enquiry {region} {number} {at}", at, region=region, topics=("threats",),
        requester="police", urgency="soon", concerns_minor="no",
    )  # fmt: skip


def held(name: str, codes: Sequence[str], participants: int, topics: tuple[str, ...] = ("threats",)) -> Event:
    return told(
        EventHeld, name, kind="theme_day", topics=topics, month="2026-06", municipality_codes=tuple(codes),
        participant_count=participants, children_youth="no",
    )  # fmt: skip


async def parts(reader: Caller, id: str, field: str, period: str = "2026") -> dict[str, Decimal | None]:
    """The parts that are not zero."""
    found = await reader.get(f"/v1/indicators/{id}/breakdown", field=field, period=period)
    every = {each["key"]: None if each["value"] is None else Decimal(each["value"]) for each in found["parts"]}
    return {key: number for key, number in every.items() if number != 0}


@pytest.mark.rule("c.5/breakdown")
async def test_a_figure_comes_in_parts_by_any_field_that_its_events_have(planning: Inside) -> None:
    days = [held("one", CODES[:3], 20, ("threats", "stalking")), held("two", CODES[2:4], 11), held("three", [], 9)]
    said = {"event_types": [HELD]}
    count = await define(planning, code="count", method="event_count", **said)
    people = await define(planning, code="people", method="sum", sum_field="participant_count", **said)
    mean = await define(planning, code="mean", method="mean", sum_field="participant_count", **said)
    reached = await define(planning, code="reached", method="distinct_count", by_field="municipality_code", **said)
    await written(*days).deliver(planning.pool, LISTENS)
    adviser = planning.caller("adviser")
    assert await parts(adviser, count, "topics") == {"threats": 3, "stalking": 1}
    assert await parts(adviser, reached, "topics") == {"threats": 4, "stalking": 3}
    assert await parts(adviser, count, "municipality_code") == {
        **dict.fromkeys(CODES[:4], Decimal(1)), CODES[2]: 2, "not_stated": 1,
    }  # fmt: skip
    operator = planning.caller("operator")
    assert await parts(operator, people, "topics") == {"threats": 40, "stalking": 20}
    assert await parts(operator, mean, "topics") == {"threats": Decimal("13.333"), "stalking": 20}
    whole = await adviser.get(f"/v1/indicators/{count}/breakdown", field="topics", period="2026")
    assert (whole["overlaps"], len(whole["parts"]) > 20) == (True, True)
    single = await adviser.get(f"/v1/indicators/{count}/breakdown", field="children_youth", period="2026")
    assert single["overlaps"] is False
    path = f"/v1/indicators/{count}/breakdown"
    refused(await adviser.ask("GET", path, params={"field": "sex", "period": "2026"}), 422, "field-unknown")
    refused(
        await adviser.ask("GET", path, params={"field": "kind", "period": "2026-06"}), 422, "period-unlike-frequency"
    )
    newest = await define(planning, code="newest", method="newest", sum_field="participant_count", **said)
    path = f"/v1/indicators/{newest}/breakdown"
    refused(await adviser.ask("GET", path, params={"field": "kind", "period": "2026"}), 422, "not-divisible")


@pytest.mark.rule("c.5/breakdown", "p/disclosure")
async def test_a_part_of_few_people_is_left_out_and_cannot_be_subtracted(planning: Inside) -> None:
    professions = ["teacher"] * 12 + ["pedagogue"] * 7 + ["leader"] * 2
    there = [
        told(RegistrationAttended, f"seat {place}", event_id=SPACE, profession=each)
        for place, each in enumerate(professions)
    ]
    id = await define(planning, method="event_count", event_types=[RegistrationAttended.type])
    await written(*there).deliver(planning.pool, LISTENS)
    assert await parts(planning.caller("operator"), id, "profession") == Counter(professions)
    found = await planning.caller("adviser").get(f"/v1/indicators/{id}/breakdown", field="profession", period="2026")
    shown = {each["key"]: each["value"] for each in found["parts"]}
    assert shown["leader"] is None
    hidden = 21 - sum(int(each) for each in shown.values() if each is not None)
    assert hidden >= 2 + 5, "whoever knows the figure cannot tell how many of these were leaders"


@pytest.mark.rule("c.5/breakdown", "p/disclosure", "c.5/small-numbers")
async def test_single_cases_come_in_parts_of_ended_months_only_and_give_no_small_number_away(planning: Inside) -> None:
    id = await define(planning, method="event_count", event_types=[ENQUIRY])
    june = [asked(number, "nordjylland") for number in range(9)] + [asked(number, "midtjylland") for number in range(8)]
    few = [asked(number, "sjaelland") for number in range(2)]
    alone = [asked(number, "nordjylland", "2026-07-10T10:00:00") for number in range(6)]
    running = [asked(number, "nordjylland", "2026-11-10T10:00:00") for number in range(7)]
    await written(*june, *few, *alone, *running).deliver(planning.pool, LISTENS)
    found = await planning.caller("adviser").get(f"/v1/indicators/{id}/breakdown", field="region", period="2026")
    shown = {each["key"]: each for each in found["parts"]}
    assert shown["sjaelland"]["value"] is None
    assert {each["whole"] for each in found["parts"]} == {False}
    months = {"06": {"nordjylland": 9, "midtjylland": 8, "sjaelland": 2}, "07": {"nordjylland": 6}}
    visible = {key: int(each["value"]) for key, each in shown.items() if each["value"] is not None}
    assert all(number <= sum(month.get(key, 0) for month in months.values()) for key, number in visible.items())
    assert sum(visible.values()) <= 17 + 6 - 5
    assert await parts(planning.caller("operator"), id, "region") == {
        "nordjylland": 22, "midtjylland": 8, "sjaelland": 2,
    }  # fmt: skip
    days = {"method": "mean", "event_types": [EnquiryClosed.type], "sum_field": "handling_working_days"}
    mean = await define(planning, code="days", **days)
    path = f"/v1/indicators/{mean}/breakdown"
    answer = await planning.caller("adviser").ask("GET", path, params={"field": "region", "period": "2026"})
    refused(answer, 422, "not-divisible")


@pytest.mark.rule("c.6/enquiry→planning", "c.5/small-numbers")
async def test_the_time_to_answer_is_a_mean_that_nobody_sees_of_few(planning: Inside) -> None:
    days = {"method": "mean", "event_types": [EnquiryClosed.type], "sum_field": "handling_working_days"}
    id = await define(planning, **days)
    assert await readings(planning, id) == [], "nobody has answered, which is not zero days"
    closed = [
        told(EnquiryClosed, f"closed {number}", region="nordjylland", topics=("threats",), outcome="advised",
             handling_working_days=number)
        for number in (1, 1, 2, 3, 6)
    ]  # fmt: skip
    closed = [each.model_copy(update={"subject": uuid5(SPACE, str(place))}) for place, each in enumerate(closed)]
    wire = written(*closed[:4])
    await wire.deliver(planning.pool, LISTENS)
    assert await value(planning, id) is None
    await written(*closed).deliver(planning.pool, LISTENS)
    assert await value(planning, id) is None
    planning.watch.put(moment("2027-01-15T00:00:00"))
    await close(planning, id, "2026")
    assert await value(planning, id) == Decimal("2.600")
    curve = await planning.caller("operator").get(f"/v1/indicators/{id}/curve")
    assert curve["steps"][-1]["value"] == "2.600"


@pytest.mark.rule("c.6/gap→planning")
@pytest.mark.parametrize("seed", [None, 3])
async def test_a_municipality_has_a_gap_until_it_is_closed(planning: Inside, seed: int | None) -> None:
    types = [GapDetected.type, GapClosed.type]
    said = {"method": "latest", "event_types": types, "counting_types": types[:1], "by_field": "municipality_code"}
    id = await define(planning, **said)
    happened = [
        told(GapDetected, code, municipality_code=code, police_district="fyn", lacking=("agreement",))
        for code in CODES[:4]
    ]
    happened += [
        told(GapClosed, code, "2026-06-11T10:00:00", 2, municipality_code=code, police_district="fyn")
        for code in CODES[:1]
    ]
    wire = written(*happened)
    wire.repeat(wire.log[:3])
    random = None if seed is None else Random(seed)
    await wire.deliver(planning.pool, LISTENS, shuffle=random, at_most=2)
    assert await value(planning, id) == 3


@pytest.mark.rule("c.5/target")
async def test_each_period_has_a_target_of_its_own_and_the_progress_says_whether_it_is_reached(
    planning: Inside,
) -> None:
    id = await define(planning, method="event_count", event_types=[PUBLISHED], frequency="quarter")
    editor, path = planning.caller("plan_editor"), f"/v1/indicators/{id}"
    plans = [event(PreparednessPlanPublished, f"990{number}", 1, "2026-05-01T00:00:00") for number in (1, 2)]
    await written(*plans).deliver(planning.pool, LISTENS)
    spring = {"period": "2026-Q2", "bound": "at_least", "value": "2", "source_url": "https://example.org/a"}
    await editor.post(f"{path}/set-target", spring)
    set_now = (await editor.post(f"{path}/set-target", {"period": "2026-Q4", "bound": "at_least", "value": "3"}))[
        "items"
    ]
    assert [(each["period"], each["target"], each["value"], each["reached"]) for each in set_now] == [
        ("2026-Q2", "2", "2", True), ("2026-Q4", "3", "0", False),
    ]  # fmt: skip
    plan_id = (await editor.get(path))["plan_id"]
    figures = (await editor.get(f"/v1/action-plans/{plan_id}/progress"))["figures"]
    own = {each["provenance"]: each["target"] for each in figures}
    assert own["actual"] is None, "the plan is synthetic, and so are the figures that its targets are about"
    assert (own["synthetic"]["target"], own["synthetic"]["reached"]) == ("3", False)
    await editor.post(f"{path}/set-target", {**spring, "bound": "at_most", "value": "1"})
    again = (await editor.get(f"{path}/targets"))["items"]
    assert [(each["bound"], each["reached"]) for each in again] == [("at_most", False), ("at_least", False)]
    await editor.post(f"{path}/take-back-target", {"period": "2026-Q2"})
    assert [each["period"] for each in (await editor.get(f"{path}/targets"))["items"]] == ["2026-Q4"]
    refused(await editor.command(f"{path}/take-back-target", {"period": "2026-Q2"}), 409, "no-target-set")
    refused(await editor.command(f"{path}/set-target", {**spring, "period": "2026"}), 422, "period-unlike-frequency")
    refused(await planning.caller("adviser").command(f"{path}/set-target", spring), 403, "role-missing")
    cases = await define(planning, code="cases", method="event_count", event_types=[ENQUIRY])
    year = {**spring, "period": "2026"}
    refused(await editor.command(f"/v1/indicators/{cases}/set-target", year), 422, "course-judges-cases", "/value")


@pytest.mark.rule("c.5/words")
async def test_what_is_read_in_words_is_never_a_number_to_anybody(planning: Inside) -> None:
    id = await define(planning, method="described", scale_da=["slet ikke", "delvis", "helt"])
    editor, path = planning.caller("plan_editor", "operator"), f"/v1/indicators/{id}"
    said = {"period": "2026", "step_da": "delvis", "words_da": "Syntetisk vurdering."}
    await editor.post(f"{path}/describe", said)
    [reading] = await readings(planning, id)
    assert (reading["value"], reading["step_da"], reading["words_da"]) == (None, "delvis", "Syntetisk vurdering.")
    plan_id = (await editor.get(path))["plan_id"]
    [figure] = (await editor.get(f"/v1/action-plans/{plan_id}/progress"))["figures"]
    assert (figure["value"], figure["step_da"], figure["proof"]) == (None, "delvis", "claimed")
    await editor.post(f"{path}/describe", {**said, "words_da": "Anderledes.", "source_url": "https://example.org/a"})
    [figure] = (await editor.get(f"/v1/action-plans/{plan_id}/progress"))["figures"]
    assert (figure["words_da"], figure["proof"]) == ("Anderledes.", "document_proved")
    assert (await planning.events()).count("indicator-value-withheld") == 2
    assert "indicator-recomputed" not in await planning.events()
    for verb, body, status, slug in (
        ("describe", {**said, "step_da": "næsten"}, 422, "step-unknown"),
        ("describe", {**said, "period": "2026-Q1"}, 422, "period-unlike-frequency"),
        ("readings", {"period": "2026", "value": "2", "source_url": "https://example.org/a"}, 409, "not-read-by-hand"),
        ("override", {"period": "2026", "value": "2", "reason": "x", "source_url": "https://example.org/a"}, 409,
         "read-by-hand"),
        ("set-target", {"period": "2026", "bound": "at_least", "value": "2"}, 422, "course-of-words"),
    ):  # fmt: skip
        refused(await editor.command(f"{path}/{verb}", body), status, slug)
    typed = await define(planning, code="typed", method="manual")
    refused(await editor.command(f"/v1/indicators/{typed}/describe", said), 409, "not-read-in-words")
    for no_number in ("ca. 12", "tolv", "12,4", "NaN", "1e99"):
        body = {"period": "2026", "value": no_number, "source_url": "https://example.org/a"}
        assert (await editor.command(f"/v1/indicators/{typed}/readings", body)).status_code == 422, no_number
    planning.watch.put(datetime(2027, 1, 2, tzinfo=UTC))
    revision = (await editor.get(f"/v1/action-plans/{plan_id}"))["revision"]
    await editor.post(f"/v1/action-plans/{plan_id}/close-period", {"period": "2026"}, revision=revision)
    await editor.post(f"{path}/describe", {**said, "step_da": "helt"})
    assert [(each["status"], each["step_da"]) for each in await readings(planning, id)] == [
        ("final", "delvis"), ("corrected", "helt"),
    ]  # fmt: skip


async def parted(planning: Inside) -> tuple[str, list[str]]:
    """A plan, and its initiative that went on in two, each of the three with figures of its own."""
    editor = planning.caller("plan_editor")
    await enter(editor, MINISTRY)
    effort = {"number": 1, "title_da": "Syntetisk", "children_youth": "no", "responsible_authority": MINISTRY}
    area = {"number": 1, "title_da": "Syntetisk", "initiatives": [effort]}
    said = {"year": 2026, "title_da": "Syntetisk plan", "provenance": "synthetic", "focus_areas": [area]}
    plan = await editor.post("/v1/action-plans", said)
    parent = plan["focus_areas"][0]["initiatives"][0]["id"]
    await editor.post(f"/v1/initiatives/{parent}/advance", {"status": "launched"}, revision=1)
    into = [{"number": number, "title_da": "Syntetisk", "children_youth": "no"} for number in (2, 3)]
    await editor.post(f"/v1/initiatives/{parent}/split", {"into": into}, revision=2)
    children = (await editor.get(f"/v1/initiatives/{parent}"))["became"]
    definitions = [
        (parent, "parent-days", {"method": "event_count", "event_types": [HELD]}),
        (children[0], "child-days", {"method": "event_count", "event_types": [HELD], "match": {"kind": "theme_day"}}),
        (parent, "parent-reach", {"method": "distinct_count", "event_types": [HELD], "by_field": "municipality_codes"}),
        (children[1], "child-reach", {"method": "latest", "event_types": [HELD], "counting_types": [HELD],
                                      "by_field": "municipality_code"}),
        (children[1], "child-reach-too", {"method": "distinct_count", "event_types": [HELD, PUBLISHED],
                                          "by_field": "municipality_code"}),
        (children[0], "people", {"method": "sum", "event_types": [HELD], "sum_field": "participant_count"}),
        (children[1], "people-too", {"method": "sum", "event_types": [HELD], "sum_field": "participant_count"}),
        (children[1], "typed", {"method": "manual"}),
        (children[1], "cases", {"method": "event_count", "event_types": [ENQUIRY]}),
    ]  # fmt: skip
    for initiative, code, definition in definitions:
        own = {"plan_id": plan["id"], "initiative_id": initiative, "code": code, "name_da": "Syntetisk"}
        whole = {**own, "kind": "output", "frequency": "year", "definition": {"text_da": "Syntetisk", **definition}}
        id = (await editor.post("/v1/indicators", whole))["id"]
        if code == "people":
            await editor.post(f"/v1/indicators/{id}/set-target", {"period": "2026", "bound": "at_least", "value": "9"})
    return plan["id"], [parent, *children]


@pytest.mark.rule("c.5/roll-up")
async def test_what_parent_and_child_both_count_counts_once(planning: Inside) -> None:
    plan_id, [parent, one, other] = await parted(planning)
    days = [held("one", CODES[:3], 20), held("two", CODES[2:4], 11)]
    await written(*days).deliver(planning.pool, LISTENS)
    await written(event(PreparednessPlanPublished, CODES[9], 1, "2026-03-01T00:00:00")).deliver(planning.pool, LISTENS)
    adviser = planning.caller("adviser")
    rolled = await adviser.get(f"/v1/initiatives/{parent}/roll-up", period="2026")
    assert set(rolled["initiative_ids"]) == {parent, one, other}
    found = {(each["method"], each["tells_apart"]): each for each in rolled["figures"]}
    days_as_one = found["event_count", None]
    assert (days_as_one["value"], days_as_one["event_count"], days_as_one["counted_twice"]) == ("2", 2, 2)
    assert [each["value"] for each in days_as_one["parts"]] == ["2", "2"]
    reach = found["distinct_count", "municipality_code"]
    assert ([each["value"] for each in reach["parts"]], reach["value"]) == (["5", "4"], "5")
    assert (found["sum", None]["value"], found["sum", None]["counted_twice"]) == ("31", 2)
    assert "31" in found["sum", None]["text_da"]
    assert (rolled["beside"], rolled["targets"], rolled["targets_reached"]) == (["cases", "typed"], 1, 1)
    child = await adviser.get(f"/v1/initiatives/{one}/roll-up", period="2026")
    assert [each["value"] for each in child["figures"]] == ["2", "31"]
    whole = await adviser.get(f"/v1/action-plans/{plan_id}/roll-up", period="2026")
    assert whole["figures"] == rolled["figures"]
    synthetic = await adviser.get(f"/v1/action-plans/{plan_id}/roll-up", period="2026", provenance="synthetic")
    assert {each["value"] for each in synthetic["figures"]} == {"0"}
    for path in (f"/v1/initiatives/{plan_id}", f"/v1/action-plans/{one}"):
        answer = await adviser.ask("GET", f"{path}/roll-up", params={"period": "2026"})
        assert answer.status_code == 404
