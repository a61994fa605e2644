"""Why something is not done with an enquiry."""

from contracts.problems import Conflict, Invalid, Missing


class ConsentMissing(Conflict):
    """The advice would be about a recognisable matter, and nobody has consented to that."""

    title_da = "Samtykke mangler"


class DutyToNotifyUnaddressed(Conflict):
    """It concerns a minor, and nobody has said what becomes of the duty to notify."""

    title_da = "Underretningspligten er ikke afklaret"


class RiskAssessmentNotReminded(Conflict):
    """Nobody has reminded the municipality of the risk assessment that comes before parents and network."""

    title_da = "Der er ikke mindet om risikovurderingen"


class HandoverNotAcknowledged(Conflict):
    """It is acute, and no human has taken it over."""

    title_da = "Overdragelsen er ikke kvitteret"


class NothingHandedOver(Conflict):
    """It cannot end as handed over, because nobody was handed anything."""

    title_da = "Intet er overdraget"


class EnquiryNotTriaged(Conflict):
    """Nobody has looked at how urgent it is and whose it is."""

    title_da = "Henvendelsen er ikke visiteret"


class EnquiryAlreadyTriaged(Conflict):
    """It has been triaged before."""

    title_da = "Henvendelsen er allerede visiteret"


class EnquiryNotAnswered(Conflict):
    """It cannot be closed as advised before it is answered."""

    title_da = "Henvendelsen er ikke besvaret"


class EnquiryAlreadyClosed(Conflict):
    """It is closed and stays so."""

    title_da = "Henvendelsen er lukket"


class ReferralAlreadyAcknowledged(Conflict):
    """A human has taken it over before."""

    title_da = "Overdragelsen er allerede kvitteret"


class ReferralMissing(Missing):
    """The enquiry has no such hand-over."""

    title_da = "Overdragelsen findes ikke"


class ReceivedInFuture(Invalid):
    """Nothing is received on a day that has not come."""

    title_da = "Modtagelsen ligger i fremtiden"
