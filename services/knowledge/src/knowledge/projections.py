"""What the knowledge service remembers of others: which materials advice found missing."""

from collections.abc import Sequence

from chassis.consumer.listens import Heard
from chassis.database import Tx
from knowledge.store import backlog as store


async def keep_needs(tx: Tx, heard: Sequence[Heard]) -> None:
    """Each need for materials is in the editors' backlog."""
    await store.keep_needs(tx, heard)
