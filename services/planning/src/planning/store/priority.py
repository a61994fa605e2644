"""Priorities, and the hints that they answer."""

from uuid import UUID

import asyncpg

from chassis.database import Tx
from contracts.problems import Conflict, Missing
from contracts.training import DemandExceeded
from contracts.values import Provenance
from planning.domain.priority import Priority

# The newest thing that each oversubscribed event has said. A question to the facts, so that repeats, disorder and a
# rebuild cannot make it wrong.
HINTS = f"""
    select distinct on (subject) subject as id, event_id, occurred_at, provenance, data from facts
    where type = '{DemandExceeded.type}' order by subject, revision desc
    """  # noqa: S608  # a constant


class HintMissing(Missing):
    """There is no such hint."""

    title_da = "Anledningen findes ikke"


class HintAnswered(Conflict):
    """A priority was set from this hint already."""

    title_da = "Anledningen er allerede brugt"


async def provenance_of_hint(tx: Tx, id: UUID) -> Provenance:
    """Whether the hint is real.

    Raises: HintMissing.
    """
    found = await tx.fetchval(f"select provenance from ({HINTS}) as hints where id = $1", id)  # noqa: S608  # a constant
    if found is None:
        raise HintMissing("There is no such hint.", pointer="/hint_id")
    return found


async def add_priority(tx: Tx, priority: Priority) -> None:
    """The priority stands.

    Raises: HintAnswered.
    """
    try:
        await tx.execute(
            """
            insert into priorities (id, year, title_da, title_en, topic, area, children_youth, calls_for, provenance,
                set_at, hint_id)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            priority.id,
            priority.year,
            priority.title_da,
            priority.title_en,
            priority.topic,
            priority.area,
            priority.children_youth,
            list(priority.calls_for),
            priority.provenance,
            priority.set_at,
            priority.hint_id,
        )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "priorities_one_for_each_hint":
            raise HintAnswered("A priority was set from this hint already.") from None
        raise
