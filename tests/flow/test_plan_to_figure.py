"""A plan published in advisory moves the figure in planning, whatever dies on the way."""

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path

from support.services import Caller, System, system
from support.waiting import until

from contracts.geography import municipalities
from embedded.platform import Platform

TODAY = date(2026, 11, 23)
VALID = {
    "text_da": "Kommuner med en vedtaget og offentliggjort beredskabsplan, der højst er fire år gammel",
    "method": "latest",
    "event_types": [
        "dk.maerk.advisory.preparedness-plan-published.v1",
        "dk.maerk.advisory.preparedness-plan-revision-due.v1",
        "dk.maerk.advisory.preparedness-plan-overdue.v1",
    ],
    "counting_types": [
        "dk.maerk.advisory.preparedness-plan-published.v1",
        "dk.maerk.advisory.preparedness-plan-revision-due.v1",
    ],
    "by_field": "municipality_code",
    "out_of": 98,
}


async def valid_plans(planner: Caller) -> str:
    """The id of a new indicator that counts municipalities with a valid plan."""
    plan = await planner.post(
        "/v1/action-plans", {"year": 2026, "title_da": "Syntetisk plan", "provenance": "synthetic"}
    )
    indicator = await planner.post(
        "/v1/indicators",
        {
            "plan_id": plan["id"],
            "code": "valid-plans",
            "name_da": "Kommuner med gyldig beredskabsplan",
            "kind": "outcome",
            "frequency": "year",
            "definition": VALID,
        },
    )
    return indicator["id"]


async def publish_plan(adviser: Caller, code: str, *, adopted_on: str = "2026-01-15") -> None:
    """The municipality has a plan that is recorded, adopted and published."""
    plan = await adviser.post("/v1/preparedness-plans", {"municipality_code": code, "covers": ["children_youth"]})
    path = f"/v1/preparedness-plans/{plan['id']}"
    plan = await adviser.post(f"{path}/adopt", {"adopted_on": adopted_on}, revision=plan["revision"])
    await adviser.post(f"{path}/publish", {"published_url": "https://example.org/plan"}, revision=plan["revision"])


async def reading(planner: Caller, indicator: str, provenance: str = "actual") -> dict:
    """The reading of the present year."""
    readings = (await planner.get(f"/v1/indicators/{indicator}"))["readings"]
    return next(each for each in readings if each["provenance"] == provenance)


async def running(built: System) -> None:
    await asyncio.gather(*(each.start() for each in built.processes.values()))


async def test_the_figure_is_right_after_relay_and_consumer_were_killed_in_the_middle(
    own_platform: Callable[..., Platform], tmp_path: Path
) -> None:
    codes = [each.code for each in municipalities(on=TODAY)][:40]
    with system(own_platform("postgres", "kafka"), "advisory", "planning", folder=tmp_path) as built:
        await running(built)
        adviser, planner = built.caller("advisory", "adviser"), built.caller("planning", "plan_editor", "operator")
        indicator = await valid_plans(planner)
        for place, code in enumerate(codes):
            await publish_plan(adviser, code)
            if place == 12:
                built.processes["planning"].kill()
            if place == 20:
                built.processes["advisory"].kill()
                await built.processes["advisory"].start()
            if place == 30:
                await built.processes["planning"].start()

        async def settled() -> bool:
            return int((await reading(planner, indicator))["value"]) == len(codes)

        await until(settled, within=30)
        stands = await reading(planner, indicator)
        evidence = await planner.get(f"/v1/readings/{stands['id']}/evidence")
        assert int(evidence["recomputed"]) == len(codes)
        assert {each["data"]["municipality_code"] for each in evidence["items"]} == set(codes)
