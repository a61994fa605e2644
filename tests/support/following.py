"""Somebody who follows a view over a real connection, and a service inside the test's own process to connect to."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI

from support.waiting import until


@dataclass(frozen=True)
class Told:
    """One message."""

    event: str
    id: str
    data: Any


class Follower:
    """A connection, and what has come over it."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def next(self, *, within: float = 10) -> Told | None:
        """The next message; None when the answer has ended."""
        async with asyncio.timeout(within):
            while (block := await self.block()) is not None:
                if "data" in block:
                    return Told(block["event"], block["id"], json.loads(block["data"]))
        return None

    async def block(self) -> dict[str, str] | None:
        """The next lines up to an empty one, by their names, a comment under no name; None at the end."""
        found: dict[str, str] = {}
        async for line in self._lines:
            if not line:
                return found
            name, _, value = line.partition(":")
            found[name] = value.strip()
        return None


@asynccontextmanager
async def followed(url: str, token: str, *, last: str | None = None) -> AsyncIterator[Follower]:
    """Somebody who follows what is at the address, while the block lasts."""
    headers = {"Authorization": f"Bearer {token}", **({"Last-Event-ID": last} if last else {})}
    async with httpx2.AsyncClient(timeout=20) as client, client.stream("GET", url, headers=headers) as answer:
        yield Follower(answer)


class _Server(uvicorn.Server):
    def capture_signals(self) -> Any:
        return nullcontext()


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The address at which the app answers while the block lasts; it is stopped as the runtime stops it."""
    server = _Server(
        uvicorn.Config(app, port=0, log_config=None, access_log=False, timeout_graceful_shutdown=5, lifespan="off")
    )
    running = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        app.state.board.stop.set()
        server.should_exit = True
        await running
