"""Whom to call now: the functions that fit a place, a moment and an age, in the order in which to try them.

Source: police 112 and 114 first when life or departure is imminent, then the municipality, then the consultants.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from advisory.domain.consultant_unit import Unit, at_work, covering
from advisory.domain.days import danish_day
from advisory.domain.directory import Entry, Terms
from advisory.domain.hours import Openness, openness, opens_next

Age = Literal["minor", "adult", "unknown"]
Certainty = Literal["fixed", "verified", "unverified", "lapsed"]
ADULT = 18


@dataclass(frozen=True)
class Contact:
    """A function to call, as it is at the moment asked for."""

    actor: str
    entry: Entry | None
    title_da: str
    title_en: str | None
    phone: str | None
    openness: Openness
    opens_at: datetime | None
    certainty: Certainty
    verified_on: date | None
    stands_in_for: str | None = None


@dataclass(frozen=True)
class Desk:
    """A unit whose calls are to be made, and the unit that it stands in for, if so."""

    unit: Unit
    stands_in_for: Unit | None


LIFE = Contact(
    "police_112",
    None,
    "Ring 112: nogen er i fare nu",
    "Call 112: somebody is in danger now",
    "112",
    "open",
    None,
    "fixed",
    None,
)
POLICE = Contact("police_114", None, "Politiet, 114", "The police, 114", "114", "open", None, "fixed", None)


def desks(units: Sequence[Unit], region: str, on: date) -> tuple[Desk, ...]:
    """The units to call for a region on that day; every unit where nobody has said which, since they serve the country.

    A unit that is away is left out when nobody stands in for it, and none is there twice.
    """
    found: dict[UUID, Desk] = {}
    for unit in covering(units, region, on) or sorted(units, key=lambda each: (each.host_municipality_code, each.id)):
        there = at_work(unit, units, on)
        if there is not None and (there.id not in found or there == unit):
            found[there.id] = Desk(there, None if there == unit else unit)
    return tuple(found.values())


def contacts(
    entries: Sequence[Entry], called: Sequence[Desk], terms: Terms, *, at: datetime, age: Age, acute: bool
) -> tuple[Contact, ...]:
    """The police first when it is acute; then what is open or may be, then what is closed, each in the agreed order.

    Of those alike, what is certain comes first.
    """
    day = danish_day(at)
    instead = {each.unit.id: each.stands_in_for for each in called}
    found = [
        _contact(each, instead, terms, at=at, on=day)
        for each in entries
        if each.holds(day) and _fits(each, age) and (each.scope != "unit" or UUID(each.area) in instead)
    ]
    order = {actor: place for place, actor in enumerate(terms.acute_order if acute else terms.usual_order)}
    later = found if acute else [*found, POLICE]
    later.sort(
        key=lambda each: (
            each.openness == "closed",
            order.get(each.actor, len(order)),
            each.certainty not in ("fixed", "verified"),
            each.stands_in_for is not None,
        )
    )
    return (LIFE, POLICE, *later) if acute else tuple(later)


def _contact(entry: Entry, instead: dict[UUID, Unit | None], terms: Terms, *, at: datetime, on: date) -> Contact:
    away = instead[UUID(entry.area)] if entry.scope == "unit" and entry.area else None
    return Contact(
        actor=entry.actor,
        entry=entry,
        title_da=entry.title_da,
        title_en=entry.title_en,
        phone=entry.phone,
        openness=openness(entry.hours, at, terms.also_closed),
        opens_at=opens_next(entry.hours, at, terms.also_closed),
        certainty="verified" if entry.certain(on) else "lapsed" if entry.verified_on else "unverified",
        verified_on=entry.verified_on,
        stands_in_for=away.title_da if away else None,
    )


def _fits(entry: Entry, age: Age) -> bool:
    """Somebody of that age may be somebody whom it is for."""
    if age == "minor":
        return entry.min_age is None or entry.min_age < ADULT
    return age == "unknown" or entry.max_age is None or entry.max_age >= ADULT
