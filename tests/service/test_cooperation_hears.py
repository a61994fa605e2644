"""What cooperation makes of advisory's plans and of planning's priorities, delivered twice, late and in any order."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import pytest

from contracts.advisory import (
    PreparednessPlanOverdue,
    PreparednessPlanPublished,
    PreparednessPlanRevisionDue,
    PreparednessPlanWithdrawn,
)
from contracts.event import Event
from contracts.planning import PrioritySet
from contracts.values import PartialDate
from cooperation.__main__ import LISTENS
from support.cooperating import key_person, row, signed, verified
from support.inside import Inside
from support.wire import Wire

PLANS, PRIORITIES = "maerk.internal.advisory", "maerk.internal.planning"


def plan(kind: type[Event], revision: int, *, code: str = "9901", version: int = 1) -> Event:
    """What advisory tells of the plan of a municipality."""
    said: dict[str, Any] = {
        "subject": uuid5(NAMESPACE_OID, f"synthetic plan of {code}"),
        "revision": revision,
        "at": datetime(2026, 11, revision, tzinfo=UTC),
        "provenance": "synthetic",
        "municipality_code": code,
        "version": version,
    }
    if kind is not PreparednessPlanWithdrawn:
        said |= {"adopted_on": PartialDate(2022, 11), "next_revision_due": date(2026, 11, 30)}
    if kind is PreparednessPlanPublished:
        said |= {"published_url": "https://example.org/plan", "covers": ("adults",)}
    return kind(**said)


def priority(revision: int, *calls_for: str) -> Event:
    """A priority of the action plan."""
    said: dict[str, Any] = {
        "topic": "police_cooperation",
        "children_youth": "no",
        "calls_for": calls_for,
        "area": "west",
    }
    return PrioritySet(
        subject=UUID(int=7),
        revision=revision,
        at=datetime(2026, 11, 2, tzinfo=UTC),
        provenance="synthetic",
        year=2027,
        **said,
    )


async def hear(
    listener: Inside, topic: str, events: Sequence[Event], *, twice: bool = False, shuffle: Random | None = None
) -> None:
    """The events have arrived in the order given, as if the log had them so, and perhaps once more."""
    wire = Wire(topic)
    sent = wire.tell(events)
    if twice:
        wire.repeat(sent)
    await wire.deliver(listener.pool, LISTENS, shuffle=shuffle, at_most=2)


async def gaps_told(cooperation: Inside) -> list[tuple[str, ...]]:
    """What was told of gaps, in order; an empty one for a gap that was closed."""
    rows = await cooperation.pool.fetch(
        "select convert_from(payload, 'utf8')::jsonb as data from outbox where stream = 'internal'"
        " and headers->>'ce_type' like '%.gap-%' order by id"
    )
    return [tuple(each["data"].get("lacking", ())) for each in rows]


@pytest.mark.rule("c.6/preparedness-plan→cooperation")
@pytest.mark.parametrize("twice", [False, True])
async def test_a_published_plan_closes_the_gap_and_an_overdue_one_opens_it(cooperation: Inside, twice: bool) -> None:  # noqa: FBT001
    adviser = cooperation.caller("adviser")
    await verified(adviser, "municipality:9901")
    await signed(adviser, "9901")
    story = [plan(PreparednessPlanPublished, 3), plan(PreparednessPlanRevisionDue, 4), plan(PreparednessPlanOverdue, 5)]
    await hear(cooperation, PLANS, story, twice=twice)
    told = await gaps_told(cooperation)
    assert told[:2] == [("preparedness_plan", "agreement"), ("preparedness_plan",)]
    assert told[-1] == ("preparedness_plan",)
    assert set(told[2:-1]) <= {()}
    assert (await row(key_person(cooperation), "9901"))["lacking"] == ["preparedness_plan"]
    assert await cooperation.pool.fetchval("select count(*) from parked_event") == 0


@pytest.mark.rule("c.6/preparedness-plan→cooperation", "c.1/correction")
@pytest.mark.parametrize("restored", [False, True])
async def test_a_plan_that_never_was_opens_the_gap_until_the_one_before_it_counts_again(
    cooperation: Inside,
    restored: bool,  # noqa: FBT001
) -> None:
    adviser = cooperation.caller("adviser")
    await verified(adviser, "municipality:9901")
    await signed(adviser, "9901")
    late = [plan(PreparednessPlanWithdrawn, 5), plan(PreparednessPlanPublished, 3)]
    back = [plan(PreparednessPlanPublished, 6)] if restored else []
    await hear(cooperation, PLANS, [*back, *late], twice=True)
    assert (await row(adviser, "9901"))["lacking"] == ([] if restored else ["preparedness_plan"])
    assert await cooperation.pool.fetchval("select count(*) from parked_event") == 0


@pytest.mark.rule("c.6/preparedness-plan→cooperation", "c.3/9")
async def test_an_overdue_event_of_an_old_version_that_comes_late_does_not_reopen_the_gap(cooperation: Inside) -> None:
    adviser = cooperation.caller("adviser")
    await verified(adviser, "municipality:9901")
    await signed(adviser, "9901")
    late = [plan(PreparednessPlanPublished, 8, version=2), plan(PreparednessPlanOverdue, 5)]
    await hear(cooperation, PLANS, late, twice=True)
    assert await gaps_told(cooperation) == [("preparedness_plan", "agreement"), ("preparedness_plan",), ()]
    assert (await row(adviser, "9901"))["state"] == "complete"


@pytest.mark.rule("c.6/preparedness-plan→cooperation")
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_in_whatever_order_plans_are_heard_the_gaps_are_the_same(cooperation: Inside, seed: int) -> None:
    story = [
        plan(kind, revision, code=code)
        for code in ("9901", "9902", "9903", "9904")
        for revision, kind in (
            (3, PreparednessPlanPublished),
            (4, PreparednessPlanRevisionDue),
            (5, PreparednessPlanOverdue),
        )
        if code != "9902" or revision < 5
    ]
    random = Random(seed)
    random.shuffle(story)
    await hear(cooperation, PLANS, story, twice=True, shuffle=random)
    lacking = {code: (await row(cooperation.caller("adviser"), code))["lacking"] for code in ("9901", "9902")}
    assert lacking == {
        "9901": ["preparedness_plan", "agreement", "contact_point"],
        "9902": ["agreement", "contact_point"],
    }


@pytest.mark.rule("c.6/preparedness-plan→cooperation")
async def test_a_plan_is_known_before_anything_else_of_the_municipality(cooperation: Inside) -> None:
    await hear(cooperation, PLANS, [plan(PreparednessPlanPublished, 3)])
    adviser = cooperation.caller("adviser")
    assert (await row(adviser, "9901"))["lacking"] == ["agreement", "contact_point"]
    await signed(adviser, "9901")
    await verified(adviser, "municipality:9901")
    assert (await gaps_told(cooperation))[-1] == ()


@pytest.mark.rule("c.6/priority-set→cooperation")
@pytest.mark.parametrize("twice", [False, True])
async def test_a_priority_that_asks_for_cooperation_is_on_the_list_once(cooperation: Inside, twice: bool) -> None:  # noqa: FBT001
    await hear(cooperation, PRIORITIES, [priority(1, "cooperation", "outreach")], twice=twice)
    listed = await cooperation.caller("adviser").get("/v1/targets", provenance="synthetic")
    assert [(each["year"], each["topic"], each["area"]) for each in listed["items"]] == [
        (2027, "police_cooperation", "west")
    ]


@pytest.mark.rule("c.6/priority-set→cooperation")
async def test_a_priority_is_as_its_newest_event_says_even_when_the_older_one_comes_last(cooperation: Inside) -> None:
    await hear(cooperation, PRIORITIES, [priority(2, "outreach"), priority(1, "cooperation")], twice=True)
    assert (await cooperation.caller("adviser").get("/v1/targets", provenance="synthetic"))["items"] == []
