"""Figures of several initiatives as one: what is behind two of them counts once, whoever came of whom.

Source: systems that add up what parents and children say count it twice; events have ids, so these cannot.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.values import Provenance
from planning.domain.counting import mean
from planning.domain.indicator import Definition, Indicator, Method
from planning.domain.period import Period
from planning.queries.indicator import reading_view
from planning.queries.target import standing
from planning.store.indicator import INDICATORS, indicator_of
from planning.store.initiative import InitiativeMissing
from planning.store.plan import plan
from planning.store.reading import COUNTED, KEYS, newest_reading, window
from planning.store.target import targets_of


class PartView(BaseModel):
    """A figure that is part of a sum."""

    indicator_id: UUID
    initiative_id: UUID | None
    code: str
    name_da: str
    definition_da: str
    value: Decimal


class RolledUp(BaseModel):
    """Figures of the same kind as one."""

    method: Method
    tells_apart: str | None = Field(description="The field whose different values are counted")
    adds_up: str | None = Field(description="The field that is added up")
    unit_da: str | None
    value: Decimal = Field(description="Every event once, and every different value once")
    event_count: int
    counted_twice: int = Field(description="How many events are behind more than one part")
    parts: tuple[PartView, ...]
    text_da: str


class RollUp(BaseModel):
    """Several initiatives' figures of one period."""

    period: str
    provenance: Provenance
    initiative_ids: tuple[UUID, ...]
    figures: tuple[RolledUp, ...]
    beside: tuple[str, ...] = Field(
        description="Codes of figures that are not rolled up: read by somebody, told as one number, or of single cases"
    )
    targets: int = Field(description="How many of all these figures have a target in the period")
    targets_reached: int


@dataclass
class _Sum:
    """What is behind figures of the same kind."""

    definition: Definition
    seen: dict[UUID, int] = field(default_factory=lambda: defaultdict[UUID, int](int))
    amounts: dict[UUID, Decimal] = field(default_factory=dict[UUID, Decimal])
    keys: set[str] = field(default_factory=set[str])
    parts: list[PartView] = field(default_factory=list[PartView])

    def add(self, indicator: Indicator, rows: Sequence[Any]) -> None:
        """The figure is part of it."""
        own = _Sum(indicator.definition)
        for each in (self, own):
            for row in rows:
                each.seen[row["event_id"]] += 1
                each.keys.update(row["keys"] or ())
                if row["amount"] is not None:
                    each.amounts[row["event_id"]] = row["amount"]
        self.parts.append(
            PartView(
                indicator_id=indicator.id,
                initiative_id=indicator.initiative_id,
                code=indicator.code,
                name_da=indicator.name_da,
                definition_da=indicator.definition.text_da,
                value=own.value,
            )
        )

    @property
    def value(self) -> Decimal:
        """Everything once."""
        if self.definition.by_field is not None and self.definition.method in ("distinct_count", "latest"):
            return Decimal(len(self.keys))
        if self.definition.method in ("sum", "mean"):
            total = sum(self.amounts.values(), Decimal())
            return mean(total, len(self.amounts)) if self.definition.method == "mean" else total
        return Decimal(len(self.seen))


async def initiative_roll_up(tx: Tx, id: UUID, *, period: str, provenance: Provenance) -> RollUp:
    """The figures of the initiative and of all it became.

    Raises: InitiativeMissing.
    """
    if not await tx.fetchval("select exists (select from initiatives where id = $1)", id):
        raise InitiativeMissing("There is no such initiative.")
    rows = await tx.fetch(
        """
        with recursive line (id) as (
            select $1::uuid union select later_id from initiative_lineage join line on earlier_id = line.id
        )
        select id from line order by id
        """,
        id,
    )
    return await _rolled_up(tx, [row["id"] for row in rows], period=period, provenance=provenance)


async def plan_roll_up(tx: Tx, id: UUID, *, period: str, provenance: Provenance) -> RollUp:
    """The figures of all of the plan's initiatives.

    Raises: ActionPlanMissing.
    """
    await plan(tx, id)
    rows = await tx.fetch("select id from initiatives where plan_id = $1 order by number, id", id)
    return await _rolled_up(tx, [row["id"] for row in rows], period=period, provenance=provenance)


async def _rolled_up(tx: Tx, ids: Sequence[UUID], *, period: str, provenance: Provenance) -> RollUp:
    rows = await tx.fetch(INDICATORS + " where initiative_id = any ($1::uuid[]) order by code, indicator.id", list(ids))
    found = [indicator_of(dict(row)) for row in rows]
    found = [each for each in found if each.frequency == Period(period).frequency]
    sums: dict[tuple[Any, ...], _Sum] = {}
    beside: list[str] = []
    for each in found:
        definition = each.definition
        if not definition.is_counted or definition.method == "newest" or definition.counts_cases:
            beside.append(each.code)
            continue
        tells = (definition.by_field or "").removesuffix("s")
        kind = (definition.method, tells, definition.sum_field, each.unit_da)
        sums.setdefault(kind, _Sum(definition)).add(each, await _behind(tx, definition, Period(period), provenance))
    reached = await _reached(tx, found, period, provenance)
    return RollUp(
        period=period,
        provenance=provenance,
        initiative_ids=tuple(ids),
        figures=tuple(_view(kind, each) for kind, each in sums.items()),
        beside=tuple(beside),
        targets=len(reached),
        targets_reached=sum(reached),
    )


async def _behind(tx: Tx, definition: Definition, period: Period, provenance: Provenance) -> Sequence[Any]:
    return await tx.fetch(
        COUNTED  # noqa: S608  # constants
        + f"""
        select event_id, (data ->> $11)::numeric as amount,
            case when $12 then array(select jsonb_array_elements_text({KEYS})) end as keys
        from counted
        """,  # noqa: S608  # constants
        *window(definition, period, provenance),
        definition.sum_field,
        definition.by_field is not None,
    )


async def _reached(tx: Tx, found: Iterable[Indicator], period: str, provenance: Provenance) -> list[bool]:
    """Of each target of the period whether it is reached; not yet where there is no figure."""
    by_id: Mapping[UUID, Indicator] = {each.id: each for each in found}
    reached: list[bool] = []
    for each in standing(await targets_of(tx, list(by_id))):
        if each.period == period:
            reading = await newest_reading(tx, by_id[each.indicator_id], Period(period), provenance)
            value = None if reading is None else reading_view(reading, operator=False).value
            reached.append(value is not None and each.is_reached(value))
    return reached


def _view(kind: tuple[Any, ...], rolled: _Sum) -> RolledUp:
    method, tells, adds, unit = kind
    twice = sum(count > 1 for count in rolled.seen.values())
    parts = " + ".join(f"{each.code} ({each.value:f})" for each in rolled.parts)
    return RolledUp(
        method=method,
        tells_apart=tells or None,
        adds_up=adds,
        unit_da=unit,
        value=rolled.value,
        event_count=len(rolled.seen),
        counted_twice=twice,
        parts=tuple(rolled.parts),
        text_da=f"{parts} giver {rolled.value:f}, når {twice} fælles hændelser og hver værdi kun tælles én gang.",
    )
