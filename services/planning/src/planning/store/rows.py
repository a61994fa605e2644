"""Rows as the dataclasses that they are, column for field."""

from collections.abc import Collection
from dataclasses import fields
from typing import Any

import asyncpg

from chassis.database import Tx


async def put(tx: Tx, table: str, thing: Any, *, leave_out: Collection[str] = (), **otherwise: Any) -> None:
    """The thing is a row of the table, whether or not it was one before; some of its fields are said otherwise.

    Names of tables and columns are this package's own, never anybody's input.
    """
    values = {each.name: getattr(thing, each.name) for each in fields(thing)} | otherwise
    names = [name for name in values if name not in leave_out]
    places = ", ".join(f"${place}" for place in range(1, len(names) + 1))
    changes = ", ".join(f"{name} = excluded.{name}" for name in names)
    await tx.execute(
        f"insert into {table} ({', '.join(names)}) values ({places}) on conflict (id) do update set {changes}",  # noqa: S608
        *(values[name] for name in names),
    )


def values(row: asyncpg.Record) -> dict[str, Any]:
    """The row's columns as a dataclass takes them; its number in the table is not one of them."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items() if name != "number"}
