"""The municipalities' preparedness plans, into advisory."""

from __future__ import annotations

import csv
from functools import partial
from typing import Any

from maerk.api import Api
from maerk.seed.data import DATA, Step


def steps(advisory: Api) -> list[Step]:
    """For each row of the table, the step that brings the register to what the source states."""
    board = {each["municipality_code"]: each for each in advisory.get("/v1/preparedness-plans", limit=200)["items"]}
    with (DATA / "preparedness_plans.csv").open(encoding="utf-8", newline="") as file:
        return [partial(load_plan, advisory, row, board[row["municipality_code"]]) for row in csv.DictReader(file)]


def load_plan(advisory: Api, row: dict[str, str], known: dict[str, Any]) -> bool:
    """The municipality's plan is recorded, and adopted and published where the source says so. True when it was not."""
    state = known["state"]
    if state not in ("unknown", "recorded", "adopted") or (state == "recorded" and not row["adopted_on"]):
        return False
    code = row["municipality_code"]
    if state == "unknown":
        body = {"municipality_code": code, "covers": row["covers"].split(";"), "source_url": row["source_url"]}
        plan = advisory.post("/v1/preparedness-plans", body, key=f"seed-{code}-record")
    else:
        plan = advisory.get(f"/v1/preparedness-plans/{known['id']}")
    if row["adopted_on"]:
        path = f"/v1/preparedness-plans/{plan['id']}"
        if state != "adopted":
            body = {"adopted_on": row["adopted_on"]}
            plan = advisory.post(f"{path}/adopt", body, key=f"seed-{code}-adopt", revision=plan["revision"])
        body = {"published_url": row["published_url"]}
        advisory.post(f"{path}/publish", body, key=f"seed-{code}-publish", revision=plan["revision"])
    return True
