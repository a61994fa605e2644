"""`maerk dead-letters`: events that could not take effect, and what becomes of them.

An event is named by where it lies: topic/partition/offset. What it carries is shown by `show` alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from typing import Annotated, TypeVar

import typer
from pydantic import SecretStr
from rich.console import Console

from chassis import database, telemetry
from chassis.consumer import parking, release
from chassis.consumer.parking import Parked
from chassis.database import Tx
from chassis.settings import Settings
from embedded.platform import Platform
from embedded.refusal import Refused
from embedded.state import SERVICES
from maerk import here
from maerk.services import described

app = typer.Typer(help="Events that could not take effect: list, show, retry or skip them.", no_args_is_help=True)
console = Console(highlight=False)

T = TypeVar("T")
Service = Annotated[str, typer.Argument(help="The service that could not take the event, such as planning.")]
Where = Annotated[str, typer.Argument(help="topic/partition/offset, as `list` shows it.")]


@app.command("list")
def list_(service: Annotated[str | None, typer.Argument(help="One service only.")] = None) -> None:
    """List parked events without what they carry: the refused one of each key, and those queued behind it."""
    known = here.running()
    count = 0
    for name in [service] if service else [each for each in SERVICES if each in known.parts]:
        for each in _run(known, name, parking.events):
            count += 1
            moment = f"{each.parked_at:%Y-%m-%d %H:%M:%S}"
            line = f"{name} {_where(each)}  {each.state} after {each.attempts} attempt(s)  {moment}  {each.reason}"
            console.print(line, markup=False, soft_wrap=True)
    if not count:
        console.print("No event is parked.")


@app.command()
def show(service: Service, where: Where) -> None:
    """Show one parked event whole, its bytes made safe for a terminal."""
    found = _run(here.running(), service, lambda tx: _found(tx, where))
    console.print(f"{_where(found)} is {found.state} after {found.attempts} attempt(s): {found.reason}", markup=False)
    console.print(f"key     {_safe(found.key)}", markup=False, soft_wrap=True)
    for name, value in found.headers:
        console.print(f"header  {_safe(name.encode())}: {_safe(value)}", markup=False, soft_wrap=True)
    console.print(f"value   {_safe(found.value)}", markup=False, soft_wrap=True)


@app.command()
def retry(service: Service, where: Where) -> None:
    """Try an event's key again from its first parked event on. The exit code is 1 if one is still refused."""

    async def again(tx: Tx) -> str | None:
        found = await _found(tx, where)
        if found.state == "skipped":
            raise Refused(f"{where} was skipped and never takes effect.")
        listens = described(service).listens
        return await release.retry(tx, listens, topic=found.topic, partition=found.partition, key=found.key)

    _tell(_run(here.running(), service, again, traced=True))


@app.command()
def skip(
    service: Service,
    where: Where,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Give a refused event up for ever, also in rebuilds, and try the rest of its key. The exit code is as of retry."""
    known = here.running()
    found = _run(known, service, lambda tx: _found(tx, where))
    if found.state != "refused":
        raise Refused(f"{where} is {found.state}; only the refused event of a key can be skipped.")
    if not yes:
        typer.confirm(f"{where} will never take effect in {service}. Skip it?", abort=True)

    async def give_up(tx: Tx) -> str | None:
        listens = described(service).listens
        topic, partition, key = found.topic, found.partition, found.key
        try:
            return await release.skip(tx, listens, topic=topic, partition=partition, key=key, offset=found.offset)
        except LookupError as error:
            raise Refused(str(error)) from error

    _tell(_run(known, service, give_up, traced=True))


def _run(known: Platform, service: str, do: Callable[[Tx], Awaitable[T]], *, traced: bool = False) -> T:
    """What was done in one transaction of the service's database; with `traced`, its spans are the service's."""
    described(service)

    async def run() -> T:
        tracing = _traced(known, service) if traced else nullcontext()
        async with tracing, _pool(known, service) as pool, database.transaction(pool) as tx:
            return await do(tx)

    try:
        return asyncio.run(run())
    except Exception as error:
        if database.is_not_now(error):
            raise Refused(f"The database of {service} is busy or away; nothing has changed, so try again.") from error
        raise


@asynccontextmanager
async def _pool(known: Platform, service: str) -> AsyncGenerator[database.asyncpg.Pool]:
    pool = await database.pool(known.database_url(service), name=f"{service} dead-letters", size=1)
    try:
        yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def _traced(known: Platform, service: str) -> AsyncGenerator[None]:
    settings = Settings(
        service=service,
        environment="local",
        database_url=SecretStr(known.database_url(service)),
        kafka_bootstrap=known.kafka,
        oidc_issuer=known.issuer,
        zipkin_url=known.zipkin,
    )
    provider = telemetry.start(settings)
    try:
        yield
    finally:
        await asyncio.to_thread(provider.shutdown)


async def _found(tx: Tx, where: str) -> Parked:
    topic, _, rest = where.partition("/")
    for each in await parking.events(tx, topic):
        if f"{each.partition}/{each.offset}" == rest:
            return each
    raise Refused(f"No parked event lies at {where}.")


def _tell(refused: str | None) -> None:
    if refused is not None:
        console.print(f"[red]Still refused:[/] {refused}")
        raise typer.Exit(1)
    console.print("The key is free: what was left of its events has taken effect.")


def _where(event: Parked) -> str:
    return f"{event.topic}/{event.partition}/{event.offset}"


def _safe(value: bytes | None) -> str:
    """The bytes with nothing in them that a terminal would obey."""
    return "-" if value is None else "".join(chr(each) if 32 <= each < 127 else f"\\x{each:02x}" for each in value)
