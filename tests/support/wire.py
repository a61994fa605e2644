"""Carries what one service's outbox holds to another in process: in order, shuffled between keys, or repeated."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from uuid import uuid4

import asyncpg
import orjson

from chassis.consumer import effects
from chassis.consumer.listens import Listens
from contracts import cloudevents
from contracts.event import Event
from contracts.topics import partition
from support.consuming import Message


@dataclass
class Wire:
    """The internal topic of one service, in memory. Every listener has read its partitions as far as its table says."""

    topic: str
    log: list[Message] = field(default_factory=list[Message])
    held: list[Message] = field(default_factory=list[Message])
    _sequence: int = 0

    async def collect(
        self, sender: asyncpg.Pool, *, hold: Callable[[Message], bool] = lambda _: False, shuffle: Random | None = None
    ) -> list[Message]:
        """Everything in the outbox lies in the log, except what is held back; each key keeps its order."""
        rows = await sender.fetch(
            "delete from outbox where stream = 'internal' returning id, partition_key, headers, payload"
        )
        sent = [
            Message(
                self.topic, partition(row["partition_key"]), -1, row["partition_key"], row["payload"], _headers(row)
            )
            for row in sorted(rows, key=lambda row: row["id"])
        ]
        self.held += [each for each in sent if hold(each)]
        return self._append(_between_keys([each for each in sent if not hold(each)], shuffle))

    def tell(self, events: Sequence[Event]) -> list[Message]:
        """The events lie in the log in this order, whatever their revisions say: what another service would send."""
        told = [cloudevents.encode(each, id=uuid4(), stream="internal", flow=None) for each in events]
        return self._append(
            [Message(self.topic, partition(each.key), -1, each.key, each.value, [*each.headers]) for each in told]
        )

    def release(self) -> list[Message]:
        """What was held back lies in the log now, late."""
        late, self.held = self.held, []
        return self._append(late)

    def repeat(self, messages: Sequence[Message]) -> list[Message]:
        """The messages lie in the log once more, as a relay sends them after a lost acknowledgement."""
        again = [replace(each, offset=self._end(each.partition) + place) for each, place in _places(messages)]
        self.log += again
        return again

    async def deliver(
        self, receiver: asyncpg.Pool, listens: Listens, *, shuffle: Random | None = None, at_most: int = 500
    ) -> None:
        """The listener has read its partitions to their ends, in batches of at most so many."""
        rows = await receiver.fetch("select partition, next_offset from consumer_position where topic = $1", self.topic)
        waiting = {
            row["partition"]: [each for each in self.of(row["partition"]) if each.offset >= row["next_offset"]]
            for row in rows
        }
        while waiting := {number: left for number, left in waiting.items() if left}:
            number = shuffle.choice(sorted(waiting)) if shuffle else min(waiting)
            size = shuffle.randint(1, at_most) if shuffle else at_most
            batch, waiting[number] = waiting[number][:size], waiting[number][size:]
            assert await effects.apply(receiver, batch, listens) is not None

    def of(self, number: int) -> list[Message]:
        """A partition's messages."""
        return [each for each in self.log if each.partition == number]

    def _append(self, messages: Sequence[Message]) -> list[Message]:
        added: list[Message] = []
        for each, place in _places(messages):
            self._sequence += 1
            headers = [*each.headers, cloudevents.sequence_header(self._sequence)]
            added.append(replace(each, offset=self._end(each.partition) + place, headers=headers))
        self.log += added
        return added

    def _end(self, number: int) -> int:
        return len(self.of(number))


def _headers(row: asyncpg.Record) -> list[tuple[str, bytes | None]]:
    given = row["headers"]
    return [
        (name, value.encode()) for name, value in (orjson.loads(given) if isinstance(given, str) else given).items()
    ]


def _places(messages: Sequence[Message]) -> list[tuple[Message, int]]:
    """Each message with how many before it lie on its partition."""
    before = Counter[int]()
    places: list[tuple[Message, int]] = []
    for each in messages:
        places.append((each, before[each.partition]))
        before[each.partition] += 1
    return places


def _between_keys(messages: Sequence[Message], shuffle: Random | None) -> list[Message]:
    if shuffle is None:
        return list(messages)
    queues: dict[bytes | None, list[Message]] = defaultdict(list)
    for each in messages:
        queues[each.key].append(each)
    order = [each.key for each in messages]
    shuffle.shuffle(order)
    return [queues[key].pop(0) for key in order]
