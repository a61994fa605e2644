"""SQL that changes gaps, district totals, targets and the copy of advisory's plans, or reads in order to change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.consumer.listens import Heard
from chassis.database import Tx
from cooperation.domain.gap import DistrictGaps, Gap, Needed


async def keep_preparedness_plans(tx: Tx, heard: Sequence[Heard], *, valid: Mapping[str, bool]) -> None:
    """Each plan is as its newest event says, whatever arrives again or late; `valid` is by event type."""
    for each in heard:
        event: Any = each.event
        await tx.execute(
            """
            insert into advisory_preparedness_plans as known
                (plan_id, municipality_code, valid, next_revision_due, revision)
            values ($1, $2, $3, $4, $5)
            on conflict (plan_id) do update set valid = excluded.valid,
                next_revision_due = excluded.next_revision_due, revision = excluded.revision
            where known.revision < excluded.revision
            """,
            event.subject,
            event.municipality_code,
            valid[event.type],
            getattr(event, "next_revision_due", event.at.date()),  # one that was withdrawn has none any more
            event.revision,
        )


@dataclass(frozen=True)
class Wish:
    """A sign that a municipality may want to agree with the police, as one event told it."""

    event_id: UUID
    sign: str
    municipality_code: str
    told_at: datetime


async def keep_wishes(tx: Tx, wishes: Sequence[Wish]) -> None:
    """Every wish is kept once."""
    for each in wishes:
        await tx.execute(
            """
            insert into advisory_wishes (event_id, sign, municipality_code, told_at) values ($1, $2, $3, $4)
            on conflict (event_id) do nothing
            """,
            each.event_id,
            each.sign,
            each.municipality_code,
            each.told_at,
        )


async def hold_gaps(tx: Tx) -> None:
    """Nobody else judges until the transaction ends, and those who were judging have committed.

    Otherwise two facts that arrive at once would each be judged without the other. One lock for all, since two
    transactions that judge several municipalities would otherwise wait for each other.
    """
    await tx.execute("lock table gaps in exclusive mode")


async def gap_of(tx: Tx, municipality_code: str) -> Gap | None:
    """The municipality's row; None before it was judged."""
    row = await tx.fetchrow(
        """
        select id, municipality_code, provenance, police_district, lacking, changed_at, revision
        from gaps where municipality_code = $1
        """,
        municipality_code,
    )
    return None if row is None else _gap(dict(row))


async def gaps_among(tx: Tx, municipality_codes: Sequence[str]) -> list[Gap]:
    """The rows of those of the municipalities that were judged."""
    rows = await tx.fetch(
        """
        select id, municipality_code, provenance, police_district, lacking, changed_at, revision
        from gaps where municipality_code = any ($1::text[])
        """,
        list(municipality_codes),
    )
    return [_gap(dict(row)) for row in rows]


async def facts_of(tx: Tx, municipality_code: str) -> frozenset[Needed]:
    """What the municipality has: a plan that meets the law, an agreement in force, a verified contact point."""
    row = await tx.fetchrow(
        """
        select
            exists (select from advisory_preparedness_plans where municipality_code = $1 and valid)
                as preparedness_plan,
            exists (select from agreements where municipality_codes @> array[$1] and state in ('active', 'review_due'))
                as agreement,
            exists (select from contact_points where organisation = 'municipality:' || $1 and state = 'verified')
                as contact_point
        """,
        municipality_code,
    )
    assert row is not None, "a row of constants is always there"
    found: Any = [name for name, there in row.items() if there]
    return frozenset(found)


async def save_gap(tx: Tx, gap: Gap) -> None:
    """The municipality's row is as given."""
    await tx.execute(
        """
        insert into gaps (id, municipality_code, provenance, police_district, lacking, revision, changed_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (id) do update set police_district = excluded.police_district, lacking = excluded.lacking,
            revision = excluded.revision, changed_at = excluded.changed_at
        """,
        gap.id,
        gap.municipality_code,
        gap.provenance,
        gap.police_district,
        list(gap.lacking),
        gap.revision,
        gap.changed_at,
    )


async def district_gaps_of(tx: Tx, police_district: str) -> DistrictGaps | None:
    """What was last told of the district; None when nothing was."""
    row = await tx.fetchrow(
        """
        select id, police_district, provenance, municipality_count, without_preparedness_plan_count,
            without_agreement_count, without_contact_point_count, revision, changed_at
        from district_gaps where police_district = $1
        """,
        police_district,
    )
    return None if row is None else DistrictGaps(**row)


async def save_district_gaps(tx: Tx, counted: DistrictGaps) -> None:
    """What was last told of the district is this."""
    await tx.execute(
        """
        insert into district_gaps
            (id, police_district, provenance, municipality_count, without_preparedness_plan_count,
             without_agreement_count, without_contact_point_count, revision, changed_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (id) do update set municipality_count = excluded.municipality_count,
            without_preparedness_plan_count = excluded.without_preparedness_plan_count,
            without_agreement_count = excluded.without_agreement_count,
            without_contact_point_count = excluded.without_contact_point_count,
            revision = excluded.revision, changed_at = excluded.changed_at
        """,
        counted.id,
        counted.police_district,
        counted.provenance,
        counted.municipality_count,
        counted.without_preparedness_plan_count,
        counted.without_agreement_count,
        counted.without_contact_point_count,
        counted.revision,
        counted.changed_at,
    )


async def keep_target(
    tx: Tx,
    priority_id: UUID,
    *,
    year: int,
    topic: str,
    area: str | None,
    children_youth: str,
    provenance: str,
    asked_for: bool,
    revision: int,
) -> None:
    """The priority is on the list as its newest event says, once."""
    await tx.execute(
        """
        insert into targets as known
            (priority_id, year, topic, area, children_youth, provenance, asked_for, revision)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (priority_id) do update set year = excluded.year, topic = excluded.topic, area = excluded.area,
            children_youth = excluded.children_youth, asked_for = excluded.asked_for, revision = excluded.revision
        where known.revision < excluded.revision
        """,
        priority_id,
        year,
        topic,
        area,
        children_youth,
        provenance,
        asked_for,
        revision,
    )


def _gap(row: dict[str, Any]) -> Gap:
    fields: dict[str, Any] = {**row, "lacking": tuple(row["lacking"])}
    return Gap(**fields)
