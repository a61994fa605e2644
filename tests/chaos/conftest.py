"""What the chaos tests share."""

import pytest

from chaos import relay_database
from chaos.relay_database import Databases
from embedded.platform import Platform


@pytest.fixture(scope="session")
async def relay_databases(postgres: Platform) -> Databases:
    """Databases with the chassis' tables and nothing else."""
    return await relay_database.migrated(postgres)
