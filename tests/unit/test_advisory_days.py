"""Danish days: when the working week, the holidays and the quarters are."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisory.domain import days


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), 0),
        (date(2026, 11, 20), date(2026, 11, 23), 1),
        (date(2026, 4, 1), date(2026, 4, 7), 1),  # Maundy Thursday to Easter Monday lie between
        (date(2026, 5, 13), date(2026, 5, 15), 1),  # Ascension Day
        (date(2026, 5, 22), date(2026, 5, 26), 1),  # Whit Monday
        (date(2026, 12, 23), date(2027, 1, 4), 6),  # 24 and 31 December are no public holidays
        (date(2023, 5, 4), date(2023, 5, 8), 1),  # the last prayer day that was one
        (date(2024, 4, 25), date(2024, 4, 29), 2),  # the first that was none
    ],
)
def test_working_days_leave_out_weekends_and_public_holidays(start: date, end: date, count: int) -> None:
    assert days.working_days(start, end) == count


FULL_MOONS = (
    "04-14", "04-03", "03-23", "04-11", "03-31", "04-18", "04-08", "03-28", "04-16", "04-05",
    "03-25", "04-13", "04-02", "03-22", "04-10", "03-30", "04-17", "04-07", "03-27",
)  # fmt: skip
"""The paschal full moon by the golden number from 1 on, 1900 to 2199; Easter is the Sunday after it.

Source: the table to find Easter in the Book of Common Prayer, which holds for all who keep the Gregorian calendar.
"""


@pytest.mark.parametrize("year", range(1900, 2200))
def test_easter_is_the_sunday_after_the_full_moon_of_the_table(year: int) -> None:
    moon = date.fromisoformat(f"{year}-{FULL_MOONS[year % 19]}")
    easter = moon + timedelta(days=6 - moon.weekday() or 7)
    around = [each for each in range(-12, 13) if days.is_holiday(easter + timedelta(days=each))]
    assert around == [-3, -2, 0, 1]


@pytest.mark.parametrize(
    ("year", "holidays"),
    [
        (2023, "01-01 04-06 04-07 04-09 04-10 05-05 05-18 05-28 05-29 12-25 12-26"),
        (2024, "01-01 03-28 03-29 03-31 04-01 05-09 05-19 05-20 12-25 12-26"),
        (2026, "01-01 04-02 04-03 04-05 04-06 05-14 05-24 05-25 12-25 12-26"),
        (2027, "01-01 03-25 03-26 03-28 03-29 05-06 05-16 05-17 12-25 12-26"),
    ],
)
def test_these_and_no_other_days_are_public_holidays(year: int, holidays: str) -> None:
    """Source: the calendars of those years."""
    all_days = (date(year, 1, 1) + timedelta(days=each) for each in range(365))
    assert [f"{each:%m-%d}" for each in all_days if days.is_holiday(each)] == holidays.split()


@pytest.mark.parametrize(
    ("since", "count", "ends"),
    [
        (date(2026, 11, 23), 1, datetime(2026, 11, 24, 23, tzinfo=UTC)),
        (date(2026, 11, 27), 1, datetime(2026, 11, 30, 23, tzinfo=UTC)),
        (date(2026, 12, 24), 3, datetime(2026, 12, 30, 23, tzinfo=UTC)),
        (date(2026, 7, 3), 2, datetime(2026, 7, 7, 22, tzinfo=UTC)),
    ],
)
def test_a_working_day_ends_at_midnight_in_denmark(since: date, count: int, ends: datetime) -> None:
    assert days.end_of_working_day(since, count) == ends


@given(st.dates(date(2000, 1, 1), date(2199, 1, 1)))
def test_every_day_lies_in_its_quarter_and_before_the_next(day: date) -> None:
    after = days.quarter_after(day)
    assert days.quarter_of(after - timedelta(days=1)) == days.quarter_of(day) != days.quarter_of(after)
    assert after.day == 1
    assert day < after <= day + timedelta(days=92)


def test_a_quarter_ends_at_midnight_in_denmark() -> None:
    assert days.first_moment(date(2026, 10, 1)) == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert days.first_moment(date(2027, 1, 1)) == datetime(2026, 12, 31, 23, tzinfo=UTC)


def test_a_day_is_said_in_danish_as_people_say_it() -> None:
    said = [days.in_danish(date(2027, month, 1)) for month in (1, 2, 12)]
    assert said == ["1. januar 2027", "1. februar 2027", "1. december 2027"]
