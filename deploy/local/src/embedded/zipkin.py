"""Zipkin with its traces in memory: a restart forgets them."""

from __future__ import annotations

from pathlib import Path

from embedded import packages
from embedded.java import java
from embedded.part import Command, Part, Say
from embedded.reach import responds
from embedded.state import State

MEMORY = ("-Xms32m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
MOST_SPANS = 100_000  # what fits into the heap


def _fetch(state: State, say: Say) -> Path:
    return packages.fetch("zipkin", into=state.programs, say=say)


def _command(state: State) -> Command:
    jar = packages.place("zipkin", into=state.programs) / packages.locked("zipkin").files[0].filename
    where = {"ip": "127.0.0.1", "port": str(state.ports.zipkin), "protocols[0]": "http"}
    return Command(
        argv=[
            *(java(), *MEMORY, "-jar", jar),
            *(f"--armeria.ports[0].{name}={value}" for name, value in where.items()),
            f"--zipkin.storage.mem.max-spans={MOST_SPANS}",
            "--logging.level.root=WARN",
        ]
    )


def _ready(state: State) -> bool:
    return responds(f"{state.zipkin}/health")


PART = Part(name="zipkin", ports=("zipkin",), fetch=_fetch, command=_command, ready=_ready)
