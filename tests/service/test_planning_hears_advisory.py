"""Scenario 2 of the domain in process: a plan expires in advisory, and the figure in planning follows."""

from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from contracts.advisory import (
    EnquiryClosed,
    EnquiryRegistered,
    PreparednessPlanRevisionDue,
    ReferralAcknowledged,
    ReferralMade,
)
from planning.__main__ import LISTENS
from support.enquiring import answered, do
from support.figures import STOCK, TOPIC, check_evidence, close, define, value
from support.inside import Caller, Inside
from support.wire import Wire

PLANS = "/v1/preparedness-plans"
CODES = ("9901", "9902", "9903", "9904")
DUE = PreparednessPlanRevisionDue.type
VALID: dict[str, Any] = {
    **STOCK,
    "event_types": [*STOCK["event_types"], DUE],
    "counting_types": [*STOCK["counting_types"], DUE],
}


async def publish(adviser: Caller, path: str, adopted_on: str) -> None:
    revision = (await adviser.get(path))["revision"]
    plan = await adviser.post(f"{path}/adopt", {"adopted_on": adopted_on}, revision=revision)
    await adviser.post(f"{path}/publish", {"published_url": "https://example.org/plan"}, revision=plan["revision"])


async def tell_the_story(advisory: Inside) -> None:
    """Four synthetic municipalities publish; all expire; one of them publishes anew."""
    adviser = advisory.caller("adviser")
    paths: list[str] = []
    for code in CODES:
        plan = await adviser.post(PLANS, {"municipality_code": code, "covers": ["adults"]})
        paths.append(f"{PLANS}/{plan['id']}")
        await publish(adviser, paths[-1], "2024-06-24")
    await advisory.pass_time(datetime(2028, 7, 1, tzinfo=UTC))
    revision = (await adviser.get(paths[0]))["revision"]
    await adviser.post(f"{paths[0]}/revise", {"covers": ["adults"]}, revision=revision)
    await publish(adviser, paths[0], "2028-06-30")


@pytest.mark.rule("c.6/enquiry→planning", "c.5/small-numbers")
async def test_enquiries_and_hand_overs_are_counted_and_few_of_them_hidden(advisory: Inside, planning: Inside) -> None:
    kinds = (EnquiryRegistered, EnquiryClosed, ReferralMade, ReferralAcknowledged)
    figures = {
        kind: await define(planning, code=f"figure-{place}", method="event_count", event_types=[kind.type])
        for place, kind in enumerate(kinds)
    }
    adviser = advisory.caller("adviser")
    for number in range(6):
        path = await answered(adviser)
        if number < 5:
            referral = (await do(adviser, path, "hand-over", target="viso"))["referrals"][0]["id"]
        if number < 2:
            await do(adviser, path, "acknowledge", referral_id=referral)
        await do(adviser, path, "close", outcome="advised")
    wire = Wire(TOPIC)
    sent = await wire.collect(advisory.pool, shuffle=Random(5))
    wire.repeat(sent)
    await wire.deliver(planning.pool, LISTENS, shuffle=Random(6), at_most=3)
    running = [await value(planning, each, "2026", "synthetic") for each in figures.values()]
    assert running == [None] * 4, "whoever looks twice would see each of them arrive"
    planning.watch.put(datetime(2027, 1, 15, tzinfo=UTC))
    for each in figures.values():
        await close(planning, each, "2026")
    counted = [await value(planning, each, "2026", "synthetic") for each in figures.values()]
    assert counted == [6, 6, 5, None], "two are too few to be shown"


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
async def test_a_plan_expires_and_the_figure_falls_and_rises_in_whatever_order_it_is_heard(
    advisory: Inside, planning: Inside, seed: int | None
) -> None:
    indicator = await define(planning, **VALID)
    await tell_the_story(advisory)
    random = None if seed is None else Random(seed)
    wire = Wire(TOPIC)
    held = str((await advisory.pool.fetch("select id from preparedness_plans order by municipality_code"))[1]["id"])
    sent = await wire.collect(advisory.pool, shuffle=random, hold=lambda each: each.key == held.encode())
    await wire.deliver(planning.pool, LISTENS, shuffle=random, at_most=4)
    wire.repeat(sent[-8:])
    wire.release()
    await wire.deliver(planning.pool, LISTENS, shuffle=random, at_most=3)
    assert await value(planning, indicator, "2026", "synthetic") == 4
    assert await value(planning, indicator, "2028", "synthetic") == 1
    assert await value(planning, indicator, "2026") == 0
    curve = await planning.caller("operator").get(f"/v1/indicators/{indicator}/curve", provenance="synthetic")
    assert [int(Decimal(each["value"])) for each in curve["steps"]] == [1, 2, 3, 4, 3, 2, 1, 0, 1]
    await check_evidence(planning, indicator)
