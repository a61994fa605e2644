"""What cooperation remembers of the others: plans that meet the law, and who may want to agree with the police."""

from collections.abc import Mapping, Sequence

from chassis.consumer.listens import Heard, Projection
from chassis.database import Tx
from contracts.advisory import (
    NeedIdentified,
    PreparednessPlanOverdue,
    PreparednessPlanPublished,
    PreparednessPlanRevisionDue,
    PreparednessPlanWithdrawn,
    ProcessCompleted,
)
from contracts.event import Event
from cooperation.store import gap as store

VALID = {
    PreparednessPlanPublished: True,
    PreparednessPlanRevisionDue: True,
    PreparednessPlanOverdue: False,
    PreparednessPlanWithdrawn: False,
}
TOUCHES_POLICE = frozenset({"preparedness_plan", "action_plan", "work_process"})
"""Processes whose result says how to work with the police. What is set up for exit is confidential and has no place."""
_VALID_BY_TYPE = {each.type: valid for each, valid in VALID.items()}


async def keep_preparedness_plans(tx: Tx, heard: Sequence[Heard]) -> None:
    """Each plan is as its newest event says."""
    await store.keep_preparedness_plans(tx, heard, valid=_VALID_BY_TYPE)


async def keep_wishes(tx: Tx, heard: Sequence[Heard]) -> None:
    """That cooperation with the police is needed, or may follow from a process that ended, is kept with its place."""
    wishes: list[store.Wish] = []
    for each in heard:
        said = each.event
        if isinstance(said, NeedIdentified) and said.need == "police_cooperation" and said.municipality_code:
            wishes.append(store.Wish(each.id, "need_identified", said.municipality_code, said.at))
        elif isinstance(said, ProcessCompleted) and said.kind in TOUCHES_POLICE:
            wishes.append(store.Wish(each.id, "process_completed", said.municipality_code, said.at))
    await store.keep_wishes(tx, wishes)


KEPT: Mapping[type[Event], Projection] = {
    **dict.fromkeys(VALID, keep_preparedness_plans),
    NeedIdentified: keep_wishes,
    ProcessCompleted: keep_wishes,
}
