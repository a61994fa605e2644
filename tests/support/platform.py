"""The embedded platform for tests: one for the run, shared by all workers, its parts started when first asked for.

`shared_platform` is the platform itself; `postgres`, `kafka`, `keycloak` and `zipkin` are the same one with that part
running. A test that kills parts, or that needs topics to itself, takes `own_platform`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from fasteners import InterProcessLock

from embedded.platform import Platform, home, platform
from embedded.state import Ports

RUNS = home() / "test"


def _owner() -> int:
    """The process that lives as long as the run: pytest itself, for its workers too."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def _run() -> Path:
    """The folder of this run."""
    folder = RUNS / str(_owner())
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def pytest_unconfigure() -> None:
    """The run leaves nothing behind, nor does one that was killed before."""
    if "PYTEST_XDIST_WORKER" in os.environ or not RUNS.exists():
        return
    for run in RUNS.iterdir():
        if int(run.name) == os.getpid() or not psutil.pid_exists(int(run.name)):
            with suppress(FileNotFoundError):  # another run that ends now removes it too
                for folder in run.iterdir():
                    if folder.is_dir() and (left := Platform.recorded(folder, programs=home() / "parts")):
                        left.down()
            shutil.rmtree(run, ignore_errors=True)


def _alone(what: str) -> InterProcessLock:
    """Only one worker does this at a time."""
    return InterProcessLock(_run() / f"{what}.lock")


@pytest.fixture(scope="session")
def shared_platform() -> Platform:
    """The run's platform; no part of it runs until somebody asks for it."""
    folder = _run() / "shared"
    with _alone("platform"):
        found = Platform.recorded(folder, programs=home() / "parts")
        if found and found.runner.answers():
            return found
        opened = Platform.opened(folder, programs=home() / "parts", ports=Ports.free(), purpose="test")
        opened.open(restart=False, owner=_owner())
        return opened


def _running(shared: Platform, part: str) -> Platform:
    with _alone(part):
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


@pytest.fixture(scope="session")
def keycloak(shared_platform: Platform) -> Platform:
    """The run's platform, with Keycloak and the realm `maerk`. About 15 seconds."""
    return _running(shared_platform, "keycloak")


@pytest.fixture(scope="session")
def zipkin(shared_platform: Platform) -> Platform:
    """The run's platform, with Zipkin."""
    return _running(shared_platform, "zipkin")


@pytest.fixture
def own_platform() -> Iterator[Callable[..., Platform]]:
    """Makes a platform for this test alone: `own_platform("postgres", "kafka")`. About four seconds."""
    with ExitStack() as stack:

        def make(*parts: str) -> Platform:
            folder = _run() / f"own-{uuid4()}"
            return stack.enter_context(platform(folder, parts=parts, owner=os.getpid()))

        yield make
