"""What makes cooperation act: the clock, a preparedness plan, and a priority of the action plan."""

from collections.abc import Mapping
from typing import Any

from chassis.consumer.listens import Heard
from chassis.database import Tx
from chassis.deadlines import Act, Due
from cooperation.commands import agreement, contact_point, gap, target


async def recompute_gap(tx: Tx, heard: Heard) -> None:
    """The municipality of the plan is judged anew, by what is newest and not by what was heard last."""
    event: Any = heard.event
    await gap.recompute_gaps(tx, [event.municipality_code], at=event.at)


async def set_target(tx: Tx, heard: Heard) -> None:
    """A priority that asks for cooperation comes onto the list."""
    event: Any = heard.event
    await target.set_target(tx, event)


async def age_agreement(tx: Tx, due: Due) -> None:
    """An agreement has reached its review or its last day."""
    await agreement.let_agreement_age(tx, due.subject, at=due.due_at)


async def age_contact_point(tx: Tx, due: Due) -> None:
    """Nobody has verified a contact point for ninety days."""
    await contact_point.let_contact_point_age(tx, due.subject, at=due.due_at)


DEADLINES: Mapping[str, Act] = {agreement.FALLS_DUE: age_agreement, contact_point.LAPSES: age_contact_point}
