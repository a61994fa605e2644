"""Paragraphs with their wordings, and the holding of those that are quoted."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from uuid import UUID

import asyncpg

from chassis.database import Tx
from contracts.problems import Conflict, Missing
from contracts.values import Provenance
from knowledge.domain.reference import LegalReference, Wording

WORDING = tuple(each.name for each in fields(Wording))


class LegalReferenceMissing(Missing):
    """There is no such legal reference."""

    title_da = "Lovhenvisningen findes ikke"


class ReferenceAlreadyRecorded(Conflict):
    """The paragraph is in the register."""

    title_da = "Paragraffen er allerede registreret"


async def add_reference(tx: Tx, reference: LegalReference) -> None:
    """The paragraph is in the register.

    Raises: ReferenceAlreadyRecorded.
    """
    try:
        await tx.execute(
            "insert into legal_references (id, law, paragraph, provenance, revision) values ($1, $2, $3, $4, $5)",
            reference.id,
            reference.law,
            reference.paragraph,
            reference.provenance,
            reference.revision,
        )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "legal_references_one_per_paragraph":
            raise ReferenceAlreadyRecorded("This paragraph is in the register; change it instead.") from None
        raise
    await _save_wordings(tx, reference)


async def reference_for_update(tx: Tx, id: UUID) -> LegalReference:
    """The reference, held alone until the transaction ends.

    Raises: LegalReferenceMissing.
    """
    row = await tx.fetchrow(
        "select id, law, paragraph, provenance, revision from legal_references where id = $1 for no key update", id
    )
    if row is None:
        raise LegalReferenceMissing("There is no such legal reference.")
    wordings = await tx.fetch(
        f"select {', '.join(WORDING)} from legal_reference_wordings where reference_id = $1 order by place",  # noqa: S608
        id,
    )
    return LegalReference(**row, wordings=tuple(Wording(**each) for each in wordings))


async def save_reference(tx: Tx, reference: LegalReference) -> None:
    """The reference and its wordings are as given; its row was locked before."""
    await tx.execute("update legal_references set revision = $2 where id = $1", reference.id, reference.revision)
    await _save_wordings(tx, reference)


async def hold_references(tx: Tx, ids: Collection[UUID], provenance: Provenance) -> Mapping[UUID, int]:
    """The present revisions of those of these references that there are; none of them changes before the end."""
    rows = await tx.fetch(
        "select id, revision from legal_references where id = any($1) and provenance = $2 order by id for share",
        list(ids),
        provenance,
    )
    return {row["id"]: row["revision"] for row in rows}


async def hold_quoted(tx: Tx, publication_id: UUID) -> Mapping[UUID, int]:
    """The present revisions of the references that the publication quotes; none of them changes before the end.

    The publication itself is not locked yet and may come to quote others until it is: those are not held.
    """
    rows = await tx.fetch(
        """
        select id, revision from legal_references where id in (
            select reference_id from publication_quotes
            join publications on publications.id = publication_id and publications.number = publication_quotes.number
            where publication_id = $1
        ) order by id for share
        """,
        publication_id,
    )
    return {row["id"]: row["revision"] for row in rows}


async def _save_wordings(tx: Tx, reference: LegalReference) -> None:
    for place, wording in enumerate(reference.wordings, start=1):
        await tx.execute(
            f"""
            insert into legal_reference_wordings (reference_id, place, {", ".join(WORDING)})
            values ($1, $2, {", ".join(f"${each}" for each in range(3, len(WORDING) + 3))})
            on conflict (reference_id, place) do update set valid_to = excluded.valid_to
            """,  # noqa: S608  # column names, which are field names
            reference.id,
            place,
            *(getattr(wording, name) for name in WORDING),
        )
