"""What makes training act: a priority of the coming year, and the clock."""

from collections.abc import Mapping
from typing import cast

from chassis.consumer.listens import Heard, Reaction
from chassis.database import Tx
from chassis.deadlines import Act, Due
from contracts.event import Event
from contracts.planning import PrioritySet
from training.commands import event as commands


async def draft_theme_day(tx: Tx, heard: Heard) -> None:
    """A priority that calls for training has a draft of a theme day; whatever else it calls for is for others."""
    priority = cast("PrioritySet", heard.event)
    if "training_event" in priority.calls_for:
        await commands.draft_for_priority(
            tx,
            priority.subject,
            year=priority.year,
            topic=priority.topic,
            area=priority.area,
            children_youth=priority.children_youth,
            provenance=priority.provenance,
            at=priority.at,
        )


async def let_time_pass(tx: Tx, due: Due) -> None:
    """Registration opens or closes, or an offer has ended."""
    await commands.let_time_pass(tx, due.subject, at=due.now)


REACTIONS: Mapping[type[Event], Reaction] = {PrioritySet: draft_theme_day}
DEADLINES: Mapping[str, Act] = {commands.TIME: let_time_pass}
