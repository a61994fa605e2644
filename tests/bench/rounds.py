"""Candidates take turns in one run, so that a noisy machine is noisy for all; what counts is their ratio."""

import json
import os
import platform as system
import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console

from embedded import packages

FILE = Path("bench-results.json")
Candidate = Callable[[], Awaitable[float]]
console = Console(highlight=False, soft_wrap=True)


class NotAsSent(Exception):
    """Something was lost, doubled, changed or out of order, so the round does not count."""


def must(held: object, what: str) -> None:
    """The round goes on.

    Raises: NotAsSent.
    """
    if not held:
        raise NotAsSent(what)


@dataclass(frozen=True)
class Pair:
    """Two candidates whose ratio is asked for, and what it is to reach."""

    of: str
    to: str
    at_least: float | None = None
    aim: float | None = None


@dataclass
class Outcome:
    """What one measurement found: of each candidate one value for each round, and single facts beside them."""

    unit: str
    values: dict[str, list[float | None]] = field(default_factory=dict[str, list[float | None]])
    pairs: Sequence[Pair] = ()
    facts: dict[str, float | str] = field(default_factory=dict[str, float | str])

    @property
    def whole(self) -> bool:
        """Every candidate has a round that counts."""
        return all(any(value is not None for value in each) for each in self.values.values())

    def median(self, candidate: str) -> float | None:
        """The middle of the rounds that count."""
        counted = [value for value in self.values[candidate] if value is not None]
        return statistics.median(counted) if counted else None

    def ratio(self, pair: Pair) -> float | None:
        """The middle of the ratios of the rounds in which both count."""
        both = zip(self.values[pair.of], self.values[pair.to], strict=True)
        ratios = [ours / theirs for ours, theirs in both if ours is not None and theirs is not None]
        return statistics.median(ratios) if ratios else None

    def told(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "unit": self.unit,
            "candidates": {name: {"median": self.median(name), "rounds": each} for name, each in self.values.items()},
            "ratios": [{**vars(pair), "ratio": self.ratio(pair)} for pair in self.pairs],
            "facts": self.facts,
        }


async def take_turns(candidates: Mapping[str, Candidate], rounds: int) -> dict[str, list[float | None]]:
    """One value for each candidate and round; None where the round does not count."""
    values: dict[str, list[float | None]] = {name: [] for name in candidates}
    for number in range(rounds):
        for name, candidate in candidates.items():
            try:
                values[name].append(await candidate())
            except NotAsSent as why:
                console.print(f"[red]{name}, round {number + 1}, does not count: {why}[/]")
                values[name].append(None)
    return values


def machine() -> dict[str, Any]:
    """What was measured on, and how busy it was before."""
    models = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return {
        "cores": os.cpu_count(),
        "processor": models[0] if models else system.processor(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "kernel": system.release(),
        "python": system.python_version(),
        "kafka": packages.locked("kafka").title,
        "load_before": [round(each, 2) for each in os.getloadavg()],
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _lines(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def tell(on: Mapping[str, Any], outcomes: Mapping[str, Outcome]) -> None:
    """The table is printed, and everything is kept as JSON."""
    console.print(f"{on['processor']}, {on['cores']} cores, {on['memory_gb']} GB, load before {on['load_before'][0]}")
    for name, outcome in outcomes.items():
        console.print(f"\n[bold]{name}[/]")
        for candidate in outcome.values:
            console.print(_line(candidate, outcome.median(candidate), outcome.unit))
        for pair in outcome.pairs:
            console.print(_line(f"{pair.of} / {pair.to}", outcome.ratio(pair), _goal(outcome, pair), digits=2))
        for fact, value in outcome.facts.items():
            console.print(_line(fact, value, ""))
    told = {"machine": on, "measurements": {name: outcome.told() for name, outcome in outcomes.items()}}
    FILE.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _line(what: str, value: float | str | None, behind: str, *, digits: int = 1) -> str:
    if isinstance(value, int | float):
        value = f"{value:,.{3 if 0 < abs(value) < 0.1 else digits}f}"
    shown = value or "-"
    return f"  {what:<62} {shown:>12} {behind}"


def _goal(outcome: Outcome, pair: Pair) -> str:
    ratio = outcome.ratio(pair)
    if pair.at_least is None or ratio is None:
        return ""
    aim = f", aim {pair.aim:g}" if pair.aim else ""
    return f"{'[green]reached' if ratio >= pair.at_least else '[red]short of'} {pair.at_least:g}{aim}[/]"
