"""The JSON Schema of each event's data, and what may not change in it once it is published."""

from collections.abc import Iterator
from typing import Any, get_args

from contracts.event import Event, data_annotations
from contracts.values import Classification

Schema = dict[str, Any]
_REMARKS = {"title", "description", "x-extensible-enum"}


def schema(cls: type[Event]) -> Schema:
    """What the data of this event looks like on the wire, as readers should take it.

    Fields that readers do not know are allowed, because optional fields may be added; a field without a value is
    absent, never null; `x-extensible-enum` lists the values of an enumeration that may grow.
    """
    whole = cls.model_json_schema(mode="serialization")
    annotations = data_annotations(cls)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": cls.dataschema,
        "title": cls.__name__,
        "description": whole["description"],
        "x-streams": list(cls.streams),
        "x-classification": cls.classification.value,
        **({"x-case-derived": cls.coarseness} if cls.coarseness else {}),
        "type": "object",
        "properties": {name: _property(whole["properties"][name], annotations[name]) for name in annotations},
        "required": sorted(name for name in whole.get("required", ()) if name in annotations),
    }


def incompatibilities(old: Schema, new: Schema) -> Iterator[str]:
    """What in `new` breaks those who read by `old`, or cannot read what was written by `old`; each one sentence.

    Within a version only optional fields, values of extensible enumerations and streams may be added: widening a type
    breaks readers that are not yet renewed as surely as narrowing it breaks the reading of old messages.
    """
    for stream in old["x-streams"]:
        if stream not in new["x-streams"]:
            yield f"It is no longer sent on the {stream} stream."
    if old.get("x-case-derived") != new.get("x-case-derived"):
        yield "Its time is no longer as coarse as it was."
    for name, before in old["properties"].items():
        if (after := new["properties"].get(name)) is None:
            yield f"Field {name} is gone."
        else:
            yield from (f"Field {name}{difference}" for difference in _differences(before, after))
    for name in new["required"]:
        if name not in old["required"]:
            yield f"Field {name} is newly required."
    for name in old["required"]:
        if name in new["properties"] and name not in new["required"]:
            yield f"Field {name} is no longer required."


def _differences(before: Schema, after: Schema, place: str = "") -> Iterator[str]:
    gone = [value for value in before.get("x-extensible-enum", ()) if value not in after.get("x-extensible-enum", ())]
    if gone:
        yield f"{place} no longer lists {', '.join(gone)}."
    for keyword in sorted({*before, *after} - _REMARKS):
        old, new = before.get(keyword), after.get(keyword)
        if keyword == "items" and isinstance(old, dict) and isinstance(new, dict):
            yield from _differences(old, new, f"{place} items")
        elif old != new:
            yield f"{place} changed its {keyword} from {old} to {new}."


def _property(described: Schema, annotation: Any) -> Schema:
    """A field's schema with its classification, and without the null that is never sent."""
    alternatives = [each for each in described.pop("anyOf", ()) if each != {"type": "null"}]
    if len(alternatives) == 1:
        described = alternatives[0] | described
    elif alternatives:
        described["anyOf"] = alternatives
    if described.get("default", ...) is None:
        del described["default"]
    described.pop("title", None)
    classification = next(each for each in get_args(annotation) if isinstance(each, Classification))
    return described | {"x-classification": classification.value}
