"""What may be asked of advice templates and their reviews."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import review as domain
from advisory.store import review as store
from chassis.database import Tx
from contracts.values import Provenance


class AdviceTemplateView(BaseModel):
    """Words that advisers use again, and what they quote."""

    id: UUID
    revision: int = Field(description="The entity tag of this state")
    provenance: Provenance
    title_da: str
    reference_ids: tuple[UUID, ...]
    publication_ids: tuple[UUID, ...]


class AdviceTemplates(BaseModel):
    """A page of templates, in the order in which they were made."""

    items: tuple[AdviceTemplateView, ...]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class ReviewView(BaseModel):
    """Somebody must look at the template, or has."""

    id: UUID
    revision: int = Field(description="The entity tag of this state")
    provenance: Provenance
    template_id: UUID
    title_da: str
    cause: domain.Cause
    quoted_id: UUID = Field(description="The legal reference or publication that has changed")
    due_on: date
    completed_on: date | None


class ReviewFilter(BaseModel):
    """Which reviews are shown."""

    provenance: Provenance = "actual"
    completed: bool = False


class Reviews(BaseModel):
    """A page of reviews, in the order in which they were asked for."""

    total: int = Field(description="Reviews that match, on all pages")
    items: tuple[ReviewView, ...]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; none on the last")] = None


_REVIEWS = (
    "select review.*, title_da from reviews as review join advice_templates as template on template_id = template.id"
)


async def template(tx: Tx, id: UUID) -> AdviceTemplateView:
    """One template.

    Raises: AdviceTemplateMissing.
    """
    row = await tx.fetchrow("select * from advice_templates where id = $1", id)
    if row is None:
        raise store.AdviceTemplateMissing("There is no such template.")
    return AdviceTemplateView.model_validate(dict(row))


async def templates(tx: Tx, provenance: Provenance, *, after: int | None, limit: int) -> AdviceTemplates:
    """The templates, the oldest first."""
    found = await tx.fetch(
        "select * from advice_templates where provenance = $1 and number > $2 order by number limit $3",
        provenance,
        after or 0,
        limit + 1,
    )
    page = found[:limit]
    return AdviceTemplates(
        items=tuple(AdviceTemplateView.model_validate(dict(row)) for row in page),
        next=page[-1]["number"] if len(found) > limit else None,
    )


async def review(tx: Tx, id: UUID) -> ReviewView:
    """One review.

    Raises: ReviewMissing.
    """
    row = await tx.fetchrow(f"{_REVIEWS} where review.id = $1", id)
    if row is None:
        raise store.ReviewMissing("There is no such review.")
    return ReviewView.model_validate(dict(row))


async def reviews(tx: Tx, wanted: ReviewFilter, *, after: int | None, limit: int) -> Reviews:
    """The reviews that match, the oldest first."""
    said = (wanted.provenance, wanted.completed)
    found = await tx.fetch(
        f"{_REVIEWS} where review.provenance = $1 and $2 = (completed_on is not null) and review.number > $3"
        " order by review.number limit $4",
        *said,
        after or 0,
        limit + 1,
    )
    page = found[:limit]
    total = await tx.fetchval(
        "select count(*) from reviews where provenance = $1 and $2 = (completed_on is not null)", *said
    )
    return Reviews(
        total=total,
        items=tuple(ReviewView.model_validate(dict(row)) for row in page),
        next=page[-1]["number"] if len(found) > limit else None,
    )
