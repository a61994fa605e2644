"""An event as a Kafka message and back: CloudEvents 1.0, binary mode.

The relay adds `ce_sequence` when it numbers the message: 20 decimal digits with leading zeros, so that text order is
number order, as the extension's specification wants; who reads it parses it with `int`.

Source: CloudEvents 1.0.2, Kafka protocol binding and the extensions partitioning, sequence, correlation, distributed
tracing and data classification.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json

from contracts.event import ENVELOPE, EVENTS, Event, reader
from contracts.topics import Stream

Headers = Iterable[tuple[str, bytes | None]]
SEQUENCE_DIGITS: Final = 20
_EPOCH_MS: Final = 1000
_ENVELOPE: Final = set(ENVELOPE)


@dataclass(frozen=True, slots=True)
class Flow:
    """Which flow a message belongs to: what began it, what caused it, and the span that sent it."""

    correlation_id: UUID
    causation_id: UUID | None
    traceparent: str | None


@dataclass(frozen=True, slots=True)
class Encoded:
    """A Kafka message but for its sequence."""

    key: bytes
    headers: list[tuple[str, bytes]]
    value: bytes
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class Received:
    """An event as a listener gets it."""

    event: Event
    id: UUID
    type: str
    sequence: int
    flow: Flow | None


class Undecodable(Exception):  # noqa: N818 - a verdict on a message, said in one word
    """The message can never be read. `reason` is a short stable code and says nothing of the content."""

    def __init__(self, reason: str) -> None:
        """`reason` is such as `missing_header:ce_id`, `bad_header:ce_id`, `bad_json` or `schema_mismatch:version`."""
        super().__init__(reason)
        self.reason = reason


class UnknownType(Undecodable):
    """No class here describes this type: its sender is newer, and nobody here listens."""

    def __init__(self) -> None:
        """The reason is always the same."""
        super().__init__("unknown_type")


@dataclass(frozen=True, slots=True)
class _Reading:
    type: str
    validate: Callable[[dict[str, Any]], Event]


_readings: Final[dict[bytes, _Reading]] = {}


def encode(event: Event, *, id: UUID, stream: Stream, flow: Flow | None) -> Encoded:  # noqa: A002 - CloudEvents' word
    """The message that carries this event on this stream, ready to be numbered and sent.

    Raises: ValueError when the event's class does not belong on the stream.
    """
    if stream not in event.streams:
        message = f"{event.type} does not belong on the {stream} stream."
        raise ValueError(message)
    subject = str(event.subject).encode()
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(id).encode()),
        ("ce_type", event.type.encode()),
        ("ce_source", f"urn:maerk:{event.service}".encode()),
        ("ce_subject", subject),
        ("ce_time", f"{event.at.replace(tzinfo=None).isoformat()}Z".encode()),
        ("ce_dataschema", event.dataschema.encode()),
        ("content-type", b"application/json"),
        ("ce_partitionkey", subject),
        ("ce_dataclassification", event.classification.encode()),
        ("ce_provenance", event.provenance.encode()),
    ]
    if stream == "internal":
        headers.append(("ce_revision", b"%d" % event.revision))
        if flow is not None:
            headers.append(("ce_correlationid", str(flow.correlation_id).encode()))
            if flow.causation_id is not None:
                headers.append(("ce_causationid", str(flow.causation_id).encode()))
            if flow.traceparent is not None:
                headers.append(("traceparent", flow.traceparent.encode()))
    value = event.__pydantic_serializer__.to_json(event, exclude=_ENVELOPE, exclude_none=True)
    return Encoded(subject, headers, value, int(event.at.timestamp()) * _EPOCH_MS + event.at.microsecond // 1000)


def sequence_header(sequence: int) -> tuple[str, bytes]:
    """The header that numbers a message within its stream."""
    return "ce_sequence", b"%020d" % sequence


def type_of(headers: Headers) -> str:
    """The event type of a message, so that types without a listener need not be read.

    Raises: Undecodable when the header is missing or not text.
    """
    for name, value in headers:
        if name == "ce_type" and value is not None:
            try:
                return value.decode()
            except UnicodeDecodeError:
                raise Undecodable("bad_header:ce_type") from None
    raise Undecodable("missing_header:ce_type")


def decode(headers: Headers, value: bytes | None) -> Received:
    """The event that an internal message carries, read tolerantly.

    Raises: UnknownType; Undecodable for anything else that is not a whole message of an internal stream.
    """
    given = dict(headers)
    at = "ce_type"
    try:
        reading = _readings.get(given[at]) or _reading(given[at])  # type: ignore[arg-type]
        if given[at := "ce_specversion"] != b"1.0":
            raise Undecodable("bad_header:ce_specversion")
        envelope: dict[str, Any] = {
            "subject": given[at := "ce_subject"].decode(),  # type: ignore[union-attr]
            "at": given[at := "ce_time"].decode(),  # type: ignore[union-attr]
            "provenance": given[at := "ce_provenance"].decode(),  # type: ignore[union-attr]
            "revision": _number(given[at := "ce_revision"]),
        }
        id = UUID(given[at := "ce_id"].decode())  # type: ignore[union-attr]  # noqa: A001
        sequence = _number(given[at := "ce_sequence"])
        flow = None
        if (correlation := given.get(at := "ce_correlationid")) is not None:
            causation, trace = given.get("ce_causationid"), given.get("traceparent")
            flow = Flow(
                UUID(correlation.decode()),
                UUID(causation.decode()) if causation is not None else None,
                trace.decode() if trace is not None else None,
            )
    except KeyError:
        raise Undecodable(f"missing_header:{at}") from None
    except (ValueError, AttributeError, TypeError):
        raise Undecodable(f"bad_header:{at}") from None
    return Received(_event(reading, envelope, value), id, reading.type, sequence, flow)


def _event(reading: _Reading, envelope: dict[str, Any], value: bytes | None) -> Event:
    try:
        data = from_json(value or b"")
    except ValueError:
        raise Undecodable("bad_json") from None
    if not isinstance(data, dict):
        raise Undecodable("bad_json")
    try:
        return reading.validate({**data, **envelope})
    except ValidationError as error:
        where = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        raise Undecodable(f"schema_mismatch:{where[0] if where else 'event'}") from None


def _reading(type: bytes) -> _Reading:  # noqa: A002 - CloudEvents' word
    cls = EVENTS.get(type.decode())
    if cls is None:
        raise UnknownType
    _readings[type] = _Reading(cls.type, reader(cls).__pydantic_validator__.validate_python)
    return _readings[type]


def _number(digits: bytes | None) -> int:
    if digits is None or not digits.isdigit():
        raise ValueError
    return int(digits)
