"""Why something may not be done with an advisory process."""

from contracts.problems import Conflict, Invalid


class StepOutOfOrder(Conflict):
    """The process is not where this step begins."""

    title_da = "Trinnet passer ikke til forløbets tilstand"


class DeliverableMissing(Conflict):
    """A process cannot end without a result or a reason why there is none."""

    title_da = "Resultat eller begrundelse mangler"


class LooseEnds(Conflict):
    """A process does not end while milestones or planned visits are open."""

    title_da = "Milepæle eller planlagte besøg er ikke afsluttet"


class FollowUpTooEarly(Conflict):
    """The effect cannot be judged before the agreed months have passed."""

    title_da = "Opfølgningen er for tidlig"


class PartMissing(Conflict):
    """The process has no such visit or milestone that is open."""

    title_da = "Besøget eller milepælen er ikke åben"


class VisitNotYetHeld(Invalid):
    """A visit that has not taken place cannot be recorded as held."""

    title_da = "Besøget ligger i fremtiden"


class DayHasPassed(Invalid):
    """What is planned lies ahead."""

    title_da = "Dagen er forbi"


class DayInFuture(Invalid):
    """What has happened did not happen on a day that has not come."""

    title_da = "Dagen ligger i fremtiden"


class EnquiryOfAnotherMunicipality(Invalid):
    """The enquiry that it began with came from another municipality."""

    title_da = "Henvendelsen kom fra en anden kommune"
