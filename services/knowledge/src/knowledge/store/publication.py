"""Publications with their editions and what these quote."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

import asyncpg

from chassis.database import Tx
from contracts.problems import Missing
from contracts.values import Provenance
from knowledge.domain.publication import OPEN_TO_ALL, Edition, Publication, Quote

EDITION = tuple(each.name for each in fields(Edition) if each.name != "quotes")


class PublicationMissing(Missing):
    """There is no such publication."""

    title_da = "Publikationen findes ikke"


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


def _edition_of(row: dict[str, Any], quotes: Sequence[asyncpg.Record]) -> Edition:
    for name in ("topics", "professions", "languages", "formats", "contacts"):
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
