"""The published plan as a document: what it says, its canonical bytes, their digest, and how two of them differ.

Whatever is shown of a published plan is made from these bytes and from nothing else. What nobody states is null.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.values import Provenance
from planning.domain.contact import PlanKnown
from planning.domain.proof import Proof
from planning.domain.series import Series
from planning.domain.target import Bound

SCHEMA: Final = "urn:maerk:schema:action-plan.v1"
ADDED: Final = Field(exclude_if=lambda value: value is None)
"""What the documents published first could not say: left out where it is not there, so that they keep their bytes."""


class SnapshotTarget(BaseModel):
    """What a figure is to be in a period, and whether it is; what may not be shown is not judged."""

    period: str
    bound: Bound
    target: Decimal
    reached: bool | None = Field(description="None while there is no figure, or none that is shown")
    source_url: str | None


class SnapshotFigure(BaseModel):
    """A figure with its definition and its moment; none without value is shown where few cases are behind it."""

    code: str
    name_da: str
    name_en: str | None
    definition_version: int
    definition_da: str
    definition_en: str | None
    provenance: Provenance
    period: str
    value: Decimal | None
    out_of: int | None
    status: str
    as_of: datetime
    source_url: str | None
    unit_da: str | None = None
    unit_en: str | None = None
    step_da: str | None = Field(default=None, description="The step of a scale, of what is read in words")
    words_da: str | None = None
    proof: Proof | None = Field(default=None, description="How well it is shown; None in older documents")
    event_count: int | None = Field(default=None, description="How many events are behind it, where that may be shown")
    counted_hash: str | None = Field(
        default=None,
        description="Names these events as in a reading; none for single cases",
    )
    target: Annotated[SnapshotTarget | None, ADDED] = None


class SnapshotMilestone(BaseModel):
    """What was to be reached by a day."""

    title_da: str
    title_en: str | None
    due_on: date
    state: str
    met_on: date | None
    source_url: str | None
    proof: Proof | None = None


class SnapshotAuthority(BaseModel):
    """An authority under its name on the day of the document."""

    code: str
    name_da: str
    name_en: str | None


class SnapshotRelated(BaseModel):
    """Another initiative, of this plan or another."""

    plan_year: int
    number: int
    title_da: str
    state: str


class SnapshotDescription(BaseModel):
    """What an initiative is about."""

    responsible_office: str | None
    partners: tuple[SnapshotAuthority, ...]
    problem_da: str | None
    description_da: str | None
    expected_change_da: str | None
    target_groups: tuple[str, ...]
    origin: str | None
    starts: str | None = Field(description="A day, or only the month")
    ends: str | None
    external_evaluator: str | None


class SnapshotInitiative(BaseModel):
    """One effort of the plan."""

    id: UUID
    number: int
    title_da: str
    title_en: str | None
    responsible_ministry: str | None
    children_youth: str | None
    state: str
    proof: Proof | None = None
    reason_code: str | None = Field(description="Why it was abandoned or cancelled")
    came_from: tuple[int, ...] = Field(description="Numbers of the initiatives that were split into it or joined it")
    became: tuple[int, ...] = Field(description="Numbers of the initiatives in which it goes on")
    milestones: tuple[SnapshotMilestone, ...]
    figures: tuple[SnapshotFigure, ...]
    responsible: Annotated[SnapshotAuthority | None, ADDED] = None
    description: Annotated[SnapshotDescription | None, ADDED] = None
    depends_on: Annotated[tuple[SnapshotRelated, ...] | None, ADDED] = None
    carried_on_from: Annotated[SnapshotRelated | None, ADDED] = None


class SnapshotArea(BaseModel):
    """A focus area (indsatsområde); without a number, the initiatives of which none is stated."""

    number: int | None
    title_da: str | None
    title_en: str | None
    initiatives: tuple[SnapshotInitiative, ...]


class SnapshotOpenTarget(BaseModel):
    """A target beside which no figure of its period stands in the document."""

    code: str
    name_da: str
    unit_da: str | None
    initiative_number: int | None = Field(description="None for the plan as a whole")
    target: SnapshotTarget


class SnapshotFollowUp(BaseModel):
    """What became of an initiative that was launched or completed since the last plan."""

    initiative_id: UUID
    plan_year: int
    number: int
    title_da: str
    state: str
    text_da: str


class SnapshotPriority(BaseModel):
    """What comes first in the plan's year."""

    title_da: str
    title_en: str | None
    topic: str
    area: str | None
    children_youth: str
    calls_for: tuple[str, ...]


class SnapshotMoney(BaseModel):
    """The plan's money, million kroner."""

    frame_mio_dkk: Decimal | None
    allocated_mio_dkk: Decimal | None = Field(description="None where an old plan's source states none")
    difference_mio_dkk: Decimal | None


class SnapshotHearing(BaseModel):
    """An authority that was asked, where it stands, and what it answered."""

    authority: str = Field(description="As it was asked: a code, or a name")
    position: str | None
    name_da: Annotated[str | None, ADDED] = Field(default=None, description="Its name on the day it was asked")
    text_da: Annotated[str | None, ADDED] = None


class SnapshotWay(BaseModel):
    """Something that is known of municipalities by name, because everybody may know it."""

    code: str
    definition_da: str
    definition_en: str


class SnapshotMunicipality(BaseModel):
    """A municipality, and the ways of which the events say that they are true of it."""

    code: str
    name: str
    region: str = Field(description="The region's name on the plan's day")
    ways: tuple[str, ...]
    plan: Annotated[PlanKnown | None, ADDED] = Field(
        default=None, description="What is known in the open of its preparedness plan; left out in older documents"
    )


class SnapshotReach(BaseModel):
    """The municipalities by name. One of which nothing is known may well have what the platform was not told of."""

    as_of: datetime
    regions_on: date = Field(description="The plan's day: its first, or the day of publication when that is later")
    ways: tuple[SnapshotWay, ...]
    municipalities: tuple[SnapshotMunicipality, ...] = Field(description="Region by region, in Danish order")


class Snapshot(BaseModel):
    """A plan as it was published."""

    schema_: Literal["urn:maerk:schema:action-plan.v1"] = Field(alias="schema", default=SCHEMA)
    plan_id: UUID
    year: int
    title_da: str
    title_en: str | None
    provenance: Provenance
    version: int
    corrects: int | None
    correction_da: str | None
    published_on: str | None = Field(description="A day, or only the month where no more is stated")
    data_id: str | None = Field(
        default=None, description="Names the events that its figures were counted from; planning keeps which they were"
    )
    source_url: str | None
    foreword_da: str | None
    children_youth_da: str | None
    focus_areas: tuple[SnapshotArea, ...]
    figures: tuple[SnapshotFigure, ...]
    follow_ups: tuple[SnapshotFollowUp, ...] | None
    priorities: tuple[SnapshotPriority, ...] | None
    money: SnapshotMoney
    hearings: tuple[SnapshotHearing, ...] | None
    series: tuple[Series, ...] | None = Field(
        default=None, description="Figures with more than one value; null in documents that are older than this"
    )
    reach: SnapshotReach | None = Field(
        default=None, description="Null where nobody states it, and in documents that are older than this"
    )
    targets: Annotated[tuple[SnapshotOpenTarget, ...] | None, ADDED] = None

    @property
    def is_entered(self) -> bool:
        """It was entered from its source: nobody was asked here, and nothing was followed up."""
        return self.follow_ups is None and self.hearings is None


@dataclass(frozen=True)
class Data:
    """Which events a document's figures were counted from: those before the watermark that were not set aside."""

    watermark: Mapping[str, Any]
    set_aside: Sequence[Mapping[str, Any]]

    @property
    def id(self) -> str:
        """SHA-256 of both, which gives away neither. Where events of single cases lie is for operators alone."""
        said = {"watermark": self.watermark, "set_aside": self.set_aside}
        return sha256(_canonical(said)).hexdigest()


def document(said: BaseModel) -> bytes:
    """The canonical bytes of what is said: the same content makes the same bytes, always.

    Shape: JSON in UTF-8 without white space, names in their order. Source: RFC 8785 for the idea; amounts are texts.
    """
    return _canonical(said.model_dump(mode="json", by_alias=True))


def digest(body: bytes) -> str:
    """SHA-256 of the document, 64 hexadecimal digits."""
    return sha256(body).hexdigest()


def read(body: bytes) -> Snapshot:
    """The snapshot that the document holds."""
    return Snapshot.model_validate_json(body)


def all_figures(of: Snapshot) -> list[SnapshotFigure]:
    """Those of the plan as a whole, then those of its initiatives."""
    own = [each for area in of.focus_areas for initiative in area.initiatives for each in initiative.figures]
    return [*of.figures, *own]


def _canonical(said: Any) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
