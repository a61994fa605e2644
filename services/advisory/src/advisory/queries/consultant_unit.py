"""What the security consultants' secretariat can be asked: units, who covers what, and what they can take on."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import consultant_unit as domain
from advisory.store import consultant_unit as store
from chassis.database import Tx
from contracts.geography import (
    REGION_NAMES,
    RegionSlug,
    municipalities,
    municipality,
    region_of,
    synthetic_municipalities,
)
from contracts.values import Provenance


class CoverageView(BaseModel):
    """A region that a unit covers for some time."""

    region: RegionSlug
    valid_from: date
    valid_until: date | None
    source_url: str | None


class StandInView(BaseModel):
    """Another unit that takes a unit's calls for some time."""

    unit_id: UUID
    valid_from: date
    valid_until: date


class UnitView(BaseModel):
    """A unit of security consultants: a function of its host municipality."""

    id: UUID
    revision: int = Field(description="The entity tag of this state")
    provenance: Provenance
    host_municipality_code: str
    host_municipality: str
    title_da: str
    coverages: tuple[CoverageView, ...]
    stand_ins: tuple[StandInView, ...]


class Units(BaseModel):
    """All units."""

    items: tuple[UnitView, ...]


class RegionCoverage(BaseModel):
    """Who covers a region on a day."""

    region: RegionSlug
    region_name: str
    unit_ids: tuple[UUID, ...] = Field(description="Empty where nobody has said who covers it")
    at_work_ids: tuple[UUID, ...] = Field(description="Who takes the calls: the same, or those who stand in")


class CoverageOnDay(BaseModel):
    """Who covers which of the day's regions."""

    on: date
    complete: bool = Field(description="Whether every region is covered by somebody who is at work")
    items: tuple[RegionCoverage, ...]


class CapacityView(BaseModel):
    """What a unit can take on in a week."""

    unit_id: UUID
    week: str
    capacity_h: int


class Capacities(BaseModel):
    """By week and unit."""

    items: tuple[CapacityView, ...]
    weeks: dict[str, int] = Field(description="Hours of all units that have said")
    unstated: dict[str, tuple[UUID, ...]] = Field(description="For each week the units that have not said")


class CapacitySaid(BaseModel):
    """What a unit said that it could take on, once."""

    week: str
    capacity_h: int
    said_at: datetime


class CapacityHistory(BaseModel):
    """All that a unit said, the newest last."""

    items: tuple[CapacitySaid, ...]


async def unit(tx: Tx, id: UUID) -> UnitView:
    """One unit.

    Raises: UnitMissing.
    """
    return _view(await store.one(tx, id))


async def units(tx: Tx, provenance: Provenance) -> Units:
    """All units."""
    return Units(items=tuple(_view(each) for each in await store.units(tx, provenance)))


async def coverage(tx: Tx, provenance: Provenance, on: date) -> CoverageOnDay:
    """Who covers the regions that there are on that day."""
    known = await store.units(tx, provenance)
    those = municipalities(on) if provenance == "actual" else synthetic_municipalities()
    regions = {region_of(each.code, on) for each in those}
    items = tuple(_covered(known, each, on) for each in REGION_NAMES if each in regions)
    return CoverageOnDay(on=on, complete=all(each.at_work_ids for each in items), items=items)


async def capacities(tx: Tx, provenance: Provenance, *, since: str, until: str) -> Capacities:
    """What the units can take on in these weeks, as each said last.

    Raises: NoSuchWeek, TooManyWeeks.
    """
    asked = domain.weeks(since, until)
    found = await tx.fetch(
        """
        select unit_id, week, capacity_h from (
            select distinct on (week, unit_id) number, unit_id, week, capacity_h
            from unit_capacities as said join consultant_units as unit on unit.id = unit_id
            where provenance = $1 and week = any ($2::text[]) order by week, unit_id, said.revision desc
        ) as newest order by week, number
        """,
        provenance,
        list(asked),
    )
    units = [each.id for each in await store.units(tx, provenance)]
    weeks: dict[str, int] = {}
    said: dict[str, set[UUID]] = {each: set() for each in asked}
    for row in found:
        weeks[row["week"]] = weeks.get(row["week"], 0) + row["capacity_h"]
        said[row["week"]].add(row["unit_id"])
    return Capacities(
        items=tuple(CapacityView(**row) for row in found),
        weeks=weeks,
        unstated={week: tuple(each for each in units if each not in known) for week, known in said.items()},
    )


async def capacity_history(tx: Tx, id: UUID) -> CapacityHistory:
    """All that the unit said of what it can take on.

    Raises: UnitMissing.
    """
    await store.one(tx, id)
    found = await tx.fetch(
        "select week, capacity_h, said_at from unit_capacities where unit_id = $1 order by revision", id
    )
    return CapacityHistory(items=tuple(CapacitySaid(**row) for row in found))


def _covered(known: list[domain.Unit], region: RegionSlug, on: date) -> RegionCoverage:
    own = domain.covering(known, region, on)
    there = (domain.at_work(each, known, on) for each in own)
    return RegionCoverage(
        region=region,
        region_name=REGION_NAMES[region],
        unit_ids=tuple(each.id for each in own),
        at_work_ids=tuple(dict.fromkeys(each.id for each in there if each)),
    )


def _view(unit: domain.Unit) -> UnitView:
    return UnitView.model_validate(
        vars(unit)
        | {
            "host_municipality": municipality(unit.host_municipality_code).name,
            "coverages": [vars(each) for each in unit.coverages],
            "stand_ins": [vars(each) for each in unit.stand_ins],
        }
    )
