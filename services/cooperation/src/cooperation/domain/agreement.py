"""Agreements between a police district and municipalities: signed, and reviewed each year or no longer in force."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from contracts.cooperation import (
    AgreementExpired,
    AgreementRenewed,
    AgreementReviewDue,
    AgreementSigned,
    AgreementTerminated,
)
from contracts.event import Event
from contracts.geography import PoliceDistrictSlug, police_district_of, provenance_of
from contracts.problems import Conflict, Invalid
from contracts.values import Provenance
from cooperation.domain.calendar import a_year_after, day_of, midnight

GRACE_DAYS = 90  # ours: after the day on which the review was due, an agreement holds so much longer

State = Literal["draft", "active", "review_due", "expired", "terminated"]
Section = Literal[
    "purpose",
    "definitions",
    "roles",
    "contact_points",
    "first_24_hours",
    "joint_risk_assessment",
    "information_sharing",
    "special_address_protection",
    "foreign_travel",
    "children_and_siblings",
    "safe_accommodation",
    "confidentiality",
    "journaling",
    "meetings_and_evaluation",
    "training",
    "review",
]
IN_FORCE: frozenset[State] = frozenset({"active", "review_due"})


class MunicipalityOutsideDistrict(Invalid):
    """Every municipality of an agreement belongs to its police district."""

    title_da = "Kommunen hører ikke til politikredsen"


class SignedInFuture(Invalid):
    """Nothing has been signed or reviewed on a day that has not come."""

    title_da = "Datoen ligger i fremtiden"


class ReviewedBeforeSigning(Invalid):
    """A review follows the signing and the review before it."""

    title_da = "Gennemgangen ligger før den forrige"


class AgreementNotDraft(Conflict):
    """Only a draft can be signed."""

    title_da = "Aftalen er ikke et udkast"


class AgreementNotInForce(Conflict):
    """Only an agreement in force can be renewed or terminated."""

    title_da = "Aftalen er ikke i kraft"


@dataclass(frozen=True)
class Agreement:
    """How a police district and municipalities work together. Its revision counts what has been told of it."""

    id: UUID
    police_district: PoliceDistrictSlug
    municipality_codes: tuple[str, ...]
    provenance: Provenance
    title_da: str
    sections: tuple[Section, ...]
    changed_at: datetime
    state: State = "draft"
    signed_on: date | None = None
    review_due: date | None = None
    published_url: str | None = None
    revision: int = 0

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds without a review."""
        return self.review_due + timedelta(days=GRACE_DAYS) if self.review_due else None


def draft(
    *,
    id: UUID,
    police_district: PoliceDistrictSlug,
    municipality_codes: tuple[str, ...],
    title_da: str,
    sections: tuple[Section, ...],
    at: datetime,
) -> Agreement:
    """An agreement is being written.

    Raises: MunicipalityOutsideDistrict.
    """
    for place, code in enumerate(municipality_codes):
        if police_district_of(code, day_of(at)) != police_district:
            raise MunicipalityOutsideDistrict(
                f"Municipality {code} does not belong to this police district.",
                pointer=f"/municipality_codes/{place}",
            )
    return Agreement(
        id=id,
        police_district=police_district,
        municipality_codes=tuple(sorted(set(municipality_codes))),
        provenance=provenance_of(municipality_codes[0]),
        title_da=title_da,
        sections=tuple(dict.fromkeys(sections)),
        changed_at=at,
    )


def sign(agreement: Agreement, *, signed_on: date, published_url: str | None, at: datetime) -> tuple[Agreement, Event]:
    """Both sides have signed; a review is due a year later.

    Raises: AgreementNotDraft, SignedInFuture.
    """
    if agreement.state != "draft":
        raise AgreementNotDraft("This agreement was signed before.")
    _check_past(signed_on, at, "signed_on")
    agreement = _changed(
        agreement,
        at=at,
        state="active",
        signed_on=signed_on,
        review_due=a_year_after(signed_on),
        published_url=published_url,
    )
    assert agreement.review_due is not None
    return agreement, AgreementSigned(**_told(agreement), signed_on=signed_on, review_due=agreement.review_due)


def renew(agreement: Agreement, *, reviewed_on: date, at: datetime) -> tuple[Agreement, Event]:
    """The agreement was reviewed and goes on; the next review is due a year later.

    Raises: AgreementNotInForce, SignedInFuture, ReviewedBeforeSigning.
    """
    _check_in_force(agreement)
    _check_past(reviewed_on, at, "reviewed_on")
    due = a_year_after(reviewed_on)
    if agreement.review_due is None or due <= agreement.review_due:
        raise ReviewedBeforeSigning(
            "The review must be later than the signing and the review before it.", pointer="/reviewed_on"
        )
    agreement = _changed(agreement, at=at, state="active", review_due=due)
    return agreement, AgreementRenewed(**_told(agreement), review_due=due)


def terminate(agreement: Agreement, *, at: datetime) -> tuple[Agreement, Event]:
    """One side has ended the agreement.

    Raises: AgreementNotInForce.
    """
    _check_in_force(agreement)
    agreement = _changed(agreement, at=at, state="terminated")
    return agreement, AgreementTerminated(**_told(agreement))


def grow_older(agreement: Agreement, *, at: datetime) -> tuple[Agreement, list[Event]]:
    """What time has brought by this moment has happened, each thing once and at its own moment, in order."""
    events: list[Event] = []
    while (due := next_due(agreement)) is not None and due <= at:
        if agreement.state == "active":
            agreement = _changed(agreement, at=due, state="review_due")
            assert agreement.review_due is not None
            events.append(AgreementReviewDue(**_told(agreement), review_due=agreement.review_due))
        else:
            agreement = _changed(agreement, at=due, state="expired")
            events.append(AgreementExpired(**_told(agreement)))
    return agreement, events


def next_due(agreement: Agreement) -> datetime | None:
    """The moment at which time changes the agreement next; None when it no longer can."""
    if agreement.state not in IN_FORCE or agreement.review_due is None or agreement.last_day is None:
        return None
    first_day = agreement.review_due if agreement.state == "active" else agreement.last_day + timedelta(days=1)
    return midnight(first_day)


def _check_in_force(agreement: Agreement) -> None:
    if agreement.state not in IN_FORCE:
        raise AgreementNotInForce("This agreement is not in force.")


def _check_past(day: date, at: datetime, field: str) -> None:
    if day > day_of(at):
        raise SignedInFuture("This day has not come yet.", pointer=f"/{field}")


def _changed(agreement: Agreement, *, at: datetime, **fields: Any) -> Agreement:
    return replace(agreement, revision=agreement.revision + 1, changed_at=max(at, agreement.changed_at), **fields)


def _told(agreement: Agreement) -> dict[str, Any]:
    return {
        "subject": agreement.id,
        "revision": agreement.revision,
        "at": agreement.changed_at,
        "provenance": agreement.provenance,
        "police_district": agreement.police_district,
        "municipality_codes": agreement.municipality_codes,
    }
