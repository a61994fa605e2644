"""What becomes of a municipality's contact with advice."""

from datetime import date
from uuid import UUID

from advisory.commands import outreach
from advisory.domain import contact as domain
from advisory.store import contact as store
from chassis import deadlines, outbox
from chassis.database import Tx

QUARTER_END = "quarter_end"


async def note(tx: Tx, municipality_code: str, *, on: date) -> None:
    """The municipality counts as contacted in that day's quarter, and that is told when the quarter has ended.

    What comes to be known after the quarter is told at once, unless it has been told.
    """
    contact = domain.contact(municipality_code, on=on)
    if await store.add(tx, contact):
        await deadlines.set_deadline(tx, QUARTER_END, contact.id, due_at=contact.due_at, provenance=contact.provenance)


async def tell(tx: Tx, id: UUID) -> None:
    """The contact has been told, once, and nobody need turn to the municipality because it was never reached.

    Earlier than this the end of that task would tell on which day the municipality asked for advice.
    """
    contact = await store.take_untold(tx, id)
    if contact is not None:
        await outreach.reached(tx, contact.municipality_code, at=contact.due_at)
        await outbox.publish(tx, domain.contacted(contact))
