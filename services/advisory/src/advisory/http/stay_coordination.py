"""Coordination of involuntary stays abroad over HTTP: for those who advise; to everybody else only counts."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import Field

from advisory.commands import stay_coordination as commands
from advisory.http.enquiry import ADVISERS, COUNTERS
from advisory.queries import stay_coordination as queries
from advisory.queries.stay_coordination import StayCoordinations, StayCoordinationView, StayCounts
from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import Provenance

router = APIRouter(route_class=Edge, prefix="/v1", tags=["coordination of stays abroad"])

PhaseCode = Annotated[Literal["before", "during", "after"], Field(examples=["before"])]


class ReceiveStay(Body):
    """An authority asks the unit to coordinate."""

    origin: Annotated[
        Literal["municipality", "police", "foreign_ministry", "immigration_service", "other"],
        Field(examples=["municipality"]),
    ]
    phase: PhaseCode
    provenance: Annotated[Provenance, Field(examples=["actual"])]


class ReceiveReferral(Body):
    """An enquiry was referred to the unit."""

    referral_id: Annotated[UUID, Field(examples=["5b2f4b7e-0a4f-4f59-8d3e-3a0d7d1f8c11"])]
    phase: PhaseCode


class PassOn(Body):
    """Which authorities are asked to act."""

    authorities: Annotated[
        tuple[Literal["municipality", "police", "foreign_ministry", "immigration_service", "security_consultant"], ...],
        Field(min_length=1, max_length=5, examples=[["police", "foreign_ministry"]]),
    ]


class ConcludeStay(Body):
    """How it stands when the unit is needed no longer."""

    outcome: Annotated[
        Literal["not_travelled", "returned", "still_abroad", "with_other_authority", "unknown"],
        Field(examples=["not_travelled"]),
    ]


@router.post("/stay-coordinations", status_code=201, summary="Receive what an authority asks to coordinate")
async def receive_stay_coordination(
    body: ReceiveStay, command: Annotated[Command, commanding(*ADVISERS, hidden=True)]
) -> StayCoordinationView:
    id = uuid4()
    await commands.receive(command.tx, id, **body.model_dump(), now=command.clock.now)
    return await _shown(command, id, location=f"/v1/stay-coordinations/{id}")


@router.post("/stay-coordinations/from-referral", status_code=201, summary="Receive what an enquiry was referred for")
async def receive_stay_referral(
    body: ReceiveReferral, command: Annotated[Command, commanding(*ADVISERS, hidden=True)]
) -> StayCoordinationView:
    id = uuid4()
    await commands.receive_referral(command.tx, id, **body.model_dump(), now=command.clock.now)
    return await _shown(command, id, location=f"/v1/stay-coordinations/{id}")


@router.get("/stay-coordinations", summary="What the coordination unit has under way")
async def stay_coordinations(
    query: Annotated[Query, reading(*ADVISERS, hidden=True)],
    provenance: Provenance = "actual",
    state: Literal["received", "passed_on", "concluded"] | None = None,
    after: Annotated[int | None, Parameters(ge=0, le=2**53, description="`next` of the page before")] = None,
    limit: Annotated[int, Parameters(ge=1, le=200)] = 50,
) -> StayCoordinations:
    return await queries.flows(query.tx, provenance, state, after=after, limit=limit)


@router.get("/stay-coordinations/counts", summary="How many the unit received, without a small number")
async def stay_counts(query: Annotated[Query, reading(*COUNTERS)], provenance: Provenance = "actual") -> StayCounts:
    return await queries.counts(query.tx, provenance, at=query.clock.now(provenance))


@router.get("/stay-coordinations/{id}", summary="One flow through the coordination unit")
async def stay_coordination(id: UUID, query: Annotated[Query, reading(*ADVISERS, hidden=True)]) -> StayCoordinationView:
    return query.answer(await queries.flow(query.tx, id))


@router.post("/stay-coordinations/{id}/pass-on", summary="Say which authorities were asked to act")
async def pass_on_stay_coordination(
    id: UUID, body: PassOn, change: Annotated[Change, changing(*ADVISERS, hidden=True)]
) -> StayCoordinationView:
    change.shows(partial(queries.flow, change.tx, id))
    await commands.pass_on(change.tx, id, authorities=body.authorities, expect=change.expects)
    return await _shown(change, id)


@router.post("/stay-coordinations/{id}/conclude", summary="Say that the unit is needed no longer")
async def conclude_stay_coordination(
    id: UUID, body: ConcludeStay, change: Annotated[Change, changing(*ADVISERS, hidden=True)]
) -> StayCoordinationView:
    change.shows(partial(queries.flow, change.tx, id))
    await commands.conclude(change.tx, id, outcome=body.outcome, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> StayCoordinationView:
    return command.answer(await queries.flow(command.tx, id), location=location)
