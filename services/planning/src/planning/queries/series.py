"""Indicators with everything that they were read for: what figures over time are made of."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from chassis.database import Tx
from planning.domain.indicator import Definition
from planning.domain.reading import Reading
from planning.domain.series import History
from planning.store.indicator import DEFINITION, INDICATORS, definition_of, indicator_of
from planning.store.reading import READING


async def histories_of_plan(tx: Tx, plan_id: UUID) -> list[History]:
    """The plan's indicators, by code."""
    return await _histories(tx, await tx.fetch(INDICATORS + " where plan_id = $1 order by code", plan_id))


async def histories(tx: Tx) -> list[History]:
    """The indicators of all plans, newest plan first, then by code."""
    order = " order by (select year from action_plans where id = plan_id) desc, plan_id, code"
    return await _histories(tx, await tx.fetch(INDICATORS + order))


async def _histories(tx: Tx, rows: Sequence[Any]) -> list[History]:
    ids = [row["id"] for row in rows]
    defined = await tx.fetch(
        f"select indicator_id, {DEFINITION} from indicator_definitions"  # noqa: S608  # column names
        " where indicator_id = any ($1::uuid[]) order by indicator_id, version",
        ids,
    )
    read = await tx.fetch(
        f"""
        select distinct on (indicator_id, definition_version, provenance, period) {READING} from readings
        where indicator_id = any ($1::uuid[])
        order by indicator_id, definition_version, provenance, period, place desc
        """,  # noqa: S608  # column names
        ids,
    )
    definitions, readings = _definitions(defined), _readings(read)
    return [
        History(indicator_of(dict(row)), tuple(definitions[row["id"]]), tuple(readings.get(row["id"], ())))
        for row in rows
    ]


def _definitions(rows: Iterable[Any]) -> dict[UUID, list[Definition]]:
    found: dict[UUID, list[Definition]] = {}
    for row in rows:
        own = dict(row)
        found.setdefault(own.pop("indicator_id"), []).append(definition_of(own))
    return found


def _readings(rows: Iterable[Any]) -> dict[UUID, list[Reading]]:
    found: dict[UUID, list[Reading]] = {}
    for row in rows:
        found.setdefault(row["indicator_id"], []).append(Reading(**row))
    return found
