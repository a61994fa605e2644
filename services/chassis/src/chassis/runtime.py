"""A service is put together, runs, and stops in order: `python -m advisory [--only http|pipeline]`."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import uvicorn
import uvloop
from opentelemetry.sdk.trace import TracerProvider
from starlette.types import ASGIApp

from chassis import attention, collector, database, deadlines, health, idempotency, mail, metrics, telemetry
from chassis.auth import Verifier
from chassis.clock import Clock
from chassis.consumer.listens import Listens
from chassis.consumer.run import Consumer
from chassis.database import Tx
from chassis.deadlines import Act
from chassis.mail_server import Server
from chassis.pause import jittered, pause
from chassis.relay import run as relay
from chassis.settings import Settings
from chassis.web import app as web
from contracts.topics import STREAMS, Stream, topic

REQUESTS_S = 7  # from SIGTERM to the end of the requests that were under way
PIPELINE_S = 6  # from there to the end of batches and acknowledgements; the rest of 20 s is for closing connections
FORGET_S = 3600


async def _leave_refused(_tx: Tx, _mail: UUID, _clock: Clock) -> None:
    """Nothing follows from a refused mail but that operators see it."""


@dataclass(frozen=True)
class Service:
    """What makes a service this service and no other."""

    name: str
    title: str
    description: str
    router: Any
    listens: Listens = field(default_factory=Listens)
    deadlines: Mapping[str, Act] = field(default_factory=dict[str, Act])
    mail_refused: mail.Refused = _leave_refused
    waiting: attention.Look = attention.nothing


def main(service: Service) -> None:
    """The service runs until it is asked to stop, and has then finished what was under way."""
    parser = argparse.ArgumentParser(prog=f"python -m {service.name}", description=service.description)
    parser.add_argument(
        "--only", choices=("http", "pipeline"), help="run one half; by default both run in this process"
    )
    only = parser.parse_args().only
    settings = Settings(service=service.name)  # pyright: ignore[reportCallIssue]  # the rest comes from the environment
    sys.exit(uvloop.run(_run(service, settings, api=only != "pipeline", pipeline=only != "http")))


def describe(service: Service) -> dict[str, Any]:
    """The service's OpenAPI document, made without anything running."""
    settings = Settings.model_construct(service=service.name, cors_origins=(), clock_file=None)
    app = web.build(settings=settings, title=service.title, description=service.description, router=service.router)
    return app.openapi()


async def _run(service: Service, settings: Settings, *, api: bool, pipeline: bool) -> int:
    """The exit code: 1 when requests could not be served."""
    spans = telemetry.start(settings)
    metrics.start(service.name)
    asked, halt = asyncio.Event(), asyncio.Event()
    woken: dict[Stream, asyncio.Event] = {stream: asyncio.Event() for stream in STREAMS}
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, asked.set)
    pool = await _pool(settings, asked)
    if pool is None:
        return 0
    clock = Clock(settings.clock_file)
    stopped: dict[str, str] = {}
    app = web.build(
        settings=settings,
        title=service.title,
        description=service.description,
        router=service.router if api else None,  # the pipeline alone shows its health and no more
        pool=pool,
        verifier=Verifier(
            issuer=settings.oidc_issuer, audience=settings.oidc_audience, jwks_url=settings.oidc_jwks_url
        ),
        clock=clock,
        committed=partial(_wake, woken),
        measure=partial(
            health.pipeline,
            pool,
            tuple(topic(service.name, s) for s in STREAMS),
            clock=clock,
            stopped=stopped,
            look=service.waiting,
        ),
        stop=asked,
    )
    parts: dict[str, Callable[[], Awaitable[None]]] = {}
    if pipeline:
        parts = _pipeline(service, settings, pool, clock=clock, stop=halt, woken=woken, stopped=stopped)
    telemetry.log.info("service starts", count=len(parts) + 1)
    collector.settle()
    running = [asyncio.ensure_future(_watched(name, part, stopped)) for name, part in parts.items()]
    await _watched("http", partial(_serve, app, settings, asked), stopped)
    halt.set()  # requests first, so that their events are still sent
    await _stop(running, pool, spans)
    return int("http" in stopped)


def _pipeline(
    service: Service,
    settings: Settings,
    pool: Any,
    *,
    clock: Clock,
    stop: asyncio.Event,
    woken: dict[Stream, asyncio.Event],
    stopped: dict[str, str],
) -> dict[str, Callable[[], Awaitable[None]]]:
    url = settings.database_url.get_secret_value()
    committed = partial(_wake, woken)
    consumer = Consumer(
        pool,
        service.listens,
        bootstrap=settings.kafka_bootstrap,
        group=service.name,
        stop=stop,
        committed=committed,
    )
    return {
        **{
            f"relay {stream}": partial(
                relay.run,
                database_url=url,
                bootstrap=settings.kafka_bootstrap,
                topic=topic(service.name, stream),
                committed=woken[stream],
                stop=stop,
                refuses=partial(_refuses, stopped, f"relay {stream}"),
            )
            for stream in STREAMS
        },
        "consumer": consumer.run,
        "deadlines": partial(deadlines.run, pool, service.deadlines, clock=clock, stop=stop, committed=committed),
        "forget": partial(_forget, pool, stop),
        **_mail(service, settings, pool, clock, stop),
    }


def _mail(
    service: Service, settings: Settings, pool: Any, clock: Clock, stop: asyncio.Event
) -> dict[str, Callable[[], Awaitable[None]]]:
    """The sender of mail, where a server is set; without one, mail waits, and operators are told."""
    url = settings.smtp_url.get_secret_value()
    if not url:
        return {}
    server = Server.of(url, sender=settings.mail_from)
    return {"mail": partial(mail.run, pool, server, clock=clock, refused=service.mail_refused, stop=stop)}


async def _serve(app: ASGIApp, settings: Settings, stop: asyncio.Event) -> None:
    server = _Server(
        uvicorn.Config(
            app,
            host=settings.http_host,
            port=settings.http_port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=REQUESTS_S,
        )
    )
    leaving = asyncio.ensure_future(_leave(server, stop))
    try:
        await server.serve()  # not as a task: it ends the process from inside when the port is taken
    finally:
        leaving.cancel()


async def _leave(server: uvicorn.Server, stop: asyncio.Event) -> None:
    await stop.wait()
    server.should_exit = True


class _Server(uvicorn.Server):
    """uvicorn that leaves signals to the runtime, which stops all parts in order."""

    def capture_signals(self) -> Any:
        """No signal is captured."""
        return nullcontext()


async def _watched(name: str, part: Callable[[], Awaitable[None]], stopped: dict[str, str]) -> None:
    """A part that fails is logged once and stays stopped, for an operator to see; the others go on."""
    try:
        await part()
    except asyncio.CancelledError:
        raise
    except BaseException as error:  # noqa: BLE001  # the outermost edge: logged here and nowhere else
        stopped[name] = type(error).__name__
        telemetry.log.critical("part stopped", part=name, exc_info=error)


async def _stop(running: Sequence[asyncio.Future[None]], pool: Any, spans: TracerProvider) -> None:
    """What was under way is finished, sent and flushed."""
    late: set[asyncio.Future[None]] = set()
    if running:
        _, late = await asyncio.wait(running, timeout=PIPELINE_S)
    for each in late:
        each.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    with suppress(TimeoutError):
        await asyncio.wait_for(pool.close(), 2)
    await asyncio.to_thread(spans.shutdown)
    telemetry.log.info("service stopped", count=len(late))


async def _forget(pool: Any, stop: asyncio.Event) -> None:
    while not await pause(stop, FORGET_S):
        try:
            await idempotency.forget(pool)
        except Exception as error:
            if not database.is_not_now(error):
                raise


async def _pool(settings: Settings, stop: asyncio.Event) -> Any:
    """The pool, as soon as the database can be reached; None when the service is asked to stop before that."""
    failures = 0
    while not stop.is_set():
        try:
            return await database.pool(
                settings.database_url.get_secret_value(), name=settings.service, size=settings.pool_size
            )
        except (OSError, TimeoutError, database.asyncpg.PostgresError) as error:
            failures += 1
            telemetry.log.warning("database away", attempt=failures, exc_info=error)
            await pause(stop, jittered(failures, longest_s=5))
    return None


def _refuses(stopped: dict[str, str], part: str, why: str | None) -> None:
    """The part stands among the stopped ones for as long as it has a reason not to go on."""
    if why is None:
        stopped.pop(part, None)
    else:
        stopped[part] = why


def _wake(woken: dict[Stream, asyncio.Event]) -> None:
    """The relays look into the outbox at once."""
    for event in woken.values():
        event.set()
