"""Who has never been reached: a list of what advisory did and others told, and tasks that end by themselves."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from contracts.cooperation import AgreementExpired, AgreementSigned
from contracts.event import Event
from contracts.training import EventHeld
from support.consuming import thing
from support.enquiring import CALM, ENQUIRIES
from support.hearing import Log
from support.inside import Inside, refused

TASKS, REACH = "/v1/outreach-tasks", "/v1/municipality-reach"
AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
TRAINING, AGREEMENT = thing(70), thing(71)


def held(*codes: str, revision: int = 1, subject: UUID = TRAINING, provenance: Any = "synthetic") -> Event:
    said: Any = {"kind": "theme_day", "topics": ("threats",), "month": "2026-11", "children_youth": "no"}
    return EventHeld(
        subject=subject, revision=revision, at=AT, provenance=provenance, municipality_codes=codes,
        participant_count=12, **said,
    )  # fmt: skip


def signed() -> Event:
    said: Any = {"police_district": "synthetic", "municipality_codes": ("9902",)}
    return AgreementSigned(
        subject=AGREEMENT, revision=1, at=AT, provenance="synthetic", signed_on=date(2026, 11, 1),
        review_due=date(2027, 11, 1), **said,
    )  # fmt: skip


def expired() -> Event:
    said: Any = {"police_district": "synthetic", "municipality_codes": ("9902",)}
    return AgreementExpired(subject=AGREEMENT, revision=2, at=AT, provenance="synthetic", **said)


async def reach(advisory: Inside, **wanted: Any) -> dict[str, Any]:
    items = (await advisory.caller("adviser").get(REACH, provenance="synthetic", **wanted))["items"]
    return {each["municipality_code"]: each for each in items}


async def open_task(advisory: Inside, code: str, reason: str = "never_reached") -> Any:
    return await advisory.caller("adviser").post(TASKS, {"municipality_code": code, "reason": reason})


@pytest.mark.rule("c.1/never-reached", "c.6/event-held→advisory")
@pytest.mark.parametrize("times", [1, 2])
async def test_training_reaches_its_municipalities_and_ends_the_tasks(advisory: Inside, times: int) -> None:
    log = Log("training")
    for code in ("9901", "9902"):
        await open_task(advisory, code)
    assert (await reach(advisory))["9901"]["open_task_id"] is not None
    await log.tell(advisory, *[held("9901", "9903")] * times)
    found = await reach(advisory)
    assert [code for code, each in found.items() if each["reached"]] == ["9901", "9903"]
    assert (found["9901"]["last_trained_month"], found["9901"]["trained_topics"]) == ("2026-11", ["threats"])
    assert found["9901"]["open_task_id"] is None
    assert "9901" not in await reach(advisory, reached="false")
    assert await advisory.events() == ["outreach-task-opened", "outreach-task-opened", "outreach-task-completed"]
    refused(
        await advisory.caller("adviser").command(TASKS, {"municipality_code": "9903", "reason": "never_reached"}),
        409, "already-reached",
    )  # fmt: skip


@pytest.mark.rule("c.1/never-reached", "a.12/case-derived")
async def test_advice_ends_the_task_when_the_quarter_is_told_so_that_no_day_is(advisory: Inside) -> None:
    task = await open_task(advisory, "9904")
    await advisory.caller("adviser").post(ENQUIRIES, {**CALM, "municipality_code": "9904"})
    assert (await reach(advisory))["9904"]["last_contact_quarter"] == "2026-Q4"
    assert await advisory.events() == ["outreach-task-opened", "enquiry-registered"]
    await advisory.pass_time(datetime(2026, 12, 31, 23, tzinfo=UTC))
    assert (await advisory.caller("adviser").get(f"{TASKS}/{task['id']}"))["outcome"] == "reason_gone"
    assert (await advisory.events())[2:] == ["outreach-task-completed", "municipality-contacted"]
    times = await advisory.pool.fetch("select headers from outbox where stream = 'internal' order by id offset 2")
    assert {each["headers"]["ce_time"] for each in times} == {"2026-12-31T23:00:00Z"}


@pytest.mark.rule("c.1/outreach", "c.1/never-reached")
async def test_one_task_at_most_is_open_for_a_reason_and_98_municipalities_are_listed(advisory: Inside) -> None:
    await open_task(advisory, "9901")
    adviser = advisory.caller("adviser")
    for code, reason in (("9901", "never_reached"),):
        again = await adviser.command(TASKS, {"municipality_code": code, "reason": reason})
        refused(again, 409, "outreach-task-already-open")
    await open_task(advisory, "9901", "priority_set")
    everybody = await adviser.get(REACH, reached="false")
    assert (everybody["total"], len(everybody["items"])) == (98, 98)
    assert {each["region"] for each in everybody["items"]} >= {"hovedstaden", "sjaelland"}
    advisory.watch.put(datetime(2027, 1, 2, tzinfo=UTC))
    later = {each["region"] for each in (await adviser.get(REACH))["items"]}
    assert later == {"oestdanmark", "syddanmark", "midtjylland", "nordjylland"}
    for role in ("plan_editor", "operator", "municipal_key_person"):
        refused(await advisory.caller(role).ask("GET", REACH), 403, "role-missing")


@pytest.mark.rule("c.6/agreement→advisory")
@pytest.mark.parametrize("turned", [False, True])
async def test_advisers_see_whether_an_agreement_holds_whatever_arrives_late(advisory: Inside, turned: Any) -> None:
    log = Log("cooperation")
    if not turned:
        await log.tell(advisory, signed())
        assert [code for code, each in (await reach(advisory)).items() if each["agreement_holds"]] == ["9902"]
    await log.tell(advisory, *([expired(), signed()] if turned else [expired()]))
    assert not any(each["agreement_holds"] for each in (await reach(advisory)).values())
    assert not any(each["reached"] for each in (await reach(advisory)).values())
