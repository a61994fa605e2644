"""That a municipality was advised within a quarter: told once, when it has ended, and without saying on what."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from advisory.domain.days import first_moment, quarter_after, quarter_of
from contracts.advisory import MunicipalityContacted
from contracts.event import Event
from contracts.geography import provenance_of
from contracts.values import Provenance

NAMESPACE = UUID("b0d0a1b2-6f0c-5c55-9f0e-3a4a53b1f6d7")


@dataclass(frozen=True)
class Contact:
    """A municipality and a quarter in which it asked for advice, was visited, or agreed on a process."""

    id: UUID
    municipality_code: str
    provenance: Provenance
    quarter: str
    due_at: datetime
    told: bool = False


def contact(municipality_code: str, *, on: date) -> Contact:
    """The municipality's contact of that day's quarter, the same whoever makes it."""
    quarter = quarter_of(on)
    return Contact(
        id=uuid5(NAMESPACE, f"{municipality_code} {quarter}"),
        municipality_code=municipality_code,
        provenance=provenance_of(municipality_code),
        quarter=quarter,
        due_at=first_moment(quarter_after(on)),
    )


def contacted(contact: Contact) -> Event:
    """What is told when the quarter has ended."""
    return MunicipalityContacted(
        subject=contact.id,
        revision=1,
        at=contact.due_at,
        provenance=contact.provenance,
        municipality_code=contact.municipality_code,
        quarter=contact.quarter,
    )
