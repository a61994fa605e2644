"""Our own services, each as the process that it is everywhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from importlib.util import find_spec

from embedded.part import Command, Part
from embedded.reach import responds
from embedded.refusal import Refused
from embedded.state import SERVICES, State


def _migrate(service: str, state: State) -> None:
    migrate = [sys.executable, "-m", "chassis.migrate", service]
    environment = os.environ | state.environment(service)
    done = subprocess.run(migrate, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = ((done.stderr or done.stdout).strip().splitlines() or ["it said nothing"])[-1]
        raise Refused(f"The database of {service} could not be migrated: {last}")


def _command(service: str, state: State) -> Command:
    return Command(argv=[sys.executable, "-m", service], environment=state.environment(service))


def _ready(service: str, state: State) -> bool:
    return responds(f"{state.url(service)}/readyz")


PARTS = tuple(
    Part(
        name=service,
        ports=(service,),
        prepare=partial(_migrate, service),
        command=partial(_command, service),
        ready=partial(_ready, service),
        after=("postgres", "kafka"),
    )
    for service in SERVICES
    if find_spec(service) and find_spec(f"{service}.__main__")
)
