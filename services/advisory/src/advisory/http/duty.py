"""The duty roster over HTTP: functions and their channels, shifts, what is missing ahead, and the desk's figures."""

from datetime import date, time
from functools import partial
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import Field

from advisory.commands import duty as commands
from advisory.queries import duty as queries
from advisory.queries.duty import DutyFunctions, DutyFunctionView, DutyOutlook, DutyRules, DutyShifts, DutyShiftView
from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import NEUTRAL, Provenance

router = APIRouter(route_class=Edge, prefix="/v1", tags=["duty roster"])

READERS = ("adviser", "duty_coordinator", "operator")
Mailbox = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]([a-z0-9._+-]{0,62}[a-z0-9])?@([a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?\.){1,4}[a-z]{2,24}$",
        max_length=200,
        description="Of the function, never a person's own",
        examples=["vagt@maerk.example"],
    ),
]
WallTime = Annotated[
    str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="What Danish clocks show", examples=["15:00"])
]
DutyDay = Annotated[date, Field(ge=date(2026, 1, 1), le=date(2100, 12, 31))]


class RegisterFunction(Body):
    """A function that can be on duty."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["duty_desk"]), NEUTRAL]
    mailbox: Mailbox
    provenance: Annotated[Provenance, Field(examples=["synthetic"])]


class MoveFunction(Body):
    """Where the function is reached from now on."""

    mailbox: Mailbox


class ConfirmChannel(Body):
    """What somebody has read in the function's mailbox."""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$", examples=["120934"])]


class AddShifts(Body):
    """A function is on duty on some days, between the same times of the clock."""

    function_id: Annotated[UUID, Field(examples=["5b2f4b7e-0a4f-4f59-8d3e-3a0d7d1f8c11"])]
    level: Annotated[int, Field(ge=1, le=5, description="1 is told first", examples=[1])]
    days: Annotated[
        tuple[DutyDay, ...],
        Field(min_length=1, max_length=62, description="On which it begins", examples=[["2026-12-24"]]),
    ]
    begins: WallTime
    ends: Annotated[WallTime, Field(description="The next day, unless it is later than it begins")]


class SetRule(Body):
    """One figure, from one day on."""

    name: Annotated[queries.Figures, Field(examples=["alarm_wait_minutes"])]
    valid_from: Annotated[DutyDay, Field(examples=["2027-02-01"])]
    value: Annotated[int, Field(ge=1, le=10_000, examples=[10])]


@router.post("/duty-functions", status_code=201, summary="Register a function that can be on duty")
async def register_duty_function(
    body: RegisterFunction, command: Annotated[Command, commanding("duty_coordinator")]
) -> DutyFunctionView:
    id = uuid4()
    await commands.register_function(command.tx, id, **body.model_dump(), now=command.clock.now)
    return await _function(command, id, location=f"/v1/duty-functions/{id}")


@router.get("/duty-functions", summary="Functions, and whether they can be reached")
async def duty_functions(
    query: Annotated[Query, reading(*READERS)], provenance: Provenance = "actual"
) -> DutyFunctions:
    return await queries.functions(query.tx, provenance, at=query.clock.now(provenance))


@router.get("/duty-functions/{id}", summary="A function, and whether it can be reached")
async def duty_function(id: UUID, query: Annotated[Query, reading(*READERS)]) -> DutyFunctionView:
    return query.answer(await queries.function(query.tx, id, now=query.clock.now))


@router.post("/duty-functions/{id}/move", summary="Give a function another mailbox")
async def move_duty_function(
    id: UUID, body: MoveFunction, change: Annotated[Change, changing("duty_coordinator")]
) -> DutyFunctionView:
    change.shows(partial(queries.function, change.tx, id, now=change.clock.now))
    await commands.move_function(change.tx, id, mailbox=body.mailbox, expect=change.expects, now=change.clock.now)
    return await _function(change, id)


@router.post("/duty-functions/{id}/try-channel", summary="Send a function a code that proves its channel")
async def try_duty_channel(id: UUID, change: Annotated[Change, changing("duty_coordinator")]) -> DutyFunctionView:
    change.shows(partial(queries.function, change.tx, id, now=change.clock.now))
    await commands.try_channel(change.tx, id, expect=change.expects, now=change.clock.now)
    return await _function(change, id)


@router.post("/duty-functions/{id}/confirm-channel", summary="Say which code has reached a function")
async def confirm_duty_channel(
    id: UUID, body: ConfirmChannel, change: Annotated[Change, changing("adviser", "duty_coordinator")]
) -> DutyFunctionView:
    change.shows(partial(queries.function, change.tx, id, now=change.clock.now))
    await commands.confirm_channel(change.tx, id, challenge=body.code, expect=change.expects, now=change.clock.now)
    return await _function(change, id)


@router.post("/duty-shifts", status_code=201, summary="Put a function on duty")
async def add_duty_shifts(body: AddShifts, command: Annotated[Command, commanding("duty_coordinator")]) -> DutyShifts:
    begins, ends = time.fromisoformat(body.begins), time.fromisoformat(body.ends)
    ids = await commands.add_shifts(
        command.tx,
        body.function_id,
        level=body.level,
        days=body.days,
        begins=begins,
        ends=ends,
        now=command.clock.now,
    )
    return DutyShifts(items=tuple([await queries.shift(command.tx, each) for each in ids]))


@router.get("/duty-shifts", summary="Who is on duty in the days ahead")
async def duty_shifts(
    query: Annotated[Query, reading(*READERS)],
    provenance: Provenance = "actual",
    days: Annotated[int, Parameters(ge=1, le=366)] = 31,
) -> DutyShifts:
    return await queries.shifts(query.tx, provenance, start=query.clock.now(provenance), days=days)


@router.get("/duty-shifts/{id}", summary="A shift")
async def duty_shift(id: UUID, query: Annotated[Query, reading(*READERS)]) -> DutyShiftView:
    return query.answer(await queries.shift(query.tx, id))


@router.post("/duty-shifts/{id}/cancel", summary="Take a function off duty")
async def cancel_duty_shift(id: UUID, change: Annotated[Change, changing("duty_coordinator")]) -> DutyShiftView:
    change.shows(partial(queries.shift, change.tx, id))
    await commands.cancel_shift(change.tx, id, expect=change.expects, now=change.clock.now)
    return change.answer(await queries.shift(change.tx, id))


@router.get("/duty-roster", summary="What is missing in the roster ahead")
async def duty_roster(query: Annotated[Query, reading(*READERS)], provenance: Provenance = "actual") -> DutyOutlook:
    return await queries.outlook(query.tx, provenance, at=query.clock.now(provenance))


@router.get("/duty-rules", summary="The duty desk's figures, with the days from which they hold")
async def duty_rules(query: Annotated[Query, reading(*READERS)]) -> DutyRules:
    return await queries.rules(query.tx)


@router.post("/duty-rules", status_code=201, summary="Set a figure of the duty desk from a day on")
async def set_duty_rule(body: SetRule, command: Annotated[Command, commanding("duty_coordinator")]) -> DutyRules:
    await commands.set_rule(command.tx, queries.Figure(**body.model_dump()), now=command.clock.now)
    return await queries.rules(command.tx)


async def _function(command: Command, id: UUID, *, location: str | None = None) -> DutyFunctionView:
    return command.answer(await queries.function(command.tx, id, now=command.clock.now), location=location)
