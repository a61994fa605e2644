"""The security consultants' units: which regions each covers from day to day, who stands in, and what it can take on.

A unit is a function of its host municipality; nobody's name or own number stands here.

Source: serviceloven § 12 c; coverage by region is data, since it has changed before and does so on 1 January 2027.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.geography import RegionSlug
from contracts.problems import Conflict, Invalid
from contracts.values import Provenance

MOST_WEEKS = 106


class PeriodBackwards(Invalid):
    """A period would end before it begins."""

    title_da = "Perioden slutter, før den begynder"


class CoverageOverlaps(Conflict):
    """The unit covers the region on some of these days already."""

    title_da = "Enheden dækker allerede regionen"


class StandInOverlaps(Conflict):
    """Somebody stands in for the unit on some of these days already."""

    title_da = "Der er allerede en stedfortræder"


class StandsInForItself(Invalid):
    """A unit cannot stand in for itself."""

    title_da = "En enhed kan ikke være sin egen stedfortræder"


class NotCovered(Conflict):
    """The unit does not cover that region on that day, or its end is known."""

    title_da = "Enheden dækker ikke regionen"


class RegionOfOthers(Invalid):
    """Synthetic units cover the synthetic region, and real ones real regions."""

    title_da = "Syntetiske og faktiske oplysninger blandes ikke"


class NoSuchWeek(Invalid):
    """The calendar has no such week."""

    title_da = "Ugen findes ikke"


class TooManyWeeks(Invalid):
    """So many weeks are not shown at once."""

    title_da = "For mange uger"


@dataclass(frozen=True)
class Coverage:
    """A region that the unit covers from a day until before another."""

    region: RegionSlug
    valid_from: date
    valid_until: date | None = None
    source_url: str | None = None


@dataclass(frozen=True)
class StandIn:
    """Another unit that takes this one's calls from a day until before another."""

    unit_id: UUID
    valid_from: date
    valid_until: date


@dataclass(frozen=True)
class Unit:
    """One unit."""

    id: UUID
    provenance: Provenance
    host_municipality_code: str
    title_da: str
    changed_at: datetime
    revision: int = 1
    coverages: tuple[Coverage, ...] = ()
    stand_ins: tuple[StandIn, ...] = ()

    def covers(self, region: str, on: date) -> bool:
        """It covers the region on that day."""
        return any(each.region == region and _holds(each, on) for each in self.coverages)


def cover(unit: Unit, coverage: Coverage, *, at: datetime) -> Unit:
    """The unit covers the region for that time too.

    Raises: PeriodBackwards, RegionOfOthers, CoverageOverlaps.
    """
    _check_period(coverage)
    if (coverage.region == "synthetic") != (unit.provenance == "synthetic"):
        raise RegionOfOthers(
            "Synthetic units cover the synthetic region, and real ones real regions.", pointer="/region"
        )
    if any(each.region == coverage.region and _overlap(each, coverage) for each in unit.coverages):
        raise CoverageOverlaps("The unit covers this region on some of these days already.")
    return _changed(unit, at, coverages=(*unit.coverages, coverage))


def end_coverage(unit: Unit, region: str, *, valid_until: date, at: datetime) -> Unit:
    """The unit covers the region until before that day, and then no more.

    Raises: NotCovered.
    """
    open_ended = [each for each in unit.coverages if each.region == region and each.valid_until is None]
    if not open_ended or open_ended[0].valid_from >= valid_until:
        raise NotCovered("The unit has no open coverage of this region that could end then.")
    ended = tuple(replace(each, valid_until=valid_until) if each == open_ended[0] else each for each in unit.coverages)
    return _changed(unit, at, coverages=ended)


def stand_in(unit: Unit, other: StandIn, *, at: datetime) -> Unit:
    """Another unit takes this one's calls for that time.

    Raises: PeriodBackwards, StandsInForItself, StandInOverlaps.
    """
    _check_period(other)
    if other.unit_id == unit.id:
        raise StandsInForItself("A unit cannot stand in for itself.", pointer="/unit_id")
    if any(_overlap(each, other) for each in unit.stand_ins):
        raise StandInOverlaps("Somebody stands in for the unit on some of these days already.")
    return _changed(unit, at, stand_ins=(*unit.stand_ins, other))


def at_work(unit: Unit, units: Sequence[Unit], on: date) -> Unit | None:
    """Who takes the unit's calls on that day: itself, who stands in, or who stands in for that one; None if nobody."""
    known, seen = {each.id: each for each in units}, set[UUID]()
    while (away := next((each for each in unit.stand_ins if _holds(each, on)), None)) is not None:
        seen.add(unit.id)
        if away.unit_id in seen or away.unit_id not in known:
            return None
        unit = known[away.unit_id]
    return unit


def covering(units: Sequence[Unit], region: str, on: date) -> tuple[Unit, ...]:
    """The units that cover the region on that day, ascending by host; none where nobody has said who does."""
    found = (each for each in units if each.covers(region, on))
    return tuple(sorted(found, key=lambda each: (each.host_municipality_code, each.id)))


def take_on(unit: Unit, week: str, *, at: datetime) -> Unit:
    """The unit's capacity in that week, as `2026-W48`, is known anew.

    Raises: NoSuchWeek.
    """
    _monday(week, "/week")
    return _changed(unit, at)


def weeks(since: str, until: str) -> tuple[str, ...]:
    """The weeks from one to another, both among them; none where the second comes first.

    Raises: NoSuchWeek, TooManyWeeks.
    """
    first, last = _monday(since, "/from"), _monday(until, "/until")
    count = (last - first).days // 7 + 1
    if count > MOST_WEEKS:
        raise TooManyWeeks(f"At most {MOST_WEEKS} weeks are shown at once.", pointer="/until")
    found = ((first + timedelta(weeks=each)).isocalendar() for each in range(count))
    return tuple(f"{each.year}-W{each.week:02}" for each in found)


def _monday(week: str, pointer: str) -> date:
    try:
        return date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
    except ValueError:
        raise NoSuchWeek("That year has no such week.", pointer=pointer) from None


def _check_period(period: Coverage | StandIn) -> None:
    if period.valid_until is not None and period.valid_until <= period.valid_from:
        raise PeriodBackwards("The period ends after it has begun.", pointer="/valid_until")


def _holds(period: Coverage | StandIn, on: date) -> bool:
    return period.valid_from <= on and (period.valid_until is None or on < period.valid_until)


def _overlap(one: Coverage | StandIn, other: Coverage | StandIn) -> bool:
    return (one.valid_until is None or other.valid_from < one.valid_until) and (
        other.valid_until is None or one.valid_from < other.valid_until
    )


def _changed(unit: Unit, at: datetime, **fields: Any) -> Unit:
    return replace(unit, revision=unit.revision + 1, changed_at=max(at, unit.changed_at), **fields)
