"""`maerk demo` on an empty folder: a figure moves and opens to its events, and a second run doubles nothing."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict

import pytest
from confluent_kafka import Consumer, TopicPartition

from contracts.topics import TOPICS
from embedded.platform import Platform, home
from embedded.state import Ports
from support.platform import _run

SECOND_RUN_S = 60

Maerk = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def maerk() -> Iterator[Maerk]:
    """The command on a folder of its own; what a killed run leaves is ended with the test platforms."""
    folder = _run() / "demo"
    folder.mkdir(parents=True)
    (home() / "parts").mkdir(parents=True, exist_ok=True)
    (folder / "parts").symlink_to(home() / "parts")
    ports = {f"MAERK_PORT_{name.upper()}": str(port) for name, port in asdict(Ports.free()).items()}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "maerk", *arguments]
        environment = {**os.environ, **ports, "MAERK_HOME": str(folder)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    try:
        yield run
    finally:
        run("down")


def platform() -> Platform:
    """The demonstration's platform."""
    found = Platform.recorded(_run() / "demo", programs=home() / "parts")
    assert found is not None
    return found


def events() -> int:
    """How many messages all topics hold."""
    consumer = Consumer({"bootstrap.servers": platform().kafka, "group.id": "counting"})
    places = [TopicPartition(each.name, number) for each in TOPICS for number in range(each.partitions)]
    try:
        return sum(consumer.get_watermark_offsets(place, timeout=10)[1] for place in places)
    finally:
        consumer.close()


def moves(printed: str) -> list[str]:
    """The figure after each event, as the table has it."""
    return re.findall(r"^[-0-9]{10} [:0-9]{5} +(\d+) ", printed, re.MULTILINE)


@pytest.mark.timeout(600)
@pytest.mark.xdist_group("demo")
def test_the_demonstration_shows_a_figure_that_moves_and_opens_and_a_second_run_doubles_nothing(maerk: Maerk) -> None:
    first = maerk("demo")
    assert first.returncode == 0, first.stdout + first.stderr
    assert moves(first.stdout) == ["1", "2", "3", "2", "3"]
    assert re.search(r"faktisk · actual +\d{4} +3 af · of 98", first.stdout)
    assert re.search(r"syntetisk · synthetic +\d{4} +3 ", first.stdout)
    before = events()

    began = time.monotonic()
    second = maerk("demo")
    took = time.monotonic() - began
    assert second.returncode == 0, second.stdout + second.stderr
    assert took < SECOND_RUN_S
    assert events() == before
    shown = "Kommuner med gyldig beredskabsplan"
    assert second.stdout[second.stdout.index(shown) :] == first.stdout[first.stdout.index(shown) :]

    (trace_id,) = re.findall(r"maerk trace ([0-9a-f]{32})", first.stdout)
    traced = maerk("trace", trace_id)
    assert traced.returncode == 0, traced.stdout + traced.stderr
    for step in ("advisory .* post /v1/preparedness-plans/", "advisory .* send ", "planning .* process "):
        assert re.search(step, traced.stdout)

    rebuilt = maerk("rebuild", "planning", "--check")
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    assert maerk("dead-letters", "list").stdout == "No event is parked.\n"
