"""An event as a Kafka message and back: CloudEvents 1.0, binary mode.

The relay adds `ce_sequence` when it numbers the message: 20 decimal digits with leading zeros, so that text order is
number order, as the extension's specification wants; who reads it parses it with `int`.

Source: CloudEvents 1.0.2, Kafka protocol binding and the extensions partitioning, sequence, correlation, distributed
tracing and data classification.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json

from contracts.event import ENVELOPE, EVENTS, Event, reader
from contracts.topics import Stream

Headers = Iterable[tuple[str, bytes]]
_W3C: Final = re.compile(rb"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_SEQUENCE: Final = re.compile(rb"[0-9]{1,20}")
HIGHEST: Final = 2**63 - 1  # what a stream's sequence can be
_ENVELOPE: Final = set(ENVELOPE)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


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


class Undecodable(Exception):
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


_Validate = Callable[[dict[str, Any]], Event]


def encode(event: Event, *, id: UUID, stream: Stream, flow: Flow | None) -> Encoded:
    """The message that carries this event on this stream, ready to be numbered and sent.

    Raises: ValueError when the event's class does not belong on the stream.
    """
    subject = str(event.subject).encode()
    headers = [
        *_unchanging(type(event), stream),
        ("ce_id", str(id).encode()),
        ("ce_subject", subject),
        ("ce_time", b"%sZ" % event.at.isoformat()[:-6].encode()),
        ("ce_partitionkey", subject),
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
    return Encoded(subject, headers, value, (event.at - _EPOCH) // _MILLISECOND)


def sequence_header(sequence: int) -> tuple[str, bytes]:
    """The header that numbers a message within its stream."""
    return "ce_sequence", b"%020d" % sequence


def sequence_of(headers: Iterable[tuple[str, bytes | None]]) -> int | None:
    """The number of a message within its stream; None when it has none that a stream can have."""
    for name, value in headers:
        if name == "ce_sequence" and value is not None and _SEQUENCE.fullmatch(value) and int(value) <= HIGHEST:
            return int(value)
    return None


def type_of(headers: Headers) -> str:
    """The event type of a message, so that types without a listener need not be read.

    Raises: Undecodable when the header is missing or not text.
    """
    for name, value in headers:
        if name == "ce_type":
            try:
                return value.decode()
            except (AttributeError, UnicodeDecodeError):
                raise Undecodable("bad_header:ce_type") from None
    raise Undecodable("missing_header:ce_type")


def decode(headers: Headers, value: bytes | None) -> Received:
    """The event that an internal message carries, read tolerantly.

    Raises: UnknownType; Undecodable for anything else that is not a whole message of an internal stream.
    """
    given = dict(headers)
    name = "ce_type"
    try:
        cls = EVENTS.get(given[name].decode())
        if cls is None:
            raise UnknownType
        if given[name := "ce_specversion"] != b"1.0":
            raise Undecodable("bad_header:ce_specversion")
        envelope: dict[str, Any] = {
            "subject": UUID(given[name := "ce_subject"].decode()),
            "revision": _number(given[name := "ce_revision"]),
            "at": datetime.fromisoformat(given[name := "ce_time"].decode()),
            "provenance": given[name := "ce_provenance"].decode(),
        }
        id = UUID(given[name := "ce_id"].decode())
        if (sequence := sequence_of([(name := "ce_sequence", given["ce_sequence"])])) is None:
            raise Undecodable("bad_header:ce_sequence")
        flow = None
        if (name := "ce_correlationid") in given:
            correlation_id, causation_id, traceparent = UUID(given[name].decode()), None, None
            if (name := "ce_causationid") in given:
                causation_id = UUID(given[name].decode())
            if (name := "traceparent") in given:
                traceparent = _traceparent(given[name])
            flow = Flow(correlation_id, causation_id, traceparent)
    except KeyError:
        raise Undecodable(f"missing_header:{name}") from None
    except (AttributeError, TypeError, ValueError):
        # A header without a value is None on the wire, whatever the client's types say.
        raise Undecodable(f"bad_header:{name}") from None
    return Received(_event(_validator(cls), envelope, value), id, cls.type, sequence, flow)


def _event(validate: _Validate, envelope: dict[str, Any], value: bytes | None) -> Event:
    try:
        data = from_json(value or b"")
    except ValueError:
        raise Undecodable("bad_json") from None
    if not isinstance(data, dict):
        raise Undecodable("bad_json")
    try:
        return validate(data | envelope)
    except ValidationError as error:
        where = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        raise Undecodable(f"schema_mismatch:{where[0] if where else 'event'}") from None


@cache
def _validator(cls: type[Event]) -> _Validate:
    return reader(cls).__pydantic_validator__.validate_python


@cache
def _unchanging(cls: type[Event], stream: Stream) -> tuple[tuple[str, bytes], ...]:
    if stream not in cls.streams:
        raise ValueError(f"{cls.type} does not belong on the {stream} stream.")
    return (
        ("ce_specversion", b"1.0"),
        ("ce_type", cls.type.encode()),
        ("ce_source", f"urn:maerk:{cls.service}".encode()),
        ("ce_dataschema", cls.dataschema.encode()),
        ("ce_dataclassification", cls.classification.encode()),
        ("content-type", b"application/json"),
    )


def _traceparent(text: bytes) -> str:
    if not _W3C.fullmatch(text):
        raise ValueError
    return text.decode()


def _number(digits: bytes) -> int:
    if not digits.isdigit():
        raise ValueError
    return int(digits)
