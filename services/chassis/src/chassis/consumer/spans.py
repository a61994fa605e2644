"""One span for each sampled event of a batch, from its transaction's start to its commit or rollback."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager, nullcontext
from uuid import UUID

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind

from chassis import telemetry
from chassis.consumer.listens import Heard


class Spans:
    """The spans of one attempt at a batch."""

    def __init__(self, attempt: int) -> None:
        self._attempt = attempt
        self._open: dict[UUID, Span] = {}

    def open(self, heard: Sequence[Heard]) -> None:
        """Every event whose trace is sampled has a span, the child of the request that led to it."""
        for each in heard:
            above = telemetry.parent(each.flow.traceparent) if each.flow else None
            if above is None or each.id in self._open:
                continue
            attributes: dict[str, str | int] = {
                telemetry.SYSTEM: "kafka",
                telemetry.STREAM: each.topic,
                telemetry.OPERATION: "process",
                telemetry.PARTITION: str(each.partition),
                telemetry.OFFSET: each.offset,
                telemetry.EVENT_ID: str(each.id),
                telemetry.EVENT_TYPE: type(each.event).type,
                telemetry.ATTEMPT: self._attempt,
            }
            self._open[each.id] = telemetry.tracer.start_span(
                f"process {each.topic}", above, kind=SpanKind.CONSUMER, attributes=attributes
            )

    @contextmanager
    def flow_of(self, heard: Heard) -> Generator[None]:
        """Within the block what happens is caused by this event and stands under its span."""
        span = self._open.get(heard.id)
        with (
            trace.use_span(span, end_on_exit=False, record_exception=False) if span else nullcontext(),
            telemetry.flowing(caused_by=heard.flow, event_id=heard.id),
        ):
            yield

    def failed(self, outcome: str) -> None:
        """Every span ends saying that its attempt was rolled back."""
        for span in self._open.values():
            telemetry.failed(span, outcome)
        self.done()

    def done(self) -> None:
        """Every span ends now."""
        for span in self._open.values():
            span.end()
        self._open.clear()
