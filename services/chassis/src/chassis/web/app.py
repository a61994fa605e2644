"""A service's HTTP app: its routes, its problems, its health, its figures."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import asyncpg
from fastapi import APIRouter, FastAPI, Response
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel

from chassis import health, metrics
from chassis.auth import Verifier
from chassis.clock import Clock
from chassis.settings import Settings
from chassis.web import problems
from chassis.web.problems import ConflictProblem, Problem

OPEN_PATHS = frozenset({"/livez", "/readyz", "/pipelinez", "/metrics", "/docs", "/openapi.json"})

_PROBLEMS: Mapping[int | str, dict[str, Any]] = {
    status: {
        "model": ConflictProblem if status in (409, 412) else Problem,
        "description": description,
        "content": {problems.MEDIA_TYPE: {}},
    }
    for status, description in {
        400: "The request could not be read, or an Idempotency-Key is missing",
        401: "No valid access token",
        403: "The role or the data scope is missing",
        404: "There is nothing here, or nothing that you may see",
        409: "It does not fit the present state, which is shown",
        411: "The body came without its length",
        412: "The thing has changed since you saw it; it is shown as it is now",
        413: "The body is too large",
        422: "A value is wrong; `errors` says where",
        428: "If-Match is missing",
        503: "Not now; nothing was changed, try again",
    }.items()
}


def build(
    *,
    settings: Settings,
    title: str,
    description: str,
    router: APIRouter,
    pool: asyncpg.Pool | None = None,
    verifier: Verifier | None = None,
    clock: Clock | None = None,
    committed: Callable[[], None] = lambda: None,
    measure: Callable[[], Awaitable[health.Pipeline]] | None = None,
) -> FastAPI:
    """The app of one service. Without pool and verifier it can describe itself and answer nothing."""
    app = FastAPI(
        title=title,
        description=description,
        version="1",
        docs_url="/docs",
        redoc_url=None,
        openapi_url="/openapi.json",
        responses=dict(_PROBLEMS),
        telemetry={"tracing": True, "metrics": False, "logs": False, "operation_spans": False, "exclude": _is_health},
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.pool, app.state.verifier = pool, verifier
    app.state.clock, app.state.committed = clock or Clock(settings.clock_file), committed
    app.state.measure = measure
    problems.install(app)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "traceparent"],
            expose_headers=["ETag", "Location", "Idempotency-Replayed", "Retry-After"],
        )
    app.include_router(router)
    app.include_router(_health_router())
    return app


def _is_health(scope: Any) -> bool:
    return scope.get("path") in OPEN_PATHS


class Alive(BaseModel):
    """The process answers."""

    status: str = "ok"


def _health_router() -> APIRouter:
    router = APIRouter(tags=["operation"])

    @router.get("/livez", summary="Is the process alive?", responses={}, operation_id="livez")
    async def livez() -> Alive:
        return Alive()

    @router.get("/readyz", summary="Can requests be served?", operation_id="readyz")
    async def readyz(request: problems.Request, response: Response) -> Alive:
        try:
            async with asyncio.timeout(2):
                await request.app.state.pool.fetchval("select 1")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            response.status_code = 503
            return Alive(status="the database is away")
        return Alive()

    @router.get("/pipelinez", summary="Do events flow?", operation_id="pipelinez")
    async def pipelinez(request: problems.Request, response: Response) -> health.Pipeline:
        pipeline: health.Pipeline = await request.app.state.measure()
        response.status_code = 200 if pipeline.flows else 503
        return pipeline

    @router.get("/metrics", summary="Figures in Prometheus' format", operation_id="metrics")
    async def show_metrics(request: problems.Request) -> Response:
        await request.app.state.measure()
        return Response(metrics.exposition(), media_type="text/plain; version=0.0.4")

    return router
