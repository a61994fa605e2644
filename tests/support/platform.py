"""The embedded platform for tests: one for the whole run, shared by all workers, its parts started when first asked for.

`shared_platform` is the platform itself; `postgres`, `kafka`, `keycloak` and `zipkin` are the same one with that part running. A test that
kills parts, or that needs topics to itself, takes `own_platform`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from fasteners import InterProcessLock

from embedded.platform import PARTS, Platform, home, platform
from embedded.state import Ports, State

RUNS = home() / "test"


def _owner() -> int:
    """The process that lives as long as the run: pytest itself, for its workers too."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def _recorded(folder: Path) -> Platform | None:
    state = State.recorded(folder, parts=home() / "parts")
    return Platform(state, PARTS) if state else None


def _remove(folder: Path) -> None:
    """The platform of that folder is gone, and so is the folder."""
    if left := _recorded(folder):
        left.down()
    shutil.rmtree(folder, ignore_errors=True)


def pytest_unconfigure() -> None:
    """The run leaves nothing behind, nor does one that was killed before."""
    if "PYTEST_XDIST_WORKER" in os.environ or not RUNS.exists():
        return
    for folder in RUNS.iterdir():
        owner = folder.name.partition("-")[0]
        if owner == str(os.getpid()) or (owner.isdecimal() and not psutil.pid_exists(int(owner))):
            _remove(folder)


def _locked() -> InterProcessLock:
    RUNS.mkdir(parents=True, exist_ok=True)
    return InterProcessLock(RUNS / f"{_owner()}.lock")


@pytest.fixture(scope="session")
def shared_platform() -> Platform:
    """The run's platform; no part of it runs until somebody asks for it."""
    folder = RUNS / f"{_owner()}-shared"
    with _locked():
        found = _recorded(folder)
        if found and found.runner.answers():
            return found
        state = State.opened(folder, parts=home() / "parts", ports=Ports.free(), environment="test")
        opened = Platform(state, PARTS)
        opened.open(restart=False, owner=_owner())
        return opened


def _running(shared: Platform, part: str) -> Platform:
    with _locked():
        shared.start(part)
    return shared


@pytest.fixture(scope="session")
def postgres(shared_platform: Platform) -> Platform:
    """The run's platform, with PostgreSQL."""
    return _running(shared_platform, "postgres")


@pytest.fixture(scope="session")
def kafka(shared_platform: Platform) -> Platform:
    """The run's platform, with Kafka and the topics of the registry."""
    return _running(shared_platform, "kafka")


@pytest.fixture
def own_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Platform]]:
    """Makes a platform for this test alone: `own_platform("postgres", "kafka")`. About four seconds."""
    with ExitStack() as stack:

        def make(*parts: str) -> Platform:
            folder = RUNS / f"{_owner()}-{tmp_path_factory.mktemp('own').name}-{os.getpid()}"
            return stack.enter_context(platform(folder, parts=parts, owner=os.getpid()))

        yield make
