"""A loader's way to a service in process, which may be cut off on the way."""

import asyncio
from dataclasses import dataclass
from typing import Any

from support.inside import Caller


class CutOff(Exception):
    """The loader was killed here."""


@dataclass
class Through:
    """The loader's way to the service in process; it may be cut off after so many commands."""

    caller: Caller
    loop: asyncio.AbstractEventLoop
    posts_left: int = 1_000

    def get(self, path: str, **parameters: Any) -> Any:
        """The body of a successful answer."""
        return asyncio.run_coroutine_threadsafe(self.caller.get(path, **parameters), self.loop).result(20)

    def post(self, path: str, body: Any = None, *, key: str, revision: int | None = None) -> Any:
        """The body of a successful answer to a command.

        Raises: CutOff.
        """
        if not self.posts_left:
            raise CutOff
        self.posts_left -= 1
        sent = self.caller.post(path, body, key=key, revision=revision)
        return asyncio.run_coroutine_threadsafe(sent, self.loop).result(20)
