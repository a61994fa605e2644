"""What can be asked about contact points: whom to call in the other authority, and how certain that is."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.values import Provenance
from cooperation.domain.contact_point import ContactPoint, Function, State
from cooperation.store.contact_point import ContactPointMissing


class ContactPointView(BaseModel):
    """Where a function of an organisation can be reached: a function, never a person."""

    id: UUID
    organisation: str
    function: Function
    provenance: Provenance
    revision: int = Field(description="The entity tag of this state")
    state: State
    verified_on: date | None
    certain_until: date | None = Field(description="The last of the ninety days after it was verified")
    hours: str
    phone: str | None
    mailbox: str | None
    changed_at: datetime


class ContactPoints(BaseModel):
    """A page of the directory, by organisation and function."""

    items: tuple[ContactPointView, ...]
    next: Annotated[UUID | None, Field(description="Send it as `after` for the next page; none on the last")] = None


class ContactPointFilter(BaseModel):
    """Which contact points are shown; replaced ones only when asked for."""

    provenance: Provenance = "actual"
    organisation: str | None = None
    function: Function | None = None
    state: State | None = None


async def contact_point(tx: Tx, id: UUID) -> ContactPointView:
    """One contact point.

    Raises: ContactPointMissing.
    """
    row = await tx.fetchrow(
        """
        select id, organisation, function, provenance, hours, phone, mailbox, state, verified_on, revision, changed_at
        from contact_points where id = $1
        """,
        id,
    )
    if row is None:
        raise ContactPointMissing("There is no such contact point.")
    return _view(ContactPoint(**row))


async def contact_points(
    tx: Tx, wanted: ContactPointFilter, *, after: UUID | None = None, limit: int = 100
) -> ContactPoints:
    """The contact points that match.

    Shape: ascending by organisation and function.
    """
    rows = await tx.fetch(
        """
        select id, organisation, function, provenance, hours, phone, mailbox, state, verified_on, revision, changed_at
        from contact_points
        where provenance = $1 and ($2::text is null or organisation = $2) and ($3::text is null or function = $3)
            and case when $4::text is null then state <> 'replaced' else state = $4 end
            and ($5::uuid is null or (organisation, function, id) > (
                select organisation, function, id from contact_points where id = $5
            ))
        order by organisation, function, id limit $6
        """,
        wanted.provenance,
        wanted.organisation,
        wanted.function,
        wanted.state,
        after,
        limit + 1,
    )
    page = tuple(_view(ContactPoint(**row)) for row in rows[:limit])
    return ContactPoints(items=page, next=page[-1].id if len(rows) > limit else None)


def _view(point: ContactPoint) -> ContactPointView:
    return ContactPointView(**vars(point), certain_until=point.certain_until)
