"""A figure over time: a run of values for each of its definitions, and no line from one run to the next.

Source: Ankestyrelsen (2018) and the numbers before it counted journeys abroad by different words, so that the series
seemed to rise where only the definition had changed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.values import Provenance
from planning.domain.indicator import Definition, Indicator
from planning.domain.period import Frequency, Period
from planning.domain.reading import Reading, Status, is_hidden

LENGTHS: Final[tuple[Frequency, ...]] = ("month", "quarter", "year")


class Point(BaseModel):
    """The value of one period."""

    period: str
    value: Decimal | None = Field(description="None where few single cases are behind it, and of what is read in words")
    step_da: str | None = Field(default=None, description="The step of a scale, of what is read in words")
    words_da: str | None = None
    status: Status
    as_of: datetime
    source_url: str | None

    @property
    def is_hidden(self) -> bool:
        """There is a value, and it may not be shown."""
        return self.value is None and self.step_da is None


class Run(BaseModel):
    """The values under one definition, ascending by period."""

    definition_version: int
    definition_da: str
    definition_en: str | None
    defined_at: datetime
    points: tuple[Point, ...]


class Series(BaseModel):
    """A figure over time. Values of two runs are under two definitions and are neither joined nor subtracted."""

    code: str
    name_da: str
    name_en: str | None
    unit_da: str | None = None
    unit_en: str | None = None
    frequency: Frequency
    provenance: Provenance
    runs: tuple[Run, ...] = Field(description="Ascending by definition; between two of them the series breaks")

    @property
    def has_history(self) -> bool:
        """There is more than one value to look at."""
        return sum(len(run.points) for run in self.runs) > 1


@dataclass(frozen=True)
class History:
    """An indicator with every definition that it had, and for each of them the reading that stands of each period."""

    indicator: Indicator
    definitions: tuple[Definition, ...]
    readings: tuple[Reading, ...]

    def until(self, year: int | None) -> "History":
        """The same with no period after that year; with all of them where none is given."""
        kept = tuple(each for each in self.readings if year is None or int(each.period[:4]) <= year)
        return replace(self, readings=kept)


def series(history: History, provenance: Provenance, *, hidden: bool = False) -> Series:
    """The figure over time, as anybody may see it; without values where they would give something else away.

    Two definitions may count nearly the same single cases in one period, so that their difference would be a few of
    them: of such figures a period is shown under the newest definition that was read for it, and under no other.
    """
    of = [each for each in history.readings if each.provenance == provenance]
    newest = {each.period: each.definition_version for each in sorted(of, key=lambda each: each.definition_version)}
    indicator = history.indicator
    return Series(
        code=indicator.code,
        name_da=indicator.name_da,
        name_en=indicator.name_en,
        unit_da=indicator.unit_da,
        unit_en=indicator.unit_en,
        frequency=indicator.frequency,
        provenance=provenance,
        runs=tuple(
            Run(
                definition_version=definition.version,
                definition_da=definition.text_da,
                definition_en=definition.text_en,
                defined_at=definition.defined_at,
                points=points,
            )
            for definition in sorted(history.definitions, key=lambda each: each.version)
            if (points := tuple(_points(of, definition.version, newest, hidden=hidden)))
        ),
    )


def told_by_longer_ones(histories: Sequence[History]) -> frozenset[UUID]:
    """The indicators that count single cases which another of these counts for longer periods.

    A year's number less the quarters that may be shown would be the one that may not.
    """
    counted = {
        each.indicator.id: (
            LENGTHS.index(each.indicator.frequency),
            {name for one in each.definitions if one.counts_cases for name in one.event_types},
        )
        for each in histories
    }
    return frozenset(
        id
        for id, (length, types) in counted.items()
        if any(length < other and types & others for other, others in counted.values())
    )


def follows(earlier: str, later: str) -> bool:
    """Whether one period begins where the other ends, so that a line may join their values."""
    return Period(earlier).ends_at == Period(later).starts_at


def _points(readings: Iterable[Reading], version: int, newest: Mapping[str, int], *, hidden: bool) -> Iterator[Point]:
    for each in sorted(readings, key=lambda each: each.period):
        if each.definition_version == version and (each.value is not None or each.step_da is not None):
            shown = not hidden and _may_be_shown(each, newest)
            yield Point(
                period=each.period,
                value=each.value if shown and each.step_da is None else None,
                step_da=each.step_da,
                words_da=each.words_da,
                status=each.status,
                as_of=each.as_of,
                source_url=each.source_url,
            )


def _may_be_shown(reading: Reading, newest: Mapping[str, int]) -> bool:
    superseded = reading.case_count is not None and newest[reading.period] != reading.definition_version
    return not is_hidden(reading) and not superseded
