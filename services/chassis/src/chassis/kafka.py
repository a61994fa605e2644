"""A Kafka client that leaves no connection behind, however it ends."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

C = TypeVar("C", AIOKafkaConsumer, AIOKafkaProducer)
START_S = 60.0  # a start that takes longer never ends: aiokafka looks for a topic that is not there for ever

_closing: set[asyncio.Task[None]] = set()  # the loop itself holds tasks weakly


@asynccontextmanager
async def connected(client: C, *, patience_s: float = 2) -> AsyncGenerator[C]:
    """Inside, the client is started; afterwards it has no connection, or none soon if that takes over `patience_s`.

    Neither `start` nor `stop` of aiokafka may be cancelled: the connection on which they wait would stay open for as
    long as the process lives. So both run to their end, beside a caller who can no longer wait.

    Raises: KafkaError, OSError, TimeoutError (what `start` raises).
    """
    starting = asyncio.ensure_future(client.start())
    try:
        await asyncio.shield(starting)
        yield client
    finally:
        closing = asyncio.create_task(_close(client, starting))
        _closing.add(closing)
        closing.add_done_callback(_closing.discard)
        await asyncio.wait([closing], timeout=patience_s)


async def _close(client: AIOKafkaConsumer | AIOKafkaProducer, starting: asyncio.Future[None]) -> None:
    await asyncio.wait([starting], timeout=START_S)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)  # its error is the caller's
    with suppress(KafkaError, OSError, TimeoutError):
        await client.stop()
