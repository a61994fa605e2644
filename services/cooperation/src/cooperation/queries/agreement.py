"""What can be asked about agreements between police districts and municipalities."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.geography import PoliceDistrictSlug
from contracts.values import Provenance
from cooperation.domain.agreement import Agreement, Section, State
from cooperation.store.agreement import AgreementMissing, agreement_of


class AgreementView(BaseModel):
    """How a police district and municipalities work together."""

    id: UUID
    police_district: PoliceDistrictSlug
    municipality_codes: tuple[str, ...]
    provenance: Provenance
    revision: int = Field(description="The entity tag of this state")
    title_da: str
    sections: tuple[Section, ...] = Field(description="What the agreement speaks of")
    state: State
    signed_on: date | None
    review_due: date | None
    last_day: date | None = Field(description="The last day on which it holds without a review")
    published_url: str | None
    changed_at: datetime


class Agreements(BaseModel):
    """A page of the agreements, by police district."""

    items: tuple[AgreementView, ...]
    next: Annotated[UUID | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class AgreementFilter(BaseModel):
    """Which agreements are shown."""

    provenance: Provenance = "actual"
    police_district: PoliceDistrictSlug | None = None
    municipality_code: Annotated[str | None, Field(pattern="^[0-9]{4}$")] = None
    state: State | None = None


async def agreement(tx: Tx, id: UUID) -> AgreementView:
    """One agreement.

    Raises: AgreementMissing.
    """
    row = await tx.fetchrow(
        """
        select id, police_district, municipality_codes, provenance, title_da, sections, state, signed_on, review_due,
            published_url, revision, changed_at
        from agreements where id = $1
        """,
        id,
    )
    if row is None:
        raise AgreementMissing("There is no such agreement.")
    return _view(agreement_of(dict(row)))


async def agreements(tx: Tx, wanted: AgreementFilter, *, after: UUID | None = None, limit: int = 100) -> Agreements:
    """The agreements that match.

    Shape: ascending by police district.
    """
    rows = await tx.fetch(
        """
        select id, police_district, municipality_codes, provenance, title_da, sections, state, signed_on, review_due,
            published_url, revision, changed_at
        from agreements
        where provenance = $1 and ($2::text is null or police_district = $2)
            and ($3::text is null or municipality_codes @> array[$3]) and ($4::text is null or state = $4)
            and ($5::uuid is null or (police_district, id) > (
                select police_district, id from agreements where id = $5
            ))
        order by police_district, id limit $6
        """,
        wanted.provenance,
        wanted.police_district,
        wanted.municipality_code,
        wanted.state,
        after,
        limit + 1,
    )
    page = tuple(_view(agreement_of(dict(row))) for row in rows[:limit])
    return Agreements(items=page, next=page[-1].id if len(rows) > limit else None)


def _view(agreement: Agreement) -> AgreementView:
    return AgreementView(**vars(agreement), last_day=agreement.last_day)
