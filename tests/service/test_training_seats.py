"""Seats over HTTP: given under a rush, offered again, limited per organisation, and always explained."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.geography import municipalities
from support.inside import Inside, refused
from support.training import (
    SHELTER,
    STARTS,
    announced,
    coordinator,
    do,
    key_person,
    own,
    public,
    register,
    states,
)


@pytest.mark.rule("c.2/1", "c.2/2", "c.2/organisation-limit", "c.2/demand", "c.6/scenario-4")
async def test_400_at_once_for_60_seats_fill_them_once_and_every_one_is_answered_and_explained(
    training: Inside,
) -> None:
    """Scenario 4 of the domain: 50 municipalities, two organisations in each, four from each of these at once."""
    path = await announced(training, provenance="actual", capacity=60, max_per_organisation=3)
    codes = [each.code for each in municipalities(on=date(2026, 11, 23))][:50]
    bodies = [
        own(code, organisation=organisation, organisation_type=kind)
        for code in codes
        for organisation, kind in ((f"municipality:{code}", "municipality"), (f"school:{code}", "education"))
        for _ in range(4)
    ]
    callers = {code: key_person(training, code) for code in codes}

    async def insist(body: dict[str, Any]) -> Any:
        """The answer, asked for under one key until there is one, as a frontend does when it hears `not now`."""
        key = str(uuid4())
        for _ in range(10):
            answer = await callers[body["municipality_code"]].command(f"{path}/registrations", body, key=key)
            if answer.status_code != 503:
                break
        assert answer.status_code == 201, answer.text
        return answer.json()

    answers = await asyncio.gather(*map(insist, bodies))
    by_position = sorted(zip(answers, bodies, strict=True), key=lambda each: each[0]["explain"]["position"])
    assert [answer["explain"]["position"] for answer, _ in by_position] == list(range(1, 401))
    held, free = Counter[str](), 60
    for answer, body in by_position:  # each answer follows from those before it, and from nothing else
        limited = held[body["organisation"]] >= 3
        why = "organisation_limit" if limited else "seat_free" if free else "no_seat"
        assert (answer["state"], answer["explain"]["code"]) == (
            "confirmed" if why == "seat_free" else "waitlisted",
            why,
        )
        held[body["organisation"]] += why == "seat_free"
        free -= why == "seat_free"
    assert (free, max(held.values())) == (0, 3)
    seats = (await coordinator(training).get(path))["seats"]
    assert seats == {"taken": 60, "offered": 0, "free": 0, "waiting": 340}
    listed = (await coordinator(training).get(f"{path}/registrations"))["items"]
    assert [each["id"] for each in listed] == [answer["id"] for answer, _ in by_position]
    demands = [data for kind, data in await public(training) if kind == "demand-exceeded"]
    assert [each["waiting_count"] for each in demands] == [6, 12, 24, 48, 96, 192]


@pytest.mark.rule("c.2/offer")
async def test_a_freed_seat_is_offered_for_48_hours_and_rolls_on_until_somebody_takes_it(training: Inside) -> None:
    path = await announced(training, capacity=1)
    first, second, third, fourth = [await register(training, path) for _ in range(4)]
    await do(training, first, "cancel")
    offered = await coordinator(training).get(second)
    assert (offered["state"], offered["offer_expires_at"]) == ("offered", "2026-11-25T12:00:00Z")
    await training.pass_time(datetime(2026, 11, 25, 11, 59, 59, tzinfo=UTC))
    assert (await states(training, [second, third])) == ["offered", "waitlisted"]
    await training.pass_time(datetime(2026, 11, 25, 12, tzinfo=UTC))
    assert (await states(training, [second, third])) == ["expired", "offered"]
    await do(training, third, "decline-offer")
    assert (await do(training, fourth, "accept-offer"))["state"] == "confirmed"
    assert await states(training, [first, second, third, fourth]) == ["cancelled", "expired", "cancelled", "confirmed"]
    assert (await training.events())[-7:] == [
        "registration-cancelled", "registration-offered", "registration-offer-expired", "registration-offered",
        "registration-cancelled", "registration-offered", "registration-confirmed",
    ]  # fmt: skip


@pytest.mark.rule("c.2/offer")
async def test_an_offer_has_its_whole_time_when_the_service_was_away_and_ends_when_the_event_begins(
    training: Inside,
) -> None:
    path = await announced(training, capacity=1)
    first, second, third = [await register(training, path) for _ in range(3)]
    await do(training, first, "cancel")
    await training.pass_time(datetime(2026, 12, 24, 12, tzinfo=UTC))
    assert await states(training, [second, third]) == ["expired", "offered"]
    assert (await coordinator(training).get(third))["offer_expires_at"] == "2026-12-26T12:00:00Z"
    await do(training, third, "accept-offer")
    await training.pass_time(STARTS - timedelta(hours=7))
    refused(await coordinator(training).command(f"{path}/registrations", SHELTER), 409, "registration-not-open")


async def test_an_offer_shortly_before_the_event_ends_when_it_begins_and_none_is_made_later(training: Inside) -> None:
    path = await announced(training, capacity=1)
    first, second, third = [await register(training, path) for _ in range(3)]
    await training.pass_time(STARTS - timedelta(hours=7))
    await do(training, first, "cancel")
    assert (await coordinator(training).get(second))["offer_expires_at"] == "2027-03-15T08:00:00Z"
    await training.pass_time(STARTS)
    assert await states(training, [second, third]) == ["expired", "waitlisted"]
    answer = await coordinator(training).command(f"{third}/cancel", revision=1)
    refused(answer, 409, "registration-settled")


async def test_an_expired_offer_cannot_be_taken_although_nobody_has_acted_on_its_end_yet(training: Inside) -> None:
    path = await announced(training, capacity=1)
    first, second = [await register(training, path) for _ in range(2)]
    await do(training, first, "cancel")
    training.watch.put(datetime(2026, 11, 25, 12, tzinfo=UTC))
    refused(await coordinator(training).command(f"{second}/accept-offer", revision=2), 409, "no-offer")


@pytest.mark.rule("c.2/organisation-limit")
async def test_an_organisation_with_all_it_may_have_is_skipped_and_can_read_why(training: Inside) -> None:
    path = await announced(training, capacity=2, max_per_organisation=1)
    of = [await register(training, path, {**SHELTER, "organisation": f"shelter:{each}"}) for each in "aabbc"]
    assert await states(training, of) == ["confirmed", "waitlisted", "confirmed", "waitlisted", "waitlisted"]
    await do(training, of[2], "cancel")
    assert await states(training, of) == ["confirmed", "waitlisted", "cancelled", "offered", "waitlisted"]
    explained = (await coordinator(training).get(of[1]))["explain"]
    assert explained.pop("text_da").startswith("Organisationen har")
    assert explained.pop("text_en")
    assert explained == {"code": "organisation_limit", "position": 2, "ahead": 0, "overtaken_by": 1}
    last = (await coordinator(training).get(of[4]))["explain"]
    assert (last["code"], last["position"], last["ahead"]) == ("no_seat", 5, 1)
    await do(training, of[0], "cancel")
    assert await states(training, of) == ["cancelled", "offered", "cancelled", "offered", "waitlisted"]
