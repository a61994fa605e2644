"""What cooperation remembers of the others: whether each municipality's preparedness plan meets the law."""

from collections.abc import Sequence

from chassis.consumer.listens import Heard
from chassis.database import Tx
from contracts.advisory import (
    PreparednessPlanOverdue,
    PreparednessPlanPublished,
    PreparednessPlanRevisionDue,
    PreparednessPlanWithdrawn,
)
from cooperation.store import gap as store

VALID = {
    PreparednessPlanPublished: True,
    PreparednessPlanRevisionDue: True,
    PreparednessPlanOverdue: False,
    PreparednessPlanWithdrawn: False,
}
_VALID_BY_TYPE = {each.type: valid for each, valid in VALID.items()}


async def keep_preparedness_plans(tx: Tx, heard: Sequence[Heard]) -> None:
    """Each plan is as its newest event says."""
    await store.keep_preparedness_plans(tx, heard, valid=_VALID_BY_TYPE)
