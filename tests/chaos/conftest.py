"""What the chaos tests share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chaos import relay_database
from chaos.consumer_stage import Stage
from chaos.relay_database import Databases
from embedded.platform import Platform


@pytest.fixture(scope="session")
async def relay_databases(postgres: Platform) -> Databases:
    """Databases with the chassis' tables and nothing else."""
    return await relay_database.migrated(postgres)


@pytest.fixture
async def stage(kafka: Platform, postgres: Platform, tmp_path: Path) -> AsyncIterator[Stage]:
    """A topic, a listener's database, and nobody who listens yet."""
    assert kafka is postgres  # one platform, with both parts running
    async with Stage(kafka, tmp_path) as made:
        yield made
