"""Every refusal and fault as a problem document, with one table of status codes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException

from chassis import database, telemetry
from chassis.auth import REASONS, KeysUnavailable, Unauthenticated
from contracts.problems import Conflict, Danish, FieldProblem, Forbidden, Invalid, Missing, Problem, Refusal

MEDIA_TYPE = "application/problem+json"


class IdempotencyKeyMissing(Invalid):
    """A command came without a key under which it could be repeated safely."""

    title_da = "Idempotency-Key mangler"


class IfMatchMissing(Conflict):
    """A change came without saying which state it is meant for."""

    title_da = "If-Match mangler"


class StateChanged(Conflict):
    """The thing has changed since the caller saw it."""

    title_da = "Oplysningerne er ændret i mellemtiden"


@dataclass(frozen=True)
class Advice:
    """What to do when a route cannot answer, where somebody may depend on it."""

    da: str
    en: str


STATUS: dict[type[Refusal], int] = {
    IdempotencyKeyMissing: 400,
    IfMatchMissing: 428,
    StateChanged: 412,
    Invalid: 422,
    Missing: 404,
    Conflict: 409,
    Forbidden: 403,
}


class ConflictProblem(Problem):
    """A problem that also shows the present state, so that the caller can decide again without another request."""

    current: dict[str, object] | None = Field(default=None, description="The thing as it is now")


_DESCRIPTIONS = {
    400: "The request could not be read, or an Idempotency-Key is missing",
    401: "No valid access token",
    403: "The role or the data scope is missing",
    404: "There is nothing here, or nothing that you may see",
    409: "It does not fit the present state, which is shown",
    411: "The body came without its length",
    412: "The thing has changed since you saw it; it is shown as it is now",
    413: "The body is too large",
    422: "A value is wrong; `errors` says where",
    428: "If-Match is missing",
    503: "Not now; try again",
}


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its stable name, its status code, and what it means."""

    slug: str
    status: int
    title_da: str | None
    meaning: str


UNREADABLE = Kind("malformed-request", 400, "Forespørgslen kan ikke læses", "The request could not be read.")
NOT_FOUND = Kind(
    "not-found", 404, "Her er intet, eller intet, du må se", "There is nothing here, or nothing that you may see."
)
NO_SUCH_METHOD = Kind(
    "method-not-allowed", 405, "Adressen kender ikke den metode", "This address does not know that method."
)
NO_LENGTH = Kind("length-required", 411, "Forespørgslens længde mangler", "Send the body with a Content-Length.")
TOO_LARGE = Kind("body-too-large", 413, "Forespørgslen er for stor", "The body is larger than this service reads.")
OTHER = Kind("refused", 400, "Forespørgslen er afvist", "The request was refused.")
INVALID = Kind(
    "invalid-request", 422, "Forespørgslen er ikke udfyldt rigtigt", "The request does not have the form described."
)
NOT_NOW = Kind(
    "not-now",
    503,
    "Det kan ikke lade sig gøre lige nu",
    "The service cannot do this right now. Try again; under one Idempotency-Key a command is carried out once.",
)
FAULT = Kind(
    "fault", 500, "Der er sket en fejl hos os", "The service failed; nothing was changed. The fault is logged."
)
OF_HTTP = (UNREADABLE, NOT_FOUND, NO_SUCH_METHOD, NO_LENGTH, TOO_LARGE, OTHER, INVALID, NOT_NOW, FAULT)
OF_TOKENS = tuple(
    Kind(reason, 401, "Du er ikke logget ind, eller din adgang gælder ikke her", meaning)
    for reason, meaning in REASONS.items()
)

_SAYS_NOTHING = re.compile(
    "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(19|20|21)[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]{4}", re.ASCII
)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These statuses as an OpenAPI document describes them; `schemas` has what they refer to."""
    return {
        status: {
            "description": _DESCRIPTIONS[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{_model(status).__name__}"}}},
        }
        for status in statuses
    }


def schemas() -> dict[str, Any]:
    """The JSON Schemas of all problem documents, by name; `catalogue` has the one of their slugs."""
    models: list[tuple[type[Problem], Literal["serialization"]]] = [
        (Problem, "serialization"),
        (ConflictProblem, "serialization"),
    ]
    found = models_json_schema(models, ref_template="#/components/schemas/{model}")[1]["$defs"]
    for model, _ in models:
        found[model.__name__]["properties"]["slug"] = {"$ref": "#/components/schemas/ProblemSlug"}
    return found


def _model(status: int) -> type[Problem]:
    return ConflictProblem if status in (409, 412) else Problem


def status_of(refusal: Refusal) -> int:
    """The status code of the nearest class in the table."""
    return next(STATUS[each] for each in type(refusal).__mro__ if each in STATUS)


def respond(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """The document as a response."""
    body = problem.model_dump_json(exclude_none=True)
    return Response(body, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def refused(
    request: Request, refusal: Refusal, current: dict[str, object] | None = None, *, revision: int | None = None
) -> Response:
    """A refusal as a response, with the present state and its entity tag where the caller may see it."""
    problem = _advised(request, Problem.of(refusal, status=status_of(refusal), instance=_instance(request)))
    if current is None:
        return respond(problem)
    headers = None if revision is None else {"ETag": f'"{revision}"'}
    return respond(ConflictProblem(**problem.model_dump(), current=current), headers)


def not_now(request: Request, error: Exception) -> Response:
    """The database cannot serve this now; trying again is right and safe."""
    telemetry.log.warning("request not served", route=_route(request), method=request.method, exc_info=error)
    return respond(_problem(request, NOT_NOW), {"Retry-After": "1"})


def fault(request: Request, error: Exception) -> Response:
    """A fault of ours: logged once, here, and told without its text."""
    telemetry.log.error("fault", route=_route(request), method=request.method, exc_info=error)
    return respond(_problem(request, FAULT))


def of_any(request: Request, error: Exception) -> Response:
    """Whatever went wrong, as a response."""
    if isinstance(error, Unauthenticated):
        return _unauthenticated(request, error)
    if isinstance(error, KeysUnavailable) or database.is_not_now(error):
        return not_now(request, error)
    if isinstance(error, Refusal):
        return refused(request, error)
    if isinstance(error, RequestValidationError):
        return _invalid(request, error)
    if isinstance(error, HTTPException):
        kind = next(
            (each for each in OF_HTTP if each.status == error.status_code), replace(OTHER, status=error.status_code)
        )
        return respond(_problem(request, kind), dict(error.headers or {}))
    return fault(request, error)


def install(app: FastAPI) -> None:
    """The app answers every error with a problem document."""

    async def handle(request: Request, error: Exception) -> Response:
        return of_any(request, error)

    for kind in (Refusal, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, handle)


def _problem(request: Request, kind: Kind) -> Problem:
    problem = Problem(
        type=f"urn:maerk:problem:{kind.slug}",
        title="Unauthenticated" if kind.status == 401 else kind.slug.replace("-", " ").capitalize(),
        status=kind.status,
        detail=kind.meaning,
        slug=kind.slug,
        instance=_instance(request),
        da=Danish(title=kind.title_da) if kind.title_da else None,
    )
    return _advised(request, problem)


def _advised(request: Request, problem: Problem) -> Problem:
    """The problem with what its route advises whoever meets one."""
    advice: Advice | None = getattr(request.scope.get("route"), "advice", None)
    if advice is None:
        return problem
    own = problem.da or Danish()
    danish = own.model_copy(update={"detail": f"{own.detail} {advice.da}" if own.detail else advice.da})
    return problem.model_copy(update={"detail": f"{problem.detail} {advice.en}", "da": danish})


def _unauthenticated(request: Request, error: Unauthenticated) -> Response:
    """Source: RFC 6750, section 3: the challenge names an error only when a token was shown."""
    shown = f' error="invalid_token", error_description="{error.reason}"' if error.reason != "token-missing" else ""
    kind = next(each for each in OF_TOKENS if each.slug == error.reason)
    return respond(_problem(request, kind), {"WWW-Authenticate": f"Bearer{shown}"})


def _invalid(request: Request, error: RequestValidationError) -> Response:
    """Where and why, without repeating what was sent."""
    if any(each["type"] == "json_invalid" for each in error.errors()):
        return of_any(request, HTTPException(400))
    problem = _problem(request, INVALID)
    errors = (FieldProblem(pointer=_pointer(each, error.body), detail=_detail(each)) for each in error.errors()[:50])
    return respond(problem.model_copy(update={"errors": tuple(dict.fromkeys(errors))}))


def _detail(mistake: Mapping[str, Any]) -> str:
    """What is wrong, in words that are ours alone."""
    if mistake["type"] == "extra_forbidden":
        return "Here is a field that nobody has asked for."
    if mistake["type"] == "union_tag_invalid":  # pydantic's sentence repeats what was sent
        return f"This is none of the kinds that may be sent: {mistake['ctx']['expected_tags']}."
    return mistake["msg"].removeprefix("Value error, ")


def _pointer(mistake: Mapping[str, Any], body: object) -> str:
    """The place of a mistake: a JSON pointer into the body, or `path:`, `query:` or `header:` and the name.

    What Pydantic puts between the names of a place, such as the branches of a union, is nowhere in the body. Of a name
    that nobody has asked for the place is the object that holds it, so that no answer repeats the name.
    """
    part, *rest = mistake["loc"] or ("body",)
    if mistake["type"] == "extra_forbidden" or rest[-1:] == ["[key]"]:
        rest = rest[: -2 if rest[-1] == "[key]" else -1]
        if part == "query":
            return "query:"
    if part != "body":
        return f"{part}:{'.'.join(str(each) for each in rest if part != 'query' or _is_ours(each))}"
    pointer, here = "", body
    for each in rest:
        if isinstance(here, dict) and each in here:
            here = cast("dict[object, object]", here)[each]
        elif isinstance(here, list) and isinstance(each, int) and each < len(cast("list[object]", here)):
            here = cast("list[object]", here)[each]
        elif mistake["type"] != "missing":
            continue
        if not _is_ours(each):
            break
        pointer += f"/{each}"
    return pointer


def _is_ours(step: object) -> bool:
    """Whether a step of a place is a position or such a name as fields have, which can say nothing of anybody."""
    return isinstance(step, int) or re.fullmatch("[a-z][a-z_]{0,59}", str(step)) is not None


def _instance(request: Request) -> str | None:
    """The address that was asked for, as far as it is ours: ids, codes and days stand in it, and nothing else.

    Source: RFC 9457, 3.1.5, which lets it be left out.
    """
    path: str | None = getattr(request.scope.get("route"), "path", None)
    if path is None:
        return None
    for name, value in request.path_params.items():
        if _SAYS_NOTHING.fullmatch(str(value)):
            path = path.replace(f"{{{name}}}", str(value))
    return path


def _route(request: Request) -> str:
    return getattr(request.scope.get("route"), "path", "none")
