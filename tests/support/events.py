"""Event classes that exist for the length of a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from contracts.catalogue import EVENTS
from contracts.event import Event


@contextmanager
def own_registry() -> Iterator[None]:
    """What is defined inside is forgotten afterwards."""
    before = dict(EVENTS)
    try:
        yield
    finally:
        EVENTS.clear()
        EVENTS.update(before)


def define(name: str = "ThingHappened", /, *, defaults: dict[str, Any] | None = None, **definition: Any) -> type[Event]:
    """An event class of advisory with these fields; `public`, `case_derived` and `aggregate` are class arguments."""
    arguments = {key: definition.pop(key) for key in ("public", "case_derived", "aggregate") if key in definition}
    namespace = {
        "__annotations__": definition,
        "__module__": "contracts.advisory",
        "__doc__": "A thing happened.",
        **(defaults or {}),
    }
    return type(Event)(name, (Event,), namespace, **arguments)
