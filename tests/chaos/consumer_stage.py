"""Kafka and a database for the consumer's proofs, and the members that read from one and write to the other."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid4

import asyncpg
import psutil
from confluent_kafka import Consumer as Client
from confluent_kafka import ConsumerGroupState, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from chassis.consumer import effects
from chassis.consumer.release import LOCK
from chassis.consumer.run import Apply, Consumer, Parked
from contracts.topics import PARTITIONS
from embedded.platform import Platform
from support.consuming import Author, Message, append, effects_of, hearing, listener_database, pool, wrong
from support.waiting import until

SESSION_MS = 6_000  # the shortest that Kafka allows where nobody tells it otherwise
MEMBER = Path(__file__).with_name("consumer_member.py")


@dataclass(frozen=True)
class Design:
    """What is tried: the consumer as it is, or a variant of it."""

    apply: Apply = effects.apply
    listener: type[Parked] = Parked
    lock: str = LOCK


@dataclass
class Member:
    """One process of the group."""

    process: asyncio.subprocess.Process
    log: Path

    @property
    def alive(self) -> bool:
        """It has not ended."""
        return self.process.returncode is None

    @property
    def frozen(self) -> bool:
        """It has been stopped."""
        return self.alive and psutil.Process(self.process.pid).status() == psutil.STATUS_STOPPED

    def thaw(self) -> None:
        """It goes on where it stood."""
        self.process.send_signal(signal.SIGCONT)

    async def leave(self) -> None:
        """It has ended in good order."""
        self.process.terminate()
        assert await self.process.wait() == 0, self.log.read_text()[-3000:]


@dataclass
class Stage:
    """A topic, a database that listens on it, and a group of members; none of them outlives the block."""

    platform: Platform
    folder: Path
    topic: str = field(default_factory=lambda: f"synthetic.{uuid4().hex[:12]}")
    url: str = ""
    members: list[Member] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self.author = Author(self.topic)
        self._admin = AdminClient({"bootstrap.servers": self.platform.kafka})
        for made in self._admin.create_topics([NewTopic(self.topic, PARTITIONS, 1)]).values():
            await asyncio.to_thread(made.result)
        self._producer = Producer({"bootstrap.servers": self.platform.kafka, "acks": "all", "linger.ms": 0})
        self.url = await listener_database(self.platform, self.topic)
        self._stack = AsyncExitStack()
        self.pool: asyncpg.Pool = await self._stack.enter_async_context(pool(self.url))
        return self

    async def __aexit__(self, *_: object) -> None:
        for each in self.members:
            if each.alive:
                each.process.kill()
                await each.process.wait()
        await self._stack.aclose()

    def send(self, messages: Sequence[Message]) -> None:
        """The messages lie in the log."""
        for each in messages:
            headers = list(each.headers)
            self._producer.produce(self.topic, each.value, each.key, partition=each.partition, headers=headers)
        assert self._producer.flush(20) == 0

    def write(self, things: Sequence[UUID], *, times: int = 1, repeated: int = 0) -> None:
        """Each thing has so many events more; the last ones are sent a second time, as a relay may."""
        messages = [self.author.write(each) for _ in range(times) for each in things]
        self.send(messages + [self.author.repeat(each) for each in messages[len(messages) - repeated :]])

    def mislead(self) -> None:
        """Kafka itself believes that the group has read everything."""
        client = Client({"bootstrap.servers": self.platform.kafka, "group.id": self.topic})
        places = [TopicPartition(self.topic, number) for number in range(PARTITIONS)]
        for each in places:
            each.offset = client.get_watermark_offsets(each, timeout=10)[1]
        client.commit(offsets=places, asynchronous=False)
        client.close()

    async def join(self, **options: object) -> Member:
        """One member more: `consumer_member.py` says what its options are."""
        log = self.folder / f"member-{len(self.members)}.log"
        arguments = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(MEMBER),
                f"--url={self.url}",
                f"--bootstrap={self.platform.kafka}",
                f"--topic={self.topic}",
                *arguments,
                stdout=out,
                stderr=out,
            )
        self.members.append(Member(process, log))
        return self.members[-1]

    async def shared_by(self, count: int) -> None:
        """So many members share the partitions."""

        async def settled() -> bool:
            described = self._admin.describe_consumer_groups([self.topic])[self.topic]
            group = await asyncio.to_thread(described.result)
            return group.state == ConsumerGroupState.STABLE and len(group.members) == count

        await until(settled, within=30)

    async def wrong(self) -> dict[UUID, list[int]]:
        """The things whose effects are not each of their revisions, once, in order."""
        return wrong(self.author.revisions, await effects_of(self.pool))

    async def read(self) -> bool:
        """Every position stands at the end of the log."""
        return await self.pool.fetchval("select sum(next_offset) from consumer_position") == self.author.written

    async def applied(self) -> int:
        """How many effects there are."""
        return await self.pool.fetchval("select count(*) from effects")


class Running:
    """A consumer in this process, for the length of a block."""

    def __init__(self, stage: Stage, projection: Any = append, *, limit_s: float = 30, **options: Any) -> None:
        self._stop = asyncio.Event()
        self._consumer = Consumer(
            options.pop("pool", stage.pool),
            hearing(stage.topic, projection),
            bootstrap=stage.platform.kafka,
            group=stage.topic,
            stop=self._stop,
            session_ms=SESSION_MS,
            apply=partial(effects.apply, limit_s=limit_s),
            **options,
        )

    async def __aenter__(self) -> "asyncio.Future[None]":
        self._running = asyncio.ensure_future(self._consumer.run())
        return self._running

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await asyncio.wait([self._running], timeout=20)
        assert self._running.done()
