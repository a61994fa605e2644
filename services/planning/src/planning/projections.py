"""What planning remembers of the others: every event, since any of them may be counted one day."""

from collections.abc import Sequence

from chassis.consumer.listens import Heard
from chassis.database import Tx
from planning.store import facts


async def keep_facts(tx: Tx, heard: Sequence[Heard]) -> None:
    """Every event is kept with where it lies in the log."""
    await facts.keep_facts(tx, heard)
