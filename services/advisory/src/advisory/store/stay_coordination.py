"""SQL that changes coordinations of involuntary stays abroad, or reads in order to change."""

from uuid import UUID

from advisory.domain.stay_coordination import NoSuchReferral, ReferralAlreadyReceived, StayCoordination
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


async def take_referral(tx: Tx, referral_id: UUID) -> tuple[Provenance, bool]:
    """The unit has received what was referred to it; whose provenance, and whether its enquiry was made anonymous.

    The enquiry is locked until the transaction ends, so that it is not made anonymous meanwhile.
    Raises: NoSuchReferral, ReferralAlreadyReceived.
    """
    enquiry = await tx.fetchrow(
        """
        select provenance, anonymised_on is not null as anonymous from enquiries
        where id = (select enquiry_id from referrals where id = $1 and target = 'coordination_unit') for update
        """,
        referral_id,
    )
    if enquiry is None:
        raise NoSuchReferral("Nothing was referred to the unit under this id.", pointer="/referral_id")
    if not await tx.fetchval(
        "update referrals set received = true where id = $1 and not received returning true", referral_id
    ):
        raise ReferralAlreadyReceived("The coordination unit has received this referral.")
    return enquiry["provenance"], enquiry["anonymous"]


async def unlink(tx: Tx, enquiry_id: UUID) -> None:
    """No coordination says any more that it began with the enquiry."""
    await tx.execute(
        "update stay_coordinations set referral_id = null"
        " where referral_id in (select id from referrals where enquiry_id = $1)",
        enquiry_id,
    )


async def save(tx: Tx, flow: StayCoordination) -> None:
    """The coordination is as given."""
    await rows.put(tx, "stay_coordinations", flow)
