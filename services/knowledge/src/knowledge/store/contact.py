"""The copy of what became of the directory's entries."""

from collections.abc import Sequence

from chassis.consumer.listens import Heard
from chassis.database import Tx
from contracts.advisory import ContactDirectoryChanged

OUTDATES = frozenset({"replaced", "ended", "coverage_changed"})
"""Changes after which what was quoted may be wrong. Who verified an entry, and when, changes no number."""


async def keep_changes(tx: Tx, heard: Sequence[Heard]) -> None:
    """Each change that may make a quote wrong is kept once."""
    for each in heard:
        said = each.event
        if isinstance(said, ContactDirectoryChanged) and said.change in OUTDATES:
            await tx.execute(
                """
                insert into advisory_contact_changes (event_id, entry_id, change, valid_from, told_at, provenance)
                values ($1, $2, $3, $4, $5, $6) on conflict (event_id) do nothing
                """,
                each.id,
                said.subject,
                said.change,
                said.valid_from,
                said.at,
                said.provenance,
            )
