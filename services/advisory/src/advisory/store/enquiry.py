"""SQL that changes enquiries and their hand-overs, or reads in order to change."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from advisory.domain.enquiry import Enquiry
from advisory.domain.referral import Referral
from advisory.store import need as need_store
from advisory.store import rows
from chassis.database import Tx
from contracts.problems import Missing


class EnquiryMissing(Missing):
    """There is no such enquiry."""

    title_da = "Henvendelsen findes ikke"


async def for_update(tx: Tx, id: UUID) -> Enquiry:
    """The enquiry with its hand-overs, locked until the transaction ends.

    Raises: EnquiryMissing.
    """
    row = await tx.fetchrow("select * from enquiries where id = $1 for update", id)
    return await loaded(tx, row)


async def read(tx: Tx, id: UUID) -> Enquiry:
    """The enquiry as it is now; nothing keeps it so.

    Raises: EnquiryMissing.
    """
    return await loaded(tx, await tx.fetchrow("select * from enquiries where id = $1", id))


async def of_referral_for_update(tx: Tx, referral_id: UUID) -> Enquiry:
    """The enquiry that the hand-over was made from, locked until the transaction ends.

    Raises: EnquiryMissing.
    """
    id = await tx.fetchval("select enquiry_id from referrals where id = $1", referral_id)
    return await for_update(tx, id)


async def loaded(tx: Tx, row: asyncpg.Record | None) -> Enquiry:
    """A row as its object.

    Raises: EnquiryMissing.
    """
    if row is None:
        raise EnquiryMissing("There is no such enquiry.")
    (enquiry,) = await all_loaded(tx, [row])
    return enquiry


async def all_loaded(tx: Tx, found: Sequence[asyncpg.Record]) -> list[Enquiry]:
    """Rows as the objects they are, with their hand-overs and needs."""
    ids = [row["id"] for row in found]
    handed_over, needs = await referrals(tx, ids), await need_store.shown_by(tx, ids)
    return [
        Enquiry(
            **rows.values(row),
            referrals=tuple(handed_over.get(row["id"], ())),
            needs=needs.get(row["id"], ()),
        )
        for row in found
    ]


async def referrals(tx: Tx, enquiry_ids: Sequence[UUID]) -> dict[UUID, list[Referral]]:
    """The hand-overs of these enquiries, each one's in the order in which they were made."""
    found: dict[UUID, list[Referral]] = {}
    for row in await tx.fetch(
        "select * from referrals where enquiry_id = any ($1::uuid[]) order by made_at, id", enquiry_ids
    ):
        found.setdefault(row["enquiry_id"], []).append(Referral(**row))
    return found


async def save(tx: Tx, enquiry: Enquiry) -> None:
    """The enquiry, its hand-overs and needs are as given."""
    await rows.put(tx, "enquiries", enquiry, leave_out=("referrals", "needs"))
    for each in enquiry.referrals:
        await rows.put(tx, "referrals", each)
    await need_store.save(tx, enquiry.id, enquiry.needs)


async def count(tx: Tx, enquiry: Enquiry) -> None:
    """The enquiry is counted in the month in which it was received, by what never changes of it."""
    counted = sorted(
        {
            ("municipality", enquiry.municipality_code),
            ("matter", "repeat" if enquiry.is_repeat else "matter"),
            *(("topic", each) for each in enquiry.topics),
        }
    )  # in one order, so that no two wait for each other
    await tx.execute(
        """
        insert into enquiry_counts as known (provenance, month, property, code, count)
        select $1, $2, property, code, 1 from unnest($3::text[], $4::text[]) as counted (property, code)
        on conflict (provenance, month, property, code) do update set count = known.count + 1
        """,
        enquiry.provenance,
        enquiry.received_on.replace(day=1),
        [property for property, _ in counted],
        [code for _, code in counted],
    )


async def note_step(tx: Tx, enquiry: Enquiry, deed: str, note: str | None = None) -> None:
    """It is known what was done, when, with which note, and what the enquiry was afterwards; never by which person."""
    await tx.execute(
        "insert into enquiry_steps (enquiry_id, revision, at, deed, state, team, note)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        enquiry.id,
        enquiry.revision,
        enquiry.changed_at,
        deed,
        enquiry.state,
        enquiry.team,
        note,
    )


async def erase_notes(tx: Tx, id: UUID) -> None:
    """Nothing is left of what was noted at any step of the enquiry."""
    await tx.execute("update enquiry_steps set note = null where enquiry_id = $1", id)
