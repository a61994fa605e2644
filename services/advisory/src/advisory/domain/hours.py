"""Opening hours in Danish wall-clock time, through holidays and both changes of the clock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from advisory.domain.days import DENMARK, is_holiday

DayKind = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday"]
Openness = Literal["open", "closed", "unknown"]

WEEKDAYS: tuple[DayKind, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = "24:00"
LOOK_DAYS = 14  # no run of closed days, Easter and Christmas included, is that long


@dataclass(frozen=True)
class Opening:
    """Open on such days from one time to another, as `08:00` and `15:00`; `24:00` is the end of the day.

    On a holiday only what is said of holidays counts.
    """

    day: DayKind
    opens: str
    closes: str


ALWAYS = tuple(Opening(day, "00:00", MIDNIGHT) for day in (*WEEKDAYS, "holiday"))


def kind_of(day: date, also_closed: Collection[str]) -> DayKind:
    """The weekday, or a holiday: a public one, or one of these days of any year, as `12-24`."""
    return "holiday" if is_holiday(day) or f"{day:%m-%d}" in also_closed else WEEKDAYS[day.weekday()]


def openness(hours: Sequence[Opening] | None, at: datetime, also_closed: Collection[str]) -> Openness:
    """Whether it is open at that moment; unknown where nobody has stated the hours."""
    if hours is None:
        return "unknown"
    there = at.astimezone(DENMARK)
    kind, clock = kind_of(there.date(), also_closed), f"{there:%H:%M}"
    return "open" if any(each.day == kind and each.opens <= clock < each.closes for each in hours) else "closed"


def opens_next(hours: Sequence[Opening] | None, at: datetime, also_closed: Collection[str]) -> datetime | None:
    """The first moment after this one at which it opens, UTC; None when none is near, or when it is open."""
    if hours is None or openness(hours, at, also_closed) == "open":
        return None
    today = at.astimezone(DENMARK).date()
    for day in (today + timedelta(days=each) for each in range(LOOK_DAYS)):
        kind = kind_of(day, also_closed)
        begins = sorted(_moment(day, each.opens) for each in hours if each.day == kind)
        if later := [each for each in begins if each > at]:
            return later[0]
    return None


def _moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), DENMARK).astimezone(UTC)
