"""`maerk seed`: the sourced data of `deploy/seed` are there, loaded as anybody would, through the services' APIs."""

from __future__ import annotations

from contextlib import ExitStack

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from embedded.platform import Platform
from maerk import here
from maerk.api import Api
from maerk.seed import advisory, directory, knowledge, planning
from maerk.seed.advisory import load_plan
from maerk.seed.planning import action_plan, indicators

__all__ = ["action_plan", "indicators", "load", "load_plan"]

app = typer.Typer()
console = Console(highlight=False)

SERVICES = {
    "planning": (planning.steps,),
    "advisory": (advisory.steps, directory.steps),
    "knowledge": (knowledge.steps,),
}


@app.command()
def seed() -> None:
    """Load the sourced data and the demonstration's action plan; what is there already stays as it is."""
    load(here.running())


def load(known: Platform) -> None:
    """Everything in the folder is in the services.

    Raises: Refused.
    """
    with ExitStack() as stack:
        apis = {name: stack.enter_context(Api(known, name)) for name in SERVICES}
        steps = [step for name, parts in SERVICES.items() for part in parts for step in part(apis[name])]
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
