"""The register of the municipalities' preparedness plans.

The subject of an event is a municipality's entry in the register; its plans follow each other as versions.

Source: barnets lov § 15(3): written, adopted by the council, published, revised at least every fourth year.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from contracts.event import Event
from contracts.values import (
    ChildrenYouth,
    Count,
    Internal,
    MunicipalityCode,
    Open,
    Ordinal,
    PartialDate,
    Public,
    PublicUrl,
)

Covers = Annotated[tuple[Open[Literal["children_youth", "adults", "extremism"]], ...], Field(max_length=10)]


class PreparednessPlanRecorded(Event):
    """A version of a municipality's plan was entered into the register."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    covers: Public[Covers] = Field(description="Whom and what the plan is about")
    children_youth: Public[ChildrenYouth] = "primary"
    adopted_on: Internal[PartialDate | None] = Field(default=None, description="As the municipality told, unconfirmed")


class PreparednessPlanAdopted(Event, public=True):
    """The municipal council adopted the plan."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    adopted_on: Public[PartialDate] = Field(description="Exact to the day or the month, as the source is")
    next_revision_due: Public[date] = Field(description="The last day within four years of adoption")
    covers: Public[Covers] = Field(description="Whom and what the plan is about")
    children_youth: Public[ChildrenYouth] = "primary"


class PreparednessPlanPublished(Event, public=True):
    """The adopted plan can be read by everybody; only now does it meet the law."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    adopted_on: Public[PartialDate] = Field(description="Exact to the day or the month, as the source is")
    published_url: Public[PublicUrl] = Field(description="Where it can be read")
    next_revision_due: Public[date] = Field(description="The last day within four years of adoption")
    covers: Public[Covers] = Field(description="Whom and what the plan is about")
    children_youth: Public[ChildrenYouth] = "primary"
    published_on: Public[PartialDate | None] = Field(
        default=None, description="Since when it can be read, where the source states it"
    )


class PreparednessPlanVerified(Event):
    """MÆRK looked the plan up itself and found it as the register says."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    verified_on: Internal[date]


class PreparednessPlanRevisionDue(Event, public=True):
    """Six months are left until the plan is four years old."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    adopted_on: Public[PartialDate] = Field(description="Exact to the day or the month, as the source is")
    next_revision_due: Public[date] = Field(description="The last day within four years of adoption")
    children_youth: Public[ChildrenYouth] = "primary"


class PreparednessPlanOverdue(Event, public=True):
    """The plan is more than four years old, and no newer one is published."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    adopted_on: Public[PartialDate] = Field(description="Exact to the day or the month, as the source is")
    next_revision_due: Public[date] = Field(description="The last day within four years of adoption")
    children_youth: Public[ChildrenYouth] = "primary"


class PreparednessPlanWithdrawn(Event, public=True):
    """The version in force turned out never to have met the law; an older one that counts again is told after this."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    children_youth: Public[ChildrenYouth] = "primary"


class PreparednessPlanCorrected(Event):
    """What the register said of a version was wrong and is right now; what counts since is told after this."""

    municipality_code: Public[MunicipalityCode]
    version: Public[Ordinal] = Field(description="Counts the municipality's plans")
    change: Internal[Open[Literal["dates_or_page", "withdrawn"]]]


class PreparednessPlanAbsenceReported(Event):
    """The municipality has no preparedness plan, as it says itself or as MÆRK has found."""

    municipality_code: Internal[MunicipalityCode]
    reported_on: Internal[date]


class PreparednessPlanAssessed(Event):
    """A version of a plan was held against the quality checklist. The counts are no score."""

    municipality_code: Internal[MunicipalityCode]
    version: Internal[Ordinal] = Field(description="Counts the municipality's plans")
    source: Internal[Open[Literal["self_reported", "maerk_verified"]]]
    met_count: Internal[Count]
    partly_count: Internal[Count]
    missing_count: Internal[Count]


class PreparednessPlanReminded(Event):
    """The municipality was reminded that its plan is due for revision, or overdue."""

    municipality_code: Internal[MunicipalityCode]
    version: Internal[Ordinal] = Field(description="Counts the municipality's plans")
    reminded_on: Internal[date]
