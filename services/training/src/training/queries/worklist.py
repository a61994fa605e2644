"""What waits for a course coordinator: material to look at again, and municipalities that want training."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.geography import municipality
from contracts.values import Provenance
from training.domain.event import DENMARK, State


class ReviewView(BaseModel):
    """An event whose material quotes something that is not what it was."""

    event_id: UUID
    title_da: str
    state: State
    starts_at: datetime | None
    kind: Literal["reference", "publication"]
    quoted_id: UUID
    change: str = Field(description="The newest change: amended, repealed, moved, revised or withdrawn")
    changed_at: datetime
    matters_from: datetime = Field(description="From when the former wording is out of date")


class Reviews(BaseModel):
    """What must be looked at, the soonest event first."""

    items: tuple[ReviewView, ...]


class DemandView(BaseModel):
    """A municipality that may want training on a topic; without a municipality, the need is national."""

    topic: str
    municipality_code: str | None
    municipality: str | None
    sources: tuple[str, ...] = Field(description="plan_revision_due, need_identified, gap_detected, process_completed")
    since: date = Field(description="The day in Denmark on which the first of the reasons that stand was told")


class Demands(BaseModel):
    """Who may want training on what: the invitation list for a day on the topic."""

    items: tuple[DemandView, ...]


async def reviews(tx: Tx, provenance: Provenance) -> Reviews:
    """Events that are still to come and quote what has changed since somebody looked at it.

    A change counts when it happened, or will hold, after the quote was made or last reviewed; whoever quotes what is
    repealed or withdrawn already has not seen it, so that counts until a review. The moments are those of the changes
    themselves, so the order in which they are heard makes no difference.
    """
    rows = await tx.fetch(
        """
        select distinct on (quote.event_id, quote.kind, quote.quoted_id)
            quote.event_id, title_da, state, starts_at, quote.kind, quote.quoted_id, change,
            occurred_at as changed_at, matters_from
        from event_quotes as quote
        join events on events.id = quote.event_id
        join knowledge_changes as change
            on changed_id = quoted_id and change.kind = quote.kind and change.provenance = events.provenance
        where events.provenance = $1 and state not in ('held', 'cancelled')
            and case
                when reviewed_at is not null then occurred_at > reviewed_at
                when change in ('repealed', 'withdrawn') then true
                else matters_from > quoted_at
            end
        order by quote.event_id, quote.kind, quote.quoted_id, occurred_at desc, change.event_id
        """,
        provenance,
    )
    found = [ReviewView(**row) for row in rows]
    return Reviews(items=tuple(sorted(found, key=_soonest)))


async def demands(tx: Tx, provenance: Provenance, *, topic: str | None) -> Demands:
    """Each topic and municipality for which a reason stands that no attendance at such an event has answered since."""
    rows = await tx.fetch(
        """
        select topic, municipality_code, array_agg(distinct source order by source) as sources, min(told_at) as told_at
        from demand_causes as cause, unnest(topics) as topic
        where stands and cause.provenance = $1 and ($2::text is null or topic = $2)
            and not exists (
                select from registrations join events on events.id = event_id
                where registrations.state = 'attended' and events.state = 'held'
                    and registrations.municipality_code = cause.municipality_code
                    and topic = any (events.topics) and events.starts_at > told_at
            )
        group by topic, municipality_code order by topic, municipality_code nulls last
        """,
        provenance,
        topic,
    )
    return Demands(
        items=tuple(
            DemandView(
                topic=row["topic"],
                municipality_code=row["municipality_code"],
                municipality=municipality(row["municipality_code"]).name if row["municipality_code"] else None,
                sources=tuple(row["sources"]),
                since=row["told_at"].astimezone(DENMARK).date(),
            )
            for row in rows
        )
    )


def _soonest(review: ReviewView) -> tuple[bool, datetime, str, str]:
    return (
        review.starts_at is None,
        review.starts_at or review.changed_at,
        str(review.event_id),
        str(review.quoted_id),
    )
