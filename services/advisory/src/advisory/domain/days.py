"""Danish days: what today is, when a day begins, and how many working days lie between two."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")
MONTHS_DA = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip
LAST_PRAYER_DAY = 2023  # lov om konsekvenser ved afskaffelsen af store bededag


def danish_day(at: datetime) -> date:
    """The day that it is in Denmark at that moment."""
    return at.astimezone(DENMARK).date()


def in_danish(day: date) -> str:
    """The day as a Danish sentence says it: `1. februar 2027`."""
    return f"{day.day}. {MONTHS_DA[day.month - 1]} {day.year}"


def first_moment(day: date) -> datetime:
    """The moment at which the day begins in Denmark, UTC."""
    return datetime.combine(day, time(), DENMARK).astimezone(UTC)


def stamp(day: date) -> datetime:
    """The moment that stands for a Danish day in an event which tells a month or a quarter only.

    The first hour of 1 January in Denmark is still December in UTC; told so, it would be counted in the wrong year.
    """
    return datetime.combine(day, time(), UTC)


def quarter_of(day: date) -> str:
    """The quarter, as `2026-Q4`."""
    return f"{day.year:04}-Q{(day.month + 2) // 3}"


def quarter_after(day: date) -> date:
    """The first day of the quarter after the one in which the day lies."""
    month = (day.month + 2) // 3 * 3
    return date(day.year + month // 12, month % 12 + 1, 1)


def working_days(start: date, end: date) -> int:
    """How many working days come after the first day, up to and with the last."""
    days = (start + timedelta(days=each) for each in range(1, (end - start).days + 1))
    return sum(each.weekday() < 5 and not is_holiday(each) for each in days)


def is_holiday(day: date) -> bool:
    """The day is a public holiday in Denmark."""
    return day in _holidays(day.year)


def end_of_working_day(day: date, count: int) -> datetime:
    """The moment at which the last of so many working days after that day ends in Denmark, UTC."""
    last = day
    while working_days(day, last) < count:
        last += timedelta(days=1)
    return first_moment(last + timedelta(days=1))


def years_later(day: date, years: int) -> date:
    """The same day of a later year; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def months_earlier(day: date, months: int) -> date:
    """The same day some months before, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_later(day: date, months: int) -> date:
    """The same day some months after, or the last day of that month where it is shorter."""
    return months_earlier(day, -months)


def next_day(day: date | None) -> date | None:
    """The day after, where there is one."""
    return None if day is None else day + timedelta(days=1)


@cache
def _holidays(year: int) -> frozenset[date]:
    easter = _easter(year)
    moving = [-3, -2, 0, 1, 39, 49, 50, *([26] if year <= LAST_PRAYER_DAY else [])]
    return frozenset(
        {date(year, 1, 1), date(year, 12, 25), date(year, 12, 26), *(easter + timedelta(days=each) for each in moving)}
    )


def _easter(year: int) -> date:
    """Easter Sunday. Source: the anonymous Gregorian computus (Meeus, Jones and Butcher)."""
    golden, century, rest = year % 19, year // 100, year % 100
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
