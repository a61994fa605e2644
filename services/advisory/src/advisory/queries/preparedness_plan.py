"""What the register of preparedness plans can be asked to show."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import preparedness_plan as domain
from advisory.domain.days import danish_day
from advisory.store import preparedness_plan as store
from chassis import table
from chassis.clock import Now
from chassis.database import Tx
from contracts.geography import (
    POLICE_DISTRICT_NAMES,
    REGION_NAMES,
    Municipality,
    PoliceDistrictSlug,
    RegionSlug,
    municipalities,
    municipality,
    police_district_of,
    region_of,
    synthetic_municipalities,
)
from contracts.values import PartialDate, Provenance

UpcomingState = Literal["recorded", "adopted"]
BoardState = Literal["unknown", "none", "recorded", "adopted", "published", "revision_due", "overdue"]


class PlanVersionView(BaseModel):
    """One version of a municipality's plan."""

    version: int
    state: domain.State
    covers: tuple[str, ...]
    source_url: str | None = Field(description="Where MÆRK read of it")
    adopted_on: PartialDate | None = Field(description="Exact to the day or the month, as the source states")
    published_url: str | None
    published_on: PartialDate | None = Field(description="Since when it can be read, where the source states it")
    registered_on: date | None = Field(description="The day on which the register was told of the publication")
    verified_on: date | None
    source: domain.Source
    reminded_on: date | None = Field(description="When the municipality was last reminded to revise it")
    next_revision_due: date | None = Field(description="The last day on which it is at most four years old")


class PreparednessPlanView(BaseModel):
    """A municipality's entry in the register."""

    id: UUID
    municipality_code: str
    municipality: str
    provenance: Provenance
    revision: int = Field(description="The entity tag of this state")
    changed_at: datetime
    compliant: bool = Field(description="Written, adopted by the council, published and at most four years old")
    none_reported_on: date | None = Field(description="When it was said that there is no plan")
    versions: tuple[PlanVersionView, ...]


class BoardRow(BaseModel):
    """What the register knows of one municipality."""

    municipality_code: str
    municipality: str
    region: RegionSlug
    region_name: str
    police_district: PoliceDistrictSlug
    police_district_name: str
    id: UUID | None = Field(description="The entry, where there is one")
    state: BoardState
    compliant: bool
    adopted_on: PartialDate | None
    next_revision_due: date | None
    published_url: str | None
    verified_on: date | None
    source: domain.Source | None
    reminded_on: date | None
    new_version_state: UpcomingState | None = Field(description="A newer version that is on its way")


class Board(BaseModel):
    """A page of the board, by municipality code."""

    as_of: date = Field(description="The day in Denmark on which compliance and geography were judged")
    total: int = Field(description="Municipalities that match, on all pages")
    compliant: int = Field(description="Those of them with a plan that meets the law")
    verified: int = Field(description="Those of these whose plan MÆRK has found itself")
    items: tuple[BoardRow, ...]
    next: Annotated[str | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class BoardFilter(BaseModel):
    """Which municipalities are shown."""

    provenance: Provenance = "actual"
    region: RegionSlug | None = None
    police_district: PoliceDistrictSlug | None = None
    state: BoardState | None = None
    compliant: bool | None = None
    source: domain.Source | None = None


async def preparedness_plan(tx: Tx, id: UUID, *, now: Now) -> PreparednessPlanView:
    """One municipality's entry with all its versions.

    Raises: PreparednessPlanMissing.
    """
    row = await tx.fetchrow(
        "select id, municipality_code, provenance, revision, changed_at, none_reported_on"
        " from preparedness_plans where id = $1",
        id,
    )
    if row is None:
        raise store.PreparednessPlanMissing("There is no such preparedness plan.")
    plan = domain.PreparednessPlan(**row, versions=await store.versions(tx, id))
    on = danish_day(now(plan.provenance))
    return PreparednessPlanView(
        id=plan.id,
        municipality_code=plan.municipality_code,
        municipality=municipality(plan.municipality_code).name,
        provenance=plan.provenance,
        revision=plan.revision,
        changed_at=plan.changed_at,
        compliant=domain.is_compliant(plan, on=on),
        none_reported_on=plan.none_reported_on,
        versions=tuple(_version(each, on) for each in plan.versions),
    )


async def plan_of(tx: Tx, municipality_code: str, *, now: Now) -> PreparednessPlanView:
    """The entry of a municipality.

    Raises: PreparednessPlanMissing.
    """
    id = await tx.fetchval("select id from preparedness_plans where municipality_code = $1", municipality_code)
    if id is None:
        raise store.PreparednessPlanMissing("The municipality has no entry.")
    return await preparedness_plan(tx, id, now=now)


async def board(
    tx: Tx, wanted: BoardFilter, *, at: datetime, after: str | None = None, limit: int | None = None
) -> Board:
    """The municipalities with their plans, those without one too, as the law would judge them on that day.

    Shape: ascending by municipality code; all of them when there is no limit.
    """
    entries = {plan.municipality_code: plan for plan in await plans(tx, wanted.provenance)}
    on = danish_day(at)
    places = municipalities(on) if wanted.provenance == "actual" else synthetic_municipalities()
    rows = [row for each in places if _matches(row := _row(each, entries.get(each.code), on), wanted)]
    page = [row for row in rows if after is None or row.municipality_code > after][:limit]
    more = bool(page) and page[-1] is not rows[-1]
    return Board(
        as_of=on,
        total=len(rows),
        compliant=sum(row.compliant for row in rows),
        verified=sum(row.compliant and row.source == "maerk_verified" for row in rows),
        items=tuple(page),
        next=page[-1].municipality_code if more else None,
    )


def as_csv(board: Board) -> str:
    """The board as a table for a spreadsheet."""
    return table.as_csv(list(BoardRow.model_fields), (row.model_dump(mode="json") for row in board.items))


async def plans(tx: Tx, provenance: Provenance) -> list[domain.PreparednessPlan]:
    """Every entry of the register, by municipality code."""
    rows = await tx.fetch(
        """
        select plan.id, municipality_code, provenance, revision, changed_at, none_reported_on,
            version, state, covers, source_url, adopted_on, published_url, published_on, registered_on, verified_on,
            reminded_on, reminder_months
        from preparedness_plans as plan left join preparedness_plan_versions as version on plan_id = plan.id
        where provenance = $1 order by municipality_code, version
        """,
        provenance,
    )
    entries: dict[UUID, domain.PreparednessPlan] = {}
    entry_fields = ("id", "municipality_code", "provenance", "revision", "changed_at", "none_reported_on")
    for row in map(dict, rows):
        entry = {name: row.pop(name) for name in entry_fields}
        known = entries.get(entry["id"])
        new = () if row["version"] is None else (store.version_of(row),)
        entries[entry["id"]] = domain.PreparednessPlan(**entry, versions=(*(known.versions if known else ()), *new))
    return list(entries.values())


def _version(version: domain.PlanVersion, on: date) -> PlanVersionView:
    fields: dict[str, Any] = vars(version) | {"state": domain.state_on(version, on=on)}
    return PlanVersionView(**fields, source=version.source, next_revision_due=version.last_valid_day)


def _row(place: Municipality, plan: domain.PreparednessPlan | None, on: date) -> BoardRow:
    region, district = region_of(place.code, on), police_district_of(place.code, on)
    shown = None if plan is None else plan.in_force or plan.upcoming
    new = plan.upcoming if plan is not None and plan.in_force is not None else None
    return BoardRow(
        municipality_code=place.code,
        municipality=place.name,
        region=region,
        region_name=REGION_NAMES[region],
        police_district=district,
        police_district_name=POLICE_DISTRICT_NAMES[district],
        id=plan.id if plan else None,
        state=cast("BoardState", domain.state_on(shown, on=on)) if shown else _without(plan),
        compliant=plan is not None and domain.is_compliant(plan, on=on),
        adopted_on=shown.adopted_on if shown else None,
        next_revision_due=shown.last_valid_day if shown else None,
        published_url=shown.published_url if shown else None,
        verified_on=shown.verified_on if shown else None,
        source=shown.source if shown else None,
        reminded_on=shown.reminded_on if shown else None,
        new_version_state=cast("UpcomingState", new.state) if new else None,
    )


def _without(plan: domain.PreparednessPlan | None) -> BoardState:
    return "none" if plan is not None and plan.none_reported_on else "unknown"


def _matches(row: BoardRow, wanted: BoardFilter) -> bool:
    asked = {name: getattr(wanted, name) for name in BoardFilter.model_fields if name != "provenance"}
    return all(value is None or getattr(row, name) == value for name, value in asked.items())
