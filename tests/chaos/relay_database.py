"""Databases for the relay's proofs: the chassis' own tables, nobody else's rows."""

from dataclasses import dataclass
from itertools import count
from uuid import uuid4

import asyncpg

from chassis.migrate import migrate
from embedded.platform import Platform

OWNER = "advisory"
_numbers = count(1)


@dataclass(frozen=True)
class Databases:
    """Clones of one migrated database, all owned by the role that a service has."""

    admin_url: str
    owner_url: str
    template: str

    async def clone(self) -> str:
        """The address of a new database with the chassis' tables."""
        name = f"{self.template}_{next(_numbers)}"
        await self._administer(f"create database {name} template {self.template} owner {OWNER}")
        return self._url(name)

    async def copy(self, url: str) -> str:
        """The address of a new database that holds what this one holds now, as a backup does."""
        name = f"{self.template}_{next(_numbers)}"
        await self._administer(f"create database {name} template {url.rsplit('/', 1)[1]} owner {OWNER}")
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"{self.owner_url.rsplit('/', 1)[0]}/{name}"

    async def _administer(self, statement: str) -> None:
        admin = await asyncpg.connect(self.admin_url)
        try:
            await admin.execute(statement)
        finally:
            await admin.close()


async def migrated(platform: Platform) -> Databases:
    """A template with the chassis' tables stands in the platform's cluster."""
    databases = Databases(platform.admin_database_url, platform.database_url(OWNER), f"relay_{uuid4().hex[:8]}")
    await databases._administer(f"create database {databases.template} owner {OWNER}")
    connection = await asyncpg.connect(databases._url(databases.template))
    try:
        await migrate(connection, OWNER)
    finally:
        await connection.close()
    return databases
