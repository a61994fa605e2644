"""The plans that sources tell of, loaded as anybody would: nothing invented, nothing twice."""

import asyncio
import json
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest
from pydantic import TypeAdapter

from contracts.values import PublicUrl
from embedded.state import ROOT
from maerk.api import Api
from maerk.seed.planning import SOURCED, load_sourced_plan, plan_body
from planning.http.plan import RecordActionPlan
from support.inside import Inside
from support.seeding import CutOff, Through

PLANS = {name: json.loads((ROOT / "deploy/seed" / name).read_text(encoding="utf-8")) for name in SOURCED}
OF_2016, OF_2021 = PLANS.values()


async def load(planning: Inside, row: dict[str, Any], *, posts: int = 1_000) -> bool:
    through = Through(planning.caller("plan_editor"), asyncio.get_running_loop(), posts)
    return await asyncio.to_thread(load_sourced_plan, cast("Api", through), row)


async def progress(planning: Inside) -> dict[str, Any]:
    adviser = planning.caller("adviser")
    [plan] = (await adviser.get("/v1/action-plans"))["items"]
    return await adviser.get(f"/v1/action-plans/{plan['id']}/progress")


def sourced(row: Any) -> list[dict[str, Any]]:
    """Everything in the file that states where it is from."""
    if isinstance(row, list):
        return [found for each in row for found in sourced(each)]
    if isinstance(row, dict):
        return [*([row] if "source_url" in row else []), *sourced(list(row.values()))]
    return []


@pytest.mark.parametrize("row", PLANS.values(), ids=PLANS)
def test_every_part_says_where_it_is_from_of_which_day_and_when_that_was_read(row: dict[str, Any]) -> None:
    RecordActionPlan.model_validate(plan_body(row))
    parts = [row, *row["frame"], *(row["focus_areas"] or ()), *(row["later_initiatives"] or ())]
    parts += [*(row["fundings"] or ()), *(row["outcomes"] or ())]
    parts += [each for area in row["focus_areas"] or () for each in area["initiatives"]]
    assert sourced(row) == [*filter(lambda each: each in parts, sourced(row))]
    assert len(sourced(row)) == len(parts)
    for each in parts:
        TypeAdapter(PublicUrl).validate_python(each["source_url"])
        assert each["dated"] < each["read_on"] == date.fromisoformat(each["read_on"]).isoformat()


def test_the_2016_plan_has_four_focus_areas_and_14_initiatives_and_no_invented_ones() -> None:
    assert [len(area["initiatives"]) for area in OF_2016["focus_areas"]] == [4, 3, 4, 3]
    assert OF_2016["split_of_14_into_22"] is None
    assert [each["outcome"]["verb"] for each in OF_2016["later_initiatives"]] == ["abandon", "cancel"]


@pytest.mark.rule("c.5/8", "c.5/4")
async def test_the_2016_plan_stands_with_its_outcomes_as_far_as_they_are_stated(planning: Inside) -> None:
    assert await load(planning, OF_2016)
    table = await progress(planning)
    assert table["state_counts"] == {"planned": 14, "abandoned": 1, "cancelled": 1}
    assert [area["number"] for area in table["focus_areas"]] == [1, 2, 3, 4, None]
    given_up = {each["state"]: each["history"][-1] for each in table["focus_areas"][-1]["initiatives"]}
    assert {state: said["reason_code"] for state, said in given_up.items()} == {
        "abandoned": "too_few_applications",
        "cancelled": "epidemic",
    }
    assert all(said["source_url"] and said["reason"] for said in given_up.values())
    figures = {each["code"]: (each["value"], each["out_of"], bool(each["source_url"])) for each in table["figures"]}
    assert figures == {
        "initiatives-launched": ("22", None, True),
        "initiatives-completed-as-planned": ("20", 22, True),
        "municipalities-involved-letter": ("93", 98, True),
        "municipalities-involved-evaluation": ("86", 98, True),
        "municipalities-advised": ("44", 98, True),
    }
    money = await planning.caller("adviser").get(f"/v1/action-plans/{table['plan_id']}/fundings")
    assert (money["frame_mio_dkk"], money["items"]) == ("73.4", [])


@pytest.mark.rule("c.5/7")
async def test_the_lines_of_the_2021_agreement_are_39_6_of_40(planning: Inside) -> None:
    assert await load(planning, OF_2021)
    table = await progress(planning)
    money = await planning.caller("adviser").get(f"/v1/action-plans/{table['plan_id']}/fundings")
    assert [Decimal(money[f"{name}_mio_dkk"]) for name in ("frame", "allocated", "difference")] == [
        Decimal(40), Decimal("39.6"), Decimal("0.4"),
    ]  # fmt: skip


@pytest.mark.parametrize("row", PLANS.values(), ids=PLANS)
async def test_a_load_that_was_cut_off_anywhere_goes_on_and_a_repeat_changes_nothing(
    planning: Inside, row: dict[str, Any]
) -> None:
    for posts in (0, 1, 2, 5, 13):
        try:
            await load(planning, row, posts=posts)
        except CutOff:
            continue
        break
    await load(planning, row)
    whole = await planning.contents()
    assert not await load(planning, row)
    assert await planning.contents() == whole
    rows = await planning.pool.fetch("select number from initiatives order by number")
    assert [each["number"] for each in rows] == list(range(1, len(rows) + 1))
    assert len(rows) == (16 if row is OF_2016 else 0)
