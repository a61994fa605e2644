"""SQL that changes which municipality was contacted in which quarter."""

from uuid import UUID

from advisory.domain.contact import Contact
from advisory.store import rows
from chassis.database import Tx


async def add(tx: Tx, contact: Contact) -> bool:
    """The contact is known. False when it was known before."""
    return bool(
        await tx.fetchval(
            """
            insert into municipality_contacts (id, municipality_code, provenance, quarter, due_at, told)
            values ($1, $2, $3, $4, $5, false) on conflict (id) do nothing returning true
            """,
            contact.id,
            contact.municipality_code,
            contact.provenance,
            contact.quarter,
            contact.due_at,
        )
    )


async def take_untold(tx: Tx, id: UUID) -> Contact | None:
    """The contact, marked as told; None when it was told before."""
    row = await tx.fetchrow("update municipality_contacts set told = true where id = $1 and not told returning *", id)
    return None if row is None else Contact(**rows.values(row))
