"""What knowledge tells: publications, the paragraphs of law that they quote, and statistics."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contracts.event import Event
from contracts.taxonomy import Topics
from contracts.values import (
    ChildrenYouth,
    Code,
    Count,
    Digest,
    Figure,
    Internal,
    Open,
    Ordinal,
    Period,
    Public,
    PublicUrl,
    Year,
)

PublicationKind = Open[
    Literal[
        "report",
        "study",
        "mapping",
        "handbook",
        "guide",
        "template",
        "action_card",
        "leaflet",
        "teaching_material",
        "film",
        "podcast",
        "poster",
        "newsletter",
        "dataset_note",
        "action_plan",
        "evaluation",
    ]
]
Isbn = Annotated[str, Code(r"^97[89]-[0-9]{1,5}-[0-9]{1,7}-[0-9]{1,7}-[0-9]$", 17)]
LawCode = Annotated[str, Code(r"^([a-z]+_)*[a-z]*lov(en)?$", 60)]
"""A law by its short title: `barnets_lov`, `retsplejeloven`."""
Paragraph = Annotated[str, Code(r"^[0-9]{1,3}( [a-z]{1,2})?(\([0-9]{1,2}\))?$", 12)]
"""A paragraph as lawyers write it, with its subsection in brackets: `15(3)`, `12 c`."""
TableCode = Annotated[str, Code(r"^[a-z]{2,20}(-[a-z]{1,20}){1,5}(-20[0-9]{2})?$", 60)]
"""A table of statistics by a code that lasts, with a year where its name has one: `young-in-control-2027`."""
StatisticUnit = Open[Literal["count", "percent", "mean"]]
References = Annotated[tuple[UUID, ...], Field(max_length=50, description="The legal references that it quotes")]


class PublicationDrafted(Event):
    """Somebody works on a publication. The subject is the publication."""

    kind: Internal[PublicationKind]
    topics: Internal[Topics]
    children_youth: Internal[ChildrenYouth]


class PublicationPublished(Event, public=True):
    """Everybody can read the publication."""

    kind: Public[PublicationKind]
    topics: Public[Topics]
    year: Public[Year]
    edition: Public[Ordinal]
    isbn: Public[Isbn | None] = None
    published_url: Public[PublicUrl | None] = None
    children_youth: Public[ChildrenYouth]
    references: Public[References] = ()


class PublicationRevised(Event, public=True):
    """A new edition takes the place of the one before."""

    kind: Public[PublicationKind]
    topics: Public[Topics]
    year: Public[Year]
    edition: Public[Ordinal]
    isbn: Public[Isbn | None] = None
    published_url: Public[PublicUrl | None] = None
    children_youth: Public[ChildrenYouth]
    references: Public[References] = ()


class PublicationReviewDue(Event):
    """A law that the publication quotes has changed, so somebody must look at it."""

    reference_id: Internal[UUID]


class PublicationReviewed(Event):
    """Somebody has looked at the publication after something that it quotes changed, and it is still right."""

    edition: Internal[Ordinal]


class PublicationWithdrawn(Event, public=True):
    """The publication should not be used any more."""

    reason: Public[Open[Literal["outdated", "wrong", "replaced", "law_changed"]]]


class LegalReferenceRecorded(Event, public=True):
    """A paragraph that others may quote. The subject is the reference."""

    law: Public[LawCode]
    paragraph: Public[Paragraph]
    valid_from: Public[date | None] = Field(
        default=None, description="Since when the wording holds, where that is known"
    )


class LegalReferenceChanged(Event, public=True):
    """The paragraph was amended, repealed or moved; whatever quotes it must be looked at."""

    law: Public[LawCode]
    paragraph: Public[Paragraph]
    change: Public[Open[Literal["amended", "repealed", "moved"]]]
    valid_from: Public[date] = Field(description="The first day on which the new wording holds")


class StatisticReleased(Event, public=True):
    """Everybody can read the numbers of one table for one period. The subject is the release.

    What the table does not show, since it would be a small number or give one away, no event says either.
    """

    table: Public[TableCode]
    period: Public[Period]
    definition_version: Public[Ordinal]
    series_break: Public[bool] = Field(description="The release of the table before it counted by another definition")
    as_of: Public[date]
    unit: Public[StatisticUnit]
    headline_value: Public[Figure | None] = Field(default=None, description="None where the table does not show it")
    hidden_count: Public[Count] = Field(description="How many numbers of the table are left out")
    table_digest: Public[Digest] = Field(description="Of the bytes in which the numbers are served")


class StatisticCorrected(Event, public=True):
    """Other numbers stand in the place of those before, which stay readable as what was said earlier."""

    table: Public[TableCode]
    period: Public[Period]
    definition_version: Public[Ordinal]
    series_break: Public[bool] = Field(description="The release of the table before it counted by another definition")
    as_of: Public[date]
    unit: Public[StatisticUnit]
    headline_value: Public[Figure | None] = Field(default=None, description="None where the table does not show it")
    hidden_count: Public[Count] = Field(description="How many numbers of the table are left out")
    table_digest: Public[Digest] = Field(description="Of the bytes in which the numbers are served")
    edition: Public[Ordinal] = Field(description="Counts the sets of numbers; the first one that was released is 1")
    reason: Public[Open[Literal["source_corrected", "counted_wrongly", "late_reports"]]]


class StatisticRetracted(Event, public=True):
    """None of the numbers that were released stands any more, and none takes their place."""

    table: Public[TableCode]
    period: Public[Period]
    reason: Public[Open[Literal["wrong", "disclosive", "source_retracted"]]]
