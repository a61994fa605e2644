"""The embedded platform is real, separate for each service, and leaves nothing behind."""

import asyncpg
import pytest
from confluent_kafka.admin import AdminClient

from contracts.topics import TOPICS
from embedded.platform import Platform
from embedded.state import SERVICES


@pytest.mark.parametrize("database", SERVICES)
async def test_a_service_connects_to_its_own_database_and_to_no_other(postgres: Platform, database: str) -> None:
    for role in SERVICES:
        url = postgres.database_url(role).removesuffix(role) + database
        if role == database:
            connection = await asyncpg.connect(url)
            assert await connection.fetchval("select current_user") == role
            await connection.close()
        else:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await asyncpg.connect(url)


def test_every_topic_of_the_registry_is_there(kafka: Platform) -> None:
    found = AdminClient({"bootstrap.servers": kafka.kafka}).list_topics(timeout=10).topics
    assert {topic.name: topic.partitions for topic in TOPICS} == {
        name: len(topic.partitions) for name, topic in found.items() if not name.startswith("__")
    }
