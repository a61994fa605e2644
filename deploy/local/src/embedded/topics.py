"""The topics of `contracts.topics`, made or changed in a running Kafka."""

# The documented place of these names.
# pyright: reportPrivateImportUsage=false

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import cast

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewTopic,
    OffsetSpec,
    ResourceType,
)

from contracts.topics import TOPICS, Topic
from embedded.refusal import Refused
from embedded.waiting import until

SILENT = logging.getLogger("embedded.kafka.client")  # a broker that is not there yet is no news
SILENT.addHandler(logging.NullHandler())
SILENT.propagate = False


def apply(bootstrap: str, *, replication: int = 1) -> list[str]:
    """Kafka has every topic as the registry describes it, and each partition answers.

    Shape: one sentence per change; empty when all was so already.
    Raises: Refused when Kafka does not answer, or when a topic has another number of partitions.
    """
    admin = AdminClient({"bootstrap.servers": bootstrap}, logger=SILENT)
    try:
        existing = admin.list_topics(timeout=10).topics
    except KafkaException as error:
        raise Refused(f"Kafka at {bootstrap} does not answer.") from error
    missing = [topic for topic in TOPICS if topic.name not in existing]
    changes = [f"{topic.name}: made with {topic.partitions} partitions" for topic in missing]
    for topic in TOPICS:
        count = len(existing[topic.name].partitions) if topic not in missing else topic.partitions
        if count != topic.partitions:
            raise Refused(
                f"Topic {topic.name} has {count} partitions instead of {topic.partitions}; that cannot be changed."
            )
    try:
        if missing:
            made = [NewTopic(topic.name, topic.partitions, replication, config=dict(topic.config)) for topic in missing]
            for future in admin.create_topics(made, operation_timeout=30).values():
                future.result()
        for topic in TOPICS:
            if topic not in missing:
                changes += _configure(admin, topic)
    except KafkaException as error:
        raise Refused(f"Kafka refused the topics: {error.args[0].str()}") from error
    if missing and not until(lambda: _answer(admin, missing), within_s=30):
        raise Refused("Kafka made the topics, and their partitions did not answer within 30 s.")
    return changes


def _answer(admin: AdminClient, topics: Collection[Topic]) -> bool:
    """Whether each partition has its leader: for a moment after a topic is made it may have none."""
    latest = cast("OffsetSpec", OffsetSpec.latest())  # the package's type hint has a None too many
    wanted = {TopicPartition(topic.name, number): latest for topic in topics for number in range(topic.partitions)}
    try:
        for future in admin.list_offsets(wanted, request_timeout=5).values():
            future.result()
    except KafkaException:
        return False
    return True


def _configure(admin: AdminClient, topic: Topic) -> list[str]:
    """The topic's own settings are those of the registry, and no others.

    The caller keeps the admin client: were it collected, its futures would never be done.
    """
    resource = ConfigResource(ResourceType.TOPIC, topic.name)
    described: Mapping[str, ConfigEntry] = admin.describe_configs([resource])[resource].result()
    own = {
        name: entry.value
        for name, entry in described.items()
        if entry.source == ConfigSource.DYNAMIC_TOPIC_CONFIG.value
    }
    entries = [
        ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        for name, value in topic.config.items()
        if own.get(name) != value
    ]
    entries += [
        ConfigEntry(name, None, incremental_operation=AlterConfigOpType.DELETE)
        for name in own.keys() - topic.config.keys()
    ]
    if entries:
        change = ConfigResource(ResourceType.TOPIC, topic.name, incremental_configs=entries)
        admin.incremental_alter_configs([change])[change].result()
    return [f"{topic.name}: {entry.name} is now {entry.value or 'the default'}" for entry in entries]
