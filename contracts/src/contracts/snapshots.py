"""Snapshots of everything that others read, kept beside the code: `python -m contracts.snapshots write|check`.

Each edition of an event's schema that was ever written stays as a file of its own, and a ledger chains their digests.
So a change that is not compatible cannot be made to pass by writing the snapshots anew: `write` refuses it and only
ever appends, and an edition that was altered or taken away no longer fits the ledger.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

from pydantic import ValidationError

from contracts.asyncapi import document
from contracts.catalogue import EVENTS
from contracts.cloudevents import Undecodable, decode
from contracts.event import ENVELOPE, Event
from contracts.schemas import incompatibilities, schema

Json = dict[str, Any]
ROOT: Final = Path(__file__).parents[2]
AGAIN: Final = "run `python -m contracts.snapshots write`"


def main(arguments: list[str]) -> int:
    """Writes or checks all snapshots; says each problem on a line of its own."""
    if arguments not in (["write"], ["check"]):
        sys.stderr.write("Say `write` or `check`.\n")
        return 2
    problems = settle(ROOT, EVENTS, write=arguments == ["write"])
    sys.stderr.writelines(f"{each}\n" for each in problems)
    return 1 if problems else 0


def settle(root: Path, events: Mapping[str, type[Event]], *, write: bool) -> list[str]:
    """Snapshots of these events under `root` are whole and compatible, or each problem is said in one sentence."""
    ours = {type_: cls for type_, cls in sorted(events.items()) if cls.__module__.startswith("contracts.")}
    problems = [*_ledger_problems(root), *_incompatible(root, ours), *example_problems(root, ours)]
    if problems:
        return problems
    stale = _unwritten(root, ours)
    if write:
        for path, new in stale.items():
            keep(path, new, write=True)
        _append_to_ledger(root)
    examples = {type_: read(_example(root, type_)) for type_ in ours}
    return [
        *(
            f"The schema {path.parent.name} is not the one that was written last: {AGAIN}."
            for path in stale
            if not write
        ),
        *keep(root / "snapshots" / "asyncapi.json", document(ours, examples), write=write),
    ]


def keep(path: Path, value: Json, *, write: bool) -> list[str]:
    """The file holds this document, written when `write`; otherwise one sentence says that it does not."""
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    if write:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        return [f"The snapshot {path.name} is stale: write it anew, and look at what that changes."]
    return []


def read(path: Path) -> Json:
    """The JSON object in the file."""
    return cast("Json", json.loads(path.read_text(encoding="utf-8")))


def editions(root: Path) -> dict[str, list[Path]]:
    """Every edition of every event's schema, oldest first, by type."""
    found: dict[str, list[Path]] = {}
    for path in sorted((root / "snapshots" / "schemas").glob("*/*.json")):
        found.setdefault(path.parent.name, []).append(path)
    return found


def example_problems(root: Path, events: Mapping[str, type[Event]]) -> Iterator[str]:
    """Which events have no stored example, and which stored examples can no longer be read."""
    for type_ in events:
        if not _example(root, type_).exists():
            yield f"{type_} has no example: store one as {_example(root, type_).relative_to(root)}."
    for path in sorted((root / "examples").glob("*.json")):
        example = read(path)
        try:
            received = decode(
                [(name, str(value).encode()) for name, value in example["headers"].items()],
                json.dumps(example["data"]).encode(),
            )
            envelope = {name: getattr(received.event, name) for name in ENVELOPE}
            EVENTS[received.type].model_validate({**example["data"], **envelope})
        except Undecodable as error:
            yield f"The example {path.name} can no longer be read: {error}."
        except ValidationError as error:
            place = ".".join(str(each) for each in error.errors()[0]["loc"])
            yield f"The example {path.name} holds what its writer would not send: {place}."
        else:
            if path.stem != received.type:
                yield f"The example {path.name} holds a {received.type}."


def _incompatible(root: Path, events: Mapping[str, type[Event]]) -> Iterator[str]:
    for type_, paths in editions(root).items():
        if type_ not in events:
            yield f"{type_} was published and is gone: old messages still have it."
        else:
            # The last edition kept all that those before it had, so that it can stand for them.
            broken = incompatibilities(read(paths[-1]), schema(events[type_]))
            yield from (f"{type_}: {each} Make a new version of the event instead." for each in broken)


def _unwritten(root: Path, events: Mapping[str, type[Event]]) -> dict[Path, Json]:
    """Schemas that differ from their last edition, by the file that they belong in."""
    kept = editions(root)
    found: dict[Path, Json] = {}
    for type_, cls in events.items():
        paths = kept.get(type_, [])
        if not paths or read(paths[-1]) != schema(cls):
            found[root / "snapshots" / "schemas" / type_ / f"{len(paths) + 1:04}.json"] = schema(cls)
    return found


def _chain(previous: str, path: Path) -> str:
    return sha256(previous.encode() + path.read_bytes()).hexdigest()


def _ledger(root: Path) -> list[tuple[str, str]]:
    path = root / "snapshots" / "schemas" / "ledger.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [(digest, name) for digest, _, name in (line.partition("  ") for line in lines)]


def _ledger_problems(root: Path) -> Iterator[str]:
    previous = ""
    listed = _ledger(root)
    for digest, name in listed:
        path = root / "snapshots" / "schemas" / name
        if not path.exists():
            yield f"The schema {name} was published and is gone."
        elif _chain(previous, path) != digest:
            yield f"The schema {name} or the ledger before it was altered after it was published."
        previous = digest
    names = {name for _, name in listed}
    for paths in editions(root).values():
        for path in paths:
            if (name := f"{path.parent.name}/{path.name}") not in names:
                yield f"The schema {name} was not written by `contracts.snapshots`."


def _append_to_ledger(root: Path) -> None:
    listed = _ledger(root)
    names = {name for _, name in listed}
    previous = listed[-1][0] if listed else ""
    with (root / "snapshots" / "schemas" / "ledger.txt").open("a", encoding="utf-8") as ledger:
        for paths in editions(root).values():
            for path in paths:
                if (name := f"{path.parent.name}/{path.name}") not in names:
                    previous = _chain(previous, path)
                    ledger.write(f"{previous}  {name}\n")


def _example(root: Path, type_: str) -> Path:
    return root / "examples" / f"{type_}.json"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
