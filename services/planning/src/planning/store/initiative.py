"""Initiatives with their states, their lineage and who has answered for them."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from chassis.database import Tx
from contracts.problems import Conflict, Missing
from planning.domain.initiative import GOING_ON, Belonging, Change, Initiative
from planning.domain.responsibility import Responsibility

INITIATIVE = (
    "initiative.id, initiative.number, initiative.children_youth, initiative.title_da, initiative.title_en,"
    " initiative.responsible_ministry, initiative.state, initiative.revision,"
    " exists (select from published_initiatives where initiative_id = initiative.id) as published"
)


class InitiativeMissing(Missing):
    """There is no such initiative in the plan."""

    title_da = "Indsatsen findes ikke"


class FocusAreaMissing(Missing):
    """The plan has no such focus area."""

    title_da = "Indsatsområdet findes ikke"


class InitiativeNumberTaken(Conflict):
    """The plan has an initiative with this number."""

    title_da = "Nummeret er brugt"


async def add_initiative(tx: Tx, initiative: Initiative, *, of: Belonging, change: Change) -> None:
    """The initiative stands in its plan with its first state.

    Raises: FocusAreaMissing, InitiativeNumberTaken.
    """
    try:
        row = await tx.fetchrow(
            """
            insert into initiatives (id, plan_id, focus_area_id, number, title_da, title_en, responsible_ministry,
                children_youth, state, revision)
            select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
            where $3::uuid is null or exists (select from focus_areas where id = $3 and plan_id = $2)
            returning id
            """,
            initiative.id,
            of.plan_id,
            of.focus_area_id,
            initiative.number,
            initiative.title_da,
            initiative.title_en,
            initiative.responsible_ministry,
            initiative.children_youth,
            initiative.state,
            initiative.revision,
        )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "initiatives_numbered_once":
            raise InitiativeNumberTaken(f"The plan has an initiative {initiative.number}.") from None
        raise
    if row is None:
        raise FocusAreaMissing("The plan has no such focus area.", pointer="/focus_area_id")
    if initiative.published:
        await tx.execute("insert into published_initiatives (initiative_id) values ($1)", initiative.id)
    await _keep_state(tx, initiative, change)
    await _keep_responsibilities(tx, initiative)


async def hold_states(tx: Tx) -> None:
    """No edition is published until the transaction ends, and one that was being published is."""
    await tx.execute("lock table initiatives in row exclusive mode")


async def initiative_for_update(tx: Tx, id: UUID) -> tuple[Initiative, Belonging]:
    """The initiative and where it belongs, locked until the transaction ends.

    Raises: InitiativeMissing.
    """
    [found] = await initiatives_for_update(tx, [id])
    return found


async def initiatives_for_update(tx: Tx, ids: Sequence[UUID]) -> list[tuple[Initiative, Belonging]]:
    """The initiatives in the given order, locked in the order of their ids.

    Raises: InitiativeMissing.
    """
    rows = await tx.fetch(
        f"select {INITIATIVE}, plan_id, focus_area_id, provenance, year"  # noqa: S608  # column names
        " from initiatives as initiative join action_plans on action_plans.id = plan_id"
        " where initiative.id = any ($1::uuid[]) order by initiative.id for update of initiative",
        list(ids),
    )
    held = await responsibilities_of(tx, ids)
    found: dict[UUID, tuple[Initiative, Belonging]] = {}
    for row in map(dict, rows):
        belonging = Belonging(row.pop("plan_id"), row.pop("provenance"), row.pop("year"), row.pop("focus_area_id"))
        found[row["id"]] = Initiative(**row, responsibilities=held.get(row["id"], ())), belonging
    if len(found) < len(set(ids)):
        raise InitiativeMissing("There is no such initiative.")
    return [found[id] for id in ids]


async def save_initiative(tx: Tx, initiative: Initiative, change: Change) -> None:
    """The initiative is in its new state, with what was said of it; its row was locked before."""
    await save_revision(tx, initiative)
    await _keep_state(tx, initiative, change)


async def make_public(tx: Tx, plan_id: UUID) -> None:
    """The plan's initiatives stand in an edition that everybody can read."""
    await tx.execute(
        "insert into published_initiatives (initiative_id) select id from initiatives where plan_id = $1"
        " on conflict do nothing",
        plan_id,
    )


async def save_revision(tx: Tx, initiative: Initiative) -> None:
    """The initiative is as given, in whatever state; its row was locked before."""
    await tx.execute(
        "update initiatives set state = $2, revision = $3 where id = $1",
        initiative.id,
        initiative.state,
        initiative.revision,
    )


async def save_title(tx: Tx, initiative: Initiative) -> None:
    """The initiative is called as given; its row was locked before."""
    await tx.execute(
        "update initiatives set title_da = $2, title_en = $3, revision = $4 where id = $1",
        initiative.id,
        initiative.title_da,
        initiative.title_en,
        initiative.revision,
    )


async def save_transfer(tx: Tx, initiative: Initiative) -> None:
    """Whoever is responsible stands, and all before them; the initiative's row was locked before."""
    await save_revision(tx, initiative)
    await _keep_responsibilities(tx, initiative)


async def responsibilities_of(tx: Tx, ids: Sequence[UUID]) -> dict[UUID, tuple[Responsibility, ...]]:
    """Who has been responsible for each of these initiatives, the first first."""
    rows = await tx.fetch(
        "select initiative_id, authority, from_day, reason, source_url from initiative_responsibilities"
        " where initiative_id = any ($1::uuid[]) order by initiative_id, place",
        list(ids),
    )
    found: dict[UUID, tuple[Responsibility, ...]] = {}
    for id, *said in rows:
        found[id] = (*found.get(id, ()), Responsibility(*said))
    return found


async def counts_on(tx: Tx, authority: str) -> list[tuple[Responsibility, ...]]:
    """Who has been responsible for each initiative that goes on and for which the authority ever was."""
    rows = await tx.fetch(
        "select distinct initiative_id"
        " from initiative_responsibilities join initiatives on initiatives.id = initiative_id"
        " where authority = $1 and state = any ($2::text[])",
        authority,
        sorted(GOING_ON),
    )
    return list((await responsibilities_of(tx, [row["initiative_id"] for row in rows])).values())


async def keep_lineage(tx: Tx, *, earlier: UUID, later: Sequence[UUID]) -> None:
    """The earlier initiative goes on in the later ones."""
    await tx.execute(
        "insert into initiative_lineage (earlier_id, later_id) select $1, unnest($2::uuid[])", earlier, list(later)
    )


async def _keep_state(tx: Tx, initiative: Initiative, change: Change) -> None:
    await tx.execute(
        "insert into initiative_states (initiative_id, revision, state, at, reason_code, reason, source_url,"
        " approved_by, approved_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        initiative.id,
        initiative.revision,
        initiative.state,
        change.at,
        change.reason_code,
        change.reason,
        change.source_url,
        change.approval and change.approval.approved_by,
        change.approval and change.approval.approved_on,
    )


async def _keep_responsibilities(tx: Tx, initiative: Initiative) -> None:
    for place, each in enumerate(initiative.responsibilities):
        await tx.execute(
            "insert into initiative_responsibilities (initiative_id, place, authority, from_day, reason, source_url)"
            " values ($1, $2, $3, $4, $5, $6) on conflict (initiative_id, place) do nothing",
            initiative.id,
            place,
            each.authority,
            each.from_day,
            each.reason,
            each.source_url,
        )
