"""Days as they are counted in Denmark."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")


def day_of(at: datetime) -> date:
    """The day that it is in Denmark."""
    return at.astimezone(DENMARK).date()


def midnight(day: date) -> datetime:
    """The moment at which the day begins in Denmark, in UTC."""
    return datetime.combine(day, time(), DENMARK).astimezone(UTC)


def a_year_after(day: date) -> date:
    """The same day a year later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
