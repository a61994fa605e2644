"""Publications in their newest edition, to whoever may see them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis import table
from chassis.auth import Principal
from chassis.database import Tx
from contracts.knowledge import PublicationKind
from contracts.taxonomy import Profession, Topic
from contracts.values import ChildrenYouth, NeutralLine, Provenance
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


class ContactView(BaseModel):
    """An entry of advisory's directory that a publication quotes."""

    entry_id: UUID
    change: str | None = Field(
        description="Why the quote may be wrong: replaced, ended or coverage_changed since somebody looked; else null"
    )
    changes_on: date | None = Field(description="The first day on which that holds")


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
    contacts: tuple[ContactView, ...] = Field(description="Whom it tells readers to call")


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
    contacts_changed: Annotated[bool | None, Field(description="Whether it may quote an old number")] = None
    text: Annotated[
        NeutralLine | None, Field(max_length=100, description="Words of the title, in Danish or English")
    ] = None


_PUBLICATIONS = """
    select id, provenance, state, revision, publications.number as edition, kind, title_da, title_en, abstract_da,
        abstract_en, topics, professions, children_youth, year, isbn, publisher, languages, formats, accessibility,
        accessibility_exception, download_url, supersedes, published_at, withdrawn_because, contacts
    from publications join publication_editions as edition
        on publication_id = publications.id and edition.number = publications.number
    """
_CHANGED = """
    select distinct on (edition.publication_id, entry_id) edition.publication_id, entry_id, change,
        valid_from as changes_on
    from publication_editions as edition join publications as quoting
        on quoting.id = edition.publication_id and quoting.number = edition.number
    join advisory_contact_changes as changed
        on entry_id = any (edition.contacts) and changed.provenance = quoting.provenance
    where (contacts_checked_at is null or told_at > contacts_checked_at)
        and (change <> 'coverage_changed' or told_at > published_at)
    order by edition.publication_id, entry_id, told_at desc, event_id
    """
"""Quotes of the directory that may be wrong. What took another's place stays wrong until somebody looks, also where it
was told before the edition came out; a unit that covers other regions matters to what was out before."""
_MATCHING = f"""
    where provenance = $1 and state = any($2) and ($3::text is null or state = $3)
        and ($4::text is null or kind = $4) and ($5::text is null or $5 = any(topics))
        and ($6::text is null or $6 = any(professions)) and ($7::text is null or children_youth = $7)
        and ($8::uuid is null or exists (
            select from publication_quotes as quote
            where quote.publication_id = publications.id and quote.number = publications.number and reference_id = $8
        ))
        and ($9::text is null or strpos(lower(title_da), lower($9)) > 0 or strpos(lower(title_en), lower($9)) > 0)
        and ($10::bool is null or $10 = (publications.id in (select publication_id from ({_CHANGED}) as outdated)))
    """  # noqa: S608  # the statement's own text


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
        wanted.children_youth, wanted.reference, wanted.text, wanted.contacts_changed,
    ]  # fmt: skip
    rows = await tx.fetch(
        _PUBLICATIONS
        + _MATCHING
        + """
        and ($11::bigint is null or (-coalesce(year, 9999), title_da, id) > ($11, $12::text, $13::uuid))
        order by -coalesce(year, 9999), title_da, id limit $14
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
        row["contacts"] = [contact["entry_id"] for contact in row["contacts"]]
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
    changed = {
        (each["publication_id"], each["entry_id"]): each
        for each in await tx.fetch(
            f"select * from ({_CHANGED}) as outdated where publication_id = any($1)",  # noqa: S608  # its own text
            [row["id"] for row in rows],
        )
    }
    return [
        PublicationView(
            **{name: value for name, value in row.items() if name != "contacts"},
            quotes=tuple(QuoteView(**each) for each in quoted if each["id"] == row["id"]),
            contacts=tuple(_contact(each, changed.get((row["id"], each))) for each in row["contacts"]),
        )
        for row in rows
    ]


def _contact(entry_id: UUID, changed: Any) -> ContactView:
    return ContactView(
        entry_id=entry_id,
        change=changed["change"] if changed else None,
        changes_on=changed["changes_on"] if changed else None,
    )
