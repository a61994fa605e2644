"""SQL that changes processes and their visits, or reads in order to change."""

from typing import Any
from uuid import UUID

import asyncpg

from advisory.domain.process import Process, Visit
from advisory.store import need as need_store
from advisory.store import rows
from chassis.database import Tx
from contracts.problems import Missing


class ProcessMissing(Missing):
    """There is no such process."""

    title_da = "Forløbet findes ikke"


async def for_update(tx: Tx, id: UUID) -> Process:
    """The process with its visits, locked until the transaction ends.

    Raises: ProcessMissing.
    """
    return await loaded(tx, await tx.fetchrow("select * from processes where id = $1 for update", id))


async def loaded(tx: Tx, row: asyncpg.Record | None) -> Process:
    """A row as its object.

    Raises: ProcessMissing.
    """
    if row is None:
        raise ProcessMissing("There is no such process.")
    visits = await tx.fetch("select * from visits where process_id = $1 order by place", row["id"])
    fields: dict[str, Any] = rows.values(row)
    return Process(
        **fields,
        visits=tuple(Visit(**rows.values(each, leave_out=("process_id", "place"))) for each in visits),
        needs=(await need_store.shown_by(tx, [row["id"]])).get(row["id"], ()),
    )


async def save(tx: Tx, process: Process) -> None:
    """The process, its visits and needs are as given."""
    await rows.put(tx, "processes", process, leave_out=("visits", "needs"))
    await need_store.save(tx, process.id, process.needs)
    for place, each in enumerate(process.visits):
        await tx.execute(
            """
            insert into visits (process_id, place, held_on, form, participant_count, profession_groups)
            values ($1, $2, $3, $4, $5, $6) on conflict (process_id, place) do nothing
            """,
            process.id,
            place,
            each.held_on,
            each.form,
            each.participant_count,
            each.profession_groups,
        )
