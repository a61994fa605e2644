"""Old messages stay readable by new code, and new messages by old code."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import AwareDatetime, Field
from pydantic_core import from_json, to_json

from contracts.catalogue import EVENTS
from contracts.cloudevents import decode, encode, sequence_header
from contracts.event import Event, reader
from contracts.schemas import incompatibilities, schema
from contracts.snapshots import ROOT, editions, read
from contracts.values import Count, Figure, Internal, MunicipalityCode, Open, Ordinal, PartialDate, Public, PublicUrl
from support.events import define, own_registry
from support.schemas import instances

pytestmark = pytest.mark.rule("p/contracts")

ENVELOPE = {"subject": UUID(int=1), "revision": 1, "at": "2026-11-23T09:00:00Z"}
EDITIONS = [(type_, path) for type_, paths in editions(ROOT).items() for path in paths]

RELATED: list[list[tuple[Any, Any, Any]]] = [
    [(Public, Count, 3), (Public, Ordinal, 3), (Internal, Count, 3), (Public, bool, True)],
    [(Public, UUID, UUID(int=2)), (Public, MunicipalityCode, "0851"), (Public, PublicUrl, "https://example.org/")],
    [(Public, date, date(2026, 1, 1)), (Public, PartialDate, PartialDate(2026, 4)), (Public, Figure, Decimal(1))],
    [(Public, AwareDatetime, datetime(2026, 1, 1, tzinfo=UTC)), (Public, date, date(2026, 1, 1))],
    [
        (Public, Literal["red"], "red"),
        (Public, Literal["red", "green"], "red"),
        (Public, Literal["red", "green", "blue"], "red"),
        (Public, Open[Literal["red", "green"]], "red"),
        (Public, Open[Literal["red", "green", "blue"]], "red"),
    ],
    [
        (Public, Annotated[tuple[Count, ...], Field(max_length=1)], (1,)),
        (Public, Annotated[tuple[Count, ...], Field(max_length=3)], (1,)),
        (Public, Annotated[tuple[Open[Literal["red"]], ...], Field(max_length=3)], ("red",)),
        (Public, Annotated[tuple[Open[Literal["red", "green"]], ...], Field(max_length=3)], ("red",)),
    ],
]
"""Fields that a careless change might turn into each other: classification, type, default."""
ABSENT = (0, "absent")


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


@cache
def defined(family: int, member: int, presence: str) -> type[Event]:
    """An event with one of the related fields: required, optional, with a default, or absent."""
    classified, annotation, default = RELATED[family][member]
    with own_registry():
        match presence:
            case "absent":
                return define()
            case "required":
                return define(thing=classified[annotation])
            case "optional":
                return define(thing=classified[annotation | None], defaults={"thing": None})
            case _:
                return define(thing=classified[annotation], defaults={"thing": default})


def changes() -> Iterator[tuple[type[Event], type[Event]]]:
    """Every way in which one related field turns into another."""
    for family, members in enumerate(RELATED):
        states = [ABSENT, *product(range(len(members)), ("required", "optional", "default"))]
        for before, after in product(states, states):
            yield defined(family, *before), defined(family, *after)


LET_THROUGH = [(old, new) for old, new in changes() if not list(incompatibilities(schema(old), schema(new)))]


def test_some_changes_are_let_through_and_most_are_not():
    assert len([None for old, new in LET_THROUGH if old is not new]) > 30
    assert len(LET_THROUGH) < len(list(changes())) / 4


@settings(max_examples=300, deadline=None)
@given(change=st.sampled_from(LET_THROUGH), data=st.data())
def test_every_change_that_is_let_through_leaves_both_sides_able_to_read(
    change: tuple[type[Event], type[Event]], data: st.DataObject
):
    for writer, listener in (change, change[::-1]):
        for sent in data.draw(st.lists(instances(schema(writer)), min_size=3, max_size=3)):
            assert isinstance(reader(listener).model_validate(ENVELOPE | sent), listener)
            Draft7Validator(schema(listener)).validate(sent)


@settings(max_examples=80, deadline=None)
@given(cls=st.sampled_from([new for old, new in LET_THROUGH if old is new]), data=st.data())
def test_what_a_writer_sends_is_what_its_schema_describes(cls: type[Event], data: st.DataObject):
    event = reader(cls).model_validate(ENVELOPE | data.draw(instances(schema(cls))))
    message = encode(event, id=UUID(int=4), stream="internal", flow=None)
    with own_registry():
        EVENTS[cls.type] = cls
        received = decode([*message.headers, sequence_header(1)], message.value)
    assert received.event.model_dump() == event.model_dump()
    Draft7Validator(schema(cls)).validate(from_json(message.value))
