"""What somebody holds against a counted figure: beside it, dated and with its source, never instead of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from contracts.event import Event
from contracts.planning import IndicatorOverridden
from contracts.problems import Conflict
from contracts.values import Provenance
from planning.domain.indicator import Indicator
from planning.domain.period import Period
from planning.domain.reading import PeriodUnlikeFrequency


class ReadByHand(Conflict):
    """The indicator is read by hand, so a better value is a new reading."""

    title_da = "Indikatoren aflæses i forvejen manuelt"


class NothingHeldAgainst(Conflict):
    """No other value is held against the figure."""

    title_da = "Der står ingen anden værdi ved tallet"


@dataclass(frozen=True)
class Override:
    """Another value for a period than the counted one, or, without a value, that the one before is taken back."""

    id: UUID
    indicator_id: UUID
    definition_version: int
    provenance: Provenance
    period: str
    value: Decimal | None
    reason: str
    source_url: str | None
    made_at: datetime


def override(indicator: Indicator, new: Override, before: Override | None) -> tuple[Indicator, Event]:
    """The value stands beside the figure.

    Raises: ReadByHand, PeriodUnlikeFrequency, NothingHeldAgainst.
    """
    if not indicator.definition.is_counted:
        raise ReadByHand("This indicator is read by hand; record a reading instead.")
    if Period(new.period).frequency != indicator.frequency:
        raise PeriodUnlikeFrequency(f"This indicator is read for each {indicator.frequency}.", pointer="/period")
    if new.value is None and (before is None or before.value is None):
        raise NothingHeldAgainst("No other value is held against this figure.")
    indicator = replace(indicator, revision=indicator.revision + 1)
    return indicator, IndicatorOverridden(
        subject=indicator.id,
        revision=indicator.revision,
        at=new.made_at,
        provenance=new.provenance,
        definition_version=new.definition_version,
        period=new.period,
        value=new.value,
    )
