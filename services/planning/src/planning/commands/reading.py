"""What a figure is now becomes a reading, and is told when it has changed."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from chassis import outbox
from chassis.database import Tx
from contracts.values import Provenance
from planning.commands.course import look_at_reading
from planning.domain.indicator import Indicator
from planning.domain.period import Period
from planning.domain.reading import Reading, recompute, told
from planning.store import indicator as indicators
from planning.store import reading as readings


async def recompute_reading(
    tx: Tx, indicator: Indicator, period: Period, provenance: Provenance, *, as_of: datetime, closed: bool
) -> Indicator:
    counted = await _counted(tx, indicator, period, provenance, as_of=as_of)
    if indicator.definition.needs_events and not counted.event_count:
        return indicator
    return await keep_reading(tx, indicator, counted, period, closed=closed)


async def keep_reading(tx: Tx, indicator: Indicator, counted: Reading, period: Period, *, closed: bool) -> Indicator:
    before = await readings.newest_reading(tx, indicator, period, counted.provenance)
    indicator, reading, event = recompute(indicator, counted, before, closed=closed)
    if reading is not None:
        await readings.keep_reading(tx, reading)
    if event is not None:
        await indicators.save_revision(tx, indicator)
        await outbox.publish(tx, event)
    return await look_at_reading(tx, indicator, reading) if reading is not None else indicator


async def make_final(tx: Tx, indicator: Indicator, period: Period, provenance: Provenance) -> Indicator:
    before = await readings.newest_reading(tx, indicator, period, provenance)
    if before is None and indicator.definition.is_counted:
        before = await _counted(tx, indicator, period, provenance, as_of=period.ends_at)
        if indicator.definition.needs_events and not before.event_count:
            return indicator
    if before is not None:
        final = replace(before, status="final")
        indicator = replace(indicator, revision=indicator.revision + 1)
        await readings.keep_reading(tx, final)
        await indicators.save_revision(tx, indicator)
        await outbox.publish(tx, told(indicator, final))
    return indicator


async def _counted(tx: Tx, indicator: Indicator, period: Period, provenance: Provenance, *, as_of: datetime) -> Reading:
    counted = await readings.count(tx, indicator.definition, period, provenance)
    return replace(
        new_reading(indicator, period, provenance, counted.value, as_of=min(as_of, period.ends_at)),
        watermark=await readings.present_watermark(tx),
        set_aside=await readings.set_aside(tx),
        event_count=counted.event_count,
        case_count=counted.case_count,
        counted_hash=counted.counted_hash,
    )


def new_reading(
    indicator: Indicator,
    period: Period,
    provenance: Provenance,
    value: Decimal | None,
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
