"""Who has a seat and who waits for one: seats are given in the order of registration, and every skip can be explained.

Nothing here knows a person. A registration is a random id with the organisation it came from.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil
from typing import Any, Literal
from uuid import UUID

from contracts.event import Event
from contracts.geography import provenance_of
from contracts.problems import Conflict, Invalid
from contracts.taxonomy import OrganisationCode, ProfessionCode
from contracts.training import (
    DemandExceeded,
    RegistrationCancelled,
    RegistrationConfirmed,
    RegistrationOffered,
    RegistrationWaitlisted,
)
from training.domain.event import OutsideYourMunicipality, TrainingEvent, changed, envelope

OFFER_LASTS = timedelta(hours=48)  # domain rule c.2/offer

State = Literal["confirmed", "waitlisted", "offered", "expired", "cancelled", "attended", "missed"]
Reason = Literal[
    "seat_free",
    "no_seat",
    "organisation_limit",
    "first_in_line",
    "offer_accepted",
    "offer_declined",
    "offer_expired",
    "withdrawn",
    "attended",
    "missed",
]
HOLDS_SEAT: frozenset[State] = frozenset({"confirmed", "offered", "attended", "missed"})
ADMITTED: frozenset[State] = frozenset({"confirmed", "attended"})


class RegistrationNotOpen(Conflict):
    """The event takes no registrations now."""

    title_da = "Der er ikke åbent for tilmelding"


class RegistrationSettled(Conflict):
    """The registration can no longer be changed."""

    title_da = "Tilmeldingen kan ikke længere ændres"


class NoOffer(Conflict):
    """No seat is kept for this registration."""

    title_da = "Der er ikke et tilbud om plads"


class ProvenanceMixed(Invalid):
    """Synthetic municipalities take part in synthetic events only, and real ones in actual events."""

    title_da = "Syntetiske og virkelige oplysninger blandes ikke"


class MunicipalityMissing(Invalid):
    """A municipality's own registration says which municipality it is, once."""

    title_da = "Kommunen mangler eller passer ikke"


@dataclass(frozen=True)
class Entry:
    """Where somebody comes from who wants a seat, and what they do."""

    organisation: str
    organisation_type: OrganisationCode
    municipality_code: str | None
    profession: ProfessionCode
    is_leader: bool

    def __post_init__(self) -> None:
        """Refuses a municipality's organisation without its code, or with another's, which would evade the limit."""
        kind, _, code = self.organisation.partition(":")
        own = kind == "municipality" or self.organisation_type == "municipality"
        if (own and self.municipality_code is None) or (kind == "municipality" and code != self.municipality_code):
            raise MunicipalityMissing(
                "A municipality registers with its own code, in organisation and municipality_code alike.",
                pointer="/municipality_code",
            )


@dataclass(frozen=True)
class Registration:
    """One registration: a random id, its place in the order, and where it stands."""

    id: UUID
    event_id: UUID
    revision: int
    state: State
    reason: Reason
    position: int
    registered_at: datetime
    changed_at: datetime
    organisation: str
    organisation_type: OrganisationCode
    municipality_code: str | None
    profession: ProfessionCode
    is_leader: bool
    offer_expires_at: datetime | None = None


@dataclass(frozen=True)
class Explanation:
    """Why a registration stands where it does, in figures that its organisation may see."""

    reason: Reason
    position: int
    ahead: int
    overtaken_by: int


@dataclass(frozen=True)
class Roster:
    """An event with all its registrations in their order."""

    event: TrainingEvent
    registrations: tuple[Registration, ...]

    @cached_property
    def free(self) -> int:
        """Seats that nobody has and that are kept for nobody."""
        return self.event.capacity - sum(each.state in HOLDS_SEAT for each in self.registrations)

    @cached_property
    def waiting(self) -> tuple[Registration, ...]:
        """Those who wait, the longest first."""
        return tuple(each for each in self.registrations if each.state == "waitlisted")

    def at_limit(self, organisation: str) -> bool:
        """Whether the organisation has all the seats that one organisation may have."""
        limit = self.event.draft.max_per_organisation
        held = sum(each.state in HOLDS_SEAT for each in self.registrations if each.organisation == organisation)
        return limit is not None and held >= limit

    def next_in_line(self) -> Registration | None:
        """The one who has waited longest among those whose organisation may have another seat."""
        return next((each for each in self.waiting if not self.at_limit(each.organisation)), None)

    def find(self, id: UUID) -> Registration:
        """The registration of that id, which is among them."""
        return next(each for each in self.registrations if each.id == id)


def explain(roster: Roster, registration: Registration) -> Explanation:
    """Why it stands where it does: its place, who waits ahead of it, and who behind it has got a seat meanwhile."""
    waits = registration.state == "waitlisted"
    reason = registration.reason
    if waits:
        reason = "organisation_limit" if roster.at_limit(registration.organisation) else "no_seat"
    others = roster.registrations
    return Explanation(
        reason=reason,
        position=registration.position,
        ahead=sum(each.position < registration.position for each in roster.waiting) if waits else 0,
        overtaken_by=sum(each.position > registration.position and each.state in HOLDS_SEAT for each in others)
        if waits
        else 0,
    )


def check_registrar(*, municipality_code: str | None, coordinator: bool, of: AbstractSet[str]) -> None:
    """A course coordinator registers anybody, a key person those of their own municipality.

    Raises: OutsideYourMunicipality.
    """
    if not coordinator and municipality_code not in of:
        raise OutsideYourMunicipality("You may register for your own municipality only.")


def may_see(event: TrainingEvent, registration: Registration, *, coordinator: bool, of: AbstractSet[str]) -> bool:
    """A coordinator sees every registration, a key person their municipality's; of a sensitive event when admitted."""
    own = registration.municipality_code in of
    return coordinator or (own and (not event.is_sensitive or registration.state in ADMITTED))


def register(roster: Roster, entry: Entry, *, id: UUID, at: datetime) -> tuple[Roster, list[Event]]:
    """Somebody has a seat, or waits in the order of registration; one or the other, and never more than the seats.

    Raises: RegistrationNotOpen, ProvenanceMixed.
    """
    event = roster.event
    if event.state != "open":
        raise RegistrationNotOpen("This event takes no registrations now.")
    if entry.municipality_code is not None and provenance_of(entry.municipality_code) != event.provenance:
        raise ProvenanceMixed(
            "Synthetic municipalities take part in synthetic events only, and real ones in actual events.",
            pointer="/municipality_code",
        )
    full, limited = roster.free <= 0, roster.at_limit(entry.organisation)
    reason: Reason = "organisation_limit" if limited else "no_seat" if full else "seat_free"
    event = replace(event, last_position=event.last_position + 1)
    registration = Registration(
        id=id,
        event_id=event.id,
        revision=1,
        state="confirmed" if reason == "seat_free" else "waitlisted",
        reason=reason,
        position=event.last_position,
        registered_at=at,
        changed_at=at,
        **vars(entry),
    )
    told = _placed(registration, event)
    roster, demand = _tell_demand(Roster(event, (*roster.registrations, registration)), at=at)
    return roster, [told, *demand]


def withdraw(roster: Roster, id: UUID, *, at: datetime) -> tuple[Roster, list[Event]]:
    """Somebody does not come, and their seat is kept for the next who may have it.

    Raises: RegistrationSettled.
    """
    registration = _changeable(roster, id, at)
    if registration.state not in ("confirmed", "waitlisted", "offered"):
        raise RegistrationSettled("This registration has ended already.")
    return _leave(roster, registration, "withdrawn", at=at)


def decline(roster: Roster, id: UUID, *, at: datetime) -> tuple[Roster, list[Event]]:
    """The seat that was kept is kept for the next instead.

    Raises: RegistrationSettled, NoOffer.
    """
    return _leave(roster, _offered(roster, id, at), "offer_declined", at=at)


def accept(roster: Roster, id: UUID, *, at: datetime) -> tuple[Roster, list[Event]]:
    """The seat that was kept is theirs.

    Raises: RegistrationSettled, NoOffer.
    """
    accepted = step(_offered(roster, id, at), "confirmed", "offer_accepted", at=at)
    return put(roster, accepted), [_placed(accepted, roster.event)]


def roll_on(roster: Roster, *, at: datetime) -> tuple[Roster, list[Event]]:
    """Every free seat is kept for somebody who waits and may have it, the longest waiting first.

    An offer lasts 48 hours, or until the event begins.
    """
    events: list[Event] = []
    if roster.event.state not in ("open", "closed") or at >= roster.event.starts_at:
        return roster, events
    while roster.free > 0 and (first := roster.next_in_line()) is not None:
        until = min(at + OFFER_LASTS, roster.event.starts_at)
        offered = step(first, "offered", "first_in_line", at=at, offer_expires_at=until)
        roster = put(roster, offered)
        events.append(RegistrationOffered(**said_of(offered, roster.event)))
    return roster, events


def step(
    registration: Registration,
    state: State,
    reason: Reason,
    *,
    at: datetime,
    offer_expires_at: datetime | None = None,
) -> Registration:
    """The registration in its next state; an offer ends with the state that had it."""
    return replace(
        registration,
        state=state,
        reason=reason,
        revision=registration.revision + 1,
        changed_at=at,
        offer_expires_at=offer_expires_at,
    )


def put(roster: Roster, registration: Registration) -> Roster:
    """The roster with this registration in the place of the one of its id."""
    kept = (registration if each.id == registration.id else each for each in roster.registrations)
    return Roster(roster.event, tuple(kept))


def said_of(registration: Registration, event: TrainingEvent) -> dict[str, Any]:
    """What every event of this registration says."""
    return {
        "subject": registration.id,
        "revision": registration.revision,
        "at": registration.changed_at,
        "provenance": event.provenance,
        "event_id": event.id,
    }


def _placed(registration: Registration, event: TrainingEvent) -> Event:
    kind = RegistrationConfirmed if registration.state == "confirmed" else RegistrationWaitlisted
    return kind(
        **said_of(registration, event),
        organisation_type=registration.organisation_type,
        municipality_code=registration.municipality_code,
    )


def _leave(roster: Roster, registration: Registration, reason: Reason, *, at: datetime) -> tuple[Roster, list[Event]]:
    left = step(registration, "cancelled", reason, at=at)
    roster, offered = roll_on(put(roster, left), at=at)
    return roster, [RegistrationCancelled(**said_of(left, roster.event)), *offered]


def _offered(roster: Roster, id: UUID, at: datetime) -> Registration:
    registration = _changeable(roster, id, at)
    if registration.state != "offered":
        raise NoOffer("No seat is kept for this registration, or the offer has ended.")
    return registration


def _changeable(roster: Roster, id: UUID, at: datetime) -> Registration:
    if roster.event.state not in ("open", "closed") or at >= roster.event.starts_at:
        raise RegistrationSettled("The event has begun, is held or is cancelled.")
    return roster.find(id)


def _tell_demand(roster: Roster, *, at: datetime) -> tuple[Roster, list[Event]]:
    """Colleagues and partners hear when the waiting list is a tenth of the seats, and whenever it has doubled since."""
    event, waiting = roster.event, len(roster.waiting)
    enough = 2 * event.demand_told or ceil(event.capacity / 10)
    if event.is_sensitive or waiting < enough:
        return roster, []
    event = changed(event, at=at, demand_told=waiting)
    told = DemandExceeded(
        **envelope(event),
        kind=event.draft.kind,
        topics=event.draft.topics,
        area=event.draft.area,
        seats=event.capacity,
        waiting_count=waiting,
        children_youth=event.draft.children_youth,
    )
    return Roster(event, roster.registrations), [told]
