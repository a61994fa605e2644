"""What the advisory service remembers of others: priorities that call for outreach, trainings held, agreements."""

from collections.abc import Mapping, Sequence

from advisory.store import outreach
from chassis.consumer.listens import Heard, Projection
from chassis.database import Tx
from contracts.cooperation import (
    AgreementExpired,
    AgreementRenewed,
    AgreementReviewDue,
    AgreementSigned,
    AgreementTerminated,
)
from contracts.event import Event
from contracts.planning import PrioritySet
from contracts.training import EventHeld


async def keep_priorities(tx: Tx, heard: Sequence[Heard]) -> None:
    """Each priority is as its newest event says."""
    await outreach.keep_priorities(tx, heard)


async def keep_trainings(tx: Tx, heard: Sequence[Heard]) -> None:
    """Each training that was held is as its newest event says."""
    await outreach.keep_trainings(tx, heard)


async def keep_agreements(tx: Tx, heard: Sequence[Heard]) -> None:
    """Each agreement holds or does not, as its newest event says."""
    await outreach.keep_agreements(tx, heard)


KEPT: Mapping[type[Event], Projection] = {
    PrioritySet: keep_priorities,
    EventHeld: keep_trainings,
    AgreementSigned: keep_agreements,
    AgreementReviewDue: keep_agreements,
    AgreementRenewed: keep_agreements,
    AgreementExpired: keep_agreements,
    AgreementTerminated: keep_agreements,
}
