"""`maerk topics`: Kafka has the topics that the contracts name."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from embedded import topics
from maerk import here

app = typer.Typer(help="The topics of the registry in contracts.", no_args_is_help=True)
console = Console(highlight=False)


@app.callback()
def _group() -> None: ...


@app.command()
def apply(
    replication: Annotated[int, typer.Option(min=1, help="Replicas of a new topic; one on a single machine.")] = 1,
) -> None:
    """Make the topics that are missing, and set the settings of those that differ. Nothing is ever deleted."""
    changes = topics.apply(here.bootstrap(), replication=replication)
    for change in changes or ["All topics are as they should be."]:
        console.print(change)
