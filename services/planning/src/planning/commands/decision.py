"""Decisions of the coordination forum are recorded, carried out, dropped, and fall overdue."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis import deadlines, outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from planning.domain import decision as domain
from planning.domain.authority import check_there
from planning.domain.decision import Decision
from planning.store import authority as authorities
from planning.store import decision as decisions
from planning.store import edition as editions
from planning.store import meeting as meetings

FALL_DUE = "decision"


async def record_decision(tx: Tx, id: UUID, meeting_id: UUID, said: dict[str, Any], *, now: Now) -> None:
    """The meeting has decided that an authority is to carry something out."""
    meeting = await meetings.meeting_for_update(tx, meeting_id)
    decision = Decision(
        id=id,
        meeting_id=meeting_id,
        provenance=meeting.provenance,
        decided_on=meeting.planned_on,
        recorded_at=now(meeting.provenance),
        **said,
    )
    known = await authorities.named(tx, [decision.responsible])
    responsible = check_there(
        known.get(decision.responsible), on=decision.decided_on, of=decision.provenance, pointer="/responsible"
    )
    if decision.initiative_id is not None:
        await editions.check_initiative(tx, decision.initiative_id, of=decision.provenance)
    recorded = domain.record(decision, meeting, responsible)
    await decisions.save_decision(tx, decision)
    await deadlines.set_deadline(tx, FALL_DUE, id, due_at=decision.due_at, provenance=decision.provenance)
    await outbox.publish(tx, recorded)


async def carry_out_decision(
    tx: Tx,
    id: UUID,
    *,
    carried_out_on: date,
    source_url: str | None,
    note_da: str | None,
    expect: Expect,
    now: Now,
) -> None:
    """The decision is carried out, as a page or a note shows."""
    decision = await _loaded(tx, id, expect)
    decision, carried_out = domain.carry_out(
        decision,
        carried_out_on=carried_out_on,
        source_url=source_url,
        note_da=note_da,
        at=now(decision.provenance),
    )
    await _settle(tx, decision)
    await outbox.publish(tx, carried_out)


async def drop_decision(tx: Tx, id: UUID, *, reason: str, expect: Expect, now: Now) -> None:
    """Nobody need carry the decision out any more."""
    decision = await _loaded(tx, id, expect)
    decision, dropped = domain.drop(decision, reason, at=now(decision.provenance))
    await _settle(tx, decision)
    await outbox.publish(tx, dropped)


async def let_decision_fall_overdue(tx: Tx, id: UUID, *, at: datetime) -> None:
    """What time has brought to the decision by this moment has happened."""
    if (overdue := domain.fall_overdue(await decisions.decision_for_update(tx, id), at=at)) is not None:
        decision, event = overdue
        await decisions.save_decision(tx, decision)
        await outbox.publish(tx, event)


async def _loaded(tx: Tx, id: UUID, expect: Expect) -> Decision:
    decision = await decisions.decision_for_update(tx, id)
    expect(decision.revision)
    return decision


async def _settle(tx: Tx, decision: Decision) -> None:
    await decisions.save_decision(tx, decision)
    await deadlines.clear_deadline(tx, FALL_DUE, decision.id)
