"""SQL that keeps which needs an enquiry or process has shown."""

from collections.abc import Sequence
from uuid import UUID

from advisory.domain.need import Need
from chassis.database import Tx


async def shown_by(tx: Tx, ids: Sequence[UUID]) -> dict[UUID, tuple[Need, ...]]:
    """The needs that these enquiries or processes have shown, each one's in the order in which they were seen."""
    found: dict[UUID, tuple[Need, ...]] = {}
    for row in await tx.fetch("select * from needs where shown_by = any ($1::uuid[]) order by number", ids):
        known = found.get(row["shown_by"], ())
        found[row["shown_by"]] = (*known, Need(row["id"], row["need"], row["topic"]))
    return found


async def save(tx: Tx, shown_by: UUID, needs: Sequence[Need]) -> None:
    """The enquiry or process, whose row is locked, has shown these needs."""
    for each in needs:
        await tx.execute(
            "insert into needs (id, shown_by, need, topic) values ($1, $2, $3, $4) on conflict (id) do nothing",
            each.id,
            shown_by,
            each.need,
            each.topic,
        )
