"""Registrations, one at a time for whoever made them; nobody but course coordinators is shown a list."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.auth import Principal
from chassis.database import Tx
from contracts.taxonomy import OrganisationCode
from training.domain import registration as domain
from training.domain.event import COORDINATOR
from training.domain.registration import Reason, Roster, State
from training.store import event as events
from training.store import registration as store
from training.store.registration import RegistrationMissing

SENTENCES: dict[Reason, tuple[str, str]] = {
    "seat_free": ("Der var en ledig plads.", "There was a free seat."),
    "no_seat": (
        "Alle pladser er optaget. Pladser gives i tilmeldingernes rækkefølge.",
        "All seats are taken. Seats are given in the order of registration.",
    ),
    "organisation_limit": (
        "Organisationen har de pladser, som én organisation kan få. Den næste fra en anden organisation går forud.",
        "The organisation has all the seats that one may have. The next in line from another organisation goes first.",
    ),
    "first_in_line": (
        "En plads er holdt til jer. Svar inden fristen.",
        "A seat is kept for you. Answer before the offer ends.",
    ),
    "offer_accepted": ("I tog imod den tilbudte plads.", "You accepted the seat that was offered."),
    "offer_declined": ("I afslog den tilbudte plads.", "You declined the seat that was offered."),
    "offer_expired": (
        "Tilbuddet blev ikke besvaret inden fristen, og pladsen gik videre.",
        "The offer was not answered in time, and the seat went to the next.",
    ),
    "withdrawn": ("Tilmeldingen er afmeldt.", "The registration was cancelled."),
    "attended": ("Deltog.", "Was there."),
    "missed": ("Deltog ikke.", "Was not there."),
}


class ExplanationView(BaseModel):
    """Why a registration stands where it does."""

    code: Reason
    text_da: str
    text_en: str
    position: int = Field(description="Its place among all registrations for the event; it never changes")
    ahead: int = Field(description="Registrations that wait and came before it")
    overtaken_by: int = Field(
        description="Later registrations that have a seat: this one was skipped, since its organisation had all it may"
    )


class Admission(BaseModel):
    """What those with a seat need to know."""

    title_da: str
    starts_at: datetime
    ends_at: datetime
    venue: str | None


class RegistrationView(BaseModel):
    """A registration as its organisation sees it. It is about nobody in particular."""

    id: UUID
    event_id: UUID
    revision: int = Field(description="The entity tag of this state")
    state: State
    organisation_type: OrganisationCode
    municipality_code: str | None
    registered_at: datetime
    offer_expires_at: datetime | None = Field(description="Until when the seat is kept, where one is offered")
    explain: ExplanationView
    admission: Admission | None = Field(description="For those with a seat")


class ListedRegistration(BaseModel):
    """As much of a registration as a list may show."""

    id: UUID
    organisation_type: OrganisationCode
    state: State


class Registrations(BaseModel):
    """An event's registrations in their order."""

    items: tuple[ListedRegistration, ...]


async def registration(tx: Tx, id: UUID, *, by: Principal) -> RegistrationView:
    """One registration.

    Raises: RegistrationMissing, also for one that the caller may not know of.
    """
    row = await tx.fetchrow(
        f"select {events.COLUMNS} from events where id = $1",  # noqa: S608  # a constant
        await store.event_of_registration(tx, id),
    )
    assert row is not None, "a registration has an event"
    roster = await store.roster(tx, events.event_of(dict(row)))
    coordinator = by.has_any(COORDINATOR)
    if not domain.may_see(roster.event, roster.find(id), coordinator=coordinator, of=by.municipality_codes):
        raise RegistrationMissing("There is no such registration.")
    return _view(roster, id)


async def registrations(tx: Tx, event_id: UUID) -> Registrations:
    """All registrations for an event, each with its id, its organisation's type and where it stands.

    Raises: EventMissing.
    """
    if not await tx.fetchval("select true from events where id = $1", event_id):
        raise events.EventMissing("There is no such event.")
    rows = await tx.fetch(
        "select id, organisation_type, state from registrations where event_id = $1 order by position", event_id
    )
    return Registrations(items=tuple(ListedRegistration(**row) for row in rows))


def _view(roster: Roster, id: UUID) -> RegistrationView:
    event, registration = roster.event, roster.find(id)
    why = domain.explain(roster, registration)
    text_da, text_en = SENTENCES[why.reason]
    return RegistrationView(
        id=registration.id,
        event_id=event.id,
        revision=registration.revision,
        state=registration.state,
        organisation_type=registration.organisation_type,
        municipality_code=registration.municipality_code,
        registered_at=registration.registered_at,
        offer_expires_at=registration.offer_expires_at,
        explain=ExplanationView(
            code=why.reason,
            text_da=text_da,
            text_en=text_en,
            position=why.position,
            ahead=why.ahead,
            overtaken_by=why.overtaken_by,
        ),
        admission=Admission(
            title_da=event.draft.title_da,
            starts_at=event.starts_at,
            ends_at=event.draft.ends_at,
            venue=event.draft.venue,
        )
        if registration.state in domain.ADMITTED and event.draft.ends_at is not None
        else None,
    )
