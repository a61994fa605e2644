"""What is asked of figures: before they count, beside them, between them, of their course, and as they were known."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from chassis import database
from chassis.consumer import release
from contracts.advisory import EnquiryRegistered, PreparednessPlanOverdue, PreparednessPlanPublished
from contracts.event import Event
from planning.__main__ import LISTENS
from support.figures import (
    CODES,
    OVERDUE,
    PUBLISHED,
    RECORDED,
    STOCK,
    TOPIC,
    PreparednessPlanRecorded,
    define,
    event,
    message,
    moment,
    readings,
    value,
    written,
)
from support.inside import Inside, refused

DISTINCT = {"method": "distinct_count", "by_field": "municipality_code"}
CASES = {"method": "event_count", "event_types": [EnquiryRegistered.type]}
HELD_AGAINST = {
    "period": "2026",
    "value": "93",
    "reason": "Et andet tal er oplyst",
    "source_url": "https://example.org/a",
}
COURSE = {
    "direction": "up", "baseline": "0", "baseline_on": "2026-01-01", "target": "98", "due_on": "2026-12-31",
}  # fmt: skip


def plans(codes: Sequence[str], kind: type[Event] = PreparednessPlanPublished, at: str = "2026-02-01") -> list[Event]:
    return [event(kind, code, 1, f"{at}T00:00:00") for code in codes]


@pytest.mark.rule("c.5/preview")
async def test_a_definition_is_tried_on_what_was_heard_and_nothing_is_kept(planning: Inside) -> None:
    id = await define(planning, **DISTINCT, event_types=[PUBLISHED])
    await written(*plans(CODES[:4]), *plans(CODES[4:6], PreparednessPlanRecorded)).deliver(planning.pool, LISTENS)
    before = await planning.contents()
    wider = {"text_da": "Syntetisk", **DISTINCT, "event_types": [PUBLISHED, RECORDED]}
    editor = planning.caller("plan_editor")
    tried = (await editor.command("/v1/indicators/preview", {"indicator_id": id, "definition": wider})).json()
    assert [each["period"] for each in tried["periods"]] == ["2026", "2025", "2024", "2023", "2022"]
    first = tried["periods"][0]
    assert (first["value"], first["event_count"], first["in_force"]) == ("6", 6, "4")
    assert "»beredskabsplan offentliggjort« eller »beredskabsplan indført i registeret«" in tried["counts_da"]
    assert await planning.contents() == before
    wrong = {"definition": {**wider, "by_field": None}}
    refused(await editor.command("/v1/indicators/preview", wrong), 422, "definition-incomplete",
            "/definition/by_field")  # fmt: skip
    manual = {"definition": {"text_da": "Syntetisk", "method": "manual"}}
    refused(await editor.command("/v1/indicators/preview", manual), 409, "nothing-to-preview")
    await editor.post(f"/v1/indicators/{id}/redefine", wider, revision=1)
    assert await value(planning, id) == Decimal(first["value"])


@pytest.mark.rule("c.5/preview", "c.5/small-numbers")
async def test_a_preview_shows_no_few_single_cases(planning: Inside) -> None:
    enquiry = EnquiryRegistered(
        subject=plans(CODES[:1])[0].subject, revision=1, at=moment("2026-06-17T10:00:00"), provenance="actual",
        region="nordjylland", topics=("threats",), requester="police", urgency="soon", concerns_minor="no",
    )  # fmt: skip
    await written(enquiry).deliver(planning.pool, LISTENS)
    asked = {"definition": {"text_da": "Syntetisk", **CASES}}
    tried = (await planning.caller("plan_editor").command("/v1/indicators/preview", asked)).json()
    assert {(each["value"], each["event_count"]) for each in tried["periods"]} == {(None, None)}


@pytest.mark.rule("c.5/override")
async def test_another_value_stands_beside_the_counted_one_and_never_instead(planning: Inside) -> None:
    id = await define(planning, **DISTINCT, event_types=[PUBLISHED])
    wire = written(*plans(CODES[:86]))
    await wire.deliver(planning.pool, LISTENS)
    editor = planning.caller("plan_editor")
    path = f"/v1/indicators/{id}"
    nothing = await editor.command(f"{path}/take-back-override", {"period": "2026", "reason": "Rettet"})
    refused(nothing, 409, "nothing-held-against")
    view = await editor.post(f"{path}/override", HELD_AGAINST)
    [shown] = [each for each in view["readings"] if each["provenance"] == "actual"]
    assert (shown["value"], shown["override"]["value"], shown["override"]["source_url"]) == (
        "86", "93", "https://example.org/a",
    )  # fmt: skip
    wire._append([message(each) for each in plans(CODES[86:87])])
    await wire.deliver(planning.pool, LISTENS)
    [shown] = [each for each in (await editor.get(path))["readings"] if each["provenance"] == "actual"]
    assert (shown["value"], shown["override"]["value"]) == ("87", "93")
    await editor.post(f"{path}/take-back-override", {"period": "2026", "reason": "Rettet"})
    [shown] = [each for each in (await editor.get(path))["readings"] if each["provenance"] == "actual"]
    assert (shown["value"], shown["override"]) == ("87", None)
    assert [each["value"] for each in (await editor.get(f"{path}/overrides"))["items"]] == ["93", None]
    assert (await planning.events()).count("indicator-overridden") == 2
    refused(await editor.command(f"{path}/override", {**HELD_AGAINST, "period": "2026-Q1"}), 422,
            "period-unlike-frequency", "/period")  # fmt: skip
    manual = await define(planning, code="manual", method="manual")
    refused(await editor.command(f"/v1/indicators/{manual}/override", HELD_AGAINST), 409, "read-by-hand")


@pytest.mark.rule("c.5/4", "c.5/sets")
async def test_93_and_86_are_two_sets_and_the_seven_between_them_are_named(planning: Inside) -> None:
    strict = await define(planning, code="strict", **DISTINCT, event_types=[PUBLISHED])
    wide = await define(planning, code="wide", **DISTINCT, event_types=[PUBLISHED, RECORDED])
    other = await define(planning, code="other", **DISTINCT, event_types=[OVERDUE])
    told = [*plans(CODES[:86]), *plans(CODES[86:93], PreparednessPlanRecorded)]
    told += plans(CODES[90:95], PreparednessPlanOverdue)[3:]
    await written(*told).deliver(planning.pool, LISTENS)
    adviser = planning.caller("adviser")
    path = f"/v1/indicator-sets?indicator={strict}&indicator={wide}&period=2026"
    found = (await adviser.ask("GET", path)).json()
    assert [each["value"] for each in found["sets"]] == [86, 93]
    assert (found["union_value"], found["in_all_value"], found["tells_apart"]) == (93, 86, "municipality_code")
    [pair] = found["pairs"]
    assert pair["only_other"] == sorted(CODES[86:93])
    assert (pair["only_one"], pair["both"]) == ([], 86)
    assert "(86) og" in pair["text_da"]
    assert "7 kun i det andet" in pair["text_da"]
    three = (await adviser.ask("GET", f"{path}&indicator={other}")).json()
    assert (three["union_value"], three["in_all_value"], len(three["pairs"])) == (95, 0, 3)
    assert three["union_da"].count("Syntetisk") == 3
    cases = await define(planning, code="cases", **CASES)
    for wrong in (cases, await define(planning, code="manual", method="manual")):
        refused(await adviser.ask("GET", f"{path}&indicator={wrong}"), 422, "not-sets")
    refused(await adviser.ask("GET", path.replace("2026", "2026-Q1")), 422, "period-unlike-frequency")


@pytest.mark.rule("c.5/known-on")
async def test_a_figure_is_counted_as_it_was_known_on_a_day(planning: Inside) -> None:
    planning.watch.put(moment("2026-03-01T00:00:00"))
    id = await define(planning, **DISTINCT, event_types=[PUBLISHED])
    wire = written(*plans(CODES[:5]))
    [poisoned] = [each for each in wire.log if each.key == str(plans(CODES[:5])[1].subject).encode()]
    wire.log[wire.log.index(poisoned)] = broken = type(poisoned)(**{**vars(poisoned), "value": b"{"})
    await wire.deliver(planning.pool, LISTENS)
    await planning.pool.execute("update known_offsets set day = '2026-04-01'")
    wire._append([message(each) for each in plans(CODES[5:8])])
    await wire.deliver(planning.pool, LISTENS)
    await planning.pool.execute("update parked_event set value = $1", poisoned.value)
    assert broken.key is not None
    async with database.transaction(planning.pool) as tx:
        await release.retry(tx, LISTENS, topic=TOPIC, partition=broken.partition, key=broken.key)
    adviser = planning.caller("adviser")
    refused(await adviser.ask("GET", f"/v1/indicators/{id}/known-on/2026-04-01"), 404, "not-known-then")
    planning.watch.put(moment("2100-01-01T12:00:00"))
    then = await adviser.get(f"/v1/indicators/{id}/known-on/2026-04-01")
    assert (then["then"]["value"], then["now"], then["then"]["event_count"]) == ("4", "8", 4)
    assert "1. april 2026" in then["text_da"]
    today = await adviser.get(f"/v1/indicators/{id}/known-on/2100-01-01", period="2026")
    assert (today["then"]["value"], today["now"]) == ("8", "8")
    assert (await adviser.get(f"/v1/indicators/{id}/known-on/2026-04-01", period="2025"))["then"]["value"] == "0"
    for day in ("2026-03-31", "2026-02-01"):
        refused(await adviser.ask("GET", f"/v1/indicators/{id}/known-on/{day}"), 404, "not-known-then")
    stricter = {"text_da": "Ny", **DISTINCT, "event_types": [OVERDUE]}
    planning.watch.put(moment("2026-05-01T00:00:00"))
    await planning.caller("plan_editor").post(f"/v1/indicators/{id}/redefine", stricter, revision=1)
    again = await adviser.get(f"/v1/indicators/{id}/known-on/2026-04-01")
    assert (again["definition"]["version"], again["then"]["value"]) == (1, "4")


async def test_a_typed_figure_is_known_from_the_moment_it_was_typed(planning: Inside) -> None:
    id = await define(planning, method="manual")
    body = {"period": "2026", "value": "86", "source_url": "https://example.org/evaluering"}
    await planning.caller("plan_editor").post(f"/v1/indicators/{id}/readings", body)
    path = f"/v1/indicators/{id}/known-on"
    adviser = planning.caller("adviser")
    assert (await adviser.get(f"{path}/2026-11-23"))["then"]["value"] == "86"
    refused(await adviser.ask("GET", f"{path}/2026-11-23", params={"period": "2025"}), 404, "not-known-then")
    refused(await adviser.ask("GET", f"{path}/2026-11-22"), 404, "not-known-then")


async def behind(planning: Inside, count: int) -> tuple[str, Any]:
    """A synthetic figure with so many plans and a course to four by the end of the year."""
    id = await define(planning, **STOCK)
    told = [event(PreparednessPlanPublished, f"990{n + 1}", 1, "2026-02-01T00:00:00") for n in range(count)]
    wire = written(*told)
    await wire.deliver(planning.pool, LISTENS)
    course = {**COURSE, "target": "4"}
    return id, await planning.caller("plan_editor").post(f"/v1/indicators/{id}/set-course", course, revision=1)


@pytest.mark.rule("c.5/off-track")
async def test_a_figure_behind_its_course_says_why_and_is_told_once(planning: Inside) -> None:
    id, course = await behind(planning, 2)
    assert (course["off_track"], course["value"], course["expected"]) == (True, "2", "3.582")
    assert course["reason_da"] == (
        "Målet er mindst 4 senest den 31. december 2026. Den 23. november 2026 skulle tallet være mindst 3,582 for at"
        " følge kursen, men det er 2. I samme takt nås målet den 15. oktober 2027."
    )
    assert (await planning.events()).count("indicator-off-track") == 1
    wire = written(*[event(PreparednessPlanPublished, f"990{n + 1}", 1, "2026-02-01T00:00:00") for n in range(2)])
    wire._append([message(event(PreparednessPlanPublished, f"990{n}", 1, "2026-11-20T00:00:00")) for n in (3, 4)])
    await wire.deliver(planning.pool, LISTENS)
    after = await planning.caller("adviser").get(f"/v1/indicators/{id}/course")
    assert (after["off_track"], after["reason_da"]) == (False, "Tallet følger kursen.")
    told = await planning.events()
    assert (told.count("indicator-off-track"), told.count("indicator-back-on-track")) == (1, 1)
    plan_id = (await planning.caller("adviser").get(f"/v1/indicators/{id}"))["plan_id"]
    [listed] = (await planning.caller("adviser").get(f"/v1/action-plans/{plan_id}/courses"))["items"]
    assert listed == after


@pytest.mark.rule("c.5/off-track")
async def test_time_alone_puts_a_figure_off_track(planning: Inside) -> None:
    planning.watch.put(moment("2026-07-01T12:00:00"))
    id, course = await behind(planning, 2)
    assert course["off_track"] is False
    await planning.pass_time(moment("2026-08-01T00:00:00"))
    assert "indicator-off-track" not in await planning.events()
    await planning.pass_time(moment("2026-10-15T00:00:00"))
    assert (await planning.events()).count("indicator-off-track") == 1
    await planning.pass_time(moment("2027-02-15T00:00:00"))
    assert (await planning.events()).count("indicator-off-track") == 1
    assert await planning.pool.fetchval("select count(*) from deadlines") == 0
    late = await planning.caller("adviser").get(f"/v1/indicators/{id}/course")
    assert late["reason_da"] == "Målet var mindst 4 senest den 31. december 2026, men tallet er 2."


@pytest.mark.rule("c.5/9")
async def test_more_enquiries_are_neither_better_nor_worse(planning: Inside) -> None:
    id = await define(planning, **CASES)
    editor = planning.caller("plan_editor")
    refused(await editor.command(f"/v1/indicators/{id}/set-course", COURSE, revision=1), 422, "course-judges-cases",
            "/direction")  # fmt: skip
    neutral = await editor.post(f"/v1/indicators/{id}/set-course", {"direction": "neutral"}, revision=1)
    assert neutral["off_track"] is False
    assert "hverken godt eller dårligt" in neutral["reason_da"]
    assert len(await readings(planning, id)) == 1


@pytest.mark.rule("c.5/off-track")
async def test_a_course_that_leads_nowhere_is_refused(planning: Inside) -> None:
    id = await define(planning, method="event_count", event_types=[PUBLISHED])
    editor = planning.caller("plan_editor")
    for said, slug, pointer in (
        ({"direction": "neutral", "target": "1"}, "course-incomplete", "/direction"),
        ({**COURSE, "target": None}, "course-incomplete", "/target"),
        ({**COURSE, "due_on": "2026-01-01"}, "course-incomplete", "/due_on"),
        ({**COURSE, "direction": "down"}, "course-incomplete", "/target"),
        ({**COURSE, "target": "0"}, "course-incomplete", "/target"),
        ({**COURSE, "due_on": "2027-01-01"}, "course-unlike-period", "/due_on"),
    ):
        refused(await editor.command(f"/v1/indicators/{id}/set-course", said, revision=1), 422, slug, pointer)
    refused(await editor.ask("GET", f"/v1/indicators/{id}/course"), 404, "course-missing")
    await editor.post(f"/v1/indicators/{id}/set-course", COURSE, revision=1)
