"""Contact points: a function that can be reached, never a person, and how long it is certain that it can."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from contracts.cooperation import ContactPointLapsed, ContactPointVerified
from contracts.event import Event
from contracts.problems import Conflict
from contracts.values import Provenance
from cooperation.domain.calendar import day_of, midnight
from cooperation.domain.organisation import district_of, municipality_of

VERIFIED_DAYS = 90  # domain rule c.3/10

Function = Literal["honour_contact_police", "ssp", "social_intake", "acute_social_duty", "key_person", "adult_unit"]
State = Literal["unverified", "verified", "lapsed", "replaced"]


class ContactPointAlreadyRegistered(Conflict):
    """The organisation has a contact point for this function."""

    title_da = "Kontaktpunktet er allerede registreret"


class ContactPointReplaced(Conflict):
    """Another contact point has taken this one's place."""

    title_da = "Kontaktpunktet er erstattet"


@dataclass(frozen=True)
class ContactPoint:
    """Where a function of an organisation can be reached. Its revision counts what has been told of it."""

    id: UUID
    organisation: str
    function: Function
    provenance: Provenance
    hours: str
    phone: str | None
    mailbox: str | None
    changed_at: datetime
    state: State = "unverified"
    verified_on: date | None = None
    revision: int = 0

    @property
    def certain_until(self) -> date | None:
        """The last day on which it is shown as certain."""
        return self.verified_on + timedelta(days=VERIFIED_DAYS) if self.verified_on else None


def verify(point: ContactPoint, *, at: datetime) -> tuple[ContactPoint, Event]:
    """The function answered today, and is certain for ninety days more.

    Raises: ContactPointReplaced.
    """
    _check_current(point)
    point = _changed(point, at=at, state="verified", verified_on=day_of(at))
    return point, ContactPointVerified(**_told(point))


def replace_by(point: ContactPoint, *, at: datetime) -> ContactPoint:
    """Another one takes its place; nothing is told, since the other one has yet to answer.

    Raises: ContactPointReplaced.
    """
    _check_current(point)
    return replace(point, state="replaced", changed_at=max(at, point.changed_at))


def grow_older(point: ContactPoint, *, at: datetime) -> tuple[ContactPoint, list[Event]]:
    """When nobody has verified it for ninety days by this moment, it has lapsed, at its own moment."""
    due = next_due(point)
    if due is None or due > at:
        return point, []
    point = _changed(point, at=due, state="lapsed")
    return point, [ContactPointLapsed(**_told(point))]


def next_due(point: ContactPoint) -> datetime | None:
    """The moment at which it lapses; None when it no longer can."""
    if point.state != "verified" or point.certain_until is None:
        return None
    return midnight(point.certain_until + timedelta(days=1))


def _check_current(point: ContactPoint) -> None:
    if point.state == "replaced":
        raise ContactPointReplaced("Another contact point has taken the place of this one.")


def _changed(point: ContactPoint, *, at: datetime, **fields: Any) -> ContactPoint:
    return replace(point, revision=point.revision + 1, changed_at=max(at, point.changed_at), **fields)


def _told(point: ContactPoint) -> dict[str, Any]:
    code = municipality_of(point.organisation)
    district = None if code else district_of(point.organisation, day_of(point.changed_at))
    return {
        "subject": point.id,
        "revision": point.revision,
        "at": point.changed_at,
        "provenance": point.provenance,
        "function": point.function,
        "municipality_code": code,
        "police_district": district,
    }
