"""Four stories over five services, each service killed once in the middle, and then the whole log again, shuffled."""

import asyncio
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from contracts.topics import SERVICES, TOPICS
from embedded.platform import Platform
from support.services import Caller, System, system
from support.story import everything, publish_plan, reading, rest, running, valid_plans
from support.waiting import until

INTERNAL = [each for each in TOPICS if each.stream == "internal"]
WANTED, SEATS = 60, 12
ACUTE = {
    "municipality_code": "9904",
    "channel": "phone",
    "requester": "municipality_school",
    "topics": ["re_education_trip"],
    "is_case_specific": True,
    "concerns_minor": "yes",
    "stay_phase": "before",
    "urgency": "acute",
}
THEME_DAY = {
    "kind": "theme_day",
    "title_da": "Syntetisk temadag",
    "topics": ["re_education_trip"],
    "level": "basic",
    "children_youth": "primary",
    "area": "west",
    "capacity": SEATS,
    "max_per_organisation": 3,
    "registration_opens_at": "2026-01-01T08:00:00Z",
    "registration_closes_at": "2099-01-01T08:00:00Z",
    "starts_at": "2099-03-01T08:00:00Z",
    "ends_at": "2099-03-01T15:00:00Z",
    "provenance": "synthetic",
}


async def restarted(built: System, service: str) -> None:
    """The service was killed, and answers again."""
    built.processes[service].kill()
    await built.processes[service].start()


async def acute_friday(built: System) -> None:
    """Scenario 1: nothing is closed before everything is done, what was missing is told, and no partner hears of it."""
    adviser = built.caller("advisory", "adviser", "duty_coordinator")
    enquiry = await adviser.post("/v1/enquiries", ACUTE)
    path = f"/v1/enquiries/{enquiry['id']}"
    assert enquiry["act_first"][0]["code"].startswith("police")

    async def do(verb: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return await adviser.post(f"{path}/{verb}", body, revision=(await adviser.get(path))["revision"])

    async def may_not_close() -> None:
        version = (await adviser.get(path))["revision"]
        refusal = await adviser.command(f"{path}/close", {"outcome": "handed_over"}, revision=version)
        assert refusal.status_code == 409, refusal.text

    await do("triage", {"team": "duty_desk"})
    handed = await do("hand-over", {"target": "municipality_intake"})
    await may_not_close()
    await do("acknowledge", {"referral_id": handed["referrals"][-1]["id"]})
    await may_not_close()
    advice = ["call_police", "notify_municipality", "risk_assessment_first"]
    done = {"duty_to_notify": "yes", "risk_assessment_reminded": True, "siblings_considered": "yes"}
    await do("answer", {"advice": advice, **done})
    for need in ("training", "material"):
        await do("identify-need", {"need": need, "topic": "re_education_trip"})
    closed = await do("close", {"outcome": "handed_over"})
    assert closed["state"] == "closed"
    training, editor = built.caller("training", "course_coordinator"), built.caller("knowledge", "editor")

    async def known() -> bool:
        demands = (await training.get("/v1/demands", provenance="synthetic"))["items"]
        backlog = (await editor.get("/v1/backlog", provenance="synthetic"))["items"]
        return all(
            [each["municipality_code"] for each in found if each["topic"] == "re_education_trip"] == [None]
            for found in (demands, backlog)
        )

    await until(known, within=60)


async def plan_expires(built: System, indicator: str) -> None:
    """Scenario 2: the figure falls and rises, the gap opens and closes, and a task comes of it."""
    adviser = built.caller("advisory", "adviser")
    planner = built.caller("planning", "plan_editor")
    cooperation = built.caller("cooperation", "adviser")
    await publish_plan(adviser, "9901", adopted_on="2020-01-15")

    async def lacks_plan() -> bool:
        gaps = (await cooperation.get("/v1/gaps", provenance="synthetic", limit=200))["items"]
        return any(each["municipality_code"] == "9901" and "preparedness_plan" in each["lacking"] for each in gaps)

    async def has_plan() -> bool:
        return not await lacks_plan()

    async def figure(wanted: int) -> bool:
        return int((await reading(planner, indicator, "synthetic"))["value"]) == wanted

    async def has_task() -> bool:
        tasks = (await adviser.get("/v1/outreach-tasks", provenance="synthetic"))["items"]
        return [each["municipality_code"] for each in tasks if each["municipality_code"] == "9901"] == ["9901"]

    await until(lacks_plan, within=60)
    await until(has_task, within=60)
    await until(lambda: figure(0), within=60)
    board = await adviser.get("/v1/preparedness-plans", provenance="synthetic")
    plan = await adviser.get(f"/v1/preparedness-plans/{board['items'][0]['id']}")
    path = f"/v1/preparedness-plans/{plan['id']}"
    await restarted(built, "cooperation")
    for verb, body in (
        ("revise", {"covers": ["adults"]}),
        ("adopt", {"adopted_on": "2026-01-15"}),
        ("publish", {"published_url": "https://example.org/plan-2"}),
    ):
        plan = await adviser.post(f"{path}/{verb}", body, revision=plan["revision"])
    await until(has_plan, within=60)
    await until(lambda: figure(1), within=60)


async def severe_case(built: System) -> None:
    """Scenario 3: the order of the steps holds, and who does not take part finds nothing."""
    municipality = built.caller("cooperation", "municipal_key_person", municipality_codes=["9902"])
    stranger = built.caller("cooperation", "adviser")
    opened = await municipality.post(
        "/v1/coordinations",
        {"organisation": "municipality:9902", "age_group": "minor", "topics": ["threats"], "acute": False},
    )
    path = f"/v1/coordinations/{opened['id']}"

    async def step(code: str) -> int:
        revision = (await municipality.get(path))["revision"]
        return (await municipality.command(f"{path}/steps", {"step": code}, revision=revision)).status_code

    assert await step("parents_or_network_involved") == 409
    assert (await stranger.ask("GET", path)).status_code == 404
    basis = {"basis": "s115_ssp", "purpose": "investigation", "to_organisation": "police:synthetic"}
    refused = await municipality.command(f"{path}/disclosure-bases", basis, revision=opened["revision"])
    assert refused.status_code == 422


async def theme_day(built: System) -> None:
    """Scenario 4: no seat is given twice, and the demand becomes a priority and a draft."""
    training = built.caller("training", "course_coordinator")
    planner = built.caller("planning", "plan_editor")
    event = await training.post("/v1/events", THEME_DAY)
    path = f"/v1/events/{event['id']}"
    published = await training.post(f"{path}/publish", revision=event["revision"])
    assert published["state"] == "open", "its registration began in the past"

    async def register(number: int) -> str:
        body = {
            "organisation": f"education:synthetic-{number % 30}",
            "organisation_type": "education",
            "municipality_code": f"990{number % 4 + 1}",
            "profession": "teacher",
        }
        return (await training.post(f"{path}/registrations", body))["state"]

    first = await asyncio.gather(*(register(each) for each in range(WANTED // 2)))
    await restarted(built, "training")
    second = await asyncio.gather(*(register(each) for each in range(WANTED // 2, WANTED)))
    assert [*first, *second].count("confirmed") == SEATS
    assert [*first, *second].count("waitlisted") == WANTED - SEATS

    async def hint() -> list[dict[str, Any]]:
        return [each for each in (await planner.get("/v1/hints"))["items"] if each["id"] == event["id"]]

    await until(hint, within=60)
    await restarted(built, "planning")
    said = {"topic": "re_education_trip", "area": "west", "children_youth": "primary", "provenance": "synthetic"}
    more = {"year": 2027, "title_da": "Syntetisk prioritet", "calls_for": ["training_event", "outreach", "study"]}
    await planner.post("/v1/priorities", {**said, **more, "hint_id": event["id"]})

    async def drafted() -> list[dict[str, Any]]:
        found = (await training.get("/v1/events", provenance="synthetic", state="draft"))["items"]
        return [each for each in found if each["area"] == "west" and each["topics"] == ["re_education_trip"]]

    await until(drafted, within=60)
    assert len(await drafted()) == 1


async def seen(built: System, indicator: str) -> dict[str, Any]:
    """What the services show of all that came of the events, without the day on which they are asked."""
    callers: dict[str, Caller] = {
        "advisory": built.caller("advisory", "adviser"),
        "training": built.caller("training", "course_coordinator"),
        "cooperation": built.caller("cooperation", "adviser"),
        "knowledge": built.caller("knowledge", "editor"),
        "planning": built.caller("planning", "plan_editor"),
    }
    shown = {
        "advisory": ("/v1/outreach-tasks?provenance=synthetic", "/v1/outreach-priorities", "/v1/reviews"),
        "training": ("/v1/events?provenance=synthetic", "/v1/demands?provenance=synthetic"),
        "cooperation": ("/v1/gaps?provenance=synthetic", "/v1/targets?provenance=synthetic"),
        "knowledge": ("/v1/publications?provenance=synthetic", "/v1/backlog?provenance=synthetic"),
        "planning": ("/v1/hints", "/v1/priorities", f"/v1/indicators/{indicator}"),
    }
    answers = {f"{service} {path}": await callers[service].get(path) for service in shown for path in shown[service]}
    for each in answers.values():
        each.pop("as_of", None)  # it may be midnight in Denmark
    return answers


def say_again(platform: Platform) -> int:
    """Every message of the internal topics lies there a second time, the keys in another order. Returns how many."""
    messages = everything(platform.kafka, INTERNAL)
    keys = list({each.key() for each in messages})
    random.Random(4).shuffle(keys)
    producer = Producer({"bootstrap.servers": platform.kafka})
    for each in sorted(messages, key=lambda message: keys.index(message.key())):  # of one key in its order
        producer.produce(
            each.topic(), each.value(), each.key(), each.partition(), timestamp=each.timestamp()[1],
            headers=each.headers(),
        )  # fmt: skip
    assert producer.flush(30) == 0
    return len(messages)


@pytest.mark.rule("c.6/scenario-1", "c.6/scenario-2", "c.6/scenario-3", "c.6/scenario-4")
async def test_the_stories_end_well_though_services_die_and_every_event_comes_twice(
    own_platform: Callable[..., Platform], tmp_path: Path
) -> None:
    platform = own_platform("postgres", "kafka")
    with system(platform, *SERVICES, folder=tmp_path) as built:
        await running(built)
        indicator = await valid_plans(built.caller("planning", "plan_editor"))
        await acute_friday(built)
        await restarted(built, "advisory")
        await plan_expires(built, indicator)
        await severe_case(built)
        await theme_day(built)
        await restarted(built, "knowledge")
        await rest(platform)
        before = await seen(built, indicator)
        assert say_again(platform) >= 60
        await rest(platform)
        assert await seen(built, indicator) == before
        public = everything(platform.kafka, [each for each in TOPICS if each.stream == "public"])
        types = {dict(each.headers())["ce_type"].decode() for each in public}
        assert types, "partners hear of plans and theme days"
        assert not {
            each for each in types if any(hidden in each for hidden in ("enquiry", "referral", "need", "coordination"))
        }
