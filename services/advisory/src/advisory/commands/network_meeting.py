"""What may be done with meetings of the practitioners' networks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from advisory.domain import network_meeting as domain
from advisory.store import network_meeting as store
from chassis import outbox
from chassis.clock import Now
from chassis.database import Expect, Tx


async def plan(tx: Tx, id: UUID, said: dict[str, Any], *, now: Now) -> None:
    """The meeting is planned."""
    await store.save(tx, domain.NetworkMeeting(id=id, changed_at=now(said["provenance"]), **said))


async def move(tx: Tx, id: UUID, *, planned_on: date, expect: Expect, now: Now) -> None:
    """The meeting is planned for another day."""
    meeting, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.move(meeting, planned_on=planned_on, at=at))


async def set_agenda(tx: Tx, id: UUID, *, agenda: tuple[str, ...], expect: Expect, now: Now) -> None:
    """The network knows what it will talk about."""
    meeting, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.set_agenda(meeting, agenda, at=at))


async def hold(tx: Tx, id: UUID, *, participant_count: int, expect: Expect, now: Now) -> None:
    """The network has met."""
    meeting, at = await _loaded(tx, id, expect, now)
    meeting, held = domain.hold(meeting, participant_count=participant_count, at=at)
    await store.save(tx, meeting)
    await outbox.publish(tx, held)


async def cancel(tx: Tx, id: UUID, *, reason: str, expect: Expect, now: Now) -> None:
    """The network does not meet."""
    meeting, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.cancel(meeting, reason=reason, at=at))


async def agree(tx: Tx, id: UUID, *, text_da: str, due_on: date, expect: Expect, now: Now) -> None:
    """The meeting has agreed to do something."""
    meeting, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.agree(meeting, text_da=text_da, due_on=due_on, at=at))


async def finish(tx: Tx, id: UUID, *, number: int, expect: Expect, now: Now) -> None:
    """What was agreed on is done."""
    meeting, at = await _loaded(tx, id, expect, now)
    await store.save(tx, domain.finish(meeting, number=number, at=at))


async def _loaded(tx: Tx, id: UUID, expect: Expect, now: Now) -> tuple[domain.NetworkMeeting, datetime]:
    meeting = await store.for_update(tx, id)
    expect(meeting.revision)
    return meeting, now(meeting.provenance)
