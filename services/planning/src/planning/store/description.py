"""What initiatives are about, and which others they need."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.database import Tx
from contracts.values import PartialDate, Provenance
from planning.domain.description import Description

NAMES = tuple(Description.__dataclass_fields__)


async def hold_descriptions(tx: Tx) -> None:
    """Nobody else describes an initiative until the transaction ends, so that no two make a circle together."""
    await tx.execute("lock table initiative_descriptions in share row exclusive mode")


async def add_description(tx: Tx, initiative_id: UUID, said: Description, *, revision: int, at: datetime) -> None:
    """The description holds, and those before it stay; the initiative's row was locked before."""
    values = [getattr(said, name) for name in NAMES]
    places = ", ".join(f"${place}" for place in range(4, len(NAMES) + 4))
    await tx.execute(
        f"insert into initiative_descriptions (initiative_id, revision, said_at, {', '.join(NAMES)})"  # noqa: S608
        f" values ($1, $2, $3, {places})",
        initiative_id,
        revision,
        at,
        *(str(each) if isinstance(each, PartialDate) else each for each in values),
    )


async def needs(tx: Tx, first: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """For each initiative that these lead to, and for themselves, those on which it depends."""
    rows = await tx.fetch(
        """
        with recursive reached (id) as (
            select unnest($1::uuid[])
            union
            select needs_id from initiative_dependencies join reached on initiative_id = reached.id
        )
        select initiative_id, needs_id from initiative_dependencies join reached on initiative_id = reached.id
        """,
        list(first),
    )
    found: dict[UUID, set[UUID]] = {}
    for row in rows:
        found.setdefault(row["initiative_id"], set()).add(row["needs_id"])
    return found


async def years_of(tx: Tx, ids: Sequence[UUID], *, of: Provenance) -> dict[UUID, int]:
    """The year of the plan to which each of these initiatives belongs, of those that are real or synthetic as asked."""
    rows = await tx.fetch(
        "select initiatives.id, year from initiatives join action_plans on action_plans.id = plan_id"
        " where initiatives.id = any ($1::uuid[]) and provenance = $2",
        list(ids),
        of,
    )
    return {row["id"]: row["year"] for row in rows}
