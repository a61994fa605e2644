"""Coordinations of severe cases over HTTP.

Every role may ask for any of them, so that whoever takes no part gets the same answer whether it is there or not.
"""

from datetime import date
from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import Field

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.taxonomy import TopicCode
from contracts.values import Provenance
from cooperation.commands import coordination as commands
from cooperation.http.fields import OWNERS, STAFF, Organisation, own
from cooperation.queries import coordination as queries
from cooperation.queries.coordination import (
    AgeGroup,
    Basis,
    ClosedReason,
    CoordinationCounts,
    Coordinations,
    CoordinationView,
    Purpose,
    RiskLevel,
    StayPhase,
    Tool,
)

router = APIRouter(route_class=Edge, prefix="/v1", tags=["coordinations"])

ANYBODY = (*STAFF, *OWNERS)
Reached = Literal["assessed", "coordinated", "protected", "monitoring", "escalated"]
TakenStep = Literal[
    "concern_received",
    "immediate_danger_check",
    "assessment_24h",
    "screening_s18",
    "security_consultant_offered",
    "child_heard_alone_s137",
    "police_contact_involved",
    "joint_meeting_held",
    "safety_plan_agreed",
    "siblings_considered",
    "protective_measures_decided",
    "foreign_track",
    "parents_or_network_involved",
    "follow_up_exit",
]


class OpenCoordination(Body):
    """A severe case, without a word about whom it concerns."""

    organisation: Annotated[Organisation, Field(description="The caller's own, which takes part from now on")]
    age_group: Annotated[AgeGroup, Field(examples=["minor"])]
    topics: Annotated[tuple[TopicCode, ...], Field(min_length=1, max_length=5, examples=[["re_education_trip"]])]
    acute: Annotated[bool, Field(examples=[False])]
    stay_phase: StayPhase | None = None


class InviteToCoordination(Body):
    """An organisation that may join."""

    organisation: Organisation
    receiving: Annotated[
        bool, Field(description="Somebody moves there: it takes part without anybody else seeing that, and only reads")
    ] = False


class TakeStep(Body):
    """A step of the protocol. Risk assessment and disclosure basis are taken by their records instead."""

    step: Annotated[TakenStep, Field(examples=["concern_received"])]


class JudgeRisk(Body):
    """A professional's judgement of today."""

    level: Annotated[RiskLevel, Field(examples=["high"])]
    tool: Annotated[Tool, Field(examples=["patriark"])]
    valid_until: Annotated[
        date | None, Field(description="At most 7 days for high, 30 for medium, 90 for low; that if not said")
    ] = None


class RecordDisclosureBasis(Body):
    """On what basis the caller's organisation may tell another one something, and for what; never what it told."""

    basis: Annotated[
        Basis,
        Field(description="`none_no_disclosure` when nothing is told, which needs no reason", examples=["consent"]),
    ]
    purpose: Annotated[Purpose, Field(description="Investigation of crime is none", examples=["protection"])]
    to_organisation: Annotated[Organisation, Field(examples=["police:nordjylland"])]


class AdvanceCoordination(Body):
    """The state that is reached."""

    to: Annotated[Reached, Field(examples=["assessed"])]


class CloseCoordination(Body):
    """Why it ends."""

    reason: Annotated[ClosedReason, Field(examples=["protection_in_place"])]


@router.post("/coordinations", status_code=201, summary="Open the coordination of a severe case")
async def open_coordination(
    body: OpenCoordination, command: Annotated[Command, commanding(*OWNERS)]
) -> CoordinationView:
    id = uuid4()
    await commands.open_coordination(
        command.tx,
        id,
        own=own(command.principal),
        organisation=body.organisation,
        age_group=body.age_group,
        topics=body.topics,
        acute=body.acute,
        stay_phase=body.stay_phase,
        now=command.clock.now,
    )
    return await _shown(command, id, location=f"/v1/coordinations/{id}")


@router.get("/coordinations", summary="The coordinations of the caller's organisation, and its invitations")
async def coordinations(
    query: Annotated[Query, reading(*OWNERS)],
    after: Annotated[UUID | None, Parameters(description="`next` of the page before")] = None,
    limit: Annotated[int, Parameters(ge=1, le=200)] = 100,
) -> Coordinations:
    return await queries.coordinations(query.tx, own(query.principal), after=after, limit=limit)


@router.get("/coordinations/counts", summary="How many coordinations were opened, without small numbers")
async def coordination_counts(
    query: Annotated[Query, reading("adviser", "data_steward", "plan_editor")],
    year: Annotated[int, Parameters(ge=2000, le=2100)],
    provenance: Annotated[Provenance, Parameters(description="Actual ones or those of a demonstration")] = "actual",
) -> CoordinationCounts:
    return await queries.coordination_counts(query.tx, year=year, provenance=provenance, at=query.clock.now(provenance))


@router.get("/coordinations/{id}", summary="A coordination in which the caller takes part")
async def coordination(id: UUID, query: Annotated[Query, reading(*ANYBODY)]) -> CoordinationView:
    return query.answer(await queries.coordination(query.tx, id, own=own(query.principal), now=query.clock.now))


@router.post("/coordinations/{id}/invite", summary="Invite an organisation")
async def invite_to_coordination(
    id: UUID, body: InviteToCoordination, change: Annotated[Change, changing(*ANYBODY)]
) -> CoordinationView:
    mine = _mine(change, id)
    await commands.invite_to_coordination(
        change.tx, id, own=mine, expect=change.expects, organisation=body.organisation, receiving=body.receiving
    )
    return await _shown(change, id)


@router.post("/coordinations/{id}/join", summary="Take part, when invited")
async def join_coordination(id: UUID, command: Annotated[Command, commanding(*ANYBODY)]) -> CoordinationView:
    await commands.join_coordination(command.tx, id, own=own(command.principal))
    return await _shown(command, id)


@router.post("/coordinations/{id}/steps", summary="Take a step of the protocol")
async def take_step(id: UUID, body: TakeStep, change: Annotated[Change, changing(*ANYBODY)]) -> CoordinationView:
    mine = _mine(change, id)
    await commands.take_step(change.tx, id, own=mine, expect=change.expects, step=body.step, now=change.clock.now)
    return await _shown(change, id)


@router.post("/coordinations/{id}/risk-judgements", summary="Record a professional's judgement of the risk")
async def judge_risk(id: UUID, body: JudgeRisk, change: Annotated[Change, changing(*ANYBODY)]) -> CoordinationView:
    mine = _mine(change, id)
    await commands.judge_risk(
        change.tx,
        id,
        own=mine,
        expect=change.expects,
        level=body.level,
        tool=body.tool,
        valid_until=body.valid_until,
        now=change.clock.now,
    )
    return await _shown(change, id)


@router.post("/coordinations/{id}/disclosure-bases", summary="Record the basis of a disclosure, never its content")
async def record_disclosure_basis(
    id: UUID, body: RecordDisclosureBasis, change: Annotated[Change, changing(*ANYBODY)]
) -> CoordinationView:
    mine = _mine(change, id)
    await commands.record_disclosure_basis(
        change.tx,
        id,
        own=mine,
        expect=change.expects,
        basis=body.basis,
        purpose=body.purpose,
        to_organisation=body.to_organisation,
        now=change.clock.now,
    )
    return await _shown(change, id)


@router.post("/coordinations/{id}/advance", summary="Reach the next state of the protocol")
async def advance_coordination(
    id: UUID, body: AdvanceCoordination, change: Annotated[Change, changing(*ANYBODY)]
) -> CoordinationView:
    mine = _mine(change, id)
    await commands.advance_coordination(change.tx, id, own=mine, expect=change.expects, to=body.to)
    return await _shown(change, id)


@router.post("/coordinations/{id}/close", summary="End the coordination")
async def close_coordination(
    id: UUID, body: CloseCoordination, change: Annotated[Change, changing(*ANYBODY)]
) -> CoordinationView:
    mine = _mine(change, id)
    await commands.close_coordination(
        change.tx, id, own=mine, expect=change.expects, reason=body.reason, now=change.clock.now
    )
    return await _shown(change, id)


def _mine(change: Change, id: UUID) -> frozenset[str]:
    """The caller's organisations; a conflict shows the coordination as they may see it."""
    mine = own(change.principal)
    change.shows(partial(queries.coordination, change.tx, id, own=mine, now=change.clock.now))
    return mine


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> CoordinationView:
    return command.answer(
        await queries.coordination(command.tx, id, own=own(command.principal), now=command.clock.now), location=location
    )
