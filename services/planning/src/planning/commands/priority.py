"""Priorities are set, from a hint or without one."""

from chassis import outbox
from chassis.database import Tx
from planning.domain import priority as domain
from planning.domain.priority import Priority
from planning.store import priority as priorities


async def set_priority(tx: Tx, priority: Priority) -> None:
    """The priority stands, and the others are asked to begin what it calls for."""
    hint = priority.hint_id
    hinted = None if hint is None else await priorities.provenance_of_hint(tx, hint)
    told = domain.set_priority(priority, hinted=hinted)
    await priorities.add_priority(tx, priority)
    await outbox.publish(tx, told)
