"""Waiting until every event has arrived where it has to: a condition that is looked at, not a pause."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import cast

import asyncpg
from confluent_kafka import TopicPartition
from confluent_kafka.admin import (  # pyright: ignore[reportPrivateImportUsage]  # the documented place
    AdminClient,
    OffsetSpec,  # pyright: ignore[reportPrivateImportUsage]
)

from embedded.platform import Platform
from embedded.refusal import Refused
from embedded.state import SERVICES
from embedded.topics import SILENT
from embedded.waiting import until

Place = tuple[str, int]


def wait_until_settled(known: Platform, *, within_s: float = 60) -> None:
    """Every outbox is empty, and every service has read its topics to their ends.

    Raises: Refused when that does not come true in time.
    """
    admin = AdminClient({"bootstrap.servers": known.kafka}, logger=SILENT)
    if not until(lambda: _is_settled(known, admin), within_s=within_s):
        raise Refused(
            f"Events are still under way after {within_s:.0f} s: see `maerk status` and `maerk dead-letters`."
        )


def _is_settled(known: Platform, admin: AdminClient) -> bool:
    """Outboxes are looked at before and after, since what arrives may make a service publish."""
    before, at = asyncio.run(_look(known))
    ends = _ends(admin, at)
    return not before and all(at[place] >= end for place, end in ends.items()) and not asyncio.run(_look(known))[0]


async def _look(known: Platform) -> tuple[int, Mapping[Place, int]]:
    """How many events wait in outboxes, and how far the slowest reader of each partition is."""
    waiting, at = 0, dict[Place, int]()
    for service in SERVICES:
        if service in known.parts:
            connection = await asyncpg.connect(known.database_url(service))
            try:
                waiting += await connection.fetchval("select count(*) from public.outbox")
                for row in await connection.fetch("select topic, partition, next_offset from public.consumer_position"):
                    place = (row["topic"], row["partition"])
                    at[place] = min(at.get(place, row["next_offset"]), row["next_offset"])
            finally:
                await connection.close()
    return waiting, at


def _ends(admin: AdminClient, places: Mapping[Place, int]) -> dict[Place, int]:
    latest = cast("OffsetSpec", OffsetSpec.latest())
    wanted = {TopicPartition(*place): latest for place in places}
    found = admin.list_offsets(wanted, request_timeout=10) if wanted else {}
    return {(partition.topic, partition.partition): future.result().offset for partition, future in found.items()}
