"""Following a flow: spans, logs and the context that travels with events, none of it personal.

What leaves a process is decided by allow-lists here and nowhere else: attributes of spans, fields of logs. Texts of
exceptions never leave, since a database quotes the row it refuses; their type, SQLSTATE and place do.
"""

import logging
import re
import sys
import traceback
from collections.abc import Generator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

import structlog
from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.zipkin.json import ZipkinExporter
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from chassis import library_logs
from chassis.settings import Settings
from contracts.cloudevents import Flow

# Attributes of spans: OpenTelemetry's semantic conventions where they have a name for it, `maerk.` otherwise.
STREAM = "messaging.destination.name"
SYSTEM = "messaging.system"
OPERATION = "messaging.operation.name"
PARTITION = "messaging.destination.partition.id"
OFFSET = "messaging.kafka.offset"
EVENT_ID = "cloudevents.event_id"
EVENT_TYPE = "cloudevents.event_type"
GROUP = "messaging.consumer.group.name"
SEQUENCE = "maerk.sequence"
ATTEMPT = "maerk.attempt"
OUTCOME = "maerk.outcome"
KIND = "maerk.kind"

SPAN_ATTRIBUTES = frozenset(
    {
        STREAM, SYSTEM, OPERATION, PARTITION, OFFSET, EVENT_ID, EVENT_TYPE, GROUP, SEQUENCE, ATTEMPT, OUTCOME, KIND,
        "http.request.method", "http.route", "http.response.status_code", "error.type",
    }
)  # fmt: skip

LOG_FIELDS = frozenset(
    {
        "event", "level", "timestamp", "service", "trace_id", "span_id", "logger", "fault", "sqlstate", "constraint",
        "at", "slug", "status", "route", "method", "topic", "partition", "offset", "type", "event_id", "reason", "kind",
        "stream", "epoch", "attempt", "count", "seconds", "part", "sequence", "next_sequence", "alarm",
    }
)  # fmt: skip

_SAMPLED = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f][13579bdf]")  # W3C Trace Context, level 1

log: structlog.stdlib.BoundLogger = structlog.get_logger()
tracer = trace.get_tracer("maerk")
_flow: ContextVar[Flow | None] = ContextVar("flow", default=None)


def start(settings: Settings) -> TracerProvider:
    """Spans go to Zipkin or an OTLP collector, where one is set, and logs to standard output as JSON lines."""
    _write_logs(settings.service)
    # A trace begins at our own edge: the digits of a caller's trace would travel as far as anything personal could.
    propagate.set_global_textmap(_Nobodys())
    provider = TracerProvider(
        resource=Resource.create({"service.name": settings.service}),
        sampler=ParentBasedTraceIdRatio(settings.trace_ratio),
    )
    if settings.zipkin_url:
        exporter = ZipkinExporter(endpoint=f"{settings.zipkin_url}/api/v2/spans", timeout=5)
        provider.add_span_processor(BatchSpanProcessor(Allowed(exporter), schedule_delay_millis=500))
    if settings.otlp_url:
        exporter = OTLPSpanExporter(endpoint=f"{settings.otlp_url}/v1/traces", timeout=5)
        provider.add_span_processor(BatchSpanProcessor(Allowed(exporter)))
    trace.set_tracer_provider(provider)
    return provider


class _Nobodys(TextMapPropagator):
    """What callers say of their traces is left where it is."""

    def extract(self, carrier: Any, context: Context | None = None, getter: Any = None) -> Context:  # noqa: ARG002
        return context or Context()

    def inject(self, carrier: Any, context: Context | None = None, setter: Any = None) -> None: ...

    @property
    def fields(self) -> set[str]:
        return set()


class Allowed(SpanExporter):
    """An exporter that lets through the attributes of the allow-list, and no events, links or status texts."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([self._cleared(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)

    @staticmethod
    def _cleared(span: ReadableSpan) -> ReadableSpan:
        return ReadableSpan(
            name=span.name,
            context=span.context,
            parent=span.parent,
            resource=span.resource,
            attributes={name: value for name, value in (span.attributes or {}).items() if name in SPAN_ATTRIBUTES},
            kind=span.kind,
            status=Status(span.status.status_code),
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=span.instrumentation_scope,
        )


def flow() -> Flow:
    """The flow that is going on here, for the events that it leads to; a new one outside of any."""
    going_on = _flow.get()
    if going_on is None:
        return Flow(correlation_id=uuid4(), causation_id=None, traceparent=traceparent())
    return going_on


@contextmanager
def flowing(*, caused_by: Flow | None = None, event_id: Any = None) -> Generator[None]:
    """Within the block one flow goes on: a new one, or the one that an event brought."""
    token = _flow.set(
        Flow(
            correlation_id=caused_by.correlation_id if caused_by else uuid4(),
            causation_id=event_id,
            traceparent=traceparent() or (caused_by.traceparent if caused_by else None),
        )
    )
    try:
        yield
    finally:
        _flow.reset(token)


def traceparent() -> str | None:
    """The current span as W3C traceparent; None outside of any span."""
    at = trace.get_current_span().get_span_context()
    return f"00-{at.trace_id:032x}-{at.span_id:016x}-{at.trace_flags:02x}" if at.is_valid else None


def parent(traceparent: str | None) -> Context | None:
    """The context in which a span becomes the child of a stored traceparent; None when it is absent or not sampled."""
    if traceparent is None or (parts := _SAMPLED.fullmatch(traceparent)) is None:
        return None
    remote = SpanContext(int(parts[1], 16), int(parts[2], 16), is_remote=True, trace_flags=TraceFlags(1))
    return trace.set_span_in_context(NonRecordingSpan(remote), Context())


def record(
    name: str, traceparent: str | None, *, kind: SpanKind, start_ns: int, end_ns: int, attributes: Mapping[str, Any]
) -> None:
    """A span of something that is over stands under the traceparent, provided that its trace is sampled."""
    if (above := parent(traceparent)) is not None:
        span = tracer.start_span(name, above, kind=kind, start_time=start_ns, attributes=attributes)
        span.end(end_ns)


def failed(span: Span, outcome: str) -> None:
    """The span says that its work was not done, and why in one code."""
    span.set_attribute(OUTCOME, outcome)
    span.set_status(StatusCode.ERROR)


def _write_logs(service: str) -> None:
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _where(service),
        _fault,
        _allow,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_template, *shared[:-1]],  # `_allow` would take the formatter's own fields away
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _allow,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    handler.addFilter(library_logs.OnceAMinute())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _where(service: str) -> Any:
    def add(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        entry["service"] = service
        at = trace.get_current_span().get_span_context()
        if at.is_valid:
            entry["trace_id"], entry["span_id"] = f"{at.trace_id:032x}", f"{at.span_id:016x}"
        return entry

    return add


def _template(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A library's message without the values it would fill in, which may be anybody's, unless it is known to have none.

    `count` says how many times it was held back since it was last written.
    """
    record: logging.LogRecord = entry["_record"]
    entry["event"], entry["logger"] = library_logs.said(record), record.name
    entry["count"] = getattr(record, "repeats", 0) or None
    if record.exc_info:
        entry["exc_info"] = record.exc_info
    return entry


def _fault(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as its type, SQLSTATE, constraint and place, never with its text."""
    info = entry.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        entry["fault"] = f"{type(error).__module__}.{type(error).__qualname__}"
        entry["sqlstate"] = getattr(error, "sqlstate", None)
        entry["constraint"] = getattr(error, "constraint_name", None)
        entry["at"] = [
            f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-6:]
        ]
    return entry


def _allow(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value for name, value in entry.items() if name in LOG_FIELDS and value is not None}
