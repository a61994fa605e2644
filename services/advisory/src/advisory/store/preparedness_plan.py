"""SQL that changes the register of preparedness plans, or reads in order to change."""

from typing import Any
from uuid import UUID

import asyncpg

from advisory.domain.preparedness_plan import IN_FORCE, PlanAlreadyRecorded, PlanVersion, PreparednessPlan
from chassis.database import Tx
from contracts.problems import Missing
from contracts.values import PartialDate


class PreparednessPlanMissing(Missing):
    """The register has no such entry."""

    title_da = "Beredskabsplanen findes ikke"


async def plan_for_update(tx: Tx, id: UUID) -> PreparednessPlan:
    """The entry, locked until the transaction ends.

    Raises: PreparednessPlanMissing.
    """
    entry = await tx.fetchrow(
        "select id, municipality_code, provenance, revision, changed_at, none_reported_on"
        " from preparedness_plans where id = $1 for update",
        id,
    )
    if entry is None:
        raise PreparednessPlanMissing("There is no such preparedness plan.")
    return PreparednessPlan(**entry, versions=await versions(tx, id))


async def versions(tx: Tx, id: UUID) -> tuple[PlanVersion, ...]:
    """The versions of a plan in their order."""
    rows = await tx.fetch(
        """
        select version, state, covers, source_url, adopted_on, published_url, published_on, registered_on,
            verified_on, reminded_on, reminder_months
        from preparedness_plan_versions where plan_id = $1 order by version
        """,
        id,
    )
    return tuple(version_of(dict(row)) for row in rows)


def version_of(row: dict[str, Any]) -> PlanVersion:
    """A row as its object."""
    days = {name: PartialDate.parse(row[name]) if row[name] else None for name in ("adopted_on", "published_on")}
    fields: dict[str, Any] = {**row, "covers": tuple(row["covers"]), **days}
    return PlanVersion(**fields)


async def plan_of(tx: Tx, municipality_code: str) -> PreparednessPlan | None:
    """The municipality's entry, locked until the transaction ends; None where there is none."""
    id = await tx.fetchval("select id from preparedness_plans where municipality_code = $1", municipality_code)
    return None if id is None else await plan_for_update(tx, id)


async def add_plan(tx: Tx, plan: PreparednessPlan) -> None:
    """The municipality has its place in the register.

    Raises: PlanAlreadyRecorded.
    """
    try:
        await tx.execute(
            "insert into preparedness_plans (id, municipality_code, provenance, revision, changed_at, none_reported_on)"
            " values ($1, $2, $3, $4, $5, $6)",
            plan.id,
            plan.municipality_code,
            plan.provenance,
            plan.revision,
            plan.changed_at,
            plan.none_reported_on,
        )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "preparedness_plans_one_entry_per_municipality":
            raise PlanAlreadyRecorded("This municipality's plan is in the register; revise it instead.") from None
        raise
    await _save_versions(tx, plan)


async def save_plan(tx: Tx, plan: PreparednessPlan) -> None:
    """The entry and its versions are as given; its row was locked before."""
    await tx.execute(
        "update preparedness_plans set revision = $2, changed_at = $3, none_reported_on = $4 where id = $1",
        plan.id,
        plan.revision,
        plan.changed_at,
        plan.none_reported_on,
    )
    await _save_versions(tx, plan)


async def _save_versions(tx: Tx, plan: PreparednessPlan) -> None:
    # Those that no longer count first, so that one in force at most exists at any moment.
    for each in sorted(plan.versions, key=lambda version: version.state in IN_FORCE):
        await tx.execute(
            """
            insert into preparedness_plan_versions
                (plan_id, version, state, covers, source_url, adopted_on, published_url, published_on, registered_on,
                verified_on, reminded_on, reminder_months)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            on conflict (plan_id, version) do update set state = excluded.state, adopted_on = excluded.adopted_on,
                published_url = excluded.published_url, published_on = excluded.published_on,
                registered_on = excluded.registered_on, verified_on = excluded.verified_on,
                reminded_on = excluded.reminded_on, reminder_months = excluded.reminder_months
            """,
            plan.id,
            each.version,
            each.state,
            list(each.covers),
            each.source_url,
            str(each.adopted_on) if each.adopted_on else None,
            each.published_url,
            str(each.published_on) if each.published_on else None,
            each.registered_on,
            each.verified_on,
            each.reminded_on,
            each.reminder_months,
        )
    await tx.execute(
        """
        insert into preparedness_plan_history
            (plan_id, version, revision, known_at, state, adopted_on, published_on, registered_on)
        select plan_id, version, $2, $3, state, adopted_on, published_on, registered_on
        from preparedness_plan_versions as version where plan_id = $1 and not exists (
            select from (
                select * from preparedness_plan_history as known
                where known.plan_id = $1 and known.version = version.version order by revision desc limit 1
            ) as newest
            where (newest.state, newest.adopted_on, newest.published_on, newest.registered_on)
                is not distinct from (version.state, version.adopted_on, version.published_on, version.registered_on)
        )
        """,
        plan.id,
        plan.revision,
        plan.changed_at,
    )
