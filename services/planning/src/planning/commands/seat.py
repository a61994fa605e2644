"""Authorities take seats in the coordination forum, and leave them."""

from datetime import date
from typing import Any
from uuid import UUID

from chassis.database import Expect, Tx
from planning.domain import seat as domain
from planning.domain.seat import Seat
from planning.store import authority as authorities
from planning.store import seat as seats


async def take_seat(tx: Tx, id: UUID, said: dict[str, Any]) -> None:
    """The authority has the seat."""
    seat = Seat(id=id, **said)
    others = await seats.hold_seats_of(tx, seat.authority)
    authority = (await authorities.named(tx, [seat.authority])).get(seat.authority)
    await seats.save_seat(tx, domain.take(seat, authority, others))


async def end_seat(tx: Tx, id: UUID, *, valid_to: date, expect: Expect) -> None:
    """The seat is the authority's until that day."""
    seat = await seats.seat_for_update(tx, id)
    expect(seat.revision)
    await seats.save_seat(tx, domain.end(seat, valid_to))
