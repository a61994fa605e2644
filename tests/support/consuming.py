"""What the consumer's proofs stand on: synthetic events of one class, and a table that shows every effect they had."""

import zlib
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import asyncpg
import structlog

from chassis import database
from chassis.consumer.listens import Heard, Listens
from chassis.database import Tx
from chassis.migrate import migrate
from contracts import cloudevents
from contracts.advisory import PreparednessPlanVerified
from contracts.topics import PARTITIONS, Topic, partition
from embedded.platform import Platform

structlog.configure(processors=[structlog.processors.KeyValueRenderer()])  # its usual tracebacks take seconds to draw

OWNER = "advisory"
SOUR = 13  # a version that the table refuses

# Neither a key nor a guard: what takes effect twice is there twice.
EFFECTS = """
    create table effects (
        place bigint generated always as identity,
        key uuid not null,
        revision int not null,
        version int not null constraint effects_version_accepted check (version <> 13)
    )
    """


@dataclass(frozen=True)
class Message:
    """An event as it lies in the log."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


@dataclass
class Author:
    """Writes events of things, the revisions of each without a gap, and numbers them as a relay does."""

    topic: str
    revisions: Counter[UUID] = field(default_factory=Counter[UUID])
    _sequence: int = 0
    _ends: Counter[int] = field(default_factory=Counter[int])

    @property
    def written(self) -> int:
        """How many messages there are, repeats included."""
        return self._ends.total()

    def write(self, thing: UUID, *, version: int = 1) -> Message:
        """The thing's next event."""
        self.revisions[thing] += 1
        self._sequence += 1
        told = cloudevents.encode(
            PreparednessPlanVerified(
                subject=thing,
                revision=self.revisions[thing],
                at=datetime(2026, 1, 1, tzinfo=UTC),
                provenance="synthetic",
                municipality_code="9901",
                version=version,
                verified_on=date(2026, 1, 1),
            ),
            id=uuid5(thing, str(self.revisions[thing])),
            stream="internal",
            flow=None,
        )
        number = partition(told.key)
        headers = [*told.headers, cloudevents.sequence_header(self._sequence)]
        message = Message(self.topic, number, self._ends[number], told.key, told.value, headers)
        self._ends[number] += 1
        return message

    def repeat(self, message: Message) -> Message:
        """The same event once more, as a relay sends it after a lost acknowledgement."""
        self._ends[message.partition] += 1
        return replace(message, offset=self._ends[message.partition] - 1)


def thing(number: int) -> UUID:
    """The thing of this number."""
    return uuid5(NAMESPACE_OID, f"synthetic {number}")


def things_on(number: int, count: int) -> list[UUID]:
    """So many things whose events lie on this partition."""
    found: list[UUID] = []
    candidate = 0
    while len(found) < count:
        if zlib.crc32(str(thing(candidate)).encode()) % PARTITIONS == number:
            found.append(thing(candidate))
        candidate += 1
    return found


async def append(tx: Tx, heard: Sequence[Heard]) -> None:
    """Every event has added its row."""
    await tx.execute(
        """
        insert into effects (key, revision, version)
        select key, revision, version
        from unnest($1::uuid[], $2::int[], $3::int[]) with ordinality as told (key, revision, version, place)
        order by place
        """,
        [each.event.subject for each in heard],
        [each.event.revision for each in heard],
        [getattr(each.event, "version") for each in heard],  # noqa: B009  # not a field of every event
    )


@dataclass(frozen=True)
class Hearing(Listens):
    """Listens on a topic of its own."""

    on: str = ""

    @property
    def topics(self) -> tuple[Topic, ...]:
        """That topic."""
        return (Topic(self.on, OWNER, "internal"),)


def hearing(topic: str, projection: partial | object = append) -> Hearing:
    """Every event is given to this projection."""
    return Hearing(projections={PreparednessPlanVerified: projection}, on=topic)


async def listener_database(platform: Platform, topic: str) -> str:
    """The address of a new database of a service that listens on the topic and has heard nothing yet."""
    name = f"listener_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(platform.admin_database_url)
    try:
        await admin.execute(f"create database {name} owner {OWNER}")
    finally:
        await admin.close()
    url = f"{platform.database_url(OWNER).rsplit('/', 1)[0]}/{name}"
    db = await asyncpg.connect(url)
    try:
        await migrate(db, OWNER)
        await db.execute(EFFECTS)
        await db.execute(
            "insert into consumer_position (topic, partition) select $1, generate_series(0, $2::int - 1)",
            topic,
            PARTITIONS,
        )
    finally:
        await db.close()
    return url


@asynccontextmanager
async def pool(url: str, **settings: str) -> AsyncIterator[asyncpg.Pool]:
    """A pool as a service has it."""
    opened = await database.pool(url, name="listener", size=5, **settings)
    try:
        yield opened
    finally:
        opened.terminate()


async def effects_of(pool: asyncpg.Pool) -> dict[UUID, list[int]]:
    """The revisions that had their effect, by thing, in the order in which they had it."""
    rows = await pool.fetch("select key, array_agg(revision order by place) as revisions from effects group by key")
    return {row["key"]: row["revisions"] for row in rows}


def wrong(revisions: Counter[UUID], effects: dict[UUID, list[int]]) -> dict[UUID, list[int]]:
    """The things whose effects are not each of their revisions, once, in order."""
    return {
        each: effects.get(each, [])
        for each in {*revisions, *effects}
        if effects.get(each) != list(range(1, revisions[each] + 1))
    }
