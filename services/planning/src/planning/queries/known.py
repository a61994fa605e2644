"""A figure as it was known on a day: under the definition of that day, from the events that had been heard by then."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.problems import Missing
from contracts.values import Provenance
from planning.domain.course import day_da
from planning.domain.indicator import Definition, Indicator
from planning.domain.period import Period, danish_day, midnight
from planning.domain.reading import Reading
from planning.queries.indicator import DefinitionView, ReadingView, definition_view, found_indicator, reading_view
from planning.store import known
from planning.store.indicator import DEFINITION, definition_of
from planning.store.reading import READING, count


class NotKnownThen(Missing):
    """Planning cannot say what was known on that day."""

    title_da = "Det vides ikke, hvad der var kendt den dag"


class KnownView(BaseModel):
    """A figure as it was known at the end of a day in Denmark, and as it is known now under the same definition."""

    known_on: date
    definition: DefinitionView = Field(description="The one that was in force")
    then: ReadingView
    now: Decimal | None = Field(description="None where fewer than five single cases are behind it")
    text_da: str


async def known_on(
    tx: Tx, id: UUID, day: date, *, period: str | None, provenance: Provenance, now: datetime, operator: bool
) -> KnownView:
    """The figure as it was known at the end of that day, by default for the period in which the day lies.

    Raises: IndicatorMissing, NotKnownThen.
    """
    indicator = await found_indicator(tx, id)
    end = midnight(day + timedelta(days=1))
    if day > danish_day(now):
        raise NotKnownThen("That day has not come yet.")
    definition = await _definition_on(tx, id, end)
    of = Period(period) if period else Period.containing(midnight(day), indicator.frequency)
    if not definition.is_counted:
        reading = await _typed(tx, replace(indicator, definition=definition), of, provenance, end)
        today = reading
    else:
        reading = await _counted(tx, id, definition, of, provenance=provenance, day=day)
        again = await count(tx, definition, of, provenance)
        today = replace(reading, value=again.value, case_count=again.case_count)
    shown, value = reading_view(reading, operator=operator), reading_view(today, operator=operator).value
    return KnownView(
        known_on=day,
        definition=definition_view(definition),
        then=shown,
        now=value,
        text_da=f"Tallet, som det var kendt ved udgangen af den {day_da(day)}, efter den definition, der gjaldt da.",
    )


async def _definition_on(tx: Tx, id: UUID, end: datetime) -> Definition:
    row = await tx.fetchrow(
        f"select {DEFINITION} from indicator_definitions where indicator_id = $1 and defined_at < $2"  # noqa: S608
        " order by version desc limit 1",
        id,
        end,
    )
    if row is None:
        raise NotKnownThen("The indicator was not defined yet on that day.")
    return definition_of(dict(row))


async def _counted(
    tx: Tx, indicator_id: UUID, definition: Definition, period: Period, *, provenance: Provenance, day: date
) -> Reading:
    watermark: Mapping[str, Mapping[str, int]] = await known.watermark_on(tx, day)
    if not watermark:
        raise NotKnownThen("Planning has not kept how much it had heard by that day.")
    then = Reading(
        id=uuid4(),
        indicator_id=indicator_id,
        definition_version=definition.version,
        provenance=provenance,
        period=period.name,
        status="final" if midnight(day + timedelta(days=1)) >= period.ends_at else "preliminary",
        value=Decimal(),
        as_of=min(midnight(day + timedelta(days=1)), period.ends_at),
        watermark=watermark,
        set_aside=await known.set_aside_on(tx, day),
    )
    return replace(then, **vars(await count(tx, definition, period, provenance, then)))


async def _typed(tx: Tx, indicator: Indicator, period: Period, provenance: Provenance, end: datetime) -> Reading:
    row = await tx.fetchrow(
        f"select {READING} from readings where indicator_id = $1 and definition_version = $2"  # noqa: S608
        " and provenance = $3 and period = $4 and as_of < $5 order by place desc limit 1",
        indicator.id,
        indicator.definition.version,
        provenance,
        period.name,
        end,
    )
    if row is None:
        raise NotKnownThen("No value had been typed by that day, or it has been replaced since.")
    return Reading(**row)
