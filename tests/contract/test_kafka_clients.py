"""A Kafka client that is given up at any moment leaves no connection behind."""

import asyncio
import gc
import os
from collections.abc import Callable

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from chassis.kafka import connected
from embedded.platform import Platform
from support.waiting import until

CLIENTS = [
    pytest.param(lambda at: AIOKafkaProducer(bootstrap_servers=at), id="producer"),
    pytest.param(lambda at: AIOKafkaConsumer(bootstrap_servers=at), id="consumer"),
    pytest.param(
        lambda at: AIOKafkaConsumer("maerk.internal.advisory", bootstrap_servers=at, group_id="maerk-advisory"),
        id="member",
    ),
]


def connections(bootstrap: str) -> int:
    """How many connections of this process lead to Kafka."""
    port = int(bootstrap.rpartition(":")[2])
    return sum(bool(each.raddr) and each.raddr.port == port for each in psutil.Process(os.getpid()).net_connections())


@pytest.mark.parametrize("make", CLIENTS)
async def test_a_client_that_is_cancelled_while_it_starts_closes_all_it_opened(
    kafka: Platform, make: Callable[[str], AIOKafkaProducer]
) -> None:
    """Cancelled after one turn of the event loop, after two, and so on until the client has started."""
    gc.collect()
    before = connections(kafka.kafka)
    opened, turns = asyncio.Event(), 0

    async def use() -> None:
        async with connected(make(kafka.kafka)):
            opened.set()
            await asyncio.Event().wait()

    while not opened.is_set():
        using = asyncio.ensure_future(use())
        turns += 1
        for _ in range(turns):
            await asyncio.sleep(0)
        using.cancel()
        await asyncio.wait([using])
        assert using.cancelled()
    assert turns > 10
    await until(lambda: connections(kafka.kafka) <= before)
    gc.collect()  # a connection that nobody closed warns here, and a warning is an error
