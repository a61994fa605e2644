"""`maerk clock`: the time that holds for synthetic records. Real ones, tokens and traces keep the real time."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console

from embedded.platform import Platform
from embedded.refusal import Refused
from maerk import here

app = typer.Typer(help="Shift the time of synthetic records, to see what time brings.", no_args_is_help=True)
console = Console(highlight=False)

UNITS_S = {"h": 3600, "d": 86_400, "w": 7 * 86_400, "y": 365 * 86_400}
MOST_S = 20 * UNITS_S["y"]  # events happen between 2000 and 2199


@app.command()
def show() -> None:
    """Show how far synthetic time is shifted."""
    _tell(offset_s(_local()))


@app.command(context_settings={"ignore_unknown_options": True})
def shift(by: Annotated[str, typer.Argument(help="Such as 36h, 190d, 2w or 1y; -2w goes back.")]) -> None:
    """Move synthetic time, counted from where it is now."""
    match = re.fullmatch(r"([+-]?\d{1,5})([hdwy])", by)
    if match is None:
        raise Refused(f"{by!r} is not a span of time: write 36h, 190d, 2w or 1y.")
    known = _local()
    set_offset(known, offset_s(known) + int(match[1]) * UNITS_S[match[2]])


@app.command()
def reset() -> None:
    """Set synthetic time to the real time again."""
    set_offset(_local(), 0)


def offset_s(known: Platform) -> int:
    """How far synthetic time runs ahead.

    Units: seconds.
    """
    return int(json.loads(known.clock.read_text(encoding="ascii"))["offset_s"]) if known.clock.exists() else 0


def _local() -> Platform:
    known = here.recorded()
    if known is None or known.purpose != "local":
        raise Refused("Only a platform on this machine can have its clock shifted: start one with `maerk up`.")
    return known


def set_offset(known: Platform, offset: int) -> None:
    """Synthetic time runs so many seconds ahead from now on.

    Raises: Refused.
    """
    if abs(offset) > MOST_S:
        raise Refused("The clock goes twenty years forward or back, and no further.")
    unfinished = known.clock.with_suffix(".new")
    unfinished.write_text(json.dumps({"offset_s": offset}), encoding="ascii")
    unfinished.replace(known.clock)  # a service never reads half a file
    _tell(offset)


def _tell(offset: int) -> None:
    then = datetime.now(UTC) + timedelta(seconds=offset)
    ahead = "the real time" if offset == 0 else f"shifted by {timedelta(seconds=offset)}"
    console.print(f"For synthetic records it is {then:%Y-%m-%d %H:%M} UTC, {ahead}.")
