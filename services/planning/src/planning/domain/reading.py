"""The figures themselves: what a new count means for the reading that stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from chassis.disclosure import MINIMUM
from contracts.event import Event
from contracts.planning import IndicatorRecomputed, IndicatorValueWithheld
from contracts.problems import Conflict, Invalid
from contracts.values import LARGEST, Provenance
from planning.domain.indicator import Indicator
from planning.domain.period import Period

PROVENANCES: tuple[Provenance, ...] = ("actual", "synthetic")
Status = Literal["preliminary", "final", "corrected"]


class NotReadByHand(Conflict):
    """The indicator is counted from events or read in words, so nobody may type its value."""

    title_da = "Indikatorens tal tastes ikke"


class NotReadInWords(Conflict):
    """The indicator is a number."""

    title_da = "Indikatoren er et tal"


class StepUnknown(Invalid):
    """The definition's scale has no such step."""

    title_da = "Trinnet findes ikke på skalaen"


class PeriodUnlikeFrequency(Invalid):
    """The indicator is not read for periods of this length."""

    title_da = "Perioden passer ikke til indikatorens hyppighed"


@dataclass(frozen=True)
class Reading:
    """A value of an indicator under one definition, for one period, as of one moment.

    It is None where the newest event says no number, so that the one that stood before stands no more.
    One in words has its step of the scale, and as its value the place of the step, which is shown to nobody.
    One that an authority reported and MÆRK approved says so by `partner_report_id` and `reported_by`.
    `event_count` says how many events are behind it, `case_count` how many of these come from single cases; it is None
    where the definition counts no such events. `counted_hash` names exactly those events; see `counting.hash_of`.
    """

    id: UUID
    indicator_id: UUID
    definition_version: int
    provenance: Provenance
    period: str
    status: Status
    value: Decimal | None
    as_of: datetime
    watermark: Mapping[str, Any]
    set_aside: Sequence[Mapping[str, Any]] = ()
    corrects: UUID | None = None
    source_url: str | None = None
    event_count: int | None = None
    case_count: int | None = None
    counted_hash: str | None = None
    step_da: str | None = None
    words_da: str | None = None
    partner_report_id: UUID | None = None
    reported_by: str | None = None


def read_by_hand(indicator: Indicator, period: Period) -> None:
    """A value may be typed for this indicator and period.

    Raises: NotReadByHand, PeriodUnlikeFrequency.
    """
    if indicator.definition.method != "manual":
        raise NotReadByHand("This indicator is not read by hand; nobody can type its value.")
    _check_period(indicator, period)


def read_in_words(indicator: Indicator, period: Period, step_da: str) -> int:
    """The place of the step on the scale, from 1.

    Raises: NotReadInWords, PeriodUnlikeFrequency, StepUnknown.
    """
    if indicator.definition.method != "described":
        raise NotReadInWords("This indicator is a number; words say nothing of it.")
    _check_period(indicator, period)
    if step_da not in indicator.definition.scale_da:
        raise StepUnknown("The scale of this indicator has no such step.", pointer="/step_da")
    return indicator.definition.scale_da.index(step_da) + 1


def _check_period(indicator: Indicator, period: Period) -> None:
    if period.frequency != indicator.frequency:
        raise PeriodUnlikeFrequency(f"This indicator is read for each {indicator.frequency}.", pointer="/period")


def recompute(
    indicator: Indicator, counted: Reading, before: Reading | None, *, closed: bool
) -> tuple[Indicator, Reading | None, Event | None]:
    """What a new count means: the open period's reading follows it, a closed period's is corrected beside it.

    Shape: the reading is None when nothing is to be kept, the event None when the figure is what it was.
    """
    changed = before is None or _said(before) != _said(counted)
    if before is not None:  # an event that comes late does not turn back the moment
        counted = replace(counted, as_of=max(before.as_of, counted.as_of))
    if closed:
        if not changed:
            return indicator, None, None
        counted = replace(counted, status="corrected", corrects=before.id if before else None)
    elif before is not None:
        counted = replace(counted, id=before.id)
    if not changed:
        return indicator, counted, None
    indicator = replace(indicator, revision=indicator.revision + 1)
    return indicator, counted, told(indicator, counted)


def _said(reading: Reading) -> tuple[object, ...]:
    return reading.value, reading.source_url, reading.step_da, reading.words_da


def is_hidden(reading: Reading) -> bool:
    """True when the value would show single cases, so that only operators may see it.

    Behind it are too few; or its period is not closed, so that whoever looks twice would see each case arrive.
    """
    return reading.case_count is not None and (reading.case_count < MINIMUM or reading.status == "preliminary")


def roughly(value: Decimal) -> Decimal:
    """The multiple of five below it: what a definition that is only tried says of single cases."""
    return value // MINIMUM * MINIMUM


def told(indicator: Indicator, reading: Reading) -> Event:
    """What a new reading tells the others: the value, or why no event may carry it."""
    fields: dict[str, Any] = {
        "subject": indicator.id,
        "revision": indicator.revision,
        "at": reading.as_of,
        "provenance": reading.provenance,
        "definition_version": reading.definition_version,
        "period": reading.period,
        "as_of": reading.as_of,
        "status": reading.status,
    }
    if reading.step_da is not None:
        return IndicatorValueWithheld(**fields, reason="in_words")
    if is_hidden(reading):
        few = (reading.case_count or 0) < MINIMUM
        return IndicatorValueWithheld(**fields, reason="few_cases" if few else "not_closed")
    if reading.value is None:
        return IndicatorValueWithheld(**fields, reason="no_number")
    if abs(reading.value) > LARGEST:
        return IndicatorValueWithheld(**fields, reason="too_large")
    return IndicatorRecomputed(**fields, value=reading.value, out_of=indicator.definition.out_of)
