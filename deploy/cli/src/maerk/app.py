"""The command `maerk`. Each topic is a module of its own; one line here makes it part of the command."""

from __future__ import annotations

import sys

import typer

from embedded.refusal import Refused
from maerk import clock, partners, platform, topics

app = typer.Typer(
    help="Run and look after MÆRK's event-driven platform on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(platform.app)
app.add_typer(topics.app, name="topics")
app.add_typer(clock.app, name="clock")
app.add_typer(partners.app, name="partners")


def main() -> None:
    """The command has run; what it refuses is one sentence and exit code 1."""
    try:
        app()
    except Refused as refused:
        sys.exit(str(refused))


if __name__ == "__main__":
    main()
