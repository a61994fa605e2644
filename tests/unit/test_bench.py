"""A round of the bench counts only when every record has arrived once, unchanged and in order."""

from dataclasses import dataclass
from typing import Any

import pytest

from bench.records import HEADERS, check, in_order, key, payload
from bench.rounds import NotAsSent, Outcome, Pair, take_turns
from contracts.cloudevents import sequence_header
from contracts.topics import partition


@dataclass(frozen=True)
class Sent:
    """A message as the client hands it over."""

    place: int
    sequence: int
    content: bytes
    said: tuple[tuple[str, bytes], ...] = tuple((name, value.encode()) for name, value in HEADERS.items())

    def key(self) -> bytes:
        return key(self.place)

    def value(self) -> bytes:
        return self.content

    def partition(self) -> int:
        return partition(self.key())

    def headers(self) -> list[tuple[str, bytes]]:
        return [*self.said, sequence_header(self.sequence)]


def sent(place: int, **other: Any) -> Sent:
    return Sent(**{"place": place, "sequence": place, "content": payload(place), **other})


def test_a_round_counts_when_all_is_there() -> None:
    check([sent(place) for place in (1, 2, 3, 1001)], 4)


@pytest.mark.parametrize(
    ("messages", "why"),
    [
        ([sent(1), sent(3)], "2 of 3"),
        ([sent(1), sent(2), sent(2)], "twice"),
        ([sent(1001), sent(1), sent(2)], "later one"),
        ([sent(1), sent(2), sent(3, content=payload(3)[:-3] + b'y"}')], "changed"),
        ([sent(1), sent(2), sent(3, said=(("ce_id", b"another"),))], "headers"),
        ([sent(1, sequence=9), sent(1001, sequence=8), sent(2)], "does not rise"),
    ],
)
def test_a_round_does_not_count_when_anything_is_wrong(messages: list[Sent], why: str) -> None:
    with pytest.raises(NotAsSent, match=why):
        check(messages, 3)


@pytest.mark.parametrize("revisions", [[("a", 1), ("a", 3)], [("a", 2), ("a", 1)], [("a", 1), ("a", 1)], [("a", 1)]])
def test_effects_count_when_each_thing_has_them_in_order(revisions: list[tuple[str, int]]) -> None:
    in_order([("a", 1), ("b", 1), ("a", 2)], 3)
    with pytest.raises(NotAsSent):
        in_order(revisions, 2)


async def test_candidates_take_turns_and_a_ratio_is_taken_within_a_round() -> None:
    order: list[str] = []
    values = iter([10.0, 5.0, 20.0, 40.0, 90.0])

    async def ours() -> float:
        order.append("ours")
        return next(values)

    async def theirs() -> float:
        order.append("theirs")
        if len(order) == 6:
            raise NotAsSent("one is missing")
        return next(values)

    outcome = Outcome("events/s", await take_turns({"ours": ours, "theirs": theirs}, 3), [Pair("ours", "theirs")])
    assert order == ["ours", "theirs"] * 3
    assert outcome.values == {"ours": [10.0, 20.0, 90.0], "theirs": [5.0, 40.0, None]}
    assert outcome.ratio(outcome.pairs[0]) == 1.25
    assert outcome.whole
