"""Everything the planning service can be asked to do."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from chassis import outbox
from chassis.database import Tx
from contracts.values import Provenance
from planning import domain, store
from planning.domain import ActionPlan, Definition, FocusArea, Indicator, Initiative, Period, Reading

Expect = Callable[[int], None]


def new_action_plan(new_id: Callable[[], UUID], said: dict[str, Any]) -> ActionPlan:
    """A plan as it was said, every part with an id of its own."""
    areas = tuple(
        FocusArea(
            **{
                **area,
                "id": new_id(),
                "initiatives": tuple(Initiative(id=new_id(), **each) for each in area["initiatives"]),
            }
        )
        for area in said["focus_areas"]
    )
    return ActionPlan(**{**said, "id": new_id(), "focus_areas": areas})


def new_indicator(id: UUID, said: dict[str, Any], *, at: datetime) -> Indicator:
    """An indicator as it was said, with its first definition."""
    return Indicator(**{**said, "id": id, "definition": new_definition(said["definition"], at=at)})


def new_definition(said: dict[str, Any], *, at: datetime) -> Definition:
    """A definition as it was said."""
    return Definition(**said, version=1, defined_at=at)


async def record_action_plan(tx: Tx, plan: ActionPlan, *, at: datetime) -> None:
    """The plan stands with its focus areas and initiatives."""
    await store.add_plan(tx, plan)
    await outbox.publish(tx, *domain.record(plan, at=at))


async def define_indicator(tx: Tx, indicator: Indicator, *, at: datetime) -> None:
    """The indicator is defined, and read for the present period from what has been heard before."""
    indicator, defined = domain.define(indicator, at=at)
    await store.add_indicator(tx, indicator)
    await outbox.publish(tx, defined)
    await _read_now(tx, indicator, at)


async def redefine_indicator(tx: Tx, id: UUID, definition: Definition, *, expect: Expect, at: datetime) -> None:
    """The indicator has a new definition and a reading under it; those under the old one stay."""
    indicator = await store.indicator_for_update(tx, id)
    expect(indicator.definition.version)
    indicator, defined = domain.redefine(indicator, definition, at=at)
    await store.add_definition(tx, indicator)
    await store.save_revision(tx, indicator)
    await outbox.publish(tx, defined)
    await _read_now(tx, indicator, at)


async def record_reading(
    tx: Tx, id: UUID, *, period: Period, value: Decimal, source_url: str, provenance: Provenance, at: datetime
) -> None:
    """A value that somebody has read stands with its source."""
    indicator = await store.indicator_for_update(tx, id)
    domain.read_by_hand(indicator, period)
    closed = await store.closed_periods(tx, indicator.plan_id)
    typed = _reading(indicator, period, provenance, value, as_of=at, watermark={}, source_url=source_url)
    await _keep(tx, indicator, typed, period, closed=period.name in closed)


async def recompute_indicators(tx: Tx, moments: Collection[tuple[str, Provenance, datetime]]) -> None:
    """Every figure that counts one of these events is read anew, for each period in which one of them lies.

    Shape of `moments`: event type, provenance and time of each event. The time of a reading is that of the newest of
    them, so that a replay at another hour reads the same.
    """
    for indicator in await store.counting_for_update(tx, sorted({type for type, _, _ in moments})):
        closed = await store.closed_periods(tx, indicator.plan_id)
        mine = [each for each in moments if each[0] in indicator.definition.event_types]
        for provenance in sorted({each[1] for each in mine}):
            times = [at for _, other, at in mine if other == provenance]
            for period in sorted({Period.containing(at, indicator.frequency).name for at in times}):
                indicator = await _recompute(  # noqa: PLW2901  # its revision goes on
                    tx, indicator, Period(period), provenance, as_of=max(times), closed=period in closed
                )


async def close_period(tx: Tx, id: UUID, period: Period, *, expect: Expect, at: datetime) -> None:
    """The period's readings are final."""
    plan = await store.plan_for_update(tx, id)
    expect(plan.revision)
    plan, closed = domain.close(plan, period, at=at)
    await store.close_period(tx, plan, period, at=at)
    await outbox.publish(tx, closed)
    for indicator in await store.of_plan_for_update(tx, id):
        if indicator.frequency == period.frequency:
            for provenance in ("actual", "synthetic"):
                await _make_final(tx, indicator, period, provenance)


async def _make_final(tx: Tx, indicator: Indicator, period: Period, provenance: Provenance) -> None:
    before = await store.newest_reading(tx, indicator, period, provenance)
    if before is None and indicator.definition.method != "manual":
        before = await _counted(tx, indicator, period, provenance, as_of=period.ends_at)
    if before is not None:
        final = replace(before, status="final")
        indicator = replace(indicator, revision=indicator.revision + 1)
        await store.keep_reading(tx, final)
        await store.save_revision(tx, indicator)
        await outbox.publish(tx, domain.told(indicator, final))


async def _read_now(tx: Tx, indicator: Indicator, at: datetime) -> None:
    """A first reading of the present period, so that a figure stands before the next event."""
    if indicator.definition.method != "manual":
        period = Period.containing(at, indicator.frequency)
        for provenance in ("actual", "synthetic"):
            indicator = await _recompute(tx, indicator, period, provenance, as_of=at, closed=False)


async def _recompute(
    tx: Tx, indicator: Indicator, period: Period, provenance: Provenance, *, as_of: datetime, closed: bool
) -> Indicator:
    counted = await _counted(tx, indicator, period, provenance, as_of=as_of)
    return await _keep(tx, indicator, counted, period, closed=closed)


async def _keep(tx: Tx, indicator: Indicator, counted: Reading, period: Period, *, closed: bool) -> Indicator:
    before = await store.newest_reading(tx, indicator, period, counted.provenance)
    indicator, reading, event = domain.recompute(indicator, counted, before, closed=closed)
    if reading is not None:
        await store.keep_reading(tx, reading)
    if event is not None:
        await store.save_revision(tx, indicator)
        await outbox.publish(tx, event)
    return indicator


async def _counted(tx: Tx, indicator: Indicator, period: Period, provenance: Provenance, *, as_of: datetime) -> Reading:
    value = await store.count(tx, indicator.definition, period, provenance)
    return _reading(
        indicator,
        period,
        provenance,
        value,
        as_of=min(as_of, period.ends_at),
        watermark=await store.present_watermark(tx),
    )


def _reading(
    indicator: Indicator,
    period: Period,
    provenance: Provenance,
    value: Decimal,
    *,
    as_of: datetime,
    watermark: dict[str, dict[str, int]],
    source_url: str | None = None,
) -> Reading:
    return Reading(
        id=uuid4(),
        indicator_id=indicator.id,
        definition_version=indicator.definition.version,
        provenance=provenance,
        period=period.name,
        status="preliminary",
        value=value,
        as_of=as_of,
        watermark=watermark,
        source_url=source_url,
    )
