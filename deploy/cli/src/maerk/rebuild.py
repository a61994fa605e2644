"""`maerk rebuild`: a service's projections are read again from the log, compared, and put in place of the old."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, Any

import asyncpg
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from chassis import database
from chassis.consumer.replay import LogCutOff
from chassis.rebuild import MigratedMeanwhile, RebuildUnderWay, Rebuilt
from chassis.rebuild import rebuild as read_again
from embedded.platform import Platform
from embedded.refusal import Refused
from maerk import here
from maerk.api import Api
from maerk.services import described

app = typer.Typer()
console = Console(highlight=False)

BAR = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())


@app.command()
def rebuild(
    service: Annotated[str, typer.Argument(help="The service whose projections are made again, such as planning.")],
    *,
    check: Annotated[bool, typer.Option("--check", help="Compare only. The exit code is 1 when they differ.")] = False,
) -> None:
    """Read a service's projections again from the log while the old ones serve, compare the two, and switch.

    It can be stopped at any point and run again. Afterwards every counted reading of planning is counted again.
    """
    known = here.running()
    began = time.monotonic()
    done = asyncio.run(_rebuild(known, service, switch=not check))
    _show(done, time.monotonic() - began)
    recount_differs = service == "planning" and not _recounted(known)
    if recount_differs or (check and not done.equal):
        raise typer.Exit(1)


async def _rebuild(known: Platform, service: str, *, switch: bool) -> Rebuilt:
    listens = described(service).listens
    if not listens.projections:
        raise Refused(f"{service} has no projections.")
    with Progress(*BAR, console=console) as progress:
        task = progress.add_task("events", total=None)
        try:
            return await read_again(
                known.database_url(service),
                service,
                listens,
                bootstrap=known.kafka,
                switch=switch,
                progress=lambda done, total: progress.update(task, completed=done, total=total),
            )
        except (RebuildUnderWay, MigratedMeanwhile, LogCutOff) as error:
            raise Refused(str(error)) from error
        except (asyncpg.PostgresError, OSError) as error:
            if database.is_not_now(error):
                raise Refused(f"The database is busy or away; nothing has changed, so try again: {error}") from error
            raise


def _show(done: Rebuilt, took_s: float) -> None:
    table = Table("table", "served", "rebuilt", "only served", "only rebuilt", "", box=None, pad_edge=False)
    for each in done.tables:
        counts = (each.live, each.rebuilt, each.only_live, each.only_rebuilt)
        verdict = "equal" if each.equal else "[red]different[/]"
        table.add_row(each.table, *map(str, counts), verdict)
    console.print(table)
    rate = done.events / took_s if took_s else 0
    console.print(f"{done.events} events in {took_s:.1f} s, {rate:.0f}/s.")
    console.print("The rebuilt projections serve now." if done.switched else "Nothing was switched.")


def _recounted(known: Platform) -> bool:
    """Whether every reading that was counted from events, closed ones too, is counted the same again."""
    different: list[str] = []
    count = 0
    with Api(known, "planning") as planning, Progress(*BAR, console=console) as progress:
        readings = [
            reading
            for plan in planning.get("/v1/action-plans")["items"]
            for indicator in planning.get(f"/v1/action-plans/{plan['id']}/indicators")["items"]
            for reading in planning.get(f"/v1/indicators/{indicator['id']}/readings")["items"]
        ]
        for each in progress.track(readings, description="readings"):
            found: dict[str, Any] = planning.get(f"/v1/readings/{each['id']}/evidence", limit=1)
            if found["definition"]["method"] != "manual":
                count += 1
                if found["recomputed"] != found["reading"]["value"]:
                    different.append(f"{each['id']}: {found['reading']['value']}, counted again {found['recomputed']}")
    for line in different:
        console.print(f"[red]Reading {line}[/]")
    console.print(f"{count - len(different)} of {count} readings are the same when counted again.")
    return not different
