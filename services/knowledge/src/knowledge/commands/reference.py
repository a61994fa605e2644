"""Paragraphs are recorded, and change; whatever quotes them goes to review with them."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from chassis import outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.event import Event
from contracts.values import Provenance
from knowledge.domain import reference as domain
from knowledge.domain.publication import send_to_review
from knowledge.store import publication as publications
from knowledge.store import reference as store


async def record_legal_reference(
    tx: Tx, id: UUID, *, law: str, paragraph: str, provenance: Provenance, wording: Mapping[str, Any], now: Now
) -> None:
    """The paragraph may be quoted."""
    reference = domain.LegalReference(id, law, paragraph, provenance, (domain.Wording(**wording),))
    recorded = domain.record(reference, at=now(provenance))
    await store.add_reference(tx, reference)
    await outbox.publish(tx, recorded)


async def change_legal_reference(
    tx: Tx, id: UUID, *, how: domain.ChangeOfLaw, valid_from: date, wording: Mapping[str, Any], expect: Expect, now: Now
) -> None:
    """The paragraph reads otherwise from that day on, and whatever is published and quotes it is under review."""
    reference = await store.reference_for_update(tx, id)
    expect(reference.revision)
    at = now(reference.provenance)
    reference, changed = domain.change(reference, how=how, valid_from=valid_from, **wording, at=at)
    await store.save_reference(tx, reference)
    told: list[Event] = [changed]
    for publication in await publications.quoting_for_update(tx, id):
        sent, due = send_to_review(publication, id, at=at)
        await publications.save_state(tx, sent)
        told.append(due)
    await outbox.publish(tx, *told)
