"""Money of the plans."""

from decimal import Decimal
from uuid import UUID

import asyncpg

from chassis.database import Tx
from planning.domain.funding import FramePart, Funding
from planning.store.initiative import InitiativeMissing


async def frame(tx: Tx, plan_id: UUID) -> list[FramePart]:
    """What the plan may spend, part by part as its sources state it."""
    rows = await tx.fetch(
        "select year, source, amount_mio_dkk, until_year from plan_frames where plan_id = $1 order by place", plan_id
    )
    return [FramePart(**row) for row in rows]


async def allocated(tx: Tx, plan_id: UUID) -> Decimal:
    """What has been allocated of the plan's frame, mio. kr."""
    return await tx.fetchval("select coalesce(sum(amount_mio_dkk), 0) from fundings where plan_id = $1", plan_id)


async def add_funding(tx: Tx, funding: Funding) -> None:
    """The money is set aside; the plan's row was locked before.

    Raises: InitiativeMissing.
    """
    try:
        await tx.execute(
            """
            insert into fundings (id, plan_id, initiative_id, year, until_year, source, amount_mio_dkk, title_da,
                title_en, source_url)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            funding.id,
            funding.plan_id,
            funding.initiative_id,
            funding.year,
            funding.until_year,
            funding.source,
            funding.amount_mio_dkk,
            funding.title_da,
            funding.title_en,
            funding.source_url,
        )
    except asyncpg.ForeignKeyViolationError:
        raise InitiativeMissing("The plan has no such initiative.", pointer="/initiative_id") from None
