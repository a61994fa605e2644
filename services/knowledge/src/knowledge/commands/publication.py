"""Publications are drafted, published, revised, looked at again and withdrawn."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis import outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.event import Event
from contracts.values import Provenance
from knowledge.domain import publication as domain
from knowledge.domain.publication import Edition, Publication, Quote, QuotedTwice, ReferenceUnknown, SupersededUnknown
from knowledge.store import publication as store
from knowledge.store.reference import hold_quoted, hold_references

Said = Mapping[str, Any]
"""An edition as a body says it: the fields of `Edition`, with `references` for the paragraphs that it quotes."""


async def draft_publication(tx: Tx, id: UUID, said: Said, *, provenance: Provenance, now: Now) -> None:
    """Somebody works on the publication."""
    edition = await _edition(tx, id, said, provenance)
    await _draft(tx, id, edition, provenance=provenance, at=now(provenance))


async def draft_study(
    tx: Tx, id: UUID, *, topic: str, year: int, children_youth: str, provenance: Provenance, at: datetime
) -> None:
    """The draft of a study is there for an editor to go on with; one of that id stays as it is."""
    edition = domain.study_of(topic=topic, year=year, children_youth=children_youth)
    await _draft(tx, id, edition, provenance=provenance, at=at)


async def redraft_publication(tx: Tx, id: UUID, said: Said, *, expect: Expect, now: Now) -> None:
    """The draft is as said, and quotes each paragraph as it reads now."""
    edition = await _edition(tx, id, said, await store.provenance_of(tx, id))
    publication, at = await _loaded(tx, id, expect, now)
    await _save(tx, *domain.redraft(publication, edition, at=at))


async def publish_publication(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """Everybody can read the publication."""
    present = await hold_quoted(tx, id)
    publication, at = await _loaded(tx, id, expect, now)
    await _save(tx, *domain.publish(publication, present, at=at))


async def revise_publication(tx: Tx, id: UUID, said: Said, *, expect: Expect, now: Now) -> None:
    """A new edition takes the place of the one before."""
    edition = await _edition(tx, id, said, await store.provenance_of(tx, id))
    publication, at = await _loaded(tx, id, expect, now)
    await _save(tx, *domain.revise(publication, edition, at=at))


async def review_publication(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """The publication is still right with each paragraph as it reads now."""
    present = await hold_quoted(tx, id)
    publication, at = await _loaded(tx, id, expect, now)
    await _save(tx, *domain.review(publication, present, at=at))


async def check_contacts(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """The publication still says rightly whom to call."""
    publication, at = await _loaded(tx, id, expect, now)
    await _save(tx, *domain.check_contacts(publication, at=at))


async def withdraw_publication(tx: Tx, id: UUID, *, reason: domain.Reason, expect: Expect, now: Now) -> None:
    """The publication should not be used any more."""
    publication, at = await _loaded(tx, id, expect, now)
    await _save(tx, *domain.withdraw(publication, reason=reason, at=at))


async def _edition(tx: Tx, id: UUID, said: Said, provenance: Provenance) -> Edition:
    """The edition as it was said, each paragraph quoted as it reads now and held so until the end.

    Raises: IsbnWrong, ExceptionUnstated, QuotedTwice, ReferenceUnknown, SupersededUnknown.
    """
    quoted: tuple[UUID, ...] = said["references"]
    present = await hold_references(tx, quoted, provenance)
    for place, each in enumerate(quoted):
        if each in quoted[:place]:
            raise QuotedTwice("This paragraph is quoted already.", pointer=f"/references/{place}")
        if each not in present:
            raise ReferenceUnknown(f"There is no {provenance} paragraph of this id.", pointer=f"/references/{place}")
    superseded = said["supersedes"]
    if superseded is not None and (superseded == id or not await store.is_there(tx, superseded, provenance)):
        raise SupersededUnknown(f"There is no other {provenance} publication of this id.", pointer="/supersedes")
    fields = {name: value for name, value in said.items() if name != "references"}
    return domain.edition(fields, quotes=tuple(Quote(each, present[each]) for each in quoted))


async def _draft(tx: Tx, id: UUID, edition: Edition, *, provenance: Provenance, at: datetime) -> None:
    publication, drafted = domain.draft(id=id, provenance=provenance, edition=edition, at=at)
    if await store.add_publication(tx, publication):
        await outbox.publish(tx, drafted)


async def _loaded(tx: Tx, id: UUID, expect: Expect, now: Now) -> tuple[Publication, datetime]:
    publication = await store.publication_for_update(tx, id)
    expect(publication.revision)
    return publication, now(publication.provenance)


async def _save(tx: Tx, publication: Publication, event: Event) -> None:
    await store.save_publication(tx, publication)
    await outbox.publish(tx, event)
