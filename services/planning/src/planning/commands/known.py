"""What planning knows today is remembered, so that a figure can be counted as it was known on any day."""

from collections.abc import Sequence

from chassis.consumer.listens import Heard
from chassis.database import Tx
from planning.store import known


async def remember(tx: Tx, heard: Sequence[Heard]) -> None:
    """These events are known from today on."""
    await known.remember(tx, heard)
