"""What a definition would count, before it counts: its value for the last periods, and beside it what counts today."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.problems import Conflict
from contracts.values import Provenance
from planning.domain.indicator import Definition, Indicator, check
from planning.domain.period import Frequency, Period
from planning.domain.reading import Reading, roughly
from planning.domain.wording import binding_da
from planning.queries.indicator import found_indicator, reading_view
from planning.store.reading import count

PERIODS = 5


class NothingToPreview(Conflict):
    """A value that is read by hand cannot be counted beforehand."""

    title_da = "En manuel indikator kan ikke prøvetælles"


class PreviewedPeriod(BaseModel):
    """One period under the definition that is tried, and under the one in force."""

    period: str
    value: Decimal | None = Field(
        description="Of single cases the multiple of five below it, and None for fewer or while the period runs"
    )
    event_count: int | None
    in_force: Decimal | None = Field(description="Under the indicator's present definition, where one was named")


class Preview(BaseModel):
    """What the definition would count. Nothing has been kept."""

    counts_da: str = Field(description="What the binding counts, said from the binding itself")
    periods: tuple[PreviewedPeriod, ...] = Field(description="The last five, newest first")


async def preview(
    tx: Tx,
    definition: Definition,
    *,
    indicator_id: UUID | None,
    frequency: Frequency,
    provenance: Provenance,
    now: datetime,
    operator: bool,
) -> Preview:
    """What the definition would count among all that has been heard.

    Raises: DefinitionIncomplete, EventTypeUnknown, FieldUnknown, IndicatorMissing, NothingToPreview.
    """
    check(definition, pointer="/definition")
    if not definition.is_counted:
        raise NothingToPreview("A value that is read by hand cannot be counted beforehand.")
    indicator: Indicator | None = None
    if indicator_id is not None:
        indicator = await found_indicator(tx, indicator_id)
        frequency = indicator.frequency
    periods: list[PreviewedPeriod] = []
    for period in Period.containing(now, frequency).last(PERIODS):
        value, event_count = await _counted(tx, definition, period, provenance, now=now, operator=operator)
        in_force = None
        if indicator is not None and indicator.definition.is_counted:
            in_force, _ = await _counted(tx, indicator.definition, period, provenance, now=now, operator=operator)
        periods.append(PreviewedPeriod(period=period.name, value=value, event_count=event_count, in_force=in_force))
    return Preview(counts_da=binding_da(definition), periods=tuple(periods))


async def _counted(
    tx: Tx, definition: Definition, period: Period, provenance: Provenance, *, now: datetime, operator: bool
) -> tuple[Decimal | None, int | None]:
    """The value and the number of events, as the caller may see them."""
    found = await count(tx, definition, period, provenance)
    id = uuid4()
    said = Reading(
        id=id,
        indicator_id=id,
        definition_version=definition.version,
        provenance=provenance,
        period=period.name,
        status="final" if period.ends_at <= now else "preliminary",
        as_of=now,
        watermark={},
        **vars(found),
    )
    view = reading_view(said, operator=operator)
    if found.case_count is None or operator or view.value is None:
        return view.value, view.event_count
    return roughly(view.value), None
