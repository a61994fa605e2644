"""Seats in the coordination forum: given and ended by the plan's editor, from day to day."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameter
from pydantic import Field

from chassis.web.edge import Asked, Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import Provenance
from planning.commands import seat as commands
from planning.http.fields import READERS, AuthorityCode, Day
from planning.queries import seat as queries
from planning.queries.seat import Members, SeatView

router = APIRouter(route_class=Edge, prefix="/v1", tags=["coordination forum"])


class TakeSeat(Body):
    """An authority takes a seat, as a function of the forum. Nobody's name has a place."""

    authority: AuthorityCode
    function: Annotated[Literal["chair", "member", "observer"], Field(examples=["member"])]
    valid_from: Annotated[Day, Field(description="Its first day", examples=["2027-01-01"])]
    valid_to: Annotated[Day | None, Field(description="Its last day, if that is known")] = None


class EndSeat(Body):
    """The last day of the seat."""

    valid_to: Annotated[Day, Field(examples=["2027-12-31"])]


@router.post("/seats", status_code=201, summary="Give an authority a seat in the coordination forum")
async def take_seat(body: TakeSeat, command: Annotated[Command, commanding("plan_editor")]) -> SeatView:
    id = uuid4()
    await commands.take_seat(command.tx, id, body.model_dump())
    return await _shown(command, id, location=f"/v1/seats/{id}")


@router.get("/seats", summary="Who has a seat in the coordination forum on a day")
async def members(
    query: Annotated[Query, reading(*READERS)],
    on: Annotated[Day | None, Parameter(description="By default today")] = None,
    provenance: Annotated[Provenance, Parameter(description="The forum, or one of a demonstration")] = "actual",
) -> Members:
    return await queries.members(query.tx, provenance, on=on or _today(query, provenance))


@router.get("/seats/{id}", summary="A seat")
async def seat(id: UUID, query: Annotated[Query, reading(*READERS)]) -> SeatView:
    return query.answer(await queries.seat(query.tx, id, on=_today(query)))


@router.post("/seats/{id}/end", summary="Say until when a seat is held")
async def end_seat(id: UUID, body: EndSeat, change: Annotated[Change, changing("plan_editor")]) -> SeatView:
    change.shows(lambda: queries.seat(change.tx, id, on=_today(change)))
    await commands.end_seat(change.tx, id, valid_to=body.valid_to, expect=change.expects)
    return await _shown(change, id)


def _today(asked: Asked, provenance: Provenance = "actual") -> date:
    return queries.danish_day(asked.clock.now(provenance))


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> SeatView:
    return command.answer(await queries.seat(command.tx, id, on=_today(command)), location=location)
