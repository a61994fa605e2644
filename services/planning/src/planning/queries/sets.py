"""Figures as sets: what each is made of, and what they have together. Numbers of different definitions are never set
side by side without both definitions and what lies between them.

Source: the 2017-2020 plan's reach was given as both 93 and 86 municipalities, and nobody could say which seven.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.problems import Invalid
from contracts.values import Provenance
from planning.domain.indicator import Indicator
from planning.domain.period import Period
from planning.domain.reading import PeriodUnlikeFrequency
from planning.queries.indicator import DefinitionView, definition_view, found_indicator
from planning.store.reading import COUNTED, KEYS, window


class NotSets(Invalid):
    """These figures do not tell the same things apart, or tell single cases apart."""

    title_da = "Tallene kan ikke sammenlignes som mængder"


class SetView(BaseModel):
    """One figure as a set."""

    indicator_id: UUID
    code: str
    name_da: str
    definition: DefinitionView
    value: int
    members: tuple[str, ...]


class PairView(BaseModel):
    """What lies between two figures."""

    one: str = Field(description="The code of one indicator")
    other: str
    only_one: tuple[str, ...]
    only_other: tuple[str, ...]
    both: int
    text_da: str


class SetsView(BaseModel):
    """Figures of one period as sets, with their union and what all of them have."""

    period: str
    provenance: Provenance
    tells_apart: str = Field(description="The field whose values are counted", examples=["municipality_code"])
    sets: tuple[SetView, ...]
    union: tuple[str, ...]
    union_value: int
    union_da: str = Field(description="What the union counts, in words")
    in_all: tuple[str, ...]
    in_all_value: int
    in_all_da: str
    pairs: tuple[PairView, ...]


async def sets(tx: Tx, ids: Sequence[UUID], *, period: str, provenance: Provenance) -> SetsView:
    """What these figures are made of in that period.

    Raises: IndicatorMissing, NotSets, PeriodUnlikeFrequency.
    """
    found = [await found_indicator(tx, each) for each in dict.fromkeys(ids)]
    field = _field(found)
    of = Period(period)
    if any(each.frequency != of.frequency for each in found):
        raise PeriodUnlikeFrequency("Not all of these are read for periods of this length.", pointer="query:period")
    members = [await _members(tx, each, of, provenance) for each in found]
    union, shared = sorted(set[str]().union(*members)), sorted(set.intersection(*members))
    definitions = "; ".join(f"({place}) {each.definition.text_da}" for place, each in enumerate(found, start=1))
    return SetsView(
        period=period,
        provenance=provenance,
        tells_apart=field,
        sets=tuple(
            SetView(
                indicator_id=each.id,
                code=each.code,
                name_da=each.name_da,
                definition=definition_view(each.definition),
                value=len(own),
                members=tuple(sorted(own)),
            )
            for each, own in zip(found, members, strict=True)
        ),
        union=tuple(union),
        union_value=len(union),
        union_da=f"Hver tælles én gang, når den er med i mindst ét af tallene: {definitions}",
        in_all=tuple(shared),
        in_all_value=len(shared),
        in_all_da=f"Hver tælles én gang, når den er med i alle tallene: {definitions}",
        pairs=tuple(_pair(*one, *other) for one, other in combinations(list(zip(found, members, strict=True)), 2)),
    )


def _pair(one: Indicator, mine: set[str], other: Indicator, theirs: set[str]) -> PairView:
    text = (
        f"»{one.name_da}« ({len(mine)}) og »{other.name_da}« ({len(theirs)}) har hver sin definition:"
        f" {len(mine - theirs)} er kun med i det første tal, {len(theirs - mine)} kun i det andet,"
        f" {len(mine & theirs)} i begge."
    )
    return PairView(
        one=one.code,
        other=other.code,
        only_one=tuple(sorted(mine - theirs)),
        only_other=tuple(sorted(theirs - mine)),
        both=len(mine & theirs),
        text_da=text,
    )


def _field(found: Sequence[Indicator]) -> str:
    """The one field that all of them tell apart; a collection is named by its member."""
    fields = {(each.definition.by_field or "").removesuffix("s") for each in found}
    if any(each.definition.method not in ("distinct_count", "latest") for each in found) or len(fields) != 1:
        raise NotSets("All of these must count different values of the same field.", pointer="query:indicator")
    if any(each.definition.counts_cases for each in found):
        raise NotSets("What counts single cases is never listed.", pointer="query:indicator")
    return fields.pop()


async def _members(tx: Tx, indicator: Indicator, period: Period, provenance: Provenance) -> set[str]:
    rows: list[Any] = await tx.fetch(
        COUNTED + f"select distinct key from counted, jsonb_array_elements_text({KEYS}) as key",  # noqa: S608
        *window(indicator.definition, period, provenance),
    )
    return {row["key"] for row in rows}
