"""Meetings of the coordination forum, and how often it is to meet."""

from uuid import UUID

import asyncpg

from chassis.database import Tx
from contracts.problems import Conflict, Missing
from contracts.values import Provenance
from planning.domain.meeting import CoordinationMeeting, ForumTerms
from planning.store import rows


class CoordinationMeetingMissing(Missing):
    """There is no such meeting."""

    title_da = "Mødet findes ikke"


class TermsAlreadySet(Conflict):
    """Terms hold from that day."""

    title_da = "Der er allerede vilkår fra den dag"


async def meeting_for_update(tx: Tx, id: UUID) -> CoordinationMeeting:
    """The meeting, locked until the transaction ends.

    Raises: CoordinationMeetingMissing.
    """
    return meeting_of(await tx.fetchrow("select * from coordination_meetings where id = $1 for update", id))


async def save_meeting(tx: Tx, meeting: CoordinationMeeting) -> None:
    """The meeting is as given."""
    await rows.put(tx, "coordination_meetings", meeting)


def meeting_of(row: asyncpg.Record | None) -> CoordinationMeeting:
    """The row as a meeting.

    Raises: CoordinationMeetingMissing.
    """
    if row is None:
        raise CoordinationMeetingMissing("There is no such meeting.")
    return CoordinationMeeting(**rows.values(row))


async def terms(tx: Tx, provenance: Provenance) -> list[ForumTerms]:
    """All terms, of whatever day."""
    found = await tx.fetch("select * from forum_terms where provenance = $1 order by valid_from", provenance)
    return [ForumTerms(**each) for each in found]


async def add_terms(tx: Tx, terms: ForumTerms) -> None:
    """The terms hold from their day on.

    Raises: TermsAlreadySet.
    """
    try:
        await tx.execute(
            "insert into forum_terms (provenance, valid_from, meetings_a_year) values ($1, $2, $3)",
            terms.provenance,
            terms.valid_from,
            terms.meetings_a_year,
        )
    except asyncpg.UniqueViolationError:
        raise TermsAlreadySet("Terms hold from that day already, and none are changed.") from None
