"""One request, one transaction: opened for the endpoint, committed before the answer leaves, undone by any refusal.

An endpoint declares what it is and who may call it, and is handed what it needs:

    @router.post("/v1/things/{id}/close")
    async def close_thing(id: UUID, change: Annotated[Change, changing("adviser")]) -> ThingView: ...
"""

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, HTTPException, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from chassis import idempotency, telemetry
from chassis.auth import Principal, Unauthenticated
from chassis.clock import Clock
from chassis.database import Tx
from chassis.web import problems
from chassis.web.problems import IdempotencyKeyMissing, IfMatchMissing, StateChanged
from contracts.problems import Conflict, Forbidden, Refusal

MAX_BODY_BYTES = 64 * 1024

_bearer = HTTPBearer(bearerFormat="JWT", auto_error=False, description="An access token of the realm `maerk`")


class RoleMissing(Forbidden):
    """The caller has none of the roles that may do this."""

    title_da = "Rollen mangler"


@dataclass
class Query:
    """A reading request: who asks, and a transaction that cannot change anything."""

    tx: Tx
    principal: Principal
    clock: Clock


@dataclass
class Command:
    """A request that changes something: who asks, and the transaction in which everything happens or nothing does."""

    tx: Tx
    principal: Principal
    clock: Clock
    request: Request
    response: Response

    def shows(self, show: Callable[[], Awaitable[BaseModel]]) -> None:
        """A conflict shows what this reads, so that the caller can decide again."""
        self.request.state.show = show

    def answers(self, *, revision: int, location: str | None = None) -> None:
        """The answer carries the entity tag of the new state, and where a new thing is."""
        self.response.headers["ETag"] = f'"{revision}"'
        if location is not None:
            self.response.headers["Location"] = location


@dataclass
class Change(Command):
    """A command on a thing that exists, meant for the revision that the caller has seen."""

    revision: int

    def expects(self, revision: int) -> None:
        """Nothing happens unless the thing is as the caller saw it.

        Raises: StateChanged.
        """
        if revision != self.revision:
            raise StateChanged(f"The thing is at revision {revision}, and the request was meant for {self.revision}.")


class _Permit:
    """Lets in whoever has one of the roles; a test reads `roles` off every route."""

    def __init__(self, *roles: str) -> None:
        self.roles = frozenset(roles)

    async def _principal(self, request: Request, credentials: HTTPAuthorizationCredentials | None) -> Principal:
        if credentials is None:
            raise Unauthenticated("token-missing")
        principal: Principal = await request.app.state.verifier.verify(credentials.credentials)
        if not self.roles & principal.roles:
            raise RoleMissing("This needs one of the roles " + ", ".join(sorted(self.roles)) + ".")
        return principal

    async def _begin(self, request: Request, *, readonly: bool) -> Tx:
        stack: AsyncExitStack = request.state.stack
        tx = await stack.enter_async_context(request.app.state.pool.acquire(timeout=5))
        await stack.enter_async_context(
            tx.transaction(readonly=readonly, isolation="repeatable_read" if readonly else "read_committed")
        )
        return tx


Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        description="A name for this command, chosen by the caller and new for each; a repeat gets the first answer again",
        pattern=r"^[\x21-\x7e]{1,200}$",
        examples=["7d0c9a1e-4b5f-4c8e-9a53-3f1f2f0c1b11"],
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        description="The ETag of the state that the change is meant for", pattern=r'^"[0-9]{1,18}"$', examples=['"3"']
    ),
]


class _Reading(_Permit):
    async def __call__(self, request: Request, credentials: Credentials) -> Query:
        principal = await self._principal(request, credentials)
        return Query(await self._begin(request, readonly=True), principal, request.app.state.clock)


class _Commanding(_Permit):
    async def __call__(
        self, request: Request, response: Response, credentials: Credentials, idempotency_key: IdempotencyKey = None
    ) -> Command:
        principal = await self._principal(request, credentials)
        return Command(
            await self._once(request, principal, idempotency_key), principal, request.app.state.clock, request, response
        )

    async def _once(self, request: Request, principal: Principal, key: str | None) -> Tx:
        if key is None:
            raise IdempotencyKeyMissing("Send an Idempotency-Key, so that the command can be repeated safely.")
        tx = await self._begin(request, readonly=False)
        once = idempotency.Once(
            principal=principal.id,
            route=f"{request.method} {request.scope['route'].path}",
            key=key,
            request=b"\n".join((request.url.path.encode(), request.url.query.encode(), await request.body())),
        )
        if (answer := await idempotency.begin(tx, once)) is not None:
            raise _Answered(answer)
        request.state.once = once
        request.state.tx = tx
        return tx


class _Changing(_Commanding):
    async def __call__(
        self,
        request: Request,
        response: Response,
        credentials: Credentials,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> Change:
        principal = await self._principal(request, credentials)
        if if_match is None:
            raise IfMatchMissing(
                "Send If-Match with the ETag that you have seen, so that nobody's change is overwritten."
            )
        tx = await self._once(request, principal, idempotency_key)
        return Change(tx, principal, request.app.state.clock, request, response, int(if_match.strip('"')))


def reading(*roles: str) -> Any:
    """The endpoint reads, for callers with one of these roles."""
    return Depends(_Reading(*roles))


def commanding(*roles: str) -> Any:
    """The endpoint makes something new, for callers with one of these roles, once per Idempotency-Key."""
    return Depends(_Commanding(*roles))


def changing(*roles: str) -> Any:
    """The endpoint changes something that exists, for callers with one of these roles, at the revision they name."""
    return Depends(_Changing(*roles))


class Edge(APIRoute):
    """The route class of every service's router: it holds the transaction around the endpoint."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint inside its transaction, its answer kept with its effects, its refusal shown with the state."""
        handle = super().get_route_handler()

        async def in_one_transaction(request: Request) -> Response:
            try:
                _check_length(request)
                with telemetry.flowing():
                    async with AsyncExitStack() as request.state.stack:
                        response = await _handled(handle, request)
            except _Answered as repeat:
                headers = {**repeat.answer.headers, "Idempotency-Replayed": "true"}
                return Response(repeat.answer.body, repeat.answer.status, headers)
            except _Refused as refused:
                return refused.response
            except Exception as error:  # noqa: BLE001  # the edge: every fault is logged once and answered here
                return problems.of_any(request, error)
            if request.method != "GET":
                request.app.state.committed()
            return response

        return in_one_transaction


def _check_length(request: Request) -> None:
    """A body says how long it is before it is read, and it is not too long to be read at once."""
    if "transfer-encoding" in request.headers:
        raise HTTPException(411)
    if int(request.headers.get("content-length", "0")) > MAX_BODY_BYTES:
        raise HTTPException(413)


async def _handled(handle: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
    try:
        response = await handle(request)
    except Conflict as conflict:
        raise _Refused(await _with_state(request, conflict)) from None
    if (once := getattr(request.state, "once", None)) is not None:
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        await idempotency.keep(
            request.state.tx, once, idempotency.Answer(response.status_code, headers, bytes(response.body))
        )
    return response


async def _with_state(request: Request, conflict: Refusal) -> Response:
    show = getattr(request.state, "show", None)
    current = (await show()).model_dump(mode="json") if show is not None else None
    return problems.refused(request, conflict, current)


class _Answered(Exception):
    """The command was carried out before; its answer is given again and this transaction is undone."""

    def __init__(self, answer: idempotency.Answer) -> None:
        super().__init__()
        self.answer = answer


class _Refused(Exception):
    """The response to a refusal, on its way past the transaction that it undoes."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response
