"""The course that a figure is meant to follow, and whether it is behind: the reason is said in words.

A figure that counts single cases has no course but the neutral one: more enquiries may mean better known offers, so a
rising number is neither better nor worse (rule c.5/9).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Any, Literal

from contracts.event import Event
from contracts.planning import IndicatorBackOnTrack, IndicatorOffTrack
from contracts.problems import Invalid
from contracts.values import LARGEST, PublicUrl
from planning.domain.indicator import Indicator
from planning.domain.period import Period, midnight
from planning.domain.reading import Reading

Direction = Literal["up", "down", "neutral"]
MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip


class CourseIncomplete(Invalid):
    """A course leads from a value on a day to another value on a later day; a neutral one leads nowhere."""

    title_da = "Kursen er ufuldstændig"


class CourseJudgesCases(Invalid):
    """A number of single cases is neither good nor bad."""

    title_da = "Antallet af henvendelser er hverken godt eller dårligt i sig selv"


class CourseOfWords(Invalid):
    """Words are not a number that could be on a line."""

    title_da = "Ord har ingen kurs"


class CourseUnlikePeriod(Invalid):
    """What is counted within a period has its course within that period."""

    title_da = "Kursen passer ikke til indikatorens periode"


@dataclass(frozen=True)
class Course:
    """From the baseline in a straight line to the target; `slack_percent` of the way may be missing at any time."""

    direction: Direction
    baseline: Decimal | None = None
    baseline_on: date | None = None
    target: Decimal | None = None
    due_on: date | None = None
    slack_percent: int = 10
    source_url: PublicUrl | None = None
    off_track: bool = False


@dataclass(frozen=True)
class Line:
    """A course that leads somewhere."""

    baseline: Decimal
    baseline_on: date
    target: Decimal
    due_on: date
    slack_percent: int

    def expected(self, on: date) -> Decimal:
        """The value on that day, before the baseline's day the baseline, after the last day the target."""
        whole = (self.due_on - self.baseline_on).days
        passed = min(max((on - self.baseline_on).days, 0), whole)
        return round(self.baseline + (self.target - self.baseline) * passed / whole, 3)

    def is_behind(self, value: Decimal, on: date) -> bool:
        """True when more of the way is missing than may be; after the last day nothing may be."""
        rising = 1 if self.target > self.baseline else -1
        missing = (self.expected(on) - value) * rising
        slack = 0 if on > self.due_on else abs(self.target - self.baseline) * self.slack_percent / 100
        return missing > slack

    def reached_on(self, value: Decimal, on: date) -> date | None:
        """The day on which the target is reached at the pace until now; None when it never is, or not in our time."""
        passed = (on - self.baseline_on).days
        if passed <= 0 or (value - self.baseline) * (self.target - self.baseline) <= 0:
            return None
        days = (self.target - self.baseline) * passed / (value - self.baseline)
        return self.baseline_on + timedelta(days=ceil(days)) if days < 100 * 365 else None


def line(course: Course) -> Line | None:
    """The way that the course leads; None where it is neutral."""
    if course.baseline is None or course.baseline_on is None or course.target is None or course.due_on is None:
        return None
    return Line(course.baseline, course.baseline_on, course.target, course.due_on, course.slack_percent)


def check(course: Course, indicator: Indicator) -> None:
    """The figure can have this course.

    Raises: CourseIncomplete, CourseJudgesCases, CourseOfWords, CourseUnlikePeriod.
    """
    said = (course.baseline, course.baseline_on, course.target, course.due_on)
    if course.direction == "neutral":
        if any(each is not None for each in said):
            raise CourseIncomplete("A neutral figure is followed without a target.", pointer="/direction")
        return
    if indicator.definition.method == "described":
        raise CourseOfWords("What is read in words is followed with the direction neutral.", pointer="/direction")
    if indicator.definition.counts_cases:
        raise CourseJudgesCases(
            "A number of single cases is followed with the direction neutral.", pointer="/direction"
        )
    way = line(course)
    if way is None:
        raise CourseIncomplete("Say baseline, baseline_on, target and due_on.", pointer="/target")
    if way.due_on <= way.baseline_on:
        raise CourseIncomplete("The target is to be reached after the day of the baseline.", pointer="/due_on")
    if way.target == way.baseline or (way.target > way.baseline) != (course.direction == "up"):
        raise CourseIncomplete("The target lies the other way than the direction says.", pointer="/target")
    if not indicator.definition.is_stock and _period(indicator, way.baseline_on) != _period(indicator, way.due_on):
        raise CourseUnlikePeriod(
            f"What is counted within a {indicator.frequency} has its course within one {indicator.frequency}.",
            pointer="/due_on",
        )


def look(indicator: Indicator, course: Course, reading: Reading, on: date) -> tuple[Indicator, Course, Event | None]:
    """Whether the figure is behind its course on that day; the event is None when that is not new."""
    way = line(course)
    value = reading.value
    if way is None or indicator.definition.counts_cases or reading.period != judged_period(indicator, way, on):
        return indicator, course, None
    if value is None:  # nobody knows where the figure is
        return indicator, course, None
    behind = way.is_behind(value, on)
    if behind == course.off_track:
        return indicator, course, None
    indicator = replace(indicator, revision=indicator.revision + 1)
    return indicator, replace(course, off_track=behind), _told(indicator, way, reading, value, on, behind=behind)


def judged_period(indicator: Indicator, way: Line, on: date) -> str:
    """The period whose reading is judged on that day: after the last day that of the last day."""
    return _period(indicator, min(on, way.due_on))


def reason_da(way: Line, value: Decimal, on: date) -> str:
    """How far the figure is behind, and when it will be where it is to be, in Danish."""
    bound = "mindst" if way.target > way.baseline else "højst"
    target, due = number_da(way.target), day_da(way.due_on)
    if on > way.due_on:
        return f"Målet var {bound} {target} senest den {due}, men tallet er {number_da(value)}."
    reached = way.reached_on(value, on)
    outlook = (
        f"I samme takt nås målet den {day_da(reached)}."
        if reached
        else f"Tallet har ikke nærmet sig målet siden den {day_da(way.baseline_on)}."
    )
    return (
        f"Målet er {bound} {target} senest den {due}. Den {day_da(on)} skulle tallet være"
        f" {bound} {number_da(way.expected(on))} for at følge kursen, men det er {number_da(value)}. {outlook}"
    )


def day_da(day: date) -> str:
    """The day as Danes write it: `31. december 2026`."""
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def number_da(value: Decimal) -> str:
    """The number as Danes write it: `1.234,5`."""
    text = f"{value:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.translate(str.maketrans(",.", ".,"))


def _period(indicator: Indicator, day: date) -> str:
    return Period.containing(midnight(day), indicator.frequency).name


def _told(indicator: Indicator, way: Line, reading: Reading, value: Decimal, on: date, *, behind: bool) -> Event:
    said: dict[str, Any] = {
        "subject": indicator.id,
        "revision": indicator.revision,
        "at": reading.as_of,
        "provenance": reading.provenance,
        "period": reading.period,
        "value": value if abs(value) <= LARGEST else None,
        "expected": way.expected(on),
    }
    if behind:
        return IndicatorOffTrack(**said, target=way.target, due_on=way.due_on)
    return IndicatorBackOnTrack(**said)
