"""A client that costs little: a few connections that are kept, each with one request under way."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from time import perf_counter
from typing import Any

Make = Callable[[int], tuple[str, Any]]
"""Path and body of the request of this number."""


async def rate(port: int, token: str, make: Make, *, count: int, connections: int = 16) -> tuple[float, list[Any]]:
    """Requests per second, and each answer's status with its body."""
    prepared = iter([_request(port, token, number, *make(number)) for number in range(count)])
    answers: list[Any] = []
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(connections)]
    try:
        began = perf_counter()
        await asyncio.gather(*(_ask(*each, prepared, answers) for each in opened))
        return count / (perf_counter() - began), answers
    finally:
        for _, writer in opened:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


def _request(port: int, token: str, number: int, path: str, said: Any) -> bytes:
    body = json.dumps(said).encode()
    lines: Sequence[str] = (
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Authorization: Bearer {token}",
        f"Idempotency-Key: bench-{number}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, requests: Iterator[bytes], answers: list[Any]
) -> None:
    for request in requests:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        answers.append((int(head[9:12]), await reader.readexactly(length)))
