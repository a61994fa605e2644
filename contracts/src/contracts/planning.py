"""What planning tells: the yearly action plan, and the indicators that show what became of it."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.event import Event
from contracts.values import ChildrenYouth, Count, EventType, Figure, Internal, Open, Ordinal, Period, Public, Year

IndicatorKind = Open[Literal["output", "outcome", "process"]]
IndicatorMethod = Open[Literal["event_count", "distinct_count", "sum", "latest", "manual"]]
ReadingStatus = Open[Literal["preliminary", "final", "corrected"]]
EventTypes = Annotated[tuple[EventType, ...], Field(max_length=50)]


class ActionPlanRecorded(Event):
    """The action plan of a year was entered, with its focus areas and initiatives. The subject is the plan."""

    year: Public[Year]
    focus_area_count: Public[Count]
    initiative_count: Public[Count]


class InitiativeRecorded(Event):
    """An initiative was entered under a focus area of a plan. The subject is the initiative."""

    plan_id: Internal[UUID]
    focus_area_id: Internal[UUID]
    number: Public[Ordinal] = Field(description="Its number within the plan")
    children_youth: Public[ChildrenYouth]


class IndicatorDefined(Event):
    """An indicator got its first or a new definition. The subject is the indicator."""

    plan_id: Internal[UUID]
    initiative_id: Internal[UUID | None] = None
    definition_version: Public[Ordinal] = Field(description="Counts the definitions of the indicator")
    kind: Public[IndicatorKind]
    method: Public[IndicatorMethod]
    event_types: Public[EventTypes] = Field(description="The types that it counts; none when read by hand")


class IndicatorRecomputed(Event):
    """An indicator has a new reading. The subject is the indicator; synthetic and actual readings are kept apart."""

    definition_version: Public[Ordinal] = Field(description="The definition that the figure follows")
    period: Public[Period]
    value: Internal[Figure]
    out_of: Internal[Count | None] = Field(default=None, description="The greatest value there could be")
    as_of: Internal[AwareDatetime] = Field(description="The moment up to which events were counted, UTC")
    status: Internal[ReadingStatus]


class PeriodClosed(Event):
    """The readings of a period are final; what arrives later makes corrected readings. The subject is the plan."""

    period: Public[Period]
