"""Milestones and the events that met them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from chassis.database import Tx
from contracts.problems import Missing
from planning.domain.milestone import WAITING, Milestone

MILESTONE = (
    "id, plan_id, initiative_id, title_da, title_en, due_on, counts_from, provenance, set_at, due_soon_on, event_type,"
    " match, state, met_on, source_url, drop_reason, revision"
)


class MilestoneMissing(Missing):
    """There is no such milestone."""

    title_da = "Milepælen findes ikke"


async def hold_milestones(tx: Tx) -> None:
    """No milestone is set until the transaction ends; others may meet them at the same time."""
    await tx.execute("lock table milestones in row share mode")


async def hold_meeting(tx: Tx) -> None:
    """Nobody meets milestones until the transaction ends, and those who did have committed.

    Otherwise an event whose transaction is under way would meet neither a milestone that it does not see, nor one that
    does not see it.
    """
    await tx.execute("lock table milestones in exclusive mode")


async def add_milestone(tx: Tx, milestone: Milestone) -> None:
    """The milestone stands; its initiative's row was locked before."""
    names = MILESTONE.split(", ")
    places = ", ".join(f"${place}" for place in range(1, len(names) + 1))
    await tx.execute(
        f"insert into milestones ({MILESTONE}, changed_at) values ({places}, ${len(names) + 1})",  # noqa: S608  # names
        *(getattr(milestone, name) for name in names),
        milestone.set_at,
    )


async def milestone_for_update(tx: Tx, id: UUID) -> Milestone:
    """The milestone, locked until the transaction ends.

    Raises: MilestoneMissing.
    """
    row = await tx.fetchrow(f"select {MILESTONE} from milestones where id = $1 for update", id)  # noqa: S608
    if row is None:
        raise MilestoneMissing("There is no such milestone.")
    return Milestone(**row)


async def waiting_for_update(tx: Tx, types: Collection[str]) -> list[Milestone]:
    """The milestones that wait for events of these types, locked in the order of their ids."""
    rows = await tx.fetch(
        f"select {MILESTONE} from milestones"  # noqa: S608  # column names
        " where event_type = any ($1::text[]) and state = any ($2::text[]) order by id for update",
        list(types),
        list(WAITING),
    )
    return [Milestone(**row) for row in rows]


async def save_milestone(tx: Tx, milestone: Milestone) -> None:
    """The milestone is as given; its row was locked before."""
    await tx.execute(
        "update milestones set state = $2, met_on = $3, source_url = $4, drop_reason = $5, revision = $6 where id = $1",
        milestone.id,
        milestone.state,
        milestone.met_on,
        milestone.source_url,
        milestone.drop_reason,
        milestone.revision,
    )


async def keep_settling(tx: Tx, id: UUID, evidence: Sequence[UUID], *, at: datetime) -> None:
    """The milestone was met or dropped at that moment, with the events that show it; its row was locked before."""
    await tx.execute("update milestones set changed_at = $2 where id = $1", id, at)
    await tx.execute(
        "insert into milestone_evidence (milestone_id, event_id) select distinct $1::uuid, unnest($2::uuid[])",
        id,
        list(evidence),
    )


async def states_of(tx: Tx, initiative_id: UUID) -> list[str]:
    """The state of each of the initiative's milestones."""
    rows = await tx.fetch("select state from milestones where initiative_id = $1", initiative_id)
    return [row["state"] for row in rows]


async def first_heard(tx: Tx, milestone: Milestone) -> tuple[UUID, datetime] | None:
    """The earliest event heard before the milestone was set that meets it: its id and its moment."""
    row = await tx.fetchrow(
        "select event_id, occurred_at from facts where type = $1 and provenance = $2 and occurred_at >= $3"
        " and data @> $4::jsonb order by occurred_at, event_id limit 1",
        milestone.event_type,
        milestone.provenance,
        milestone.counts_since,
        dict(milestone.match),
    )
    return None if row is None else (row["event_id"], row["occurred_at"])


async def count_showing(tx: Tx, ids: Collection[UUID], *, provenance: str) -> int:
    """How many of these events planning has heard and may show: of that provenance, and not from single cases."""
    return await tx.fetchval(
        "select count(*) from facts where event_id = any ($1::uuid[]) and provenance = $2 and not case_derived",
        list(ids),
        provenance,
    )
