"""What may be done with coordinations of involuntary stays abroad."""

from uuid import UUID

from advisory.domain import stay_coordination as domain
from advisory.store import stay_coordination as store
from chassis import outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.values import Provenance


async def receive(
    tx: Tx, id: UUID, *, origin: domain.Origin, phase: domain.Phase, provenance: Provenance, now: Now
) -> None:
    """An authority has asked the unit to coordinate."""
    await _receive(tx, domain.StayCoordination(id, provenance, None, origin, phase, quarter=""), now=now)


async def receive_referral(tx: Tx, id: UUID, *, referral_id: UUID, phase: domain.Phase, now: Now) -> None:
    """The unit has received what an enquiry was referred to it for, once; an anonymous one without a link to it.

    Raises: NoSuchReferral, ReferralAlreadyReceived.
    """
    provenance, anonymous = await store.take_referral(tx, referral_id)
    kept = None if anonymous else referral_id
    flow = domain.StayCoordination(id, provenance, kept, "advisory_referral", phase, quarter="")
    await _receive(tx, flow, now=now)


async def pass_on(tx: Tx, id: UUID, *, authorities: tuple[domain.Authority, ...], expect: Expect) -> None:
    """These authorities have been asked to act."""
    flow = await store.for_update(tx, id)
    expect(flow.revision)
    await store.save(tx, domain.pass_on(flow, authorities=authorities))


async def conclude(tx: Tx, id: UUID, *, outcome: domain.Outcome, expect: Expect, now: Now) -> None:
    """The authorities need the unit no longer."""
    flow = await store.for_update(tx, id)
    expect(flow.revision)
    flow, concluded = domain.conclude(flow, outcome=outcome, at=now(flow.provenance))
    await store.save(tx, flow)
    await outbox.publish(tx, concluded)


async def _receive(tx: Tx, flow: domain.StayCoordination, *, now: Now) -> None:
    flow, received = domain.receive(flow, at=now(flow.provenance))
    await store.save(tx, flow)
    await outbox.publish(tx, received)
