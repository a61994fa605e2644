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
Now = Callable[[Provenance], datetime]
HEARD = tuple(domain.HEARD.values())


def new_action_plan(new_id: Callable[[], UUID], said: dict[str, Any]) -> ActionPlan:
    """A plan as it was said, every part with an id of its own."""
    areas = [
        area | {"id": new_id(), "initiatives": tuple(Initiative(id=new_id(), **each) for each in area["initiatives"])}
        for area in said["focus_areas"]
    ]
    fields: dict[str, Any] = {**said, "id": new_id(), "focus_areas": tuple(FocusArea(**area) for area in areas)}
    return ActionPlan(**fields)


def new_indicator(id: UUID, said: dict[str, Any], *, at: datetime) -> Indicator:
    """An indicator as it was said, with its first definition."""
    fields: dict[str, Any] = {**said, "id": id, "definition": new_definition(said["definition"], at=at)}
    return Indicator(**fields)


def new_definition(said: dict[str, Any], *, at: datetime) -> Definition:
    """A definition as it was said."""
    return Definition(**said, version=1, defined_at=at)


async def record_action_plan(tx: Tx, plan: ActionPlan, *, at: datetime) -> None:
    """The plan stands with its focus areas and initiatives."""
    recorded = domain.record(plan, at=at)
    await store.add_plan(tx, plan)
    await outbox.publish(tx, *recorded)


async def define_indicator(tx: Tx, indicator: Indicator, *, now: Now) -> None:
    """The indicator is defined, and read for the present period from what has been heard before."""
    indicator, defined = domain.define(indicator, at=indicator.definition.defined_at)
    await store.hold_counting(tx)
    await store.add_indicator(tx, indicator)
    await outbox.publish(tx, defined)
    await _read_now(tx, indicator, now)


async def redefine_indicator(tx: Tx, id: UUID, definition: Definition, *, expect: Expect, now: Now) -> None:
    """The indicator has a new definition and a reading under it; those under the old one stay."""
    await store.hold_counting(tx)
    indicator = await store.indicator_for_update(tx, id)
    expect(indicator.definition.version)
    indicator, defined = domain.redefine(indicator, definition, at=definition.defined_at)
    await store.add_definition(tx, indicator)
    await store.save_revision(tx, indicator)
    await outbox.publish(tx, defined)
    await _read_now(tx, indicator, now)


async def record_reading(
    tx: Tx, id: UUID, *, period: Period, value: Decimal, source_url: str, provenance: Provenance, at: datetime
) -> None:
    """A value that somebody has read stands with its source."""
    await store.hold_definitions(tx)
    indicator = await store.indicator_for_update(tx, id)
    domain.read_by_hand(indicator, period)
    closed = await store.closed_periods(tx, indicator.plan_id)
    typed = _reading(indicator, period, provenance, value, as_of=at, source_url=source_url)
    await _keep(tx, indicator, typed, period, closed=period.name in closed)


async def recompute_indicators(tx: Tx, moments: Collection[tuple[str, Provenance, datetime]]) -> None:
    """Every figure that counts one of these events is read anew, for each period that one of them changes.

    Shape of `moments`: event type, provenance and time of each event. The time of a reading is that of the newest of
    them, so that a replay at another hour reads the same.
    """
    await store.hold_definitions(tx)
    for indicator in await store.counting_for_update(tx, sorted({type for type, _, _ in moments})):
        closed = await store.closed_periods(tx, indicator.plan_id)
        for provenance in domain.PROVENANCES:
            times = [at for type, of, at in moments if of == provenance and type in indicator.definition.event_types]
            for period in await _changed_periods(tx, indicator, provenance, times):
                indicator = await _recompute(  # noqa: PLW2901  # its revision goes on
                    tx, indicator, period, provenance, as_of=max(times), closed=period.name in closed
                )


async def close_period(tx: Tx, id: UUID, period: Period, *, expect: Expect, now: Now) -> None:
    """The period's readings are final."""
    await store.hold_definitions(tx)
    plan = await store.plan_for_update(tx, id)
    expect(plan.revision)
    at = now("actual")  # actual readings become final too, and no shifted clock may do that
    plan, closed = domain.close(plan, period, at=at)
    await store.close_period(tx, plan, period, at=at)
    await outbox.publish(tx, closed)
    for indicator in await store.of_plan_for_update(tx, id):
        if indicator.frequency == period.frequency:
            for provenance in domain.PROVENANCES:
                indicator = await _make_final(tx, indicator, period, provenance)  # noqa: PLW2901  # its revision goes on


async def _make_final(tx: Tx, indicator: Indicator, period: Period, provenance: Provenance) -> Indicator:
    before = await store.newest_reading(tx, indicator, period, provenance)
    if before is None and indicator.definition.method != "manual":
        before = await _counted(tx, indicator, period, provenance, as_of=period.ends_at)
    if before is not None:
        final = replace(before, status="final")
        indicator = replace(indicator, revision=indicator.revision + 1)
        await store.keep_reading(tx, final)
        await store.save_revision(tx, indicator)
        await outbox.publish(tx, domain.told(indicator, final))
    return indicator


async def _read_now(tx: Tx, indicator: Indicator, now: Now) -> None:
    """A first reading of the present period, so that a figure stands before the next event."""
    if indicator.definition.method == "manual":
        return
    closed = await store.closed_periods(tx, indicator.plan_id)
    for provenance in domain.PROVENANCES:
        period = Period.containing(now(provenance), indicator.frequency)
        indicator = await _recompute(
            tx, indicator, period, provenance, as_of=now(provenance), closed=period.name in closed
        )


async def _changed_periods(
    tx: Tx, indicator: Indicator, provenance: Provenance, times: Collection[datetime]
) -> list[Period]:
    """The periods in which these moments lie; for a state, the later ones that have been read too."""
    names = {Period.containing(at, indicator.frequency).name for at in times}
    if names and indicator.definition.is_stock:
        names |= await store.read_periods_after(tx, indicator, provenance, min(names))
    return [Period(name) for name in sorted(names)]


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
    counted = _reading(indicator, period, provenance, value, as_of=min(as_of, period.ends_at))
    return replace(counted, watermark=await store.present_watermark(tx), set_aside=await store.set_aside(tx))


def _reading(
    indicator: Indicator,
    period: Period,
    provenance: Provenance,
    value: Decimal,
    *,
    as_of: datetime,
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
        watermark={},
        source_url=source_url,
    )
