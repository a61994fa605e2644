"""Which events planning hears, and which of their fields a definition or a milestone may name."""

from typing import Any, get_origin

from contracts.catalogue import EVENTS
from contracts.event import ENVELOPE
from contracts.problems import Invalid

HEARD = {name: each for name, each in EVENTS.items() if each.service != "planning"}


class EventTypeUnknown(Invalid):
    """Planning does not hear events of this type."""

    title_da = "Hændelsestypen kendes ikke"


class FieldUnknown(Invalid):
    """The events do not have this field, or not as something that can be told apart or added up."""

    title_da = "Hændelserne har ikke dette felt"


def kind(event_type: str, name: str) -> Any:
    """The Python type of an event's field; None when it has no such field, or one with several values."""
    found = None if name in ENVELOPE else HEARD[event_type].model_fields.get(name)
    return None if found is None or get_origin(found.annotation) is tuple else found.annotation
