"""What the knowledge service remembers of others: materials that advice found missing, and whom to call otherwise."""

from collections.abc import Mapping, Sequence

from chassis.consumer.listens import Heard, Projection
from chassis.database import Tx
from contracts.advisory import ContactDirectoryChanged, NeedIdentified
from contracts.event import Event
from knowledge.store import backlog, contact


async def keep_needs(tx: Tx, heard: Sequence[Heard]) -> None:
    """Each need for materials is in the editors' backlog."""
    await backlog.keep_needs(tx, heard)


async def keep_contact_changes(tx: Tx, heard: Sequence[Heard]) -> None:
    """Every change by which a publication may quote an old number is kept."""
    await contact.keep_changes(tx, heard)


KEPT: Mapping[type[Event], Projection] = {
    NeedIdentified: keep_needs,
    ContactDirectoryChanged: keep_contact_changes,
}
