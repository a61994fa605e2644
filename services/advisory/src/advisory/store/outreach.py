"""SQL that changes outreach tasks and priorities, or reads in order to change."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from advisory.domain.outreach import OutreachTask, Reason
from advisory.store import rows
from chassis.consumer.listens import Heard
from chassis.database import Tx
from contracts.cooperation import AgreementExpired, AgreementTerminated
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


async def lock_municipality(tx: Tx, municipality_code: str) -> None:
    """Nobody else opens a task for the municipality, or ends one because it was reached, until the transaction ends."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('outreach ' || $1, 0))", municipality_code)


async def is_reached(tx: Tx, municipality_code: str) -> bool:
    """Whether the municipality was ever advised, or trained."""
    return bool(
        await tx.fetchval(
            "select exists (select from municipality_contacts where municipality_code = $1)"
            " or exists (select from trainings where $1 = any (municipality_codes))",
            municipality_code,
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


async def keep_trainings(tx: Tx, heard: Sequence[Heard]) -> None:
    """Each training is as its newest event says: when, on what, and with people from where."""
    for each in heard:
        said: Any = each.event
        await tx.execute(
            """
            insert into trainings as known (id, revision, provenance, month, topics, municipality_codes)
            values ($1, $2, $3, $4, $5, $6)
            on conflict (id) do update set revision = excluded.revision, month = excluded.month,
                topics = excluded.topics, municipality_codes = excluded.municipality_codes
            where known.revision < excluded.revision
            """,
            said.subject,
            said.revision,
            said.provenance,
            said.month,
            said.topics,
            said.municipality_codes,
        )


async def keep_agreements(tx: Tx, heard: Sequence[Heard]) -> None:
    """Each agreement holds or does not, as its newest event says."""
    for each in heard:
        said: Any = each.event
        await tx.execute(
            """
            insert into agreements as known (id, revision, provenance, municipality_codes, holds)
            values ($1, $2, $3, $4, $5)
            on conflict (id) do update set revision = excluded.revision,
                municipality_codes = excluded.municipality_codes, holds = excluded.holds
            where known.revision < excluded.revision
            """,
            said.subject,
            said.revision,
            said.provenance,
            said.municipality_codes,
            not isinstance(each.event, AgreementExpired | AgreementTerminated),
        )


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
