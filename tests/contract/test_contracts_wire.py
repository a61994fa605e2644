"""Others' tools read what is sent: the CloudEvents SDK every message, librdkafka the partition of every key."""

import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka
from cloudevents.core.formats.json import JSONFormat
from confluent_kafka import Message, Producer

from contracts.cloudevents import decode, encode, sequence_header
from contracts.snapshots import ROOT, read
from contracts.topics import partition

pytestmark = pytest.mark.rule("p/contracts")

EXAMPLES = sorted((ROOT / "examples").glob("*.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_stock_sdk_reads_every_message(path: Path):
    example = read(path)
    sent = decode([(k, v.encode()) for k, v in example["headers"].items()], json.dumps(example["data"]).encode())
    for stream in sent.event.streams:
        message = encode(sent.event, id=sent.id, stream=stream, flow=sent.flow)
        headers = dict([*message.headers, sequence_header(sent.sequence)])
        event = from_kafka(KafkaMessage(headers=headers, key=message.key, value=message.value), JSONFormat())
        assert event.get_specversion() == "1.0"
        assert event.get_id() == str(sent.id)
        assert event.get_type() == sent.event.type
        assert event.get_source() == f"urn:maerk:{sent.event.service}"
        assert UUID(event.get_subject()) == sent.event.subject
        assert event.get_time() == sent.event.at
        assert event.get_dataschema() == sent.event.dataschema
        assert event.get_datacontenttype() == "application/json"
        assert event.get_data() == example["data"]
        assert event.get_extension("partitionkey") == str(sent.event.subject)
        assert int(event.get_extension("sequence")) == sent.sequence
        assert event.get_extension("provenance") == sent.event.provenance
        assert event.get_extension("dataclassification") == sent.event.classification
        internal = ("revision", "correlationid", "causationid")
        assert [event.get_extension(each) is not None for each in internal] == [stream == "internal"] * 3


def test_keys_lie_where_librdkafka_puts_them():
    producer = Producer(
        {"bootstrap.servers": "none", "test.mock.num.brokers": 1, "partitioner": "consistent", "log_level": 0}
    )
    placed: dict[bytes, int | None] = {}

    def delivered(_: object, message: Message) -> None:
        placed[message.key() or b""] = message.partition()

    count = len(producer.list_topics("things", timeout=10).topics["things"].partitions)
    keys = [str(uuid4()).encode() for _ in range(50)]
    for key in keys:
        producer.produce("things", key=key, value=b"", on_delivery=delivered)
    assert producer.flush(10) == 0
    assert count > 1
    assert placed == {key: partition(key, count) for key in keys}
