"""The register of paragraphs, each with what it was about when."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.knowledge import LawCode
from contracts.values import Provenance
from knowledge.domain.reference import ChangeOfLaw, LegalReference, Standing, Wording
from knowledge.store.reference import WORDING, LegalReferenceMissing


class WordingView(BaseModel):
    """What a paragraph is about between two days, as a source states it. Null is what the source does not state."""

    title_da: str
    title_en: str | None
    source_url: str
    valid_from: date | None
    valid_to: date | None
    read_on: date | None = Field(description="The day on which the source was read")
    change: ChangeOfLaw | None = Field(description="How it came to this; null for the first one recorded")


class LegalReferenceView(BaseModel):
    """A paragraph of law that publications quote, with what it was about when."""

    id: UUID
    law: str
    paragraph: str
    provenance: Provenance
    standing: Standing
    revision: int = Field(description="The entity tag of this state")
    wordings: tuple[WordingView, ...] = Field(description="Oldest first")


class LegalReferences(BaseModel):
    """The register of paragraphs, by law and paragraph."""

    items: tuple[LegalReferenceView, ...]


_REFERENCES = f"""
    select id, law, paragraph, provenance, revision, {", ".join(WORDING)}
    from legal_references join legal_reference_wordings on reference_id = id
    """  # noqa: S608  # column names


async def legal_reference(tx: Tx, id: UUID) -> LegalReferenceView:
    """One paragraph with its wordings.

    Raises: LegalReferenceMissing.
    """
    found = _references(await tx.fetch(_REFERENCES + " where id = $1 order by place", id))
    if not found:
        raise LegalReferenceMissing("There is no such legal reference.")
    return found[0]


async def legal_references(tx: Tx, *, provenance: Provenance, law: LawCode | None = None) -> LegalReferences:
    """The register of paragraphs."""
    rows = await tx.fetch(
        _REFERENCES
        + """
        where provenance = $1 and ($2::text is null or law = $2)
        order by law, substring(paragraph from '^[0-9]+')::int, paragraph, place
        """,
        provenance,
        law,
    )
    return LegalReferences(items=_references(rows))


def _references(rows: Sequence[Any]) -> tuple[LegalReferenceView, ...]:
    found: dict[UUID, LegalReference] = {}
    for row in rows:
        wording = Wording(**{name: row[name] for name in WORDING})
        known = found.get(row["id"])
        found[row["id"]] = LegalReference(
            id=row["id"],
            law=row["law"],
            paragraph=row["paragraph"],
            provenance=row["provenance"],
            revision=row["revision"],
            wordings=(*(known.wordings if known else ()), wording),
        )
    return tuple(
        LegalReferenceView(
            **{name: getattr(each, name) for name in LegalReferenceView.model_fields if name != "wordings"},
            wordings=tuple(WordingView(**vars(wording)) for wording in each.wordings),
        )
        for each in found.values()
    )
