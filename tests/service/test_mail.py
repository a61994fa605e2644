"""Mail is sent if its transaction commits, by a real server, and is the same message however often it is sent."""

import asyncio
import json
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from chassis import database, mail
from chassis.clock import Clock
from chassis.database import Tx
from chassis.mail_server import Server
from embedded.platform import Platform
from support.inside import new_database
from support.mail_server import SENDER, MailServer, mail_server
from support.waiting import until

pytestmark = pytest.mark.rule("p/mail")
NOBODY = Server.of("smtp://127.0.0.1:9", sender=SENDER)


@pytest.fixture
async def db(postgres: Platform, advisory_template: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await database.pool(await new_database(postgres, "advisory", advisory_template), name="test", size=6)
    yield pool
    await pool.close()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[MailServer]:
    with mail_server(tmp_path / "mails") as made:
        await made.start()
        yield made


async def posted(db: asyncpg.Pool, *recipients: str) -> list[UUID]:
    """Mails to these wait."""
    ids = [uuid4() for _ in recipients]
    async with database.transaction(db) as tx:
        for id, to in zip(ids, recipients, strict=True):
            await mail.post(tx, id, to=to, subject="Emne med æ", body="Tekst med ø.\n")
    return ids


async def ignore(_tx: Tx, _mail: UUID, _clock: Clock) -> None: ...


async def sent(db: asyncpg.Pool, server: Server, refused: mail.Refused = ignore) -> int:
    """How many mails were tried until none was left to try."""
    count = 0
    while await mail.send_next(db, server, clock=Clock(), refused=refused):
        count += 1
    return count


async def let_wait_end(db: asyncpg.Pool) -> None:
    """The time that a mail waits before it is tried again is over."""
    await db.execute("update mail set not_before = '-infinity'")


async def test_a_mail_is_sent_once_with_what_was_said(db: asyncpg.Pool, server: MailServer) -> None:
    [id] = await posted(db, "vagt@maerk.example")
    assert await sent(db, server.address) == 1
    await let_wait_end(db)
    assert await sent(db, server.address) == 0
    [got] = server.mails()
    assert (got["To"], got["From"], got["Subject"]) == ("vagt@maerk.example", SENDER, "Emne med æ")
    assert got["Message-ID"] == f"<{id}@platform.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got.get_content().splitlines() == ["Tekst med ø."]


async def test_a_mail_whose_transaction_is_undone_is_never_sent(db: asyncpg.Pool, server: MailServer) -> None:
    async def undone() -> None:
        async with database.transaction(db) as tx:
            await mail.post(tx, uuid4(), to="vagt@maerk.example", subject="s", body="b")
            raise LookupError

    with pytest.raises(LookupError):
        await undone()
    assert await sent(db, server.address) == 0
    assert server.mails() == []


async def test_a_mail_posted_again_under_its_id_is_the_first_one(db: asyncpg.Pool, server: MailServer) -> None:
    id = uuid4()
    for subject in ("first", "second"):
        async with database.transaction(db) as tx:
            await mail.post(tx, id, to="vagt@maerk.example", subject=subject, body="b")
    assert await sent(db, server.address) == 1
    assert [each["Subject"] for each in server.mails()] == ["first"]


async def test_what_a_server_took_without_saying_so_comes_again_as_the_same_message(
    db: asyncpg.Pool, server: MailServer
) -> None:
    await posted(db, "vagt@maerk.example")
    server.dies_with_the_next_mail()
    await mail.send_next(db, server.address, clock=Clock(), refused=ignore)
    await server.died()
    await server.start()
    await let_wait_end(db)
    assert await sent(db, server.address) == 1
    first, second = server.mails()
    assert first.as_bytes() == second.as_bytes()


async def test_a_sender_that_died_with_a_mail_in_hand_loses_nothing(db: asyncpg.Pool, server: MailServer) -> None:
    await posted(db, "vagt@maerk.example")
    silent = socket.create_server(("127.0.0.1", 0))
    at_silence = Server.of(f"smtp://127.0.0.1:{silent.getsockname()[1]}", sender=SENDER)
    task = asyncio.create_task(mail.send_next(db, at_silence, clock=Clock(), refused=ignore))

    async def taken() -> bool:
        return await db.fetchval("select attempts = 1 from mail")

    await until(taken)
    assert await sent(db, server.address) == 0, "two senders must not have one mail at once"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    silent.close()
    await let_wait_end(db)
    assert await sent(db, server.address) == 1
    assert len(server.mails()) == 1


async def test_two_senders_send_each_mail_once(db: asyncpg.Pool, server: MailServer) -> None:
    ids = await posted(db, *(f"vagt{number}@maerk.example" for number in range(20)))
    assert sum(await asyncio.gather(sent(db, server.address), sent(db, server.address))) == 20
    assert Counter(each["Message-ID"] for each in server.mails()) == {f"<{id}@platform.example>": 1 for id in ids}


@pytest.mark.parametrize("recipient", ["busy@maerk.example", "vagt@maerk.example"])
async def test_a_mail_that_cannot_be_sent_now_is_tried_again_later_and_longer(
    db: asyncpg.Pool, server: MailServer, recipient: str
) -> None:
    [id] = await posted(db, recipient)
    where = server.address if recipient.startswith("busy") else NOBODY
    waits: list[float] = []
    for _ in range(4):
        assert await sent(db, where) == 1
        waits.append(await db.fetchval("select extract(epoch from not_before - clock_timestamp())::float8 from mail"))
        await let_wait_end(db)
    assert [round(each / 5) for each in waits] == [1, 2, 4, 8]
    async with database.transaction(db) as tx:
        assert await mail.states(tx, [id]) == {id: "waiting"}
    await db.execute("update mail set attempts = 60")
    await sent(db, where)
    longest = await db.fetchval("select extract(epoch from not_before - clock_timestamp())::float8 from mail")
    assert longest == pytest.approx(mail.LONGEST_RETRY_S, abs=5)


async def test_one_that_waits_does_not_hold_up_the_others(db: asyncpg.Pool, server: MailServer) -> None:
    await posted(db, "busy@maerk.example", "vagt@maerk.example")
    assert await sent(db, server.address) == 2
    assert [each["To"] for each in server.mails()] == ["vagt@maerk.example"]


async def test_a_refused_mail_is_loud_once_told_to_the_service_and_its_address_to_no_log(
    db: asyncpg.Pool, server: MailServer, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    told: list[UUID] = []

    async def note(_tx: Tx, id: UUID, _clock: Clock) -> None:
        told.append(id)

    [id] = await posted(db, "gone@maerk.example")
    assert await sent(db, server.address, note) == 1
    await let_wait_end(db)
    assert await sent(db, server.address, note) == 0
    assert told == [id]
    assert await mail.measure(db) == ["The mail server has refused a recipient within the last day."]
    await db.execute("update mail set refused_at = refused_at - interval '25 hours'")
    assert await mail.measure(db) == []
    lines = log_lines()
    assert [each["level"] for each in lines] == ["error"]
    assert "gone@" not in json.dumps(lines)
    assert "maerk.example" not in json.dumps(lines)


async def test_when_the_service_cannot_be_told_of_a_refusal_it_is_told_later(
    db: asyncpg.Pool, server: MailServer
) -> None:
    async def fails(_tx: Tx, _id: UUID, _clock: Clock) -> None:
        raise OSError

    [id] = await posted(db, "gone@maerk.example")
    with pytest.raises(OSError):  # noqa: PT011  # the very one
        await sent(db, server.address, fails)
    await let_wait_end(db)
    assert await sent(db, server.address) == 1
    async with database.transaction(db) as tx:
        assert await mail.states(tx, [id]) == {id: "refused"}


async def test_a_mail_that_waits_for_long_is_loud(db: asyncpg.Pool) -> None:
    await posted(db, "vagt@maerk.example")
    assert await mail.measure(db) == []
    await db.execute("update mail set recorded_at = clock_timestamp() - interval '301 seconds'")
    assert await mail.measure(db) == [mail.OLD]


async def test_what_is_withdrawn_is_not_sent_and_what_was_sent_is_kept(db: asyncpg.Pool, server: MailServer) -> None:
    early = await posted(db, "vagt@maerk.example")
    await sent(db, server.address)
    late = await posted(db, "vagt@maerk.example")
    async with database.transaction(db) as tx:
        await mail.withdraw(tx, [*early, *late])
        assert await mail.states(tx, [*early, *late]) == {early[0]: "sent"}
    assert await sent(db, server.address) == 0


async def test_the_sender_goes_on_until_it_is_asked_to_stop(db: asyncpg.Pool, server: MailServer) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(mail.run(db, server.address, clock=Clock(), refused=ignore, stop=stop))
    for count in (1, 2):
        await posted(db, "vagt@maerk.example")
        await until(lambda count=count: len(server.mails()) == count)
    stop.set()
    await asyncio.wait_for(running, 5)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 25, "none", None, None)),
        ("smtp+starttls://u%40x:p%2Fw@mail.example", ("mail.example", 587, "starttls", "u@x", "p/w")),
        ("smtps://mail.example:2465", ("mail.example", 2465, "tls", None, None)),
    ],
)
def test_a_server_is_named_by_its_address(url: str, expected: tuple[Any, ...]) -> None:
    server = Server.of(url, sender=SENDER)
    assert (server.host, server.port, server.security, server.user, server.password) == expected


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example", SENDER), ("smtp://", SENDER), ("smtp://mail.example/path", SENDER),
        ("smtp://mail.example?x=1", SENDER), ("smtp://mail.example", ""), ("smtp://mail.example", "nobody"),
    ],
)  # fmt: skip
def test_a_server_or_sender_of_another_form_is_refused(url: str, sender: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # its text is the library's or ours
        Server.of(url, sender=sender)
