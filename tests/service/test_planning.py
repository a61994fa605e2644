"""Figures: the same whatever the order in which events arrive, recomputable from their evidence, and never mixed."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import pytest

from chassis import database
from chassis.consumer import effects, release
from contracts.advisory import PreparednessPlanOverdue, PreparednessPlanPublished, PreparednessPlanRecorded
from contracts.event import Event
from planning.__main__ import LISTENS
from support.figures import (
    CODES,
    OVERDUE,
    PUBLISHED,
    RECORDED,
    STOCK,
    TOPIC,
    check_evidence,
    close,
    define,
    event,
    message,
    moment,
    readings,
    value,
    written,
)
from support.inside import Inside, refused
from support.slow import Slow
from support.wire import Wire

STORY = [
    *(event(PreparednessPlanPublished, code, 1, f"2026-0{1 + n % 9}-15T10:00:00") for n, code in enumerate(CODES[:30])),
    *(event(PreparednessPlanOverdue, code, 2, "2026-10-01T00:00:00") for code in CODES[:7]),
    *(event(PreparednessPlanPublished, code, 3, "2026-11-01T09:00:00", version=3) for code in CODES[:3]),
    event(PreparednessPlanPublished, "9901", 1, "2026-05-01T00:00:00"),
]  # fmt: skip
METHODS: list[tuple[dict[str, Any], int]] = [
    ({"method": "event_count", "event_types": [PUBLISHED]}, 33),
    ({"method": "event_count", "event_types": [PUBLISHED, OVERDUE]}, 40),
    ({"method": "distinct_count", "event_types": [PUBLISHED], "by_field": "municipality_code"}, 30),
    ({"method": "sum", "event_types": [PUBLISHED], "sum_field": "version"}, 27 + 3 + 9),
    (STOCK, 26),
    ({"method": "event_count", "event_types": [PUBLISHED], "match": {"version": 3}}, 3),
    ({"method": "event_count", "event_types": [PUBLISHED], "match": {"municipality_code": CODES[0]}}, 2),
]


@pytest.mark.parametrize(("definition", "expected"), METHODS)
@pytest.mark.rule("c.5/evidence", "c.5/5")
async def test_each_method_counts_what_it_says_and_its_evidence_recomputes_to_the_value(
    planning: Inside, definition: dict[str, Any], expected: int
) -> None:
    indicator = await define(planning, **definition)
    assert await value(planning, indicator) == 0
    await written(*STORY).deliver(planning.pool, LISTENS)
    assert await value(planning, indicator) == expected
    await check_evidence(planning, indicator)


@pytest.mark.rule("c.5/3")
async def test_events_doubled_shuffled_between_keys_and_late_give_the_same_figures(planning: Inside) -> None:
    indicators = [await define(planning, code=f"figure-{place}", **each) for place, (each, _) in enumerate(METHODS)]
    random = Random(20261123)
    own: dict[UUID, list[Event]] = {}
    for each in STORY:
        own.setdefault(each.subject, []).append(each)
    order = [each.subject for each in STORY]
    random.shuffle(order)
    shuffled = [own[subject].pop(0) for subject in order]
    wire = Wire(TOPIC)
    first = wire._append([message(each) for each in shuffled[:25]])
    await wire.deliver(planning.pool, LISTENS, shuffle=random, at_most=3)
    wire.repeat(first[-10:])
    wire._append([message(each) for each in shuffled[25:]])
    await wire.deliver(planning.pool, LISTENS, shuffle=random, at_most=4)
    wire.repeat(wire.log[:30])
    await wire.deliver(planning.pool, LISTENS, shuffle=random, at_most=2)
    for indicator, (_, expected) in zip(indicators, METHODS, strict=True):
        assert await value(planning, indicator) == expected
        await check_evidence(planning, indicator)
    assert await planning.pool.fetchval("select count(*) from facts") == len(STORY)


@pytest.mark.rule("c.6/scenario-2")
async def test_a_curve_ends_at_the_figure_and_a_replay_gives_the_same_curve(planning: Inside) -> None:
    indicator = await define(planning, **STOCK)
    await written(*STORY).deliver(planning.pool, LISTENS)
    editor = planning.caller("plan_editor")
    curve = await editor.get(f"/v1/indicators/{indicator}/curve")
    assert Decimal(curve["steps"][-1]["value"]) == 26
    assert max(Decimal(each["value"]) for each in curve["steps"]) == 30
    again = await define(planning, code="again", **STOCK)
    assert (await editor.get(f"/v1/indicators/{again}/curve"))["steps"] == curve["steps"]


async def test_a_curve_of_what_happened_begins_anew_with_each_period(planning: Inside) -> None:
    indicator = await define(planning, method="event_count", event_types=[PUBLISHED])
    told = [event(PreparednessPlanPublished, CODES[n], 1, f"202{5 + n // 2}-03-01T00:00:00") for n in range(4)]
    await written(*told).deliver(planning.pool, LISTENS)
    steps = (await planning.caller("plan_editor").get(f"/v1/indicators/{indicator}/curve"))["steps"]
    assert [int(each["value"]) for each in steps] == [1, 2, 1, 2]


@pytest.mark.rule("c.5/synthetic")
async def test_synthetic_and_actual_events_are_never_counted_together(planning: Inside) -> None:
    indicator = await define(planning, **STOCK)
    await written(*STORY).deliver(planning.pool, LISTENS)
    assert await value(planning, indicator, provenance="actual") == 26
    assert await value(planning, indicator, provenance="synthetic") == 1


@pytest.mark.rule("c.5/4")
async def test_86_and_93_stand_under_their_own_definitions_and_are_never_mixed(planning: Inside) -> None:
    """Two official numbers were given for the reach of one plan; each of ours says what it counts."""
    told = [event(PreparednessPlanPublished, code, 1, "2026-02-01T00:00:00") for code in CODES[:86]]
    told += [event(PreparednessPlanRecorded, code, 1, "2026-02-01T00:00:00") for code in CODES[86:93]]
    indicator = await define(
        planning, method="distinct_count", event_types=[PUBLISHED, RECORDED], by_field="municipality_code"
    )
    await written(*told).deliver(planning.pool, LISTENS)
    assert await value(planning, indicator) == 93
    editor = planning.caller("plan_editor")
    stricter = {
        "text_da": "Kun offentliggjorte",
        "method": "distinct_count",
        "event_types": [PUBLISHED],
        "by_field": "municipality_code",
    }
    view = await editor.post(f"/v1/indicators/{indicator}/redefine", stricter, revision=1)
    assert {each["definition_version"] for each in view["readings"]} == {2}
    assert await value(planning, indicator) == 86
    both = [(each["definition_version"], int(Decimal(each["value"]))) for each in await readings(planning, indicator)]
    assert both == [(1, 93), (2, 86)]
    await check_evidence(planning, indicator)
    later = written(*told)
    later._append([message(event(PreparednessPlanPublished, CODES[95], 1, "2026-03-01T00:00:00"))])
    await later.deliver(planning.pool, LISTENS)
    both = [(each["definition_version"], int(Decimal(each["value"]))) for each in await readings(planning, indicator)]
    assert both == [(1, 93), (2, 87)]


@pytest.mark.rule("c.5/closed")
async def test_a_closed_period_does_not_change_and_a_late_event_makes_a_corrected_reading_beside_it(
    planning: Inside,
) -> None:
    indicator = await define(planning, method="event_count", event_types=[PUBLISHED])
    wire = written(*(event(PreparednessPlanPublished, code, 1, "2026-06-01T00:00:00") for code in CODES[:5]))
    await wire.deliver(planning.pool, LISTENS)
    planning.watch.put(moment("2027-01-15T00:00:00"))
    await close(planning, indicator, "2026")
    [final] = [each for each in await readings(planning, indicator) if each["period"] == "2026"]
    assert (final["status"], Decimal(final["value"])) == ("final", 5)
    for place, code in enumerate(CODES[5:7]):
        wire._append([message(event(PreparednessPlanPublished, code, 1, "2026-12-31T22:59:59"))])
        wire.repeat(wire.log[-1:])
        await wire.deliver(planning.pool, LISTENS)
        made = await readings(planning, indicator)
        assert made[0] == final
        assert [each["status"] for each in made] == ["final", *["corrected"] * (place + 1)]
        assert Decimal(made[-1]["value"]) == 6 + place
        assert made[-1]["corrects"] == made[-2]["id"]
    assert await value(planning, indicator) == 7
    await check_evidence(planning, indicator)


async def test_a_period_ends_at_midnight_in_denmark(planning: Inside) -> None:
    indicator = await define(planning, frequency="month", method="event_count", event_types=[PUBLISHED])
    told = [
        event(PreparednessPlanPublished, code, 1, at)
        for code, at in zip(CODES, ("2026-06-30T21:59:59", "2026-06-30T22:00:00", "2026-01-31T23:00:00"), strict=False)
    ]
    await written(*told).deliver(planning.pool, LISTENS)
    assert [await value(planning, indicator, period) for period in ("2026-06", "2026-07", "2026-01", "2026-02")] == [
        1, 1, None, 1,
    ]  # fmt: skip


async def test_a_late_event_moves_a_state_in_the_later_periods_too(planning: Inside) -> None:
    indicator = await define(planning, frequency="month", **STOCK)
    wire = written(event(PreparednessPlanPublished, CODES[0], 1, "2026-03-01T00:00:00"))
    wire._append([message(event(PreparednessPlanPublished, CODES[1], 1, "2026-05-01T00:00:00"))])
    await wire.deliver(planning.pool, LISTENS)
    assert await value(planning, indicator, "2026-05") == 2
    wire._append([message(event(PreparednessPlanPublished, CODES[2], 1, "2026-02-10T00:00:00"))])
    await wire.deliver(planning.pool, LISTENS)
    assert [await value(planning, indicator, f"2026-0{month}") for month in (2, 3, 5)] == [1, 2, 3]
    await check_evidence(planning, indicator)


async def test_two_members_counting_at_once_lose_nothing(planning: Inside) -> None:
    indicator = await define(planning, method="event_count", event_types=[PUBLISHED])
    told = [event(PreparednessPlanPublished, code, 1, "2026-06-01T00:00:00") for code in CODES]
    wire = written(*told)

    async def member(number: int) -> None:
        mine = wire.of(number)
        for place in range(0, len(mine), 3):
            assert await effects.apply(planning.pool, mine[place : place + 3], LISTENS)

    await asyncio.gather(*(member(number) for number in range(6)))
    assert await value(planning, indicator) == len(CODES)
    await check_evidence(planning, indicator)


async def test_of_two_members_counting_one_figure_the_second_waits_and_counts_both(planning: Inside) -> None:
    indicator = await define(planning, method="event_count", event_types=[PUBLISHED])
    wire = written(*(event(PreparednessPlanPublished, code, 1, "2026-06-01T00:00:00") for code in CODES))
    other = effects.apply(planning.pool, wire.of(1)[:1], LISTENS)
    await Slow().beside(planning, wire.of(0)[0], other)
    assert await value(planning, indicator) == 2


@pytest.mark.parametrize("anew", [False, True])
async def test_a_definition_made_while_somebody_counts_misses_none_of_their_events(
    planning: Inside,
    anew: bool,  # noqa: FBT001
) -> None:
    indicator = await define(planning, method="event_count", event_types=[RECORDED])
    editor = planning.caller("plan_editor")
    definition = {"text_da": "Ny", "method": "event_count", "event_types": [PUBLISHED]}
    wire = written(event(PreparednessPlanPublished, CODES[0], 1, "2026-06-01T00:00:00"))
    made: list[str] = [indicator]

    async def redefine() -> None:
        if anew:
            made.append(await define(planning, code="anew", **definition))
        else:
            await editor.post(f"/v1/indicators/{indicator}/redefine", definition, revision=1)

    await Slow().beside(planning, wire.log[0], redefine())
    assert await value(planning, made[-1]) == 1
    await check_evidence(planning, made[-1])


@pytest.mark.rule("c.5/3")
async def test_the_watermark_says_for_each_partition_which_events_were_counted(planning: Inside) -> None:
    indicator = await define(planning, method="event_count", event_types=[PUBLISHED])
    wire = written(*STORY)
    await wire.deliver(planning.pool, LISTENS)
    path = f"/v1/indicators/{indicator}/readings"
    whole = (await planning.caller("operator").get(path))["items"]
    [reading] = [each for each in whole if each["provenance"] == "actual"]
    assert (await readings(planning, indicator))[0]["watermark"] == {}
    marks = reading["watermark"][TOPIC]
    assert sorted(marks) == ["0", "1", "2", "3", "4", "5"]
    evidence = await planning.caller("operator").get(f"/v1/readings/{reading['id']}/evidence", limit=1000)
    for each in evidence["items"]:
        assert each["offset"] < marks[str(each["partition"])]
        there = wire.of(each["partition"])[each["offset"]]
        assert dict(there.headers)["ce_id"] == each["event_id"].encode()


async def test_evidence_is_read_page_by_page_each_event_once(planning: Inside) -> None:
    indicator = await define(planning, method="event_count", event_types=[PUBLISHED, OVERDUE])
    await written(*STORY).deliver(planning.pool, LISTENS)
    [reading] = await readings(planning, indicator)
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = await planning.caller("adviser").get(f"/v1/readings/{reading['id']}/evidence", limit=7, **after)
        seen += [each["event_id"] for each in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert len(seen) == len(set(seen)) == 40


async def test_an_event_that_was_parked_when_the_period_closed_corrects_it_and_its_evidence_stays(
    planning: Inside,
) -> None:
    indicator = await define(planning, method="event_count", event_types=[PUBLISHED])
    good = [event(PreparednessPlanPublished, code, 1, "2026-06-01T00:00:00") for code in CODES[:4]]
    wire = written(*good)
    [poisoned] = [each for each in wire.log if each.key == str(good[1].subject).encode()]
    wire.log[wire.log.index(poisoned)] = replace(poisoned, value=b"{")
    await wire.deliver(planning.pool, LISTENS)
    assert await value(planning, indicator) == 3
    planning.watch.put(moment("2027-01-15T00:00:00"))
    await close(planning, indicator, "2026")
    await planning.pool.execute("update parked_event set value = $1", poisoned.value)
    assert poisoned.key is not None
    async with database.transaction(planning.pool) as tx:
        await release.retry(tx, LISTENS, topic=TOPIC, partition=poisoned.partition, key=poisoned.key)
    made = await readings(planning, indicator)
    assert [(each["status"], int(Decimal(each["value"]))) for each in made] == [("final", 3), ("corrected", 4)]
    whole = (await planning.caller("operator").get(f"/v1/indicators/{indicator}/readings"))["items"]
    assert [each["offset"] for each in whole[0]["set_aside"]] == [poisoned.offset]
    await check_evidence(planning, indicator)


async def test_a_period_is_closed_once_and_not_before_it_is_over(planning: Inside) -> None:
    editor = planning.caller("plan_editor")
    said = {"year": 2026, "title_da": "Syntetisk plan", "provenance": "synthetic"}
    made = await editor.post("/v1/action-plans", said)
    path = f"/v1/action-plans/{made['id']}/close-period"
    problem = refused(await editor.command(path, {"period": "2026"}, revision=1), 409, "period-not-over")
    assert problem["current"] == made
    await editor.post(path, {"period": "2025"}, revision=1)
    refused(await editor.command(path, {"period": "2025"}, revision=2), 409, "period-already-closed")
    assert (await planning.events())[-1] == "period-closed"


@pytest.mark.rule("c.5/manual")
async def test_a_value_typed_by_hand_stands_with_its_source_and_is_corrected_after_closing(planning: Inside) -> None:
    indicator = await define(planning, method="manual")
    editor = planning.caller("plan_editor")
    path = f"/v1/indicators/{indicator}/readings"
    body = {"period": "2025", "value": "86", "source_url": "https://example.org/evaluering"}
    await editor.post(path, body)
    await editor.post(path, {**body, "source_url": "https://example.org/anden"})
    [reading] = await readings(planning, indicator)
    assert (reading["value"], reading["source_url"]) == ("86", "https://example.org/anden")
    await close(planning, indicator, "2025")
    await editor.post(path, {**body, "value": "93"})
    made = await readings(planning, indicator)
    assert [(each["status"], each["value"]) for each in made] == [("final", "86"), ("corrected", "93")]
    await editor.post(path, {**body, "period": "2024"})
    await close(planning, indicator, "2023")
    await editor.post(path, {**body, "period": "2023", "value": "1"})
    assert (await readings(planning, indicator))[-1]["status"] == "corrected"
    refused(await editor.command(path, {**body, "period": "2025-Q1"}), 422, "period-unlike-frequency", "/period")
    counted = await define(planning, code="counted", **STOCK)
    refused(await editor.command(f"/v1/indicators/{counted}/readings", body), 409, "not-read-by-hand")


async def test_every_reading_is_told_and_revisions_count_the_indicators_events(planning: Inside) -> None:
    indicator = await define(planning, **STOCK)
    wire = written(*STORY)
    await wire.deliver(planning.pool, LISTENS, at_most=2)
    planning.watch.put(moment("2027-01-15T00:00:00"))
    await close(planning, indicator, "2026")
    rows: Sequence[Any] = await planning.pool.fetch(
        "select headers from outbox where stream = 'internal' and headers ->> 'ce_subject' = $1 order by id", indicator
    )
    revisions = [int(row["headers"]["ce_revision"]) for row in rows]
    assert revisions == list(range(1, len(rows) + 1))
    assert revisions[-1] == await planning.pool.fetchval(
        "select revision from indicators where id = $1", UUID(indicator)
    )
