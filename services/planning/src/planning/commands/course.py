"""Figures get a course, and are looked at: when they move, and on the first of each month."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis import deadlines, outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from planning.domain import course as domain
from planning.domain.course import Course
from planning.domain.indicator import Indicator
from planning.domain.period import DENMARK, Period, midnight
from planning.domain.reading import Reading
from planning.store import course as courses
from planning.store import indicator as indicators
from planning.store import reading as readings

LOOK = "course"


async def set_course(tx: Tx, id: UUID, said: Mapping[str, Any], *, expect: Expect, now: Now) -> None:
    """The figure has this course, and it is known at once whether it is behind.

    Raises: CourseIncomplete, CourseJudgesCases, CourseUnlikePeriod.
    """
    await indicators.hold_definitions(tx)
    indicator = await indicators.indicator_for_update(tx, id)
    expect(indicator.definition.version)
    before = await courses.course(tx, id)
    course = replace(Course(**said), off_track=before is not None and before.off_track)
    domain.check(course, indicator)
    if domain.line(course) is None:
        course = replace(course, off_track=False)
    await courses.save_course(tx, id, course)
    await _look_now(tx, indicator, course, now(await courses.provenance_of(tx, id)))


async def look_at_course(tx: Tx, id: UUID, *, at: datetime) -> None:
    """A month has begun: a figure that has not moved may be behind all the same."""
    await indicators.hold_definitions(tx)
    indicator = await indicators.indicator_for_update(tx, id)
    if (course := await courses.course(tx, id)) is not None:
        await _look_now(tx, indicator, course, at)


async def look_at_reading(tx: Tx, indicator: Indicator, reading: Reading) -> Indicator:
    """The reading has changed, so the figure may be behind its course or no longer."""
    course = await courses.course(tx, indicator.id)
    if course is None or reading.provenance != await courses.provenance_of(tx, indicator.id):
        return indicator
    return await _judge(tx, indicator, course, reading, _day(reading.as_of))


async def _look_now(tx: Tx, indicator: Indicator, course: Course, at: datetime) -> None:
    way = domain.line(course)
    if way is None:
        await deadlines.clear_deadline(tx, LOOK, indicator.id)
        return
    on, provenance = _day(at), await courses.provenance_of(tx, indicator.id)
    if on <= way.due_on:
        month = Period.containing(at, "month")
        await deadlines.set_deadline(tx, LOOK, indicator.id, due_at=month.ends_at, provenance=provenance)
    period = Period(domain.judged_period(indicator, way, on))
    reading = await readings.newest_reading(tx, indicator, period, provenance)
    if reading is not None:
        await _judge(tx, indicator, course, replace(reading, as_of=max(at, midnight(on))), on)


async def _judge(tx: Tx, indicator: Indicator, course: Course, reading: Reading, on: date) -> Indicator:
    indicator, after, event = domain.look(indicator, course, reading, on)
    if event is not None:
        await courses.save_course(tx, indicator.id, after)
        await indicators.save_revision(tx, indicator)
        await outbox.publish(tx, event)
    return indicator


def _day(moment: datetime) -> date:
    return moment.astimezone(DENMARK).date()
