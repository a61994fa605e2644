"""The years, quarters and months for which figures are read, as they are in Denmark."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")
Frequency = Literal["year", "quarter", "month"]


@dataclass(frozen=True)
class Period:
    """A year, a quarter or a month in Denmark."""

    name: str

    @classmethod
    def containing(cls, moment: datetime, frequency: Frequency) -> "Period":
        """The period of that length in which the moment lies."""
        day = danish_day(moment)
        names = {"year": f"{day:%Y}", "quarter": f"{day:%Y}-Q{(day.month + 2) // 3}", "month": f"{day:%Y-%m}"}
        return cls(names[frequency])

    @property
    def frequency(self) -> Frequency:
        """How long the period is."""
        return "year" if len(self.name) == 4 else "quarter" if "Q" in self.name else "month"

    @property
    def starts_at(self) -> datetime:
        """Its first moment, UTC."""
        return _first_moment(self._first_month())

    @property
    def ends_at(self) -> datetime:
        """The first moment after it, UTC."""
        return _first_moment(self._first_month() + {"year": 12, "quarter": 3, "month": 1}[self.frequency])

    def last(self, count: int) -> Iterator["Period"]:
        """This period and those before it, so many in all, newest first."""
        period = self
        for _ in range(count):
            yield period
            period = Period.containing(period.starts_at - timedelta(seconds=1), self.frequency)

    def _first_month(self) -> int:
        year = int(self.name[:4]) * 12  # months since the year 0
        if quarter := re.search(r"Q([1-4])", self.name):
            return year + int(quarter[1]) * 3 - 3
        return year + (int(self.name[5:]) - 1 if len(self.name) > 4 else 0)


def danish_day(at: datetime) -> date:
    """The day in Denmark on which the moment is."""
    return at.astimezone(DENMARK).date()


def midnight(day: date) -> datetime:
    """The day's first moment in Denmark, UTC."""
    return datetime.combine(day, time(), DENMARK).astimezone(UTC)


def _first_moment(months: int) -> datetime:
    return midnight(date(months // 12, months % 12 + 1, 1))
