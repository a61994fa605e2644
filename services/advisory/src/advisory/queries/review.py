"""What may be asked of advice templates and their reviews."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import advice_template
from advisory.domain import review as domain
from advisory.domain.days import danish_day
from advisory.queries.enquiry import NOT_BINDING, RESPONSIBILITY, Said
from advisory.store import enquiry as enquiry_store
from advisory.store import review as store
from chassis.clock import Now
from chassis.database import Tx
from contracts.geography import POLICE_DISTRICT_NAMES, REGION_NAMES, municipality, police_district_of, region_of
from contracts.values import Provenance


class AdviceTemplateView(BaseModel):
    """Words that advisers use again, and what they quote."""

    id: UUID
    revision: int = Field(description="The entity tag of this state")
    provenance: Provenance
    title_da: str
    text_da: str = Field(description="With places such as {kommune}, filled when it is used")
    responsibility: Said = Field(default=RESPONSIBILITY, description="Stands under the text wherever it is used")
    reference_ids: tuple[UUID, ...]
    publication_ids: tuple[UUID, ...]
    version: int = Field(description="Counts the editions")
    under_review: bool = Field(description="Something that it quotes has changed, and nobody has looked at it since")


class EditionView(BaseModel):
    """A template as it was for some time."""

    version: int
    title_da: str
    text_da: str
    reference_ids: tuple[UUID, ...]
    publication_ids: tuple[UUID, ...]


class Editions(BaseModel):
    """All that a template has said, the first first."""

    items: tuple[EditionView, ...]


class FilledTemplate(BaseModel):
    """A template's text for whoever asks, with what it must not be without."""

    version: int = Field(description="The edition")
    text_da: str
    responsibility: Said = RESPONSIBILITY
    not_binding: Said = NOT_BINDING
    under_review: bool


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


_TEMPLATES = (
    "select template.*, exists (select from reviews where template_id = template.id and completed_on is null)"
    " as under_review from advice_templates as template"
)
_REVIEWS = (
    "select review.*, title_da from reviews as review join advice_templates as template on template_id = template.id"
)


async def template(tx: Tx, id: UUID) -> AdviceTemplateView:
    """One template.

    Raises: AdviceTemplateMissing.
    """
    row = await tx.fetchrow(f"{_TEMPLATES} where id = $1", id)
    if row is None:
        raise store.AdviceTemplateMissing("There is no such template.")
    return AdviceTemplateView.model_validate(dict(row))


async def editions(tx: Tx, id: UUID) -> Editions:
    """All that the template has said.

    Raises: AdviceTemplateMissing.
    """
    await store.template(tx, id)
    found = await tx.fetch("select * from advice_template_editions where template_id = $1 order by version", id)
    return Editions(items=tuple(EditionView.model_validate(dict(row)) for row in found))


async def filled(tx: Tx, id: UUID, enquiry_id: UUID, *, now: Now) -> FilledTemplate:
    """The template for whoever asks in this enquiry.

    Raises: AdviceTemplateMissing, EnquiryMissing.
    """
    asked = await enquiry_store.read(tx, enquiry_id)
    view, said = await template(tx, id), await store.template(tx, id)
    day = danish_day(now(asked.provenance))
    known: dict[advice_template.Place, str] = {
        "kommune": municipality(asked.municipality_code).name,
        "region": REGION_NAMES[region_of(asked.municipality_code, day)],
        "politikreds": POLICE_DISTRICT_NAMES[police_district_of(asked.municipality_code, day)],
        "dato": f"{day:%d.%m.%Y}",
    }
    text = advice_template.filled(said, known)
    return FilledTemplate(version=said.version, text_da=text, under_review=view.under_review)


async def templates(tx: Tx, provenance: Provenance, *, after: int | None, limit: int) -> AdviceTemplates:
    """The templates, the oldest first."""
    found = await tx.fetch(
        f"{_TEMPLATES} where provenance = $1 and number > $2 order by number limit $3",
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
