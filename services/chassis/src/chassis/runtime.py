"""A service is put together, runs, and stops in order: `python -m advisory [--only http|pipeline]`."""

import argparse
import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import uvicorn
import uvloop
from opentelemetry.sdk.trace import TracerProvider
from starlette.types import ASGIApp

from chassis import database, deadlines, health, idempotency, metrics, telemetry
from chassis.auth import Verifier
from chassis.clock import Clock
from chassis.consumer.listens import Listens
from chassis.consumer.run import Consumer
from chassis.deadlines import Act
from chassis.pause import jittered, pause
from chassis.relay import run as relay
from chassis.settings import Settings
from chassis.web import app as web
from contracts.topics import STREAMS, Stream, topic

GRACE_S = 15  # from SIGTERM to the end of what was under way; the rest of 20 s is for closing connections
FORGET_S = 3600


@dataclass(frozen=True)
class Service:
    """What makes a service this service and no other."""

    name: str
    title: str
    description: str
    router: Any
    listens: Listens = field(default_factory=Listens)
    deadlines: Mapping[str, Act] = field(default_factory=dict[str, Act])


def main(service: Service) -> None:
    """The service runs until it is asked to stop, and has then finished what was under way."""
    parser = argparse.ArgumentParser(prog=f"python -m {service.name}", description=service.description)
    parser.add_argument(
        "--only", choices=("http", "pipeline"), help="run one half; by default both run in this process"
    )
    only = parser.parse_args().only
    settings = Settings(service=service.name)  # pyright: ignore[reportCallIssue]  # the rest comes from the environment
    uvloop.run(_run(service, settings, http=only != "pipeline", pipeline=only != "http"))


def describe(service: Service) -> dict[str, Any]:
    """The service's OpenAPI document, made without anything running."""
    settings = Settings.model_construct(service=service.name, cors_origins=(), clock_file=None)
    app = web.build(settings=settings, title=service.title, description=service.description, router=service.router)
    return app.openapi()


async def _run(service: Service, settings: Settings, *, http: bool, pipeline: bool) -> None:
    spans = telemetry.start(settings)
    metrics.start()
    stop = asyncio.Event()
    woken = {stream: asyncio.Event() for stream in STREAMS}
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    pool = await _pool(settings, stop)
    if pool is None:
        return
    clock = Clock(settings.clock_file)
    stopped: dict[str, str] = {}
    parts: dict[str, Callable[[], Awaitable[None]]] = {}
    if pipeline:
        parts = _pipeline(service, settings, pool, clock, stop, woken)
    app = web.build(
        settings=settings,
        title=service.title,
        description=service.description,
        router=service.router,
        pool=pool,
        verifier=Verifier(
            issuer=settings.oidc_issuer, audience=settings.oidc_audience, jwks_url=settings.oidc_jwks_url
        ),
        clock=clock,
        committed=partial(_wake, woken),
        measure=partial(
            health.pipeline, pool, tuple(topic(service.name, s) for s in STREAMS), clock=clock, stopped=stopped
        ),
    )
    parts["http"] = partial(_serve, app, settings, stop)
    telemetry.log.info("service starts", count=len(parts))
    running = {name: asyncio.ensure_future(_watched(name, part, stopped)) for name, part in parts.items()}
    await stop.wait()
    await _stop(running, pool, spans)


def _pipeline(
    service: Service,
    settings: Settings,
    pool: Any,
    clock: Clock,
    stop: asyncio.Event,
    woken: dict[Stream, asyncio.Event],
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
            )
            for stream in STREAMS
        },
        "consumer": consumer.run,
        "deadlines": partial(deadlines.run, pool, service.deadlines, clock=clock, stop=stop, committed=committed),
        "forget": partial(_forget, pool, stop),
    }


async def _serve(app: ASGIApp, settings: Settings, stop: asyncio.Event) -> None:
    server = _Server(
        uvicorn.Config(
            app,
            host=settings.http_host,
            port=settings.http_port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S - 5,
        )
    )
    serving = asyncio.ensure_future(server.serve())
    await asyncio.wait([serving, asyncio.ensure_future(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving


class _Server(uvicorn.Server):
    """uvicorn that leaves signals to the runtime, which stops all parts in order."""

    def capture_signals(self) -> Any:
        """No signal is captured."""
        return suppress()


async def _watched(name: str, part: Callable[[], Awaitable[None]], stopped: dict[str, str]) -> None:
    """A part that fails is logged once and stays stopped, for an operator to see; the others go on."""
    try:
        await part()
    except asyncio.CancelledError:
        raise
    except BaseException as error:  # noqa: BLE001  # the outermost edge: logged here and nowhere else
        stopped[name] = type(error).__name__
        telemetry.log.critical("part stopped", part=name, exc_info=error)


async def _stop(running: dict[str, asyncio.Future[None]], pool: Any, spans: TracerProvider) -> None:
    """What was under way is finished, sent and flushed, within 20 s."""
    _, late = await asyncio.wait(running.values(), timeout=GRACE_S)
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


def _wake(woken: dict[Stream, asyncio.Event]) -> None:
    """The relays look into the outbox at once."""
    for event in woken.values():
        event.set()
