"""Publications: what must be said before one is published, and when one that is published must be looked at again.

RULES.md gives each rule its id.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from contracts.event import Event
from contracts.knowledge import (
    PublicationDrafted,
    PublicationPublished,
    PublicationReviewDue,
    PublicationReviewed,
    PublicationRevised,
    PublicationWithdrawn,
)
from contracts.problems import Conflict, Invalid
from contracts.taxonomy import TOPIC_NAMES_DA, TopicCode
from contracts.values import ChildrenYouth, Provenance

State = Literal["draft", "published", "review_due", "withdrawn"]
Reason = Literal["outdated", "wrong", "replaced", "law_changed"]
Accessibility = Literal["ok", "exception"]
OPEN_TO_ALL: tuple[State, ...] = ("published", "review_due")


class IsbnWrong(Invalid):
    """The last digit of an ISBN follows from the others, and this one does not."""

    title_da = "ISBN-nummeret er forkert"


class ExceptionUnstated(Invalid):
    """An exception from accessibility is stated in words, and words for it are given for an exception alone."""

    title_da = "Undtagelsen fra tilgængelighed er ikke begrundet"


class QuotedTwice(Invalid):
    """Each paragraph is quoted once."""

    title_da = "Paragraffen er citeret to gange"


class ReferenceUnknown(Invalid):
    """What is real quotes real paragraphs, what is synthetic synthetic ones; another one is not there to quote."""

    title_da = "Paragraffen kendes ikke"


class SupersededUnknown(Invalid):
    """A publication takes the place of another one of its own kind of provenance."""

    title_da = "Den afløste publikation kendes ikke"


class PublicationNotDraft(Conflict):
    """Only a draft can be drafted anew or published."""

    title_da = "Publikationen er ikke en kladde"


class PublicationNotPublished(Conflict):
    """Only what everybody can read can be revised or withdrawn."""

    title_da = "Publikationen er ikke udgivet"


class NoContactQuoted(Conflict):
    """The publication does not say whom to call."""

    title_da = "Publikationen citerer ingen kontakt"


class PublicationNotUnderReview(Conflict):
    """No law that the publication quotes has changed since it was last looked at."""

    title_da = "Publikationen afventer ikke gennemsyn"


class PublicationIncomplete(Conflict):
    """Something must be stated before everybody may read the publication."""

    title_da = "Publikationen mangler oplysninger"


class QuotedLawChanged(Conflict):
    """A paragraph was changed after the draft quoted it."""

    title_da = "En citeret paragraf er ændret siden kladden"


@dataclass(frozen=True)
class Quote:
    """A paragraph as the publication has it: the revision of the reference that was last looked at."""

    reference_id: UUID
    revision: int


@dataclass(frozen=True)
class Edition:
    """What a publication is and says, in one edition. None or nothing where it is not stated.

    `contacts` are the entries of advisory's directory that it quotes.
    """

    number: int
    kind: str
    title_da: str
    topics: tuple[str, ...]
    children_youth: ChildrenYouth
    title_en: str | None = None
    abstract_da: str | None = None
    abstract_en: str | None = None
    professions: tuple[str, ...] = ()
    year: int | None = None
    isbn: str | None = None
    publisher: str | None = None
    languages: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    accessibility: Accessibility | None = None
    accessibility_exception: str | None = None
    download_url: str | None = None
    supersedes: UUID | None = None
    published_at: datetime | None = None
    contacts: tuple[UUID, ...] = ()
    contacts_checked_at: datetime | None = None
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class Publication:
    """A publication with its newest edition."""

    id: UUID
    provenance: Provenance
    edition: Edition
    state: State = "draft"
    revision: int = 1
    withdrawn_because: Reason | None = None


def edition(said: Mapping[str, Any], *, quotes: tuple[Quote, ...], number: int = 1) -> Edition:
    """An edition as it was said.

    Raises: IsbnWrong, ExceptionUnstated.
    """
    made = Edition(**said, quotes=quotes, number=number)
    made = replace(made, contacts=tuple(dict.fromkeys(made.contacts)))
    if made.isbn is not None and not is_isbn(made.isbn):
        raise IsbnWrong("The check digit of this ISBN does not fit its other digits.", pointer="/isbn")
    if (made.accessibility == "exception") != (made.accessibility_exception is not None):
        raise ExceptionUnstated(
            "State the exception from accessibility in words, and only when there is one.",
            pointer="/accessibility_exception",
        )
    return made


def is_isbn(text: str) -> bool:
    """Whether the thirteenth digit is the one that the other twelve call for.

    Source: ISO 2108:2017, annex on the check digit.
    """
    digits = [int(each) for each in text if each.isdigit()]
    return len(digits) == 13 and sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0


def draft(*, id: UUID, provenance: Provenance, edition: Edition, at: datetime) -> tuple[Publication, Event]:
    """Somebody works on a publication."""
    publication = Publication(id=id, provenance=provenance, edition=edition)
    return publication, _drafted(publication, at)


def redraft(publication: Publication, edition: Edition, *, at: datetime) -> tuple[Publication, Event]:
    """The draft is as given, and quotes each paragraph as it reads now.

    Raises: PublicationNotDraft.
    """
    _check_draft(publication)
    publication = _changed(publication, edition=edition)
    return publication, _drafted(publication, at)


def publish(publication: Publication, present: Mapping[UUID, int], *, at: datetime) -> tuple[Publication, Event]:
    """Everybody can read the publication. `present` is the revision of each paragraph that it quotes.

    Raises: PublicationNotDraft, PublicationIncomplete, QuotedLawChanged.
    """
    _check_draft(publication)
    if any(present.get(each.reference_id) != each.revision for each in publication.edition.quotes):
        raise QuotedLawChanged("A paragraph that this quotes was changed meanwhile: look at it and draft again.")
    publication = _out(publication, publication.edition, at)
    return publication, PublicationPublished(**_envelope(publication, at), **_facts(publication.edition))


def revise(publication: Publication, edition: Edition, *, at: datetime) -> tuple[Publication, Event]:
    """A new edition takes the place of the one before, and quotes each paragraph as it reads now.

    Raises: PublicationNotPublished, PublicationIncomplete.
    """
    _check_open(publication)
    publication = _out(publication, replace(edition, number=publication.edition.number + 1), at)
    return publication, PublicationRevised(**_envelope(publication, at), **_facts(publication.edition))


def send_to_review(publication: Publication, reference_id: UUID, *, at: datetime) -> tuple[Publication, Event]:
    """A paragraph that the publication quotes has changed, so somebody must look at it.

    One that is under review already is told so again: whoever is looking at it has not seen this change.
    """
    publication = _changed(publication, state="review_due")
    return publication, PublicationReviewDue(**_envelope(publication, at), reference_id=reference_id)


def review(publication: Publication, present: Mapping[UUID, int], *, at: datetime) -> tuple[Publication, Event]:
    """The publication is still right with each paragraph as it reads now.

    Raises: PublicationNotUnderReview, QuotedLawChanged.
    """
    if publication.state != "review_due":
        raise PublicationNotUnderReview("No law that this publication quotes has changed since it was looked at.")
    if not present.keys() >= {each.reference_id for each in publication.edition.quotes}:
        raise QuotedLawChanged("This came to quote another paragraph meanwhile: look at it again.")
    quotes = tuple(Quote(each.reference_id, present[each.reference_id]) for each in publication.edition.quotes)
    publication = _changed(publication, state="published", edition=replace(publication.edition, quotes=quotes))
    return publication, PublicationReviewed(**_envelope(publication, at), edition=publication.edition.number)


def withdraw(publication: Publication, *, reason: Reason, at: datetime) -> tuple[Publication, Event]:
    """The publication should not be used any more.

    Raises: PublicationNotPublished.
    """
    _check_open(publication)
    publication = _changed(publication, state="withdrawn", withdrawn_because=reason)
    return publication, PublicationWithdrawn(**_envelope(publication, at), reason=reason)


def check_contacts(publication: Publication, *, at: datetime) -> tuple[Publication, Event]:
    """The publication still says rightly whom to call, whatever the directory has told by now.

    Raises: PublicationNotPublished, NoContactQuoted.
    """
    _check_open(publication)
    if not publication.edition.contacts:
        raise NoContactQuoted("This publication quotes no entry of the directory.")
    publication = _changed(publication, edition=replace(publication.edition, contacts_checked_at=at))
    return publication, PublicationReviewed(**_envelope(publication, at), edition=publication.edition.number)


def study_of(*, topic: str, year: int, children_youth: str) -> Edition:
    """The first draft of a study that a priority of the action plan calls for, for an editor to go on with.

    A code that was added later than this service is named in the title, since the draft cannot have it.
    """
    known = topic in get_args(TopicCode)
    words = TOPIC_NAMES_DA.get(topic, topic)
    return Edition(
        number=1,
        kind="study",
        title_da=f"Undersøgelse til prioritet {year}: {words}",
        title_en=f"Study for a priority of {year}: {topic.replace('_', ' ')}",
        topics=(topic if known else "honour_related_conflict",),
        children_youth=children_youth if children_youth in ("primary", "no") else "partly",
    )


def _out(publication: Publication, edition: Edition, at: datetime) -> Publication:
    missing = [name for name in ("year", "accessibility") if getattr(edition, name) is None]
    if missing:
        raise PublicationIncomplete("Before it is published it must state: " + ", ".join(missing) + ".")
    return _changed(publication, state="published", edition=replace(edition, published_at=at))


def _check_draft(publication: Publication) -> None:
    if publication.state != "draft":
        raise PublicationNotDraft("This publication is not a draft any more.")


def _check_open(publication: Publication) -> None:
    if publication.state not in OPEN_TO_ALL:
        raise PublicationNotPublished("This publication is not published, or not any more.")


def _changed(publication: Publication, **changes: Any) -> Publication:
    return replace(publication, revision=publication.revision + 1, **changes)


def _drafted(publication: Publication, at: datetime) -> Event:
    edition = publication.edition
    return PublicationDrafted(
        **_envelope(publication, at),
        kind=edition.kind,  # pyright: ignore[reportArgumentType]  # the body's own list, checked again here
        topics=edition.topics,  # pyright: ignore[reportArgumentType]
        children_youth=edition.children_youth,
    )


def _envelope(publication: Publication, at: datetime) -> dict[str, Any]:
    return {
        "subject": publication.id,
        "revision": publication.revision,
        "at": at,
        "provenance": publication.provenance,
    }


def _facts(edition: Edition) -> dict[str, Any]:
    return {
        "kind": edition.kind,
        "topics": edition.topics,
        "year": edition.year,
        "edition": edition.number,
        "isbn": edition.isbn,
        "published_url": edition.download_url,
        "children_youth": edition.children_youth,
        "references": tuple(each.reference_id for each in edition.quotes),
    }
