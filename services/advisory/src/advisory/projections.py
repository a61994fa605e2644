"""What the advisory service remembers of others: planning's priorities that call for outreach."""

from collections.abc import Sequence

from advisory.store import outreach
from chassis.consumer.listens import Heard
from chassis.database import Tx


async def keep_priorities(tx: Tx, heard: Sequence[Heard]) -> None:
    """Each priority is as its newest event says."""
    await outreach.keep_priorities(tx, heard)
