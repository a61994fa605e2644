"""What makes planning act: any event that a figure counts."""

from collections.abc import Sequence

from chassis.consumer.listens import Heard
from chassis.database import Tx
from planning.commands import indicator as indicators

HEARD = indicators.HEARD


async def recompute_readings(tx: Tx, heard: Sequence[Heard]) -> None:
    """The figures that count these events are read anew."""
    await indicators.recompute_indicators(
        tx, [(each.event.type, each.event.provenance, each.event.at) for each in heard]
    )
