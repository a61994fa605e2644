"""What an authority of the forum reports: it counts once MÆRK has approved it, and not before.

What its approval brings about is the same as if MÆRK had said it: a reading, a status, a milestone met, a decision
carried out. Who sent a report is kept as an opaque id until it is settled, so that nobody approves their own.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.problems import Conflict, Forbidden, Invalid
from contracts.values import Provenance
from planning.domain.initiative import Course

State = Literal["submitted", "returned", "approved", "withdrawn"]
Step = Literal["submitted", "returned", "resubmitted", "approved", "withdrawn"]
Kind = Literal["reading", "status", "milestone", "decision"]


class ReportElsewhere(Conflict):
    """This is done with a report in another state."""

    title_da = "Indberetningen er et andet sted i forløbet"


class OwnReport(Forbidden):
    """Nobody approves what they or their authority sent."""

    title_da = "Egen indberetning kan ikke godkendes"


class DefinitionSinceChanged(Conflict):
    """The value was read under another definition than the one that holds."""

    title_da = "Indikatorens definition er ændret siden"


class AboutSomethingElse(Invalid):
    """A report that is sent again is from whom and about what it was."""

    title_da = "Indberetningen handler om noget andet"


class SenderNotYours(Forbidden):
    """Somebody reports for an authority that their token names."""

    title_da = "Du indberetter ikke for denne myndighed"


class NotAMember(Forbidden):
    """Authorities with a seat in the forum report on the plan."""

    title_da = "Myndigheden har ikke en plads i forummet"


class NotResponsible(Forbidden):
    """The authority that is to carry a decision out reports that it did."""

    title_da = "Myndigheden har ikke ansvaret for beslutningen"


@dataclass(frozen=True)
class SaidReading:
    """A value of an indicator that is read by hand, with the page that shows it."""

    about: UUID
    period: str
    value: Decimal
    source_url: str
    kind: Literal["reading"] = "reading"


@dataclass(frozen=True)
class SaidStatus:
    """How an initiative goes, and why; of the quarter that it was about when it was sent."""

    about: UUID
    status: Course
    reason: str
    quarter: str | None = None
    kind: Literal["status"] = "status"


@dataclass(frozen=True)
class SaidMilestone:
    """That a milestone is met, with the page that shows it."""

    about: UUID
    met_on: date
    source_url: str
    kind: Literal["milestone"] = "milestone"


@dataclass(frozen=True)
class SaidDecision:
    """That a decision is carried out, with a page or a note that shows it."""

    about: UUID
    carried_out_on: date
    source_url: str | None = None
    note_da: str | None = None
    kind: Literal["decision"] = "decision"


Said = SaidReading | SaidStatus | SaidMilestone | SaidDecision


@dataclass(frozen=True)
class Deed:
    """Something that was done with the report; with what was said, where it was sent."""

    step: Step
    at: datetime
    text_da: str | None = None
    said: Said | None = None


@dataclass(frozen=True)
class PartnerReport:
    """What an authority says. `definition_version` is the definition under which a value was read."""

    id: UUID
    sender: str
    provenance: Provenance
    said: Said
    definition_version: int | None = None
    state: State = "submitted"
    sent_by: frozenset[str] = frozenset()
    deeds: tuple[Deed, ...] = ()
    revision: int = 1


def submit(report: PartnerReport, *, by: str, at: datetime) -> PartnerReport:
    """The report waits for MÆRK."""
    return replace(report, sent_by=frozenset({by}), deeds=(Deed("submitted", at, said=report.said),))


def resubmit(report: PartnerReport, new: PartnerReport, *, by: str, at: datetime) -> PartnerReport:
    """The report waits for MÆRK again, and says what the new one says; what it said before is kept.

    Raises: ReportElsewhere, AboutSomethingElse.
    """
    _check(report, "returned")
    if (new.sender, new.said.kind, new.said.about) != (report.sender, report.said.kind, report.said.about):
        raise AboutSomethingElse("Send another report about something else.", pointer="/about")
    report = replace(report, said=new.said, definition_version=new.definition_version, sent_by=report.sent_by | {by})
    return _into(report, "submitted", Deed("resubmitted", at, said=new.said))


def send_back(report: PartnerReport, reason: str, *, at: datetime) -> PartnerReport:
    """The report is with its sender again, for that reason.

    Raises: ReportElsewhere.
    """
    _check(report, "submitted")
    return _into(report, "returned", Deed("returned", at, reason))


def withdraw(report: PartnerReport, *, at: datetime) -> PartnerReport:
    """The sender says it no more.

    Raises: ReportElsewhere.
    """
    _check(report, "submitted", "returned")
    return _into(report, "withdrawn", Deed("withdrawn", at))


def approve(
    report: PartnerReport, *, by: str, acts_for: AbstractSet[str], definition_version: int | None, at: datetime
) -> PartnerReport:
    """MÆRK lets it count. Shape of `acts_for`: the authorities for which the approver acts.

    Raises: ReportElsewhere, OwnReport, DefinitionSinceChanged.
    """
    _check(report, "submitted")
    if by in report.sent_by or report.sender in acts_for:
        raise OwnReport("Somebody else approves what you or your authority sent.")
    if report.definition_version != definition_version:
        raise DefinitionSinceChanged("The indicator was defined anew; return the report, so that it is read anew.")
    return _into(report, "approved", Deed("approved", at))


def check_yours(sender: str, acts_for: AbstractSet[str]) -> None:
    """The caller acts for the authority in whose name they report.

    Raises: SenderNotYours.
    """
    if sender not in acts_for:
        raise SenderNotYours("Your token does not name this authority.")


def check_member(*, seated: bool) -> None:
    """The authority has a seat, so it may report on the plan.

    Raises: NotAMember.
    """
    if not seated:
        raise NotAMember("This authority has no seat in the forum today.")


def check_responsible(sender: str, responsible: str) -> None:
    """The authority is to carry the decision out, so it may report that it did.

    Raises: NotResponsible.
    """
    if sender != responsible:
        raise NotResponsible("Another authority is to carry this decision out.")


def _check(report: PartnerReport, *states: State) -> None:
    if report.state not in states:
        raise ReportElsewhere(f"This report is {report.state}.")


def _into(report: PartnerReport, state: State, deed: Deed) -> PartnerReport:
    known = frozenset[str]() if state in ("approved", "withdrawn") else report.sent_by
    return replace(report, state=state, sent_by=known, deeds=(*report.deeds, deed), revision=report.revision + 1)
