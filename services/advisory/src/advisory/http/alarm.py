"""Alarms over HTTP, for those who advise: what rings, and that a human has it."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import BaseModel, ConfigDict, Field

from advisory.commands import alarm as commands
from advisory.http.enquiry import ADVISERS
from advisory.queries import alarm as queries
from advisory.queries.alarm import Alarms, AlarmView, Clocks
from chassis.web.edge import Command, Edge, Query, commanding, reading
from contracts.values import Provenance

router = APIRouter(route_class=Edge, prefix="/v1", tags=["alarms"])


class AlarmPage(BaseModel):
    """Which alarms are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    provenance: Provenance = "actual"
    open: bool | None = None
    after: Annotated[int | None, Field(ge=0, le=2**53, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.get("/alarms", summary="What rings and what has rung")
async def alarms(
    page: Annotated[AlarmPage, Parameters()], query: Annotated[Query, reading(*ADVISERS, hidden=True)]
) -> Alarms:
    return await queries.alarms(query.tx, page.provenance, is_open=page.open, after=page.after, limit=page.limit)


@router.get("/alarms/{id}", summary="An alarm, and who was told of it")
async def alarm(id: UUID, query: Annotated[Query, reading(*ADVISERS, hidden=True)]) -> AlarmView:
    return query.answer(await queries.alarm(query.tx, id))


@router.post("/alarms/{id}/acknowledge", summary="Say that a human has the alarm, whatever it has done meanwhile")
async def acknowledge_alarm(id: UUID, command: Annotated[Command, commanding(*ADVISERS, hidden=True)]) -> AlarmView:
    # Not a change of the state that the caller saw: an alarm climbs by the minute, and nobody may be too slow for it.
    command.shows(partial(queries.alarm, command.tx, id))
    await commands.acknowledge(command.tx, id, now=command.clock.now)
    return command.answer(await queries.alarm(command.tx, id))


@router.get("/enquiries/{id}/clocks", summary="First answer, updates and acknowledgements, each by its own clock")
async def enquiry_clocks(id: UUID, query: Annotated[Query, reading(*ADVISERS, hidden=True)]) -> Clocks:
    return await queries.clocks(query.tx, id)
