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

    title_da = "Der er ikke kvitteret for overdragelsen"


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

    title_da = "Der er allerede kvitteret for overdragelsen"


class ReferralMissing(Missing):
    """The enquiry has no such hand-over."""

    title_da = "Overdragelsen findes ikke"


class ReceivedInFuture(Invalid):
    """Nothing is received on a day that has not come."""

    title_da = "Modtagelsen ligger i fremtiden"


class SiblingsNotConsidered(Conflict):
    """A single matter lies behind it, and nobody has said whether siblings are at risk too."""

    title_da = "Søskende er ikke overvejet"


class ConsentMayEndanger(Conflict):
    """Asking whoever has custody would tell the person who may be the danger."""

    title_da = "At spørge om samtykke kan være farligt"


class ConsentNotAskedFor(Conflict):
    """Nobody was asked for consent, so none can have been given."""

    title_da = "Der er ikke bedt om samtykke"


class NothingToConsentTo(Conflict):
    """No single matter lies behind it, or consent is there."""

    title_da = "Der er intet at samtykke til"


class EnquiryNotWaiting(Conflict):
    """It is not in a state from which this can be begun."""

    title_da = "Henvendelsen er allerede taget op"


class EnquiryRedirected(Conflict):
    """Whoever asked was pointed to somebody else."""

    title_da = "Henvendelsen er henvist til andre"


class EnquiryAlreadyAnswered(Conflict):
    """It was answered, or is to be, so nobody is pointed elsewhere."""

    title_da = "Henvendelsen er allerede besvaret"


class EnquiryNotClosed(Conflict):
    """Only what is closed can be opened again."""

    title_da = "Henvendelsen er ikke lukket"


class CitizenIsRedirected(Conflict):
    """Advice here is for professionals; a citizen is pointed to those who advise citizens."""

    title_da = "Borgere henvises til andre"


class UrgencyNotLowered(Conflict):
    """It was judged to be more urgent than that."""

    title_da = "Hastegraden kan ikke sænkes"


class MinorNotTakenBack(Conflict):
    """It is known that it concerns a minor."""

    title_da = "Mindreårig kan ikke trækkes tilbage"


class TooManyTopics(Invalid):
    """An enquiry is about a few topics."""

    title_da = "For mange emner"


class MunicipalityHasNotAsked(Conflict):
    """Consultants assess risk and coordinate when the municipality asks for it, and not otherwise."""

    title_da = "Kommunen har ikke anmodet om det"


class ReferralNotAcknowledged(Conflict):
    """Nobody has acknowledged the hand-over, so nobody can have taken or declined it."""

    title_da = "Der er ikke kvitteret for overdragelsen"


class ReferralStillAwaited(Conflict):
    """The answer to the hand-over is not overdue, or is there."""

    title_da = "Svaret afventes stadig"


class ReferralAlreadySettled(Conflict):
    """It is known what became of the hand-over."""

    title_da = "Overdragelsen er allerede afsluttet"


class MatterUnlinkable(Conflict):
    """One of the two was made anonymous, and a link could tell whom it is about."""

    title_da = "Anonymiserede henvendelser kædes ikke sammen"


class MatterOfAnotherProvenance(Invalid):
    """Real and synthetic enquiries are never about one matter."""

    title_da = "Virkeligt og syntetisk kan ikke blandes"
