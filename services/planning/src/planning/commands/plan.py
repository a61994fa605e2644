"""A year's plan is recorded, renamed and given further focus areas, and its periods are closed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis import outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from planning.commands.initiative import check_responsible, new_initiative
from planning.commands.reading import make_final
from planning.domain.funding import FramePart
from planning.domain.initiative import Belonging
from planning.domain.period import Period
from planning.domain.plan import ActionPlan, FocusArea, close, record, rename
from planning.domain.reading import PROVENANCES
from planning.domain.title import retitled
from planning.store import indicator as indicators
from planning.store import plan as plans


def new_action_plan(new_id: Callable[[], UUID], said: dict[str, Any]) -> ActionPlan:
    """A plan as it was said, every part with an id of its own."""
    areas = [
        area | {"id": new_id(), "initiatives": tuple(new_initiative(new_id(), each) for each in area["initiatives"])}
        for area in said["focus_areas"]
    ]
    fields: dict[str, Any] = {**said, "id": new_id(), "focus_areas": tuple(FocusArea(**area) for area in areas)}
    fields["frame"] = tuple(FramePart(**part) for part in said["frame"])
    return ActionPlan(**fields)


async def record_action_plan(tx: Tx, plan: ActionPlan, *, at: datetime) -> None:
    """The plan stands with its focus areas and initiatives."""
    recorded = record(plan, at=at)
    named = [
        (f"/focus_areas/{area_at}/initiatives/{place}", each)
        for area_at, area in enumerate(plan.focus_areas)
        for place, each in enumerate(area.initiatives)
    ]
    await check_responsible(tx, named, of=Belonging(plan.id, plan.provenance, plan.year), at=at)
    await plans.add_plan(tx, plan, at=at)
    await outbox.publish(tx, *recorded)


async def rename_action_plan(tx: Tx, id: UUID, *, title_da: str, title_en: str | None, expect: Expect) -> None:
    """The plan is called so."""
    plan = await plans.plan_for_update(tx, id)
    expect(plan.revision)
    await plans.save_title(tx, rename(plan, title_da=title_da, title_en=title_en))


async def add_focus_area(tx: Tx, plan_id: UUID, area: FocusArea) -> None:
    """The plan has another focus area. How many it had when it was recorded was told, and nobody acts on more."""
    plan = await plans.plan_for_update(tx, plan_id)
    await plans.add_focus_area(tx, plan_id, area)
    await plans.count_change(tx, plan_id, revision=plan.revision + 1)


async def rename_focus_area(
    tx: Tx, plan_id: UUID, *, number: int, title_da: str, title_en: str | None, expect: Expect
) -> None:
    """The plan's focus area of that number is called so."""
    plan = await plans.plan_for_update(tx, plan_id)
    expect(plan.revision)
    area = retitled(await plans.focus_area(tx, plan_id, number), title_da=title_da, title_en=title_en)
    await plans.save_focus_area(tx, area)
    await plans.count_change(tx, plan_id, revision=plan.revision + 1)


async def close_period(tx: Tx, id: UUID, period: Period, *, expect: Expect, now: Now) -> None:
    """The period's readings are final."""
    await indicators.hold_definitions(tx)
    plan = await plans.plan_for_update(tx, id)
    expect(plan.revision)
    at = now("actual")  # actual readings become final too, and no shifted clock may do that
    plan, closed = close(plan, period, at=at)
    await plans.close_period(tx, plan, period, at=at)
    await outbox.publish(tx, closed)
    for indicator in await indicators.of_plan_for_update(tx, id):
        if indicator.frequency == period.frequency:
            for provenance in PROVENANCES:
                indicator = await make_final(tx, indicator, period, provenance)  # noqa: PLW2901  # its revision goes on
