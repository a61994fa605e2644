"""Who answers for an initiative: one authority on any day, and after a change the one before stays said.

Source: a change of responsible ministry (ressortændring) holds from a day.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.problems import Conflict, Forbidden, Invalid
from planning.domain.authority import Authority


class ResponsibleAlready(Conflict):
    """The authority is responsible for the initiative."""

    title_da = "Myndigheden er allerede ansvarlig"


class TransferOutOfOrder(Invalid):
    """A transfer holds from a later day than the one before it."""

    title_da = "Ressortændringen ligger før den seneste"


class AuthorityCountedOn(Conflict):
    """Initiatives that go on count on the authority: each is handed over first."""

    title_da = "Myndigheden er ansvarlig for indsatser, der fortsætter"


class ResponsibleMissing(Conflict):
    """An initiative is launched when an authority is responsible for it."""

    title_da = "Indsatsen mangler en ansvarlig myndighed"


class OutsideYourAuthority(Forbidden):
    """An owner acts on the initiatives for which their own authority is responsible."""

    title_da = "Uden for din myndigheds indsatser"


@dataclass(frozen=True)
class Responsibility:
    """The authority that is responsible from that day on; from the beginning where there is none."""

    authority: str
    from_day: date | None = None
    reason: str | None = None
    source_url: str | None = None


def responsible_on(held: Sequence[Responsibility], day: date) -> str | None:
    """The code of the one authority that is responsible that day; None before the first."""
    begun = [each for each in held if each.from_day is None or each.from_day <= day]
    return begun[-1].authority if begun else None


def take_over(held: Sequence[Responsibility], new: Responsibility) -> tuple[Responsibility, ...]:
    """Another authority is responsible from a day on.

    Raises: ResponsibleAlready, TransferOutOfOrder.
    """
    if held:
        last = held[-1]
        if last.authority == new.authority:
            raise ResponsibleAlready("The authority is responsible already.")
        if last.from_day is not None and (new.from_day is None or new.from_day <= last.from_day):
            raise TransferOutOfOrder(f"The last transfer holds from {last.from_day}.", pointer="/from_day")
    return (*held, new)


def check_owner(held: Sequence[Responsibility], own: AbstractSet[str] | None, *, day: date) -> None:
    """Whoever acts may: for every initiative, or one for which an authority of theirs is responsible that day.

    Shape of `own`: the codes of their authorities; None for whoever edits the plan.
    Raises: OutsideYourAuthority.
    """
    if own is not None and responsible_on(held, day) not in own:
        raise OutsideYourAuthority("Another authority is responsible for this initiative.")


def check_there_when_counted_on(
    authority: Authority, initiatives: Sequence[Sequence[Responsibility]], *, today: date
) -> None:
    """No initiative counts on the authority from a day on which it does not exist yet, nor today if from the beginning.

    Shape of `initiatives`: who is responsible for each that goes on.
    Raises: AuthorityCountedOn.
    """
    days = [each.from_day or today for held in initiatives for each in held if each.authority == authority.code]
    if not all(authority.exists_on(day) for day in days):
        raise AuthorityCountedOn("An initiative that goes on is its responsibility before that day.")


def check_uncounted_on(authority: Authority, initiatives: Sequence[Sequence[Responsibility]]) -> None:
    """No initiative counts on the authority on a day after its last.

    Shape of `initiatives`: who is responsible for each that goes on.
    Raises: AuthorityCountedOn.
    """
    assert authority.valid_to is not None, "it ends"
    last = authority.valid_to.latest()
    later = [[each for each in held if each.from_day is not None and each.from_day > last] for held in initiatives]
    counted = [responsible_on(held, last + timedelta(days=1)) for held in initiatives]
    codes = [*counted, *(each.authority for ones in later for each in ones)]
    if authority.code in codes:
        raise AuthorityCountedOn("An initiative that goes on is its responsibility after that day.")
