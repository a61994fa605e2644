"""A partner reads the public topics with a stock client, and can do nothing else."""

import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from embedded.platform import Platform

pytestmark = pytest.mark.rule("p/partners")

PUBLIC, INTERNAL = "maerk.public.advisory", "maerk.internal.advisory"


def maerk(platform: Platform, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"MAERK_KAFKA_BOOTSTRAP": platform.kafka, "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [sys.executable, "-m", "maerk", "partners", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def password(answer: subprocess.CompletedProcess[str]) -> str:
    (word,) = [line for line in answer.stdout.splitlines() if len(line) == 32 and " " not in line]
    return word


def signed_in(platform: Platform, name: str, password: str, **more: object) -> dict[str, object]:
    return {
        "bootstrap.servers": platform.kafka_partners,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": name,
        "sasl.password": password,
        "log_level": 0,
        **more,
    }


def first(configuration: dict[str, object], topic: str, *, group: str) -> Message | KafkaError:
    """The first message that the client gets, or the error in its place."""
    errors: list[KafkaError] = []
    settings = configuration | {"group.id": group, "auto.offset.reset": "earliest", "error_cb": errors.append}
    consumer = Consumer(settings)
    consumer.subscribe([topic])
    try:
        message = consumer.poll(60)
        assert message is not None, errors
        return message.error() or message
    finally:
        consumer.close()


@pytest.fixture(scope="module")
def name() -> str:
    return f"partner-{uuid4().hex[:8]}"


@pytest.fixture(scope="module")
def partner(kafka: Platform, name: str) -> Iterator[dict[str, object]]:
    added = maerk(kafka, "add", name)
    assert added.returncode == 0, added.stderr
    producer = Producer({"bootstrap.servers": kafka.kafka})
    for topic in (PUBLIC, INTERNAL):
        producer.produce(topic, b"synthetic", key=name)
    assert producer.flush(30) == 0
    yield signed_in(kafka, name, password(added))
    maerk(kafka, "remove", name)


def test_a_partner_reads_public_topics_in_its_own_groups(partner: dict[str, object], name: str) -> None:
    message = first(partner, PUBLIC, group=f"{name}.reports")
    assert isinstance(message, Message)


def test_a_partner_is_refused_internal_topics(partner: dict[str, object], name: str) -> None:
    refused = first(partner, INTERNAL, group=f"{name}.reports")
    assert isinstance(refused, KafkaError)
    assert refused.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED


@pytest.mark.parametrize("group", ["planning", "partner-other.reports", "reports"])
def test_a_partner_is_refused_groups_of_others(partner: dict[str, object], group: str) -> None:
    refused = first(partner, PUBLIC, group=group)
    assert isinstance(refused, KafkaError)
    assert refused.code() == KafkaError.GROUP_AUTHORIZATION_FAILED


@pytest.mark.parametrize("topic", [PUBLIC, INTERNAL])
def test_a_partner_writes_nothing(partner: dict[str, object], topic: str) -> None:
    outcomes: list[KafkaError | None] = []
    producer = Producer(partner)
    producer.produce(topic, b"synthetic", on_delivery=lambda error, _: outcomes.append(error))
    producer.flush(60)
    assert [error.code() for error in outcomes if error] == [KafkaError.TOPIC_AUTHORIZATION_FAILED]


def test_nobody_comes_in_without_a_name(kafka: Platform) -> None:
    consumer = Consumer({"bootstrap.servers": kafka.kafka_partners, "group.id": "nobody.any", "log_level": 0})
    with pytest.raises(KafkaException):
        consumer.get_watermark_offsets(TopicPartition(PUBLIC, 0), timeout=5)
    consumer.close()


def test_an_old_password_ends_with_rotation_and_everything_with_removal(kafka: Platform) -> None:
    other = f"partner-{uuid4().hex[:8]}"
    old = password(maerk(kafka, "add", other))
    new = password(maerk(kafka, "rotate", other))
    assert not _lets_in(kafka, other, old)
    assert _lets_in(kafka, other, new)
    assert maerk(kafka, "remove", other).returncode == 0
    assert not _lets_in(kafka, other, new)


def _lets_in(platform: Platform, name: str, password: str) -> bool:
    consumer = Consumer(signed_in(platform, name, password, **{"group.id": f"{name}.check"}))
    try:
        consumer.get_watermark_offsets(TopicPartition(PUBLIC, 0), timeout=8)
    except KafkaException:
        return False
    finally:
        consumer.close()
    return True


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["add", "ANONYMOUS"], "'ANONYMOUS' cannot be a partner's name"),
        (["rotate", "partner-unknown"], "There is no partner partner-unknown."),
        (["remove", "partner-unknown"], "There is no partner partner-unknown."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(kafka: Platform, arguments: list[str], sentence: str) -> None:
    refused = maerk(kafka, *arguments)
    assert refused.returncode == 1
    assert refused.stderr.startswith(sentence)
    assert refused.stderr.count("\n") == 1
