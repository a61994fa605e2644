"""A plan published in advisory moves the figure in planning, whatever dies on the way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from embedded.platform import Platform
from support.services import system
from support.story import codes, publish_plan, reading, running, valid_plans
from support.waiting import until


@pytest.mark.rule("p/outbox", "p/consumer", "c.6/preparedness-plan→planning", "c.5/evidence")
async def test_the_figure_is_right_after_relay_and_consumer_were_killed_in_the_middle(
    own_platform: Callable[..., Platform], tmp_path: Path
) -> None:
    municipalities = codes(40)
    with system(own_platform("postgres", "kafka"), "advisory", "planning", folder=tmp_path) as built:
        await running(built)
        adviser, planner = built.caller("advisory", "adviser"), built.caller("planning", "plan_editor", "operator")
        indicator = await valid_plans(planner)
        for place, code in enumerate(municipalities):
            await publish_plan(adviser, code)
            if place == 12:
                built.processes["planning"].kill()
            if place == 20:
                built.processes["advisory"].kill()
                await built.processes["advisory"].start()
            if place == 30:
                await built.processes["planning"].start()

        async def settled() -> bool:
            return int((await reading(planner, indicator))["value"]) == len(municipalities)

        await until(settled, within=60)
        stands = await reading(planner, indicator)
        evidence = await planner.get(f"/v1/readings/{stands['id']}/evidence")
        assert int(evidence["recomputed"]) == len(municipalities)
        assert {each["data"]["municipality_code"] for each in evidence["items"]} == set(municipalities)
