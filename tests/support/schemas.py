"""Instances of the JSON Schemas that events have."""

from datetime import UTC
from typing import Any

from hypothesis import strategies as st

_FORMATS: dict[str, st.SearchStrategy[str]] = {
    "uuid": st.uuids().map(str),
    "date": st.dates().map(str),
    "date-time": st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.isoformat()),
    "partial-date": st.dates().flatmap(lambda day: st.sampled_from([str(day), str(day)[:7]])),
}


def instances(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Everything that the schema describes, with and without what is optional.

    Raises: KeyError for a keyword that no event's schema uses, so that none is passed over.
    """
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return {
        "object": _objects,
        "array": lambda each: _lists(instances(each["items"]), each.get("minItems", 0), min(each["maxItems"], 5)),
        "boolean": lambda _: st.booleans(),
        "integer": lambda each: (
            st.sampled_from([each["minimum"], each["maximum"]]) | st.integers(each["minimum"], each["maximum"])
        ),
        "string": _texts,
    }[schema["type"]](schema)


def _objects(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    fields = {name: instances(each) for name, each in schema["properties"].items()}
    required = {name: fields.pop(name) for name in schema["required"]}
    return st.fixed_dictionaries(required, optional=fields)


def _lists(items: st.SearchStrategy[Any], shortest: int, longest: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(items, min_size=longest, max_size=longest) | st.lists(items, min_size=shortest, max_size=longest)


def _texts(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    listed = st.sampled_from(schema["x-extensible-enum"]) if "x-extensible-enum" in schema else st.nothing()
    longest = schema.get("maxLength", 500)
    return listed | st.from_regex(schema["pattern"], fullmatch=True).filter(lambda text: len(text) <= longest)
