"""A member of planning's consumer that takes its time, to see what others do meanwhile."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chassis.consumer import effects
from chassis.consumer.listens import Heard, Listens
from chassis.database import Tx
from planning.__main__ import LISTENS
from support.consuming import Message
from support.inside import Inside
from support.waiting import until


@dataclass
class Slow:
    """A member that has counted and does not commit until it may."""

    counted: asyncio.Event = field(default_factory=asyncio.Event)
    may_commit: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def listens(self) -> Listens:
        return replace(LISTENS, afterwards=self._count)

    async def _count(self, tx: Tx, heard: Sequence[Heard]) -> None:
        assert LISTENS.afterwards is not None
        await LISTENS.afterwards(tx, heard)
        self.counted.set()
        await self.may_commit.wait()

    async def beside(self, planning: Inside, message: Message, other: Coroutine[Any, Any, Any]) -> None:
        """The other has begun after this member counted the message, and ends after it or is not held up by it."""
        mine = asyncio.ensure_future(effects.apply(planning.pool, [message], self.listens))
        await self.counted.wait()
        theirs = asyncio.ensure_future(other)

        async def waits_or_is_done() -> bool:
            return theirs.done() or await planning.pool.fetchval(
                "select exists (select from pg_stat_activity"
                " where wait_event_type = 'Lock' and datname = current_database())"
            )

        await until(waits_or_is_done)
        self.may_commit.set()
        await asyncio.gather(mine, theirs)
