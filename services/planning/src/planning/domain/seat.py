"""Seats in the coordination forum: which authority has one, from day to day, as what. Never who sits there.

Who the members really are no source states, so nothing is entered before somebody says it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

from contracts.problems import Conflict, Invalid
from planning.domain.authority import Authority, check_there

Function = Literal["chair", "member", "observer"]


class SeatTaken(Conflict):
    """The authority has a seat on one of these days."""

    title_da = "Myndigheden har allerede en plads"


class SeatEnded(Conflict):
    """The seat has its last day."""

    title_da = "Pladsen er allerede ophørt"


class SeatEndsBeforeItBegins(Invalid):
    """A seat is held for a day at least."""

    title_da = "Pladsen ophører, før den begynder"


@dataclass(frozen=True)
class Seat:
    """An authority's seat, from its first day to its last, or without an end."""

    id: UUID
    authority: str
    function: Function
    valid_from: date
    valid_to: date | None = None
    revision: int = 1

    def holds_on(self, day: date) -> bool:
        """It is the authority's on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def take(seat: Seat, authority: Authority | None, others: Sequence[Seat]) -> Seat:
    """The authority has the seat. Shape of `others`: every other seat that it has or had.

    Raises: AuthorityNotThere, SeatEndsBeforeItBegins, SeatTaken.
    """
    check_there(authority, on=seat.valid_from, pointer="/authority")
    _check_days(seat)
    if any(_meet(seat, each) for each in others):
        raise SeatTaken("The authority has a seat on one of these days; it has one at a time.")
    return seat


def end(seat: Seat, valid_to: date) -> Seat:
    """The seat is the authority's until that day.

    Raises: SeatEnded, SeatEndsBeforeItBegins.
    """
    if seat.valid_to is not None:
        raise SeatEnded(f"The seat ends on {seat.valid_to}.")
    ended = replace(seat, valid_to=valid_to, revision=seat.revision + 1)
    _check_days(ended)
    return ended


def is_member(authority: Authority, seats: Sequence[Seat], day: date) -> bool:
    """The authority exists on that day and has one of the seats."""
    return authority.exists_on(day) and any(each.authority == authority.code and each.holds_on(day) for each in seats)


def _check_days(seat: Seat) -> None:
    if seat.valid_to is not None and seat.valid_to < seat.valid_from:
        raise SeatEndsBeforeItBegins("The last day comes before the first one.", pointer="/valid_to")


def _meet(one: Seat, other: Seat) -> bool:
    return one.holds_on(other.valid_from) or other.holds_on(one.valid_from)
