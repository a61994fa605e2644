"""What those who take part in coordinations can ask, and how many there are for those who do not."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from chassis import disclosure
from chassis.clock import Now
from chassis.database import Tx
from contracts.geography import POLICE_DISTRICT_NAMES, PoliceDistrictSlug
from contracts.taxonomy import TopicCode
from contracts.values import Provenance
from cooperation.domain.calendar import day_of
from cooperation.domain.coordination import (
    AgeGroup,
    Basis,
    ClosedReason,
    Purpose,
    RiskLevel,
    State,
    StayPhase,
    Step,
    Tool,
)
from cooperation.store.coordination import coordination_of


class ParticipantView(BaseModel):
    """An organisation that was invited or takes part."""

    organisation: str
    joined: bool
    receiving: bool = Field(description="Takes part unseen: only the organisation itself is shown this line")


class StepView(BaseModel):
    """A step of the protocol that was taken."""

    step: Step
    taken_on: date
    taken_by: str


class RiskJudgementView(BaseModel):
    """What a professional judged on a day. Nothing computes it."""

    level: RiskLevel
    tool: Tool
    judged_on: date
    valid_until: date
    judged_by: str


class DisclosureBasisView(BaseModel):
    """That one organisation may tell another something, never what."""

    basis: Basis
    purpose: Purpose
    from_organisation: str
    to_organisation: str
    decided_on: date


class CoordinationView(BaseModel):
    """A severe case that organisations handle together."""

    id: UUID
    provenance: Provenance
    revision: int = Field(description="The entity tag of this state")
    state: State
    opened_month: date = Field(description="The first day of the month in which it was opened")
    police_district: PoliceDistrictSlug
    age_group: AgeGroup
    topics: tuple[TopicCode, ...]
    acute: bool
    stay_phase: StayPhase | None
    closed_reason: ClosedReason | None
    review_overdue: bool = Field(description="The newest judgement of the risk is valid no longer")
    participants: tuple[ParticipantView, ...]
    steps: tuple[StepView, ...]
    risk_judgements: tuple[RiskJudgementView, ...] = Field(description="The newest last")
    disclosure_bases: tuple[DisclosureBasisView, ...]


class CoordinationRow(BaseModel):
    """A coordination in which the caller's organisation takes part, or to which it is invited."""

    id: UUID
    joined: bool
    receiving: bool
    state: State | None = Field(description="None before joining")


class Coordinations(BaseModel):
    """A page of the caller's coordinations."""

    items: tuple[CoordinationRow, ...]
    next: Annotated[UUID | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class DistrictCount(BaseModel):
    """How many coordinations were opened in a police district."""

    police_district: PoliceDistrictSlug
    police_district_name: str
    opened: int | None = Field(description="None when the number could single out a case")


class QuarterCount(BaseModel):
    """How many coordinations were opened in a quarter."""

    quarter: str
    complete: bool = Field(
        description="Only a quarter that has ended is counted, so that nobody can watch a count rise"
    )
    opened: int | None = Field(description="In the whole country; None when the number could single out a case")
    districts: tuple[DistrictCount, ...] = Field(description="Districts with at least three municipalities")


class CoordinationCounts(BaseModel):
    """Counts of the quarters of a year, by suppressed numbers."""

    year: int
    minimum: int = Field(description="Smaller numbers are left out, and so is what they could be computed from")
    quarters: tuple[QuarterCount, ...]


async def coordination(tx: Tx, id: UUID, *, own: AbstractSet[str], now: Now) -> CoordinationView:
    """A coordination as the caller's organisation may see it.

    Raises: CoordinationMissing, also when none of the organisations takes part.
    """
    found = await coordination_of(tx, id, own)
    today = day_of(now(found.provenance))
    return CoordinationView(
        **{name: getattr(found, name) for name in _SHOWN},
        review_overdue=bool(found.judgements) and found.state != "closed" and found.judgements[-1].valid_until < today,
        participants=tuple(ParticipantView(**vars(each)) for each in found.seen_by(own)),
        steps=tuple(StepView(**vars(each)) for each in found.steps),
        risk_judgements=tuple(RiskJudgementView(**vars(each)) for each in found.judgements),
        disclosure_bases=tuple(DisclosureBasisView(**vars(each)) for each in found.bases),
    )


async def coordinations(tx: Tx, own: Collection[str], *, after: UUID | None = None, limit: int = 100) -> Coordinations:
    """The coordinations in which the caller's organisations take part or to which they are invited.

    Shape: ascending by id, each once, as the organisation that takes part most openly.
    """
    rows = await tx.fetch(
        """
        select distinct on (id) id, joined, receiving, case when joined then state end as state
        from coordinations join coordination_participants on coordination_id = id
        where organisation = any ($1::text[]) and ($2::uuid is null or id > $2)
        order by id, joined desc, receiving limit $3
        """,
        list(own),
        after,
        limit + 1,
    )
    page = tuple(CoordinationRow(**row) for row in rows[:limit])
    return Coordinations(items=page, next=page[-1].id if len(rows) > limit else None)


async def coordination_counts(tx: Tx, *, year: int, provenance: Provenance, at: datetime) -> CoordinationCounts:
    """How many coordinations were opened in each quarter of the year, without a number that could single out a case.

    Each quarter is a table of its own that never changes, so that no two answers can be subtracted from each other.
    """
    rows = await tx.fetch(
        """
        select opened_month, police_district, count(*) as opened from coordinations
        where provenance = $1 and extract(year from opened_month) = $2 group by opened_month, police_district
        """,
        provenance,
        year,
    )
    opened: dict[tuple[str, PoliceDistrictSlug], int] = {}
    for row in rows:
        place = (disclosure.period_of(row["opened_month"], "quarter"), row["police_district"])
        opened[place] = opened.get(place, 0) + row["opened"]
    starts = [date(year, month, 1) for month in (1, 4, 7, 10)]
    return CoordinationCounts(
        year=year,
        minimum=disclosure.MINIMUM,
        quarters=tuple(_quarter(start, opened, provenance, today=day_of(at)) for start in starts),
    )


_SHOWN = (
    "id",
    "provenance",
    "revision",
    "state",
    "opened_month",
    "police_district",
    "age_group",
    "topics",
    "acute",
    "stay_phase",
    "closed_reason",
)


def _quarter(
    start: date, opened: dict[tuple[str, PoliceDistrictSlug], int], provenance: Provenance, *, today: date
) -> QuarterCount:
    quarter = disclosure.period_of(start, "quarter")
    if today < start or disclosure.period_of(today, "quarter") == quarter:
        return QuarterCount(quarter=quarter, complete=False, opened=None, districts=())
    unnamed = disclosure.unnamed_districts(start)
    counts: dict[PoliceDistrictSlug, int] = {
        each: opened.get((quarter, each), 0)
        for each in POLICE_DISTRICT_NAMES
        if (each == "synthetic") == (provenance == "synthetic")
    }
    line = disclosure.one_way(counts, never=unnamed)
    return QuarterCount(
        quarter=quarter,
        complete=True,
        opened=line.total,
        districts=tuple(
            DistrictCount(police_district=each, police_district_name=POLICE_DISTRICT_NAMES[each], opened=shown)
            for each, shown in line.cells.items()
            if each not in unnamed
        ),
    )
