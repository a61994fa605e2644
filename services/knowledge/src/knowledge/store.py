"""SQL that changes publications and legal references, or reads in order to change.

Locks are taken in this order and no other: legal references by id, then publications by id. Whatever quotes a paragraph
holds it in share, and a change of the paragraph holds it alone; so a publication that quotes it is committed before the
change looks for those to review, or quotes what the change has made. Rows are locked without their keys, since foreign
keys that point to them take these in whatever order rows are written.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

import asyncpg

from chassis.consumer.listens import Heard
from chassis.database import Tx
from contracts.advisory import NeedIdentified
from contracts.problems import Conflict, Missing
from contracts.values import Provenance
from knowledge.domain.publication import OPEN_TO_ALL, Edition, Publication, Quote
from knowledge.domain.reference import LegalReference, Wording

EDITION = tuple(each.name for each in fields(Edition) if each.name != "quotes")
WORDING = tuple(each.name for each in fields(Wording))


class PublicationMissing(Missing):
    """There is no such publication."""

    title_da = "Publikationen findes ikke"


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


async def is_there(tx: Tx, id: UUID, provenance: Provenance) -> bool:
    """Whether there is such a publication; once there, it stays."""
    return await tx.fetchval(
        "select exists (select from publications where id = $1 and provenance = $2)", id, provenance
    )


async def provenance_of(tx: Tx, id: UUID) -> Provenance:
    """Whether the publication is real, which never changes.

    Raises: PublicationMissing.
    """
    provenance = await tx.fetchval("select provenance from publications where id = $1", id)
    if provenance is None:
        raise PublicationMissing("There is no such publication.")
    return provenance


async def publication_for_update(tx: Tx, id: UUID) -> Publication:
    """The publication with its newest edition, locked until the transaction ends.

    Raises: PublicationMissing.
    """
    row = await tx.fetchrow(
        "select id, provenance, state, revision, withdrawn_because, number from publications where id = $1"
        " for no key update",
        id,
    )
    if row is None:
        raise PublicationMissing("There is no such publication.")
    edition = await tx.fetchrow(
        f"select {', '.join(EDITION)} from publication_editions where publication_id = $1 and number = $2",  # noqa: S608
        id,
        row["number"],
    )
    assert edition is not None, "it was saved together with the publication"
    quotes = await tx.fetch(
        "select reference_id, revision from publication_quotes"
        " where publication_id = $1 and number = $2 order by place",
        id,
        row["number"],
    )
    fields_of_publication: dict[str, Any] = {name: value for name, value in row.items() if name != "number"}
    return Publication(**fields_of_publication, edition=_edition_of(dict(edition), quotes))


async def quoting_for_update(tx: Tx, reference_id: UUID) -> list[Publication]:
    """The publications that everybody can read and that quote the reference, locked in the order of their ids."""
    rows = await tx.fetch(
        """
        select publications.id from publications
        join publication_quotes as quote on publication_id = publications.id and quote.number = publications.number
        where reference_id = $1 and state = any($2) order by publications.id for no key update of publications
        """,
        reference_id,
        list(OPEN_TO_ALL),
    )
    return [await publication_for_update(tx, row["id"]) for row in rows]


async def add_publication(tx: Tx, publication: Publication) -> bool:
    """The publication is there. False when one of that id was there before, which stays as it is."""
    added = await tx.fetchval(
        """
        insert into publications (id, provenance, state, number, revision) values ($1, $2, $3, $4, $5)
        on conflict (id) do nothing returning true
        """,
        publication.id,
        publication.provenance,
        publication.state,
        publication.edition.number,
        publication.revision,
    )
    if not added:
        return False
    await _save_edition(tx, publication)
    return True


async def save_publication(tx: Tx, publication: Publication) -> None:
    """The publication and its newest edition are as given; its row was locked before."""
    await save_state(tx, publication)
    await _save_edition(tx, publication)


async def save_state(tx: Tx, publication: Publication) -> None:
    """The publication is in that state; its edition stays as it was, and its row was locked before."""
    await tx.execute(
        "update publications set state = $2, number = $3, revision = $4, withdrawn_because = $5 where id = $1",
        publication.id,
        publication.state,
        publication.edition.number,
        publication.revision,
        publication.withdrawn_because,
    )


async def keep_needs(tx: Tx, heard: Sequence[Heard]) -> None:
    """Each need for materials is kept once."""
    needs = [(each.id, each.event) for each in heard if isinstance(each.event, NeedIdentified)]
    materials = [(id, need) for id, need in needs if need.need == "material"]
    await tx.execute(
        """
        insert into advisory_needs (event_id, topic, municipality_code, provenance, identified_at)
        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
        on conflict (event_id) do nothing
        """,
        [id for id, _ in materials],
        [need.topic for _, need in materials],
        [need.municipality_code for _, need in materials],
        [need.provenance for _, need in materials],
        [need.at for _, need in materials],
    )


def _edition_of(row: dict[str, Any], quotes: Sequence[asyncpg.Record]) -> Edition:
    for name in ("topics", "professions", "languages", "formats"):
        row[name] = tuple(row[name])
    return Edition(**row, quotes=tuple(Quote(**each) for each in quotes))


async def _save_edition(tx: Tx, publication: Publication) -> None:
    edition = publication.edition
    changed = ", ".join(f"{name} = excluded.{name}" for name in EDITION if name != "number")
    await tx.execute(
        f"""
        insert into publication_editions (publication_id, {", ".join(EDITION)})
        values ($1, {", ".join(f"${place}" for place in range(2, len(EDITION) + 2))})
        on conflict (publication_id, number) do update set {changed}
        """,  # noqa: S608  # column names, which are field names
        publication.id,
        *(getattr(edition, name) for name in EDITION),
    )
    await tx.execute(
        "delete from publication_quotes where publication_id = $1 and number = $2", publication.id, edition.number
    )
    await tx.execute(
        """
        insert into publication_quotes (publication_id, number, reference_id, place, revision)
        select $1, $2, reference_id, place, revision
        from unnest($3::uuid[], $4::int[]) with ordinality as quote (reference_id, revision, place)
        """,
        publication.id,
        edition.number,
        [each.reference_id for each in edition.quotes],
        [each.revision for each in edition.quotes],
    )


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
