"""Publications in their newest edition, to whoever may see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis import table
from chassis.auth import Principal
from chassis.database import Tx
from contracts.knowledge import PublicationKind
from contracts.taxonomy import Profession, Topic
from contracts.values import ChildrenYouth, Provenance, Text
from knowledge.domain.publication import OPEN_TO_ALL, Accessibility, Reason, State
from knowledge.queries.cursor import cursor, place
from knowledge.store.publication import PublicationMissing

EVERYTHING: tuple[State, ...] = ("draft", "published", "review_due", "withdrawn")


class QuoteView(BaseModel):
    """A paragraph that a publication quotes."""

    reference_id: UUID
    law: str
    paragraph: str
    changed: bool = Field(description="It was changed after somebody had last looked at the publication")


class PublicationView(BaseModel):
    """A publication in its newest edition. Null or empty is what nobody has stated."""

    id: UUID
    provenance: Provenance
    state: State
    revision: int = Field(description="The entity tag of this state")
    edition: int
    kind: str
    title_da: str
    title_en: str | None
    abstract_da: str | None
    abstract_en: str | None
    topics: tuple[str, ...]
    professions: tuple[str, ...] = Field(description="Whom it is written for")
    children_youth: ChildrenYouth
    year: int | None
    isbn: str | None
    publisher: str | None
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    accessibility: Accessibility | None
    accessibility_exception: str | None
    download_url: str | None
    supersedes: UUID | None = Field(description="The publication whose place it takes")
    published_at: datetime | None = Field(description="When this edition was published here")
    withdrawn_because: Reason | None
    quotes: tuple[QuoteView, ...]


class Publications(BaseModel):
    """A page of publications, newest year first and by title within it; drafts without a year come before."""

    total: int = Field(description="Publications that match, on all pages")
    items: tuple[PublicationView, ...]
    next: Annotated[str | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class PublicationFilter(BaseModel):
    """Which publications are shown."""

    provenance: Provenance = "actual"
    kind: PublicationKind | None = None
    topic: Topic | None = None
    profession: Profession | None = None
    children_youth: ChildrenYouth | None = None
    state: State | None = None
    reference: Annotated[UUID | None, Field(description="A legal reference that is quoted")] = None
    text: Annotated[Text | None, Field(max_length=100, description="Words of the title, in Danish or English")] = None


_PUBLICATIONS = """
    select id, provenance, state, revision, publications.number as edition, kind, title_da, title_en, abstract_da,
        abstract_en, topics, professions, children_youth, year, isbn, publisher, languages, formats, accessibility,
        accessibility_exception, download_url, supersedes, published_at, withdrawn_because
    from publications join publication_editions as edition
        on publication_id = publications.id and edition.number = publications.number
    """
_MATCHING = """
    where provenance = $1 and state = any($2) and ($3::text is null or state = $3)
        and ($4::text is null or kind = $4) and ($5::text is null or $5 = any(topics))
        and ($6::text is null or $6 = any(professions)) and ($7::text is null or children_youth = $7)
        and ($8::uuid is null or exists (
            select from publication_quotes as quote
            where quote.publication_id = publications.id and quote.number = publications.number and reference_id = $8
        ))
        and ($9::text is null or strpos(lower(title_da), lower($9)) > 0 or strpos(lower(title_en), lower($9)) > 0)
    """


async def publication(tx: Tx, id: UUID, *, to: Principal) -> PublicationView:
    """One publication, to whoever may see it.

    Raises: PublicationMissing.
    """
    row = await tx.fetchrow(_PUBLICATIONS + " where id = $1 and state = any($2)", id, _seen_by(to))
    if row is None:
        raise PublicationMissing("There is no such publication.")
    return (await _views(tx, [row]))[0]


async def publications(
    tx: Tx, wanted: PublicationFilter, *, to: Principal, after: str | None = None, limit: int | None = None
) -> Publications:
    """The publications that match, of those that the caller may see; all of them when there is no limit.

    Raises: CursorUnreadable.
    """
    matching = [
        wanted.provenance, _seen_by(to), wanted.state, wanted.kind, wanted.topic, wanted.profession,
        wanted.children_youth, wanted.reference, wanted.text,
    ]  # fmt: skip
    rows = await tx.fetch(
        _PUBLICATIONS
        + _MATCHING
        + """
        and ($10::bigint is null or (-coalesce(year, 9999), title_da, id) > ($10, $11::text, $12::uuid))
        order by -coalesce(year, 9999), title_da, id limit $13
        """,
        *matching,
        *place(after),
        None if limit is None else limit + 1,
    )
    total = await tx.fetchval(f"select count(*) from ({_PUBLICATIONS} {_MATCHING}) as matching", *matching)  # noqa: S608
    page = rows[:limit]
    last = page[-1] if len(page) < len(rows) else None
    return Publications(
        total=total,
        items=tuple(await _views(tx, page)),
        next=cursor(-(last["year"] or 9999), last["title_da"], last["id"]) if last else None,
    )


def as_csv(shown: Publications) -> str:
    """The publications as a table for a spreadsheet."""
    rows = [each.model_dump(mode="json") for each in shown.items]
    for row in rows:
        row["quotes"] = [f"{quote['law']} § {quote['paragraph']}" for quote in row["quotes"]]
    return table.as_csv(list(PublicationView.model_fields), rows)


def _seen_by(principal: Principal) -> Sequence[State]:
    """Which states a caller may know of: editors all, everybody else what is published."""
    return EVERYTHING if principal.has_any("editor") else OPEN_TO_ALL


async def _views(tx: Tx, rows: Sequence[Any]) -> list[PublicationView]:
    quoted = await tx.fetch(
        """
        select publications.id, reference_id, law, paragraph, quote.revision <> legal_references.revision as changed
        from publications
        join publication_quotes as quote on publication_id = publications.id and quote.number = publications.number
        join legal_references on legal_references.id = reference_id
        where publications.id = any($1) order by place
        """,
        [row["id"] for row in rows],
    )
    return [
        PublicationView(**row, quotes=tuple(QuoteView(**each) for each in quoted if each["id"] == row["id"]))
        for row in rows
    ]
