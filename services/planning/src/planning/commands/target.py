"""Targets are set for periods, and taken back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from chassis.clock import Now
from chassis.database import Tx
from planning.domain import target as domain
from planning.domain.target import Target
from planning.store import course as courses
from planning.store import indicator as indicators
from planning.store import target as targets


async def set_target(tx: Tx, id: UUID, said: Mapping[str, Any], *, now: Now) -> None:
    """The figure is to be so in that period; no value takes the target before back. Nobody else acts on that."""
    indicator = await indicators.indicator_for_update(tx, id)
    at = now(await courses.provenance_of(tx, id))
    target = Target(id=uuid4(), indicator_id=id, set_at=at, **said)
    before = {each.period: each for each in await targets.targets_of(tx, [id])}.get(target.period)
    domain.check(target, indicator, before)
    await targets.add_target(tx, target)
