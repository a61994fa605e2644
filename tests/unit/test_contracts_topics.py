"""Topics, and the partition of a key."""

import pytest

from contracts.topics import SERVICES, TOPICS, partition, topic


def test_each_of_the_five_services_has_an_internal_and_a_public_topic():
    assert {each.name for each in TOPICS} == {
        f"maerk.{stream}.{service}" for stream in ("internal", "public") for service in SERVICES
    }
    assert len(TOPICS) == 10
    assert topic("advisory", "public").name == "maerk.public.advisory"
    with pytest.raises(KeyError):
        topic("catering", "public")


def test_every_topic_is_kept_for_ever_in_six_partitions():
    for each in TOPICS:
        assert each.partitions == 6
        assert each.config["retention.ms"] == each.config["retention.bytes"] == "-1"
        assert each.config["cleanup.policy"] == "delete"


def test_the_partition_of_a_key_is_the_one_that_librdkafka_chooses():
    # 0xCBF43926 is the check value that is published with CRC-32 for these nine digits.
    assert partition(b"123456789", count=2**32) == 0xCBF43926
    assert partition(b"123456789") == 0xCBF43926 % 6
