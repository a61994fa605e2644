"""What a figure is made of by a field of its events, with no small number of cases or people in it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from chassis.disclosure import MINIMUM, one_way
from contracts.problems import Invalid
from contracts.training import (
    RegistrationAttended,
    RegistrationCancelled,
    RegistrationConfirmed,
    RegistrationMissed,
    RegistrationOffered,
    RegistrationOfferExpired,
    RegistrationWaitlisted,
)
from contracts.values import Provenance
from planning.domain.binding import HEARD, check_key, codes
from planning.domain.counting import mean
from planning.domain.indicator import Definition
from planning.domain.period import DENMARK, Period
from planning.domain.reading import PeriodUnlikeFrequency
from planning.domain.theme import at_least, ended_months
from planning.queries.indicator import DefinitionView, definition_view, found_indicator
from planning.queries.reach import all_municipalities
from planning.store.reading import COUNTED, KEYS, window

NOT_STATED = "not_stated"
PEOPLE = frozenset(
    each.type
    for each in (
        RegistrationAttended, RegistrationCancelled, RegistrationConfirmed, RegistrationMissed, RegistrationOffered,
        RegistrationOfferExpired, RegistrationWaitlisted,
    )
)  # fmt: skip
OF_PEOPLE = "participant_count"


class NotDivisible(Invalid):
    """This figure is one number, words, or made of single cases in a way that cannot be shown in parts."""

    title_da = "Tallet kan ikke deles op"


class Part(BaseModel):
    """One value of the field."""

    key: str = Field(description="A value of the field, or `not_stated` for events that have none")
    value: Decimal | None = Field(description="None where it is too small, or would give a small one away")
    whole: bool = Field(description="False where months are left out of it, so that there are at least so many")


class Breakdown(BaseModel):
    """A figure in parts. The field's values that no event has are parts too, where they are known."""

    indicator_id: UUID
    definition: DefinitionView
    provenance: Provenance
    period: str
    field: str
    overlaps: bool = Field(description="What is in several parts counts once in the figure: do not add them up")
    minimum: int = Field(default=MINIMUM, description="No smaller number of cases or people can be computed")
    parts: tuple[Part, ...] = Field(description="By value of the field")


async def breakdown(
    tx: Tx, id: UUID, *, field: str, period: str, provenance: Provenance, at: datetime, operator: bool
) -> Breakdown:
    """The figure of that period in parts.

    Raises: IndicatorMissing, FieldUnknown, NotDivisible, PeriodUnlikeFrequency.
    """
    indicator = await found_indicator(tx, id)
    definition, of = indicator.definition, Period(period)
    if of.frequency != indicator.frequency:
        raise PeriodUnlikeFrequency("This indicator is not read for periods of this length.", pointer="query:period")
    if not definition.is_counted or definition.method == "newest":
        raise NotDivisible("Only what is counted has parts.", pointer="query:field")
    if definition.counts_cases and definition.method != "event_count":
        raise NotDivisible("Of single cases only their number is shown in parts.", pointer="query:field")
    for name in definition.event_types:
        check_key(HEARD[name], field, pointer="query:field")
    rows = await _rows(tx, definition, of, provenance, field)
    kinds = sorted({row["key"] for row in rows} | set(_kinds(definition, field, provenance, at)))
    if definition.counts_cases and not operator:
        parts = _of_cases(rows, kinds, of, at)
    else:
        parts = _counted(definition, rows, kinds, hide=not operator and _is_of_people(definition))
    return Breakdown(
        indicator_id=id,
        definition=definition_view(definition),
        provenance=provenance,
        period=period,
        field=field,
        overlaps=any(row["of_several"] for row in rows) or definition.method in ("distinct_count", "latest"),
        parts=tuple(parts),
    )


async def _rows(tx: Tx, definition: Definition, period: Period, provenance: Provenance, field: str) -> list[Any]:
    """One row for each event and each value of the field that it has."""
    mine = KEYS.replace("$7", "$13")
    return await tx.fetch(
        COUNTED  # noqa: S608  # constants
        + f"""
        select coalesce(key, $14) as key, to_char(occurred_at at time zone 'UTC', 'YYYY-MM') as month,
            (data ->> $11)::numeric as amount, jsonb_array_length({mine}) > 1 as of_several,
            case when $12 then array(select jsonb_array_elements_text({KEYS})) end as members
        from counted left join lateral jsonb_array_elements_text({mine}) as key on true
        """,  # noqa: S608  # constants
        *window(definition, period, provenance),
        definition.sum_field,
        definition.by_field is not None,
        field,
        NOT_STATED,
    )


def _kinds(definition: Definition, field: str, provenance: Provenance, at: datetime) -> Iterable[str]:
    """The values that the field may have, as far as they are listed: what is nowhere named would be seen to be zero."""
    if field in ("municipality_code", "municipality_codes"):
        return [each.code for each in all_municipalities(provenance, at.astimezone(DENMARK).date())]
    return [
        code
        for name in definition.event_types
        for which in (field, f"{field}s")
        for code in codes(HEARD[name], which) or ()
    ]


def _is_of_people(definition: Definition) -> bool:
    return definition.sum_field == OF_PEOPLE or bool(PEOPLE.intersection(definition.event_types))


def _counted(definition: Definition, rows: Iterable[Any], kinds: Iterable[str], *, hide: bool) -> list[Part]:
    by_kind: dict[str, list[Any]] = {kind: [] for kind in kinds}
    for row in rows:
        by_kind[row["key"]].append(row)
    values = {kind: _value(definition, own) for kind, own in by_kind.items()}
    if not hide:
        return [Part(key=kind, value=value, whole=True) for kind, value in values.items()]
    people = {
        kind: sum(1 if row["amount"] is None else int(row["amount"]) for row in own) for kind, own in by_kind.items()
    }
    shown = one_way(people).cells
    return [Part(key=kind, value=None if shown[kind] is None else value, whole=True) for kind, value in values.items()]


def _value(definition: Definition, rows: list[Any]) -> Decimal:
    if definition.method in ("distinct_count", "latest"):
        return Decimal(len({each for row in rows for each in row["members"]}))
    if definition.method in ("sum", "mean"):
        said = [row["amount"] for row in rows if row["amount"] is not None]
        total = sum(said, Decimal())
        return mean(total, len(said)) if definition.method == "mean" else total
    return Decimal(len(rows))


def _of_cases(rows: Iterable[Any], kinds: Iterable[str], period: Period, at: datetime) -> list[Part]:
    """Single cases only in ended months, each a table of its own."""
    kinds, counted = tuple(kinds), dict[tuple[str, str], int]()
    for row in rows:
        key = row["month"], row["key"]
        counted[key] = counted.get(key, 0) + 1
    ended = ended_months(int(period.name[:4]), at.astimezone(DENMARK).date())
    months = [each for each in ended if each in _months(period)]
    found: Mapping[str, Any] = at_least(counted, kinds, months)
    shown = {kind: found[kind].count for kind in kinds}
    return [
        Part(key=kind, value=None if count is None else Decimal(count), whole=found[kind].whole)
        for kind, count in shown.items()
    ]


def _months(period: Period) -> set[str]:
    year = period.name[:4]
    if period.frequency == "month":
        return {period.name}
    first, count = (1, 12) if period.frequency == "year" else (int(period.name[-1]) * 3 - 2, 3)
    return {f"{year}-{month:02}" for month in range(first, first + count)}
