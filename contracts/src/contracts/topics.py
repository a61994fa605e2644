"""The topics: two streams for each service, and the partition that a key belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal
from zlib import crc32

Stream = Literal["internal", "public"]
SERVICES: Final = ("advisory", "training", "cooperation", "knowledge", "planning")
PARTITIONS: Final = 6
CONFIG: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cleanup.policy": "delete",
        "retention.ms": "-1",
        "retention.bytes": "-1",
        "message.timestamp.type": "CreateTime",
        # An event is as late or early as its own time says. Kafka would refuse one from an hour ahead, and a refused
        # one keeps all others of its service waiting; synthetic records may lie ahead.
        "message.timestamp.after.max.ms": str(2**63 - 1),
        "unclean.leader.election.enable": "false",
    }
)
"""What holds on every installation; replication factor and `min.insync.replicas` are the installation's own."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One stream of one service: kept for ever, written by that service alone."""

    name: str
    service: str
    stream: Stream
    partitions: int = PARTITIONS
    config: Mapping[str, str] = field(default_factory=lambda: CONFIG)


STREAMS: Final[tuple[Stream, ...]] = ("internal", "public")
TOPICS: Final = tuple(Topic(f"maerk.{stream}.{service}", service, stream) for service in SERVICES for stream in STREAMS)
_BY_OWNER: Final = {(each.service, each.stream): each for each in TOPICS}


def topic(service: str, stream: Stream) -> Topic:
    """The topic of this service's stream.

    Raises: KeyError when there is no such service.
    """
    return _BY_OWNER[service, stream]


def partition(key: bytes, count: int = PARTITIONS) -> int:
    """Where every event with this key lies, so that they keep their order.

    Source: librdkafka's partitioner `consistent`, CRC-32 of the key modulo the number of partitions.
    """
    return crc32(key) % count
