"""The materials that advice found missing."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.values import Provenance
from knowledge.queries.cursor import cursor, place


class NeedView(BaseModel):
    """A material that advice found missing."""

    event_id: UUID
    topic: str
    municipality_code: str | None = Field(description="Only when no single matter lies behind the need")
    provenance: Provenance
    identified_at: datetime


class Backlog(BaseModel):
    """What materials are missing: how often each topic was named, and each need, newest first."""

    topics: dict[str, int]
    items: tuple[NeedView, ...]
    next: Annotated[str | None, Field(description="Send it as `after` for the next page; none on the last")] = None


async def backlog(
    tx: Tx, *, provenance: Provenance, topic: str | None, after: str | None = None, limit: int
) -> Backlog:
    """What materials are missing.

    Raises: CursorUnreadable.
    """
    counts = await tx.fetch(
        "select topic, count(*) as needs from advisory_needs where provenance = $1"
        " and ($2::text is null or topic = $2) group by topic order by needs desc, topic",
        provenance,
        topic,
    )
    rows = await tx.fetch(
        """
        select event_id, topic, municipality_code, provenance, identified_at,
            (-extract(epoch from identified_at))::bigint as place
        from advisory_needs where provenance = $1 and ($2::text is null or topic = $2)
            and (
                $3::bigint is null
                or ((-extract(epoch from identified_at))::bigint, topic, event_id) > ($3, $4::text, $5::uuid)
            )
        order by place, topic, event_id limit $6
        """,
        provenance,
        topic,
        *place(after),
        limit + 1,
    )
    last = rows[limit - 1] if len(rows) > limit else None
    return Backlog(
        topics={row["topic"]: row["needs"] for row in counts},
        items=tuple(NeedView(**row) for row in rows[:limit]),
        next=cursor(last["place"], last["topic"], last["event_id"]) if last else None,
    )
