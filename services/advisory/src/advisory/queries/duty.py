"""What may be asked of the duty roster: functions, shifts, what is missing ahead, and the figures of the duty desk."""

from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import duty as domain
from advisory.domain.days import danish_day
from advisory.domain.duty_rules import Rule, RuleName
from advisory.store import duty as store
from chassis.clock import Now
from chassis.database import Tx
from contracts.values import Provenance

Figure = Rule
Figures = RuleName


class DutyFunctionView(BaseModel):
    """A function that can be on duty, never a person."""

    id: UUID
    revision: int = Field(validation_alias="version", description="The entity tag of this state")
    provenance: Provenance
    code: str
    mailbox: str
    works: bool = Field(description="Somebody confirmed the channel lately, and no mail was refused since")
    challenged_at: datetime | None = Field(description="When a code was last sent to it")
    confirmed_at: datetime | None
    broken_at: datetime | None = Field(description="Since when mail is refused")


class DutyFunctions(BaseModel):
    """All of them, in the order in which they were registered."""

    items: tuple[DutyFunctionView, ...]


class DutyShiftView(BaseModel):
    """A function is on duty from one moment until another."""

    id: UUID
    revision: int = Field(validation_alias="version", description="The entity tag of this state")
    provenance: Provenance
    function_id: UUID
    level: Annotated[int, Field(description="1 is told first")]
    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None


class DutyShifts(BaseModel):
    """Shifts by their beginning."""

    items: tuple[DutyShiftView, ...]


class GapView(BaseModel):
    """Nobody is on duty."""

    starts_at: datetime
    ends_at: datetime


class DutyOutlook(BaseModel):
    """What is missing in the days ahead."""

    until: datetime
    gaps: tuple[GapView, ...] = Field(description="Nobody at all is on duty")
    first_level_gaps: tuple[GapView, ...] = Field(
        description="Nobody is on duty who is told first; others are told at once"
    )
    uncovered_hours: int
    unproven: tuple[UUID, ...] = Field(description="Functions on duty whose channel is not known to work until then")


class DutyRule(BaseModel):
    """One figure from one day on."""

    name: RuleName
    valid_from: date
    value: int


class DutyRules(BaseModel):
    """Every figure with every day from which it holds or held, the newest first."""

    items: tuple[DutyRule, ...]


async def function(tx: Tx, id: UUID, *, now: Now) -> DutyFunctionView:
    """One function.

    Raises: DutyFunctionMissing.
    """
    found = await store.function(tx, id)
    return await _view(tx, found, now(found.provenance))


async def functions(tx: Tx, provenance: Provenance, *, at: datetime) -> DutyFunctions:
    """Every function of that provenance."""
    return DutyFunctions(items=tuple([await _view(tx, each, at) for each in await store.functions(tx, provenance)]))


async def shift(tx: Tx, id: UUID) -> DutyShiftView:
    """One shift.

    Raises: DutyShiftMissing.
    """
    row = await tx.fetchrow("select * from duty_shifts where id = $1", id)
    if row is None:
        raise store.DutyShiftMissing("There is no such duty shift.")
    return DutyShiftView(**row)


async def shifts(tx: Tx, provenance: Provenance, *, start: datetime, days: int) -> DutyShifts:
    """The shifts that cover any of the days after a moment and are not cancelled."""
    found = await store.shifts(tx, provenance, start=start, end=start + timedelta(days=days))
    return DutyShifts(items=tuple(DutyShiftView.model_validate(each, from_attributes=True) for each in found))


async def outlook(tx: Tx, provenance: Provenance, *, at: datetime) -> DutyOutlook:
    """What is missing in the days ahead."""
    rules = await store.rules(tx, danish_day(at))
    until = at + timedelta(days=rules.roster_look_ahead_days)
    ahead = await store.shifts(tx, provenance, start=at, end=until)
    found = domain.outlook(await store.functions(tx, provenance), ahead, rules=rules, at=at)
    first = domain.gaps([each for each in ahead if each.level == 1], start=at, end=until)
    return DutyOutlook(
        until=until,
        gaps=tuple(GapView.model_validate(each, from_attributes=True) for each in found.gaps),
        first_level_gaps=tuple(GapView.model_validate(each, from_attributes=True) for each in first),
        uncovered_hours=found.uncovered_hours,
        unproven=found.unproven,
    )


async def rules(tx: Tx) -> DutyRules:
    """Every figure of the duty desk."""
    found = await tx.fetch("select name, valid_from, value from duty_rules order by name, valid_from desc")
    return DutyRules(items=tuple(DutyRule(**row) for row in found))


async def _view(tx: Tx, function: domain.DutyFunction, at: datetime) -> DutyFunctionView:
    works = function.works(at, await store.rules(tx, danish_day(at)))
    return DutyFunctionView.model_validate({**vars(function), "works": works})
