"""Counts that may leave a service: no small number is shown, and none can be computed from what is.

A cell below the minimum is left out, zero included, and so are the other cells and totals without which it could be
subtracted back. What is left out is known to be one of more than `minimum` values and no better.

Source: databeskyttelsesloven § 10; suppression practice of Danmarks Statistik (cells below 5).
"""

import math
from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, Literal, TypeVar, cast, get_args

from contracts.geography import (
    LargePoliceDistrictSlug,
    PoliceDistrictSlug,
    police_district_of,
    region_of,
    small_police_districts,
)

MINIMUM: Final = 5

R = TypeVar("R", bound=Hashable)
C = TypeVar("C", bound=Hashable)
PlaceLevel = Literal["municipality", "police_district", "region", "nation"]
TimeUnit = Literal["day", "month", "quarter", "year"]


@dataclass(frozen=True)
class Line(Generic[R]):
    """Counts of one kind and their total; None where a number is left out."""

    cells: dict[R, int | None]
    total: int | None


@dataclass(frozen=True)
class Table(Generic[R, C]):
    """Counts by two kinds with all totals; None where a number is left out."""

    cells: dict[tuple[R, C], int | None]
    rows: dict[R, int | None]
    columns: dict[C, int | None]
    total: int | None


def one_way(counts: Mapping[R, int], *, minimum: int = MINIMUM, never: Collection[R] = ()) -> Line[R]:
    """The counts and their total as they may be shown; `never` are those that are not shown however many they are.

    Raises: ValueError for a negative count or a minimum below 1.
    """
    table = two_way({(key, None): count for key, count in counts.items()}, minimum=minimum, never=never)
    return Line(cells=dict(table.rows), total=table.total)


def two_way(counts: Mapping[tuple[R, C], int], *, minimum: int = MINIMUM, never: Collection[R] = ()) -> Table[R, C]:
    """The counts and all their totals as they may be shown. A combination that is not counted counts as zero.

    `never` are rows that are not shown however many they are.

    Raises: ValueError for a negative count or a minimum below 1.
    """
    if minimum < 1 or any(count < 0 for count in counts.values()):
        raise ValueError("Counts are not negative, and the minimum is at least 1.")
    rows, columns = list(dict.fromkeys(row for row, _ in counts)), list(dict.fromkeys(col for _, col in counts))
    values = [[counts.get((row, column), 0) for column in columns] for row in rows]
    grid = _Grid(values, minimum=minimum, never=[place for place, row in enumerate(rows) if row in never])
    return Table(
        cells={
            (row, column): grid.shown(place, at) for place, row in enumerate(rows) for at, column in enumerate(columns)
        },
        rows={row: grid.shown(place, len(columns)) for place, row in enumerate(rows)},
        columns={column: grid.shown(len(rows), at) for at, column in enumerate(columns)},
        total=grid.shown(len(rows), len(columns)),
    )


def unnamed_districts(on: date) -> frozenset[PoliceDistrictSlug]:
    """Police districts that no count may name, because they have fewer than three municipalities on that day."""
    return small_police_districts(on)


def district_to_name(district: PoliceDistrictSlug, on: date) -> LargePoliceDistrictSlug | None:
    """The police district where it may be named on that day; None stands for the nation."""
    named = district in get_args(LargePoliceDistrictSlug) and district not in unnamed_districts(on)
    return cast("LargePoliceDistrictSlug", district) if named else None


def place_of(municipality_code: str, level: PlaceLevel, on: date) -> str | None:
    """The municipality's place at that level; None stands for the nation, also for a district too small to be named.

    Raises: KeyError when no municipality has the code.
    """
    if level == "municipality":
        return municipality_code
    if level == "police_district":
        return district_to_name(police_district_of(municipality_code, on), on)
    return region_of(municipality_code, on) if level == "region" else None


def period_of(day: date, unit: TimeUnit) -> str:
    """The period in which the day lies, as `2026-11-23`, `2026-11`, `2026-Q4` or `2026`."""
    if unit == "quarter":
        return f"{day.year:04}-Q{(day.month + 2) // 3}"
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[unit]]


class _Grid:
    """The table with its totals as a last row and a last column, and which of all these entries are left out.

    Every entry left out is a corner of a rectangle whose four corners are left out and can be raised and lowered
    together so that all sums stay what they are. The table moved that way fits everything that is shown, hence nobody
    can tell which of the two is true.
    """

    def __init__(self, values: list[list[int]], *, minimum: int, never: Collection[int]) -> None:
        columns = len(values[0]) if values else 0
        self._values = [[*row, sum(row)] for row in values]
        self._values.append([sum(row[at] for row in self._values) for at in range(columns + 1)])
        self._height, self._width = len(self._values), columns + 1
        self._minimum = minimum
        small = {
            (row, column)
            for row in range(self._height)
            for column in range(self._width)
            if row in never or self._values[row][column] < minimum
        }
        self._left_out: set[tuple[int, int]] = set(small)
        if columns:
            for entry in sorted(small, key=lambda each: (self._values[each[0]][each[1]], each)):
                self._left_out.update(min(self._rectangles(*entry), key=self._cost))

    def shown(self, row: int, column: int) -> int | None:
        return None if (row, column) in self._left_out else self._values[row][column]

    def _rectangles(self, row: int, column: int) -> Iterator[tuple[tuple[int, int], ...]]:
        """The rectangles that hide this entry well enough. The one over the totals always does: all four can rise."""
        for other in range(self._height):
            for beside in range(self._width):
                corners = ((row, column), (other, beside), (row, beside), (other, column))
                if other != row and beside != column and self._room(corners) >= self._minimum:
                    yield corners

    def _room(self, corners: tuple[tuple[int, int], ...]) -> float:
        """How far the corners can move in both directions together before one of them would be negative."""
        rising, falling = math.inf, math.inf
        for place, (row, column) in enumerate(corners):
            # Opposite corners move alike and neighbours against each other; what is a total once moves the other way.
            moves_up = (place < 2) != ((row == self._height - 1) != (column == self._width - 1))
            if moves_up:
                falling = min(falling, self._values[row][column])
            else:
                rising = min(rising, self._values[row][column])
        return rising + falling

    def _cost(self, corners: tuple[tuple[int, int], ...]) -> tuple[int, int]:
        """What would be lost by leaving these out too: totals first of all, then as little as possible."""
        lost = [each for each in corners if each not in self._left_out]
        totals = sum((row == self._height - 1) + (column == self._width - 1) for row, column in lost)
        return totals, sum(self._values[row][column] for row, column in lost)
