"""Statistics are drafted, checked, approved, released, corrected and retracted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis import outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.values import Provenance
from knowledge.domain import statistic as domain
from knowledge.domain.statistic import PeriodUnlikeTable, RetractionReason, Statistic, frequency
from knowledge.domain.table import CorrectionReason, content
from knowledge.store import statistic as store

Said = Mapping[str, Any]
"""What a body says of the numbers and their meaning: fields of `Content`."""


async def draft_statistic(tx: Tx, id: UUID, said: Said, *, table: str, period: str, provenance: Provenance) -> None:
    """Somebody works on the statistic.

    Raises: PeriodUnlikeTable, StatisticAlreadyBegun, and what `content` raises.
    """
    draft = Statistic(id, provenance, table, period, content(said, period=period))
    length = await store.hold_series(tx, provenance=provenance, table=table, frequency=frequency(period))
    if length != frequency(period):
        raise PeriodUnlikeTable(f"This table is released for each {length}.", pointer="/period")
    await store.add_statistic(tx, draft)


async def redraft_statistic(tx: Tx, id: UUID, said: Said, *, expect: Expect) -> None:
    """The draft is as said."""
    statistic = await _loaded(tx, id, expect)
    await store.save_statistic(tx, domain.redraft(statistic, content(said, period=statistic.period)))


async def check_statistic(tx: Tx, id: UUID, *, expect: Expect) -> None:
    """Somebody has looked at what the table gives away."""
    await store.save_statistic(tx, domain.check(await _loaded(tx, id, expect)))


async def approve_statistic(tx: Tx, id: UUID, *, expect: Expect) -> None:
    """The statistic may be released as it is."""
    await store.save_statistic(tx, domain.approve(await _loaded(tx, id, expect)))


async def release_statistic(tx: Tx, id: UUID, *, expect: Expect, now: Now) -> None:
    """Everybody can read the table, and whoever counts with it is told."""
    await store.hold_series_of(tx, id)
    statistic = await _loaded(tx, id, expect)
    released, event = domain.release(statistic, await store.previous_table(tx, statistic), at=_at(statistic, now))
    await store.save_statistic(tx, released)
    await outbox.publish(tx, event)


async def correct_statistic(
    tx: Tx, id: UUID, said: Said, *, reason: CorrectionReason, expect: Expect, now: Now
) -> None:
    """Other numbers take the place of those before, which stay readable."""
    statistic = await _loaded(tx, id, expect)
    corrected, event = domain.correct(statistic, said, reason=reason, at=_at(statistic, now))
    await store.save_statistic(tx, corrected)
    await outbox.publish(tx, event)


async def retract_statistic(tx: Tx, id: UUID, *, reason: RetractionReason, expect: Expect, now: Now) -> None:
    """No number of the statistic stands any more."""
    statistic = await _loaded(tx, id, expect)
    retracted, event = domain.retract(statistic, reason=reason, at=_at(statistic, now))
    await store.save_statistic(tx, retracted)
    await outbox.publish(tx, event)


async def _loaded(tx: Tx, id: UUID, expect: Expect) -> Statistic:
    statistic = await store.statistic_for_update(tx, id)
    expect(statistic.revision)
    return statistic


def _at(statistic: Statistic, now: Now) -> datetime:
    return now(statistic.provenance)
