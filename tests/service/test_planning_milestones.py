"""Milestones: met by events or a page, overdue by the clock, and the same in whatever order things are heard."""

from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID, uuid5

import pytest

from contracts.advisory import EnquiryRegistered
from contracts.event import Event
from contracts.knowledge import PublicationPublished
from contracts.topics import partition
from contracts.training import EventHeld
from planning.__main__ import LISTENS
from planning.commands.milestone import FALL_DUE
from support.figures import SPACE, message, moment, written
from support.initiatives import owner as owner_of
from support.initiatives import plan as new_plan
from support.inside import Inside, refused
from support.slow import Slow

PUBLISHED = PublicationPublished.type
HANDBOOK: dict[str, Any] = {
    "title_da": "Syntetisk: håndbogen er udgivet",
    "due_on": "2026-12-31",
    "event_type": PUBLISHED,
    "match": {"kind": "handbook"},
}
PAGE = {"met_on": "2026-11-01", "source_url": "https://example.org/kilde"}


def publication(number: int, at: str, *, kind: str = "handbook", provenance: str = "synthetic") -> Event:
    return PublicationPublished(
        subject=uuid5(SPACE, f"publication {number}"),
        revision=2,
        at=moment(at),
        provenance=provenance,
        kind=kind,
        topics=("negative_social_control",),
        year=2026,
        edition=1,
        children_youth="primary",
    )


async def initiative(planning: Inside) -> str:
    """An initiative of a synthetic plan."""
    _, [one] = await new_plan(planning, 1)
    return one


async def milestone(planning: Inside, **said: Any) -> dict[str, Any]:
    path = f"/v1/initiatives/{await initiative(planning)}/milestones"
    return await planning.caller("plan_editor").post(path, {**HANDBOOK, **said})


async def seen(planning: Inside, id: str) -> dict[str, Any]:
    return await planning.caller("adviser").get(f"/v1/milestones/{id}")


async def told(planning: Inside) -> list[str]:
    return [each for each in await planning.events() if each.startswith("milestone")]


@pytest.mark.rule("c.6/publication-published→planning")
@pytest.mark.parametrize("set_first", [True, False])
@pytest.mark.parametrize("seed", [None, 1, 2])
async def test_a_publication_meets_the_milestone_that_waits_for_it_whenever_it_is_heard(
    planning: Inside,
    set_first: bool,  # noqa: FBT001
    seed: int | None,
) -> None:
    random = None if seed is None else Random(seed)
    events = [
        publication(1, "2025-11-01T10:00:00"),  # before the plan's year
        publication(2, "2026-03-01T10:00:00", kind="film"),
        publication(3, "2026-03-02T10:00:00", provenance="actual"),
        publication(4, "2026-03-03T23:30:00"),
    ]
    wire = written(*events)
    wire.repeat(wire.log)
    made = await milestone(planning) if set_first else None
    await wire.deliver(planning.pool, LISTENS, shuffle=random, at_most=2)
    made = made or await milestone(planning)
    wire.repeat(wire.log[:4])
    await wire.deliver(planning.pool, LISTENS, shuffle=random, at_most=2)
    met = await seen(planning, made["id"])
    assert (met["state"], met["met_on"], met["revision"]) == ("met", "2026-03-04", 2)  # half past midnight in Denmark
    assert met["event_ids"] == [str(uuid5(events[3].subject, "2"))]
    assert await told(planning) == ["milestone-set", "milestone-met"]
    assert await planning.pool.fetchval("select count(*) from deadlines where kind = $1", FALL_DUE) == 0


@pytest.mark.rule("c.6/publication-published→planning")
async def test_of_several_publications_heard_at_once_the_earliest_meets_it_and_later_ones_change_nothing(
    planning: Inside,
) -> None:
    made = await milestone(planning)
    early = publication(5, "2026-05-01T10:00:00")
    place = partition(str(early.subject).encode())
    others = (publication(n, "2026-06-01T10:00:00") for n in range(100, 200))
    late = next(each for each in others if partition(str(each.subject).encode()) == place)
    wire = written(late, early)
    await wire.deliver(planning.pool, LISTENS)
    assert (await seen(planning, made["id"]))["met_on"] == "2026-05-01"
    before = await seen(planning, made["id"])
    wire._append([message(publication(7, "2026-02-01T10:00:00"))])
    await wire.deliver(planning.pool, LISTENS)
    assert await seen(planning, made["id"]) == before


@pytest.mark.rule("c.5/state:milestone", "c.6/publication-published→planning", "c.5/event:milestone_due_soon")
async def test_a_milestone_comes_near_and_falls_overdue_with_its_last_day_and_a_late_event_still_meets_it(
    planning: Inside,
) -> None:
    made = await milestone(planning, due_on="2026-12-15")
    for at, state in (
        ("2026-11-30T22:59:59", "open"),
        ("2026-11-30T23:00:00", "due_soon"),  # midnight in Denmark, fourteen days before
        ("2026-12-15T22:59:59", "due_soon"),
        ("2026-12-15T23:00:00", "overdue"),
    ):
        await planning.pass_time(moment(at))
        assert (await seen(planning, made["id"]))["state"] == state
    await planning.pass_time(moment("2026-12-24T00:00:00"))
    assert (await seen(planning, made["id"]))["state"] == "overdue"
    await written(publication(8, "2026-11-30T10:00:00")).deliver(planning.pool, LISTENS)
    met = await seen(planning, made["id"])
    assert (met["state"], met["met_on"]) == ("met", "2026-11-30")
    assert await told(planning) == ["milestone-set", "milestone-due-soon", "milestone-overdue", "milestone-met"]


@pytest.mark.rule("c.5/state:milestone", "c.5/terms")
async def test_a_milestone_that_is_set_when_its_day_is_near_is_due_soon_at_once_by_the_term_of_that_day(
    planning: Inside,
) -> None:
    editor = planning.caller("plan_editor")
    term = {"name": "milestone_due_soon_days", "valid_from": "2026-11-24", "value": 3}
    await editor.post("/v1/terms", term)
    near = await milestone(planning, due_on="2026-12-01", event_type=None, match={})
    await planning.pass_time(moment("2026-11-24T08:00:00"))
    assert (await seen(planning, near["id"]))["state"] == "due_soon"
    path = f"/v1/initiatives/{near['initiative_id']}/milestones"
    later = await editor.post(path, {"title_da": "Syntetisk", "due_on": "2026-12-01"})
    await planning.pass_time(moment("2026-11-27T22:59:59"))
    assert (await seen(planning, later["id"]))["state"] == "open"
    await planning.pass_time(moment("2026-11-27T23:00:00"))
    assert (await seen(planning, later["id"]))["state"] == "due_soon"
    await editor.post(f"/v1/milestones/{later['id']}/drop", {"reason": "Syntetisk"}, revision=2)
    await planning.pass_time(moment("2027-01-01T00:00:00"))
    assert (await seen(planning, later["id"]))["state"] == "dropped"


@pytest.mark.rule("c.5/state:milestone")
async def test_a_milestone_whose_day_is_gone_when_it_is_set_falls_overdue_after_it_was_set(planning: Inside) -> None:
    made = await milestone(planning, due_on="2026-01-31")
    await planning.pass_time(datetime(2026, 11, 23, 13, tzinfo=UTC))
    assert (await seen(planning, made["id"]))["state"] == "overdue"
    rows = await planning.pool.fetch(
        "select headers ->> 'ce_time' as at from outbox where headers ->> 'ce_subject' = $1 order by id", made["id"]
    )
    times = [row["at"] for row in rows]
    assert times == sorted(times)


@pytest.mark.rule("c.5/6", "c.5/state:milestone")
async def test_a_milestone_is_met_by_hand_only_with_events_that_were_heard_or_a_page(planning: Inside) -> None:
    made = await milestone(planning, event_type=None, match={})
    path = f"/v1/milestones/{made['id']}/meet"
    owner = owner_of(planning)
    actual, case = publication(9, "2026-03-01T10:00:00", provenance="actual"), EnquiryRegistered(
        subject=UUID(int=9), revision=1, at=moment("2026-03-01T10:00:00"), provenance="synthetic", region="nordjylland",
        topics=("threats",), requester="police", urgency="soon", concerns_minor="no",
    )  # fmt: skip
    shown = publication(10, "2026-03-01T10:00:00")
    await written(case).deliver(planning.pool, LISTENS)
    await written(actual, shown).deliver(planning.pool, LISTENS)
    ids = {each.subject: str(uuid5(each.subject, str(each.revision))) for each in (actual, case, shown)}
    for body in (
        {"event_ids": [str(UUID(int=1))]},
        {"event_ids": [ids[actual.subject]]},
        {"event_ids": [ids[case.subject]]},
    ):
        answer = await owner.command(path, {"met_on": "2026-03-01", **body}, revision=1)
        refused(answer, 422, "evidence-unfit", "/event_ids")
    nothing = await owner.command(path, {"met_on": "2026-03-01"}, revision=1)
    refused(nothing, 422, "milestone-evidence-lacking", "/source_url")
    tomorrow = await owner.command(path, {**PAGE, "met_on": "2026-11-24"}, revision=1)
    refused(tomorrow, 422, "met-in-the-future", "/met_on")
    met = await owner.post(path, {"met_on": "2026-03-01", "event_ids": [ids[shown.subject]]}, revision=1)
    assert (met["state"], met["event_ids"]) == ("met", [ids[shown.subject]])
    again = await owner.command(path, PAGE, revision=2)
    refused(again, 409, "milestone-settled")


@pytest.mark.rule("c.5/state:milestone")
async def test_a_dropped_milestone_stays_in_the_plan_and_is_met_by_nothing(planning: Inside) -> None:
    made = await milestone(planning)
    editor = planning.caller("plan_editor")
    await editor.post(f"/v1/milestones/{made['id']}/drop", {"reason": "Syntetisk"}, revision=1)
    await written(publication(11, "2026-03-01T10:00:00")).deliver(planning.pool, LISTENS)
    await planning.pass_time(moment("2027-06-01T00:00:00"))
    assert (await seen(planning, made["id"]))["state"] == "dropped"
    assert await told(planning) == ["milestone-set"]


@pytest.mark.rule("c.5/state:milestone")
@pytest.mark.parametrize(
    ("said", "slug", "pointer"),
    [
        ({"event_type": EnquiryRegistered.type, "match": {}}, "not-from-single-cases", "/event_type"),
        ({"event_type": "dk.maerk.training.nothing-happened.v1"}, "event-type-unknown", "/event_type"),
        ({"event_type": EventHeld.type, "match": {"topics": "threats"}}, "field-unknown", "/match/topics"),
        ({"event_type": None}, "match-without-event", "/event_type"),
    ],
)  # fmt: skip
async def test_a_milestone_waits_only_for_what_planning_hears_and_no_single_case(
    planning: Inside, said: dict[str, Any], slug: str, pointer: str
) -> None:
    path = f"/v1/initiatives/{await initiative(planning)}/milestones"
    answer = await planning.caller("plan_editor").command(path, {**HANDBOOK, **said})
    refused(answer, 422, slug, pointer)


async def test_an_event_that_is_being_heard_while_its_milestone_is_set_meets_it(planning: Inside) -> None:
    wire = written(publication(12, "2026-03-01T10:00:00"))
    path = f"/v1/initiatives/{await initiative(planning)}/milestones"
    made: list[str] = []

    async def set_it() -> None:
        made.append((await planning.caller("plan_editor").post(path, HANDBOOK))["id"])

    await Slow().beside(planning, wire.log[0], set_it())
    assert (await seen(planning, made[0]))["state"] == "met"
