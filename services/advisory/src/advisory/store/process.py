"""SQL that changes processes and what they are made of, or reads in order to change."""

from typing import Any
from uuid import UUID

import asyncpg

from advisory.domain.process import Process
from advisory.domain.process_parts import Deliverable, Milestone, PlannedVisit, Scope, Visit
from advisory.store import need as need_store
from advisory.store import rows
from chassis.database import Tx
from contracts.problems import Missing

PARTS: dict[str, tuple[str, type[Any]]] = {
    "scopes": ("process_scopes", Scope),
    "planned_visits": ("planned_visits", PlannedVisit),
    "visits": ("visits", Visit),
    "milestones": ("milestones", Milestone),
    "deliverables": ("deliverables", Deliverable),
}
"""The table and the class of each kind of part."""


class ProcessMissing(Missing):
    """There is no such process."""

    title_da = "Forløbet findes ikke"


async def for_update(tx: Tx, id: UUID) -> Process:
    """The process with its parts, locked until the transaction ends.

    Raises: ProcessMissing.
    """
    return await loaded(tx, await tx.fetchrow("select * from processes where id = $1 for update", id))


async def loaded(tx: Tx, row: asyncpg.Record | None) -> Process:
    """A row as its object.

    Raises: ProcessMissing.
    """
    if row is None:
        raise ProcessMissing("There is no such process.")
    return (await all_loaded(tx, [row]))[0]


async def all_loaded(tx: Tx, found: list[asyncpg.Record]) -> list[Process]:
    """Rows as their objects, with one statement for each kind of part however many rows there are."""
    parts = {name: await _parts(tx, name, [row["id"] for row in found]) for name in PARTS}
    needs = await need_store.shown_by(tx, [row["id"] for row in found])
    processes: list[Process] = []
    for row in found:
        fields: dict[str, Any] = rows.values(row)
        fields["needs"] = needs.get(row["id"], ())
        for name, each in parts.items():
            fields[name] = tuple(each.get(row["id"], ()))
        processes.append(Process(**fields))
    return processes


async def _parts(tx: Tx, name: str, ids: list[UUID]) -> dict[UUID, list[Any]]:
    table, kind = PARTS[name]
    found: dict[UUID, list[Any]] = {}
    of_these = f"select * from {table} where process_id = any ($1) order by process_id, place"  # noqa: S608  # a table of our own
    for row in await tx.fetch(of_these, ids):
        part = kind(**rows.values(row, leave_out=("process_id", "place", "number")))
        found.setdefault(row["process_id"], []).append(part)
    return found


async def save(tx: Tx, process: Process) -> None:
    """The process and its parts are as given."""
    await rows.put(tx, "processes", process, leave_out=(*PARTS, "needs"))
    await need_store.save(tx, process.id, process.needs)
    for name, (table, _) in PARTS.items():
        await rows.put_parts(tx, table, ("process_id", process.id), getattr(process, name))
