"""What makes planning act: any event that a figure counts or a milestone waits for, and the clock."""

from collections.abc import Mapping, Sequence

from chassis.consumer.listens import Heard
from chassis.database import Tx
from chassis.deadlines import Act, Due
from planning.commands import course, decision, indicator, known, milestone, report

HEARD = indicator.HEARD


async def follow(tx: Tx, heard: Sequence[Heard]) -> None:
    """The figures that count these events are read anew, and the milestones that waited for one of them are met."""
    await known.remember(tx, heard)
    await indicator.recompute_indicators(
        tx, [(each.event.type, each.event.provenance, each.event.at) for each in heard]
    )
    await milestone.meet_milestones(tx, heard)


async def pass_milestone(tx: Tx, due: Due) -> None:
    """The day of a milestone is near, or has passed."""
    await milestone.let_time_pass_milestone(tx, due.subject, at=due.due_at)


async def pass_decision(tx: Tx, due: Due) -> None:
    """The last day of a decision has passed."""
    await decision.let_decision_fall_overdue(tx, due.subject, at=due.due_at)


async def pass_month(tx: Tx, due: Due) -> None:
    """A month has begun, so a figure's course is looked at."""
    await course.look_at_course(tx, due.subject, at=due.now)


async def pass_quarter(tx: Tx, due: Due) -> None:
    """A quarter has ended, so an initiative's owner is to report on it."""
    await report.end_quarter(tx, due.subject, at=due.due_at)


async def pass_report(tx: Tx, due: Due) -> None:
    """The day for a report has passed, or so long has passed since that the steering group has it."""
    await report.miss_report(tx, due.subject, at=due.due_at)


DEADLINES: Mapping[str, Act] = {
    course.LOOK: pass_month,
    milestone.FALL_DUE: pass_milestone,
    decision.FALL_DUE: pass_decision,
    report.QUARTER: pass_quarter,
    report.REPORT: pass_report,
}
