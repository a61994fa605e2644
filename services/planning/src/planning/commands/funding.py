"""Money is set aside within a plan's frame."""

from chassis import outbox
from chassis.clock import Now
from chassis.database import Tx
from planning.domain.funding import Funding, allocate
from planning.store import funding as fundings
from planning.store import plan as plans


async def allocate_funding(tx: Tx, funding: Funding, *, now: Now) -> None:
    """The money is set aside for an initiative or for the plan."""
    plan = await plans.plan_for_update(tx, funding.plan_id)
    allocated = allocate(
        funding,
        frame=await fundings.frame(tx, plan.id),
        allocated=await fundings.allocated(tx, plan.id),
        provenance=plan.provenance,
        at=now(plan.provenance),
    )
    await fundings.add_funding(tx, funding)
    await outbox.publish(tx, allocated)
