"""Priorities, and the hints from which they may be set."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.problems import Missing
from contracts.taxonomy import NetworkArea, Topic
from contracts.values import ChildrenYouth, Provenance
from planning.domain.priority import CallsFor
from planning.store.priority import HINTS

PRIORITY = "id, year, title_da, title_en, topic, area, children_youth, calls_for, provenance, set_at, hint_id"


class PriorityMissing(Missing):
    """There is no such priority."""

    title_da = "Prioriteten findes ikke"


class PriorityView(BaseModel):
    """Something that comes first in the coming year."""

    id: UUID
    year: int
    title_da: str
    title_en: str | None
    topic: Topic
    area: NetworkArea | None
    children_youth: ChildrenYouth
    calls_for: tuple[CallsFor, ...]
    provenance: Provenance
    set_at: datetime
    hint_id: UUID | None

    @property
    def revision(self) -> int:
        """A priority is not changed."""
        return 1


class Priorities(BaseModel):
    """All priorities, newest first."""

    items: tuple[PriorityView, ...]


class HintView(BaseModel):
    """An announced event that more want to come to than there are seats: a priority may be due."""

    id: UUID = Field(description="The event (arrangement) that is oversubscribed")
    event_id: UUID = Field(description="The message behind the hint")
    heard_of: datetime = Field(description="When the waiting list had grown so long, UTC")
    provenance: Provenance
    kind: str
    topics: tuple[Topic, ...]
    area: NetworkArea | None
    children_youth: ChildrenYouth
    seats: int
    waiting_count: int
    priority_id: UUID | None = Field(description="The priority that was set from it")


class Hints(BaseModel):
    """All hints, unanswered ones first, then the longest waiting list."""

    items: tuple[HintView, ...]


async def priorities(tx: Tx) -> Priorities:
    """All priorities."""
    rows = await tx.fetch(f"select {PRIORITY} from priorities order by set_at desc, id")  # noqa: S608  # column names
    return Priorities(items=tuple(PriorityView(**row) for row in rows))


async def priority(tx: Tx, id: UUID) -> PriorityView:
    """One priority.

    Raises: PriorityMissing.
    """
    row = await tx.fetchrow(f"select {PRIORITY} from priorities where id = $1", id)  # noqa: S608  # column names
    if row is None:
        raise PriorityMissing("There is no such priority.")
    return PriorityView(**row)


async def hints(tx: Tx) -> Hints:
    """What the others' events hint at."""
    rows = await tx.fetch(
        f"select hints.*, priorities.id as priority_id from ({HINTS}) as hints"  # noqa: S608  # a constant
        " left join priorities on hint_id = hints.id"
        " order by priorities.id is not null, (data ->> 'waiting_count')::int desc, hints.id"
    )
    return Hints(
        items=tuple(
            HintView.model_validate(
                {"area": None, **row["data"]}
                | {name: row[name] for name in ("id", "event_id", "provenance", "priority_id")}
                | {"heard_of": row["occurred_at"]}
            )
            for row in rows
        )
    )
