"""Single promises of the relay: who may send, and what a stop leaves."""

import asyncio
from collections.abc import Sequence
from itertools import count

import asyncpg
import pytest

from chaos.relay_database import Databases
from chaos.relay_faults import tell
from chassis.relay.steps import Numbered, Relay, Restored


class Topic:
    def __init__(self) -> None:
        self.sequences: list[int] = []

    async def publish(self, rows: Sequence[Numbered]) -> None:
        self.sequences += [sequence for sequence, _ in rows]

    async def newest(self) -> int:
        return max(self.sequences, default=0)


async def send(url: str, topic: Topic, events: int) -> None:
    """So many new events, and all that waited before, have been sent."""
    db = await asyncpg.connect(url)
    try:
        await tell(db, [(b"a", version) for version in range(events)])
        relay = Relay(db, topic.publish, stream="internal")
        assert await relay.lead()
        await relay.start(topic.newest)
        while await relay.step():
            pass
        await relay.stop()
    finally:
        await db.close()


@pytest.mark.rule("p/restored")
async def test_a_database_set_back_refuses_to_send(relay_databases: Databases) -> None:
    topic, now = Topic(), await relay_databases.clone()
    await send(now, topic, 5)
    backup = await relay_databases.copy(now)
    await send(now, topic, 1)
    sent = list(topic.sequences)
    with pytest.raises(Restored):
        await send(backup, topic, 1)
    assert topic.sequences == sent == [1, 2, 3, 4, 5, 6]


@pytest.mark.rule("p/restored")
async def test_a_database_set_back_under_a_relay_that_leads_stops_it_before_it_sends(
    relay_databases: Databases,
) -> None:
    topic, url = Topic(), await relay_databases.clone()
    db = await asyncpg.connect(url)
    try:
        relay = Relay(db, topic.publish, stream="internal")
        await tell(db, [(b"a", version) for version in range(5)])
        assert await relay.lead()
        await relay.start(topic.newest)
        while await relay.step():
            pass
        await db.execute(
            "update relay_state set next_sequence = 3 where stream = 'internal'"
        )  # the epoch comes back too
        await tell(db, [(b"a", 5)])
        with pytest.raises(Restored):
            await relay.step()
        assert topic.sequences == [1, 2, 3, 4, 5]
        assert await db.fetchval("select count(*) from outbox where stream = 'internal'") == 1, "it is still there"
    finally:
        await db.close()


async def test_a_database_that_has_missed_nothing_goes_on(relay_databases: Databases) -> None:
    topic, now = Topic(), await relay_databases.clone()
    await send(now, topic, 5)
    backup = await relay_databases.copy(now)
    await send(backup, topic, 2)
    assert topic.sequences == [1, 2, 3, 4, 5, 6, 7]


async def test_a_clean_stop_leaves_what_it_has_not_taken_and_frees_the_lead(relay_databases: Databases) -> None:
    topic, url = Topic(), await relay_databases.clone()
    db = await asyncpg.connect(url)
    try:
        relay, other = (Relay(db, topic.publish, stream="internal", batch=2) for _ in range(2))
        await tell(db, [(b"a", version) for version in range(5)])
        assert await relay.lead()
        await relay.start(topic.newest)
        await relay.step()
        assert not await other.lead()
        await relay.stop()
        assert topic.sequences == [1, 2]
        assert await db.fetchval("select count(*) from outbox where stream = 'internal'") == 3
        assert await other.lead()
    finally:
        await db.close()


async def test_it_passes_what_was_sent_and_waits_for_whoever_is_still_writing(relay_databases: Databases) -> None:
    topic, url = Topic(), await relay_databases.clone()
    db, slow = await asyncpg.connect(url), await asyncpg.connect(url)
    versions = count()

    async def sends() -> None:
        await tell(db, [(b"a", next(versions))])
        while await relay.step():
            pass

    async def passes(id: int) -> None:
        """The front comes behind that id; transactions of anybody in the cluster may keep it waiting."""
        async with asyncio.timeout(60):
            while relay.front <= id:
                await sends()

    try:
        relay = Relay(db, topic.publish, stream="internal", look=1)
        assert await relay.lead()
        await relay.start(topic.newest)
        await passes(0)
        writing = slow.transaction()
        await writing.start()
        await tell(slow, [(b"b", 1)])  # its ids are drawn, and nobody sees them yet
        drawn = await db.fetchval("select last_value from outbox_id_seq")
        for _ in range(10):
            await sends()
        assert 0 < relay.front < drawn
        await writing.commit()
        await passes(drawn)
        assert topic.sequences == list(range(1, next(versions) + 2))
        assert not await db.fetchval("select exists (select from outbox where stream = 'internal')")
    finally:
        await db.close()
        await slow.close()


async def test_a_row_under_an_id_that_was_passed_is_sent_in_the_next_quiet_second(
    relay_databases: Databases,
) -> None:
    topic = Topic()
    db = await asyncpg.connect(await relay_databases.clone())

    async def sends_all() -> None:
        while await relay.step():
            pass

    try:
        relay = Relay(db, topic.publish, stream="internal", look=1)
        assert await relay.lead()
        await relay.start(topic.newest)
        versions = count()
        async with asyncio.timeout(60):
            while relay.front < 2:  # transactions of anybody in the cluster may keep it waiting
                await tell(db, [(b"a", next(versions))])
                await sends_all()
        await db.execute(
            """
            insert into outbox (stream, id, partition_key, headers, payload, timestamp_ms) overriding system value
            values ('internal', 1, 'b', '{}', '1', 0)
            """
        )
        assert not await relay.is_waiting()
        await relay.hold()
        assert await relay.is_waiting()
        await sends_all()
        sent = next(versions) + 1
        assert topic.sequences == list(range(1, sent + 1))
        await db.execute("delete from outbox where stream = 'public'")
        await db.execute("select setval('outbox_id_seq', 1, false)")
        await tell(db, [(b"c", 1)])
        await relay.hold()
        await sends_all()
        await tell(db, [(b"c", 2)])
        await sends_all()
        assert topic.sequences == list(range(1, sent + 3))
    finally:
        await db.close()


async def test_ids_that_were_set_back_are_passed_anew_only_when_nobody_is_still_writing(
    relay_databases: Databases,
) -> None:
    topic, url = Topic(), await relay_databases.clone()
    db, slow = await asyncpg.connect(url), await asyncpg.connect(url)
    versions = count()

    async def sends() -> None:
        await tell(db, [(b"a", next(versions))])
        while await relay.step():
            pass

    try:
        relay = Relay(db, topic.publish, stream="internal", look=1)
        assert await relay.lead()
        await relay.start(topic.newest)
        async with asyncio.timeout(60):
            while relay.front < 60:  # transactions of anybody in the cluster may keep it waiting
                await sends()
        await db.execute("delete from outbox where stream = 'public'")
        await db.execute("select setval('outbox_id_seq', 1, false)")
        await tell(db, [(b"a", next(versions))])
        await relay.step()
        writing = slow.transaction()
        await writing.start()
        await tell(slow, [(b"b", 1)])
        drawn = await db.fetchval("select last_value from outbox_id_seq")
        for _ in range(5):
            await tell(db, [(b"a", next(versions))])
            await relay.step()
            assert relay.front < drawn < 60
        await writing.commit()
        await sends()
        assert len(topic.sequences) == next(versions) + 1
        assert not await db.fetchval("select exists (select from outbox where stream = 'internal')")
    finally:
        await db.close()
        await slow.close()


async def test_a_transaction_has_its_number_before_it_draws_an_id(relay_databases: Databases) -> None:
    db = await asyncpg.connect(await relay_databases.clone())
    try:
        await db.execute(
            """
            insert into outbox (stream, partition_key, headers, payload, timestamp_ms)
            select 'internal', 'a', '{}', convert_to(pg_current_xact_id_if_assigned()::text, 'UTF8'), 0
            """
        )
        assert int(await db.fetchval("select payload from outbox")) > 0
        always = "select tgenabled from pg_trigger where tgname = 'number_before_ids'"
        assert await db.fetchval(always) == b"A", "also where rows come as a replica's"
    finally:
        await db.close()


async def test_the_lease_is_kept_while_a_batch_needs_longer_than_it_lasts(relay_databases: Databases) -> None:
    topic, url = Topic(), await relay_databases.clone()
    db, others = await asyncpg.connect(url), await asyncpg.connect(url)
    tried: list[bool] = []

    async def slowly(rows: Sequence[Numbered]) -> None:
        other = Relay(others, topic.publish, stream="internal")
        lasted = "select clock_timestamp() > $1::timestamptz + '2 seconds'::interval"
        began = await others.fetchval("select clock_timestamp()")
        while not await others.fetchval(lasted, began):
            await others.execute("select pg_sleep(0.2)")
            tried.append(await other.lead())
        await topic.publish(rows)

    try:
        relay = Relay(db, slowly, stream="internal", lease="1500 milliseconds")
        await tell(db, [(b"a", 1)])
        assert await relay.lead()
        await relay.start(topic.newest)
        while await relay.step():
            pass
        assert topic.sequences == [1]
        assert tried
        assert not any(tried)
    finally:
        await db.close()
        await others.close()
