"""What may be asked of the coordination of stays abroad: what is under way, and counts that single out none."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import stay_coordination as domain
from advisory.domain.days import danish_day, quarter_of
from advisory.store import rows
from advisory.store.stay_coordination import StayCoordinationMissing
from chassis import disclosure
from chassis.database import Tx
from contracts.values import Provenance


class StayCoordinationView(BaseModel):
    """One flow through the coordination unit, without day, place or person."""

    id: UUID
    revision: int = Field(description="The entity tag of this state")
    provenance: Provenance
    referral_id: UUID | None
    origin: domain.Origin
    phase: domain.Phase
    quarter: str
    state: domain.State
    authorities: tuple[domain.Authority, ...]
    outcome: domain.Outcome | None
    concluded_in: str | None


class StayCoordinations(BaseModel):
    """A page of flows, in the order in which they were received."""

    total: int = Field(description="Flows that match, on all pages")
    items: tuple[StayCoordinationView, ...]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class StayCell(BaseModel):
    """How many in a year; null where the number is small or would give a small one away."""

    year: str
    phase: str
    count: int | None


class StayCounts(BaseModel):
    """Flows that the unit received, by year and phase, ended years only."""

    definition_da: str = (
        "Henvendelser til koordinationsenheden om ufrivillige udlandsophold, efter modtagelsesår og opholdets fase;"
        " henvendelser er hverken personer eller sager"
    )
    provenance: Provenance
    as_of: datetime
    minimum: int = Field(default=disclosure.MINIMUM, description="No smaller number is shown")
    cells: tuple[StayCell, ...]
    years: dict[str, int | None]
    phases: dict[str, int | None]
    total: int | None


async def flow(tx: Tx, id: UUID) -> StayCoordinationView:
    """One flow.

    Raises: StayCoordinationMissing.
    """
    row = await tx.fetchrow("select * from stay_coordinations where id = $1", id)
    if row is None:
        raise StayCoordinationMissing("There is no such coordination.")
    return StayCoordinationView(**rows.values(row))


async def flows(
    tx: Tx, provenance: Provenance, state: domain.State | None, *, after: int | None, limit: int
) -> StayCoordinations:
    """The flows that match, the oldest first."""
    matching = "from stay_coordinations where provenance = $1 and ($2::text is null or state = $2)"
    found = await tx.fetch(
        f"select * {matching} and number > $3 order by number limit $4", provenance, state, after or 0, limit + 1
    )
    page = found[:limit]
    return StayCoordinations(
        total=await tx.fetchval(f"select count(*) {matching}", provenance, state),
        items=tuple(StayCoordinationView(**rows.values(each)) for each in page),
        next=page[-1]["number"] if len(found) > limit else None,
    )


async def counts(tx: Tx, provenance: Provenance, *, at: datetime) -> StayCounts:
    """How many the unit received in each ended year; a year that goes on would show each new one."""
    found = await tx.fetch(
        "select substr(quarter, 1, 4) as year, phase, count(*) as count from stay_coordinations"
        " where provenance = $1 and quarter < $2 group by 1, 2 order by 1, 2",
        provenance,
        quarter_of(date(danish_day(at).year, 1, 1)),
    )
    table = disclosure.two_way({(row["year"], row["phase"]): row["count"] for row in found})
    cells = (StayCell(year=year, phase=phase, count=count) for (year, phase), count in table.cells.items())
    return StayCounts(
        provenance=provenance, as_of=at, cells=tuple(cells), years=table.rows, phases=table.columns, total=table.total
    )
