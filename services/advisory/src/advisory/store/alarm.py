"""SQL that changes alarms and the clocks before them, or reads in order to change."""

from collections.abc import Sequence
from uuid import UUID

from advisory.domain.alarm import Alarm, Cause, Notice
from advisory.domain.response_clock import ResponseClock
from advisory.store import rows
from chassis.database import Tx
from contracts.problems import Missing


class AlarmMissing(Missing):
    """There is no such alarm."""

    title_da = "Alarmen findes ikke"


async def for_update(tx: Tx, id: UUID) -> Alarm:
    """The alarm, locked until the transaction ends.

    Raises: AlarmMissing.
    """
    row = await tx.fetchrow("select * from alarms where id = $1 for update", id)
    if row is None:
        raise AlarmMissing("There is no such alarm.")
    return Alarm(**rows.values(row))


async def is_raised(tx: Tx, *, cause: Cause, about: UUID) -> bool:
    """Whether there was ever an alarm about this. The enquiry is locked meanwhile, so the answer stays true."""
    return await tx.fetchval("select exists (select from alarms where cause = $1 and about = $2)", cause, about)


async def open_of_enquiry_for_update(tx: Tx, enquiry_id: UUID) -> list[Alarm]:
    """The enquiry's alarms that have not ended, locked until the transaction ends."""
    found = await tx.fetch(
        "select * from alarms where enquiry_id = $1 and state <> 'ended' order by number for update", enquiry_id
    )
    return [Alarm(**rows.values(row)) for row in found]


async def of_notice_for_update(tx: Tx, notice_id: UUID) -> tuple[Alarm, Notice] | None:
    """The notice and its alarm, locked until the transaction ends; None when the mail was about another matter."""
    row = await tx.fetchrow("select * from alarm_notices where id = $1", notice_id)
    return None if row is None else (await for_update(tx, row["alarm_id"]), Notice(**row))


async def notices(tx: Tx, alarm_ids: Sequence[UUID]) -> list[Notice]:
    """Who was told of these alarms, in order."""
    found = await tx.fetch(
        "select * from alarm_notices where alarm_id = any ($1::uuid[]) order by told_at, round, level, function_id",
        alarm_ids,
    )
    return [Notice(**row) for row in found]


async def save(tx: Tx, alarm: Alarm, notices: Sequence[Notice] = ()) -> None:
    """The alarm is as given, and these notices were made."""
    await rows.put(tx, "alarms", alarm)
    for each in notices:
        await rows.put(tx, "alarm_notices", each)


async def clocks(tx: Tx, enquiry_id: UUID) -> list[ResponseClock]:
    """The enquiry's clocks, in the order in which they began. Whoever changes them has the enquiry locked."""
    found = await tx.fetch("select * from response_clocks where enquiry_id = $1 order by started_at, kind", enquiry_id)
    return [ResponseClock(**row) for row in found]


async def enquiry_of_clock(tx: Tx, id: UUID) -> UUID | None:
    """The enquiry whose clock it is."""
    return await tx.fetchval("select enquiry_id from response_clocks where id = $1", id)


async def save_clock(tx: Tx, clock: ResponseClock) -> None:
    """The clock is as given."""
    await rows.put(tx, "response_clocks", clock)
