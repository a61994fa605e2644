"""Waiting for what happens elsewhere."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], object | Awaitable[object]], within: float = 10) -> None:
    """The condition holds.

    Units: seconds.
    Raises: TimeoutError when it does not in time.
    """
    deadline = time.monotonic() + within
    while True:
        held = condition()
        if inspect.isawaitable(held):
            held = await held
        if held:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"It did not become true within {within} s: {inspect.getsource(condition).strip()}")
        await asyncio.sleep(0.01)
