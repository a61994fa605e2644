"""What figures are to be, period by period."""

from collections.abc import Collection
from uuid import UUID

from chassis.database import Tx
from planning.domain.target import Target

TARGET = "id, indicator_id, period, bound, value, source_url, set_at"


async def add_target(tx: Tx, target: Target) -> None:
    """It stands beside those before it."""
    await tx.execute(
        f"insert into targets ({TARGET}) values ($1, $2, $3, $4, $5, $6, $7)",  # noqa: S608  # column names
        *(getattr(target, name) for name in TARGET.split(", ")),
    )


async def targets_of(tx: Tx, indicator_ids: Collection[UUID]) -> list[Target]:
    """The newest of each figure and period, those that were taken back too, in the order of the periods."""
    rows = await tx.fetch(
        f"select distinct on (indicator_id, period) {TARGET} from targets"  # noqa: S608  # column names
        " where indicator_id = any ($1::uuid[]) order by indicator_id, period, place desc",
        list(indicator_ids),
    )
    return [Target(**row) for row in rows]
