"""What makes the advisory service act: the clock."""

from collections.abc import Mapping

from advisory.commands import preparedness_plan
from chassis.database import Tx
from chassis.deadlines import Act, Due


async def age_plan(tx: Tx, due: Due) -> None:
    """A preparedness plan has reached its reminder or its last day."""
    await preparedness_plan.let_preparedness_plan_age(tx, due.subject, at=due.due_at)


DEADLINES: Mapping[str, Act] = {preparedness_plan.FALL_DUE: age_plan}
