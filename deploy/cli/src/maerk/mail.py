"""`maerk mail`: mail that waits on this machine, where no mail server takes it. There is no such command elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import asyncpg
import typer
from rich.console import Console

from chassis import database
from embedded.refusal import Refused
from embedded.state import SERVICES
from maerk import here

app = typer.Typer()
console = Console(highlight=False)


@app.command()
def mail() -> None:
    """Show the mails that wait to be sent, such as the code that confirms a function's channel: to whom, and what.

    It reads the tables of the platform that this command runs on this machine, of which mailboxes are functions', and
    knows no other: in production whoever is at the mailbox reads it.
    """
    known = here.running()
    found = {name: asyncio.run(waiting(known.database_url(name))) for name in SERVICES if name in known.parts}
    for name, mails in found.items():
        for each in mails:
            console.print(f"{name}, since {each['recorded_at']:%Y-%m-%d %H:%M:%S}", style="cyan", markup=False)
            who = f"{each['function']}, {each['recipient']}" if each["function"] else each["recipient"]
            console.print(f"To: {who}", markup=False, soft_wrap=True)
            console.print(f"Subject: {each['subject']}\n", markup=False, soft_wrap=True)
            console.print(each["body"], markup=False, soft_wrap=True)
    if not any(found.values()):
        console.print("No mail waits.")


async def waiting(url: str) -> Sequence[asyncpg.Record]:
    """The mails of one service that were neither sent nor refused, the oldest first; where it keeps them, functions."""
    try:
        connection = await database.connect(url, name="maerk mail")
    except (OSError, asyncpg.PostgresError) as error:
        raise Refused("The database is away: see `maerk status`.") from error
    try:
        keeps = await connection.fetchval("select to_regclass('public.duty_functions') is not null")
        function = "(select min(code) from public.duty_functions where mailbox = recipient)" if keeps else "null"
        return await connection.fetch(
            f"select recipient, {function} as function, subject, body, recorded_at from public.mail"  # noqa: S608
            " where sent_at is null and refused_at is null order by recorded_at"
        )
    finally:
        await connection.close()
