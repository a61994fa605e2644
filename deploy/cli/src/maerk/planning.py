"""`maerk planning`: whether the plan's figures are what the log says, and what can be said of a topic."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, get_args
from urllib.parse import urlencode

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from chassis import database
from chassis.consumer.replay import LogCutOff
from contracts.taxonomy import TopicCode
from embedded.platform import Platform
from embedded.refusal import Refused
from maerk import here
from maerk.api import Api
from maerk.services import described

app = typer.Typer(help="The plan's figures.", no_args_is_help=True)
console = Console(highlight=False)
TOPICS: tuple[str, ...] = get_args(TopicCode)


@app.callback()
def planning() -> None:
    """The plan's figures."""


@app.command()
def verify() -> None:
    """Count every figure again from the first event of the log, by other code. The exit code is 1 if one differs."""
    known = here.running()
    described("planning")
    found = asyncio.run(_verified(known))
    for each in found.differences:
        console.print(each.text, style="red", markup=False, soft_wrap=True)
    console.print(
        f"{found.events} events read, {found.readings} figures counted again and {found.published} published ones,"
        f" {len(found.differences)} difference(s)."
    )
    if found.differences:
        raise typer.Exit(1)


@app.command()
def pack(
    topic: Annotated[str, typer.Argument(help=f"One of {', '.join(TOPICS)}.")],
    first: Annotated[str, typer.Option("--from", help="A year, a quarter (2026-Q1) or a month (2026-01)")] = "",
    last: Annotated[str, typer.Option("--to", help="The same; by default this year")] = "",
    into: Annotated[Path | None, typer.Option(help="The file to write; by default named by the topic")] = None,
    *,
    synthetic: Annotated[bool, typer.Option(help="Of synthetic events instead of actual ones")] = False,
) -> None:
    """Write what can be said of a topic to a committee: figures, definitions, sources, and what cannot be said."""
    if topic not in TOPICS:
        raise Refused(f"There is no topic {topic}; the topics are {', '.join(TOPICS)}.")
    year = f"{datetime.now(UTC):%Y}"
    asked = {"topic": topic, "from": first or year, "to": last or year}
    asked["provenance"] = "synthetic" if synthetic else "actual"
    file = into or Path(f"svar-{topic}.pdf")
    with Api(here.running(), "planning") as planning:
        file.write_bytes(planning.fetch(f"/v1/committee-packs/pdf?{urlencode(asked)}"))
    console.print(file.resolve().as_uri(), soft_wrap=True)


async def _verified(known: Platform) -> Any:
    verified = import_module("planning.queries.verify").verify
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        tasks = {name: progress.add_task(name, total=None) for name in ("events", "figures")}

        def tell(what: str, done: int, total: int) -> None:
            progress.update(tasks[what], completed=done, total=total)

        try:
            async with (
                await database.pool(
                    known.database_url("planning"),
                    name="planning verify",
                    size=1,
                    statement_timeout="300s",
                    idle_in_transaction_session_timeout="0",
                ) as pool,
                pool.acquire() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                return await verified(connection, known.kafka, progress=tell)
        except LogCutOff as error:
            raise Refused(str(error)) from error
        except Exception as error:
            if database.is_not_now(error):
                raise Refused(f"The database is busy or away, so try again: {error}") from error
            raise
