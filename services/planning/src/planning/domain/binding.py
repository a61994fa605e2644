"""Which events planning hears, and which of their fields a definition or a milestone may name."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from contracts.advisory import NeedIdentified
from contracts.catalogue import EVENTS
from contracts.event import ENVELOPE, Event
from contracts.knowledge import StatisticCorrected, StatisticReleased, StatisticRetracted
from contracts.problems import Invalid

HEARD = {name: each for name, each in EVENTS.items() if each.service != "planning"}
STATISTIC: Final = frozenset({StatisticReleased.type, StatisticCorrected.type, StatisticRetracted.type})
"""What is told of a released number; one that was corrected or retracted must not go on standing."""


def of_single_case(event: type[Event]) -> bool:
    """Each of these events may be somebody's case: also a need, which an adviser names in a single enquiry."""
    return event.coarseness is not None or event.type == NeedIdentified.type


class EventTypeUnknown(Invalid):
    """Planning does not hear events of this type."""

    title_da = "Hændelsestypen kendes ikke"


class FieldUnknown(Invalid):
    """The events do not have this field, or not as something that can be told apart or added up."""

    title_da = "Hændelserne har ikke dette felt"


def heard(event_type: str, *, pointer: str) -> type[Event]:
    """The class of events of this type.

    Raises: EventTypeUnknown.
    """
    if event_type not in HEARD:
        raise EventTypeUnknown("Planning hears no such events.", pointer=pointer)
    return HEARD[event_type]


def check_key(event: type[Event], name: str, *, pointer: str) -> None:
    """The events name what the field is about: one value, several in a collection, or several under its plural.

    So `municipality_code` is also each of an event's `municipality_codes`.
    Raises: FieldUnknown.
    """
    if _annotation(event, name) is None and not _is_collection(event, f"{name}s"):
        raise FieldUnknown(f"{event.type} has no such field.", pointer=pointer)


def codes(event: type[Event], name: str) -> tuple[str, ...] | None:
    """All values that the field may have, also as members of a collection; None where they are not listed."""
    found = tuple(dict.fromkeys(_literals(_annotation(event, name))))
    return found or None


def _literals(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for each in get_args(annotation):
            yield from _literals(each)


def check_number(event: type[Event], name: str, *, pointer: str) -> None:
    """The events have this field, and it can be added up.

    Raises: FieldUnknown.
    """
    if _annotation(event, name) not in (int, Decimal):
        raise FieldUnknown(f"{event.type} has no such number.", pointer=pointer)


def says_number(event: type[Event], name: str) -> bool:
    """The events have a number in this field, or None where they say none."""
    found = _annotation(event, name)
    either = get_args(found) if get_origin(found) in (Union, UnionType) else (found,)
    return any((get_args(each)[0] if get_origin(each) is Annotated else each) in (int, Decimal) for each in either)


def check_match(event: type[Event], match: Mapping[str, Any], *, pointer: str) -> None:
    """The events have these fields with one value each.

    Raises: FieldUnknown.
    """
    for name in match:
        if _annotation(event, name) is None or _is_collection(event, name):
            raise FieldUnknown(f"{event.type} has no such single value.", pointer=f"{pointer}/{name}")


def _annotation(event: type[Event], name: str) -> Any:
    found = None if name in ENVELOPE else event.model_fields.get(name)
    return None if found is None else found.annotation


def _is_collection(event: type[Event], name: str) -> bool:
    return get_origin(_annotation(event, name)) is tuple
