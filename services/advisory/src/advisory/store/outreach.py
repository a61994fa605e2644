"""SQL that changes outreach tasks and priorities, or reads in order to change."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from advisory.domain.outreach import OutreachTask, Reason
from advisory.store import rows
from chassis.consumer.listens import Heard
from chassis.database import Tx
from contracts.problems import Missing


class OutreachTaskMissing(Missing):
    """There is no such task."""

    title_da = "Opgaven findes ikke"


async def hear_gap(tx: Tx, id: UUID, revision: int) -> bool:
    """The gap's events up to this one are heard, and its row is locked. False when this one is not news."""
    return bool(
        await tx.fetchval(
            """
            insert into gaps_heard as known (id, revision) values ($1, $2)
            on conflict (id) do update set revision = excluded.revision where known.revision < excluded.revision
            returning true
            """,
            id,
            revision,
        )
    )


async def open_for_update(tx: Tx, municipality_code: str, reason: Reason) -> OutreachTask | None:
    """The municipality's open task of that reason, locked; None when there is none."""
    row = await tx.fetchrow(
        "select * from outreach_tasks where municipality_code = $1 and reason = $2 and outcome is null for update",
        municipality_code,
        reason,
    )
    return None if row is None else OutreachTask(**rows.values(row))


async def for_update(tx: Tx, id: UUID) -> OutreachTask:
    """The task, locked until the transaction ends.

    Raises: OutreachTaskMissing.
    """
    row = await tx.fetchrow("select * from outreach_tasks where id = $1 for update", id)
    if row is None:
        raise OutreachTaskMissing("There is no such outreach task.")
    return OutreachTask(**rows.values(row))


async def save(tx: Tx, task: OutreachTask) -> None:
    """The task is as given."""
    await rows.put(tx, "outreach_tasks", task)


async def keep_priorities(tx: Tx, heard: Sequence[Heard]) -> None:
    """Each priority is as its newest event says."""
    for each in heard:
        said: Any = each.event
        await tx.execute(
            """
            insert into outreach_priorities as known
                (id, revision, provenance, year, topic, area, children_youth, calls_for_outreach)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (id) do update set revision = excluded.revision, year = excluded.year, topic = excluded.topic,
                area = excluded.area, children_youth = excluded.children_youth,
                calls_for_outreach = excluded.calls_for_outreach
            where known.revision < excluded.revision
            """,
            said.subject,
            said.revision,
            said.provenance,
            said.year,
            said.topic,
            said.area,
            said.children_youth,
            "outreach" in said.calls_for,
        )
