"""What makes the knowledge service act: a priority of the action plan."""

from uuid import uuid5

from chassis.consumer.listens import Heard
from chassis.database import Tx
from contracts.planning import PrioritySet
from knowledge.commands import publication


async def start_study(tx: Tx, heard: Heard) -> None:
    """A priority that calls for a study has a draft of one."""
    priority = heard.event
    assert isinstance(priority, PrioritySet)
    if "study" in priority.calls_for:
        await publication.draft_study(
            tx,
            uuid5(heard.id, "study"),
            topic=priority.topic,
            year=priority.year,
            children_youth=priority.children_youth,
            provenance=priority.provenance,
            at=priority.at,
        )
