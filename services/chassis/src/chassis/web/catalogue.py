"""Every problem that a service can answer, by its slug: programs choose by it what to do, so none is ever renamed."""

from collections.abc import Iterator
from inspect import cleandoc
from typing import Any, Final

from chassis.auth import KeysUnavailable, Unauthenticated
from chassis.web.problems import OF_HTTP, OF_TOKENS, STATUS, Kind
from contracts.problems import Refusal

_SHARED: Final = ("chassis", "contracts")


def kinds(service: str) -> list[Kind]:
    """What this service can answer, each slug once, by status and slug.

    A refusal belongs to the service in whose package it stands, or to all when it stands in what they share.
    """
    found = {each.slug: each for each in (*OF_HTTP, *OF_TOKENS, *_refusals(service))}
    return sorted(found.values(), key=lambda each: (each.status, each.slug))


def schema(service: str) -> dict[str, Any]:
    """The JSON Schema of a slug, in which each one is explained."""
    known = kinds(service)
    lines = (f"- `{each.slug}` ({each.status}): {each.meaning} {_in_danish(each)}".rstrip() for each in known)
    return {
        "type": "string",
        "title": "ProblemSlug",
        "description": "\n".join(("Stable name of the problem, for programs.", "", *lines)),
        "enum": [each.slug for each in known],
    }


def _in_danish(kind: Kind) -> str:
    return f"*{kind.title_da}.*" if kind.title_da else ""


def _refusals(service: str) -> Iterator[Kind]:
    for each in _below(Refusal):
        ours = each.__module__.partition(".")[0] in (service, *_SHARED)
        if ours and not issubclass(each, Unauthenticated | KeysUnavailable) and each not in Refusal.__subclasses__():
            status = next(STATUS[base] for base in each.__mro__ if base in STATUS)
            yield Kind(each.slug, status, each.title_da, _first(each))


def _below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _first(kind: type[Refusal]) -> str:
    """The first paragraph of its docstring, on one line."""
    return " ".join(cleandoc(kind.__doc__ or "").partition("\n\n")[0].split())
