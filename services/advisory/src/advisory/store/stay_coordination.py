"""SQL that changes coordinations of involuntary stays abroad, or reads in order to change."""

from uuid import UUID

import asyncpg

from advisory.domain.stay_coordination import ReferralAlreadyReceived, StayCoordination
from advisory.store import rows
from chassis.database import Tx
from contracts.problems import Missing
from contracts.values import Provenance


class StayCoordinationMissing(Missing):
    """There is no such coordination."""

    title_da = "Koordineringen findes ikke"


async def for_update(tx: Tx, id: UUID) -> StayCoordination:
    """The coordination, locked until the transaction ends.

    Raises: StayCoordinationMissing.
    """
    row = await tx.fetchrow("select * from stay_coordinations where id = $1 for update", id)
    if row is None:
        raise StayCoordinationMissing("There is no such coordination.")
    return StayCoordination(**rows.values(row))


async def referred_to_unit(tx: Tx, referral_id: UUID) -> Provenance | None:
    """The provenance of what was referred to the coordination unit; None when nothing was under this id."""
    return await tx.fetchval(
        "select provenance from referrals join enquiries on enquiries.id = enquiry_id"
        " where referrals.id = $1 and target = 'coordination_unit'",
        referral_id,
    )


async def save(tx: Tx, flow: StayCoordination) -> None:
    """The coordination is as given.

    Raises: ReferralAlreadyReceived.
    """
    try:
        await rows.put(tx, "stay_coordinations", flow)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "stay_coordinations_one_per_referral":
            raise ReferralAlreadyReceived("The coordination unit has received this referral.") from None
        raise
