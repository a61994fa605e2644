"""Money, priorities and hints."""

from decimal import Decimal
from random import Random
from typing import Any
from uuid import uuid5

import pytest

from contracts.event import Event
from contracts.training import DemandExceeded
from planning.__main__ import LISTENS
from support.figures import SPACE, message, moment, written
from support.inside import Caller, Inside, refused

LINES = {"Exit": "12.4", "Opkvalificering": "13", "Civilsamfund": "3.4", "Sikkerhedskonsulenter": "10.8"}
PRIORITY: dict[str, Any] = {
    "year": 2027,
    "title_da": "Syntetisk: en temadag mere i vest",
    "topic": "negative_social_control",
    "area": "west",
    "children_youth": "primary",
    "calls_for": ["training_event"],
    "provenance": "synthetic",
}


async def agreement(editor: Caller) -> str:
    """A plan whose frame is 10 mio. kr. in each of four years."""
    frame = [{"year": 2021 + n, "source": "political_agreement", "amount_mio_dkk": "10"} for n in range(4)]
    said = {"year": 2021, "title_da": "Syntetisk aftale", "provenance": "synthetic", "frame": frame}
    return (await editor.post("/v1/action-plans", said))["id"]


def line(name: str, amount: str) -> dict[str, Any]:
    years = {"year": 2021, "until_year": 2024, "source": "political_agreement"}
    return {"title_da": name, "amount_mio_dkk": amount, **years}


@pytest.mark.rule("c.5/7")
async def test_what_is_left_of_the_frame_is_shown_beside_the_money_per_year_and_source(planning: Inside) -> None:
    """12.4 + 13 + 3.4 + 10.8 is 39.6 of 40."""
    editor = planning.caller("plan_editor")
    path = f"/v1/action-plans/{await agreement(editor)}/fundings"
    for name, amount in LINES.items():
        await editor.post(path, line(name, amount))
    shown = await planning.caller("adviser").get(path)
    assert [Decimal(shown[f"{name}_mio_dkk"]) for name in ("frame", "allocated", "difference")] == [
        Decimal(40), Decimal("39.6"), Decimal("0.4"),
    ]  # fmt: skip
    years = [
        (each["year"], each["until_year"], each["frame_mio_dkk"], each["allocated_mio_dkk"]) for each in shown["years"]
    ]
    framed = [(2021, None, "10", None), *((year, None, "10", None) for year in (2022, 2023, 2024))]
    assert sorted(years, key=str) == sorted([*framed, (2021, 2024, None, "39.6")], key=str)
    assert (await planning.events())[-4:] == ["funding-allocated"] * 4


@pytest.mark.rule("c.5/7")
async def test_no_more_than_the_frame_is_set_aside(planning: Inside) -> None:
    editor = planning.caller("plan_editor")
    path = f"/v1/action-plans/{await agreement(editor)}/fundings"
    await editor.post(path, line("Syntetisk", "39.6"))
    refused(await editor.command(path, line("Syntetisk", "0.401")), 409, "frame-exceeded")
    await editor.post(path, line("Syntetisk", "0.4"))
    turned = {**line("Syntetisk", "1"), "until_year": 2020}
    refused(await editor.command(path, turned), 422, "years-turned-around", "/until_year")
    stranger = {**line("Syntetisk", "0.001"), "initiative_id": str(SPACE)}
    refused(await editor.command(path, stranger), 409, "frame-exceeded")


async def test_a_plan_whose_frame_nobody_states_has_no_difference(planning: Inside) -> None:
    editor = planning.caller("plan_editor")
    said = {"year": 2021, "title_da": "Syntetisk", "provenance": "synthetic"}
    path = f"/v1/action-plans/{(await editor.post('/v1/action-plans', said))['id']}/fundings"
    shown = await editor.post(path, line("Syntetisk", "5"))
    assert (shown["frame_mio_dkk"], shown["difference_mio_dkk"]) == (None, None)
    stranger = {**line("Syntetisk", "0.001"), "initiative_id": str(SPACE)}
    refused(await editor.command(path, stranger), 404, "initiative-missing", "/initiative_id")


def demand(number: int, revision: int, waiting: int) -> Event:
    return DemandExceeded(
        subject=uuid5(SPACE, f"event {number}"),
        revision=revision,
        at=moment(f"2026-11-{10 + revision}T10:00:00"),
        provenance="synthetic",
        kind="theme_day",
        topics=("negative_social_control",),
        area="west",
        seats=60,
        waiting_count=waiting,
        children_youth="primary",
    )


@pytest.mark.rule("c.6/demand-exceeded→planning")
@pytest.mark.parametrize("seed", [None, 1, 2])
async def test_each_oversubscribed_event_makes_one_hint_that_says_the_newest_however_it_is_heard(
    planning: Inside, seed: int | None
) -> None:
    random = None if seed is None else Random(seed)
    told = [demand(1, 3, 6), demand(2, 3, 9), demand(1, 4, 12), demand(1, 5, 340)]
    wire = written(*(told if seed is None else told[::-1]))
    wire.repeat(wire.log)
    await wire.deliver(planning.pool, LISTENS, shuffle=random, at_most=2)
    hints = (await planning.caller("plan_editor").get("/v1/hints"))["items"]
    assert [(each["waiting_count"], each["seats"], each["area"]) for each in hints] == [
        (340, 60, "west"),
        (9, 60, "west"),
    ]


@pytest.mark.rule("c.6/demand-exceeded→planning", "c.5/priority")
async def test_the_editor_sets_a_priority_from_a_hint_once_and_it_is_told(planning: Inside) -> None:
    editor = planning.caller("plan_editor")
    missing = {**PRIORITY, "hint_id": str(demand(1, 3, 6).subject)}
    refused(await editor.command("/v1/priorities", missing), 404, "hint-missing", "/hint_id")
    wire = written(demand(1, 3, 6))
    await wire.deliver(planning.pool, LISTENS)
    actual = {**missing, "provenance": "actual"}
    refused(await editor.command("/v1/priorities", actual), 422, "hint-of-other-provenance", "/provenance")
    made = await editor.post("/v1/priorities", missing)
    refused(await editor.command("/v1/priorities", missing), 409, "hint-answered")
    [hint] = (await editor.get("/v1/hints"))["items"]
    assert hint["priority_id"] == made["id"]
    assert (await editor.get("/v1/priorities"))["items"] == [made]
    assert await planning.events() == ["priority-set"]
    wire._append([message(demand(1, 4, 12))])
    await wire.deliver(planning.pool, LISTENS)
    [hint] = (await editor.get("/v1/hints"))["items"]
    assert (hint["priority_id"], hint["waiting_count"]) == (made["id"], 12)


@pytest.mark.rule("c.5/priority", "c.6/demand-exceeded→planning")
@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_heard_and_set_each_hint_is_answered_once_by_its_own_kind(
    planning: Inside, seed: int
) -> None:
    random, editor = Random(seed), planning.caller("plan_editor")
    waiting = [demand(number, revision, number * 10 + revision) for number in range(4) for revision in (1, 2, 3)]
    random.shuffle(waiting)
    wire, answered, heard = written(waiting[0]), dict[str, str](), dict[str, int]()
    for place, told in enumerate(waiting):
        if place:
            wire._append([message(told)])
        wire.repeat(random.sample(wire.log, min(len(wire.log), random.randint(0, 2))))
        await wire.deliver(planning.pool, LISTENS, shuffle=random)
        subject = str(told.subject)
        heard[subject] = max(heard.get(subject, 0), told.revision)
        hint_id = str(demand(random.randrange(4), 1, 1).subject)
        provenance = random.choice(("synthetic", "synthetic", "actual"))
        answer = await editor.command("/v1/priorities", {**PRIORITY, "hint_id": hint_id, "provenance": provenance})
        slug = answer.json().get("slug")
        if hint_id not in heard:
            assert slug == "hint-missing"
        elif provenance == "actual":
            assert slug == "hint-of-other-provenance"
        elif hint_id in answered:
            assert slug == "hint-answered"
        else:
            answered[hint_id] = answer.json()["id"]
        hints = (await editor.get("/v1/hints"))["items"]
        assert {each["id"]: each["waiting_count"] % 10 for each in hints} == heard
        assert {each["id"]: each["priority_id"] for each in hints if each["priority_id"]} == answered
    assert await planning.events() == ["priority-set"] * len(answered)


@pytest.mark.rule("c.5/priority")
async def test_a_priority_needs_no_hint_and_only_the_editor_sets_one(planning: Inside) -> None:
    made = await planning.caller("plan_editor").post("/v1/priorities", PRIORITY)
    assert await planning.caller("adviser").get(f"/v1/priorities/{made['id']}") == made
    refused(await planning.caller("initiative_owner").command("/v1/priorities", PRIORITY), 403, "role-missing")
