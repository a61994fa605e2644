"""SQL that changes advice templates and their reviews, or reads in order to change."""

from uuid import UUID

from advisory.domain.review import AdviceTemplate, Cause, Review
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


async def save_template(tx: Tx, template: AdviceTemplate) -> None:
    """The template is as given."""
    await rows.put(tx, "advice_templates", template)


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
