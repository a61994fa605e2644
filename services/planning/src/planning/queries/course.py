"""The courses of figures, and which of them are behind, with the reason in words."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.problems import Missing
from planning.domain import course as domain
from planning.domain.course import Course, Direction
from planning.domain.indicator import Indicator
from planning.domain.period import DENMARK, Period
from planning.queries.indicator import found_indicator
from planning.store import course as courses
from planning.store.plan import plan
from planning.store.reading import newest_reading

NEUTRAL_DA = "Tallet følges uden mål: at det stiger eller falder, er hverken godt eller dårligt i sig selv."
FOLLOWED_DA = "Tallet følger kursen."
UNREAD_DA = "Der er endnu intet tal for perioden."


class CourseMissing(Missing):
    """The figure has no course."""

    title_da = "Tallet har ingen kurs"


class CourseView(BaseModel):
    """Where a figure is to be and where it is."""

    indicator_id: UUID
    code: str
    name_da: str
    definition_version: int
    direction: Direction
    baseline: Decimal | None
    baseline_on: date | None
    target: Decimal | None
    due_on: date | None
    slack_percent: int = Field(description="How much of the way may be missing before the figure is off track")
    source_url: str | None
    period: str | None = Field(description="The period whose figure is judged")
    value: Decimal | None
    expected: Decimal | None = Field(description="Where the course is today")
    reached_on: date | None = Field(
        description="When the target is reached at the pace until now; None where it never is, or not in our time"
    )
    off_track: bool
    reason_da: str


class Courses(BaseModel):
    """A plan's figures that have a course, those that are behind first."""

    items: tuple[CourseView, ...]


async def course(tx: Tx, id: UUID, *, now: datetime) -> CourseView:
    """Where the figure is to be and where it is now.

    Raises: IndicatorMissing, CourseMissing.
    """
    indicator = await found_indicator(tx, id)
    found = await courses.course(tx, id)
    if found is None:
        raise CourseMissing("This figure has no course.")
    return await _view(tx, indicator, found, now)


async def plan_courses(tx: Tx, plan_id: UUID, *, now: datetime) -> Courses:
    """The plan's figures with a course.

    Raises: ActionPlanMissing.
    """
    await plan(tx, plan_id)
    rows = await tx.fetch(
        "select id from indicators where plan_id = $1 and id in (select indicator_id from courses) order by code",
        plan_id,
    )
    views = [await course(tx, row["id"], now=now) for row in rows]
    return Courses(items=tuple(sorted(views, key=lambda each: not each.off_track)))


async def _view(tx: Tx, indicator: Indicator, course: Course, now: datetime) -> CourseView:
    way, on = domain.line(course), now.astimezone(DENMARK).date()
    period = value = expected = reached = None
    off_track, reason = False, NEUTRAL_DA
    if way is not None and not indicator.definition.counts_cases:
        period, expected, reason = domain.judged_period(indicator, way, on), way.expected(on), UNREAD_DA
        provenance = await courses.provenance_of(tx, indicator.id)
        reading = await newest_reading(tx, indicator, Period(period), provenance)
        if reading is not None and reading.value is not None:
            value, off_track = reading.value, way.is_behind(reading.value, on)
            reached = way.reached_on(value, on)
            reason = domain.reason_da(way, value, on) if off_track else FOLLOWED_DA
    said = {name: getattr(course, name) for name in vars(course) if name != "off_track"}
    return CourseView(
        indicator_id=indicator.id,
        code=indicator.code,
        name_da=indicator.name_da,
        definition_version=indicator.definition.version,
        **said,
        period=period,
        value=value,
        expected=expected,
        reached_on=reached,
        off_track=off_track,
        reason_da=reason,
    )
