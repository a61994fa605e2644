"""What the relay writes to a real Kafka is what readers of the topics rely on."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from confluent_kafka import Message, Producer
from structlog.testing import capture_logs

from chaos import relay_database
from chaos.relay_database import Databases
from chaos.relay_stage import Stage, sequence, stage
from chassis import outbox
from chassis.relay.kafka import newest_sequence
from chassis.relay.run import run
from contracts import cloudevents
from contracts.advisory import PreparednessPlanVerified
from contracts.topics import Topic
from embedded.platform import Platform
from support.waiting import until

pytestmark = pytest.mark.rule("p/relay")

KEYS = [str(UUID(int=number)).encode() for number in range(40)]


@pytest.fixture(scope="module")
async def databases(postgres: Platform) -> Databases:
    return await relay_database.migrated(postgres)


@pytest.fixture
async def there(databases: Databases, kafka: Platform) -> AsyncIterator[Stage]:
    async with stage(databases, kafka.kafka) as made:
        yield made


async def test_each_key_keeps_its_order_and_each_event_has_one_sequence(there: Stage) -> None:
    await there.tell([(key, version) for version in range(1, 61) for key in KEYS])
    async with there.relay():
        await until(there.is_sent, within=30)
    records = await there.records()
    assert await there.read() == {key: list(range(1, 61)) for key in KEYS}
    for partition in records.values():
        numbers = [sequence(record) for record in partition]
        assert numbers == sorted(set(numbers))
    assert {sequence(record) for each in records.values() for record in each} == set(range(1, 60 * len(KEYS) + 1))


async def test_a_key_lies_where_librdkafka_would_put_it(there: Stage) -> None:
    await there.tell([(key, 1) for key in KEYS])
    async with there.relay():
        await until(there.is_sent)
    ours = {record.key: number for number, records in (await there.records()).items() for record in records}
    theirs: dict[bytes | None, int | None] = {}

    def delivered(_: object, message: Message) -> None:
        theirs[message.key()] = message.partition()

    producer = Producer({"bootstrap.servers": there.bootstrap, "partitioner": "consistent"})
    for key in KEYS:
        producer.produce(there.topic.name, key=key, on_delivery=delivered)
    assert producer.flush(10) == 0
    assert ours == theirs
    assert len(set(ours.values())) == there.topic.partitions


async def test_an_event_arrives_with_all_its_headers_and_its_own_time(there: Stage) -> None:
    told = PreparednessPlanVerified(
        subject=uuid4(),
        revision=3,
        at=datetime(2026, 5, 4, 3, 2, 1, 500_000, tzinfo=UTC),
        provenance="synthetic",
        municipality_code="9901",
        version=2,
        verified_on=date(2026, 5, 4),
    )
    async with there.db.transaction():
        await outbox.publish(there.db, told)
    [written] = await there.db.fetch("select id, headers::text as headers from outbox")
    async with there.relay():
        await until(there.is_sent)
    [[record]] = (await there.records()).values()
    assert record.value is not None
    arrived = cloudevents.decode(record.headers, record.value)
    assert arrived.event.model_dump() == told.model_dump()
    assert arrived.sequence == 1
    assert arrived.flow is not None
    assert dict(record.headers)["ce_sequence"] == b"%020d" % 1
    assert {name for name, _ in record.headers} == {
        *("ce_specversion", "ce_id", "ce_type", "ce_source", "ce_subject", "ce_time", "ce_dataschema", "content-type"),
        *("ce_partitionkey", "ce_sequence", "ce_revision", "ce_dataclassification", "ce_provenance"),
        "ce_correlationid",
    }
    assert all(value.decode() in written["headers"] for name, value in record.headers if name != "ce_sequence")
    assert record.key == str(told.subject).encode()
    assert record.timestamp == int(told.at.timestamp() * 1000)


async def test_more_than_a_batch_of_kafka_holds_goes_out_in_several(there: Stage) -> None:
    await there.tell([(key, version) for version in range(1, 21) for key in KEYS[:2]], size=250_000)
    async with there.relay():
        await until(there.is_sent, within=30)
    assert await there.read() == {key: list(range(1, 21)) for key in KEYS[:2]}


async def test_after_a_refusal_a_new_producer_sends_the_plan_under_the_same_sequences(there: Stage) -> None:
    await there.tell([(key, 1) for key in KEYS])
    async with there.relay():
        await until(there.is_sent)
    there.configure(max_message_bytes="1")
    await there.tell([(key, 2) for key in KEYS])
    with capture_logs() as logs:
        async with there.relay():
            await until(lambda: [entry["event"] for entry in logs].count("relay interrupted") > 1, within=4)
            plan = await there.db.fetchrow("select first_sequence, cardinality(ids) as rows, epoch from relay_plan")
            there.configure(max_message_bytes="")
            await until(there.is_sent)
    assert await there.read() == {key: [1, 2] for key in KEYS}
    again = {sequence(record) for each in (await there.records()).values() for record in each if record.value == b"2"}
    assert again == set(range(plan["first_sequence"], plan["first_sequence"] + plan["rows"]))
    assert await there.db.fetchval("select epoch from relay_state where stream = 'internal'") > plan["epoch"]


async def test_a_database_older_than_the_topic_is_refused_and_said_so(there: Stage) -> None:
    await there.tell([(key, 1) for key in KEYS])
    async with there.relay():
        await until(there.is_sent)
    await there.db.execute("update relay_state set next_sequence = 30")  # as an older backup has it
    await there.tell([(KEYS[0], 2)])
    with capture_logs() as logs:
        async with there.relay():
            await until(lambda: [entry for entry in logs if entry["log_level"] == "critical"])
    assert not await there.is_sent()
    assert await there.read() == {key: [1] for key in KEYS}


async def test_the_newest_sequence_is_found_behind_a_batch_that_came_late(there: Stage) -> None:
    assert await newest_sequence(there.bootstrap, there.topic) == 0
    producer = Producer({"bootstrap.servers": there.bootstrap})
    for number in (1, 2, 40, 3, 4):
        producer.produce(there.topic.name, partition=2, headers=[cloudevents.sequence_header(number)])
    producer.produce(there.topic.name, partition=4, headers=[cloudevents.sequence_header(39)])
    assert producer.flush(10) == 0
    assert await newest_sequence(there.bootstrap, there.topic) == 40


async def test_a_topic_with_another_number_of_partitions_is_refused(databases: Databases, kafka: Platform) -> None:
    async with stage(databases, kafka.kafka) as made:
        declared = Topic(made.topic.name, "advisory", "internal", partitions=7)
        with pytest.raises(LookupError, match="6 partitions where 7"):
            await run(
                database_url=made.url,
                bootstrap=made.bootstrap,
                topic=declared,
                committed=asyncio.Event(),
                stop=asyncio.Event(),
            )
