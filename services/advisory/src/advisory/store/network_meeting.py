"""SQL that changes meetings of the practitioners' networks, or reads in order to change."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from advisory.domain.network_meeting import Action, NetworkMeeting
from advisory.store import rows
from chassis.database import Tx
from contracts.problems import Missing


class NetworkMeetingMissing(Missing):
    """There is no such meeting."""

    title_da = "Mødet findes ikke"


async def for_update(tx: Tx, id: UUID) -> NetworkMeeting:
    """The meeting, locked until the transaction ends.

    Raises: NetworkMeetingMissing.
    """
    return meeting(await tx.fetchrow("select * from network_meetings where id = $1 for update", id))


async def save(tx: Tx, meeting: NetworkMeeting) -> None:
    """The meeting is as given."""
    await rows.put(tx, "network_meetings", meeting)


def meeting(row: asyncpg.Record | None) -> NetworkMeeting:
    """The row as a meeting.

    Raises: NetworkMeetingMissing.
    """
    if row is None:
        raise NetworkMeetingMissing("There is no such network meeting.")
    said: dict[str, Any] = rows.values(row)
    said["actions"] = tuple(Action(**each | _days(each)) for each in said["actions"])
    return NetworkMeeting(**said)


def _days(action: dict[str, Any]) -> dict[str, date]:
    return {name: date.fromisoformat(action[name]) for name in ("due_on", "done_on") if action[name]}
