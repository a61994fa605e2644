"""Whom to call now, over HTTP: open to everybody, so that it answers when nobody can sign in.

It shows functions' numbers that are public anyway and nothing of any matter; what is for professionals is left out and
is shown by the second route, to those who have signed in.
"""

from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import BaseModel, ConfigDict, Field

from advisory.http.directory import READERS
from advisory.queries import calling as queries
from advisory.queries.calling import WhoToCall
from chassis.web.edge import Edge, OpenQuery, Query, open_to_everybody, reading
from chassis.web.problems import Advice
from contracts.geography import provenance_of
from contracts.values import Moment, MunicipalityCode

router = APIRouter(route_class=Edge, prefix="/v1", tags=["who to call"])


DANGER = Advice(
    da="Er nogen i fare, så ring 112; politiet svarer på 114.",
    en="If anybody is in danger, call 112; the police answer on 114.",
)


class Asked(BaseModel):
    """Where, when and about whom, as coarsely as the answer needs."""

    model_config = ConfigDict(extra="forbid")

    municipality_code: Annotated[MunicipalityCode, Field(examples=["9901"])]
    acute: Annotated[bool, Field(description="Life is at stake, or somebody is about to be taken away")]
    age: Literal["minor", "adult", "unknown"] = "unknown"
    at: Annotated[Moment | None, Field(description="Now, unless it is another moment")] = None


@router.get("/who-to-call", summary="Whom to call now")
async def who_to_call(
    asked: Annotated[Asked, Parameters()], query: Annotated[OpenQuery, open_to_everybody(advice=DANGER)]
) -> WhoToCall:
    return await _answer(asked, query, "everybody")


@router.get("/who-to-call/professionals", summary="Whom to call now, with what is for professionals only")
async def who_to_call_for_professionals(
    asked: Annotated[Asked, Parameters()], query: Annotated[Query, reading(*READERS, advice=DANGER)]
) -> WhoToCall:
    return await _answer(asked, query, "professionals")


async def _answer(asked: Asked, query: OpenQuery | Query, audience: Literal["everybody", "professionals"]) -> WhoToCall:
    code = asked.municipality_code
    at = asked.at or query.clock.now(provenance_of(code))
    return await queries.who_to_call(query.tx, code, at=at, age=asked.age, acute=asked.acute, audience=audience)
