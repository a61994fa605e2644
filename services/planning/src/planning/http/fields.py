"""What bodies and parameters are made of."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import Query as Parameter
from pydantic import AfterValidator, ConfigDict, Field

from chassis.web.edge import Asked, Body
from contracts.values import LARGEST, NEUTRAL, NeutralLine, NeutralText, PartialDate, Provenance

READERS = ("plan_editor", "initiative_owner", "adviser", "editor", "data_steward", "operator")

Title = Annotated[NeutralLine, Field(min_length=1, max_length=300)]
Unit = Annotated[
    NeutralLine,
    Field(min_length=1, max_length=60, description="What the values are numbers of; no new definition changes it"),
]
Sentence = Annotated[NeutralText, Field(min_length=1, max_length=2_000)]
PeriodName = Annotated[
    str,
    Field(
        pattern=r"^2[01][0-9]{2}(-(Q[1-4]|0[1-9]|1[0-2]))?$",
        description="A year, a quarter or a month",
        examples=["2026", "2026-Q1", "2026-04"],
    ),
]
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,59}$")]
FieldValue = (
    Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,100}$"), NEUTRAL]
    | Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
    | bool
)
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,79}$"), NEUTRAL]
AuthorityCode = Annotated[
    str,
    Field(
        pattern=r"^(ministry|agency|police|municipality_association|other):[a-z][a-z-]{0,59}$",
        description="An authority, as tokens write organisations",
        examples=["ministry:synthetic"],
    ),
]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 30))]
Number = Annotated[int, Field(ge=1, le=999)]


def _near(day: PartialDate) -> PartialDate:
    if not 1800 <= day.year <= 2100:
        raise ValueError("The year lies between 1800 and 2100.")
    return day


SourceDay = Annotated[PartialDate, AfterValidator(_near)]
"""As old as the oldest ministry, and no later than anything can be planned for."""
Reason = Annotated[NeutralText, Field(min_length=1, max_length=1_000, description="Stays in planning; no event has it")]
Label = Annotated[NeutralLine, Field(min_length=1, max_length=300)]
Passage = Annotated[NeutralText, Field(min_length=1, max_length=4_000)]
Quarter = Annotated[str, Field(pattern=r"^20[0-9]{2}-Q[1-4]$", examples=["2026-Q4"])]
ResponsibleAuthority = Annotated[
    AuthorityCode | None, Field(description="The one that is responsible from the beginning")
]
PlannedDay = Annotated[SourceDay | None, Field(description="As exactly as it is planned: a day, or only the month")]
OnDay = Annotated[Day | None, Parameter(description="The day of which names and the responsible are shown: today")]
Year = Annotated[int, Field(ge=2000, le=2100)]
Million = Annotated[Decimal, Field(gt=0, le=LARGEST, decimal_places=3, description="Million kroner", examples=["12.4"])]
ChildrenYouth = Annotated[
    Literal["primary", "partly", "no"] | None, Field(description="Left out where no source states it")
]
Source = Literal["rate_adjustment_pool", "finance_act", "political_agreement", "own_budget"]
ProvenanceParameter = Annotated[
    Provenance, Parameter(description="Synthetic events are never counted among actual ones")
]


class Rename(Body):
    """What it is called from now on, in both languages: without an English title it has none."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title_da": "Syntetisk titel, rettet"}]})

    title_da: Title
    title_en: Title | None = None


def owns(asked: Asked) -> frozenset[str] | None:
    """The authorities on whose initiatives the caller acts; None for all, which is the plan's editor."""
    return None if asked.principal.has_any("plan_editor") else asked.principal.organisations


def sees_cases(asked: Asked) -> bool:
    """Operators alone see few single cases, and where these lie in the log."""
    return asked.principal.has_any("operator")
