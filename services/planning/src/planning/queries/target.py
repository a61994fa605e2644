"""What figures are to be in each period, and whether they are."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from planning.domain.period import Period
from planning.domain.target import Bound, Target
from planning.queries.indicator import found_indicator, reading_view
from planning.store.course import provenance_of
from planning.store.reading import newest_reading
from planning.store.target import targets_of


class TargetView(BaseModel):
    """What a figure is to be in a period."""

    period: str
    bound: Bound
    target: Decimal
    value: Decimal | None = Field(description="The figure of the plan's own provenance; None where there is none yet")
    reached: bool | None
    source_url: str | None
    set_at: datetime


class Targets(BaseModel):
    """The targets of an indicator that stand, by period."""

    items: tuple[TargetView, ...]


async def targets(tx: Tx, id: UUID) -> Targets:
    """What the figure is to be, and whether it is.

    Raises: IndicatorMissing.
    """
    indicator = await found_indicator(tx, id)
    provenance = await provenance_of(tx, id)
    found: list[TargetView] = []
    for each in standing(await targets_of(tx, [id])):
        reading = await newest_reading(tx, indicator, Period(each.period), provenance)
        found.append(target_view(each, None if reading is None else reading_view(reading, operator=False).value))
    return Targets(items=tuple(found))


def standing(found: Iterable[Target]) -> list[Target]:
    """Those that were not taken back."""
    return [each for each in found if each.value is not None]


def target_view(target: Target, value: Decimal | None) -> TargetView:
    """The target beside the figure as the caller may see it."""
    assert target.value is not None, "one that was taken back is not shown"
    return TargetView(
        period=target.period,
        bound=target.bound,
        target=target.value,
        value=value,
        reached=None if value is None else target.is_reached(value),
        source_url=target.source_url,
        set_at=target.set_at,
    )
