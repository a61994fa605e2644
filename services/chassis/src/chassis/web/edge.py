"""One request, one transaction: opened for the endpoint, committed before the answer leaves, undone by any refusal.

An endpoint declares what it is and who may call it, and is handed what it needs:

    @router.post("/v1/things/{id}/close")
    async def close_thing(id: UUID, change: Annotated[Change, changing("adviser")]) -> ThingView: ...
"""

import re
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypeVar

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from chassis import idempotency, telemetry
from chassis.auth import Principal, Unauthenticated
from chassis.clock import Clock
from chassis.database import Tx
from chassis.web import problems
from chassis.web.problems import Advice, IdempotencyKeyMissing, IfMatchMissing, StateChanged
from contracts.characters import is_readable
from contracts.problems import Conflict, Forbidden, Missing
from contracts.values import NEUTRAL

MAX_BODY_BYTES = 64 * 1024

_bearer = HTTPBearer(bearerFormat="JWT", auto_error=False, description="An access token of the realm `maerk`")


class Body(BaseModel):
    """What a request says; a field that nobody has asked for is refused."""

    model_config = ConfigDict(extra="forbid")


class RoleMissing(Forbidden):
    """The caller has none of the roles that may do this."""

    title_da = "Rollen mangler"


class Revised(Protocol):
    """A view of a thing that counts its changes."""

    @property
    def revision(self) -> int:
        """How often it has been changed, its making counted."""
        ...


View = TypeVar("View", bound=Revised)


@dataclass
class Asked:
    """Who asks, and the transaction in which the answer is found."""

    tx: Tx
    principal: Principal
    clock: Clock
    response: Response

    def answer(self, view: View, *, location: str | None = None) -> View:
        """The view, sent with its entity tag, and with where the thing is when it is new."""
        self.response.headers["ETag"] = f'"{view.revision}"'
        if location is not None:
            self.response.headers["Location"] = location
        return view


@dataclass
class Query(Asked):
    """A reading request: its transaction cannot change anything."""


@dataclass
class OpenQuery:
    """A reading request of anybody at all, and a transaction that cannot change anything."""

    tx: Tx
    clock: Clock


@dataclass
class Command(Asked):
    """A request that changes something: in its transaction everything happens or nothing does."""

    request: Request

    def shows(self, show: Callable[[], Awaitable[BaseModel]]) -> None:
        """A conflict shows what this reads, so that the caller can decide again."""
        self.request.state.show = show


@dataclass
class Change(Command):
    """A command on a thing that exists, meant for the revision that the caller has seen."""

    revision: int

    def expects(self, revision: int) -> None:
        """Nothing happens unless the thing is as the caller saw it.

        Raises: StateChanged.
        """
        self.request.state.revision = revision
        if revision != self.revision:
            raise StateChanged(f"The thing is at revision {revision}, and the request was meant for {self.revision}.")


class NotForYou(Missing):
    """There is nothing here, or nothing that the caller may know of."""

    title_da = "Her er intet, eller intet, du må se"


class Permit:
    """Lets in whoever has one of the roles; a test reads `roles` off every route.

    `hidden` refuses everybody else as if nothing were there, whatever is. Every problem ends with `advice`.
    """

    may_answer: tuple[int, ...] = (401, 403, 404, 422, 503)

    def __init__(self, *roles: str, hidden: bool = False, advice: Advice | None = None) -> None:
        self.roles = frozenset(roles)
        self.advice = advice
        self._hidden = hidden

    async def _principal(self, request: Request, credentials: HTTPAuthorizationCredentials | None) -> Principal:
        if credentials is None:
            raise Unauthenticated("token-missing")
        principal: Principal = await request.app.state.verifier.verify(credentials.credentials)
        if not principal.has_any(*self.roles):
            if self._hidden:
                raise NotForYou("There is nothing here, or nothing that you may see.")
            raise RoleMissing("This needs one of the roles " + ", ".join(sorted(self.roles)) + ".")
        return principal

    async def _begin(self, request: Request, *, readonly: bool) -> Tx:
        tx = await request.state.connection.enter_async_context(request.app.state.pool.acquire(timeout=5))
        isolation = "repeatable_read" if readonly else "read_committed"
        await request.state.transaction.enter_async_context(tx.transaction(readonly=readonly, isolation=isolation))
        return tx


Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
IdempotencyKey = Annotated[
    Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$"), NEUTRAL] | None,
    Header(
        alias="Idempotency-Key",
        description="A name for this command, chosen by the caller, new for each; a repeat gets the first answer again",
        examples=["7d0c9a1e-4b5f-4c8e-9a53-3f1f2f0c1b11"],
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the state that the change is meant for",
        pattern=r'^"[0-9]{1,18}"$',
        examples=['"3"'],
    ),
]


class _Reading(Permit):
    async def __call__(self, request: Request, response: Response, credentials: Credentials) -> Query:
        principal = await self._principal(request, credentials)
        return Query(await self._begin(request, readonly=True), principal, request.app.state.clock, response)


class _Open(Permit):
    """Lets everybody in. No token is asked for or looked at, so that it works while the issuer is away."""

    may_answer = (404, 422, 503)

    async def __call__(self, request: Request) -> OpenQuery:
        return OpenQuery(await self._begin(request, readonly=True), request.app.state.clock)


class _Commanding(Permit):
    may_answer = (400, 401, 403, 404, 409, 411, 413, 422, 503)

    async def __call__(
        self, request: Request, response: Response, credentials: Credentials, idempotency_key: IdempotencyKey = None
    ) -> Command:
        principal = await self._principal(request, credentials)
        return Command(
            await self._once(request, principal, idempotency_key), principal, request.app.state.clock, response, request
        )

    async def _once(self, request: Request, principal: Principal, key: str | None) -> Tx:
        if key is None:
            raise IdempotencyKeyMissing("Send an Idempotency-Key, so that the command can be repeated safely.")
        tx = await self._begin(request, readonly=False)
        once = idempotency.Once(
            principal=principal.id,
            route=f"{request.method} {request.scope['route'].path}",
            key=key,
            request=b"\n".join(
                (
                    request.url.path.encode(),
                    request.url.query.encode(),
                    request.headers.get("if-match", "").encode(),
                    await request.body(),
                )
            ),
        )
        if (answer := await idempotency.begin(tx, once)) is not None:
            raise _Answered(answer)
        request.state.once = once
        request.state.tx = tx
        return tx


class _Changing(_Commanding):
    may_answer = (400, 401, 403, 404, 409, 411, 412, 413, 422, 428, 503)

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
        return Change(tx, principal, request.app.state.clock, response, request, int(if_match.strip('"')))


def reading(*roles: str, hidden: bool = False, advice: Advice | None = None) -> Any:
    """The endpoint reads, for callers with one of these roles."""
    return Depends(_Reading(*roles, hidden=hidden, advice=advice))


def open_to_everybody(*, advice: Advice | None = None) -> Any:
    """The endpoint reads what anybody may know, for anybody. A test lists every route of this kind."""
    return Depends(_Open(advice=advice))


def commanding(*roles: str, hidden: bool = False) -> Any:
    """The endpoint makes something new, for callers with one of these roles, once per Idempotency-Key."""
    return Depends(_Commanding(*roles, hidden=hidden))


def changing(*roles: str, hidden: bool = False) -> Any:
    """The endpoint changes something that exists, for callers with one of these roles, at the revision they name."""
    return Depends(_Changing(*roles, hidden=hidden))


class Edge(APIRoute):
    """The route class of every service's router: it holds the transaction around the endpoint."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """The route says who may call it and what it may answer.

        Raises: TypeError when nothing says who may call it.
        """
        options["operation_id"] = endpoint.__name__
        super().__init__(path, endpoint, **options)
        permits = [each.call for each in self.dependant.dependencies if isinstance(each.call, Permit)]
        if len(permits) != 1 or not (permits[0].roles or isinstance(permits[0], _Open)):
            raise TypeError(f"{path} must say with `reading`, `commanding` or `changing` who may call it.")
        self.roles, self.advice = permits[0].roles, permits[0].advice
        roles = ", ".join(f"`{role}`" for role in sorted(self.roles))
        self.description = f"For the roles {roles}." if roles else "For everybody, without a token."
        self.responses = {**problems.documented(*permits[0].may_answer), **self.responses}

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint inside its transaction, its answer kept with its effects, its refusal shown with the state."""
        handle = super().get_route_handler()

        async def in_one_transaction(request: Request) -> Response:
            try:
                _check_length(request)
                _check_parameters(request)
                with telemetry.flowing():
                    async with AsyncExitStack() as request.state.connection:
                        response = await _handled(handle, request)
            except _Answered as repeat:
                headers = {**repeat.answer.headers, "Idempotency-Replayed": "true"}
                response = Response(repeat.answer.body, repeat.answer.status, headers)
            except Exception as error:  # noqa: BLE001  # the edge: every fault is logged once and answered here
                response = problems.of_any(request, error)
            else:
                if request.method != "GET" and response.status_code < 400:
                    request.app.state.committed()
            if (trace := telemetry.traceparent()) is not None:
                response.headers["traceresponse"] = trace
            return response

        return in_one_transaction


def _check_length(request: Request) -> None:
    """A body says how long it is before it is read, and it is not too long to be read at once."""
    if "transfer-encoding" in request.headers:
        raise HTTPException(411)
    length = request.headers.get("content-length", "0")
    if not re.fullmatch("[0-9]{1,9}", length) or int(length) > MAX_BODY_BYTES:
        raise HTTPException(413)


def _check_parameters(request: Request) -> None:
    """What stands in the address can be read: neither a query nor a path has what no text of a body may have."""
    said = [("path", *each) for each in request.path_params.items()]
    said += [("query", *each) for each in request.query_params.multi_items()]
    if wrong := [(part, name) for part, name, value in said if not is_readable(value, many_lines=False)]:
        mistake = {"type": "unreadable", "msg": "This must not contain control characters or noncharacters."}
        raise RequestValidationError([{**mistake, "loc": place} for place in wrong])


async def _handled(handle: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
    try:
        async with AsyncExitStack() as request.state.transaction:
            response = await handle(request)
            if (once := getattr(request.state, "once", None)) is not None:
                headers = {name: value for name, value in response.headers.items() if name != "content-length"}
                answer = idempotency.Answer(response.status_code, headers, bytes(response.body))
                await idempotency.keep(request.state.tx, once, answer)
            return response
    except Conflict as conflict:
        return await _with_state(request, conflict)


async def _with_state(request: Request, conflict: Conflict) -> Response:
    """The refusal with the state as it is now that the refused command is undone."""
    show = getattr(request.state, "show", None)
    if show is None:
        return problems.refused(request, conflict)
    async with request.state.tx.transaction(readonly=True, isolation="repeatable_read"):
        current = await show()
    return problems.refused(
        request, conflict, current.model_dump(mode="json"), revision=getattr(request.state, "revision", None)
    )


class _Answered(Exception):  # an answer, not a fault
    """The command was carried out before; its answer is given again and this transaction is undone."""

    def __init__(self, answer: idempotency.Answer) -> None:
        super().__init__()
        self.answer = answer


def joined(*routers: APIRouter) -> APIRouter:
    """The routes of all in their order, each looked at once: FastAPI searches included routers anew at every level."""
    whole = APIRouter(route_class=Edge)
    for each in routers:
        whole.routes.extend(each.routes)
    return whole
