"""The synthetic action plan with its indicators, into planning."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from maerk.api import Api
from maerk.seed.data import DATA, Step


def steps(planning: Api) -> list[Step]:
    """The one step that brings the action plan."""
    return [partial(load_action_plan, planning)]


def load_action_plan(planning: Api) -> bool:
    """The synthetic action plan stands with its indicators. True when something was missing."""
    said: dict[str, Any] = json.loads((DATA / "action_plan.json").read_text(encoding="utf-8"))
    plan = action_plan(planning)
    new = plan is None
    if plan is None:
        plan = planning.post("/v1/action-plans", said, key=f"seed-action-plan-{said['year']}")
    there = {each["code"] for each in indicators(planning, plan)}
    initiatives = {each["number"]: each["id"] for area in plan["focus_areas"] for each in area["initiatives"]}
    for each in json.loads((DATA / "indicators.json").read_text(encoding="utf-8")):
        if each["code"] not in there:
            number = each.pop("initiative")
            body = each | {"plan_id": plan["id"], "initiative_id": initiatives[number]}
            planning.post("/v1/indicators", body, key=f"seed-indicator-{plan['id']}-{each['code']}")
            new = True
    return new


def action_plan(planning: Api) -> dict[str, Any] | None:
    """The demonstration's action plan, where it is recorded."""
    title = json.loads((DATA / "action_plan.json").read_text(encoding="utf-8"))["title_da"]
    return next((each for each in planning.get("/v1/action-plans")["items"] if each["title_da"] == title), None)


def indicators(planning: Api, plan: dict[str, Any]) -> list[dict[str, Any]]:
    """The plan's indicators with the readings that stand."""
    return planning.get(f"/v1/action-plans/{plan['id']}/indicators")["items"]
