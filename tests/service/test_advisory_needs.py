"""What advice shows to be missing: told once to those who can provide it, and never so that it leads to a matter."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
import pytest

from knowledge.__main__ import LISTENS as KNOWLEDGE
from support.inside import Caller, Inside, refused
from support.wire import Wire
from training.__main__ import LISTENS as TRAINING

ENQUIRY: Mapping[str, Any] = {
    "municipality_code": "0851",
    "channel": "phone",
    "requester": "municipality_school",
    "topics": ["online_control"],
    "is_case_specific": False,
    "concerns_minor": "no",
    "urgency": "normal",
}
PROCESS: Mapping[str, Any] = {"municipality_code": "0851", "kind": "work_process", "children_youth": "no"}
SAID: Mapping[str, Any] = {"scope": {"goals": ["Alle ved, hvem de ringer til"]}, "agree": {"lead": "adviser"}}
TRAINING_NEED = {"need": "training", "topic": "online_control"}
MATERIAL_NEED = {"need": "material", "topic": "online_control"}


async def do(adviser: Caller, path: str, what: str, said: Any = None) -> Any:
    """The answer when this is tried with the newest state."""
    return await adviser.command(f"{path}/{what}", said, revision=(await adviser.get(path))["revision"])


async def enquiry(adviser: Caller, **more: Any) -> str:
    """The address of an enquiry that somebody has taken on."""
    path = f"/v1/enquiries/{(await adviser.post('/v1/enquiries', {**ENQUIRY, **more}))['id']}"
    assert (await do(adviser, path, "triage", {"team": "rejseholdet"})).status_code == 200
    return path


async def process(adviser: Caller, *steps: str, **more: Any) -> str:
    """The address of a process that has gone these steps."""
    path = f"/v1/processes/{(await adviser.post('/v1/processes', {**PROCESS, **more}))['id']}"
    for each in steps:
        assert (await do(adviser, path, each, SAID.get(each))).status_code == 200
    return path


async def needs(service: Inside, stream: str = "internal") -> list[tuple[dict[str, Any], dict[str, str]]]:
    """Data and headers of the needs that wait in the outbox."""
    rows = await service.pool.fetch("select headers, payload from outbox where stream = $1 order by id", stream)
    return [
        (orjson.loads(row["payload"]), row["headers"])
        for row in rows
        if row["headers"]["ce_type"] == "dk.maerk.advisory.need-identified.v1"
    ]


@pytest.mark.rule("c.1/need", "c.1/event:need-identified", "a.12/events")
async def test_a_need_names_the_municipality_that_asked_and_leads_back_to_no_enquiry(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    path = await enquiry(adviser)
    for each in (TRAINING_NEED, MATERIAL_NEED):
        assert (await do(adviser, path, "identify-need", each)).status_code == 200
    assert (await adviser.get(path))["needs"] == [TRAINING_NEED, MATERIAL_NEED]
    (listed,) = (await adviser.get("/v1/enquiries"))["items"]
    assert listed["needs"] == [TRAINING_NEED, MATERIAL_NEED]
    told = await needs(advisory)
    assert [data for data, _ in told] == [
        {**TRAINING_NEED, "municipality_code": "0851"},
        {**MATERIAL_NEED, "municipality_code": "0851"},
    ]
    for _, headers in told:
        assert (headers["ce_time"], headers["ce_provenance"]) == ("2026-11-01T00:00:00Z", "actual")
        assert path.rpartition("/")[2] not in str(headers)
    assert len({headers["ce_subject"] for _, headers in told}) == 2
    assert await needs(advisory, "public") == []


@pytest.mark.rule("c.1/need", "a.12/case-derived")
@pytest.mark.parametrize(
    "said",
    [{"is_case_specific": True}, {"requester": "citizen"}, {"requester": "shelter"}, {"requester": "police"}],
    ids=str,
)
async def test_a_single_matter_and_whoever_is_not_the_municipality_give_no_place_away(
    advisory: Inside, said: dict[str, Any]
) -> None:
    adviser = advisory.caller("adviser")
    assert (await do(adviser, await enquiry(adviser, **said), "identify-need", TRAINING_NEED)).status_code == 200
    [(data, headers)] = await needs(advisory)
    assert (data, headers["ce_time"]) == (TRAINING_NEED, "2026-11-01T00:00:00Z")


@pytest.mark.rule("c.1/need", "c.1/confidential-process")
async def test_a_process_says_its_municipality_unless_it_is_confidential(advisory: Inside) -> None:
    adviser = advisory.caller("duty_coordinator")
    enquiry_id = (await enquiry(adviser)).rpartition("/")[2]
    paths = [await process(adviser, **more) for more in ({}, {"kind": "exit_setup"}, {"enquiry_id": enquiry_id})]
    for each in paths:
        shown = await do(adviser, each, "identify-need", TRAINING_NEED)
        assert shown.json()["needs"] == [TRAINING_NEED]
    open_, *confidential = [(data, headers["ce_time"]) for data, headers in await needs(advisory)]
    assert open_ == ({**TRAINING_NEED, "municipality_code": "0851"}, "2026-11-23T12:00:00Z")
    assert confidential == [(TRAINING_NEED, "2026-10-01T00:00:00Z")] * 2


@pytest.mark.rule("c.1/need")
async def test_what_is_synthetic_stays_so_also_where_no_municipality_is_named(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    for path in (
        await enquiry(adviser, municipality_code="9901"),
        await enquiry(adviser, municipality_code="9901", is_case_specific=True),
        await process(adviser, municipality_code="9901", kind="exit_setup"),
    ):
        assert (await do(adviser, path, "identify-need", TRAINING_NEED)).status_code == 200
    assert [(data.get("municipality_code"), headers["ce_provenance"]) for data, headers in await needs(advisory)] == [
        ("9901", "synthetic"), (None, "synthetic"), (None, "synthetic"),
    ]  # fmt: skip


@pytest.mark.rule("c.1/need", "p/idempotency", "p/if-match")
async def test_a_need_is_told_once_however_often_it_is_said(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    for path in (await enquiry(adviser), await process(adviser)):
        version, key = (await adviser.get(path))["revision"], str(uuid4())
        before = len(await needs(advisory))
        for _ in range(2):
            await adviser.post(f"{path}/identify-need", TRAINING_NEED, revision=version, key=key)
        refused(await adviser.command(f"{path}/identify-need", MATERIAL_NEED, revision=version), 412, "state-changed")
        problem = refused(await do(adviser, path, "identify-need", TRAINING_NEED), 409, "need-already-identified")
        assert problem["da"]["title"] == "Behovet er allerede registreret"
        assert (await adviser.get(path))["needs"] == [TRAINING_NEED]
        assert len(await needs(advisory)) == before + 1


@pytest.mark.rule("c.1/need", "c.1/state:enquiry", "c.1/state:process")
async def test_nothing_is_missing_any_more_where_advice_has_not_begun_or_is_over(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    received = f"/v1/enquiries/{(await adviser.post('/v1/enquiries', ENQUIRY))['id']}"
    refused(await do(adviser, received, "identify-need", TRAINING_NEED), 409, "enquiry-not-triaged")
    closed = await enquiry(adviser)
    assert (await do(adviser, closed, "redirect", {"to": "viso"})).status_code == 200
    assert (await do(adviser, closed, "check-off", {"risk_assessment_reminded": True})).status_code == 200
    assert (await do(adviser, closed, "close", {"outcome": "redirected"})).status_code == 200
    refused(await do(adviser, closed, "identify-need", TRAINING_NEED), 409, "enquiry-already-closed")
    declined = await process(adviser)
    assert (await do(adviser, declined, "decline", {"reason": "Ikke en opgave for Rejseholdet"})).status_code == 200
    refused(await do(adviser, declined, "identify-need", TRAINING_NEED), 409, "step-out-of-order")
    held = await process(adviser, "scope", "agree", "start")
    assert (await do(adviser, held, "complete", {"reason": "Kommunen klarer resten"})).status_code == 200
    assert (await do(adviser, held, "identify-need", TRAINING_NEED)).status_code == 200, "seen when followed up"
    advisory.watch.put(datetime(2027, 6, 1, tzinfo=UTC))
    assert (await do(adviser, held, "follow-up", {"effect": "unknown"})).status_code == 200
    refused(await do(adviser, held, "identify-need", MATERIAL_NEED), 409, "step-out-of-order")
    assert len(await needs(advisory)) == 1


@pytest.mark.rule("c.1/need", "c.1/enquiry-readers", "a.12/events")
async def test_nobody_else_can_say_a_need_and_nobody_can_say_it_in_words(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    for path in (await enquiry(adviser), await process(adviser)):
        for outsider in (
            advisory.caller("municipal_key_person", municipality_codes=["0851"]),
            advisory.caller("editor"),
        ):
            answer = await outsider.command(f"{path}/identify-need", TRAINING_NEED, revision=2)
            refused(answer, 404, "not-for-you")
        for body, pointer in (
            ({**TRAINING_NEED, "note": "x"}, ""),
            ({**TRAINING_NEED, "topic": "noget andet"}, "/topic"),
            ({"need": "money", "topic": "threats"}, "/need"),
            ({"need": "training"}, "/topic"),
        ):
            refused(await do(adviser, path, "identify-need", body), 422, "invalid-request", pointer)
    assert await needs(advisory) == []


@pytest.mark.rule("c.1/need", "c.6/demand→training", "c.6/need-identified→knowledge")
async def test_what_advisers_say_is_on_trainings_list_and_in_the_editors_backlog(
    advisory: Inside, training: Inside, knowledge: Inside
) -> None:
    adviser = advisory.caller("adviser")
    path = await enquiry(adviser, municipality_code="9901")
    for each in (TRAINING_NEED, MATERIAL_NEED):
        assert (await do(adviser, path, "identify-need", each)).status_code == 200
    wire = Wire("maerk.internal.advisory")
    sent = await wire.collect(advisory.pool)
    wire.repeat(sent)
    await wire.deliver(training.pool, TRAINING)
    await wire.deliver(knowledge.pool, KNOWLEDGE)
    demands = await training.caller("course_coordinator").get("/v1/demands", provenance="synthetic")
    assert [(each["topic"], each["municipality_code"], each["sources"]) for each in demands["items"]] == [
        ("online_control", "9901", ["need_identified"])
    ]
    backlog = await knowledge.caller("editor").get("/v1/backlog", provenance="synthetic")
    assert [(each["topic"], each["municipality_code"]) for each in backlog["items"]] == [("online_control", "9901")]
