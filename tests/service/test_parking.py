"""An event that can never take effect waits with its key; the others do not wait for it."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from secrets import token_bytes
from uuid import UUID

import asyncpg
import pytest

from chassis import database
from chassis.consumer import effects, parking, release
from chassis.consumer.listens import Heard, Listens
from chassis.database import Tx
from contracts.cloudevents import HIGHEST
from embedded.platform import Platform
from support.consuming import (
    SOUR,
    Author,
    Message,
    append,
    effects_of,
    hearing,
    listener_database,
    pool,
    things_on,
    wrong,
)

pytestmark = pytest.mark.rule("p/parking")

TOPIC = "maerk.internal.synthetic"
PARTITION = 2
ILL, WELL, OTHER = things_on(PARTITION, 3)


@dataclass
class Listener:
    """A service with its database, to which batches are given by hand."""

    pool: asyncpg.Pool
    listens: Listens
    author: Author

    async def hear(self, *messages: Message) -> effects.Done | None:
        """The batch has had its effects."""
        return await effects.apply(self.pool, messages, self.listens)

    async def effects(self) -> dict[UUID, list[int]]:
        """What has had its effect."""
        return await effects_of(self.pool)

    async def parked(self, state: str | None = None) -> list[parking.Parked]:
        """What is parked."""
        async with database.transaction(self.pool) as tx:
            return [each for each in await parking.events(tx) if state in (None, each.state)]

    async def retry(self, key: UUID) -> str | None:
        """The key was tried again."""
        async with database.transaction(self.pool) as tx:
            return await release.retry(tx, self.listens, topic=TOPIC, partition=PARTITION, key=str(key).encode())

    async def skip(self, key: UUID, offset: int) -> str | None:
        """The event was skipped."""
        async with database.transaction(self.pool) as tx:
            return await release.skip(
                tx, self.listens, topic=TOPIC, partition=PARTITION, key=str(key).encode(), offset=offset
            )

    async def accept_everything(self) -> None:
        """The table refuses nothing any more."""
        await self.pool.execute("alter table effects drop constraint effects_version_accepted")


@pytest.fixture
async def listener(postgres: Platform) -> AsyncIterator[Listener]:
    async with pool(await listener_database(postgres, TOPIC)) as opened:
        yield Listener(opened, hearing(TOPIC), Author(TOPIC))


def without_header(name: str, message: Message) -> Message:
    return replace(message, headers=[each for each in message.headers if each[0] != name])


def with_header(name: str, value: bytes | None, message: Message) -> Message:
    return replace(message, headers=[*without_header(name, message).headers, (name, value)])


POISON = {
    "a body that is no JSON": (lambda message: replace(message, value=b"\xff\x00{"), "undecodable: bad_json"),
    "no body": (lambda message: replace(message, value=None), "undecodable: bad_json"),
    "a body of another schema": (
        lambda message: replace(message, value=b'{"version": "one"}'),
        "undecodable: schema_mismatch:municipality_code",
    ),
    "no type": (lambda message: without_header("ce_type", message), "undecodable: missing_header:ce_type"),
    "a type that is no text": (
        lambda message: with_header("ce_type", b"\xff\xfe", message),
        "undecodable: bad_header:ce_type",
    ),
    "a NUL in a header": (
        lambda message: with_header("ce_id", b"\x00%25\xff", message),
        "undecodable: bad_header:ce_id",
    ),
    "a header without a value": (
        lambda message: with_header("ce_time", None, message),
        "undecodable: bad_header:ce_time",
    ),
    "no sequence": (
        lambda message: without_header("ce_sequence", message),
        "undecodable: missing_header:ce_sequence",
    ),
    "a NUL in a header's name": (
        lambda message: with_header("x\x00y", b"", with_header("ce_id", b"", message)),
        "undecodable: bad_header:ce_id",
    ),
}


@pytest.mark.parametrize("kind", POISON)
async def test_a_message_that_cannot_be_read_is_parked_as_it_came(kind: str, listener: Listener) -> None:
    spoil, reason = POISON[kind]
    before, ill, after = (listener.author.write(each) for each in (WELL, ILL, WELL))
    ill = spoil(ill)
    assert await listener.hear(before, ill, after)
    (parked,) = await listener.parked()
    assert (parked.offset, parked.key, parked.value) == (ill.offset, ill.key, ill.value or b"")
    assert list(parked.headers) == list(ill.headers)
    assert (parked.state, parked.attempts, parked.reason) == ("refused", 1, reason)
    assert await listener.effects() == {WELL: [1, 2]}


async def test_a_refusal_by_a_constraint_is_named_and_parked(listener: Listener) -> None:
    await listener.hear(listener.author.write(WELL), listener.author.write(ILL, version=SOUR))
    (parked,) = await listener.parked()
    assert parked.reason == "refused by the database: 23514 effects_version_accepted"
    assert await listener.effects() == {WELL: [1]}


async def test_a_value_that_does_not_fit_its_column_is_parked(listener: Listener) -> None:
    async def too_large(tx: Tx, heard: Sequence[Heard]) -> None:
        await append(tx, heard)
        await tx.execute("select $1::int", 2**40)

    listener.listens = hearing(TOPIC, too_large)
    await listener.hear(listener.author.write(ILL))
    (parked,) = await listener.parked()
    assert parked.reason == "refused by the database: 22000"
    assert await listener.effects() == {}


async def test_a_sequence_too_large_to_be_true_does_not_make_repeats_of_what_follows(listener: Listener) -> None:
    await listener.hear(with_header("ce_sequence", b"9" * 20, listener.author.write(ILL)))
    await listener.hear(listener.author.write(WELL))
    assert await listener.effects() == {WELL: [1]}
    assert [each.reason for each in await listener.parked("refused")] == ["undecodable: bad_header:ce_sequence"]


async def test_what_is_no_event_of_the_contracts_numbers_nothing(listener: Listener) -> None:
    foreign = with_header("ce_sequence", b"%020d" % HIGHEST, listener.author.write(ILL))
    await listener.hear(with_header("ce_type", b"x", foreign))
    await listener.hear(listener.author.write(WELL))
    assert await listener.effects() == {WELL: [1]}


async def test_a_key_that_no_index_holds_is_parked_all_the_same(listener: Listener) -> None:
    foreign = with_header("ce_type", b"\xff", listener.author.write(ILL))
    await listener.hear(replace(foreign, key=token_bytes(3_000)))
    await listener.hear(listener.author.write(WELL))
    assert await listener.effects() == {WELL: [1]}
    assert len(await listener.parked("refused")) == 1


async def test_later_events_of_a_parked_key_queue_behind_it_and_all_others_flow(listener: Listener) -> None:
    write = listener.author.write
    await listener.hear(write(ILL), write(ILL, version=SOUR), write(WELL), write(ILL), write(OTHER))
    await listener.hear(write(ILL), write(WELL))
    assert [(each.offset, each.state) for each in await listener.parked()] == [
        (1, "refused"),
        (3, "queued"),
        (5, "queued"),
    ]
    assert await listener.effects() == {ILL: [1], WELL: [1, 2], OTHER: [1]}


async def test_many_refused_keys_among_many_good_events_are_told_apart(listener: Listener) -> None:
    ill = things_on(PARTITION, 40)[::4]
    batch = [listener.author.write(each, version=SOUR if each in ill else 1) for each in things_on(PARTITION, 40)]
    await listener.hear(*batch, *(listener.author.write(each) for each in things_on(PARTITION, 40)))
    assert {UUID(each.key.decode()) for each in await listener.parked("refused")} == {*ill}
    assert len(ill) == effects.REFUSED_LIMIT
    well = Counter({each: 2 for each in things_on(PARTITION, 40) if each not in ill})
    assert not wrong(well, await listener.effects())


async def test_more_refused_keys_than_the_limit_are_nobodys_fault_but_ours_and_nothing_moves(
    listener: Listener,
) -> None:
    batch = [listener.author.write(each, version=SOUR) for each in things_on(PARTITION, effects.REFUSED_LIMIT + 1)]
    with pytest.raises(effects.TooManyRefused):
        await listener.hear(*batch, listener.author.write(WELL))
    assert await listener.parked() == []
    assert await listener.effects() == {}
    assert await listener.pool.fetchval("select sum(next_offset) from consumer_position") == 0


async def test_a_fault_of_our_own_parks_nothing_and_moves_nothing(listener: Listener) -> None:
    async def faulty(tx: Tx, heard: Sequence[Heard]) -> None:
        await append(tx, heard)
        raise ZeroDivisionError

    listener.listens = hearing(TOPIC, faulty)
    with pytest.raises(ZeroDivisionError):
        await listener.hear(listener.author.write(WELL))
    assert await listener.parked() == []
    assert await listener.effects() == {}


async def test_a_repeat_has_no_second_effect_and_is_not_queued_either(listener: Listener) -> None:
    batch = [listener.author.write(WELL), listener.author.write(ILL, version=SOUR), listener.author.write(ILL)]
    await listener.hear(*batch)
    done = await listener.hear(*(listener.author.repeat(each) for each in batch), listener.author.write(WELL))
    assert done == effects.Done(applied=1, repeated=3)
    assert len(await listener.parked()) == 2
    assert await listener.effects() == {WELL: [1, 2]}


async def test_a_retry_puts_the_key_right_once_the_cause_is_gone(listener: Listener) -> None:
    write = listener.author.write
    await listener.hear(write(ILL), write(ILL, version=SOUR), write(WELL), write(ILL))
    await listener.accept_everything()
    assert await listener.retry(ILL) is None
    assert await listener.parked() == []
    await listener.hear(write(ILL))
    assert not wrong(listener.author.revisions, await listener.effects())


async def test_a_retry_before_the_cause_is_gone_changes_nothing_but_the_count(listener: Listener) -> None:
    write = listener.author.write
    await listener.hear(write(ILL, version=SOUR), write(ILL))
    assert await listener.retry(ILL) == "refused by the database: 23514 effects_version_accepted"
    assert [(each.state, each.attempts) for each in await listener.parked()] == [("refused", 2), ("queued", 0)]
    await listener.hear(write(ILL))
    assert await listener.effects() == {}


async def test_a_retry_that_meets_a_second_refusal_goes_as_far_as_it_can(listener: Listener) -> None:
    async def refuses_the_third(tx: Tx, heard: Sequence[Heard]) -> None:
        await append(tx, heard)
        await tx.fetch("select 1 / (3 - $1::int)", heard[-1].event.revision)

    write = listener.author.write
    await listener.hear(write(ILL, version=SOUR), write(ILL), write(ILL), write(ILL))
    await listener.accept_everything()
    listener.listens = hearing(TOPIC, refuses_the_third)
    assert await listener.retry(ILL) == "refused by the database: 22012"
    assert [(each.offset, each.state) for each in await listener.parked()] == [(2, "refused"), (3, "queued")]
    assert await listener.effects() == {ILL: [1, 2]}


async def test_a_skipped_event_never_takes_effect_and_is_remembered(listener: Listener) -> None:
    write = listener.author.write
    await listener.hear(write(ILL), write(ILL, version=SOUR), write(ILL))
    assert await listener.skip(ILL, 1) is None
    await listener.accept_everything()
    await listener.hear(write(ILL))
    assert await listener.retry(ILL) is None
    assert await listener.effects() == {ILL: [1, 3, 4]}
    assert [(each.offset, each.state) for each in await listener.parked()] == [(1, "skipped")]


async def test_only_a_refused_event_can_be_skipped(listener: Listener) -> None:
    await listener.hear(listener.author.write(ILL, version=SOUR), listener.author.write(ILL))
    for offset in (1, 7):
        with pytest.raises(LookupError, match=f"No refused event lies at offset {offset}"):
            await listener.skip(ILL, offset)
    assert [each.state for each in await listener.parked()] == ["refused", "queued"]


async def test_a_key_that_was_freed_can_be_parked_again(listener: Listener) -> None:
    await listener.hear(listener.author.write(ILL, version=SOUR))
    assert await listener.skip(ILL, 0) is None
    await listener.hear(listener.author.write(ILL, version=SOUR), listener.author.write(ILL))
    assert [each.state for each in await listener.parked()] == ["skipped", "refused", "queued"]


async def test_a_batch_that_another_owner_has_read_is_left_alone(listener: Listener) -> None:
    batch = [listener.author.write(WELL), listener.author.write(WELL)]
    await listener.hear(*batch)
    assert await listener.hear(*batch) is None
    assert await listener.effects() == {WELL: [1, 2]}
