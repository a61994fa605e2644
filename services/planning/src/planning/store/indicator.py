"""Indicators and the definitions that they have had."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

import asyncpg

from chassis.database import Tx
from contracts.problems import Conflict, Missing
from planning.domain.indicator import Definition, Indicator
from planning.store.initiative import InitiativeMissing
from planning.store.plan import ActionPlanMissing


class IndicatorMissing(Missing):
    """There is no such indicator."""

    title_da = "Indikatoren findes ikke"


class IndicatorAlreadyDefined(Conflict):
    """The plan has an indicator of that code."""

    title_da = "Indikatoren er allerede defineret"


async def add_indicator(tx: Tx, indicator: Indicator) -> None:
    """The indicator stands with its first definition.

    Raises: IndicatorAlreadyDefined, ActionPlanMissing, InitiativeMissing.
    """
    try:
        await tx.execute(
            "insert into indicators (id, plan_id, initiative_id, code, name_da, name_en, unit_da, unit_en, kind,"
            " frequency, revision) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            indicator.id,
            indicator.plan_id,
            indicator.initiative_id,
            indicator.code,
            indicator.name_da,
            indicator.name_en,
            indicator.unit_da,
            indicator.unit_en,
            indicator.kind,
            indicator.frequency,
            indicator.revision,
        )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "indicators_one_code_per_plan":
            raise IndicatorAlreadyDefined("The plan has an indicator of this code; redefine it instead.") from None
        raise
    except asyncpg.ForeignKeyViolationError as error:
        if error.constraint_name == "indicators_initiative_of_the_plan":
            raise InitiativeMissing("The plan has no such initiative.", pointer="/initiative_id") from None
        raise ActionPlanMissing("There is no such action plan.", pointer="/plan_id") from None
    await add_definition(tx, indicator)


async def add_definition(tx: Tx, indicator: Indicator) -> None:
    """The indicator's definition stands beside those before it."""
    definition = indicator.definition
    await tx.execute(
        """
        insert into indicator_definitions (indicator_id, version, text_da, text_en, method, event_types, counting_types,
            match, by_field, sum_field, out_of, scale_da, defined_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """,
        indicator.id,
        definition.version,
        definition.text_da,
        definition.text_en,
        definition.method,
        list(definition.event_types),
        list(definition.counting_types),
        dict(definition.match),
        definition.by_field,
        definition.sum_field,
        definition.out_of,
        list(definition.scale_da),
        definition.defined_at,
    )


DEFINITION = (
    "version, text_da, text_en, method, event_types, counting_types, match, by_field, sum_field, out_of, scale_da,"
    " defined_at"
)


INDICATORS = f"""
    select indicator.id, plan_id, initiative_id, code, name_da, name_en, unit_da, unit_en, kind, frequency, revision,
        {DEFINITION}
    from indicators as indicator join lateral (
        select {DEFINITION} from indicator_definitions
        where indicator_id = indicator.id order by version desc limit 1
    ) as definition on true
    """  # noqa: S608  # column names


async def hold_definitions(tx: Tx) -> None:
    """No indicator is defined anew until the transaction ends; others may count at the same time.

    Ask before reading any indicator: whoever waited for a new definition must read it in a statement of its own.
    """
    await tx.execute("lock table indicators in row share mode")


async def hold_counting(tx: Tx) -> None:
    """Nobody counts until the transaction ends, and those who were counting have committed.

    Otherwise an event whose transaction is under way is seen neither by the new definition's first count nor, since
    that transaction does not see the definition, by its own.
    """
    await tx.execute("lock table indicators in exclusive mode")


async def indicator_for_update(tx: Tx, id: UUID) -> Indicator:
    """The indicator with its newest definition, locked until the transaction ends.

    Raises: IndicatorMissing.
    """
    rows = await tx.fetch(INDICATORS + " where indicator.id = $1 for update of indicator", id)
    if not rows:
        raise IndicatorMissing("There is no such indicator.")
    return indicator_of(dict(rows[0]))


async def counting_for_update(tx: Tx, types: Sequence[str]) -> list[Indicator]:
    """The indicators that count any of these event types, locked in the order of their ids."""
    counted = " where event_types && $1::text[]"
    rows = await tx.fetch(INDICATORS + counted + " order by indicator.id for update of indicator", list(types))
    return [indicator_of(dict(row)) for row in rows]


async def of_plan_for_update(tx: Tx, plan_id: UUID) -> list[Indicator]:
    """The plan's indicators, locked in the order of their ids until the transaction ends."""
    rows = await tx.fetch(INDICATORS + " where plan_id = $1 order by indicator.id for update of indicator", plan_id)
    return [indicator_of(dict(row)) for row in rows]


async def save_revision(tx: Tx, indicator: Indicator) -> None:
    """The indicator's revision is as given; its row was locked before."""
    await tx.execute("update indicators set revision = $2 where id = $1", indicator.id, indicator.revision)


def indicator_of(row: dict[str, Any]) -> Indicator:
    """A row as its object."""
    definition = definition_of({each.name: row.pop(each.name) for each in fields(Definition)})
    return Indicator(**row, definition=definition)


def definition_of(row: dict[str, Any]) -> Definition:
    """A row as its object."""
    for name in ("event_types", "counting_types", "scale_da"):
        row[name] = tuple(row[name])
    return Definition(**row)
