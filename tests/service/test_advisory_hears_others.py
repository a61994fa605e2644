"""What advisory does when cooperation, planning and knowledge tell it something, twice, late and in any order too."""

from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest

from contracts.cooperation import GapClosed, GapDetected
from contracts.event import Event
from contracts.knowledge import LegalReferenceChanged, PublicationRevised, PublicationWithdrawn
from contracts.planning import PrioritySet
from support.consuming import thing
from support.hearing import Log
from support.inside import Inside, refused

TASKS = "/v1/outreach-tasks"
AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
GAP, REFERENCE, PUBLICATION, PRIORITY = (thing(number) for number in range(4))


def detected(revision: int, *lacking: str, code: str = "9901", gap: UUID = GAP) -> Event:
    said: Any = {"police_district": "synthetic", "lacking": lacking or ("agreement",)}
    return GapDetected(subject=gap, revision=revision, at=AT, provenance="synthetic", municipality_code=code, **said)


def closed(revision: int) -> Event:
    said: Any = {"police_district": "synthetic"}
    return GapClosed(subject=GAP, revision=revision, at=AT, provenance="synthetic", municipality_code="9901", **said)


async def tasks(advisory: Inside, **wanted: Any) -> list[Any]:
    return (await advisory.caller("adviser").get(TASKS, provenance="synthetic", **wanted))["items"]


@pytest.mark.rule("c.6/gap→advisory", "c.1/outreach")
@pytest.mark.parametrize("at_most", [1, 2])
async def test_a_gap_opens_a_task_changes_it_and_completes_it_when_it_is_closed(advisory: Inside, at_most: int) -> None:
    log = Log("cooperation")
    await log.tell(advisory, detected(1, "agreement"), detected(2, "agreement", "contact_point"), at_most=at_most)
    [task] = await tasks(advisory, open="true")
    assert (task["lacking"], task["reason"]) == (["agreement", "contact_point"], "gap_detected")
    await log.tell(advisory, closed(3), at_most=at_most)
    [task] = await tasks(advisory)
    assert task["outcome"] == "reason_gone"
    await log.tell(advisory, detected(4), at_most=at_most)
    assert [each["outcome"] for each in await tasks(advisory)] == ["reason_gone", None]
    assert await advisory.events() == ["outreach-task-opened", "outreach-task-completed", "outreach-task-opened"]


@pytest.mark.rule("c.6/gap→advisory")
async def test_a_gap_that_is_closed_before_it_is_detected_opens_nothing(advisory: Inside) -> None:
    await Log("cooperation").tell(advisory, closed(2), detected(1))
    assert await tasks(advisory) == []
    assert await advisory.events() == []


@pytest.mark.rule("c.6/gap→advisory")
@pytest.mark.parametrize("seed", range(4))
async def test_gaps_heard_twice_late_and_in_any_order_leave_what_the_newest_says(advisory: Inside, seed: int) -> None:
    story = [detected(1, "agreement"), detected(2, "contact_point"), closed(3), detected(4, "preparedness_plan")]
    shuffled = story * 2
    Random(seed).shuffle(shuffled)
    await Log("cooperation").tell(advisory, *shuffled, *story)
    [task] = await tasks(advisory, open="true")
    assert task["lacking"] == ["preparedness_plan"]
    opened, completed = [(await advisory.events()).count(f"outreach-task-{each}") for each in ("opened", "completed")]
    assert opened == completed + 1
    assert opened <= 2


@pytest.mark.rule("c.1/outreach")
async def test_a_task_is_completed_by_somebody_once_and_stays_completed(advisory: Inside) -> None:
    log, adviser = Log("cooperation"), advisory.caller("adviser")
    await log.tell(advisory, detected(1))
    [task] = await tasks(advisory)
    path = f"{TASKS}/{task['id']}"
    done = await adviser.post(f"{path}/complete", {"outcome": "contacted"}, revision=1)
    again = await adviser.command(f"{path}/complete", {"outcome": "declined"}, revision=done["revision"])
    refused(again, 409, "outreach-task-already-completed")
    await log.tell(advisory, detected(1), closed(2))
    [task] = await tasks(advisory)
    assert task["outcome"] == "contacted"
    assert await advisory.events() == ["outreach-task-opened", "outreach-task-completed"]


async def test_tasks_are_narrowed_and_read_page_by_page(advisory: Inside) -> None:
    codes = ("9901", "9902", "9903")
    events = [detected(1, code=code, gap=thing(50 + place)) for place, code in enumerate(codes)]
    await Log("cooperation").tell(advisory, *events)
    adviser = advisory.caller("adviser")
    first = await adviser.get(TASKS, provenance="synthetic", limit=2)
    rest = await adviser.get(TASKS, provenance="synthetic", limit=2, after=first["next"])
    assert [each["municipality_code"] for each in first["items"] + rest["items"]] == list(codes)
    assert (first["total"], rest["next"]) == (3, None)
    assert len(await tasks(advisory, municipality_code="9902")) == 1
    assert await tasks(advisory, reason="never_reached") == []
    assert (await adviser.get(TASKS))["total"] == 0
    refused(await advisory.caller("municipal_key_person").ask("GET", TASKS), 403, "role-missing")


def priority(revision: int, topic: str, *calls_for: str) -> Event:
    said: Any = {"topic": topic, "calls_for": calls_for}
    return PrioritySet(
        subject=PRIORITY, revision=revision, at=AT, provenance="synthetic", year=2027, children_youth="primary", **said
    )


@pytest.mark.rule("c.6/priority→advisory", "c.1/outreach")
async def test_a_priority_that_calls_for_outreach_stands_in_the_list_as_its_newest_event_says(
    advisory: Inside,
) -> None:
    log, adviser = Log("planning"), advisory.caller("adviser")

    async def listed() -> list[str]:
        items = (await adviser.get("/v1/outreach-priorities", provenance="synthetic"))["items"]
        return [each["topic"] for each in items]

    newer = priority(2, "forced_marriage", "outreach", "study")
    await log.tell(advisory, newer, priority(1, "threats", "outreach"), newer)
    assert await listed() == ["forced_marriage"]
    await log.tell(advisory, priority(3, "forced_marriage", "study"))
    assert await listed() == []
    assert await advisory.events() == []


def changed(revision: int = 1, provenance: Any = "actual") -> Event:
    said: Any = {"law": "barnets_lov", "paragraph": "18(3)", "change": "amended", "valid_from": date(2027, 1, 1)}
    return LegalReferenceChanged(subject=REFERENCE, revision=revision, at=AT, provenance=provenance, **said)


def revised() -> Event:
    said: Any = {
        "kind": "action_card", "topics": ("legislation",), "year": 2026, "edition": 2, "children_youth": "partly",
    }  # fmt: skip
    return PublicationRevised(subject=PUBLICATION, revision=2, at=AT, **said)


@pytest.mark.rule("c.6/quoted→advisory")
async def test_what_quotes_a_changed_paragraph_or_publication_is_reviewed_the_same_day_once(advisory: Inside) -> None:
    log, adviser = Log("knowledge"), advisory.caller("adviser")
    said = {"title_da": "De første 24 timer", "text_da": "Syntetisk", "provenance": "actual"}
    await log.tell(advisory, changed())  # before any template quotes it
    assert (await adviser.get("/v1/reviews"))["total"] == 0
    quoting = await adviser.post("/v1/advice-templates", {**said, "reference_ids": [str(REFERENCE)]})
    naming = await adviser.post("/v1/advice-templates", {**said, "publication_ids": [str(PUBLICATION)]})
    await adviser.post("/v1/advice-templates", said)
    withdrawn = PublicationWithdrawn(subject=PUBLICATION, revision=3, at=AT, reason="outdated")
    told = [withdrawn, changed(2), revised(), changed(3, "synthetic")]
    await log.tell(advisory, *told, *told)
    reviews = (await adviser.get("/v1/reviews"))["items"]
    assert [(each["template_id"], each["cause"], each["due_on"]) for each in reviews] == [
        (naming["id"], "publication_withdrawn", "2026-11-20"),
        (quoting["id"], "legal_reference_changed", "2026-11-20"),
        (naming["id"], "publication_revised", "2026-11-20"),
    ]
    path = f"/v1/reviews/{reviews[0]['id']}"
    done = await adviser.post(f"{path}/complete", revision=1)
    assert done["completed_on"] == "2026-11-23"
    refused(await adviser.command(f"{path}/complete", revision=2), 409, "review-already-completed")
    await log.tell(advisory, withdrawn)
    assert (await adviser.get("/v1/reviews"))["total"] == 2
    assert (await adviser.get("/v1/reviews", completed="true"))["total"] == 1
