"""Rows as the dataclasses that they are, column for field."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any

import asyncpg

from chassis.database import Tx


async def put(tx: Tx, table: str, thing: Any, *, leave_out: Collection[str] = ()) -> None:
    """The thing is a row of the table, whether or not it was one before.

    Names of tables and columns are this package's own, never anybody's input.
    """
    names = [each.name for each in fields(thing) if each.name not in leave_out]
    places = ", ".join(f"${place}" for place in range(1, len(names) + 1))
    changes = ", ".join(f"{name} = excluded.{name}" for name in names)
    await tx.execute(
        f"insert into {table} ({', '.join(names)}) values ({places}) on conflict (id) do update set {changes}",  # noqa: S608
        *(getattr(thing, name) for name in names),
    )


def values(row: asyncpg.Record, *, leave_out: Collection[str] = ("number",)) -> dict[str, Any]:
    """The row's columns as a dataclass takes them."""
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.items() if name not in leave_out
    }


async def put_parts(tx: Tx, table: str, owner: tuple[str, Any], things: Sequence[Any]) -> None:
    """The things are the owner's rows of the table, in their places from 1 on; none is ever taken away."""
    column, id = owner
    for place, thing in enumerate(things, start=1):
        names = [each.name for each in fields(thing)]
        places = ", ".join(f"${at}" for at in range(3, len(names) + 3))
        changes = ", ".join(f"{name} = excluded.{name}" for name in names)
        await tx.execute(
            f"insert into {table} ({column}, place, {', '.join(names)}) values ($1, $2, {places})"  # noqa: S608
            f" on conflict ({column}, place) do update set {changes}",
            id,
            place,
            *(getattr(thing, name) for name in names),
        )
