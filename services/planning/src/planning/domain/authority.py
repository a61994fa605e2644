"""Authorities: who may answer for an initiative, under one code that stays and names that change from day to day.

The code is written as tokens write organisations. What no source states is None.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, cast
from uuid import UUID

from contracts.problems import Conflict, Invalid
from contracts.values import PartialDate, Provenance

Kind = Literal["ministry", "agency", "police", "municipality_association", "other"]


class AuthorityEnded(Conflict):
    """The authority is no more."""

    title_da = "Myndigheden er nedlagt"


class NameOutOfOrder(Invalid):
    """A new name comes after the one before it."""

    title_da = "Navnet gælder ikke fra en senere dag"


class NameUnchanged(Conflict):
    """The newest name is said so already."""

    title_da = "Navnet er uændret"


class EndBeforeBeginning(Invalid):
    """An authority ends after it began and was last named."""

    title_da = "Myndigheden slutter, før den begynder"


class EndUnchanged(Conflict):
    """The last day is said so already."""

    title_da = "Den sidste dag er uændret"


class AuthorityNotThere(Invalid):
    """No such authority existed on that day, real or synthetic as the record is."""

    title_da = "Myndigheden findes ikke den dag"


@dataclass(frozen=True)
class Read:
    """The page that says so, and the day on which it was read."""

    source_url: str
    read_on: date


@dataclass(frozen=True)
class Name:
    """What the authority is called from that day on; None where no source states since when."""

    name_da: str
    read: Read
    name_en: str | None = None
    valid_from: PartialDate | None = None


@dataclass(frozen=True)
class Authority:
    """An authority with its names, oldest first. It exists until `valid_to`, or goes on."""

    id: UUID
    code: str
    names: tuple[Name, ...]
    valid_to: PartialDate | None = None
    ended: Read | None = None
    revision: int = 1

    @property
    def kind(self) -> Kind:
        """What stands before the colon of its code."""
        return cast("Kind", self.code.partition(":")[0])

    @property
    def provenance(self) -> Provenance:
        """Whether it is real or one that demonstrations play with; the two never mix."""
        return "synthetic" if self.code.partition(":")[2].startswith("synthetic") else "actual"

    def name_on(self, day: date) -> Name:
        """What it is called that day; before its first name, that one."""
        return [self.names[0], *(each for each in self.names[1:] if _first(each) <= day)][-1]

    def exists_on(self, day: date) -> bool:
        """It may exist that day, as far as sources state."""
        return _first(self.names[0]) <= day and (self.valid_to is None or day <= self.valid_to.latest())


def rename(authority: Authority, name: Name) -> Authority:
    """The authority is called so from that day on, and its earlier names stay.

    Raises: AuthorityEnded, NameOutOfOrder.
    """
    _check_going_on(authority)
    if _first(name) <= _first(authority.names[-1]):
        raise NameOutOfOrder("A new name holds from a later day than the one before it.", pointer="/valid_from")
    return replace(authority, names=(*authority.names, name), revision=authority.revision + 1)


def correct_name(authority: Authority, name: Name) -> Authority:
    """The newest name was entered wrongly and is said anew; what was published under it stays as it was.

    Raises: AuthorityEnded, NameOutOfOrder, NameUnchanged.
    """
    _check_going_on(authority)
    if name == authority.names[-1]:
        raise NameUnchanged("The newest name is said so already.", da="Det seneste navn står der allerede sådan.")
    before = authority.names[:-1]
    if before and _first(name) <= _first(before[-1]):
        raise NameOutOfOrder("A new name holds from a later day than the one before it.", pointer="/valid_from")
    return replace(authority, names=(*before, name), revision=authority.revision + 1)


def end(authority: Authority, valid_to: PartialDate, read: Read) -> Authority:
    """The authority exists until that day, and what it answered for stays said; a day that was wrong is said anew.

    Raises: EndUnchanged, EndBeforeBeginning.
    """
    if (authority.valid_to, authority.ended) == (valid_to, read):
        raise EndUnchanged(f"The authority is said to exist until {valid_to} already.")
    if valid_to.latest() < _first(authority.names[-1]):
        raise EndBeforeBeginning("It has a name from a later day on.", pointer="/valid_to")
    return replace(authority, valid_to=valid_to, ended=read, revision=authority.revision + 1)


def check_there(authority: Authority | None, *, on: date, pointer: str, of: Provenance | None = None) -> Authority:
    """The authority, which exists on that day, and is real or synthetic as is asked.

    Raises: AuthorityNotThere.
    """
    if authority is None or not authority.exists_on(on) or of not in (None, authority.provenance):
        raise AuthorityNotThere("There is no such authority on that day among such records.", pointer=pointer)
    return authority


def _first(name: Name) -> date:
    return date.min if name.valid_from is None else name.valid_from.earliest()


def _check_going_on(authority: Authority) -> None:
    if authority.valid_to is not None:
        raise AuthorityEnded(f"The authority existed until {authority.valid_to}.")
