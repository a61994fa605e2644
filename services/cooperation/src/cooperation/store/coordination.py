"""SQL that changes coordinations, or reads them in order to change. What somebody takes no part in is not there."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from chassis.database import Tx
from contracts.problems import Missing
from cooperation.domain.coordination import Coordination, DisclosureBasis, Participant, RiskJudgement, Taken


class CoordinationMissing(Missing):
    """There is no such coordination, or none that the caller takes part in: the two are answered alike."""

    title_da = "Koordinationsforløbet findes ikke"


async def coordination_for_update(
    tx: Tx, id: UUID, organisations: Collection[str], *, invited: bool = False
) -> Coordination:
    """The coordination in which one of the organisations takes part, locked until the transaction ends.

    With `invited` an invitation is enough.

    Raises: CoordinationMissing.
    """
    await tx.fetchval(
        """
        select id from coordinations where id = $1 and exists (
            select from coordination_participants
            where coordination_id = $1 and organisation = any ($2::text[]) and (joined or $3)
        ) for update
        """,
        id,
        list(organisations),
        invited,
    )
    return await coordination_of(tx, id, organisations, invited=invited)


async def coordination_of(tx: Tx, id: UUID, organisations: Collection[str], *, invited: bool = False) -> Coordination:
    """The coordination in which one of the organisations takes part; with `invited` an invitation is enough.

    Raises: CoordinationMissing.
    """
    row = await tx.fetchrow(
        """
        select id, provenance, police_district, opened_month, age_group, topics, acute, stay_phase, state,
            closed_reason, revision
        from coordinations where id = $1 and exists (
            select from coordination_participants
            where coordination_id = $1 and organisation = any ($2::text[]) and (joined or $3)
        )
        """,
        id,
        list(organisations),
        invited,
    )
    if row is None:
        raise CoordinationMissing("There is no such coordination.")
    participants = await tx.fetch(
        "select organisation, joined, receiving from coordination_participants"
        " where coordination_id = $1 order by place",
        id,
    )
    steps = await tx.fetch(
        "select step, taken_on, taken_by from coordination_steps where coordination_id = $1 order by place", id
    )
    judgements = await tx.fetch(
        "select level, tool, judged_on, valid_until, judged_by from coordination_risk_judgements"
        " where coordination_id = $1 order by place",
        id,
    )
    bases = await tx.fetch(
        "select basis, purpose, from_organisation, to_organisation, decided_on from coordination_disclosure_bases"
        " where coordination_id = $1 order by place",
        id,
    )
    said: dict[str, Any] = {**row, "topics": tuple(row["topics"])}
    return Coordination(
        **said,
        participants=tuple(Participant(**each) for each in participants),
        steps=tuple(Taken(**each) for each in steps),
        judgements=tuple(RiskJudgement(**each) for each in judgements),
        bases=tuple(DisclosureBasis(**each) for each in bases),
    )


async def add_coordination(tx: Tx, coordination: Coordination) -> None:
    """The coordination is there with what belongs to it."""
    await tx.execute(
        """
        insert into coordinations
            (id, provenance, police_district, opened_month, age_group, topics, acute, stay_phase, state, revision)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        coordination.id,
        coordination.provenance,
        coordination.police_district,
        coordination.opened_month,
        coordination.age_group,
        list(coordination.topics),
        coordination.acute,
        coordination.stay_phase,
        coordination.state,
        coordination.revision,
    )
    await _save_parts(tx, coordination)


async def save_coordination(tx: Tx, coordination: Coordination) -> None:
    """The coordination is as given; its row was locked before."""
    await tx.execute(
        "update coordinations set state = $2, closed_reason = $3, revision = $4 where id = $1",
        coordination.id,
        coordination.state,
        coordination.closed_reason,
        coordination.revision,
    )
    await _save_parts(tx, coordination)


async def _save_parts(tx: Tx, coordination: Coordination) -> None:
    """What was added since is there too; nothing of it is ever taken away."""
    for place, who in enumerate(coordination.participants):
        await tx.execute(
            """
            insert into coordination_participants (coordination_id, place, organisation, joined, receiving)
            values ($1, $2, $3, $4, $5)
            on conflict (coordination_id, organisation, receiving) do update set joined = excluded.joined
            """,
            coordination.id,
            place,
            who.organisation,
            who.joined,
            who.receiving,
        )
    for place, taken in enumerate(coordination.steps):
        await tx.execute(
            """
            insert into coordination_steps (coordination_id, place, step, taken_on, taken_by)
            values ($1, $2, $3, $4, $5) on conflict do nothing
            """,
            coordination.id,
            place,
            taken.step,
            taken.taken_on,
            taken.taken_by,
        )
    for place, risk in enumerate(coordination.judgements):
        await tx.execute(
            """
            insert into coordination_risk_judgements
                (coordination_id, place, level, tool, judged_on, valid_until, judged_by)
            values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
            """,
            coordination.id,
            place,
            risk.level,
            risk.tool,
            risk.judged_on,
            risk.valid_until,
            risk.judged_by,
        )
    for place, basis in enumerate(coordination.bases):
        await tx.execute(
            """
            insert into coordination_disclosure_bases
                (coordination_id, place, basis, purpose, from_organisation, to_organisation, decided_on)
            values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
            """,
            coordination.id,
            place,
            basis.basis,
            basis.purpose,
            basis.from_organisation,
            basis.to_organisation,
            basis.decided_on,
        )
