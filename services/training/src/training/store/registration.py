"""SQL that changes registrations, or reads in order to change. The event's row is locked before any of theirs."""

from dataclasses import fields
from uuid import UUID

from chassis.database import Tx
from contracts.problems import Missing
from training.domain.event import TrainingEvent
from training.domain.registration import Registration, Roster

_NAMES = [each.name for each in fields(Registration)]
COLUMNS = ", ".join(_NAMES)


class RegistrationMissing(Missing):
    """There is no such registration, or the caller may not know of it."""

    title_da = "Tilmeldingen findes ikke"


async def roster(tx: Tx, event: TrainingEvent) -> Roster:
    """The event with all its registrations in their order."""
    rows = await tx.fetch(
        f"select {COLUMNS} from registrations where event_id = $1 order by position",  # noqa: S608  # a constant
        event.id,
    )
    return Roster(event, tuple(Registration(**row) for row in rows))


async def event_of_registration(tx: Tx, id: UUID) -> UUID:
    """The event of the registration, which never changes.

    Raises: RegistrationMissing.
    """
    event_id = await tx.fetchval("select event_id from registrations where id = $1", id)
    if event_id is None:
        raise RegistrationMissing("There is no such registration.")
    return event_id


async def save_registrations(tx: Tx, before: Roster, after: Roster) -> None:
    """The registrations that differ are as they are afterwards."""
    known = set(before.registrations)
    rows = [[getattr(each, name) for name in _NAMES] for each in after.registrations if each not in known]
    for row in rows:
        await tx.execute(
            f"""
            insert into registrations ({COLUMNS}) values ({", ".join(f"${n}" for n in range(1, len(_NAMES) + 1))})
            on conflict (id) do update set revision = excluded.revision, state = excluded.state,
                reason = excluded.reason, changed_at = excluded.changed_at,
                offer_expires_at = excluded.offer_expires_at
            """,  # noqa: S608  # field names
            *row,
        )
