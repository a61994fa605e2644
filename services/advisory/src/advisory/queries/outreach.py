"""What may be asked of outreach: whom to turn to, and which priorities call for it."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import outreach as domain
from advisory.domain.days import danish_day
from advisory.store import outreach as store
from chassis.database import Tx
from contracts.geography import municipalities, municipality, region_of, synthetic_municipalities
from contracts.values import Provenance


class OutreachTaskView(BaseModel):
    """Somebody should turn to this municipality, or has."""

    id: UUID
    revision: int = Field(description="The entity tag of this state")
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


class ReachView(BaseModel):
    """How far a municipality has been reached, and what may be asked of it."""

    municipality_code: str
    municipality: str
    region: str
    reached: bool = Field(description="Whether it was ever advised, or people from it were trained")
    last_contact_quarter: str | None = Field(description="When it last asked for advice, was visited or agreed on help")
    last_trained_month: str | None
    trained_topics: tuple[str, ...]
    agreement_holds: bool = Field(description="Whether an agreement with its police district is known to hold")
    open_task_id: UUID | None = Field(description="The task to turn to it because it was never reached")


class Reach(BaseModel):
    """All municipalities of that day that match, by their codes."""

    as_of: date
    definition_da: str = (
        "Nået: kommunen har bedt om rådgivning, har aftalt et forløb, er besøgt, eller har haft deltagere på et kursus"
    )
    total: int
    items: tuple[ReachView, ...]


async def reach(tx: Tx, provenance: Provenance, *, reached: bool | None, at: datetime) -> Reach:
    """How far each municipality has been reached."""
    on = danish_day(at)
    contacts = {
        row["code"]: row["quarter"]
        for row in await tx.fetch(
            "select municipality_code as code, max(quarter) as quarter from municipality_contacts"
            " where provenance = $1 group by 1",
            provenance,
        )
    }
    trained = {
        row["code"]: row
        for row in await tx.fetch(
            "select code, max(month) as month, array_agg(distinct topic order by topic) as topics"
            " from trainings, unnest(municipality_codes) as code, unnest(topics) as topic"
            " where provenance = $1 group by 1",
            provenance,
        )
    }
    agreed = {
        row["code"]
        for row in await tx.fetch(
            "select distinct unnest(municipality_codes) as code from agreements where provenance = $1 and holds",
            provenance,
        )
    }
    tasks = {
        row["municipality_code"]: row["id"]
        for row in await tx.fetch(
            "select municipality_code, id from outreach_tasks"
            " where provenance = $1 and reason = 'never_reached' and outcome is null",
            provenance,
        )
    }
    found = [
        ReachView(
            municipality_code=each.code,
            municipality=each.name,
            region=region_of(each.code, on),
            reached=each.code in contacts or each.code in trained,
            last_contact_quarter=contacts.get(each.code),
            last_trained_month=trained[each.code]["month"] if each.code in trained else None,
            trained_topics=trained[each.code]["topics"] if each.code in trained else (),
            agreement_holds=each.code in agreed,
            open_task_id=tasks.get(each.code),
        )
        for each in (municipalities(on) if provenance == "actual" else synthetic_municipalities())
    ]
    items = tuple(each for each in found if reached in (None, each.reached))
    return Reach(as_of=on, total=len(items), items=items)


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
