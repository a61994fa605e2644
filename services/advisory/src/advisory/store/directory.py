"""SQL that changes the directory, or reads in order to change."""

from collections.abc import Collection
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from advisory.domain.directory import Entry, Terms
from advisory.domain.hours import Opening
from advisory.store import rows
from chassis.database import Tx
from contracts.problems import Conflict, Missing


class DirectoryEntryMissing(Missing):
    """There is no such entry."""

    title_da = "Opslaget findes ikke"


class TermsAlreadySet(Conflict):
    """Terms hold from that day already."""

    title_da = "Vilkårene gælder allerede fra den dag"


def entry(row: asyncpg.Record) -> Entry:
    """The row as an entry."""
    said: dict[str, Any] = rows.values(row)
    said["hours"] = None if said["hours"] is None else tuple(Opening(**each) for each in said["hours"])
    return Entry(**said)


async def for_update(tx: Tx, id: UUID) -> Entry:
    """The entry, locked until the transaction ends.

    Raises: DirectoryEntryMissing.
    """
    row = await tx.fetchrow("select * from directory_entries where id = $1 for update", id)
    if row is None:
        raise DirectoryEntryMissing("There is no such entry in the directory.")
    return entry(row)


async def with_intake(tx: Tx, codes: Collection[str], on: date) -> frozenset[str]:
    """Those of these municipalities whose acute intake stands in the directory with a number that day."""
    found = await tx.fetch(
        """
        select distinct area from directory_entries
        where actor = 'municipality_intake' and scope = 'municipality' and area = any ($1::text[])
            and phone is not null and valid_from <= $2 and (valid_until is null or valid_until > $2)
        """,
        list(codes),
        on,
    )
    return frozenset(row["area"] for row in found)


async def of_unit_for_update(tx: Tx, unit_id: UUID) -> list[Entry]:
    """The unit's entries, locked in the order of their ids."""
    found = await tx.fetch(
        "select * from directory_entries where scope = 'unit' and area = $1 order by id for update", str(unit_id)
    )
    return [entry(each) for each in found]


async def save(tx: Tx, entry: Entry) -> None:
    """The entry is as given."""
    await rows.put(tx, "directory_entries", entry)


async def terms(tx: Tx) -> list[Terms]:
    """All terms, of whatever day."""
    return [Terms(**rows.values(each)) for each in await tx.fetch("select * from directory_terms order by valid_from")]


async def add_terms(tx: Tx, added: Terms) -> None:
    """The terms hold from their day on.

    Raises: TermsAlreadySet.
    """
    try:
        await tx.execute(
            "insert into directory_terms (valid_from, verified_for_days, remind_before_days, network_meetings_a_year,"
            " also_closed, acute_order, usual_order, source) values ($1, $2, $3, $4, $5, $6, $7, $8)",
            *(getattr(added, each.name) for each in fields(added)),
        )
    except asyncpg.UniqueViolationError:
        raise TermsAlreadySet("Terms hold from that day already, and none are changed.") from None
