"""Events that cannot take effect wait here with their key, and an operator decides what becomes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote, unquote_to_bytes

import asyncpg

from chassis.consumer.listens import Record
from chassis.database import Tx

LONGEST_KEY = 1_000  # bytes; longer keys that begin alike are parked together


@dataclass(frozen=True)
class Parked:
    """A parked event as it came; it also serves as the record that is tried again."""

    topic: str
    partition: int
    offset: int
    key: bytes
    headers: Sequence[tuple[str, bytes | None]]
    value: bytes
    attempts: int
    reason: str
    state: str
    parked_at: datetime


def key_of(record: Record) -> bytes:
    """The key as it is parked: as much of it as an index holds. Our own keys have 36 bytes."""
    return (record.key or b"")[:LONGEST_KEY]


async def parked_keys(tx: Tx, records: Sequence[Record]) -> set[bytes]:
    """Which of the records' keys are parked; read anew for every batch, since an operator may have freed one."""
    rows = await tx.fetch(
        "select key from public.parked_key where topic = $1 and partition = $2 and key = any ($3::bytea[])",
        records[0].topic,
        records[0].partition,
        [key_of(each) for each in records],
    )
    return {row["key"] for row in rows}


async def park(tx: Tx, record: Record, reason: str) -> None:
    """The event is set aside as it came, and its key is parked: what follows under that key queues behind it."""
    await tx.execute(
        "insert into public.parked_key (topic, partition, key) values ($1, $2, $3)",
        record.topic,
        record.partition,
        key_of(record),
    )
    await _keep(tx, record, reason, "refused", attempts=1)


async def queue(tx: Tx, record: Record) -> None:
    """The event waits behind the refused one of its key."""
    await _keep(tx, record, "behind a refused event of its key", "queued", attempts=0)


async def _keep(tx: Tx, record: Record, reason: str, state: str, *, attempts: int) -> None:
    await tx.execute(
        'insert into public.parked_event (topic, partition, "offset", key, headers, value, attempts, reason, state)'
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        record.topic,
        record.partition,
        record.offset,
        key_of(record),
        [[quote(name), None if value is None else quote(value)] for name, value in record.headers],
        record.value or b"",
        attempts,
        reason,
        state,
    )


async def events(
    tx: Tx, topic: str | None = None, partition: int | None = None, key: bytes | None = None
) -> list[Parked]:
    """All parked events, or those of one key, in the order in which they must take effect."""
    rows = await tx.fetch(
        'select topic, partition, "offset", key, headers, value, attempts, reason, state, parked_at'
        " from public.parked_event where ($1::text is null or topic = $1) and ($2::int is null or partition = $2)"
        ' and ($3::bytea is null or key = $3) order by topic, partition, "offset"',
        topic,
        partition,
        key,
    )
    return [_parked(each) for each in rows]


def _parked(row: asyncpg.Record) -> Parked:
    stored: dict[str, Any] = {**row}
    stored["headers"] = _headers(stored["headers"])
    return Parked(**stored)


def _headers(stored: list[list[str | None]]) -> list[tuple[str, bytes | None]]:
    return [(unquote(str(name)), None if value is None else unquote_to_bytes(value)) for name, value in stored]
