"""What may be asked of outreach: whom to turn to, and which priorities call for it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import outreach as domain
from advisory.store import outreach as store
from chassis.database import Tx
from contracts.geography import municipality
from contracts.values import Provenance


class OutreachTaskView(BaseModel):
    """Somebody should turn to this municipality, or has."""

    id: UUID
    version: int = Field(description="The entity tag of this state")
    provenance: Provenance
    municipality_code: str
    municipality: str
    reason: domain.Reason
    lacking: tuple[str, ...] = Field(description="What the municipality lacks, where that is the reason")
    opened_at: datetime
    outcome: domain.Outcome | None = Field(description="Null while the task is open")


class OutreachFilter(BaseModel):
    """Which tasks are shown."""

    provenance: Provenance = "actual"
    open: bool | None = None
    reason: domain.Reason | None = None
    municipality_code: Annotated[str | None, Field(pattern=r"^[0-9]{4}$")] = None


class OutreachTasks(BaseModel):
    """A page of tasks, in the order in which they were opened."""

    total: int = Field(description="Tasks that match, on all pages")
    items: tuple[OutreachTaskView, ...]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class OutreachPriority(BaseModel):
    """A priority of the action plan that calls for outreach."""

    id: UUID
    year: int
    topic: str
    area: str | None
    children_youth: str


class OutreachPriorities(BaseModel):
    """All of them, the newest year first."""

    items: tuple[OutreachPriority, ...]


async def task(tx: Tx, id: UUID) -> OutreachTaskView:
    """One task.

    Raises: OutreachTaskMissing.
    """
    row = await tx.fetchrow("select * from outreach_tasks where id = $1", id)
    if row is None:
        raise store.OutreachTaskMissing("There is no such outreach task.")
    return _view(dict(row))


async def tasks(tx: Tx, wanted: OutreachFilter, *, after: int | None, limit: int) -> OutreachTasks:
    """The tasks that match, the oldest first."""
    matching = """
        from outreach_tasks where provenance = $1 and ($2::bool is null or $2 = (outcome is null))
            and ($3::text is null or reason = $3) and ($4::text is null or municipality_code = $4)
        """
    said = (wanted.provenance, wanted.open, wanted.reason, wanted.municipality_code)
    found = await tx.fetch(
        f"select * {matching} and number > $5 order by number limit $6", *said, after or 0, limit + 1
    )
    page = found[:limit]
    return OutreachTasks(
        total=await tx.fetchval(f"select count(*) {matching}", *said),
        items=tuple(_view(dict(row)) for row in page),
        next=page[-1]["number"] if len(found) > limit else None,
    )


async def priorities(tx: Tx, provenance: Provenance) -> OutreachPriorities:
    """The priorities that call for outreach."""
    found = await tx.fetch(
        "select id, year, topic, area, children_youth from outreach_priorities"
        " where provenance = $1 and calls_for_outreach order by year desc, topic, id",
        provenance,
    )
    return OutreachPriorities(items=tuple(OutreachPriority(**row) for row in found))


def _view(row: dict[str, object]) -> OutreachTaskView:
    return OutreachTaskView.model_validate(row | {"municipality": municipality(str(row["municipality_code"])).name})
