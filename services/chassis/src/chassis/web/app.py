"""A service's HTTP app: its routes, its problems, its health, its figures."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
from fastapi import APIRouter, FastAPI, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.openapi.docs import get_swagger_ui_html
from pydantic import BaseModel
from starlette.staticfiles import StaticFiles

from chassis import health, metrics
from chassis.auth import Verifier
from chassis.clock import Clock
from chassis.settings import Settings
from chassis.web import catalogue, follow, problems

OPEN_PATHS = frozenset({"/livez", "/readyz", "/pipelinez", "/metrics", "/docs", "/openapi.json"})

_HEADERS = {
    "ETag": "The revision of the thing, for the If-Match of the next change",
    "Idempotency-Replayed": "`true` when the command was carried out before and this is its first answer again",
    "Location": "Where the new thing is",
    "Retry-After": "Seconds until trying again makes sense",
    "traceresponse": "The trace of this request, as W3C trace context writes it; tell it to operators",
}


class _App(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The document, with the problems that its answers refer to, and the headers that commands need as required.

        FastAPI holds those headers for optional, since their absence has problems of its own (400 and 428).
        """
        document = super().openapi()
        document["components"]["schemas"].update(problems.schemas())
        document["components"]["schemas"]["ProblemSlug"] = catalogue.schema(self.state.service)
        for address, path in document["paths"].items():
            for method, operation in path.items():
                _say_headers(address, method, operation["responses"])
                for each in operation.get("parameters", ()):
                    if method == "post" and each["in"] == "header" and not each["required"]:
                        given, _absent = each["schema"].pop("anyOf")
                        each |= {"required": True, "schema": given | each["schema"]}
        return document


def _say_headers(address: str, method: str, responses: dict[str, Any]) -> None:
    """The answers of an operation say which headers they come with."""
    if not address.startswith("/v1"):
        return
    for status, answer in responses.items():
        names = ["traceresponse"]
        if status in ("200", "201") and (method == "post" or address.endswith("{id}")):
            names.append("ETag")
        if status in ("200", "201") and method == "post":
            names.append("Idempotency-Replayed")
        if status == "201":
            names.append("Location")
        if status == "503":
            names.append("Retry-After")
        answer["headers"] = {name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in names}


def build(
    *,
    settings: Settings,
    title: str,
    description: str,
    router: APIRouter | None,
    pool: asyncpg.Pool | None = None,
    verifier: Verifier | None = None,
    clock: Clock | None = None,
    committed: Callable[[], None] = lambda: None,
    measure: Callable[[], Awaitable[health.Pipeline]] | None = None,
    stop: asyncio.Event | None = None,
    pace: follow.Pace | None = None,
) -> FastAPI:
    """The app of one service; without a router it shows its health alone.

    Without pool and verifier it can describe itself and answer nothing. When `stop` is set, answers that go on end.
    """
    app = _App(
        title=title,
        description=description,
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        swagger_ui_oauth2_redirect_url=None,
        redirect_slashes=False,
        telemetry={"tracing": True, "metrics": False, "logs": False, "operation_spans": False, "exclude": _is_health},
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.service = settings.service
    app.state.pool, app.state.verifier = pool, verifier
    app.state.clock, app.state.committed = clock or Clock(settings.clock_file), committed
    app.state.measure = measure
    app.state.board = follow.Board(pool, stop or asyncio.Event(), pace or follow.Pace())
    problems.install(app)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "Last-Event-ID"],
            expose_headers=["ETag", "Location", "Idempotency-Replayed", "Retry-After", "traceresponse"],
        )
    if router is not None:
        app.router.routes.extend(router.routes)
    app.include_router(_health_router())
    _add_docs(app)
    return app


def _add_docs(app: FastAPI) -> None:
    """`/docs` shows the document, with nothing that a browser would fetch from anybody else."""
    app.mount("/docs/assets", StaticFiles(packages=[("fastapi_swagger", "resources")]))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title=app.title,
            swagger_js_url="/docs/assets/swagger-ui-bundle.js",
            swagger_css_url="/docs/assets/swagger-ui.css",
            swagger_favicon_url="/docs/assets/favicon-32x32.png",
        )


def _is_health(scope: Any) -> bool:
    return scope.get("path") in OPEN_PATHS


class Alive(BaseModel):
    """The process answers."""

    status: str = "ok"


def _health_router() -> APIRouter:
    router = APIRouter(tags=["operation"])

    @router.get("/livez", summary="Is the process alive?", operation_id="livez")
    async def livez() -> Alive:
        return Alive()

    @router.get("/readyz", summary="Can requests be served?", operation_id="readyz", responses={503: {"model": Alive}})
    async def readyz(request: problems.Request, response: Response) -> Alive:
        try:
            async with asyncio.timeout(2):
                await request.app.state.pool.fetchval("select 1")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            response.status_code = 503
            return Alive(status="the database is away")
        return Alive()

    @router.get(
        "/pipelinez", summary="Do events flow?", operation_id="pipelinez", responses={503: {"model": health.Pipeline}}
    )
    async def pipelinez(request: problems.Request, response: Response) -> health.Pipeline:
        pipeline: health.Pipeline = await request.app.state.measure()
        response.status_code = 200 if pipeline.flows else 503
        return pipeline

    @router.get(
        "/metrics",
        summary="Figures in Prometheus' format",
        operation_id="metrics",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    async def show_metrics(request: problems.Request) -> Response:
        await request.app.state.measure()
        return Response(metrics.exposition(), media_type="text/plain; version=0.0.4")

    return router
