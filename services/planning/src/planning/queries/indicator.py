"""Indicators with the readings that stand, and every reading that there ever was."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.values import Provenance
from planning.domain.indicator import Definition, Indicator, Kind, Method
from planning.domain.period import Frequency
from planning.domain.reading import Reading, Status, is_hidden
from planning.domain.wording import binding_da
from planning.store.indicator import INDICATORS, IndicatorMissing, indicator_of
from planning.store.override import overrides as held_overrides
from planning.store.plan import ActionPlanMissing
from planning.store.reading import READING


class DefinitionView(BaseModel):
    """What exactly an indicator counts."""

    version: int
    text_da: str
    text_en: str | None
    method: Method
    event_types: tuple[str, ...]
    counting_types: tuple[str, ...]
    match: Mapping[str, Any]
    by_field: str | None
    sum_field: str | None
    out_of: int | None
    scale_da: tuple[str, ...] = Field(description="The steps of what is read in words, the least first")
    defined_at: datetime
    counts_da: str = Field(description="What the binding counts, said from the binding itself")


class SetAside(BaseModel):
    """Where an event lies that could not take effect."""

    topic: str
    partition: int
    offset: int


class OverrideView(BaseModel):
    """Another value that somebody holds against a counted figure."""

    id: UUID
    definition_version: int
    provenance: Provenance
    period: str
    value: Decimal | None = Field(description="None where the one before was taken back")
    reason: str
    source_url: str | None
    made_at: datetime


class Overrides(BaseModel):
    """All values that were ever held against an indicator's figures, in their order."""

    items: tuple[OverrideView, ...]


class ReadingView(BaseModel):
    """A figure, which never stands without its definition and its moment."""

    id: UUID
    indicator_id: UUID
    definition_version: int
    provenance: Provenance
    period: str
    status: Status
    value: Decimal | None = Field(
        description="None where fewer than five single cases are behind it, for words, which are never added up, and"
        " where the newest event says no number"
    )
    step_da: str | None = Field(description="The step of the scale, where it is read in words")
    words_da: str | None = Field(description="What was said beside the step")
    event_count: int | None = Field(description="How many events are behind it, where that is known and may be shown")
    as_of: datetime
    watermark: Mapping[str, Mapping[str, int]] = Field(
        description="The next offset of every partition: which events had been counted. Operators alone see it for"
        " figures that count single cases"
    )
    set_aside: tuple[SetAside, ...] = Field(
        description="Events before the watermark that were not counted, since they or their predecessors were parked"
    )
    counted_hash: str | None = Field(
        description="SHA-256 over the ids of the events behind it, 16 bytes each, ascending; none where it was typed,"
        " is older than this, or counts single cases, which operators alone see"
    )
    corrects: UUID | None = Field(description="The reading that this one corrects")
    source_url: str | None = Field(description="Where a value that was read by hand comes from")
    reported_by: str | None = Field(description="The authority whose report it was, which MÆRK approved")
    override: OverrideView | None = Field(
        default=None, description="Another value that is held against this one, which stays as it was counted"
    )


class IndicatorView(BaseModel):
    """An indicator with its newest definition and the readings that stand under it."""

    id: UUID
    plan_id: UUID
    initiative_id: UUID | None
    code: str
    name_da: str
    name_en: str | None
    unit_da: str | None = Field(description="What the values are numbers of; fixed. None where it was not stated")
    unit_en: str | None
    kind: Kind
    frequency: Frequency
    definition: DefinitionView
    readings: tuple[ReadingView, ...] = Field(description="Newest period first; of each period the one that stands now")

    @property
    def revision(self) -> int:
        """What a change is made to is the definition; readings come by themselves."""
        return self.definition.version


class Indicators(BaseModel):
    """The indicators of a plan, by code."""

    items: tuple[IndicatorView, ...]


class Readings(BaseModel):
    """All readings of an indicator under all its definitions, in the order in which they were made."""

    items: tuple[ReadingView, ...]


async def indicators(tx: Tx, plan_id: UUID, *, operator: bool) -> Indicators:
    """The plan's indicators, each with the readings that stand.

    Raises: ActionPlanMissing.
    """
    if await tx.fetchval("select id from action_plans where id = $1", plan_id) is None:
        raise ActionPlanMissing("There is no such action plan.")
    rows = await tx.fetch("select id from indicators where plan_id = $1 order by code", plan_id)
    return Indicators(items=tuple([await indicator(tx, row["id"], operator=operator) for row in rows]))


async def indicator(tx: Tx, id: UUID, *, operator: bool) -> IndicatorView:
    """One indicator with the readings that stand.

    Raises: IndicatorMissing.
    """
    found = await found_indicator(tx, id)
    rows = await tx.fetch(
        f"""
        select distinct on (period, provenance) {READING} from readings
        where indicator_id = $1 and definition_version = $2 order by period desc, provenance, place desc
        """,  # noqa: S608  # column names
        id,
        found.definition.version,
    )
    beside = {
        (each.definition_version, each.provenance, each.period): None if each.value is None else each
        for each in (await overrides(tx, id)).items
    }
    return IndicatorView(
        **{name: getattr(found, name) for name in IndicatorView.model_fields if name not in ("definition", "readings")},
        definition=definition_view(found.definition),
        readings=tuple(
            reading_view(Reading(**row), operator=operator).model_copy(
                update={"override": beside.get((found.definition.version, row["provenance"], row["period"]))}
            )
            for row in rows
        ),
    )


async def readings(tx: Tx, id: UUID, *, operator: bool) -> Readings:
    """Every reading that the indicator ever had, closed ones as they were.

    Raises: IndicatorMissing.
    """
    await found_indicator(tx, id)
    rows = await tx.fetch(f"select {READING} from readings where indicator_id = $1 order by place", id)  # noqa: S608
    return Readings(items=tuple(reading_view(Reading(**row), operator=operator) for row in rows))


async def overrides(tx: Tx, id: UUID) -> Overrides:
    """Every value that was ever held against the indicator's figures."""
    return Overrides(items=tuple(OverrideView(**vars(each)) for each in await held_overrides(tx, id)))


def reading_view(reading: Reading, *, operator: bool) -> ReadingView:
    """The reading as the caller may see it: nothing that would show few single cases, or where they lie in the log."""
    view = ReadingView.model_validate(vars(reading))
    if reading.step_da is not None:
        return view.model_copy(update={"value": None})
    if operator:
        return view
    hidden: dict[str, Any] = {"watermark": {}, "set_aside": ()}
    if reading.case_count is not None:
        hidden |= {"counted_hash": None}
    if is_hidden(reading):
        hidden |= {"value": None, "event_count": None}
    return view.model_copy(update=hidden)


async def found_indicator(tx: Tx, id: UUID) -> Indicator:
    """The indicator with its newest definition.

    Raises: IndicatorMissing.
    """
    rows = await tx.fetch(INDICATORS + " where indicator.id = $1", id)
    if not rows:
        raise IndicatorMissing("There is no such indicator.")
    return indicator_of(dict(rows[0]))


def definition_view(definition: Definition) -> DefinitionView:
    return DefinitionView(**vars(definition), counts_da=binding_da(definition))
