"""`maerk seed`: the sourced data of `deploy/seed` are there, loaded as anybody would, through the services' APIs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from embedded.platform import Platform
from embedded.state import ROOT
from maerk import here
from maerk.api import Api

app = typer.Typer()
console = Console(highlight=False)

DATA = ROOT / "deploy/seed"
Step = Callable[[], bool]


@app.command()
def seed() -> None:
    """Load the sourced preparedness plans and the demonstration's action plan; what is there already stays as it is."""
    load(here.running())


def load(known: Platform) -> None:
    """Everything in the folder is in the services.

    Raises: Refused.
    """
    with Api(known, "advisory") as advisory, Api(known, "planning") as planning:
        steps = [partial(load_action_plan, planning), *plan_steps(advisory)]
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("Indlæser data · Loading data", total=len(steps))
            added = 0
            for step in steps:
                added += step()
                progress.advance(task)
    console.print(
        f"{added} af {len(steps)} var nye, resten lå der allerede.\n"
        f"[dim]{added} of {len(steps)} were new, the others were there already.[/]"
    )


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


def plan_steps(advisory: Api) -> list[Step]:
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
