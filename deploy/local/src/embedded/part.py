"""What the platform must know of a part in order to run it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from embedded.state import State

Say = Callable[[str], None]


def nothing(_: State) -> None:
    """Nothing more is to be done."""


@dataclass(frozen=True)
class Command:
    """What runs, and as whom."""

    argv: Sequence[str | Path]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    user: str | None = None
    stop_signal: str = "SIGTERM"
    orphan_signal: str = "SIGKILL"


@dataclass(frozen=True)
class Part:
    """One process of the platform.

    `fetch` puts the program in place, `prepare` the part's own folder, `ready` asks whether it can be used, and
    `settle` does what can only be done in a running part. All may be repeated.
    """

    name: str
    ports: Sequence[str]
    command: Callable[[State], Command]
    ready: Callable[[State], bool]
    fetch: Callable[[State, Say], object] = lambda _, __: None
    prepare: Callable[[State], None] = nothing
    settle: Callable[[State], None] = nothing
    after: Sequence[str] = ()
