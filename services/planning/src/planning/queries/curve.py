"""How a figure moved with each event, computed from the events."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.values import Provenance
from planning.domain.counting import mean
from planning.domain.indicator import Indicator
from planning.domain.period import Period
from planning.queries.indicator import found_indicator
from planning.store.reading import KEYS


class Step(BaseModel):
    """The figure from one moment on."""

    at: datetime
    value: Decimal | None = Field(description="None from the moment at which no number is said any more")


class Curve(BaseModel):
    """How a figure moved, computed from the events; replaying the log gives the same."""

    indicator_id: UUID
    definition_version: int
    provenance: Provenance
    steps: tuple[Step, ...] = Field(
        description="None for figures that count single cases, except for operators: a step would be such a case"
    )


async def curve(tx: Tx, id: UUID, *, provenance: Provenance, operator: bool) -> Curve:
    """How the figure moved with each event; what happened is counted from the beginning of each period.

    Raises: IndicatorMissing.
    """
    found = await found_indicator(tx, id)
    definition = found.definition
    shown = operator or not definition.counts_cases
    rows = await tx.fetch(
        f"""
        select subject, revision, occurred_at, type = any ($4::text[]) as counts, (data ->> $5)::numeric as amount,
            case when $6 in ('latest', 'distinct_count')
                then array(select jsonb_array_elements_text({KEYS})) end as keys
        from facts where type = any ($1::text[]) and provenance = $2 and data @> $3::jsonb and $8
            and ($6 not in ('latest', 'distinct_count') or data ? $7::text or data ? ($7::text || 's'))
        order by occurred_at, revision, event_id
        """,  # noqa: S608  # a constant
        list(definition.event_types),
        provenance,
        dict(definition.match),
        list(definition.counting_types),
        definition.sum_field,
        definition.method,
        definition.by_field,
        shown,
    )
    return Curve(
        indicator_id=id,
        definition_version=definition.version,
        provenance=provenance,
        steps=_steps(found, rows),
    )


def _steps(indicator: Indicator, rows: list[Any]) -> tuple[Step, ...]:
    figure: Figure = FIGURES.get(indicator.definition.method, Events)()
    value: Decimal | None = Decimal()
    steps, period = list[Step](), None
    for row in rows:
        at = row["occurred_at"]
        if not indicator.definition.is_stock and (period is None or at >= period.ends_at):
            period, value, figure = Period.containing(at, indicator.frequency), Decimal(), type(figure)()
        now = figure.after(row)
        if now != value:
            value = now
            steps.append(Step(at=at, value=value))
    return tuple(steps)


class Figure(Protocol):
    """What a method makes of one event after the other."""

    def after(self, row: Any) -> Decimal | None:
        """The value when this event is counted too."""
        ...


@dataclass
class Events:
    """The number of events."""

    seen: int = 0

    def after(self, row: Any) -> Decimal:  # noqa: ARG002  # each counts as one
        self.seen += 1
        return Decimal(self.seen)


@dataclass
class Total:
    """The sum of a field."""

    value: Decimal = field(default_factory=Decimal)

    def after(self, row: Any) -> Decimal:
        self.value += row["amount"] or 0
        return self.value


@dataclass
class Distinct:
    """The number of different keys."""

    keys: set[str] = field(default_factory=set[str])

    def after(self, row: Any) -> Decimal:
        self.keys.update(row["keys"])
        return Decimal(len(self.keys))


@dataclass
class Standing:
    """The number of different keys of those aggregates whose newest event counts."""

    newest: dict[UUID, tuple[int, tuple[str, ...]]] = field(default_factory=dict[UUID, tuple[int, tuple[str, ...]]])
    keys: Counter[str] = field(default_factory=Counter[str])

    def after(self, row: Any) -> Decimal:
        revision, before = self.newest.get(row["subject"], (0, ()))
        if row["revision"] > revision:
            after = tuple(set(row["keys"])) if row["counts"] else ()
            self.newest[row["subject"]] = row["revision"], after
            self.keys.subtract(before)
            self.keys.update(after)
            self.keys = +self.keys
        return Decimal(len(self.keys))


@dataclass
class Told:
    """The number that is said now of the thing that was told of last."""

    first: dict[UUID, datetime] = field(default_factory=dict[UUID, datetime])
    newest: dict[UUID, tuple[int, Decimal | None]] = field(default_factory=dict[UUID, tuple[int, Decimal | None]])

    def after(self, row: Any) -> Decimal | None:
        subject = row["subject"]
        self.first.setdefault(subject, row["occurred_at"])
        if row["revision"] > self.newest.get(subject, (0, None))[0]:
            self.newest[subject] = row["revision"], row["amount"]
        return self.newest[max(self.first, key=lambda each: (self.first[each], each))][1]


@dataclass
class Mean:
    """The mean of a field, as a reading rounds it."""

    total: Decimal = field(default_factory=Decimal)
    count: int = 0

    def after(self, row: Any) -> Decimal:
        if row["amount"] is not None:
            self.total, self.count = self.total + row["amount"], self.count + 1
        return mean(self.total, self.count)


FIGURES: dict[str, type[Figure]] = {
    "sum": Total, "distinct_count": Distinct, "latest": Standing, "newest": Told, "mean": Mean,
}  # fmt: skip
