"""Marked text for every place in which a service takes text: found in the services' own OpenAPI documents."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

Json = dict[str, Any]

_LETTERS: Final = str.maketrans("0123456789", "ghijklmnop")


def _unheard(word: str) -> str:
    return word + uuid4().hex[:12].translate(_LETTERS)


MARK: Final = _unheard("kanariefugl")
"""Is found nowhere but where it was sent to."""
TOLD: Final = _unheard("papegoeje")
"""Is for what a service tells on purpose, such as the public address of a plan: found in events, and only there."""
PHONE: Final = "00 17 39 52"
OWN: Final = "municipality:9903"
OTHER: Final = "police:synthetic"
SECRETS: Final = (MARK, PHONE, OWN, OTHER)
OMIT: Final = object()
"""Says that a text is to be left out."""

_FORMS: Final = (
    "{}", "https://example.org/{}", "shelter:{}", "{}@example.org", "{}lov", PHONE, OWN
)  # fmt: skip


@dataclass
class Marks:
    """What one service takes, and which of it was marked."""

    document: Json
    told: frozenset[str] = frozenset()
    """The places of which the service's events tell."""
    marked: set[str] = field(default_factory=set[str])

    def operations(self) -> Iterator[tuple[str, Json]]:
        """Every operation under /v1, as `POST /v1/things/{id}/close`."""
        for path, verbs in self.document["paths"].items():
            if path.startswith("/v1"):
                yield from ((f"{verb.upper()} {path}", operation) for verb, operation in verbs.items())

    def places(self) -> set[str]:
        """Where a body takes text that the mark fits, each as its operation and the pointer into the body."""
        return {
            f"{name} {pointer}"
            for name, operation in self.operations()
            if (schema := _body(operation)) is not None
            for pointer in self._texts(schema, "")
        }

    def parameters(self, name: str) -> Mapping[str, str]:
        """The query of that operation with the mark in every parameter that takes text."""
        found = {
            each["name"]: next((form for branch in self._branches(each["schema"]) if (form := _form(branch, MARK))), "")
            for each in self._operation(name).get("parameters", ())
            if each["in"] == "query"
        }
        return {each: form for each, form in found.items() if form}

    def names(self, name: str) -> list[str]:
        """The names of that operation's query parameters and of its body's fields."""
        operation = self._operation(name)
        schema = _body(operation)
        fields = [] if schema is None else [n for each in self._branches(schema) for n in each.get("properties", ())]
        return [*(each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"), *fields]

    def body(self, name: str, said: Any) -> tuple[Any, set[str]]:
        """The body with a mark in every text that is not said, and the places that have one; None if there is none."""
        schema, marked = _body(self._operation(name)), set[str]()
        if schema is None:
            return None, marked
        return self._filled(schema, said or {}, f"{name} ", marked), marked

    def _operation(self, name: str) -> Json:
        return next(operation for each, operation in self.operations() if each == name)

    def _filled(self, schema: Json, said: Any, at: str, marked: set[str]) -> Any:
        for each in self._branches(schema):
            if said is None and (form := _form(each, TOLD if at in self.told else MARK)):
                marked.add(at)
                return form
            if isinstance(said, dict) and each.get("type") == "object" and _may_be(each, said):
                known = each.get("properties", {}).items()
                inside = {n: self._filled(sub, said.get(n), f"{at}/{n}", marked) for n, sub in known}
                inside |= {n: self._filled(sub, said[n], f"{at}/*", marked) for sub in _open(each) for n in said}
                return {n: value for n, value in {**said, **inside}.items() if value is not None and value is not OMIT}
            if isinstance(said, (list, tuple)) and "items" in each:
                return [self._filled(each["items"], one, f"{at}/*", marked) for one in said]
        if isinstance(said, str) and any(secret in said for secret in SECRETS):
            marked.add(at)
        return said

    def _texts(self, schema: Json, at: str) -> Iterator[str]:
        for each in self._branches(schema):
            if _form(each, MARK):
                yield at
            for name, sub in each.get("properties", {}).items():
                yield from self._texts(sub, f"{at}/{name}")
            for sub in [each["items"]] if "items" in each else _open(each):
                yield from self._texts(sub, f"{at}/*")

    def _branches(self, schema: Json) -> Iterator[Json]:
        if "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        alternatives = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
        if not alternatives:
            yield schema
        for each in alternatives:
            yield from self._branches(each)


def everywhere(value: Any, change: Any) -> Any:
    """The body with every text in it changed."""
    if isinstance(value, dict):
        return {name: everywhere(each, change) for name, each in value.items()}
    if isinstance(value, list):
        return [everywhere(each, change) for each in value]
    return change(value) if isinstance(value, str) else value


def around(text: str, secret: str) -> str:
    """Where the secret is found."""
    at = text.lower().index(secret.lower())
    return text[max(0, at - 200) : at + 100]


def _body(operation: Json) -> Json | None:
    content = operation.get("requestBody", {}).get("content", {})
    return content["application/json"]["schema"] if content else None


def _may_be(schema: Json, said: Json) -> bool:
    """Of several kinds of bodies, the one of which this is."""
    kinds = {name: each["const"] for name, each in schema.get("properties", {}).items() if "const" in each}
    return all(said.get(name, kind) == kind for name, kind in kinds.items())


def _open(schema: Json) -> list[Json]:
    """What an object may hold under names of the caller's own choice."""
    found = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
    return [each for each in found if isinstance(each, dict)]


def _form(schema: Json, mark: str) -> str | None:
    """The mark as this text may read; None where it is no text, or one of so few that no mark fits."""
    closed = {"enum", "const"} & schema.keys() or schema.get("format") in ("uuid", "date", "date-time")
    if schema.get("type") != "string" or closed:
        return None
    forms = (each.format(mark) for each in _FORMS)
    longest, pattern = schema.get("maxLength", 1_000), schema.get("pattern", "")
    return next((each for each in forms if len(each) <= longest and re.search(pattern, each)), None)
