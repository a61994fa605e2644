"""The courses that figures are meant to follow."""

from uuid import UUID

from chassis.database import Tx
from contracts.values import Provenance
from planning.domain.course import Course

COURSE = "direction, baseline, baseline_on, target, due_on, slack_percent, source_url, off_track"


async def save_course(tx: Tx, indicator_id: UUID, course: Course) -> None:
    """The figure has this course; its indicator was locked before."""
    await tx.execute(
        f"""
        insert into courses (indicator_id, {COURSE}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (indicator_id) do update set ({COURSE}) = ($2, $3, $4, $5, $6, $7, $8, $9)
        """,  # noqa: S608  # column names
        indicator_id,
        *(getattr(course, name) for name in COURSE.split(", ")),
    )


async def course(tx: Tx, indicator_id: UUID) -> Course | None:
    """The figure's course, if it has one."""
    row = await tx.fetchrow(f"select {COURSE} from courses where indicator_id = $1", indicator_id)  # noqa: S608
    return None if row is None else Course(**row)


async def provenance_of(tx: Tx, indicator_id: UUID) -> Provenance:
    """Whether the indicator's plan is true or made for a demonstration: the figures that its course is about."""
    return await tx.fetchval(
        "select plan.provenance from indicators as indicator join action_plans as plan on plan.id = indicator.plan_id"
        " where indicator.id = $1",
        indicator_id,
    )
