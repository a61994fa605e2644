"""Plans with their focus areas, and the periods that are closed."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import asyncpg

from chassis.database import Tx
from contracts.problems import Conflict, Missing
from planning.domain.initiative import Change
from planning.domain.period import Period
from planning.domain.plan import ActionPlan, FocusArea
from planning.store.initiative import FocusAreaMissing, add_initiative


class ActionPlanMissing(Missing):
    """There is no such plan."""

    title_da = "Handlingsplanen findes ikke"


class ActionPlanAlreadyRecorded(Conflict):
    """A plan of that title stands for that year."""

    title_da = "Handlingsplanen er allerede registreret"


class FocusAreaNumberTaken(Conflict):
    """The plan has a focus area with this number."""

    title_da = "Nummeret er brugt"


async def add_plan(tx: Tx, plan: ActionPlan, *, at: datetime) -> None:
    """The plan stands with its focus areas, initiatives and frame.

    Raises: ActionPlanAlreadyRecorded.
    """
    with _one_title_per_year():
        await tx.execute(
            "insert into action_plans (id, year, title_da, title_en, source_url, provenance, revision)"
            " values ($1, $2, $3, $4, $5, $6, $7)",
            plan.id,
            plan.year,
            plan.title_da,
            plan.title_en,
            plan.source_url,
            plan.provenance,
            plan.revision,
        )
    for area in plan.focus_areas:
        await add_focus_area(tx, plan.id, area)
        for each in area.initiatives:
            await add_initiative(tx, each, of=plan.place_of(area), change=Change(at))
    for place, part in enumerate(plan.frame):
        await tx.execute(
            "insert into plan_frames (plan_id, place, year, until_year, source, amount_mio_dkk)"
            " values ($1, $2, $3, $4, $5, $6)",
            plan.id,
            place,
            part.year,
            part.until_year,
            part.source,
            part.amount_mio_dkk,
        )


async def save_title(tx: Tx, plan: ActionPlan) -> None:
    """The plan is called as given; its row was locked before.

    Raises: ActionPlanAlreadyRecorded.
    """
    with _one_title_per_year():
        await tx.execute(
            "update action_plans set title_da = $2, title_en = $3, revision = $4 where id = $1",
            plan.id,
            plan.title_da,
            plan.title_en,
            plan.revision,
        )


@contextmanager
def _one_title_per_year() -> Generator[None]:
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "action_plans_one_title_per_year":
            raise ActionPlanAlreadyRecorded("A plan of this title is recorded for this year.") from None
        raise


async def add_focus_area(tx: Tx, plan_id: UUID, area: FocusArea) -> None:
    """The plan has the focus area; its initiatives are added by themselves.

    Raises: FocusAreaNumberTaken.
    """
    try:
        await tx.execute(
            "insert into focus_areas (id, plan_id, number, title_da, title_en) values ($1, $2, $3, $4, $5)",
            area.id,
            plan_id,
            area.number,
            area.title_da,
            area.title_en,
        )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "focus_areas_numbered_once":
            raise FocusAreaNumberTaken(f"The plan has a focus area {area.number}.") from None
        raise


async def focus_area(tx: Tx, plan_id: UUID, number: int) -> FocusArea:
    """The plan's focus area of that number as it is; its initiatives are not read.

    Raises: FocusAreaMissing.
    """
    row = await tx.fetchrow(
        "select id, number, title_da, title_en from focus_areas where plan_id = $1 and number = $2", plan_id, number
    )
    if row is None:
        raise FocusAreaMissing("The plan has no such focus area.", pointer="/number")
    return FocusArea(**row)


async def save_focus_area(tx: Tx, area: FocusArea) -> None:
    """The focus area is called as given; its plan's row was locked before."""
    await tx.execute(
        "update focus_areas set title_da = $2, title_en = $3 where id = $1", area.id, area.title_da, area.title_en
    )


async def plan(tx: Tx, id: UUID) -> ActionPlan:
    """The plan as it is; its focus areas and its frame are not read.

    Raises: ActionPlanMissing.
    """
    return await _plan(tx, id)


async def plan_for_update(tx: Tx, id: UUID) -> ActionPlan:
    """The same, locked until the transaction ends.

    Raises: ActionPlanMissing.
    """
    return await _plan(tx, id, " for update")


async def _plan(tx: Tx, id: UUID, lock: str = "") -> ActionPlan:
    columns = "id, year, title_da, title_en, source_url, provenance, revision"
    row = await tx.fetchrow(f"select {columns} from action_plans where id = $1{lock}", id)  # noqa: S608
    if row is None:
        raise ActionPlanMissing("There is no such action plan.")
    return ActionPlan(**row, closed=await closed_periods(tx, id))


async def closed_periods(tx: Tx, plan_id: UUID) -> frozenset[str]:
    """The names of the plan's closed periods."""
    rows = await tx.fetch("select period from closed_periods where plan_id = $1", plan_id)
    return frozenset(row["period"] for row in rows)


async def count_change(tx: Tx, id: UUID, *, revision: int) -> None:
    """The plan has changed so often; its row was locked before."""
    await tx.execute("update action_plans set revision = $2 where id = $1", id, revision)


async def close_period(tx: Tx, plan: ActionPlan, period: Period, *, at: datetime) -> None:
    """The period is closed; the plan's row was locked before."""
    await count_change(tx, plan.id, revision=plan.revision)
    await tx.execute(
        "insert into closed_periods (plan_id, period, closed_at) values ($1, $2, $3)", plan.id, period.name, at
    )
