"""The command `maerk`. Each topic is a module of its own; one line here makes it part of the command."""

from __future__ import annotations

import sys

import typer

from embedded.refusal import Refused
from maerk import clock, dead_letters, demo, mail, partners, planning, platform, rebuild, seed, tokens, topics, trace

app = typer.Typer(
    help="Run and look after MÆRK's event-driven platform on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(platform.app)
app.add_typer(seed.app)
app.add_typer(demo.app)
app.add_typer(topics.app, name="topics")
app.add_typer(clock.app, name="clock")
app.add_typer(partners.app, name="partners")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(rebuild.app)
app.add_typer(planning.app, name="planning")
app.add_typer(trace.app)
app.add_typer(tokens.app)
app.add_typer(mail.app)


def main() -> None:
    """The command has run; what it refuses is one sentence and exit code 1."""
    try:
        app()
    except Refused as refused:
        sys.exit(str(refused))
    except OSError as error:
        sys.exit(f"{error.filename or 'This machine'}: {error.strerror or error}.")


if __name__ == "__main__":
    main()
