"""What may be asked of the travelling team's work as a whole: what was handed over, and the programme by type."""

from collections import defaultdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import process as domain
from advisory.domain import process_parts as parts
from advisory.domain import term
from advisory.domain.days import danish_day
from advisory.queries.process import Now
from advisory.store import term as term_store
from chassis.database import Tx
from contracts.geography import municipality
from contracts.values import Provenance


class RegisteredDeliverable(BaseModel):
    """What a municipality was given, as which version of its kind, and when somebody should look at it again."""

    number: int = Field(description="The order in which it was registered")
    process_id: UUID
    municipality_code: str
    municipality: str
    institution_type: domain.Institution | None
    kind: parts.DeliverableKind
    version: int = Field(description="Counts what the municipality has of this kind, for this type of institution")
    is_newest: bool
    what: str | None
    delivered_on: date
    review_on: date
    review_is_due: bool = Field(description="The newest of its kind, and its day to be looked at is here")


class DeliverableFilter(BaseModel):
    """Which deliverables are shown."""

    provenance: Provenance = "actual"
    municipality_code: Annotated[str | None, Field(pattern=r"^[0-9]{4}$")] = None
    kind: parts.DeliverableKind | None = None
    institution_type: domain.Institution | None = None
    review_is_due: bool | None = None


class Deliverables(BaseModel):
    """A page of the register, in the order of registration."""

    total: int = Field(description="Deliverables that match, on all pages")
    items: tuple[RegisteredDeliverable, ...]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class ProgrammeRow(BaseModel):
    """The programme for one type of institution in one municipality."""

    municipality_code: str
    municipality: str
    agreed: int = Field(description="Processes agreed in the period")
    completed: int = Field(description="Processes completed in the period")
    visits: int = Field(description="Visits held in the period")
    participants: int = Field(description="Participants of those visits, counted at each")


class ProgrammeType(BaseModel):
    """The programme for one type of institution."""

    institution_type: domain.Institution
    municipalities: int = Field(description="Different municipalities")
    agreed: int
    completed: int
    visits: int
    participants: int
    items: tuple[ProgrammeRow, ...]


class Programme(BaseModel):
    """The effort in day care, schools and youth educations, by type and municipality; confidential help is left out."""

    provenance: Provenance
    first: date
    last: date
    items: tuple[ProgrammeType, ...]


TermName = term.TermName


class TermView(BaseModel):
    """A number that holds from a day on."""

    name: TermName
    valid_from: date
    value: int


class Terms(BaseModel):
    """Every term, by name and day."""

    items: tuple[TermView, ...]


async def deliverables(tx: Tx, wanted: DeliverableFilter, *, now: Now, after: int | None, limit: int) -> Deliverables:
    """What was handed over and matches."""
    matching = """
        from (
            select deliverable.number, process_id, municipality_code, institution_type, deliverable.kind, what,
                delivered_on, review_on, row_number() over (same order by deliverable.number) as version,
                deliverable.number = max(deliverable.number) over same as is_newest
            from deliverables as deliverable join processes as process on process.id = process_id
            where provenance = $1
            window same as (partition by municipality_code, institution_type, deliverable.kind)
        ) as registered
        where ($2::text is null or municipality_code = $2) and ($3::text is null or kind = $3)
            and ($4::text is null or institution_type = $4)
            and ($5::bool is null or $5 = (is_newest and review_on <= $6::date))
        """
    said = (
        wanted.provenance,
        wanted.municipality_code,
        wanted.kind,
        wanted.institution_type,
        wanted.review_is_due,
        danish_day(now(wanted.provenance)),
    )
    found = await tx.fetch(
        f"select *, is_newest and review_on <= $6::date as review_is_due {matching}"
        " and number > $7 order by number limit $8",
        *said,
        after or 0,
        limit + 1,
    )
    page = found[:limit]
    return Deliverables(
        total=await tx.fetchval(f"select count(*) {matching}", *said),
        items=tuple(
            RegisteredDeliverable(**row, municipality=municipality(row["municipality_code"]).name) for row in page
        ),
        next=page[-1]["number"] if len(found) > limit else None,
    )


async def programme(tx: Tx, provenance: Provenance, *, first: date, last: date) -> Programme:
    """What was done for each type of institution in each municipality from the first day to the last.

    Shape: types and municipality codes ascending; those with nothing in the period are left out.
    """
    found = await tx.fetch(
        """
        with open_ones as (
            select * from processes
            where provenance = $1 and institution_type is not null and kind <> 'exit_setup' and enquiry_id is null
        ), done as (
            select institution_type, municipality_code,
                (agreed_on between $2 and $3)::int as agreed, (completed_on between $2 and $3)::int as completed,
                0 as visits, 0 as participants
            from open_ones
            union all
            select institution_type, municipality_code, 0, 0, 1, participant_count
            from open_ones join visits on process_id = id where held_on between $2 and $3
        )
        select institution_type, municipality_code, coalesce(sum(agreed), 0)::int as agreed,
            coalesce(sum(completed), 0)::int as completed, sum(visits)::int as visits,
            sum(participants)::int as participants
        from done group by institution_type, municipality_code
        having coalesce(sum(agreed), 0) + coalesce(sum(completed), 0) + sum(visits) > 0
        order by institution_type, municipality_code
        """,
        provenance,
        first,
        last,
    )
    by_type: dict[Any, list[ProgrammeRow]] = defaultdict(list)
    for row in map(dict, found):
        type_ = row.pop("institution_type")
        by_type[type_].append(ProgrammeRow(**row, municipality=municipality(row["municipality_code"]).name))
    items = tuple(
        ProgrammeType(
            institution_type=type_,
            municipalities=len(rows),
            **{name: sum(getattr(row, name) for row in rows) for name in ("agreed", "completed", "visits")},
            participants=sum(row.participants for row in rows),
            items=tuple(rows),
        )
        for type_, rows in by_type.items()
    )
    return Programme(provenance=provenance, first=first, last=last, items=items)


async def terms(tx: Tx) -> Terms:
    """The numbers that MÆRK has chosen, past and coming ones too."""
    return Terms(items=tuple(TermView(**vars(each)) for each in await term_store.terms(tx)))
