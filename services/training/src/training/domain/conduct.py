"""An event together with its registrations: what time does to both, who was there, and how it ends."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.problems import Conflict, Invalid
from contracts.training import (
    EventClosed,
    EventHeld,
    RegistrationAttended,
    RegistrationMissed,
    RegistrationOfferExpired,
)
from training.domain.event import EXTERNAL, changed, envelope, open_registration
from training.domain.registration import Registration, Roster, put, roll_on, said_of, step


class EventNotOpen(Conflict):
    """Registration is not open, so it cannot be closed."""

    title_da = "Tilmeldingen er ikke åben"


class EventNotBegun(Conflict):
    """What happens at an event cannot be told before the event has begun and its registration is closed."""

    title_da = "Arrangementet er ikke begyndt"


class AttendanceMissing(Conflict):
    """Some who had a seat are neither said to have come nor to have stayed away."""

    title_da = "Fremmødet er ikke registreret for alle"


class AttendanceUnclear(Invalid):
    """Attendance is said once, of registrations that have a seat at this event."""

    title_da = "Fremmødet passer ikke til tilmeldingerne"


def close_registration(roster: Roster, *, at: datetime) -> tuple[Roster, list[Event]]:
    """Nobody registers any more; those who wait may still be offered a seat until the event begins.

    Raises: EventNotOpen.
    """
    if roster.event.state != "open":
        raise EventNotOpen("Registration is not open.")
    event = changed(roster.event, at=at, state="closed")
    told = EventClosed(
        **envelope(event),
        confirmed_count=sum(each.state == "confirmed" for each in roster.registrations),
        waiting_count=len(roster.waiting),
    )
    return Roster(event, roster.registrations), [told]


def record_attendance(
    roster: Roster, *, attended: AbstractSet[UUID], missed: AbstractSet[UUID], at: datetime
) -> tuple[Roster, list[Event]]:
    """It is known who of those with a seat was there.

    Raises: EventNotBegun, AttendanceUnclear.
    """
    _check_begun(roster, at)
    seated = {each.id: each for each in roster.registrations if each.state == "confirmed"}
    if attended & missed or not (attended | missed) <= seated.keys():
        raise AttendanceUnclear("Attendance is said once, of registrations that have a seat at this event.")
    events: list[Event] = []
    for each in [seated[id] for id in seated if id in attended | missed]:
        came = each.id in attended
        after = step(each, "attended" if came else "missed", "attended" if came else "missed", at=at)
        roster = put(roster, after)
        of = said_of(after, roster.event)
        events.append(RegistrationAttended(**of, profession=after.profession) if came else RegistrationMissed(**of))
    return roster, events


def hold(roster: Roster, *, at: datetime) -> tuple[Roster, list[Event]]:
    """The event has taken place, with people from these municipalities.

    Raises: EventNotBegun, AttendanceMissing.
    """
    _check_begun(roster, at)
    if any(each.state == "confirmed" for each in roster.registrations):
        raise AttendanceMissing("Say first who of those with a seat was there.")
    event = changed(roster.event, at=at, state="held")
    there = [each for each in roster.registrations if each.state == "attended"]
    told = EventHeld(
        **envelope(event),
        kind=event.draft.kind,
        topics=event.draft.topics,
        month=event.month,
        municipality_codes=tuple(sorted({each.municipality_code for each in there if each.municipality_code})),
        participant_count=len(there),
        children_youth=event.draft.children_youth,
        setting=event.draft.setting,
    )
    return Roster(event, roster.registrations), [told]


def let_time_pass(roster: Roster, *, at: datetime) -> tuple[Roster, list[Event]]:
    """What time has brought by this moment has happened, each thing once and in order.

    Opening, closing and the end of an offer are told for their own moment. A new offer counts from now, so that nobody
    loses hours of it while the service was away.
    """
    events: list[Event] = []
    while (due := next_due(roster)) is not None and due <= at:
        roster, brought = _at(roster, due, now=at)
        events += brought
    return roster, events


def next_due(roster: Roster) -> datetime | None:
    """The moment at which time changes the event or one of its offers next; None when it no longer can."""
    event, said = roster.event, roster.event.draft
    if event.state == "published":
        return None if said.kind == EXTERNAL else said.registration_opens_at
    if event.state not in ("open", "closed"):
        return None
    moments = [each.offer_expires_at for each in _offers(roster) if each.offer_expires_at is not None]
    if event.state == "open" and said.registration_closes_at is not None:
        moments.append(said.registration_closes_at)
    return min(moments, default=None)


def _at(roster: Roster, due: datetime, *, now: datetime) -> tuple[Roster, list[Event]]:
    event = roster.event
    if event.state == "published":
        event, opened = open_registration(event, at=due)
        return Roster(event, roster.registrations), [opened]
    if event.state == "open" and event.draft.registration_closes_at == due:
        return close_registration(roster, at=due)
    events: list[Event] = []
    for each in _offers(roster):
        if each.offer_expires_at == due:
            expired = step(each, "expired", "offer_expired", at=due)
            roster = put(roster, expired)
            events.append(RegistrationOfferExpired(**said_of(expired, event)))
    roster, offered = roll_on(roster, at=now)
    return roster, [*events, *offered]


def _offers(roster: Roster) -> list[Registration]:
    return [each for each in roster.registrations if each.state == "offered"]


def _check_begun(roster: Roster, at: datetime) -> None:
    if roster.event.state != "closed" or at < roster.event.starts_at:
        raise EventNotBegun("The event has not begun, or its registration is not closed.")
