"""Mail leaves a service through a table that its own transaction fills; a sender in the pipeline speaks SMTP.

A mail is sent at least once and is the same message each time: its Message-ID and date are those of its row, so that a
crash between the server's answer and our commit doubles nothing that a reader sees.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal
from uuid import UUID

import aiosmtplib
import asyncpg

from chassis import database, metrics, telemetry
from chassis.clock import Clock
from chassis.database import Tx
from chassis.mail_server import Server
from chassis.pause import pause

LOOK_S = 0.5  # how long after its commit a mail is noticed at the latest, while nothing else is wrong
LIMIT_S = 20.0  # for one conversation with the server
LEASE_S = 60  # for which a mail is one sender's; longer than a conversation, so that two never send it at once
FIRST_RETRY_S = 5
LONGEST_RETRY_S = 300
OLD_S = 300.0
OLD = "A mail has waited for more than five minutes to be sent; on a developer's machine `maerk mail` shows it."
Refused = Callable[[Tx, UUID, Clock], Awaitable[None]]
"""What a service does when the mail of this id is refused for good."""


@dataclass(frozen=True)
class _Mail:
    id: UUID
    recipient: str
    subject: str
    body: str
    recorded_at: datetime
    attempts: int


async def post(tx: Tx, id: UUID, *, to: str, subject: str, body: str) -> None:
    """The mail is sent if, and only if, the transaction commits; posted again under its id, it is the same one."""
    await tx.execute(
        "insert into public.mail (id, recipient, subject, body) values ($1, $2, $3, $4) on conflict (id) do nothing",
        id,
        to,
        subject,
        body,
    )


async def withdraw(tx: Tx, ids: Collection[UUID]) -> None:
    """What of these has not been sent will not be, unless it is on its way at this moment."""
    await tx.execute(
        "delete from public.mail where id = any ($1::uuid[]) and sent_at is null and refused_at is null", list(ids)
    )


async def states(tx: Tx, ids: Collection[UUID]) -> dict[UUID, Literal["waiting", "sent", "refused"]]:
    """What became of these mails; a withdrawn one is left out."""
    found = await tx.fetch(
        """
        select id, case when sent_at is not null then 'sent' when refused_at is not null then 'refused'
            else 'waiting' end as state
        from public.mail where id = any ($1::uuid[])
        """,
        list(ids),
    )
    return {row["id"]: row["state"] for row in found}


async def run(pool: asyncpg.Pool, server: Server, *, clock: Clock, refused: Refused, stop: asyncio.Event) -> None:
    """Whatever waits is sent, what was never tried first, until `stop` is set."""
    while not stop.is_set():
        try:
            while not stop.is_set() and await send_next(pool, server, clock=clock, refused=refused):
                pass
        except Exception as error:
            if not database.is_not_now(error):
                raise
            telemetry.log.warning("mail waits for the database", exc_info=True)
            await pause(stop, 5)
        await pause(stop, LOOK_S)


async def send_next(pool: asyncpg.Pool, server: Server, *, clock: Clock, refused: Refused) -> bool:
    """True when a mail waited: it has been sent, was refused for good, or will be tried again later."""
    row = await pool.fetchrow(
        """
        update public.mail set attempts = attempts + 1, not_before = clock_timestamp() + $1 * interval '1 second'
        where id = (
            select id from public.mail
            where sent_at is null and refused_at is null and not_before <= clock_timestamp()
            order by attempts, recorded_at limit 1 for update skip locked
        )
        returning id, recipient, subject, body, recorded_at, attempts
        """,
        LEASE_S,
    )
    if row is None:
        return False
    mail = _Mail(**row)
    with telemetry.tracer.start_as_current_span("send mail", record_exception=False):
        try:
            async with asyncio.timeout(LIMIT_S):
                await _send(mail, server)
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ssl.SSLError) as error:
            await _failed(pool, mail, error, clock=clock, refused=refused)
        else:
            await pool.execute("update public.mail set sent_at = clock_timestamp() where id = $1", mail.id)
            metrics.mailed.add(1)
    return True


async def measure(pool: asyncpg.Pool) -> list[str]:
    """What an operator must know of mail, in one sentence each; the metrics are set too."""
    row = await pool.fetchrow(
        """
        select count(*) filter (where refused_at is null) as waiting, count(refused_at) as refused,
            extract(epoch from clock_timestamp() - min(recorded_at) filter (where refused_at is null))::float8 as age
        from public.mail
        where sent_at is null and (refused_at is null or refused_at > clock_timestamp() - interval '1 day')
        """
    )
    assert row is not None
    metrics.mail_waiting.set(row["waiting"])
    metrics.mail_refused.set(row["refused"])
    reasons: list[str] = []
    if (row["age"] or 0) > OLD_S:
        reasons.append(OLD)
    if row["refused"]:
        reasons.append("The mail server has refused a recipient within the last day.")
    return reasons


def message(mail: _Mail, sender: str) -> EmailMessage:
    """The message, the same at every attempt."""
    made = EmailMessage()
    made["From"] = sender
    made["To"] = mail.recipient
    made["Subject"] = mail.subject
    made["Date"] = format_datetime(mail.recorded_at)
    made["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence note answers it
    made.set_content(mail.body)
    return made


async def _send(mail: _Mail, server: Server) -> None:
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        timeout=LIMIT_S / 2,
    )
    await client.connect()
    try:
        await client.send_message(message(mail, server.sender))
    except BaseException:
        client.close()
        raise
    # It has been taken; a server that fails to say goodbye takes nothing back.
    with suppress(aiosmtplib.SMTPException, OSError):
        await client.quit()


async def _failed(pool: asyncpg.Pool, mail: _Mail, error: Exception, *, clock: Clock, refused: Refused) -> None:
    """It is tried again later, or never, when the server will not have this recipient or message."""
    if _is_for_good(error):
        telemetry.log.error("mail refused", attempt=mail.attempts, exc_info=error)
        async with database.transaction(pool) as tx:
            await refused(tx, mail.id, clock)  # first: what it locks, commands lock before their mail
            await tx.execute("update public.mail set refused_at = clock_timestamp() where id = $1", mail.id)
        return
    telemetry.log.warning("mail not sent", attempt=mail.attempts, exc_info=error)
    await pool.execute(
        "update public.mail set not_before = clock_timestamp() + $2 * interval '1 second' where id = $1",
        mail.id,
        min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** min(mail.attempts - 1, 16)),
    )


def _is_for_good(error: Exception) -> bool:
    """Whether this mail is at fault; who may send, or that nobody can now, is the server's or its settings' affair."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(each.code >= 500 for each in error.recipients)
    return isinstance(error, (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError)) and error.code >= 500
