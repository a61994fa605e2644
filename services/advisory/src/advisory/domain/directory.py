"""The directory of functions that can be called: valid from day to day, verified, certain for a while; never a name.

Source: DECISIONS gives the reason for each number of days; RULES.md gives each rule its id.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args
from uuid import UUID

from advisory.domain.days import danish_day, first_moment
from advisory.domain.hours import Opening
from contracts.advisory import ContactDirectoryChanged
from contracts.event import Event
from contracts.geography import PoliceDistrictSlug, RegionSlug, is_known, provenance_of
from contracts.problems import Conflict, Invalid
from contracts.taxonomy import DirectoryActorCode as Actor
from contracts.values import Provenance

Scope = Literal["nation", "region", "police_district", "municipality", "unit"]
Audience = Literal["everybody", "professionals"]
State = Literal["unverified", "verified", "due", "lapsed"]
Change = Literal["entered", "verified", "lapsed", "replaced", "ended", "coverage_changed"]
AREAS: dict[str, tuple[str, ...]] = {"region": get_args(RegionSlug), "police_district": get_args(PoliceDistrictSlug)}


class AreaUnknown(Invalid):
    """The entry is for an area that there is not, or for one of another kind."""

    title_da = "Området findes ikke"


class ValidityBackwards(Invalid):
    """An entry would end before it begins."""

    title_da = "Gyldigheden slutter, før den begynder"


class AgesBackwards(Invalid):
    """The highest age would be below the lowest."""

    title_da = "Aldersgrænserne er byttet om"


class OpeningBackwards(Invalid):
    """Something would close before it opens."""

    title_da = "Lukketid før åbningstid"


class HowToReachMissing(Invalid):
    """An entry says neither a number nor a page."""

    title_da = "Telefon eller side mangler"


class EntryEnded(Conflict):
    """The entry has an end."""

    title_da = "Opslaget er ophørt"


@dataclass(frozen=True)
class Terms:
    """What holds for the directory from a day on; newer terms are added and none is changed.

    Units: days for the first two, meetings a year for the third.
    """

    valid_from: date
    verified_for_days: int
    remind_before_days: int
    network_meetings_a_year: int
    also_closed: tuple[str, ...]
    acute_order: tuple[str, ...]
    usual_order: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Entry:
    """How a function can be reached. `revision` counts changes and `told` events, since not every change is told."""

    id: UUID
    provenance: Provenance
    actor: Actor
    scope: Scope
    area: str | None
    audience: Audience
    title_da: str
    title_en: str | None
    purpose_da: str
    phone: str | None
    page_url: str | None
    hours: tuple[Opening, ...] | None
    min_age: int | None
    max_age: int | None
    anonymous: bool | None
    languages: tuple[str, ...]
    source_url: str | None
    read_on: date | None
    valid_from: date
    valid_until: date | None
    changed_at: datetime
    revision: int = 1
    told: int = 1
    state: State = "unverified"
    verified_on: date | None = None
    verified_by: str | None = None
    certain_until: date | None = None
    remind_on: date | None = None
    replaced_by: UUID | None = None

    def holds(self, on: date) -> bool:
        """It is valid on that day."""
        return self.valid_from <= on and not self.over(on)

    def over(self, on: date) -> bool:
        """Its last day has passed by that day."""
        return self.valid_until is not None and self.valid_until <= on

    def certain(self, on: date) -> bool:
        """Somebody verified it, and not too long before that day."""
        return bool(self.verified_on and self.certain_until and self.verified_on <= on <= self.certain_until)


def enter(entry: Entry) -> tuple[Entry, Event]:
    """The entry stands, unverified.

    Raises: AreaUnknown, ValidityBackwards, AgesBackwards, OpeningBackwards, HowToReachMissing.
    """
    _check_area(entry)
    _check_said(entry)
    return entry, _told(entry, "entered", entry.valid_from)


def verify(entry: Entry, *, by: str, terms: Terms, at: datetime) -> tuple[Entry, Event]:
    """Somebody in that role has called and got an answer as the entry says, and it is certain for a while.

    Raises: EntryEnded.
    """
    day = danish_day(at)
    if entry.over(day):
        raise EntryEnded("This entry has ended, so there is nothing to verify.", da="Opslaget er ophørt.")
    until = day + timedelta(days=terms.verified_for_days)
    entry = _changed(
        entry,
        at,
        state="verified",
        verified_on=day,
        verified_by=by,
        certain_until=until,
        remind_on=until - timedelta(days=terms.remind_before_days),
    )
    return _tell(entry, "verified", day)


def replace_by(entry: Entry, new: Entry, *, at: datetime) -> tuple[Entry, Entry, list[Event]]:
    """Another entry says from a day on how the function is reached; until then this one does.

    Raises: EntryEnded, and what `enter` raises.
    """
    if entry.valid_until is not None:
        raise EntryEnded("This entry has an end, so nothing can replace it.", da="Opslaget er ophørt.")
    if new.valid_from <= entry.valid_from:
        raise ValidityBackwards("The new entry begins after the old one.", pointer="/valid_from")
    new, entered = enter(new)
    entry = _changed(entry, at, valid_until=new.valid_from, replaced_by=new.id)
    entry, ended = _tell(entry, "replaced", new.valid_from)
    return entry, new, [ended, entered]


def end(entry: Entry, *, valid_until: date, at: datetime) -> tuple[Entry, Event]:
    """The function can be reached until that day, and on it no more.

    Raises: EntryEnded, ValidityBackwards.
    """
    if entry.valid_until is not None:
        raise EntryEnded("This entry has an end already.", da="Opslaget er ophørt.")
    if valid_until < max(entry.valid_from, danish_day(at)):
        raise ValidityBackwards("An entry ends today or later, and not before it begins.", pointer="/valid_until")
    return _tell(_changed(entry, at, valid_until=valid_until), "ended", valid_until)


def coverage_changed(entry: Entry, *, valid_from: date, at: datetime) -> tuple[Entry, Event]:
    """The unit that the entry is for covers other regions from a day on, or somebody else stands in for it."""
    return _tell(_changed(entry, at), "coverage_changed", valid_from)


def grow_older(entry: Entry, *, at: datetime) -> tuple[Entry, list[Event]]:
    """What time has brought by this moment: it should be verified soon, or is certain no more, each at its moment."""
    told: list[Event] = []
    while (due := next_due(entry)) is not None and due <= at:
        if entry.state == "verified":
            entry = _changed(entry, due, state="due")
        else:
            entry, lapsed = _tell(_changed(entry, due, state="lapsed"), "lapsed", danish_day(due))
            told.append(lapsed)
    return entry, told


def next_due(entry: Entry) -> datetime | None:
    """The moment of its next reminder or lapse; None when it has neither before it, or ends first."""
    if entry.state not in ("verified", "due") or entry.certain_until is None or entry.remind_on is None:
        return None
    day = entry.remind_on if entry.state == "verified" else entry.certain_until + timedelta(days=1)
    return None if entry.over(day) else first_moment(day)


def terms_on(terms: Collection[Terms], day: date) -> Terms:
    """The terms that hold on that day; before the first of them, the first."""
    begun = [each for each in terms if each.valid_from <= day]
    return max(begun, key=lambda each: each.valid_from) if begun else min(terms, key=lambda each: each.valid_from)


def _check_area(entry: Entry) -> None:
    if not _fits(entry.scope, entry.area, entry.provenance):
        raise AreaUnknown("There is no such area of this kind among such records.", pointer="/area")


def _fits(scope: Scope, area: str | None, provenance: Provenance) -> bool:
    """The area is one of that kind, synthetic or real as the record is."""
    if area is None or scope == "nation":
        return area is None and scope == "nation"
    if scope == "unit":
        return True
    if scope == "municipality":
        return is_known(area) and provenance_of(area) == provenance
    return area in AREAS[scope] and (area == "synthetic") == (provenance == "synthetic")


def _check_said(entry: Entry) -> None:
    if entry.valid_until is not None and entry.valid_until <= entry.valid_from:
        raise ValidityBackwards("An entry ends after it has begun.", pointer="/valid_until")
    if entry.min_age is not None and entry.max_age is not None and entry.max_age < entry.min_age:
        raise AgesBackwards("The highest age is not below the lowest.", pointer="/max_age")
    if any(each.closes <= each.opens for each in entry.hours or ()):
        raise OpeningBackwards("Every opening closes after it opens; a night is two openings.", pointer="/hours")
    if entry.phone is None and entry.page_url is None:
        raise HowToReachMissing("Say a number or a page at which the function is reached.", pointer="/phone")


def _changed(entry: Entry, at: datetime, **fields: Any) -> Entry:
    return replace(entry, revision=entry.revision + 1, changed_at=max(at, entry.changed_at), **fields)


def _tell(entry: Entry, change: Change, valid_from: date) -> tuple[Entry, Event]:
    entry = replace(entry, told=entry.told + 1)
    return entry, _told(entry, change, valid_from)


def _told(entry: Entry, change: Change, valid_from: date) -> Event:
    areas = {"municipality": "municipality_code", "region": "region", "police_district": "police_district"}
    where = {areas[entry.scope]: entry.area} if entry.scope in areas else {}
    return ContactDirectoryChanged(
        subject=entry.id,
        revision=entry.told,
        at=entry.changed_at,
        provenance=entry.provenance,
        actor=entry.actor,
        change=change,
        valid_from=valid_from,
        **where,  # pyright: ignore[reportArgumentType]  # the area was checked when it was entered
    )
