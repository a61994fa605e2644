"""Action plans with their focus areas and initiatives."""

from collections import defaultdict
from typing import Final
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.clock import Now
from chassis.database import Tx
from contracts.values import Provenance
from planning.queries.initiative import InitiativeView, initiatives
from planning.store.plan import ActionPlanMissing

_SHOWN: Final = set(InitiativeView.model_fields)


class FocusAreaView(BaseModel):
    """A heading that groups initiatives (indsatsområde)."""

    id: UUID
    number: int
    title_da: str
    title_en: str | None
    initiatives: tuple[InitiativeView, ...]


class ActionPlanView(BaseModel):
    """The action plan of a year (handlingsplan)."""

    id: UUID
    year: int
    title_da: str
    title_en: str | None
    source_url: str | None
    provenance: Provenance
    revision: int = Field(description="The entity tag of this state")
    closed_periods: tuple[str, ...]
    focus_areas: tuple[FocusAreaView, ...]
    elsewhere: tuple[InitiativeView, ...] = Field(description="Initiatives of which no focus area is stated")


class ActionPlans(BaseModel):
    """All plans, newest year first."""

    items: tuple[ActionPlanView, ...]


async def action_plans(tx: Tx, *, now: Now) -> ActionPlans:
    """All plans with their focus areas and initiatives."""
    return ActionPlans(items=await _plans(tx, None, now=now))


async def action_plan(tx: Tx, id: UUID, *, now: Now) -> ActionPlanView:
    """One plan with its focus areas and initiatives.

    Raises: ActionPlanMissing.
    """
    found = await _plans(tx, id, now=now)
    if not found:
        raise ActionPlanMissing("There is no such action plan.")
    return found[0]


async def _plans(tx: Tx, id: UUID | None, *, now: Now) -> tuple[ActionPlanView, ...]:
    """The plan of that id, or all, newest year first."""
    rows = await tx.fetch(
        """
        select id, year, title_da, title_en, source_url, provenance, revision,
            array (select period from closed_periods where plan_id = action_plans.id order by period) as closed_periods
        from action_plans where $1::uuid is null or id = $1 order by year desc, title_da
        """,
        id,
    )
    ids = [row["id"] for row in rows]
    areas = await tx.fetch(
        "select plan_id, id, number, title_da, title_en from focus_areas where plan_id = any ($1::uuid[])"
        " order by number",
        ids,
    )
    under = defaultdict[tuple[UUID, UUID | None], list[InitiativeView]](list)
    for each in await initiatives(tx, *ids, now=now):
        under[each.plan_id, each.focus_area_id].append(InitiativeView(**each.model_dump(include=_SHOWN)))
    headed = defaultdict[UUID, list[FocusAreaView]](list)
    for area in areas:
        headed[area["plan_id"]].append(FocusAreaView(**area, initiatives=tuple(under[area["plan_id"], area["id"]])))
    return tuple(
        ActionPlanView(**row, focus_areas=tuple(headed[row["id"]]), elsewhere=tuple(under[row["id"], None]))
        for row in rows
    )
