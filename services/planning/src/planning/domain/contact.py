"""The ways in which a municipality is reached, and which events say of each that it was."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, Literal

from contracts.advisory import (
    MunicipalityContacted,
    PreparednessPlanAdopted,
    PreparednessPlanCorrected,
    PreparednessPlanOverdue,
    PreparednessPlanPublished,
    PreparednessPlanRevisionDue,
    PreparednessPlanWithdrawn,
    ProcessAgreed,
    ProcessCompleted,
    VisitHeld,
)
from contracts.cooperation import (
    AgreementExpired,
    AgreementRenewed,
    AgreementReviewDue,
    AgreementSigned,
    AgreementTerminated,
)
from contracts.event import Event
from contracts.training import EventHeld

ContactCode = Literal["asked", "advised", "visited", "trained", "agreement", "plan"]
PlanKnown = Literal["valid", "too_old", "withdrawn", "adopted", "none_known"]
"""What everybody may know of a municipality's plan. That the register was told of none is internal, so it is not told
apart here from a plan of which nothing was told: of both no plan in force is known."""


@dataclass(frozen=True)
class Contact:
    """A way of being reached; what has an end (`ends`) holds by the newest event of its subject."""

    text_da: str
    text_en: str
    begins: tuple[type[Event], ...]
    ends: tuple[type[Event], ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """All events that say something of it."""
        return tuple(each.type for each in (*self.begins, *self.ends))

    @property
    def is_public(self) -> bool:
        """Everybody may read who it is true of: all its events are told in the open, and none is a single case."""
        return all("public" in each.streams and each.coarseness is None for each in (*self.begins, *self.ends))


CONTACTS: Final[Mapping[ContactCode, Contact]] = {
    "asked": Contact(
        "Kommunen har fået råd i mindst én henvendelse i kvartalet",
        "The municipality was advised on at least one enquiry in the quarter",
        begins=(MunicipalityContacted,),
    ),
    "advised": Contact(
        "Et rådgivningsforløb er aftalt med kommunen eller afsluttet; fortrolige forløb er ikke med",
        "A course of help was agreed with the municipality or completed; confidential ones are left out",
        begins=(ProcessAgreed, ProcessCompleted),
    ),
    "visited": Contact(
        "Rejseholdet har været hos kommunen eller holdt møde med den",
        "The travelling team was with the municipality or met it online",
        begins=(VisitHeld,),
    ),
    "trained": Contact(
        "Nogen fra kommunen har deltaget i et kursus eller andet arrangement",
        "Somebody from the municipality took part in a course or other event",
        begins=(EventHeld,),
    ),
    "agreement": Contact(
        "Kommunen er med i en gældende samarbejdsaftale med sin politikreds",
        "The municipality is part of an agreement in force with its police district",
        begins=(AgreementSigned, AgreementReviewDue, AgreementRenewed),
        ends=(AgreementExpired, AgreementTerminated),
    ),
    "plan": Contact(
        "Kommunen har en vedtaget og offentliggjort beredskabsplan, der højst er fire år gammel",
        "The municipality has an adopted and published preparedness plan that is at most four years old",
        begins=(PreparednessPlanPublished, PreparednessPlanRevisionDue),
        ends=(PreparednessPlanOverdue, PreparednessPlanWithdrawn),
    ),
}


ADOPTED: Final = PreparednessPlanAdopted
"""The council has said yes, and nobody can read it yet."""
TAKEN_BACK: Final = PreparednessPlanCorrected
"""After this an adoption counts only where it is told again. It is internal, and makes nothing known."""


def plan_known(stands: str | None, adopted: str | None) -> PlanKnown:
    """What is known of a municipality's plan.

    Shape: `stands` is the type of the newest event that says whether a published version counts, `adopted` that of the
    newest one after it that says whether another one waits to be published.
    """
    if stands in {each.type for each in CONTACTS["plan"].begins}:
        return "valid"
    if stands == PreparednessPlanOverdue.type:
        return "too_old"
    if adopted == ADOPTED.type:
        return "adopted"
    return "withdrawn" if stands == PreparednessPlanWithdrawn.type else "none_known"


def unreached(
    known: AbstractSet[str], reached: Mapping[ContactCode, AbstractSet[str]], ways: AbstractSet[ContactCode]
) -> tuple[str, ...]:
    """The municipalities that nobody has reached in any of these ways, ascending."""
    return tuple(sorted(each for each in known if not any(each in reached.get(way, ()) for way in ways)))
