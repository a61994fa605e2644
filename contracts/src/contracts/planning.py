"""What planning tells: the yearly action plan, its initiatives, and the indicators that show what became of it."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.event import Event
from contracts.taxonomy import NetworkArea, Topic
from contracts.values import (
    ChildrenYouth,
    Code,
    Count,
    Digest,
    EventType,
    Figure,
    Internal,
    Open,
    Ordinal,
    Period,
    Public,
    Quarter,
    Year,
)

IndicatorKind = Open[Literal["output", "outcome", "process"]]
IndicatorMethod = Open[
    Literal["event_count", "distinct_count", "sum", "mean", "latest", "newest", "manual", "described"]
]
ReadingStatus = Open[Literal["preliminary", "final", "corrected"]]
CallsFor = Annotated[
    tuple[Open[Literal["training_event", "study", "outreach", "cooperation"]], ...], Field(min_length=1, max_length=4)
]
InitiativeChildrenYouth = Open[Literal["primary", "partly", "no", "not_stated"]]
"""As `ChildrenYouth`; older plans do not always state it of each initiative."""
InitiativeStatusCode = Literal[
    "proposed",
    "planned",
    "funded",
    "launched",
    "on_track",
    "at_risk",
    "delayed",
    "completed_as_planned",
    "completed_changed",
    "abandoned",
    "cancelled",
    "merged",
    "split",
]
InitiativeStatus = Open[InitiativeStatusCode]
AuthorityCode = Annotated[str, Code(r"^(ministry|agency|police|municipality_association|other):[a-z][a-z-]{0,59}$", 90)]
"""An authority as tokens write organisations."""
Light = Open[Literal["on_track", "at_risk", "delayed"]]
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
    children_youth: Public[InitiativeChildrenYouth]


class InitiativeAdded(Event):
    """An initiative was entered after its plan, such as a part of one that was split. The subject is the initiative."""

    plan_id: Internal[UUID]
    focus_area_id: Internal[UUID | None] = Field(default=None, description="None where no source states it")
    split_from_id: Internal[UUID | None] = Field(default=None, description="The initiative that it was a part of")
    number: Internal[Ordinal] = Field(description="Its number within the plan")
    children_youth: Internal[InitiativeChildrenYouth]


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


class IndicatorValueWithheld(Event):
    """An indicator has a new reading whose value no event carries; planning shows it to those who may see it.

    It counts among the indicator's revisions like `IndicatorRecomputed` and takes its place.
    """

    definition_version: Internal[Ordinal] = Field(description="The definition that the figure follows")
    period: Internal[Period]
    as_of: Internal[AwareDatetime] = Field(description="The moment up to which events were counted, UTC")
    status: Internal[ReadingStatus]
    reason: Internal[Open[Literal["too_large", "few_cases", "in_words", "no_number", "not_closed"]]] = Field(
        description="Greater than a number in an event may be, of fewer than five events of single cases, words, or"
        " nothing since what was told is told no more"
    )


class PeriodClosed(Event):
    """The readings of a period are final; what arrives later makes corrected readings. The subject is the plan."""

    period: Public[Period]


class ActionPlanPublished(Event, public=True):
    """A plan was published and stands as its document has it. The subject is the plan."""

    year: Public[Year]
    version: Public[Ordinal]
    digest: Public[Digest] = Field(description="SHA-256 of the document that planning serves for this version")


class ActionPlanCorrected(Event, public=True):
    """A new version of a published plan has taken the place of an earlier one. The subject is the plan."""

    year: Public[Year]
    version: Public[Ordinal]
    corrects: Public[Ordinal] = Field(description="The version whose place it takes")
    digest: Public[Digest] = Field(description="SHA-256 of the document that planning serves for this version")


class ActionPlanClosed(Event, public=True):
    """A plan is history; what became of it is in the plan after it. The subject is the plan."""

    year: Public[Year]
    version: Public[Ordinal]


class InitiativeStatusChanged(Event):
    """An initiative is in another state than before. The subject is the initiative."""

    plan_id: Internal[UUID]
    status: Internal[InitiativeStatus]
    children_youth: Internal[InitiativeChildrenYouth]


class PublishedInitiativeStatusChanged(Event, public=True):
    """An initiative that stands in a published plan is in another state than before. The subject is the initiative."""

    plan_id: Public[UUID]
    year: Public[Year]
    number: Public[Ordinal] = Field(description="The initiative's number in its plan")
    status: Public[InitiativeStatus]


class InitiativeDescribed(Event):
    """What an initiative is about is said anew; planning shows it. The subject is the initiative."""

    plan_id: Internal[UUID]
    partner_count: Internal[Count] = Field(description="How many authorities take part beside the responsible one")
    depends_on_count: Internal[Count] = Field(description="How many initiatives it depends on")


class InitiativeTransferred(Event):
    """An authority is responsible for an initiative from a day on. The subject is the initiative."""

    plan_id: Internal[UUID]
    authority: Internal[AuthorityCode]
    from_day: Internal[date]


class InitiativeReported(Event):
    """Its owner has reported on a quarter of an initiative; why stays in planning. The subject is the initiative."""

    plan_id: Internal[UUID]
    quarter: Internal[Quarter]
    light: Internal[Light]


class InitiativeReportOverdue(Event):
    """The day for the owner's report on a quarter has passed. The subject is the initiative."""

    plan_id: Internal[UUID]
    quarter: Internal[Quarter]
    due_on: Internal[date]


class InitiativeReportEscalated(Event):
    """A report is still missing long after its day, so the steering group has it. The subject is the initiative."""

    plan_id: Internal[UUID]
    quarter: Internal[Quarter]
    due_on: Internal[date]


class FundingAllocated(Event):
    """Money was set aside for an initiative or, without one, for the plan. The subject is the allocation."""

    plan_id: Internal[UUID]
    initiative_id: Internal[UUID | None] = None
    year: Internal[Year]
    until_year: Internal[Year | None] = Field(
        default=None, description="The last year, where the source states only the sum of several"
    )
    source: Internal[Open[Literal["rate_adjustment_pool", "finance_act", "political_agreement", "own_budget"]]]
    amount_mio_dkk: Internal[Figure]


class MilestoneSet(Event):
    """An initiative is to have reached something by a day. The subject is the milestone."""

    initiative_id: Internal[UUID]
    due_on: Internal[date]


class MilestoneDueSoon(Event):
    """The day is near, and nothing shows yet that it was reached."""

    initiative_id: Internal[UUID]
    due_on: Internal[date]


class MilestoneMet(Event):
    """What the initiative was to reach is reached, and there is evidence of it."""

    initiative_id: Internal[UUID]
    due_on: Internal[date]
    met_on: Internal[date]


class MilestoneOverdue(Event):
    """The day has passed, and nothing shows that it was reached."""

    initiative_id: Internal[UUID]
    due_on: Internal[date]


class PrioritySet(Event):
    """Something comes first in the coming year, and the others act on it. The subject is the priority."""

    year: Internal[Year]
    topic: Internal[Topic]
    area: Internal[NetworkArea | None] = None
    children_youth: Internal[ChildrenYouth]
    calls_for: Internal[CallsFor] = Field(description="What the other services are asked to begin")


class IndicatorOverridden(Event):
    """Somebody holds another value against a figure, or takes that back; the figure stands as it was counted.

    It counts among the indicator's revisions. The reason stays in planning.
    """

    definition_version: Internal[Ordinal]
    period: Internal[Period]
    value: Internal[Figure | None] = Field(default=None, description="None when the value before is taken back")


class IndicatorOffTrack(Event):
    """A figure is further behind its course than it may be. The subject is the indicator."""

    period: Internal[Period]
    value: Internal[Figure | None] = Field(default=None, description="None when no event can carry it")
    expected: Internal[Figure] = Field(description="Where the course was to be by then")
    target: Internal[Figure]
    due_on: Internal[date]


class IndicatorBackOnTrack(Event):
    """A figure that was behind its course no longer is. The subject is the indicator."""

    period: Internal[Period]
    value: Internal[Figure | None] = Field(default=None, description="None when no event can carry it")
    expected: Internal[Figure] = Field(description="Where the course was to be by then")


class DecisionRecorded(Event):
    """The forum across ministries has decided something. The subject is the decision."""

    meeting_id: Internal[UUID]
    responsible_id: Internal[UUID] = Field(description="The authority that is to carry it out")
    initiative_id: Internal[UUID | None] = Field(default=None, description="The initiative that it concerns")
    decided_on: Internal[date]
    due_on: Internal[date]


class DecisionOverdue(Event):
    """The last day of a decision has passed, and MÆRK has approved nothing that shows it carried out."""

    initiative_id: Internal[UUID | None] = None
    due_on: Internal[date]


class DecisionCarriedOut(Event):
    """A decision of the forum is carried out, and there is evidence of it."""

    initiative_id: Internal[UUID | None] = None
    due_on: Internal[date]
    carried_out_on: Internal[date] = Field(description="May be before its last day though it was told afterwards")


class DecisionDropped(Event):
    """Nobody need carry the decision out any more."""

    initiative_id: Internal[UUID | None] = None
    due_on: Internal[date]
