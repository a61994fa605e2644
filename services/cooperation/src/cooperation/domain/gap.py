"""Gaps: what a municipality lacks of what cooperation needs, and how many municipalities of a district lack what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, cast, get_args
from uuid import UUID, uuid5

from chassis.disclosure import district_to_name
from contracts.cooperation import DistrictGapsCounted, GapClosed, GapDetected
from contracts.event import Event
from contracts.geography import (
    LargePoliceDistrictSlug,
    PoliceDistrictSlug,
    municipalities_of,
    police_district_of,
    provenance_of,
    synthetic_municipalities,
)
from contracts.values import Provenance
from cooperation.domain.calendar import day_of

_ROWS = UUID("0d5c9f0e-5c0b-4e7a-9d39-5f1a7f5f8a10")  # of this project; ids of municipalities' and districts' rows

Needed = Literal["preparedness_plan", "agreement", "contact_point"]
NEEDED: tuple[Needed, ...] = get_args(Needed)


@dataclass(frozen=True)
class Gap:
    """A municipality's row: what it lacks. Its revision counts what has been told of it."""

    id: UUID
    municipality_code: str
    provenance: Provenance
    police_district: PoliceDistrictSlug
    lacking: tuple[Needed, ...]
    changed_at: datetime
    revision: int = 0


@dataclass(frozen=True)
class DistrictGaps:
    """A police district's row: how many of its municipalities lack what."""

    id: UUID
    police_district: LargePoliceDistrictSlug
    provenance: Provenance
    municipality_count: int
    without_preparedness_plan_count: int
    without_agreement_count: int
    without_contact_point_count: int
    changed_at: datetime
    revision: int = 1


def judge(
    before: Gap | None, municipality_code: str, has: frozenset[Needed], *, at: datetime
) -> tuple[Gap, list[Event]]:
    """The row says what the municipality lacks; it is told only when that is something else than before.

    A municipality that lacks nothing when it is first judged has no gap to be closed, so nothing is told.
    """
    lacking = tuple(each for each in NEEDED if each not in has)
    at = at if before is None else max(at, before.changed_at)
    district = police_district_of(municipality_code, day_of(at))
    gap = before or Gap(
        id=uuid5(_ROWS, f"municipality {municipality_code}"),
        municipality_code=municipality_code,
        provenance=provenance_of(municipality_code),
        police_district=district,
        lacking=(),
        changed_at=at,
    )
    if lacking == gap.lacking:
        return gap, []
    gap = replace(gap, police_district=district, lacking=lacking, changed_at=at, revision=gap.revision + 1)
    envelope = {"subject": gap.id, "revision": gap.revision, "at": gap.changed_at, "provenance": gap.provenance}
    place = {"municipality_code": municipality_code, "police_district": district}
    if lacking:
        return gap, [GapDetected.model_validate({**envelope, **place, "lacking": lacking})]
    return gap, [GapClosed.model_validate({**envelope, **place})]


def count(
    before: DistrictGaps | None, district: PoliceDistrictSlug, gaps: Sequence[Gap], *, at: datetime
) -> tuple[DistrictGaps, Event] | None:
    """The district's new row and what is told of it, or nothing to tell.

    Nothing is told of a district that is too small to be named, nor before all its municipalities are judged: a count
    of some of them, and the next with one more, would say which one that was.
    """
    at = at if before is None else max(at, before.changed_at)
    places = municipality_codes_of(district, day_of(at))
    if not may_be_named(district, day_of(at)) or {each.municipality_code for each in gaps} != set(places):
        return None
    without = {needed: sum(needed in each.lacking for each in gaps) for needed in NEEDED}
    now = DistrictGaps(
        id=uuid5(_ROWS, f"police district {district}"),
        police_district=cast("LargePoliceDistrictSlug", district),
        provenance="synthetic" if district == "synthetic" else "actual",
        municipality_count=len(places),
        without_preparedness_plan_count=without["preparedness_plan"],
        without_agreement_count=without["agreement"],
        without_contact_point_count=without["contact_point"],
        changed_at=at,
    )
    if before is not None:
        if now == replace(before, changed_at=at, revision=1):
            return None
        now = replace(now, revision=before.revision + 1)
    told = {name: value for name, value in vars(now).items() if name not in ("id", "changed_at")}
    return now, DistrictGapsCounted.model_validate({**told, "subject": now.id, "at": now.changed_at})


def municipality_codes_of(district: PoliceDistrictSlug, on: date) -> tuple[str, ...]:
    """The municipalities of a district on that day, those of the synthetic one too."""
    places = synthetic_municipalities() if district == "synthetic" else municipalities_of(district, on)
    return tuple(each.code for each in places)


def may_be_named(district: PoliceDistrictSlug, on: date) -> bool:
    """Whether the district has so many municipalities that a count may name it."""
    return district_to_name(district, on) is not None
