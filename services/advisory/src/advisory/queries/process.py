"""What may be asked of advisory processes."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import process as domain
from advisory.queries import need
from advisory.queries.need import NeedView
from advisory.store import process as store
from chassis.database import Tx
from contracts.values import Provenance


class VisitView(BaseModel):
    """A visit that was held."""

    held_on: date
    form: str
    participant_count: int
    profession_groups: tuple[str, ...]


class ProcessView(BaseModel):
    """A process with its visits."""

    id: UUID
    version: int = Field(description="The entity tag of this state")
    state: domain.State
    provenance: Provenance
    municipality_code: str
    kind: str
    is_confidential: bool = Field(description="Told to others with region and quarter only, and never to partners")
    enquiry_id: UUID | None
    children_youth: str
    setting: str | None
    goal: str | None
    deliverable: str | None
    reason: str | None
    visits: tuple[VisitView, ...]
    needs: tuple[NeedView, ...] = Field(description="What it showed to be missing, told to those who can meet it")


class ProcessFilter(BaseModel):
    """Which processes are shown."""

    provenance: Provenance = "actual"
    state: domain.State | None = None
    municipality_code: Annotated[str | None, Field(pattern=r"^[0-9]{4}$")] = None


class Processes(BaseModel):
    """A page of processes, in the order in which they were requested."""

    total: int = Field(description="Processes that match, on all pages")
    items: tuple[ProcessView, ...]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; none on the last")] = None


async def process(tx: Tx, id: UUID) -> ProcessView:
    """One process.

    Raises: ProcessMissing.
    """
    return _view(await store.loaded(tx, await tx.fetchrow("select * from processes where id = $1", id)))


async def processes(tx: Tx, wanted: ProcessFilter, *, after: int | None, limit: int) -> Processes:
    """The processes that match, the oldest first."""
    matching = """
        from processes where provenance = $1 and ($2::text is null or state = $2)
            and ($3::text is null or municipality_code = $3)
        """
    said = (wanted.provenance, wanted.state, wanted.municipality_code)
    found = await tx.fetch(
        f"select * {matching} and number > $4 order by number limit $5", *said, after or 0, limit + 1
    )
    page = found[:limit]
    return Processes(
        total=await tx.fetchval(f"select count(*) {matching}", *said),
        items=tuple([_view(await store.loaded(tx, row)) for row in page]),
        next=page[-1]["number"] if len(found) > limit else None,
    )


def _view(process: domain.Process) -> ProcessView:
    visits = tuple(VisitView(**vars(each)) for each in process.visits)
    fields: dict[str, Any] = vars(process) | {
        "visits": visits,
        "needs": need.shown(process.needs),
        "is_confidential": process.is_confidential,
    }
    return ProcessView(**fields)
