"""What may be done with advice templates, and what changes elsewhere do to them."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from advisory.domain import advice_template
from advisory.domain import review as domain
from advisory.domain.advice_template import AdviceTemplate
from advisory.domain.days import danish_day
from advisory.store import review as store
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.values import Provenance


async def create_template(tx: Tx, id: UUID, said: dict[str, Any]) -> None:
    """The template stands with what it says and quotes."""
    await store.save_template(tx, advice_template.create(AdviceTemplate(**said, id=id)))


async def revise_template(tx: Tx, id: UUID, said: dict[str, Any], *, expect: Expect) -> None:
    """The template has a new edition; those before are kept."""
    template = await store.template_for_update(tx, id)
    expect(template.revision)
    await store.save_template(tx, advice_template.revise(template, **said))


async def ask_for_reviews(
    tx: Tx, quoted_id: UUID, cause: domain.Cause, *, event_id: UUID, provenance: Provenance, at: datetime
) -> None:
    """Every template that quotes it is to be looked at, the same day, once for each change."""
    for template_id in await store.quoting(tx, quoted_id, cause, provenance):
        await store.add_review(
            tx,
            domain.Review(
                id=uuid5(event_id, str(template_id)),
                template_id=template_id,
                provenance=provenance,
                cause=cause,
                quoted_id=quoted_id,
                due_on=danish_day(at),
            ),
        )


async def complete(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """Somebody has looked at the template."""
    review = await store.review_for_update(tx, id)
    expect(review.revision)
    await store.save_review(tx, domain.complete(review, on=danish_day(now(review.provenance))))
