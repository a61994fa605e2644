"""Terms: numbers that MÆRK has chosen and may choose anew, each valid from a day. What was decided stays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from advisory.domain.days import danish_day
from contracts.problems import Conflict, Invalid

TermName = Literal[
    "process_follow_up_months", "deliverable_review_months", "plan_reminder_months", "likely_repeat_days"
]
MOST_MONTHS, MOST_DAYS = 36, 366


class TermAlreadyStands(Conflict):
    """A term has one value a day."""

    title_da = "Vilkåret er allerede fastsat fra denne dag"


class TermTooLarge(Invalid):
    """No such number of months or days can be meant."""

    title_da = "Vilkåret er for stort"


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

    Raises: TermInPast, TermTooLarge.
    """
    most = MOST_DAYS if term.name.endswith("_days") else MOST_MONTHS
    if term.value > most:
        raise TermTooLarge(f"This term is at most {most}.", pointer="/value")
    if term.valid_from <= danish_day(at):
        raise TermInPast("A term is valid from tomorrow at the earliest.", pointer="/valid_from")
    return term


def value_on(terms: Iterable[Term], name: TermName, day: date) -> int:
    """What the term is that day."""
    return max(
        (each for each in terms if each.name == name and each.valid_from <= day), key=lambda t: t.valid_from
    ).value
