"""What a service listens to, and what an event is once it has been read."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol
from uuid import UUID

from chassis.database import Tx
from contracts import cloudevents
from contracts.event import Event
from contracts.topics import Topic, topic


class Record(Protocol):
    """A message as a Kafka client hands it over."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


@dataclass(frozen=True, slots=True)
class Heard:
    """An event together with where it lies in the log, which is the evidence that it was."""

    event: Event
    id: UUID
    flow: cloudevents.Flow | None
    topic: str
    partition: int
    offset: int
    sequence: int


Projection = Callable[[Tx, Sequence[Heard]], Awaitable[None]]
Reaction = Callable[[Tx, Heard], Awaitable[None]]


@dataclass(frozen=True)
class Listens:
    """Which events make this service remember something, and which make it act.

    A projection is given all events of a batch that it is named for, in order, since one statement can keep a thousand.
    A reaction is given one event at a time, so that what it causes names its cause. `afterwards` is a reaction to a
    batch as a whole, for work that is the same however many events there were; its cause is the last of them.
    """

    projections: Mapping[type[Event], Projection] = field(default_factory=dict[type[Event], Projection])
    reactions: Mapping[type[Event], Reaction] = field(default_factory=dict[type[Event], Reaction])
    afterwards: Projection | None = None

    @cached_property
    def types(self) -> Mapping[str, type[Event]]:
        """The classes listened to, by their event type."""
        return {each.type: each for each in (*self.projections, *self.reactions)}

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The internal topics that carry them, in the order of their names."""
        owners = sorted({each.service for each in self.types.values()})
        return tuple(topic(owner, "internal") for owner in owners)
