"""Paragraphs of law: how each read when, as far as a source says."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from contracts.event import Event
from contracts.knowledge import LegalReferenceChanged, LegalReferenceRecorded
from contracts.problems import Conflict, Invalid
from contracts.values import Provenance

Standing = Literal["in_force", "repealed", "moved"]
ChangeOfLaw = Literal["amended", "repealed", "moved"]


class ReferenceNotInForce(Conflict):
    """What is repealed or moved does not change any more."""

    title_da = "Paragraffen gælder ikke længere"


class ChangeBeforeWording(Invalid):
    """A wording begins after the one before it."""

    title_da = "Ændringen ligger før den gældende ordlyd"


@dataclass(frozen=True)
class Wording:
    """What a paragraph is about between two days, as a source states it, and how it came to that.

    None where the source is silent. Of a paragraph that is repealed or moved, the last one says where that is stated.
    """

    title_da: str
    source_url: str
    title_en: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    read_on: date | None = None
    change: ChangeOfLaw | None = None


@dataclass(frozen=True)
class LegalReference:
    """A paragraph of law that publications quote, with its wordings in order."""

    id: UUID
    law: str
    paragraph: str
    provenance: Provenance
    wordings: tuple[Wording, ...]
    revision: int = 1

    @property
    def standing(self) -> Standing:
        """Whether it still holds."""
        change = self.wordings[-1].change
        return "in_force" if change is None or change == "amended" else change


def record(reference: LegalReference, *, at: datetime) -> Event:
    """The paragraph may be quoted."""
    return LegalReferenceRecorded(
        **_envelope(reference, at),
        law=reference.law,
        paragraph=reference.paragraph,
        valid_from=reference.wordings[-1].valid_from,
    )


def change(
    reference: LegalReference,
    *,
    how: ChangeOfLaw,
    valid_from: date,
    source_url: str,
    read_on: date | None,
    title_da: str | None,
    title_en: str | None,
    at: datetime,
) -> tuple[LegalReference, Event]:
    """The paragraph reads otherwise from that day on, or is not there any more; how it read before stays known.

    Raises: ReferenceNotInForce, ChangeBeforeWording.
    """
    if reference.standing != "in_force":
        raise ReferenceNotInForce("This paragraph is repealed or moved; record the one that took its place.")
    before = reference.wordings[-1]
    if before.valid_from is not None and valid_from <= before.valid_from:
        raise ChangeBeforeWording("A change begins after the wording that it ends.", pointer="/valid_from")
    ended = replace(before, valid_to=valid_from - timedelta(days=1))
    new = Wording(
        title_da=title_da or before.title_da,
        title_en=title_en or (None if title_da else before.title_en),
        source_url=source_url,
        read_on=read_on,
        valid_from=valid_from,
        change=how,
    )
    reference = replace(reference, wordings=(*reference.wordings[:-1], ended, new), revision=reference.revision + 1)
    return reference, LegalReferenceChanged(
        **_envelope(reference, at),
        law=reference.law,
        paragraph=reference.paragraph,
        change=how,
        valid_from=valid_from,
    )


def _envelope(reference: LegalReference, at: datetime) -> dict[str, Any]:
    return {"subject": reference.id, "revision": reference.revision, "at": at, "provenance": reference.provenance}
