"""Each service's OpenAPI document, kept beside the contracts: `python -m chassis.openapi check|write`.

`write` refuses a change that breaks callers of /v1, such as a field that is gone or newly required; `write --anyway`
is for what has not been released yet.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from chassis import runtime
from contracts import snapshots
from contracts.topics import SERVICES

Json = dict[str, Any]


def main(arguments: list[str]) -> int:
    """Writes or checks the documents of all services; says each problem on a line of its own."""
    if arguments not in (["check"], ["write"], ["write", "--anyway"]):
        sys.stderr.write("Say `check`, `write` or `write --anyway`.\n")
        return 2
    problems = [each for name, new in documents().items() for each in _settle(name, new, arguments)]
    sys.stderr.writelines(f"{each}\n" for each in problems)
    return 1 if problems else 0


def documents() -> dict[str, Json]:
    """The document of each service, made without anything running, by the service's name."""
    there = [name for name in SERVICES if find_spec(name) and find_spec(f"{name}.__main__")]
    return {name: runtime.describe(import_module(f"{name}.__main__").SERVICE) for name in there}


def path_of(service: str) -> Path:
    """Where the service's document is kept."""
    return snapshots.ROOT / "snapshots" / f"openapi-{service}.json"


def breaks(old: Json, new: Json) -> Iterator[str]:
    """What callers of the old document could do and cannot do with the new one, each in one sentence."""
    for path, verbs in old["paths"].items():
        for verb, before in verbs.items():
            after = new["paths"].get(path, {}).get(verb)
            if after is None:
                yield f"{verb.upper()} {path} is gone."
                continue
            had = {each["name"] for each in before.get("parameters", ())}
            for each in after.get("parameters", ()):
                if each["required"] and each["name"] not in had:
                    yield f"{verb.upper()} {path} newly requires {each['name']}."
            for name in sorted(had - {each["name"] for each in after.get("parameters", ())}):
                yield f"{verb.upper()} {path} no longer takes {name}."
    slugs = [each["components"]["schemas"].get("ProblemSlug", {}).get("enum", []) for each in (old, new)]
    yield from (f"No problem is called {each} any more." for each in slugs[0] if each not in slugs[1])
    for name, before in old["components"]["schemas"].items():
        after = new["components"]["schemas"].get(name)
        if after is not None:
            gone = before.get("properties", {}).keys() - after.get("properties", {}).keys()
            yield from (f"{name} no longer has {each}." for each in sorted(gone))
            required = set(after.get("required", ())) - set(before.get("required", ()))
            if after.get("additionalProperties") is False:  # a request's body, since those alone refuse what is unknown
                yield from (f"{name} newly requires {each}." for each in sorted(required))


def _settle(service: str, new: Json, arguments: list[str]) -> list[str]:
    path = path_of(service)
    broken = list(breaks(snapshots.read(path), new)) if path.exists() and "--anyway" not in arguments else []
    return [f"{service}: {each}" for each in broken] or snapshots.keep(path, new, write="write" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
