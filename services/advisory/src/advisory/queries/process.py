"""What may be asked of advisory processes."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import process as domain
from advisory.domain import process_parts as parts
from advisory.domain.days import danish_day
from advisory.queries import need
from advisory.queries.enquiry import RESPONSIBILITY, Said
from advisory.queries.need import NeedView
from advisory.store import process as store
from chassis.clock import Now
from chassis.database import Tx
from contracts.geography import municipality
from contracts.values import Provenance

NON_BINDING = Said(
    da="Rådgivningen er vejledende. MÆRK træffer ingen afgørelser.",
    en="The advice is not binding. MÆRK decides nothing.",
)


class ScopeView(BaseModel):
    """What the process is for from a day on."""

    goals: tuple[str, ...]
    set_on: date
    reason: str | None = Field(description="Why it was changed; null for the first")


class PlannedVisitView(BaseModel):
    """A visit that is expected, was held or was called off."""

    place: int
    planned_on: date
    form: str
    state: str
    reason: str | None


class VisitView(BaseModel):
    """A visit that was held."""

    held_on: date
    form: str
    participant_count: int
    profession_groups: tuple[str, ...]
    topics: tuple[str, ...]
    duration_min: int | None = Field(description="Minutes")
    travel_min: int | None = Field(description="Minutes, there and back")
    minutes: str | None = Field(description="What was agreed")


class MilestoneView(BaseModel):
    """Something that shall be reached."""

    place: int
    goal: str
    due_on: date
    met_on: date | None
    dropped: str | None = Field(description="Why it will not be reached")
    is_overdue: bool = Field(description="Open although its day has passed")


class DeliverableView(BaseModel):
    """What was handed over."""

    place: int
    kind: parts.DeliverableKind
    what: str | None
    delivered_on: date
    review_on: date


class ProcessView(BaseModel):
    """A process with all it is made of."""

    id: UUID
    revision: int = Field(description="The entity tag of this state")
    state: domain.State
    provenance: Provenance
    municipality_code: str
    kind: str
    is_confidential: bool = Field(description="Told to others with region and quarter only, and never to partners")
    enquiry_id: UUID | None
    children_youth: str
    setting: str | None
    institution_type: domain.Institution | None
    goal: str | None = Field(description="What the municipality wished for")
    lead: domain.Lead | None
    agreed_on: date | None
    ends_on: date | None
    paused_until: date | None
    completed_on: date | None
    follow_up_due_on: date | None = Field(description="The first day on which the effect can be judged")
    follow_up_is_due: bool
    followed_up_on: date | None
    effect: domain.Effect | None
    effect_note: str | None
    reason: str | None
    scopes: tuple[ScopeView, ...]
    planned_visits: tuple[PlannedVisitView, ...]
    visits: tuple[VisitView, ...]
    milestones: tuple[MilestoneView, ...]
    deliverables: tuple[DeliverableView, ...]
    needs: tuple[NeedView, ...] = Field(description="What it showed to be missing, told to those who can meet it")


class AdviceNote(BaseModel):
    """What a municipality is given in writing: what was agreed, done and handed over, and what it is not."""

    non_binding: Said = NON_BINDING
    responsibility: Said = RESPONSIBILITY
    municipality: str
    process: ProcessView


class ProcessFilter(BaseModel):
    """Which processes are shown."""

    provenance: Provenance = "actual"
    state: domain.State | None = None
    municipality_code: Annotated[str | None, Field(pattern=r"^[0-9]{4}$")] = None
    institution_type: domain.Institution | None = None
    follow_up_is_due: Annotated[
        bool | None, Field(description="Completed, and the day to look at the effect is here")
    ] = None


class Processes(BaseModel):
    """A page of processes, in the order in which they were requested."""

    total: int = Field(description="Processes that match, on all pages")
    items: tuple[ProcessView, ...]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class ExpectedVisit(BaseModel):
    """A visit that lies ahead, or that nobody has said was held."""

    process_id: UUID
    municipality_code: str
    municipality: str
    planned_on: date
    form: str


class ExpectedVisits(BaseModel):
    """All of them, the earliest first."""

    items: tuple[ExpectedVisit, ...]


async def process(tx: Tx, id: UUID, *, now: Now) -> ProcessView:
    """One process.

    Raises: ProcessMissing.
    """
    return _view(await store.loaded(tx, await tx.fetchrow("select * from processes where id = $1", id)), now)


async def advice_note(tx: Tx, id: UUID, *, now: Now) -> AdviceNote:
    """The process as the municipality is given it.

    Raises: ProcessMissing.
    """
    view = await process(tx, id, now=now)
    return AdviceNote(municipality=municipality(view.municipality_code).name, process=view)


async def processes(tx: Tx, wanted: ProcessFilter, *, now: Now, after: int | None, limit: int) -> Processes:
    """The processes that match, the oldest first."""
    matching = """
        from processes where provenance = $1 and ($2::text is null or state = $2)
            and ($3::text is null or municipality_code = $3) and ($4::text is null or institution_type = $4)
            and ($5::bool is null or $5 = (state = 'completed' and follow_up_due_on <= $6))
        """
    said = (
        wanted.provenance,
        wanted.state,
        wanted.municipality_code,
        wanted.institution_type,
        wanted.follow_up_is_due,
        danish_day(now(wanted.provenance)),
    )
    found = await tx.fetch(
        f"select * {matching} and number > $7 order by number limit $8", *said, after or 0, limit + 1
    )
    page = found[:limit]
    return Processes(
        total=await tx.fetchval(f"select count(*) {matching}", *said),
        items=tuple(_view(each, now) for each in await store.all_loaded(tx, page)),
        next=page[-1]["number"] if len(found) > limit else None,
    )


async def expected_visits(tx: Tx, provenance: Provenance) -> ExpectedVisits:
    """The visits that are planned in processes that go on."""
    found = await tx.fetch(
        """
        select process_id, municipality_code, planned_on, form
        from planned_visits join processes on id = process_id
        where planned_visits.state = 'planned' and provenance = $1
            and processes.state in ('agreed', 'running', 'paused')
        order by planned_on, process_id, place
        """,
        provenance,
    )
    return ExpectedVisits(
        items=tuple(ExpectedVisit(**row, municipality=municipality(row["municipality_code"]).name) for row in found)
    )


def _view(process: domain.Process, now: Now) -> ProcessView:
    today = danish_day(now(process.provenance))
    due = process.follow_up_due_on
    fields: dict[str, Any] = vars(process) | {
        "is_confidential": process.is_confidential,
        "follow_up_is_due": process.state == "completed" and due is not None and due <= today,
        "needs": need.shown(process.needs),
        "scopes": [vars(each) for each in process.scopes],
        "planned_visits": [{"place": place, **vars(each)} for place, each in enumerate(process.planned_visits, 1)],
        "visits": [vars(each) for each in process.visits],
        "milestones": [
            {"place": place, **vars(each), "is_overdue": each.is_open and each.due_on < today}
            for place, each in enumerate(process.milestones, 1)
        ],
        "deliverables": [{"place": place, **vars(each)} for place, each in enumerate(process.deliverables, 1)],
    }
    return ProcessView(**fields)
