"""Old messages stay readable by new code, and new messages by old code."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import AwareDatetime, Field
from pydantic_core import to_json

from contracts.catalogue import EVENTS
from contracts.cloudevents import decode, encode, sequence_header
from contracts.event import Event, reader
from contracts.schemas import incompatibilities, schema
from contracts.snapshots import ROOT, editions, read
from contracts.values import Count, Figure, Internal, MunicipalityCode, Open, Ordinal, PartialDate, Public, PublicUrl
from support.events import define, own_registry
from support.schemas import instances

ENVELOPE = {"subject": UUID(int=1), "revision": 1, "at": "2026-11-23T09:00:00Z"}
EDITIONS = [(type_, path) for type_, paths in editions(ROOT).items() for path in paths]

FIELDS: list[tuple[Any, Any, Any]] = [
    (Public, Count, 3),
    (Public, Ordinal, 3),
    (Internal, Count, 3),
    (Public, bool, True),
    (Public, UUID, UUID(int=2)),
    (Public, date, date(2026, 1, 1)),
    (Public, AwareDatetime, datetime(2026, 1, 1, tzinfo=UTC)),
    (Public, PartialDate, PartialDate(2026, 4)),
    (Public, Figure, Decimal(1)),
    (Public, MunicipalityCode, "0851"),
    (Public, PublicUrl, "https://example.org/"),
    (Public, Literal["red"], "red"),
    (Public, Literal["red", "green"], "red"),
    (Public, Literal["red", "green", "blue"], "red"),
    (Public, Open[Literal["red", "green"]], "red"),
    (Public, Open[Literal["red", "green", "blue"]], "red"),
    (Public, Annotated[tuple[Count, ...], Field(max_length=2)], (1,)),
    (Public, Annotated[tuple[Count, ...], Field(max_length=3)], (1,)),
    (Public, Annotated[tuple[Open[Literal["red"]], ...], Field(max_length=3)], ("red",)),
    (Public, Annotated[tuple[Open[Literal["red", "green"]], ...], Field(max_length=3)], ("red",)),
]


def reads(cls: type[Event], data: dict[str, Any]) -> bool:
    """Whether a listener that has this class can read that data, as bytes on the wire."""
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(UUID(int=3)).encode()),
        ("ce_type", cls.type.encode()),
        ("ce_subject", str(ENVELOPE["subject"]).encode()),
        ("ce_time", b"2026-11-23T09:00:00Z"),
        ("ce_provenance", b"synthetic"),
        ("ce_revision", b"1"),
        sequence_header(1),
    ]
    return isinstance(decode(headers, to_json(data)).event, cls)


@pytest.mark.parametrize(("type_", "path"), EDITIONS, ids=lambda each: getattr(each, "stem", each))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_any_edition_describes_is_read_today(type_: str, path: Any, data: st.DataObject):
    assert reads(EVENTS[type_], data.draw(instances(read(path))))


@pytest.mark.parametrize(("type_", "path"), EDITIONS, ids=lambda each: getattr(each, "stem", each))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_is_described_today_is_read_by_any_edition(type_: str, path: Any, data: st.DataObject):
    Draft7Validator(read(path)).validate(data.draw(instances(schema(EVENTS[type_]))))


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """The fields of some event, each required, optional or with a default."""
    definition: dict[str, Any] = {}
    defaults: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from("abc"), unique=True)):
        classified, annotation, default = draw(st.sampled_from(FIELDS))
        match draw(st.sampled_from(["required", "optional", "default"])):
            case "optional":
                definition[name], defaults[name] = classified[annotation | None], None
            case "default":
                definition[name], defaults[name] = classified[annotation], default
            case _:
                definition[name] = classified[annotation]
    return definition | {"defaults": defaults}


@st.composite
def changes(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A definition and what becomes of it; fields are mostly kept, so that many changes are compatible."""
    before, other = draw(definitions()), draw(definitions())
    after = {"defaults": dict(before["defaults"])}
    for name in "abc":
        chosen = before if name in before and draw(st.integers(0, 3)) else other
        after["defaults"].pop(name, None)
        if name in chosen:
            after[name] = chosen[name]
            if name in chosen["defaults"]:
                after["defaults"][name] = chosen["defaults"][name]
    return before, after


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(change=changes(), data=st.data())
def test_every_change_that_is_let_through_leaves_both_sides_able_to_read(
    change: tuple[dict[str, Any], dict[str, Any]], data: st.DataObject
):
    with own_registry():
        old = define(**change[0])
    with own_registry():
        new = define(**change[1])
    assume(not list(incompatibilities(schema(old), schema(new))))
    for writer, listener in ((old, new), (new, old)):
        sent = data.draw(instances(schema(writer)))
        read_back = reader(listener).model_validate(ENVELOPE | sent)
        assert isinstance(read_back, listener)
        Draft7Validator(schema(listener)).validate(sent)


@settings(max_examples=80, deadline=None)
@given(definition=definitions(), data=st.data())
def test_what_a_writer_sends_is_what_its_schema_describes(definition: dict[str, Any], data: st.DataObject):
    with own_registry():
        cls = define(**definition)
        sent = data.draw(instances(schema(cls)))
        event = reader(cls).model_validate(ENVELOPE | sent)
        message = encode(event, id=UUID(int=4), stream="internal", flow=None)
        received = decode([*message.headers, sequence_header(1)], message.value)
        assert received.event.model_dump() == event.model_dump()
        Draft7Validator(schema(cls)).validate(event.model_dump(mode="json", include=set(sent)))
