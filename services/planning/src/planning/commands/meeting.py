"""Meetings of the coordination forum are planned, moved, held and cancelled."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from chassis.clock import Now
from chassis.database import Expect, Tx
from planning.domain import meeting as domain
from planning.domain.meeting import CoordinationMeeting, ForumTerms
from planning.store import authority as authorities
from planning.store import meeting as meetings


async def plan_meeting(tx: Tx, id: UUID, said: dict[str, Any]) -> None:
    """The meeting is planned."""
    await meetings.save_meeting(tx, CoordinationMeeting(id=id, **said))


async def move_meeting(tx: Tx, id: UUID, *, planned_on: date, expect: Expect) -> None:
    """The meeting is planned for another day."""
    await meetings.save_meeting(tx, domain.move(await _loaded(tx, id, expect), planned_on))


async def hold_meeting(
    tx: Tx,
    id: UUID,
    represented: Sequence[str],
    *,
    participant_count: int,
    page_url: str | None,
    expect: Expect,
    now: Now,
) -> None:
    """The forum has met."""
    meeting = await _loaded(tx, id, expect)
    held = domain.hold(
        meeting,
        represented,
        participant_count=participant_count,
        page_url=page_url,
        known=await authorities.named(tx, represented),
        at=now(meeting.provenance),
    )
    await meetings.save_meeting(tx, held)


async def cancel_meeting(tx: Tx, id: UUID, *, reason: str, expect: Expect) -> None:
    """The forum does not meet."""
    await meetings.save_meeting(tx, domain.cancel(await _loaded(tx, id, expect), reason))


async def set_forum_terms(tx: Tx, said: dict[str, Any], *, now: Now) -> None:
    """The forum is to meet so often from a day on."""
    terms = ForumTerms(**said)
    await meetings.add_terms(tx, domain.set_terms(terms, at=now(terms.provenance)))


async def _loaded(tx: Tx, id: UUID, expect: Expect) -> CoordinationMeeting:
    meeting = await meetings.meeting_for_update(tx, id)
    expect(meeting.revision)
    return meeting
