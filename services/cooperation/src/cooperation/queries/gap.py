"""What can be asked about gaps and about the priorities that ask for cooperation."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.geography import (
    POLICE_DISTRICT_NAMES,
    Municipality,
    PoliceDistrictSlug,
    RegionSlug,
    municipalities,
    police_district_of,
    region_of,
    synthetic_municipalities,
)
from contracts.values import Provenance
from cooperation.domain.calendar import day_of
from cooperation.domain.gap import Needed

GapState = Literal["unknown", "gap", "complete"]


class WishView(BaseModel):
    """A sign that the municipality may want to agree with the police, until it does."""

    sign: Literal["need_identified", "process_completed"]
    since: date = Field(description="The first month in which it was told, as its first day")


class GapRow(BaseModel):
    """What a municipality lacks of what cooperation needs."""

    municipality_code: str
    municipality: str
    region: RegionSlug
    police_district: PoliceDistrictSlug
    police_district_name: str
    state: GapState = Field(description="`unknown` until anything is known of the municipality, or all were judged")
    lacking: tuple[Needed, ...]
    changed_at: datetime | None = Field(description="When that last changed")
    wishes: tuple[WishView, ...] = Field(
        description="Cooperation with the police was asked for in advice, or may follow from a process that ended; "
        "for MÆRK and the municipality itself"
    )


class Gaps(BaseModel):
    """A page of the board, by municipality code."""

    as_of: date = Field(description="The day in Denmark on which geography was judged")
    total: int = Field(description="Municipalities that match, on all pages")
    with_gap: int = Field(description="Those of them that lack something")
    items: tuple[GapRow, ...]
    next: Annotated[str | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class GapFilter(BaseModel):
    """Which municipalities are shown."""

    provenance: Provenance = "actual"
    region: RegionSlug | None = None
    police_district: PoliceDistrictSlug | None = None
    state: GapState | None = None
    lacking: Needed | None = None
    wished: Annotated[bool | None, Field(description="Whether cooperation with the police is wished for")] = None


class Target(BaseModel):
    """A priority of the action plan that asks for cooperation."""

    priority_id: UUID
    year: int
    topic: str
    area: str | None = Field(description="East or west of the Great Belt; none for the whole country")
    children_youth: str
    provenance: Provenance


class Targets(BaseModel):
    """All of them, the newest year first."""

    items: tuple[Target, ...]


async def gaps(
    tx: Tx,
    wanted: GapFilter,
    *,
    at: datetime,
    only: AbstractSet[str] | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Gaps:
    """The municipalities with what they lack; with `only`, those of these municipalities and police districts.

    Shape: ascending by municipality code.
    """
    found = await tx.fetch(
        "select municipality_code, lacking, changed_at from gaps where provenance = $1", wanted.provenance
    )
    judged = {row["municipality_code"]: (tuple(row["lacking"]), row["changed_at"]) for row in found}
    wishes = await _wishes(tx)
    on = day_of(at)
    places = municipalities(on) if wanted.provenance == "actual" else synthetic_municipalities()
    rows = [
        row
        for each in places
        if _matches(row := _row(each, judged, wishes if _may_see_wishes(each, only) else {}, on), wanted, only)
    ]
    page = [row for row in rows if after is None or row.municipality_code > after][:limit]
    more = bool(page) and page[-1] is not rows[-1]
    return Gaps(
        as_of=on,
        total=len(rows),
        with_gap=sum(row.state == "gap" for row in rows),
        items=tuple(page),
        next=page[-1].municipality_code if more else None,
    )


async def targets(tx: Tx, provenance: Provenance) -> Targets:
    """The priorities that ask for cooperation."""
    rows = await tx.fetch(
        """
        select priority_id, year, topic, area, children_youth, provenance from targets
        where asked_for and provenance = $1 order by year desc, topic, priority_id limit 500
        """,
        provenance,
    )
    return Targets(items=tuple(Target(**row) for row in rows))


async def _wishes(tx: Tx) -> dict[str, list[WishView]]:
    """What was wished for, by municipality, in the order in which it was; no agreement of that month or later is there.

    A need says its month alone, so an agreement signed in that month counts as its answer.
    """
    rows = await tx.fetch(
        """
        select municipality_code, sign, min(month) as since
        from advisory_wishes,
            date_trunc('month', told_at at time zone 'Europe/Copenhagen') as told, cast(told as date) as month
        where not exists (
            select from agreements
            where municipality_codes @> array[municipality_code] and state in ('active', 'review_due')
                and signed_on >= month
        )
        group by municipality_code, sign order by since, sign
        """
    )
    found: dict[str, list[WishView]] = {}
    for row in rows:
        found.setdefault(row["municipality_code"], []).append(WishView(sign=row["sign"], since=row["since"]))
    return found


def _may_see_wishes(place: Municipality, only: AbstractSet[str] | None) -> bool:
    """What a municipality said to MÆRK is shown to MÆRK and to itself, not to the police of its district."""
    return only is None or f"municipality:{place.code}" in only


def _row(
    place: Municipality,
    judged: dict[str, tuple[tuple[Needed, ...], datetime]],
    wishes: Mapping[str, Sequence[WishView]],
    on: date,
) -> GapRow:
    district = police_district_of(place.code, on)
    lacking, changed_at = judged.get(place.code, ((), None))
    known: GapState = "gap" if lacking else "complete"
    return GapRow(
        municipality_code=place.code,
        municipality=place.name,
        region=region_of(place.code, on),
        police_district=district,
        police_district_name=POLICE_DISTRICT_NAMES[district],
        state=known if place.code in judged else "unknown",
        lacking=lacking,
        changed_at=changed_at,
        wishes=tuple(wishes.get(place.code, ())),
    )


def _matches(row: GapRow, wanted: GapFilter, only: AbstractSet[str] | None) -> bool:
    sides = {f"municipality:{row.municipality_code}", f"police:{row.police_district}"}
    return (
        (only is None or not sides.isdisjoint(only))
        and wanted.region in (None, row.region)
        and wanted.police_district in (None, row.police_district)
        and wanted.state in (None, row.state)
        and (wanted.lacking is None or wanted.lacking in row.lacking)
        and wanted.wished in (None, bool(row.wishes))
    )
