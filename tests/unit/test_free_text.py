"""No text of any service takes a CPR number, phone number or mail address unless a reason stands here."""

import re
from collections.abc import Iterator
from importlib import import_module
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError

from contracts.topics import SERVICES
from contracts.values import NEUTRAL, HumanText

SOMEBODYS = [
    before + each + after
    for before in ("", "a", "a-", "A", "x:", "1")
    for each in ("0101701234", "010170-1234", "19700101-1234", "20123456", "20-12-34-56", "20 12 34 56", "a@mail.dk")
    for after in ("", "b", "-2")
]
REASONS = {
    "phone": "a function's own number, for everybody to call",
    "mailbox": "a function's own mailbox, for the platform to write to",
    "after": "a place in a list, as the platform gave it",
}
"""By the name of the field."""
UNREADABLE = ("a\x01", "a\x0b", "a\x85", "a\u202e", "a\u2066b\u202c", "a\ufffe", "a\U0010ffff", "a\ufdd0", "a\r\nb")
Leaf = tuple[str, Any, tuple[Any, ...]]


def leaves(place: str, annotation: Any, metadata: tuple[Any, ...] = ()) -> Iterator[Leaf]:
    """Every text in what is asked for, with what its annotation says of it."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *own = get_args(annotation)
        yield from leaves(place, inner, (*metadata, *own))
    elif origin in (Union, UnionType):
        for each in get_args(annotation):
            yield from leaves(place, each, metadata)
    elif origin is not None and origin is not Literal:
        for each in get_args(annotation):
            yield from leaves(place, each)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            yield from leaves(f"{place}.{name}", field.annotation, tuple(field.metadata))
    elif annotation is str:
        yield place, annotation, tuple(_flat(metadata))


def _flat(metadata: tuple[Any, ...]) -> Iterator[Any]:
    for each in metadata:
        yield from getattr(each, "metadata", None) or (each,)


def asked(service: str) -> Iterator[Leaf]:
    """All texts that a service's routes ask for: in bodies, queries and paths."""
    for route in import_module(f"{service}.__main__").SERVICE.router.routes:
        assert isinstance(route, APIRoute)
        dependant = route.dependant
        for each in (*dependant.body_params, *dependant.query_params, *dependant.path_params):
            info = each.field_info
            yield from leaves(f"{route.name}:{each.name}", info.annotation, tuple(info.metadata))


def may_hold_anything(leaf: Leaf) -> bool:
    metadata = leaf[2]
    if NEUTRAL in metadata:
        return False
    patterns = [each.pattern for each in metadata if getattr(each, "pattern", None)]
    longest = min([each.max_length for each in metadata if getattr(each, "max_length", None)], default=10_000)
    return any(
        len(each) <= longest and all(re.search(pattern, each) for pattern in patterns) and _takes(leaf, each)
        for each in SOMEBODYS
    )


def _takes(leaf: Leaf, text: str) -> bool:
    _, annotation, metadata = leaf
    try:
        TypeAdapter(Annotated[annotation, *metadata] if metadata else annotation).validate_python(text)
    except ValidationError:
        return False
    return True


@pytest.mark.rule("c.1/1")
@pytest.mark.parametrize("service", SERVICES)
def test_no_text_may_hold_somebodys_number_or_address(service: str) -> None:
    found = list(asked(service))
    assert len(found) > 5
    wrong = {place for place, *rest in found if may_hold_anything((place, *rest))}  # type: ignore[arg-type]
    assert {each for each in wrong if re.split("[.:]", each)[-1] not in REASONS} == set()


@pytest.mark.rule("p/problems")
@pytest.mark.parametrize("service", SERVICES)
def test_no_text_takes_what_nobody_can_read(service: str) -> None:
    wrong = {
        place
        for place, *rest in asked(service)
        for each in UNREADABLE
        if ":body" in place  # of queries and paths the chassis refuses it
        and _takes((place, *rest), each)  # type: ignore[arg-type]
    }
    assert wrong == set()


def test_a_title_is_one_line_and_a_text_may_be_many() -> None:
    for text, many_lines, is_fine in [
        ("a\nb", True, True), ("a\nb", False, False), ("a\u202bb\u202c", False, True), ("a\u2067b\u2069", True, True),
        ("a\u202bb\u202c\u202c", True, False), ("a\u202b\nb\u202c", True, False), ("a\u200db", False, True),
        ("", True, True), (" a ", False, True), (" \u00a0\n", True, False), ("\u200b\u2060", False, False),
        ("\u3164\u2800", True, False), ("\u0301", True, True),
    ]:  # fmt: skip
        assert _takes(("", str, (HumanText(many_lines=many_lines),)), text) is is_fine, text
