"""SQL that changes agreements, or reads them in order to change."""

from typing import Any
from uuid import UUID

from chassis.database import Tx
from contracts.problems import Missing
from cooperation.domain.agreement import Agreement


class AgreementMissing(Missing):
    """There is no such agreement."""

    title_da = "Samarbejdsaftalen findes ikke"


async def agreement_for_update(tx: Tx, id: UUID) -> Agreement:
    """The agreement, locked until the transaction ends.

    Raises: AgreementMissing.
    """
    row = await tx.fetchrow(
        """
        select id, police_district, municipality_codes, provenance, title_da, sections, state, signed_on, review_due,
            published_url, revision, changed_at
        from agreements where id = $1 for update
        """,
        id,
    )
    if row is None:
        raise AgreementMissing("There is no such agreement.")
    return agreement_of(dict(row))


def agreement_of(row: dict[str, Any]) -> Agreement:
    """A row as its object."""
    codes, sections = tuple(row["municipality_codes"]), tuple(row["sections"])
    fields: dict[str, Any] = {**row, "municipality_codes": codes, "sections": sections}
    return Agreement(**fields)


async def add_agreement(tx: Tx, agreement: Agreement) -> None:
    """The agreement stands as a draft."""
    await tx.execute(
        """
        insert into agreements
            (id, police_district, municipality_codes, provenance, title_da, sections, state, revision, changed_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        agreement.id,
        agreement.police_district,
        list(agreement.municipality_codes),
        agreement.provenance,
        agreement.title_da,
        list(agreement.sections),
        agreement.state,
        agreement.revision,
        agreement.changed_at,
    )


async def save_agreement(tx: Tx, agreement: Agreement) -> None:
    """The agreement is as given; its row was locked before."""
    await tx.execute(
        """
        update agreements set state = $2, signed_on = $3, review_due = $4, published_url = $5, revision = $6,
            changed_at = $7
        where id = $1
        """,
        agreement.id,
        agreement.state,
        agreement.signed_on,
        agreement.review_due,
        agreement.published_url,
        agreement.revision,
        agreement.changed_at,
    )
