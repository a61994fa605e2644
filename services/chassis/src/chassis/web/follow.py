"""A view that is followed: sent as it is, and then what has changed of it, as server-sent events.

    @router.get("/v1/things/{id}/follow", response_class=EventStream)
    async def follow_thing(id: UUID, follow: Annotated[Follow, following("adviser")]) -> Response:
        return follow.answer_on(("thing", id), partial(queries.thing, id=id), queries.change)

What is sent are states, not a history: the id of each message is a digest of the whole state that the follower then
has. Whoever comes with the id of the present state is told nothing until it changes, and whoever comes with another,
from before a restart or from another instance, is told the present state whole. So nothing is kept for anybody, a slow
follower is told the newest state and not all of them, and no message can be missed.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from dataclasses import dataclass
from random import uniform
from typing import Annotated, Any, TypeVar, cast
from weakref import WeakValueDictionary

import asyncpg
from fastapi import Depends, Header, Request, Response
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from chassis import database, telemetry
from chassis.auth import Verifier
from chassis.database import Tx
from chassis.pause import pause
from chassis.web.edge import Asked, Credentials, Permit

V = TypeVar("V", bound=BaseModel)
RETRY_S = (1.0, 3.0)  # at random, so that a restart does not bring all followers back at once

LastEventId = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        description="The id of the last message that the follower has seen",
        pattern=r"^[0-9a-f]{32}$",
        examples=["9f86d081884c7d659a2feaa0c55ad015"],
    ),
]


@dataclass(frozen=True)
class Pace:
    """How often the state is read while somebody follows it, how long nothing is said, how long a message may take."""

    look_s: float = 1.0
    beat_s: float = 15.0
    stall_s: float = 30.0


@dataclass(frozen=True)
class _State:
    """A view as it was, and the digest that names it."""

    id: str
    view: Any

    @classmethod
    def of(cls, view: BaseModel) -> "_State":
        return cls(hashlib.sha256(view.model_dump_json().encode()).hexdigest()[:32], view)


class _Followed:
    """The newest state of one view, read once for all who follow it here, by whoever of them asks first."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool, self._reading = pool, asyncio.Lock()
        self._begun, self._state = float("-inf"), cast("_State | None", None)

    async def state(self, read: Callable[[Tx], Awaitable[BaseModel]], *, begun_after: float) -> _State:
        """A state whose reading began after that moment."""
        async with self._reading:
            if self._state is None or self._begun <= begun_after:
                begun = asyncio.get_running_loop().time()
                async with (
                    self._pool.acquire(timeout=5) as connection,
                    connection.transaction(readonly=True, isolation="repeatable_read"),
                ):
                    self._state = _State.of(await read(cast("Tx", connection)))
                self._begun = begun
            return self._state


class Board:
    """What is being followed in this process, and when that must end; what nobody follows any more is forgotten."""

    def __init__(self, pool: asyncpg.Pool | None, stop: asyncio.Event, pace: Pace) -> None:
        self.stop, self.pace = stop, pace
        self._pool = pool
        self._followed: WeakValueDictionary[Hashable, _Followed] = WeakValueDictionary()

    def followed(self, key: Hashable) -> _Followed:
        """What all who follow the same share."""
        assert self._pool is not None, "an app that only describes itself answers nothing"
        found = self._followed.get(key)
        if found is None:
            found = self._followed[key] = _Followed(self._pool)
        return found


class EventStream(StreamingResponse):
    """Server-sent events until they end by themselves, or until one message is not taken in time.

    FastAPI's own class would have it that the endpoint is a generator, which could not refuse before it answers.
    """

    media_type = "text/event-stream"

    def __init__(self, messages: AsyncIterator[bytes], status_code: int = 200, *, stall_s: float) -> None:
        # Proxies must neither keep nor gather what is meant to arrive at once.
        super().__init__(messages, status_code, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._stall_s = stall_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The messages are sent."""

        async def in_time(message: Message) -> None:
            async with asyncio.timeout(self._stall_s):
                await send(message)

        try:
            await super().__call__(scope, receive, in_time)
        except TimeoutError:
            telemetry.log.warning("follower takes nothing", seconds=self._stall_s)


@dataclass
class Follow(Asked):
    """A request whose answer goes on; its transaction is for what must be seen before the answer begins."""

    request: Request
    last: str | None

    def answer_on(
        self, key: Hashable, read: Callable[[Tx], Awaitable[V]], change: Callable[[V, V], BaseModel | None]
    ) -> Response:
        """The view, and what has changed of it, until the token ends or the service stops.

        `key` names what is read, whoever reads it. `change` says what leads from one view to the next; None: send all.
        """
        board: Board = self.request.app.state.board
        messages = self._messages(board, board.followed(key), read, change)
        return EventStream(messages, stall_s=board.pace.stall_s)

    async def _messages(
        self,
        board: Board,
        followed: _Followed,
        read: Callable[[Tx], Awaitable[V]],
        change: Callable[[V, V], BaseModel | None],
    ) -> AsyncIterator[bytes]:
        verifier: Verifier = self.request.app.state.verifier
        time, pace = asyncio.get_running_loop().time, board.pace
        told, seen = self.last, cast("_State | None", None)
        # Another instance may have told something newer than what was read here for others, so it is read again.
        begun_after, beat_at = time(), time() + pace.beat_s
        yield format_sse_event(retry=int(1000 * uniform(*RETRY_S)))  # noqa: S311  # no secret
        while not board.stop.is_set() and verifier.seconds_left(self.principal) > 0:
            state = await _newest(followed, read, begun_after)
            if state is not None and state.id != told:
                part = None if seen is None else change(seen.view, state.view)
                yield format_sse_event(
                    event="whole" if part is None else "changed",
                    data_str=(state.view if part is None else part).model_dump_json(),
                    id=state.id,
                )
                told, beat_at = state.id, time() + pace.beat_s
            elif time() >= beat_at:
                yield KEEPALIVE_COMMENT
                beat_at = time() + pace.beat_s
            seen = state or seen
            await pause(board.stop, max(0, min(pace.look_s, verifier.seconds_left(self.principal))))
            begun_after = time() - pace.look_s


async def _newest(followed: _Followed, read: Callable[[Tx], Awaitable[BaseModel]], begun_after: float) -> _State | None:
    """The state; None while the database is away."""
    try:
        return await followed.state(read, begun_after=begun_after)
    except Exception as error:
        if not database.is_not_now(error):
            raise
        telemetry.log.warning("the followed view cannot be read", exc_info=error)
        return None


class _Following(Permit):
    async def __call__(
        self, request: Request, response: Response, credentials: Credentials, last_event_id: LastEventId = None
    ) -> Follow:
        principal = await self._principal(request, credentials)
        tx = await self._begin(request, readonly=True)
        return Follow(tx, principal, request.app.state.clock, response, request, last_event_id)


def following(*roles: str) -> Any:
    """The endpoint's answer goes on, for callers with one of these roles, for as long as their token holds."""
    return Depends(_Following(*roles))
