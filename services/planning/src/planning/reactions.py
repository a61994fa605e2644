"""What makes planning act: any event that a figure counts."""

from collections.abc import Sequence

from chassis.consumer.listens import Heard, Listens
from chassis.database import Tx
from contracts.catalogue import EVENTS
from planning import commands, projections


async def recompute_readings(tx: Tx, heard: Sequence[Heard]) -> None:
    """The figures that count these events are read anew."""
    await commands.recompute_indicators(tx, [(each.event.type, each.event.provenance, each.event.at) for each in heard])


LISTENS = Listens(
    projections={each: projections.keep_facts for each in EVENTS.values() if each.service != "planning"},
    afterwards=recompute_readings,
)
