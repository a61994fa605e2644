"""Action plans with their focus areas and initiatives."""

from uuid import UUID

from pydantic import BaseModel, Field

from chassis.clock import Now
from chassis.database import Tx
from contracts.values import Provenance
from planning.queries.initiative import InitiativeView, WholeInitiativeView, initiatives
from planning.store.plan import ActionPlanMissing, closed_periods


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
    rows = await tx.fetch("select id from action_plans order by year desc, title_da")
    return ActionPlans(items=tuple([await action_plan(tx, row["id"], now=now) for row in rows]))


async def action_plan(tx: Tx, id: UUID, *, now: Now) -> ActionPlanView:
    """One plan with its focus areas and initiatives.

    Raises: ActionPlanMissing.
    """
    row = await tx.fetchrow(
        "select id, year, title_da, title_en, source_url, provenance, revision from action_plans where id = $1", id
    )
    if row is None:
        raise ActionPlanMissing("There is no such action plan.")
    areas = await tx.fetch(
        "select id, number, title_da, title_en from focus_areas where plan_id = $1 order by number", id
    )
    whole = await initiatives(tx, id, now=now)
    return ActionPlanView(
        **row,
        closed_periods=tuple(sorted(await closed_periods(tx, id))),
        focus_areas=tuple(FocusAreaView(**area, initiatives=_of(area["id"], whole)) for area in areas),
        elsewhere=_of(None, whole),
    )


def _of(area: UUID | None, whole: tuple[WholeInitiativeView, ...]) -> tuple[InitiativeView, ...]:
    names = set(InitiativeView.model_fields)
    return tuple(InitiativeView(**each.model_dump(include=names)) for each in whole if each.focus_area_id == area)
