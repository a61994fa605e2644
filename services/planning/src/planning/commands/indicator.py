"""Figures are defined, typed, and counted anew."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis import outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.values import Provenance
from planning.commands.reading import keep_reading, new_reading, recompute_reading
from planning.domain import binding
from planning.domain.indicator import Definition, Indicator, define, redefine
from planning.domain.period import Period
from planning.domain.reading import PROVENANCES, read_by_hand, read_in_words
from planning.store import indicator as indicators
from planning.store import plan as plans
from planning.store import reading as readings

HEARD = tuple(binding.HEARD.values())


def new_indicator(id: UUID, said: dict[str, Any], *, at: datetime) -> Indicator:
    """An indicator as it was said, with its first definition."""
    fields: dict[str, Any] = {**said, "id": id, "definition": new_definition(said["definition"], at=at)}
    return Indicator(**fields)


def new_definition(said: dict[str, Any], *, at: datetime) -> Definition:
    """A definition as it was said."""
    return Definition(**said, version=1, defined_at=at)


async def define_indicator(tx: Tx, indicator: Indicator, *, now: Now) -> None:
    """The indicator is defined, and read for the present period from what has been heard before."""
    indicator, defined = define(indicator, at=indicator.definition.defined_at)
    await indicators.hold_counting(tx)
    await indicators.add_indicator(tx, indicator)
    await outbox.publish(tx, defined)
    await _read_now(tx, indicator, now)


async def redefine_indicator(tx: Tx, id: UUID, definition: Definition, *, expect: Expect, now: Now) -> None:
    """The indicator has a new definition and a reading under it; those under the old one stay."""
    await indicators.hold_counting(tx)
    indicator = await indicators.indicator_for_update(tx, id)
    expect(indicator.definition.version)
    indicator, defined = redefine(indicator, definition, at=definition.defined_at)
    await indicators.add_definition(tx, indicator)
    await indicators.save_revision(tx, indicator)
    await outbox.publish(tx, defined)
    await _read_now(tx, indicator, now)


async def record_reading(
    tx: Tx,
    id: UUID,
    *,
    period: Period,
    value: Decimal,
    source_url: str,
    provenance: Provenance,
    at: datetime,
    partner_report_id: UUID | None = None,
    reported_by: str | None = None,
) -> None:
    """A value that somebody has read stands with its source, and with the report that it comes from."""
    await indicators.hold_definitions(tx)
    indicator = await indicators.indicator_for_update(tx, id)
    read_by_hand(indicator, period)
    closed = await plans.closed_periods(tx, indicator.plan_id)
    typed = replace(
        new_reading(indicator, period, provenance, value, as_of=at, source_url=source_url),
        partner_report_id=partner_report_id,
        reported_by=reported_by,
    )
    await keep_reading(tx, indicator, typed, period, closed=period.name in closed)


async def describe_indicator(
    tx: Tx,
    id: UUID,
    *,
    period: Period,
    step_da: str,
    words_da: str,
    source_url: str | None,
    provenance: Provenance,
    at: datetime,
) -> None:
    """What somebody says in words stands as the reading of the period."""
    await indicators.hold_definitions(tx)
    indicator = await indicators.indicator_for_update(tx, id)
    place = read_in_words(indicator, period, step_da)
    closed = await plans.closed_periods(tx, indicator.plan_id)
    said = new_reading(indicator, period, provenance, Decimal(place), as_of=at, source_url=source_url)
    said = replace(said, step_da=step_da, words_da=words_da)
    await keep_reading(tx, indicator, said, period, closed=period.name in closed)


async def recompute_indicators(tx: Tx, moments: Collection[tuple[str, Provenance, datetime]]) -> None:
    """Every figure that counts one of these events is read anew, for each period that one of them changes.

    Shape of `moments`: event type, provenance and time of each event. The time of a reading is that of the newest of
    them, so that a replay at another hour reads the same.
    """
    await indicators.hold_definitions(tx)
    for indicator in await indicators.counting_for_update(tx, sorted({type for type, _, _ in moments})):
        closed = await plans.closed_periods(tx, indicator.plan_id)
        for provenance in PROVENANCES:
            times = [at for type, of, at in moments if of == provenance and type in indicator.definition.event_types]
            for period in await _changed_periods(tx, indicator, provenance, times):
                indicator = await recompute_reading(  # noqa: PLW2901  # its revision goes on
                    tx, indicator, period, provenance, as_of=max(times), closed=period.name in closed
                )


async def _read_now(tx: Tx, indicator: Indicator, now: Now) -> None:
    """A first reading of the present period, so that a figure stands before the next event."""
    if not indicator.definition.is_counted:
        return
    closed = await plans.closed_periods(tx, indicator.plan_id)
    for provenance in PROVENANCES:
        period = Period.containing(now(provenance), indicator.frequency)
        indicator = await recompute_reading(
            tx, indicator, period, provenance, as_of=now(provenance), closed=period.name in closed
        )


async def _changed_periods(
    tx: Tx, indicator: Indicator, provenance: Provenance, times: Collection[datetime]
) -> list[Period]:
    """The periods in which these moments lie; for a state, the later ones that have been read too."""
    names = {Period.containing(at, indicator.frequency).name for at in times}
    if names and indicator.definition.is_stock:
        names |= await readings.read_periods_after(tx, indicator, provenance, min(names))
    return [Period(name) for name in sorted(names)]
