"""What a definition makes of events, said a second time in plain Python, so that the figures in tables can be doubted.

The tables' own counting is one statement of SQL (`store/reading.py`). Neither knows of the other; a test and
`maerk planning verify` demand that they agree.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from planning.domain.indicator import Definition
from planning.domain.period import Period


@dataclass(frozen=True, slots=True)
class Fact:
    """An event with where it lies in the log."""

    id: UUID
    type: str
    topic: str
    partition: int
    offset: int
    subject: UUID
    revision: int
    at: datetime
    provenance: str
    case_derived: bool
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """A value, with how many events are behind it and which; `value` and `case_count` as in a reading."""

    value: Decimal | None
    event_count: int
    case_count: int | None
    counted_hash: str


def figure(definition: Definition, period: Period, provenance: str, facts: Iterable[Fact]) -> Figure:
    """The figure that these events make, in whatever order they come."""
    behind = counted(definition, period, provenance, facts)
    return Figure(
        value=_value(definition, behind),
        event_count=len(behind),
        case_count=sum(each.case_derived for each in behind) if definition.counts_cases else None,
        counted_hash=hash_of(each.id for each in behind),
    )


def hash_of(ids: Iterable[UUID]) -> str:
    """SHA-256 over the ids of the events, 16 bytes each, ascending: which events are behind a figure."""
    return sha256(b"".join(sorted(each.bytes for each in ids))).hexdigest()


def counted(definition: Definition, period: Period, provenance: str, facts: Iterable[Fact]) -> list[Fact]:
    """The events that are behind the figure."""
    heard = [
        each
        for each in facts
        if each.type in definition.event_types
        and each.provenance == provenance
        and each.at < period.ends_at
        and (definition.is_stock or each.at >= period.starts_at)
        and all(_same(each.data.get(name), said) for name, said in definition.match.items())
    ]
    if definition.method == "newest":
        return _newest_told(heard)
    if definition.method != "latest":
        return heard
    newest = _newest(each for each in heard if _keys_named(definition, each))
    return [each for each in newest.values() if each.type in definition.counting_types]


def members(definition: Definition, behind: Iterable[Fact]) -> set[str]:
    """What the events are about: the different values of the field that the definition tells apart."""
    return {key for each in behind for key in _keys(definition, each)}


def mean(total: Decimal, count: int) -> Decimal:
    """With three decimals, a half rounded away from zero; zero where nobody has said a number."""
    return (total / max(count, 1)).quantize(Decimal("0.001"), ROUND_HALF_UP)


def _value(definition: Definition, behind: list[Fact]) -> Decimal | None:
    if definition.method in ("latest", "distinct_count"):
        return Decimal(len(members(definition, behind)))
    if definition.sum_field is not None and definition.method in ("sum", "mean", "newest"):
        said = [Decimal(str(each.data[definition.sum_field])) for each in behind if definition.sum_field in each.data]
        if definition.method == "newest" and not said:
            return None
        total = sum(said, Decimal())
        return mean(total, len(said)) if definition.method == "mean" else total
    return Decimal(len(behind))


def _newest_told(heard: Iterable[Fact]) -> list[Fact]:
    """What is said now of the thing that was told of last; correcting an older one brings that back in no figure."""
    told = list(heard)
    first: dict[UUID, datetime] = {}
    for each in told:
        first[each.subject] = min(each.at, first.get(each.subject, each.at))
    return sorted(_newest(told).values(), key=lambda each: (first[each.subject], each.subject))[-1:]


def _newest(heard: Iterable[Fact]) -> dict[UUID, Fact]:
    """Of each thing its newest event."""
    newest: dict[UUID, Fact] = {}
    for each in heard:
        before = newest.get(each.subject)
        if before is None or _newer(each, before):
            newest[each.subject] = each
    return newest


def _keys_named(definition: Definition, fact: Fact) -> bool:
    return definition.by_field in fact.data or f"{definition.by_field}s" in fact.data


def _keys(definition: Definition, fact: Fact) -> Iterator[str]:
    name = str(definition.by_field)
    found = fact.data[name] if name in fact.data else fact.data.get(f"{name}s", ())
    for each in found if isinstance(found, list | tuple) else (found,):
        yield str(each).lower() if isinstance(each, bool) else str(each)


def _newer(one: Fact, other: Fact) -> bool:
    return (one.revision, -one.id.int) > (other.revision, -other.id.int)


def _same(found: object, said: object) -> bool:
    return found == said and isinstance(found, bool) == isinstance(said, bool)
