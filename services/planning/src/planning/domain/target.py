"""What a figure is to be in a period: at least or at most a number that somebody has set, and whether it is."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.problems import Conflict
from contracts.values import PublicUrl
from planning.domain.course import CourseJudgesCases, CourseOfWords
from planning.domain.indicator import Indicator
from planning.domain.period import Period
from planning.domain.reading import PeriodUnlikeFrequency

Bound = Literal["at_least", "at_most"]


class NoTargetSet(Conflict):
    """The period has no target that could be taken back."""

    title_da = "Der er intet mål for perioden"


@dataclass(frozen=True)
class Target:
    """What a figure is to be in a period, or, without a value, that the target before is taken back."""

    id: UUID
    indicator_id: UUID
    period: str
    bound: Bound
    value: Decimal | None
    source_url: PublicUrl | None
    set_at: datetime

    def is_reached(self, value: Decimal) -> bool:
        """The figure is where it is to be."""
        assert self.value is not None, "a target that was taken back judges nothing"
        return value >= self.value if self.bound == "at_least" else value <= self.value


def check(target: Target, indicator: Indicator, before: Target | None) -> None:
    """The period of this figure can have this target.

    Raises: CourseJudgesCases, CourseOfWords, PeriodUnlikeFrequency, NoTargetSet.
    """
    if indicator.definition.counts_cases:
        raise CourseJudgesCases("A number of single cases is followed without a target.", pointer="/value")
    if indicator.definition.method == "described":
        raise CourseOfWords("What is read in words has no target in numbers.", pointer="/value")
    if Period(target.period).frequency != indicator.frequency:
        raise PeriodUnlikeFrequency(f"This indicator is read for each {indicator.frequency}.", pointer="/period")
    if target.value is None and (before is None or before.value is None):
        raise NoTargetSet("No target is set for this period.")
