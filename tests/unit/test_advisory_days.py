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


@pytest.mark.parametrize("easter", ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2038-04-25"])
def test_easter_is_when_it_is(easter: str) -> None:
    day = date.fromisoformat(easter)
    assert days.working_days(day - timedelta(days=5), day + timedelta(days=1)) == 1


@given(st.dates(date(2000, 1, 1), date(2199, 1, 1)))
def test_every_day_lies_in_its_quarter_and_before_the_next(day: date) -> None:
    after = days.quarter_after(day)
    assert days.quarter_of(after - timedelta(days=1)) == days.quarter_of(day) != days.quarter_of(after)
    assert after.day == 1
    assert day < after <= day + timedelta(days=92)


def test_a_quarter_ends_at_midnight_in_denmark() -> None:
    assert days.first_moment(date(2026, 10, 1)) == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert days.first_moment(date(2027, 1, 1)) == datetime(2026, 12, 31, 23, tzinfo=UTC)
