"""Priorities of the action plan that ask for cooperation come onto the list."""

from typing import Any

from chassis.database import Tx
from contracts.planning import PrioritySet
from cooperation.store import gap as store


async def set_target(tx: Tx, priority: PrioritySet) -> None:
    """The priority is on the list when it asks for cooperation, and off it when it no longer does."""
    said: dict[str, Any] = priority.model_dump(include={"year", "topic", "area", "children_youth", "provenance"})
    await store.keep_target(
        tx, priority.subject, **said, asked_for="cooperation" in priority.calls_for, revision=priority.revision
    )
