"""Which municipalities were reached in which ways, and which never: a question to the events."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.geography import (
    REGION_NAMES,
    Municipality,
    municipalities,
    police_district_of,
    region_of,
    synthetic_municipalities,
)
from contracts.values import Provenance
from planning.domain.contact import ADOPTED, CONTACTS, TAKEN_BACK, ContactCode, PlanKnown, plan_known, unreached
from planning.domain.period import DENMARK, Period
from planning.domain.snapshot import SnapshotMunicipality, SnapshotReach, SnapshotWay
from planning.domain.wording import in_danish_order

WAYS: tuple[ContactCode, ...] = get_args(ContactCode)


class WayView(BaseModel):
    """A way of being reached: what counts, and which events say so."""

    code: ContactCode
    definition_da: str
    definition_en: str
    event_types: tuple[str, ...]
    unreached: tuple[str, ...] = Field(description="The municipalities that were not reached so, ascending by code")


class LastContact(BaseModel):
    """When a municipality was last reached in one way, and the event that says so."""

    way: ContactCode
    last: str = Field(description="A month; a quarter where more would point at an enquiry", examples=["2026-Q3"])
    event_id: UUID


class MunicipalityReach(BaseModel):
    """A municipality, and the ways in which it was reached."""

    code: str
    name: str
    region: str
    police_district: str
    contacts: tuple[LastContact, ...]


class Reach(BaseModel):
    """All municipalities by name, so that the size of no list gives anything away."""

    provenance: Provenance
    year: int | None = Field(description="Only what happened within it; none for all time")
    as_of: datetime
    ways: tuple[WayView, ...]
    counted: tuple[ContactCode, ...] = Field(description="The ways that count for `unreached`")
    unreached: tuple[str, ...] = Field(description="Reached in none of the counted ways, ascending by code")
    municipalities: tuple[MunicipalityReach, ...]


@dataclass(frozen=True)
class Known:
    """The municipalities, and who was reached how."""

    all: tuple[Municipality, ...]
    contacts: Mapping[ContactCode, Mapping[str, LastContact]]

    def unreached(self, *ways: ContactCode) -> tuple[str, ...]:
        """Reached in none of these ways."""
        reached: dict[ContactCode, AbstractSet[str]] = {way: found.keys() for way, found in self.contacts.items()}
        return unreached({each.code for each in self.all}, reached, set(ways))


async def reach(
    tx: Tx, *, provenance: Provenance, year: int | None, at: datetime, ways: Collection[ContactCode] = WAYS
) -> Reach:
    """Who was reached how until now, or within the year."""
    found = await known_reach(tx, provenance=provenance, year=year, at=at)
    on = at.astimezone(DENMARK).date()
    return Reach(
        provenance=provenance,
        year=year,
        as_of=at,
        ways=tuple(
            WayView(
                code=way,
                definition_da=contact.text_da,
                definition_en=contact.text_en,
                event_types=contact.types,
                unreached=found.unreached(way),
            )
            for way, contact in CONTACTS.items()
        ),
        counted=tuple(way for way in WAYS if way in ways),
        unreached=found.unreached(*ways),
        municipalities=tuple(_shown(each, found, on) for each in found.all),
    )


async def known_reach(tx: Tx, *, provenance: Provenance, year: int | None, at: datetime) -> Known:
    """The last contact of each municipality in each way. What holds, holds at the year's end or now."""
    period = None if year is None else Period(f"{year}")
    found: dict[ContactCode, dict[str, LastContact]] = {}
    for way, contact in CONTACTS.items():
        rows = await tx.fetch(
            """
            with heard as (
                -- An event that is told when its quarter or month has ended belongs to that one, not to its own moment.
                select *, coalesce(data ->> 'quarter', data ->> 'month', left(data ->> 'held_on', 7),
                    to_char(occurred_at at time zone 'Europe/Copenhagen', 'YYYY-MM')) as period
                from facts where type = any ($1::text[]) and provenance = $2
            ), newest as (
                select distinct on (subject) * from heard where $3 and ($4::timestamptz is null or occurred_at < $4)
                order by subject, revision desc, event_id
            ), counted as (
                select * from heard where not $3 and ($5::text is null or left(period, 4) = $5)
                union all
                select * from newest where type = any ($6::text[])
            )
            select distinct on (code) code, event_id, period
            from counted, jsonb_array_elements_text(
                case when data ? 'municipality_code' then jsonb_build_array(data -> 'municipality_code')
                else data -> 'municipality_codes' end
            ) as code
            order by code, period desc, event_id
            """,
            list(contact.types),
            provenance,
            bool(contact.ends),
            period and period.ends_at,
            period and period.name,
            [each.type for each in contact.begins],
        )
        found[way] = {row["code"]: LastContact(way=way, last=row["period"], event_id=row["event_id"]) for row in rows}
    return Known(all_municipalities(provenance, at.astimezone(DENMARK).date()), found)


async def public_reach(
    tx: Tx, *, provenance: Provenance, at: datetime, regions_on: date, ways: Collection[ContactCode] = WAYS
) -> SnapshotReach:
    """What everybody may know of each municipality by name: of these ways, those that are told in the open."""
    found = await known_reach(tx, provenance=provenance, year=None, at=at)
    plans = await plans_known(tx, provenance=provenance) if "plan" in ways else {}
    named: list[ContactCode] = [way for way in WAYS if way in ways and CONTACTS[way].is_public]
    order = list(REGION_NAMES)
    return SnapshotReach(
        as_of=at,
        regions_on=regions_on,
        ways=tuple(
            SnapshotWay(code=way, definition_da=CONTACTS[way].text_da, definition_en=CONTACTS[way].text_en)
            for way in named
        ),
        municipalities=tuple(
            SnapshotMunicipality(
                code=each.code,
                name=each.name,
                region=REGION_NAMES[region_of(each.code, regions_on)],
                ways=tuple(way for way in named if each.code in found.contacts[way]),
                plan=plans.get(each.code, "none_known") if "plan" in named else None,
            )
            for each in sorted(
                all_municipalities(provenance, regions_on),
                key=lambda each: (order.index(region_of(each.code, regions_on)), in_danish_order(each.name)),
            )
        ),
    )


async def plans_known(tx: Tx, *, provenance: Provenance) -> dict[str, PlanKnown]:
    """What the open events say of each municipality's preparedness plan."""
    rows = await tx.fetch(
        """
        with stands as (
            select distinct on (subject) subject, data ->> 'municipality_code' as code, type, revision
            from facts where type = any ($1::text[]) and provenance = $3 order by subject, revision desc, event_id
        ), adopted as (
            select distinct on (subject) subject, data ->> 'municipality_code' as code, type, revision
            from facts where type = any ($2::text[]) and provenance = $3 order by subject, revision desc, event_id
        )
        select coalesce(stands.code, adopted.code) as code, stands.type as stands,
            case when adopted.revision > coalesce(stands.revision, 0) then adopted.type end as adopted
        from stands full join adopted using (subject)
        """,
        list(CONTACTS["plan"].types),
        [ADOPTED.type, TAKEN_BACK.type],
        provenance,
    )
    return {row["code"]: plan_known(row["stands"], row["adopted"]) for row in rows}


def all_municipalities(provenance: Provenance, on: date) -> tuple[Municipality, ...]:
    """Who could be reached: the 98, or the synthetic ones."""
    return municipalities(on) if provenance == "actual" else synthetic_municipalities()


def _shown(one: Municipality, found: Known, on: date) -> MunicipalityReach:
    return MunicipalityReach(
        code=one.code,
        name=one.name,
        region=region_of(one.code, on),
        police_district=police_district_of(one.code, on),
        contacts=tuple(by_code[one.code] for by_code in found.contacts.values() if one.code in by_code),
    )
