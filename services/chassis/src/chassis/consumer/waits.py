"""Which partitions wait before they are tried again, each with growing pauses of its own; the others go on."""

import time
from collections import Counter

from aiokafka import TopicPartition

from chassis.pause import jittered


class Waits:
    """The pauses of one member's partitions."""

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._failures = Counter[TopicPartition]()
        self._until: dict[TopicPartition, float] = {}

    def attempt(self, partition: TopicPartition) -> int:
        """The number of the attempt that comes next, from 1."""
        return self._failures[partition] + 1

    def put_off(self, partition: TopicPartition) -> float:
        """The partition waits from now on. Returns for how many seconds."""
        self._failures[partition] += 1
        seconds = jittered(self._failures[partition], longest_s=self._longest_s)
        self._until[partition] = time.monotonic() + seconds
        return seconds

    def settled(self, partition: TopicPartition) -> None:
        """The partition's next failure is its first."""
        self._failures.pop(partition, None)
        self._until.pop(partition, None)

    def holds(self, partition: TopicPartition) -> bool:
        """True while the partition waits."""
        return self._until.get(partition, 0.0) > time.monotonic()

    def is_over(self) -> bool:
        """True once for each partition whose wait is over."""
        over = [partition for partition in self._until if not self.holds(partition)]
        for partition in over:
            del self._until[partition]
        return bool(over)

    def next_ms(self, longest_ms: int) -> int:
        """Until the next wait is over, at most so long."""
        left = min((until - time.monotonic() for until in self._until.values()), default=longest_ms / 1000)
        return max(1, min(longest_ms, int(left * 1000)))
