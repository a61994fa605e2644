"""What may be done with outreach tasks, and what gaps do to them."""

from datetime import datetime
from uuid import UUID

from advisory.domain import outreach as domain
from advisory.store import outreach as store
from chassis import outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from contracts.event import Event
from contracts.geography import provenance_of
from contracts.values import Provenance


async def gap_detected(
    tx: Tx,
    gap_id: UUID,
    *,
    revision: int,
    task_id: UUID,
    municipality_code: str,
    provenance: Provenance,
    lacking: tuple[str, ...],
    at: datetime,
) -> None:
    """Somebody should turn to the municipality, and the one open task says what it lacks now."""
    if not await store.hear_gap(tx, gap_id, revision):
        return
    task = await store.open_for_update(tx, municipality_code, "gap_detected")
    if task is not None:
        await store.save(tx, domain.lacks(task, lacking, at=at))
        return
    opened = domain.OutreachTask(
        id=task_id,
        municipality_code=municipality_code,
        provenance=provenance,
        reason="gap_detected",
        lacking=lacking,
        opened_at=at,
        changed_at=at,
    )
    await _save(tx, *domain.open_task(opened))


async def gap_closed(tx: Tx, gap_id: UUID, *, revision: int, municipality_code: str, at: datetime) -> None:
    """Nobody need turn to the municipality because of the gap."""
    if not await store.hear_gap(tx, gap_id, revision):
        return
    task = await store.open_for_update(tx, municipality_code, "gap_detected")
    if task is not None:
        await _save(tx, *domain.complete(task, "reason_gone", at=at))


async def open_task(tx: Tx, id: UUID, *, municipality_code: str, reason: domain.Reason, now: Now) -> None:
    """Somebody should turn to the municipality, because nobody ever has, or because a priority calls for it.

    Raises: AlreadyReached, OutreachTaskAlreadyOpen.
    """
    await store.lock_municipality(tx, municipality_code)
    if reason == "never_reached" and await store.is_reached(tx, municipality_code):
        raise domain.AlreadyReached("This municipality has been reached.", da="Kommunen har været nået.")
    if await store.open_for_update(tx, municipality_code, reason) is not None:
        raise domain.OutreachTaskAlreadyOpen("There is such a task already.", da="Opgaven findes allerede.")
    provenance = provenance_of(municipality_code)
    at = now(provenance)
    opened = domain.OutreachTask(
        id=id,
        municipality_code=municipality_code,
        provenance=provenance,
        reason=reason,
        lacking=(),
        opened_at=at,
        changed_at=at,
    )
    await _save(tx, *domain.open_task(opened))


async def reached(tx: Tx, municipality_code: str, *, at: datetime) -> None:
    """Nobody need turn to the municipality because it was never reached."""
    await store.lock_municipality(tx, municipality_code)
    task = await store.open_for_update(tx, municipality_code, "never_reached")
    if task is not None:
        await _save(tx, *domain.complete(task, "reason_gone", at=at))


async def complete(tx: Tx, id: UUID, *, outcome: domain.Outcome, expect: Expect, now: Now) -> None:
    """The municipality was turned to."""
    task = await store.for_update(tx, id)
    expect(task.revision)
    await _save(tx, *domain.complete(task, outcome, at=now(task.provenance)))


async def _save(tx: Tx, task: domain.OutreachTask, *events: Event) -> None:
    await store.save(tx, task)
    await outbox.publish(tx, *events)
