"""SQL that changes contact points, or reads them in order to change."""

from uuid import UUID

import asyncpg

from chassis.database import Tx
from contracts.problems import Missing
from cooperation.domain.contact_point import ContactPoint, ContactPointAlreadyRegistered


class ContactPointMissing(Missing):
    """There is no such contact point."""

    title_da = "Kontaktpunktet findes ikke"


async def contact_point_for_update(tx: Tx, id: UUID) -> ContactPoint:
    """The contact point, locked until the transaction ends.

    Raises: ContactPointMissing.
    """
    row = await tx.fetchrow(
        """
        select id, organisation, function, provenance, hours, phone, mailbox, state, verified_on, revision, changed_at
        from contact_points where id = $1 for update
        """,
        id,
    )
    if row is None:
        raise ContactPointMissing("There is no such contact point.")
    return ContactPoint(**row)


async def add_contact_point(tx: Tx, point: ContactPoint) -> None:
    """The contact point is in the directory.

    Raises: ContactPointAlreadyRegistered.
    """
    try:
        await tx.execute(
            """
            insert into contact_points
                (id, organisation, function, provenance, hours, phone, mailbox, state, revision, changed_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            point.id,
            point.organisation,
            point.function,
            point.provenance,
            point.hours,
            point.phone,
            point.mailbox,
            point.state,
            point.revision,
            point.changed_at,
        )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "contact_points_one_for_each_function":
            raise ContactPointAlreadyRegistered("This function has a contact point; replace that one.") from None
        raise


async def save_contact_point(tx: Tx, point: ContactPoint) -> None:
    """The contact point is as given; its row was locked before."""
    await tx.execute(
        "update contact_points set state = $2, verified_on = $3, revision = $4, changed_at = $5 where id = $1",
        point.id,
        point.state,
        point.verified_on,
        point.revision,
        point.changed_at,
    )
