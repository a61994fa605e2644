"""Who has a seat in the coordination forum on a day."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.values import Provenance
from planning.domain.period import danish_day
from planning.domain.seat import Function, Seat, is_member
from planning.queries.authority import NamedAuthority, by_code, name_on
from planning.store import rows
from planning.store.seat import SeatMissing

__all__ = ["danish_day"]


class SeatView(BaseModel):
    """An authority's seat. Who sits on it is the authority's own matter and stands nowhere."""

    id: UUID
    authority: NamedAuthority = Field(description="Under its name of the day that was asked for")
    function: Function
    valid_from: date
    valid_to: date | None = Field(description="Its last day; none while it goes on")
    revision: int = Field(description="The entity tag of this state")


class Members(BaseModel):
    """Who has a seat on a day, the chair first, then by code."""

    on: date
    items: tuple[SeatView, ...]


async def seat(tx: Tx, id: UUID, *, on: date) -> SeatView:
    """One seat.

    Raises: SeatMissing.
    """
    row = await tx.fetchrow("select * from seats where id = $1", id)
    if row is None:
        raise SeatMissing("There is no such seat.")
    one = Seat(**rows.values(row))
    return _view(one, name_on((await by_code(tx, [one.authority]))[one.authority], on))


async def members(tx: Tx, provenance: Provenance, *, on: date) -> Members:
    """The authorities that have a seat on that day, and exist."""
    found = await tx.fetch(
        "select * from seats where valid_from <= $1 and (valid_to is null or valid_to >= $1) order by authority", on
    )
    seats = [Seat(**rows.values(each)) for each in found]
    known = await by_code(tx, {each.authority for each in seats})
    sitting = [
        each
        for each in seats
        if known[each.authority].provenance == provenance and is_member(known[each.authority], seats, on)
    ]
    sitting.sort(key=lambda each: (each.function != "chair", each.authority))
    return Members(on=on, items=tuple(_view(each, name_on(known[each.authority], on)) for each in sitting))


def _view(seat: Seat, authority: NamedAuthority) -> SeatView:
    return SeatView.model_validate(vars(seat) | {"authority": authority})
