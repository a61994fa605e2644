"""SQL that changes the duty roster and its rules, or reads in order to change."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

import asyncpg

from advisory.domain.duty import DutyFunction, Shift
from advisory.domain.duty_rules import Rule, Rules
from advisory.store import rows
from chassis.database import Tx
from contracts.problems import Conflict, Missing
from contracts.values import Provenance


class DutyFunctionMissing(Missing):
    """There is no such function."""

    title_da = "Vagtfunktionen findes ikke"


class DutyShiftMissing(Missing):
    """There is no such shift."""

    title_da = "Vagten findes ikke"


class DutyFunctionKnown(Conflict):
    """A function of this code is there already."""

    title_da = "Vagtfunktionen findes allerede"


class RuleKnown(Conflict):
    """The figure has been set from this day on already."""

    title_da = "Reglen er allerede sat fra den dag"


async def function_for_update(tx: Tx, id: UUID) -> DutyFunction:
    """The function, locked until the transaction ends.

    Raises: DutyFunctionMissing.
    """
    row = await tx.fetchrow("select * from duty_functions where id = $1 for update", id)
    if row is None:
        raise DutyFunctionMissing("There is no such duty function.")
    return DutyFunction(**rows.values(row))


async def function(tx: Tx, id: UUID) -> DutyFunction:
    """The function.

    Raises: DutyFunctionMissing.
    """
    row = await tx.fetchrow("select * from duty_functions where id = $1", id)
    if row is None:
        raise DutyFunctionMissing("There is no such duty function.")
    return DutyFunction(**rows.values(row))


async def functions(tx: Tx, provenance: Provenance) -> list[DutyFunction]:
    """Every function of that provenance, in the order in which they were registered."""
    found = await tx.fetch("select * from duty_functions where provenance = $1 order by number", provenance)
    return [DutyFunction(**rows.values(row)) for row in found]


async def save_function(tx: Tx, function: DutyFunction) -> None:
    """The function is as given.

    Raises: DutyFunctionKnown.
    """
    try:
        await rows.put(tx, "duty_functions", function)
    except asyncpg.UniqueViolationError as taken:
        if taken.constraint_name != "duty_functions_one_code":
            raise
        raise DutyFunctionKnown("There is a duty function with this code.") from None


async def shift_for_update(tx: Tx, id: UUID) -> Shift:
    """The shift, locked until the transaction ends.

    Raises: DutyShiftMissing.
    """
    row = await tx.fetchrow("select * from duty_shifts where id = $1 for update", id)
    if row is None:
        raise DutyShiftMissing("There is no such duty shift.")
    return Shift(**rows.values(row))


async def shifts(tx: Tx, provenance: Provenance, *, start: datetime, end: datetime) -> list[Shift]:
    """The shifts that cover any of the time between two moments and are not cancelled, by their beginning."""
    found = await tx.fetch(
        "select * from duty_shifts where provenance = $1 and ends_at > $2 and starts_at < $3 and cancelled_at is null"
        " order by starts_at, level, number",
        provenance,
        start,
        end,
    )
    return [Shift(**rows.values(row)) for row in found]


async def on_duty(tx: Tx, provenance: Provenance, *, at: datetime) -> list[tuple[Shift, DutyFunction]]:
    """The shifts that cover the moment, each with its function."""
    covering = await tx.fetch(
        "select * from duty_shifts where provenance = $1 and ends_at > $2 and starts_at <= $2 and cancelled_at is null"
        " order by level, number",
        provenance,
        at,
    )
    known = {
        row["id"]: DutyFunction(**rows.values(row))
        for row in await tx.fetch(
            "select * from duty_functions where id = any ($1::uuid[])", [row["function_id"] for row in covering]
        )
    }
    return [(Shift(**rows.values(row)), known[row["function_id"]]) for row in covering]


async def save_shifts(tx: Tx, shifts: Sequence[Shift]) -> None:
    """The shifts are as given."""
    for each in shifts:
        await rows.put(tx, "duty_shifts", each)


async def next_revision(tx: Tx, roster: UUID, provenance: Provenance) -> int:
    """The roster has one more event, and is locked until the transaction ends."""
    return await tx.fetchval(
        """
        insert into duty_rosters as known (id, provenance, revision) values ($1, $2, 1)
        on conflict (id) do update set revision = known.revision + 1 returning revision
        """,
        roster,
        provenance,
    )


async def rules(tx: Tx, on: date) -> Rules:
    """Every figure as it holds on that day; before the first line, as the first line says."""
    found = await tx.fetch(
        """
        select distinct on (name) name, value from duty_rules
        order by name, valid_from <= $1 desc, case when valid_from <= $1 then $1 - valid_from else valid_from - $1 end
        """,
        on,
    )
    return Rules(**{row["name"]: row["value"] for row in found})


async def add_rule(tx: Tx, rule: Rule) -> None:
    """The figure holds from its day on.

    Raises: RuleKnown.
    """
    try:
        await tx.execute("insert into duty_rules (name, valid_from, value) values ($1, $2, $3)", *asdict(rule).values())
    except asyncpg.UniqueViolationError:
        raise RuleKnown("This figure has been set from this day on already.") from None
