"""Terms: numbers that MÆRK has chosen and may choose anew, each valid from a day. Nothing that was decided changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from contracts.problems import Conflict, Invalid
from planning.domain.period import danish_day

TermName = Literal["report_due_days", "report_escalation_days", "milestone_due_soon_days", "quiet_weeks"]


class TermAlreadyStands(Conflict):
    """A term has one value a day."""

    title_da = "Vilkåret er allerede fastsat fra denne dag"


class TermInPast(Invalid):
    """A new value holds from a day that lies ahead, so that what was decided stays explained."""

    title_da = "Vilkåret kan ikke ændres med tilbagevirkende kraft"


@dataclass(frozen=True)
class Term:
    """A number that holds from this day until the next one of its name does."""

    name: TermName
    valid_from: date
    value: int


def check_term(term: Term, *, at: datetime) -> Term:
    """The term may be set.

    Raises: TermInPast.
    """
    if term.valid_from <= danish_day(at):
        raise TermInPast("A term is valid from tomorrow at the earliest.", pointer="/valid_from")
    return term


def value_on(terms: Iterable[Term], name: TermName, day: date) -> int:
    """What the term is that day."""
    return max(
        (each for each in terms if each.name == name and each.valid_from <= day), key=lambda each: each.valid_from
    ).value
