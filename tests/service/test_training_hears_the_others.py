"""What the others tell becomes drafts, reviews and demands in training: doubled, late, out of order, and too early."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import pytest

from contracts import cloudevents
from contracts.advisory import (
    NeedIdentified,
    PreparednessPlanPublished,
    PreparednessPlanRevisionDue,
    PreparednessPlanWithdrawn,
    ProcessCompleted,
)
from contracts.cooperation import GapClosed, GapDetected
from contracts.event import Event
from contracts.knowledge import LegalReferenceChanged, PublicationRevised, PublicationWithdrawn
from contracts.planning import PrioritySet
from contracts.topics import partition
from contracts.values import PartialDate
from support.consuming import Message
from support.inside import Inside
from support.training import STARTS, announced, coordinator, do, draft, own, register
from support.wire import Wire
from training.__main__ import LISTENS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(days=1), NOW + timedelta(hours=1)
SEEDS = pytest.mark.parametrize("seed", range(4))


def thing(name: str) -> UUID:
    return uuid5(NAMESPACE_OID, f"synthetic {name}")


def told(kind: type[Event], name: str, /, revision: int = 1, at: datetime = BEFORE, **said: Any) -> Event:
    return kind(subject=thing(name), revision=revision, at=at, provenance=said.pop("provenance", "synthetic"), **said)


def changed(at: datetime, *, valid_from: date = date(2026, 11, 1), change: str = "amended", **said: Any) -> Event:
    """The reference is not what it was."""
    law = {"law": "barnets_lov", "paragraph": "15(3)", "change": change, "valid_from": valid_from}
    return told(LegalReferenceChanged, "reference", at=at, **law, **said)


def revised(at: datetime) -> Event:
    said = {"kind": "guide", "topics": ("threats",), "year": 2026, "edition": 2, "children_youth": "no"}
    return told(PublicationRevised, "publication", 2, at, **said)


def withdrawn(at: datetime) -> Event:
    return told(PublicationWithdrawn, "publication", 3, at, reason="outdated")


def priority(calls_for: tuple[str, ...] = ("training_event", "study"), **said: Any) -> Event:
    asked = {"year": 2027, "topic": "threats", "area": "west", "children_youth": "primary", "calls_for": calls_for}
    return told(PrioritySet, "priority", **{**asked, **said})  # a second revision is the same priority told anew


def plan(kind: type[Event], revision: int, at: datetime = BEFORE) -> Event:
    said: dict[str, Any] = {"municipality_code": "9901", "version": revision}
    if kind is not PreparednessPlanWithdrawn:
        said |= {"adopted_on": PartialDate(2024, 6, 24), "next_revision_due": date(2028, 6, 24)}
    if kind is PreparednessPlanPublished:
        said |= {"published_url": "https://example.org/plan", "covers": ("adults",)}
    return told(kind, "plan", revision, at, **said)


def gap(revision: int, *lacking: str) -> Event:
    of = {"municipality_code": "9902", "police_district": "synthetic"}
    if lacking:
        return told(GapDetected, "gap", revision, **of, lacking=lacking)
    return told(GapClosed, "gap", revision, **of)


def need(name: str, topic: str, need: str = "training", code: str | None = "9903") -> Event:
    return told(NeedIdentified, name, need=need, topic=topic, municipality_code=code)


def completed(name: str, kind: str, code: str) -> Event:
    return told(ProcessCompleted, name, 2, municipality_code=code, kind=kind, children_youth="no")


class Others:
    """The four topics that training listens to."""

    def __init__(self, training: Inside) -> None:
        self.training = training
        self.wires: dict[str, Wire] = {}

    async def tell(self, *events: Event, seed: int | None = None, repeated: bool = True) -> None:
        """Training has heard these: between keys in any order, in any batches, and each twice."""
        random = None if seed is None else Random(seed)
        for event in events if random is None else random.sample(events, len(events)):
            encoded = cloudevents.encode(
                event, id=uuid5(event.subject, f"{event.type} {event.revision}"), stream="internal", flow=None
            )
            topic = f"maerk.internal.{event.service}"
            wire = self.wires.setdefault(topic, Wire(topic))
            message = Message(topic, partition(encoded.key), -1, encoded.key, encoded.value, encoded.headers)
            sent = wire._append([message])
            if repeated:
                wire.repeat(sent)
        for wire in self.wires.values():
            await wire.deliver(self.training.pool, LISTENS, shuffle=random, at_most=2)
        parked = await self.training.pool.fetch("select reason from parked_event")
        assert not parked, parked


@pytest.fixture
def others(training: Inside) -> Others:
    return Others(training)


async def reviews(training: Inside) -> list[tuple[str, str]]:
    """Which quotes of which kind of thing are to be looked at, and why."""
    found = await coordinator(training).get("/v1/reviews", provenance="synthetic")
    return [(each["kind"], each["change"]) for each in found["items"]]


async def demands(training: Inside, **wanted: str) -> set[tuple[str, str | None, tuple[str, ...]]]:
    found = await coordinator(training).get("/v1/demands", provenance="synthetic", **wanted)
    return {(each["topic"], each["municipality_code"], tuple(each["sources"])) for each in found["items"]}


@pytest.mark.rule("c.6/priority-set→training")
async def test_a_priority_that_calls_for_training_has_one_draft_however_often_it_is_told(
    training: Inside, others: Others
) -> None:
    await others.tell(priority(), told(PrioritySet, "other", year=2027, topic="threats", children_youth="no",
                                       calls_for=("study",)))  # fmt: skip
    await others.tell(priority(revision=2), seed=1)
    [drafted] = (await coordinator(training).get("/v1/events", provenance="synthetic"))["items"]
    assert (drafted["state"], drafted["kind"], drafted["topics"], drafted["area"], drafted["children_youth"]) == (
        "draft", "theme_day", ["threats"], "west", "primary",
    )  # fmt: skip
    assert drafted["priority_id"] == str(thing("priority"))
    assert await training.events() == ["event-drafted"]
    row = await training.pool.fetchrow("select headers, payload from outbox")
    assert row["headers"]["ce_causationid"] == str(uuid5(thing("priority"), f"{PrioritySet.type} 1"))
    assert str(thing("priority")).encode() in row["payload"]


@pytest.mark.rule("c.6/priority-set→training")
async def test_a_priority_heard_again_leaves_the_draft_as_its_coordinator_has_made_it(
    training: Inside, others: Others
) -> None:
    await others.tell(priority())
    [drafted] = (await coordinator(training).get("/v1/events", provenance="synthetic"))["items"]
    said = {name: drafted[name] for name in ("kind", "topics", "level", "children_youth")}
    await do(training, f"/v1/events/{drafted['id']}", "redraft", {**said, "title_da": "Syntetisk dag", "capacity": 30})
    before = await training.contents()
    await others.tell(priority(revision=2))
    after = await training.contents()
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} == {"public.consumer_position"}


@pytest.mark.rule("c.6/legal-reference→training")
@SEEDS
async def test_what_a_draft_quotes_is_to_be_reviewed_when_it_changes_after_the_quote(
    training: Inside, others: Others, seed: int
) -> None:
    quoting = {"reference_ids": [str(thing("reference"))], "publication_ids": [str(thing("publication"))]}
    path = await draft(training, **quoting)
    assert await reviews(training) == []
    await others.tell(changed(AFTER), revised(AFTER), seed=seed)
    assert sorted(await reviews(training)) == [("publication", "revised"), ("reference", "amended")]
    training.watch.put(AFTER + timedelta(hours=1))
    await coordinator(training).post(f"{path}/review-quote", {"quoted_id": str(thing("reference"))})
    assert await reviews(training) == [("publication", "revised")]
    await others.tell(withdrawn(AFTER + timedelta(hours=2)), seed=seed)
    assert await reviews(training) == [("publication", "withdrawn")]
    await do(training, path, "cancel", {"reason": "external"})
    assert await reviews(training) == []


@pytest.mark.rule("c.6/legal-reference→training")
@pytest.mark.parametrize(
    ("change", "found"),
    [
        (changed(BEFORE), []),  # whoever drafted it read the new wording
        (changed(BEFORE, valid_from=date(2027, 1, 1)), [("reference", "amended")]),  # not yet in force when it was read
        (changed(BEFORE, change="repealed"), [("reference", "repealed")]),
        (withdrawn(BEFORE), [("publication", "withdrawn")]),
        (revised(BEFORE), []),
        (changed(AFTER), [("reference", "amended")]),
        (changed(AFTER, provenance="actual"), []),
    ],
)
@pytest.mark.parametrize("first", ["the change", "the draft"])
async def test_the_order_in_which_change_and_draft_become_known_makes_no_difference(
    training: Inside, others: Others, change: Event, found: list[tuple[str, str]], first: str
) -> None:
    quoting = {"reference_ids": [str(thing("reference"))], "publication_ids": [str(thing("publication"))]}
    if first == "the change":
        await others.tell(change)
    await draft(training, **quoting)
    if first == "the draft":
        await others.tell(change)
    assert await reviews(training) == found


@pytest.mark.rule("c.6/legal-reference→training")
async def test_a_quote_that_stays_in_a_new_draft_keeps_its_moment_and_one_that_goes_is_forgotten(
    training: Inside, others: Others
) -> None:
    path = await draft(training, reference_ids=[str(thing("reference"))])
    await others.tell(changed(AFTER))
    training.watch.put(AFTER + timedelta(hours=1))
    view = await coordinator(training).get(path)
    said = {name: view[name] for name in ("kind", "title_da", "topics", "level", "children_youth", "reference_ids")}
    await do(training, path, "redraft", said)
    assert await reviews(training) == [("reference", "amended")]
    await do(training, path, "redraft", {**said, "reference_ids": []})
    assert await reviews(training) == []


@pytest.mark.rule("c.6/demand→training")
@SEEDS
async def test_plans_needs_and_gaps_become_an_invitation_list_in_whatever_order_they_are_heard(
    training: Inside, others: Others, seed: int
) -> None:
    await others.tell(
        plan(PreparednessPlanRevisionDue, 4),
        gap(1, "preparedness_plan", "contact_point"),
        need("need 1", "threats"),
        need("need 2", "threats"),
        need("need 3", "threats", code=None),
        need("need 4", "threats", need="material"),
        seed=seed,
    )
    assert await demands(training) == {
        ("preparedness_plan", "9901", ("plan_revision_due",)),
        ("preparedness_plan", "9902", ("gap_detected",)),
        ("police_cooperation", "9902", ("gap_detected",)),
        ("threats", "9903", ("need_identified",)),
        ("threats", None, ("need_identified",)),
    }
    assert await demands(training, topic="police_cooperation") == {("police_cooperation", "9902", ("gap_detected",))}
    actual = await coordinator(training).get("/v1/demands")
    assert actual["items"] == []
    assert await training.events() == []


@pytest.mark.rule("c.6/demand→training")
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("ending", [PreparednessPlanPublished, PreparednessPlanWithdrawn])
async def test_a_demand_goes_when_its_reason_goes_also_when_the_older_word_comes_last(
    training: Inside,
    others: Others,
    late: bool,  # noqa: FBT001
    ending: type[Event],
) -> None:
    opened = [plan(PreparednessPlanRevisionDue, 4), gap(1, "agreement")]
    ended = [plan(ending, 5), gap(2)]
    for events in (ended, opened) if late else (opened, ended):
        await others.tell(*events)
    assert await demands(training) == set()
    await others.tell(gap(3, "agreement"))
    assert await demands(training) == {("police_cooperation", "9902", ("gap_detected",))}


@pytest.mark.rule("c.6/process-completed→training")
@SEEDS
async def test_a_process_that_has_ended_suggests_a_course_until_somebody_was_at_one(
    training: Inside, others: Others, seed: int
) -> None:
    await others.tell(
        completed("process 1", "upskilling", "9901"),
        completed("process 2", "school_effort", "9902"),
        completed("process 3", "preparedness_plan", "9903"),
        need("need 1", "preparedness_plan"),
        seed=seed,
    )
    both = ("preparedness_plan", "9903", ("need_identified", "process_completed"))
    course = ("honour_related_conflict", "9901", ("process_completed",))
    assert await demands(training) == {course, ("peer_control_school", "9902", ("process_completed",)), both}
    path = await announced(training)
    came = (await register(training, path, own("9903"))).rpartition("/")[2]
    await training.pass_time(STARTS)
    await do(training, path, "record-attendance", {"attended": [came], "missed": []})
    await do(training, path, "hold")
    assert await demands(training, topic="preparedness_plan") == set()
    assert course in await demands(training)


@pytest.mark.rule("c.6/demand→training")
async def test_who_was_at_a_day_on_the_topic_is_not_invited_again_for_an_older_reason(
    training: Inside, others: Others
) -> None:
    await others.tell(plan(PreparednessPlanRevisionDue, 4), need("need 1", "preparedness_plan"))
    path = await announced(training)
    came, missed = [(await register(training, path, own(code))).rpartition("/")[2] for code in ("9901", "9903")]
    await training.pass_time(STARTS)
    await do(training, path, "record-attendance", {"attended": [came], "missed": [missed]})
    await do(training, path, "hold")
    assert await demands(training) == {("preparedness_plan", "9903", ("need_identified",))}
    await others.tell(plan(PreparednessPlanRevisionDue, 6, STARTS + timedelta(days=1)))
    assert ("preparedness_plan", "9901", ("plan_revision_due",)) in await demands(training)
