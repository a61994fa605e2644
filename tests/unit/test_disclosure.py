"""Counts that leave a service: nothing small is shown, and nothing left out can be computed."""

from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis import disclosure
from chassis.disclosure import Table, district_to_name, one_way, period_of, place_of, two_way, unnamed_districts

TODAY = date(2026, 11, 23)
Counts = dict[tuple[int, int], int]
SMALL = st.one_of(st.integers(0, 6), st.integers(0, 40))


@st.composite
def tables(draw: st.DrawFn, *, most: int = 5) -> Counts:
    rows, columns = draw(st.integers(1, most)), draw(st.integers(1, most))
    return {each: draw(SMALL) for each in product(range(rows), range(columns))}


def entries(counts: Counts) -> dict[tuple[int | None, int | None], int]:
    """Every cell and every total as it truly is; None stands for all."""
    true: dict[tuple[int | None, int | None], int] = {}
    for (row, column), count in counts.items():
        for place in ((row, column), (row, None), (None, column), (None, None)):
            true[place] = true.get(place, 0) + count
    return true


def shown(table: Table[int, int]) -> dict[tuple[int | None, int | None], int | None]:
    return {
        **table.cells,
        **{(row, None): count for row, count in table.rows.items()},
        **{(None, column): count for column, count in table.columns.items()},
        (None, None): table.total,
    }


def fitting(counts: Counts, told: dict[tuple[int | None, int | None], int | None], highest: int) -> Iterator[Counts]:
    """Every table of counts up to that height that agrees with all that is told: what an attacker must consider."""
    known = {place: value for place, value in told.items() if value is not None}
    free = [each for each in counts if each not in known]
    for guess in product(range(highest + 1), repeat=len(free)):
        candidate = {**counts, **dict(zip(free, guess, strict=True))}
        true = entries(candidate)
        if all(true[place] == value for place, value in known.items()):
            yield candidate


@pytest.mark.rule("p/disclosure")
@given(tables(), st.integers(1, 10))
def test_no_cell_and_no_total_below_the_minimum_is_ever_shown_and_what_is_shown_is_true(
    counts: Counts, minimum: int
) -> None:
    true, told = entries(counts), shown(two_way(counts, minimum=minimum))
    assert told.keys() == true.keys()
    for place, value in told.items():
        assert value is None or (value == true[place] and value >= minimum)


@pytest.mark.rule("p/disclosure")
@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([(1, 1), (2, 1), (3, 1), (2, 2), (1, 3)]).flatmap(
        lambda size: st.fixed_dictionaries({each: st.integers(0, 6) for each in product(*map(range, size))})
    )
)
def test_what_is_left_out_cannot_be_computed_from_what_is_shown(counts: Counts) -> None:
    """By trying every table that agrees with what is shown, which is all that anybody could know."""
    minimum = 3
    told = shown(two_way(counts, minimum=minimum))
    seen = {place: set[int]() for place, value in told.items() if value is None}
    for candidate in fitting(counts, told, 6 + minimum) if seen else ():
        true = entries(candidate)
        for place, values in seen.items():
            values.add(true[place])
    assert all(len(values) > minimum for values in seen.values()), (counts, told, seen)


@pytest.mark.parametrize(
    ("counts", "cells", "total"),
    [
        ({"a": 9, "b": 8, "c": 7}, {"a": 9, "b": 8, "c": 7}, 24),
        ({"a": 9, "b": 8, "c": 3}, {"a": 9, "b": None, "c": None}, 20),
        ({"a": 9, "b": 4, "c": 3}, {"a": 9, "b": None, "c": None}, 16),
        ({"a": 12, "b": 0, "c": 0}, {"a": None, "b": None, "c": None}, 12),
        ({"a": 2, "b": 1}, {"a": None, "b": None}, None),
        ({"a": 4}, {"a": None}, None),
        ({"a": 6}, {"a": 6}, 6),
    ],
)
def test_a_line_keeps_its_total_as_long_as_it_can(
    counts: dict[str, int], cells: dict[str, int | None], total: int | None
) -> None:
    line = one_way(counts)
    assert (line.cells, line.total) == (cells, total)


def test_a_name_that_is_never_shown_is_hidden_with_another_that_covers_it() -> None:
    line = one_way({"bornholm": 6, "fyn": 9, "nordjylland": 20}, never=["bornholm"])
    assert (line.cells, line.total) == ({"bornholm": None, "fyn": None, "nordjylland": 20}, 35)


def test_nothing_counted_is_nothing_shown() -> None:
    assert one_way({}).total is None
    assert two_way({}).cells == {}


def test_a_count_below_zero_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="not negative"):
        one_way({"a": -1})


@pytest.mark.rule("p/disclosure")
def test_bornholm_is_the_one_district_too_small_to_be_named() -> None:
    assert unnamed_districts(TODAY) == {"bornholm"}
    assert (district_to_name("bornholm", TODAY), district_to_name("fyn", TODAY)) == (None, "fyn")


def test_places_coarsen_to_district_or_region_and_then_to_the_nation() -> None:
    levels: tuple[disclosure.PlaceLevel, ...] = ("municipality", "police_district", "region", "nation")
    assert [place_of("0851", level, TODAY) for level in levels] == ["0851", "nordjylland", "nordjylland", None]
    assert [place_of("0400", level, TODAY) for level in levels] == ["0400", None, "hovedstaden", None]
    assert place_of("0400", "region", date(2027, 1, 1)) == "oestdanmark"


def test_days_coarsen_to_months_quarters_and_years() -> None:
    units: tuple[disclosure.TimeUnit, ...] = ("day", "month", "quarter", "year")
    assert [period_of(TODAY, unit) for unit in units] == ["2026-11-23", "2026-11", "2026-Q4", "2026"]
    assert {period_of(date(2026, month, 1), "quarter") for month in (4, 5, 6)} == {"2026-Q2"}
