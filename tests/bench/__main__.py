"""How fast it is: `python -m bench [NAME ...] [--rounds 3] [--scale 1.0]`, as `make bench` runs it.

Each measurement has a platform of its own; its candidates take turns. The exit code is 1 when a candidate has no round
that counts, and never for a ratio that was missed: those are told.
"""

import argparse
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import uvloop

from bench import advising, answering, chain, consuming, packing, rebuilding, sending, years
from bench.rounds import FILE, Outcome, console, machine, tell
from chassis import collector
from embedded.platform import home, platform

MEASUREMENTS: Mapping[str, ModuleType] = {
    "relay": sending,
    "consumer": consuming,
    "http": answering,
    "chain": chain,
    "rebuild": rebuilding,
    "years": years,
    "advisory": advising,
    "pack": packing,
}


def main() -> None:
    """What was asked for is measured and told."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="0.1: a tenth of the events, for a quick look")
    asked = parser.parse_args()
    if unknown := set(asked.names) - MEASUREMENTS.keys():
        parser.error(f"There is no measurement {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}.")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a group that is only just being made is no news
    on = machine()
    collector.settle()  # as in a service
    outcomes: dict[str, Outcome] = {}
    (home() / "bench").mkdir(parents=True, exist_ok=True)
    for name in asked.names or MEASUREMENTS:
        measurement = MEASUREMENTS[name]
        console.print(f"[dim]{name} …[/]")
        with (
            TemporaryDirectory(dir=home() / "bench") as folder,
            platform(Path(folder) / "platform", parts=measurement.PARTS, owner=os.getpid()) as running,
        ):
            outcomes[name] = uvloop.run(measurement.measure(running, rounds=asked.rounds, scale=asked.scale))
    tell(on, outcomes)
    console.print(f"[dim]{FILE} has every round.[/]")
    sys.exit(not all(each.whole for each in outcomes.values()))


if __name__ == "__main__":
    main()
