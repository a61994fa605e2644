"""Money of the plan per year and source, never more than its frame.

Source: the agreement of January 2021 has a frame of 40 mio. kr. and lines of 12.4, 13, 3.4 and 10.8, which is 39.6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.event import Event
from contracts.planning import FundingAllocated
from contracts.problems import Conflict, Invalid
from contracts.values import Provenance

Source = Literal["rate_adjustment_pool", "finance_act", "political_agreement", "own_budget"]


class FrameExceeded(Conflict):
    """More would be allocated than the plan's frame holds."""

    title_da = "Rammen er overskredet"


class YearsTurnedAround(Invalid):
    """The last year comes before the first."""

    title_da = "Slutåret ligger før startåret"


@dataclass(frozen=True)
class FramePart:
    """What a source gives the plan for a year, or for several of which it states only the sum."""

    year: int
    source: Source
    amount_mio_dkk: Decimal
    until_year: int | None = None


@dataclass(frozen=True)
class Funding:
    """Money set aside for an initiative or, without one, for the plan."""

    id: UUID
    plan_id: UUID
    year: int
    source: Source
    amount_mio_dkk: Decimal
    title_da: str
    title_en: str | None = None
    until_year: int | None = None
    initiative_id: UUID | None = None
    source_url: str | None = None


def check_years(year: int, until_year: int | None, *, pointer: str) -> None:
    """The years are in order.

    Raises: YearsTurnedAround.
    """
    if until_year is not None and until_year < year:
        raise YearsTurnedAround("The last year must not come before the first.", pointer=f"{pointer}/until_year")


def allocate(
    funding: Funding,
    *,
    frame: Sequence[FramePart],
    allocated: Decimal,
    provenance: Provenance,
    at: datetime,
) -> Event:
    """What setting the money aside tells the others.

    Raises: FrameExceeded, YearsTurnedAround.
    """
    check_years(funding.year, funding.until_year, pointer="")
    whole = sum((each.amount_mio_dkk for each in frame), Decimal())
    if frame and allocated + funding.amount_mio_dkk > whole:
        raise FrameExceeded(f"{whole - allocated} mio. kr. are left of the plan's frame of {whole}.")
    return FundingAllocated(
        subject=funding.id,
        revision=1,
        at=at,
        provenance=provenance,
        plan_id=funding.plan_id,
        initiative_id=funding.initiative_id,
        year=funding.year,
        until_year=funding.until_year,
        source=funding.source,
        amount_mio_dkk=funding.amount_mio_dkk,
    )
