"""SQL that changes advice templates and their reviews, or reads in order to change."""

from uuid import UUID

import asyncpg

from advisory.domain.advice_template import AdviceTemplate
from advisory.domain.review import Cause, Review
from advisory.store import rows
from chassis.database import Tx
from contracts.problems import Missing
from contracts.values import Provenance


class ReviewMissing(Missing):
    """There is no such review."""

    title_da = "Gennemgangen findes ikke"


class AdviceTemplateMissing(Missing):
    """There is no such template."""

    title_da = "Skabelonen findes ikke"


async def template(tx: Tx, id: UUID) -> AdviceTemplate:
    """The template's newest edition; nothing keeps it so.

    Raises: AdviceTemplateMissing.
    """
    return _template(await tx.fetchrow("select * from advice_templates where id = $1", id))


async def template_for_update(tx: Tx, id: UUID) -> AdviceTemplate:
    """The template's newest edition, locked until the transaction ends.

    Raises: AdviceTemplateMissing.
    """
    return _template(await tx.fetchrow("select * from advice_templates where id = $1 for update", id))


async def save_template(tx: Tx, template: AdviceTemplate) -> None:
    """The template is as given, and its edition is kept."""
    await rows.put(tx, "advice_templates", template)
    await tx.execute(
        "insert into advice_template_editions (template_id, version, title_da, text_da, reference_ids, publication_ids)"
        " values ($1, $2, $3, $4, $5, $6)",
        template.id,
        template.version,
        template.title_da,
        template.text_da,
        template.reference_ids,
        template.publication_ids,
    )


def _template(row: asyncpg.Record | None) -> AdviceTemplate:
    if row is None:
        raise AdviceTemplateMissing("There is no such template.")
    return AdviceTemplate(**rows.values(row))


async def quoting(tx: Tx, quoted_id: UUID, cause: Cause, provenance: Provenance) -> list[UUID]:
    """The templates that quote this reference or publication."""
    column = "reference_ids" if cause == "legal_reference_changed" else "publication_ids"
    found = await tx.fetch(
        f"select id from advice_templates where {column} @> array[$1::uuid] and provenance = $2 order by id",  # noqa: S608  # one of two names of our own
        quoted_id,
        provenance,
    )
    return [row["id"] for row in found]


async def add_review(tx: Tx, review: Review) -> None:
    """The review is asked for; one that was asked for before stays as it is."""
    await tx.execute(
        """
        insert into reviews (id, template_id, provenance, cause, quoted_id, due_on, revision)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing
        """,
        review.id,
        review.template_id,
        review.provenance,
        review.cause,
        review.quoted_id,
        review.due_on,
        review.revision,
    )


async def review_for_update(tx: Tx, id: UUID) -> Review:
    """The review, locked until the transaction ends.

    Raises: ReviewMissing.
    """
    row = await tx.fetchrow("select * from reviews where id = $1 for update", id)
    if row is None:
        raise ReviewMissing("There is no such review.")
    return Review(**rows.values(row))


async def save_review(tx: Tx, review: Review) -> None:
    """The review is as given."""
    await rows.put(tx, "reviews", review)
