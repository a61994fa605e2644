"""Authorities and action plans into planning: the synthetic plan, and those that sources tell of."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from maerk.api import Api
from maerk.seed.data import DATA, Step, rows

SOURCED = ("action_plan_2016.json", "action_plan_2021.json")


def steps(planning: Api) -> list[Step]:
    """For each authority and each action plan the step that brings it."""
    return [
        *(partial(load_authority, planning, row) for row in rows("authorities.json")),
        partial(load_action_plan, planning),
        *(partial(load_sourced_plan, planning, _read(name)) for name in SOURCED),
    ]


def _read(name: str) -> dict[str, Any]:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def load_authority(planning: Api, row: dict[str, Any]) -> bool:
    """The authority is there, under whatever name. True when it was missing."""
    if any(each["code"] == row["code"] for each in planning.get("/v1/authorities")["items"]):
        return False
    said = _stated(row, "code", "name_da", "name_en", "valid_from", "source_url", "read_on")
    planning.post("/v1/authorities", said, key=f"seed-authority-{row['code']}")
    return True


def load_action_plan(planning: Api) -> bool:
    """The synthetic action plan stands with its indicators. True when something was missing."""
    said: dict[str, Any] = _read("action_plan.json")
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
    title = _read("action_plan.json")["title_da"]
    return next((each for each in planning.get("/v1/action-plans")["items"] if each["title_da"] == title), None)


def indicators(planning: Api, plan: dict[str, Any]) -> list[dict[str, Any]]:
    """The plan's indicators with the readings that stand."""
    return planning.get(f"/v1/action-plans/{plan['id']}/indicators")["items"]


def load_sourced_plan(planning: Api, row: dict[str, Any]) -> bool:
    """A plan stands as its sources tell of it, with initiatives, money and outcomes. True when something was missing.

    What no source states is null in the file and is not sent.
    """
    found = (each for each in planning.get("/v1/action-plans")["items"] if each["title_da"] == row["title_da"])
    there = next(found, None)
    plan = there or planning.post("/v1/action-plans", plan_body(row), key=f"seed-plan-{row['year']}")
    known = {each["number"]: each for area in plan["focus_areas"] for each in area["initiatives"]}
    known |= {each["number"]: each for each in plan["elsewhere"]}
    initiatives = [each for area in row["focus_areas"] or () for each in area["initiatives"]]
    new = [
        there is None,
        *[_load_initiative(planning, plan, each, known) for each in (*initiatives, *(row["later_initiatives"] or ()))],
        *[_load_funding(planning, plan, each) for each in row["fundings"] or ()],
        *[_load_outcome(planning, plan, each) for each in row["outcomes"] or ()],
    ]
    return any(new)


def plan_body(row: dict[str, Any]) -> dict[str, Any]:
    """What planning is told of the plan itself."""
    areas = [
        _stated(area, "number", "title_da", "title_en")
        | {"initiatives": [_initiative(each) for each in area["initiatives"]]}
        for area in row["focus_areas"] or ()
    ]
    frame = [_stated(each, "year", "until_year", "source", "amount_mio_dkk") for each in row["frame"]]
    own = _stated(row, "year", "title_da", "title_en", "source_url", "provenance")
    return own | {"frame": frame, "focus_areas": areas}


def _load_initiative(
    planning: Api, plan: dict[str, Any], row: dict[str, Any], known: dict[int, dict[str, Any]]
) -> bool:
    """The initiative is as far as its source states. True when it was not."""
    key = f"seed-initiative-{plan['id']}-{row['number']}"
    there = known.get(row["number"])
    made = there or planning.post(f"/v1/action-plans/{plan['id']}/initiatives", _initiative(row), key=key)
    path, source = f"/v1/initiatives/{made['id']}", {"source_url": row["source_url"]}
    new = there is None
    if made["state"] == "proposed":
        body = {"status": row["status"], **source}
        made = planning.post(f"{path}/advance", body, key=f"{key}-advance", revision=made["revision"])
        new = True
    if row["outcome"] is not None and made["state"] == row["status"]:
        body = {**_stated(row["outcome"], "reason_code", "reason"), **source}
        planning.post(f"{path}/{row['outcome']['verb']}", body, key=f"{key}-end", revision=made["revision"])
        new = True
    return new


def _load_funding(planning: Api, plan: dict[str, Any], row: dict[str, Any]) -> bool:
    path = f"/v1/action-plans/{plan['id']}/fundings"
    if any(each["title_da"] == row["title_da"] for each in planning.get(path)["items"]):
        return False
    names = ("title_da", "title_en", "year", "until_year", "source", "amount_mio_dkk", "source_url")
    planning.post(path, _stated(row, *names), key=f"seed-funding-{plan['id']}-{row['amount_mio_dkk']}")
    return True


def _load_outcome(planning: Api, plan: dict[str, Any], row: dict[str, Any]) -> bool:
    """The outcome is an indicator that is read by hand, with the one value that its source states."""
    key = f"seed-outcome-{plan['id']}-{row['code']}"
    there = next((each for each in indicators(planning, plan) if each["code"] == row["code"]), None)
    definition = {"method": "manual", **_stated(row, "text_da", "text_en", "out_of")}
    own = {"plan_id": plan["id"], "frequency": "year", **_stated(row, "code", "name_da", "name_en", "kind")}
    made = there or planning.post("/v1/indicators", {**own, "definition": definition}, key=key)
    if made["readings"]:
        return False
    reading = _stated(row, "period", "value", "source_url")
    planning.post(f"/v1/indicators/{made['id']}/readings", reading, key=f"{key}-reading")
    return True


def _initiative(row: dict[str, Any]) -> dict[str, Any]:
    return _stated(row, "number", "title_da", "title_en", "responsible_ministry", "children_youth")


def _stated(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """Those of these fields that a source states."""
    return {name: row[name] for name in names if row[name] is not None}
