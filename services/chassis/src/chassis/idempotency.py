"""A command sent twice under one key is carried out once, and answered twice with the same words."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import asyncpg

from chassis.database import Tx
from contracts.problems import Conflict, Invalid

KEPT = timedelta(hours=24)


class IdempotencyKeyReused(Invalid):
    """The key was used before with another request."""

    title_da = "Nøglen er brugt til en anden forespørgsel"


class RequestInProgress(Conflict):
    """The first request under this key has not been answered yet."""

    title_da = "Forespørgslen behandles stadig"


class AnswerErased(Conflict):
    """The command was carried out, and its answer was erased since, with what somebody could be recognised by."""

    title_da = "Svaret er slettet"


@dataclass(frozen=True)
class Answer:
    """What was answered when the command was carried out."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Once:
    """A key within its scope: who asked, which route, and what exactly was asked."""

    principal: str
    route: str
    key: str
    request: bytes

    @property
    def digest(self) -> bytes:
        """The request in 32 bytes, to tell a repeat from another request."""
        return hashlib.sha256(self.request).digest()


async def begin(tx: Tx, once: Once) -> Answer | None:
    """The key is taken by this transaction; or the answer that was given under it before.

    A repeat that arrives while the first is under way waits for it, up to the connection's lock timeout.

    Raises: IdempotencyKeyReused, RequestInProgress.
    """
    try:
        taken = await tx.fetchval(
            """
            insert into public.idempotency_keys as old (principal, route, key, request_hash) values ($1, $2, $3, $4)
            on conflict (principal, route, key)
            do update set request_hash = excluded.request_hash, status = null, created_at = excluded.created_at
                where old.created_at < clock_timestamp() - $5::interval
            returning true
            """,
            once.principal,
            once.route,
            once.key,
            once.digest,
            KEPT,
        )
    except asyncpg.LockNotAvailableError:
        raise RequestInProgress("The first request under this Idempotency-Key is still being carried out.") from None
    if taken:
        return None
    row = await tx.fetchrow(
        "select request_hash, status, headers, body from public.idempotency_keys"
        " where principal = $1 and route = $2 and key = $3",
        once.principal,
        once.route,
        once.key,
    )
    if row is None:
        raise RequestInProgress("The first request under this Idempotency-Key has just been given up; send it again.")
    if not row["request_hash"]:
        raise AnswerErased("This request was carried out, and its answer has been erased since; read the thing anew.")
    if row["request_hash"] != once.digest:
        raise IdempotencyKeyReused("This Idempotency-Key belongs to another request.")
    return Answer(row["status"], row["headers"], row["body"])


async def keep(tx: Tx, once: Once, answer: Answer) -> None:
    """The answer is given again to whoever repeats the request within 24 hours."""
    await tx.execute(
        "update public.idempotency_keys set status = $4, headers = $5, body = $6"
        " where principal = $1 and route = $2 and key = $3",
        once.principal,
        once.route,
        once.key,
        answer.status,
        dict(answer.headers),
        answer.body,
    )


async def erase(tx: Tx, mention: UUID) -> None:
    """No answer that mentions this id is kept, nor what the request for it was; a repeat is still not carried out."""
    await tx.execute(
        "update public.idempotency_keys set request_hash = '', headers = '{}', body = ''"
        " where position(convert_to($1::text, 'UTF8') in body) > 0",
        str(mention),
    )


async def forget(pool: asyncpg.Pool) -> None:
    """Answers older than 24 hours are gone."""
    await pool.execute("delete from public.idempotency_keys where created_at < clock_timestamp() - $1::interval", KEPT)
