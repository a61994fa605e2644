"""SQL that keeps assessments of preparedness plans, and reads the checklist that they answer."""

from uuid import UUID

from advisory.domain.plan_quality import Assessment, Criterion
from chassis.database import Tx


async def criteria(tx: Tx) -> list[Criterion]:
    """Every point of the checklist that ever was or will be."""
    return [Criterion(**row) for row in await tx.fetch("select * from quality_criteria order by valid_from, code")]


async def add_assessment(tx: Tx, plan_id: UUID, assessment: Assessment) -> None:
    """What was found stands beside what was found before."""
    await tx.execute(
        "insert into plan_assessments (plan_id, version, source, assessed_on, findings) values ($1, $2, $3, $4, $5)",
        plan_id,
        assessment.version,
        assessment.source,
        assessment.assessed_on,
        assessment.findings,
    )
