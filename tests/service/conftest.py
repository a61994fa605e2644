"""Services in process: a template of each one's tables for the run, a copy of it for each test."""

import io
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

from advisory.__main__ import SERVICE as ADVISORY
from chassis import telemetry
from cooperation.__main__ import SERVICE as COOPERATION
from embedded.platform import Platform
from knowledge.__main__ import SERVICE as KNOWLEDGE
from planning.__main__ import SERVICE as PLANNING
from support.inside import Inside, inside, migrated, new_database
from training.__main__ import SERVICE as TRAINING

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
async def advisory_template(postgres: Platform) -> str:
    return await migrated(postgres, "advisory")


@pytest.fixture(scope="session")
async def planning_template(postgres: Platform) -> str:
    return await migrated(postgres, "planning")


@pytest.fixture(scope="session")
async def training_template(postgres: Platform) -> str:
    return await migrated(postgres, "training")


@pytest.fixture(scope="session")
async def cooperation_template(postgres: Platform) -> str:
    return await migrated(postgres, "cooperation")


@pytest.fixture(scope="session")
async def knowledge_template(postgres: Platform) -> str:
    return await migrated(postgres, "knowledge")


@pytest.fixture
async def advisory(postgres: Platform, advisory_template: str) -> AsyncIterator[Inside]:
    """The advisory service on 23 November 2026."""
    async with inside(ADVISORY, await new_database(postgres, "advisory", advisory_template), at=NOW) as service:
        yield service


@pytest.fixture
async def planning(postgres: Platform, planning_template: str) -> AsyncIterator[Inside]:
    """The planning service on 23 November 2026."""
    async with inside(PLANNING, await new_database(postgres, "planning", planning_template), at=NOW) as service:
        yield service


@pytest.fixture
async def training(postgres: Platform, training_template: str) -> AsyncIterator[Inside]:
    """The training service on 23 November 2026."""
    async with inside(TRAINING, await new_database(postgres, "training", training_template), at=NOW) as service:
        yield service


@pytest.fixture
async def cooperation(postgres: Platform, cooperation_template: str) -> AsyncIterator[Inside]:
    """The cooperation service on 23 November 2026."""
    async with inside(
        COOPERATION, await new_database(postgres, "cooperation", cooperation_template), at=NOW
    ) as service:
        yield service


@pytest.fixture
async def knowledge(postgres: Platform, knowledge_template: str) -> AsyncIterator[Inside]:
    """The knowledge service on 23 November 2026."""
    async with inside(KNOWLEDGE, await new_database(postgres, "knowledge", knowledge_template), at=NOW) as service:
        yield service


@pytest.fixture
def log_lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines that a service would have logged since the test began."""
    out, root = io.StringIO(), logging.getLogger()
    before, level, told = list(root.handlers), root.level, structlog.get_config()
    with redirect_stdout(out):
        telemetry._write_logs("test")
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    structlog.configure(**told)
    root.handlers[:] = before
    root.setLevel(level)
