"""Seats in the coordination forum."""

from collections.abc import Collection
from uuid import UUID

from chassis.database import Tx
from contracts.problems import Missing
from planning.domain.seat import Seat
from planning.store import rows


class SeatMissing(Missing):
    """There is no such seat."""

    title_da = "Pladsen findes ikke"


async def seat_for_update(tx: Tx, id: UUID) -> Seat:
    """The seat, locked until the transaction ends.

    Raises: SeatMissing.
    """
    row = await tx.fetchrow("select * from seats where id = $1 for update", id)
    if row is None:
        raise SeatMissing("There is no such seat.")
    return Seat(**rows.values(row))


async def hold_seats_of(tx: Tx, authority: str) -> list[Seat]:
    """Every seat that the authority has or had; nobody else gives it one until the transaction ends."""
    await tx.execute("select from authorities where code = $1 for update", authority)
    return await seats_of(tx, [authority])


async def seats_of(tx: Tx, authorities: Collection[str]) -> list[Seat]:
    """Every seat that these authorities have or had."""
    found = await tx.fetch("select * from seats where authority = any ($1::text[])", list(authorities))
    return [Seat(**rows.values(each)) for each in found]


async def save_seat(tx: Tx, seat: Seat) -> None:
    """The seat is as given."""
    await rows.put(tx, "seats", seat)
