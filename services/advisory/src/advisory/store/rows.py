"""Rows as the dataclasses that they are, column for field."""

from collections.abc import Collection
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
