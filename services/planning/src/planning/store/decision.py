"""Decisions of the coordination forum."""

from uuid import UUID

import asyncpg

from chassis.database import Tx
from contracts.problems import Missing
from planning.domain.decision import Decision
from planning.store import rows


class DecisionMissing(Missing):
    """There is no such decision."""

    title_da = "Beslutningen findes ikke"


async def decision_for_update(tx: Tx, id: UUID) -> Decision:
    """The decision, locked until the transaction ends.

    Raises: DecisionMissing.
    """
    return decision_of(await tx.fetchrow("select * from decisions where id = $1 for update", id))


async def save_decision(tx: Tx, decision: Decision) -> None:
    """The decision is as given."""
    await rows.put(tx, "decisions", decision)


def decision_of(row: asyncpg.Record | None) -> Decision:
    """The row as a decision.

    Raises: DecisionMissing.
    """
    if row is None:
        raise DecisionMissing("There is no such decision.")
    return Decision(**rows.values(row))
