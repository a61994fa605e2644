"""A link to a server that can be cut without either end being told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Link:
    """Bytes pass both ways until it is cut; then they wait, as they do behind a broken switch."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self._behind = port
        self._whole = _set()
        self._ends: set[asyncio.StreamWriter] = set()
        self._joined: set[asyncio.Task[None]] = set()

    def cut(self) -> None:
        """Nothing passes any more."""
        self._whole.clear()

    def mend(self) -> None:
        """What waited passes."""
        self._whole.set()

    def forget(self) -> None:
        """Nothing passes any more over the connections that there are; new ones work."""
        self._whole.clear()
        self._whole = _set()

    async def join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        whole, task = self._whole, asyncio.current_task()
        assert task is not None
        self._joined.add(task)
        task.add_done_callback(self._joined.discard)
        behind = await asyncio.open_connection("127.0.0.1", self._behind)
        with suppress(asyncio.CancelledError):  # by `close`; the server that called this would complain of it
            await asyncio.gather(self._pass(reader, behind[1], whole), self._pass(behind[0], writer, whole))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, whole: asyncio.Event) -> None:
        self._ends.add(writer)
        try:
            with suppress(ConnectionError):
                while data := await reader.read(65536):
                    await whole.wait()
                    writer.write(data)
                    await writer.drain()
            await whole.wait()
        finally:
            self._ends.discard(writer)
            writer.close()

    def close(self) -> None:
        for writer in list(self._ends):
            writer.transport.abort()
        for task in self._joined:
            task.cancel()


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@asynccontextmanager
async def link(port: int) -> AsyncIterator[Link]:
    """A link to that port of 127.0.0.1; its own port is `.port`."""
    made = Link(port)
    server = await asyncio.start_server(made.join, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        made.close()
        await server.wait_closed()
