"""The records that every sender sends, and whether they have all arrived: each once, unchanged, in order."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from confluent_kafka import Consumer, TopicPartition

from bench.rounds import must
from contracts.topics import Topic, topic

KEYS = 1_000
TOPIC = topic("advisory", "internal")
HEADERS = {
    "ce_specversion": "1.0",
    "ce_id": "6f9d2c0e-7c3c-4d0a-9d35-0f6f5f0e1b11",
    "ce_type": "dk.maerk.advisory.preparedness-plan-verified.v1",
    "ce_source": "urn:maerk:advisory",
    "ce_time": "2026-11-23T00:00:00Z",
    "content-type": "application/json",
}
FRONT, BACK = b'{"municipality_code": "9901", "place": "', b'", "padding": "%s"}' % (b"x" * 230)
# The same in the database, for every place from 1 on.
FILL = """
    select convert_to((place % $2)::text, 'utf8'), $3::json,
        convert_to($4::text || lpad(place::text, 9, '0') || $5::text, 'utf8')
    from generate_series(1, $1) as place order by place
    """


def filling(count: int) -> tuple[Any, ...]:
    """The arguments of FILL."""
    return count, KEYS, json.dumps(HEADERS), FRONT.decode(), BACK.decode()


def key(place: int) -> bytes:
    """The record's key."""
    return b"%d" % (place % KEYS)


def payload(place: int) -> bytes:
    """The record's content, which says its place."""
    return FRONT + b"%09d" % place + BACK


def ends(bootstrap: str, of: Topic = TOPIC) -> dict[int, int]:
    """Where each partition ends now."""
    client = Consumer({"bootstrap.servers": bootstrap, "group.id": "bench-ends"})
    try:
        places = [TopicPartition(of.name, number) for number in range(of.partitions)]
        return {each.partition: client.get_watermark_offsets(each, timeout=10)[1] for each in places}
    finally:
        client.close()


def since(bootstrap: str, before: Mapping[int, int], of: Topic = TOPIC) -> Iterable[Any]:
    """Every record behind these places, each partition in its order."""
    until = ends(bootstrap, of)
    wanted = sum(until.values()) - sum(before.values())
    client = Consumer({"bootstrap.servers": bootstrap, "group.id": "bench-since", "enable.auto.commit": False})
    try:
        client.assign([TopicPartition(of.name, number, offset) for number, offset in before.items()])
        while wanted > 0:
            found = client.consume(min(wanted, 1_000), timeout=10)
            must(found, f"{wanted} records are missing")
            wanted -= len(found)
            yield from found
    finally:
        client.close()


def check(messages: Iterable[Any], count: int) -> None:
    """All `count` records are there, each once and unchanged, those of each key in their order, numbers rising.

    Raises: NotAsSent.
    """
    seen: set[int] = set()
    last_of_key: dict[bytes, int] = {}
    sequences: dict[int, int] = {}
    for each in messages:
        value: bytes = each.value()
        place = int(value[len(FRONT) : len(FRONT) + 9])
        must(value == payload(place) and each.key() == key(place), f"record {place} was changed")
        must(place not in seen, f"record {place} came twice")
        must(place > last_of_key.get(each.key(), 0), f"record {place} came after a later one of its key")
        headers = {name: text.decode() for name, text in each.headers()}
        must(HEADERS.items() <= headers.items(), f"the headers of record {place} were changed")
        sequence = int(headers["ce_sequence"])
        must(sequence > sequences.get(each.partition(), 0), f"the sequence of record {place} does not rise")
        seen.add(place)
        last_of_key[each.key()] = place
        sequences[each.partition()] = sequence
    must(len(seen) == count, f"{len(seen)} of {count} records came")


def in_order(revisions: Sequence[tuple[Any, int]], count: int) -> None:
    """Each thing's revisions rise by one from 1 on, in the order in which they took effect, and there are `count`.

    Raises: NotAsSent.
    """
    newest: dict[Any, int] = {}
    for thing, revision in revisions:
        must(revision == newest.get(thing, 0) + 1, f"revision {revision} took effect after {newest.get(thing, 0)}")
        newest[thing] = revision
    must(len(revisions) == count, f"{len(revisions)} of {count} effects are there")
