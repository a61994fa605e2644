"""An answer for a committee: what is known of a topic in a period, and what cannot be said of it.

Parliament asked twice within weeks how far a plan had reached, and was told 93 and 86. So a number stands here with
its definition and its moment, two definitions are never joined, and whatever is left out is said to be.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from contracts import advisory, cooperation, knowledge
from contracts.event import Event
from contracts.problems import Invalid
from contracts.taxonomy import TopicCode
from contracts.values import Provenance
from planning.domain.indicator import Definition, Kind, Method
from planning.domain.period import Period
from planning.domain.reading import Status
from planning.domain.series import History, Series, told_by_longer_ones
from planning.domain.snapshot import SnapshotReach, digest, document

SCHEMA: Final = "urn:maerk:schema:committee-pack.v1"
LONGEST: Final = timedelta(days=3_660)
BY_NATURE: Final[Mapping[TopicCode, tuple[type[Event], ...]]] = {
    "preparedness_plan": (
        advisory.PreparednessPlanRecorded,
        advisory.PreparednessPlanAdopted,
        advisory.PreparednessPlanPublished,
        advisory.PreparednessPlanRevisionDue,
        advisory.PreparednessPlanOverdue,
        advisory.PreparednessPlanWithdrawn,
        advisory.PreparednessPlanVerified,
    ),
    "police_cooperation": (
        cooperation.AgreementSigned,
        cooperation.AgreementReviewDue,
        cooperation.AgreementRenewed,
        cooperation.AgreementExpired,
        cooperation.AgreementTerminated,
        cooperation.CoordinationOpened,
        cooperation.CoordinationClosed,
    ),
    "involuntary_stay_abroad": (advisory.StayCoordinationReceived, advisory.StayCoordinationConcluded),
    "legislation": (knowledge.LegalReferenceRecorded, knowledge.LegalReferenceChanged),
}
"""Events that are about a topic by what they are, so that a figure that counts them concerns it."""
Hidden = Literal["few_cases", "beside_the_months", "beside_longer_periods"]
IN_THE_TABLE: Final = (advisory.EnquiryRegistered.type, advisory.NeedIdentified.type)
"""Events that the table of the topic's months counts."""
SAID_DA: Final = (
    "Hvert tal gælder sin egen definition, sin periode og sit tidspunkt.",
    "Tal under forskellige definitioner kan ikke sammenlignes: for planen 2017-2020 er både 93 og 86 kommuner oplyst.",
    "Flere henvendelser er hverken bedre eller værre i sig selv: et bedre kendt tilbud giver også flere.",
    "Om indsatsen virker, siger undersøgelser og statistik og ikke antallet af henvendelser.",
    "Tallene viser, hvad MÆRK har fået at vide. Det virkelige omfang kan være større og kendes ikke.",
)
"""Rules c.5/4 and c.5/9, and the dark figure."""


class NothingAsked(Invalid):
    """An answer is about a topic, or about figures that are named."""

    title_da = "Der er hverken spurgt til et emne eller til tal"


class PeriodBackwards(Invalid):
    """The answer's period ends before it begins, or is longer than ten years."""

    title_da = "Perioden kan ikke bruges"


class PackCounts(BaseModel):
    """A count of the topic's ended months; the months in which a small number would show are left out."""

    at_least: int | None = Field(description="None where no month may be shown")
    months_shown: int
    months: int

    @property
    def whole(self) -> bool:
        """Every month is in it."""
        return self.months_shown == self.months


class PackAsked(BaseModel):
    """What is asked about the topic and missed, in the ended months of the period."""

    definition_da: str = (
        "Emner i modtagne henvendelser og udpegede behov i periodens afsluttede måneder; én henvendelse kan have flere"
    )
    months: tuple[str, ...] = Field(description="The ended months of the period")
    enquiries: PackCounts
    training_needs: PackCounts
    material_needs: PackCounts

    @property
    def whole(self) -> bool:
        """Nothing is left out."""
        return self.enquiries.whole and self.training_needs.whole and self.material_needs.whole


class PackReading(BaseModel):
    """The newest value of the period, with what is behind it."""

    period: str
    definition_version: int
    value: Decimal | None = Field(description="None where it may not be shown, and of what is read in words")
    step_da: str | None = Field(description="The step of a scale, of what is read in words")
    words_da: str | None
    status: Status
    as_of: datetime
    event_count: int | None = Field(description="How many events are behind it, where that may be said")
    counted_hash: str | None = Field(description="SHA-256 of the ids of the events behind it, where that may be said")
    source_url: str | None = Field(description="Where a value that was read by hand comes from")
    evidence: str = Field(description="The path of the events behind it")
    watermark: Mapping[str, Mapping[str, int]] = Field(
        description="How far the log was counted; operators alone see it"
    )


class PackFigure(BaseModel):
    """A figure that concerns the question, with its definition in words and as a rule over events."""

    plan_year: int
    plan_title_da: str
    plan_provenance: Provenance = Field(default="actual", description="Actual figures may belong to a synthetic plan")
    initiative_number: int | None
    kind: Kind
    method: Method
    definition_da: str
    counts_da: str = Field(description="What is counted, said from the rule itself")
    event_types: tuple[str, ...] = Field(description="The events that are counted")
    out_of: int | None = Field(description="None of synthetic figures, which are no part of what exists")
    newest: PackReading | None = Field(description="None where nothing was read in the period")
    hidden_because: Hidden | None = Field(
        description="Why values are left out: there are few single cases, or others beside them would tell too much"
    )
    series: Series


class PackSource(BaseModel):
    """A publication on the topic that can be read now."""

    id: UUID
    kind: str
    year: int
    isbn: str | None
    url: str | None


class PackOffers(BaseModel):
    """Events (arrangementer) on the topic that fall in the period: how many were held, and how many are to come."""

    held: int
    announced: int


class PackInitiative(BaseModel):
    """An initiative that the figures belong to."""

    id: UUID
    plan_year: int
    plan_title_da: str
    number: int
    title_da: str
    responsible_ministry: str | None
    state: str
    reason_code: str | None
    milestones_met: int
    milestones: int


class PackPriority(BaseModel):
    """What comes first on the topic in a year of the period."""

    year: int
    title_da: str


class Pack(BaseModel):
    """The answer. `as_of` is the newest moment of anything that it is made of."""

    schema_: Literal["urn:maerk:schema:committee-pack.v1"] = Field(serialization_alias="schema", default=SCHEMA)
    topic: TopicCode | None
    topic_da: str | None
    first_month: str
    last_month: str
    provenance: Provenance
    as_of: datetime | None = Field(description="None where nothing has been heard")
    figures: tuple[PackFigure, ...]
    asked: PackAsked | None = Field(description="None where no topic is asked for")
    offers: PackOffers | None
    reach: SnapshotReach | None = Field(description="Where the topic is one of which municipalities are known by name")
    initiatives: tuple[PackInitiative, ...]
    priorities: tuple[PackPriority, ...]
    sources: tuple[PackSource, ...]
    said_da: tuple[str, ...] = SAID_DA
    not_said_da: tuple[str, ...] = Field(description="What cannot be said, and why")


class SealedPack(Pack):
    """The answer with the SHA-256 of its canonical bytes, which are those without the hash."""

    hash: str

    @property
    def body(self) -> bytes:
        """What is sent."""
        return document(self)


@dataclass(frozen=True)
class Question:
    """What is asked: a topic or figures that are named, from one month to another, of what is real or synthetic."""

    topic: TopicCode | None
    codes: tuple[str, ...]
    first_month: str
    last_month: str
    provenance: Provenance

    def touches(self, name: str) -> bool:
        """Whether some of that period lies in the months."""
        period = Period(name)
        return (
            period.starts_at < Period(self.last_month).ends_at and period.ends_at > Period(self.first_month).starts_at
        )

    def has(self, month: str) -> bool:
        """Whether it is one of the months."""
        return self.first_month <= month <= self.last_month

    @property
    def years(self) -> range:
        """The years in which the months lie."""
        return range(int(self.first_month[:4]), int(self.last_month[:4]) + 1)


def question(
    topic: TopicCode | None, codes: tuple[str, ...], *, first: str, last: str, provenance: Provenance
) -> Question:
    """Something that can be answered, from the beginning of a year, quarter or month to the end of another.

    Raises: NothingAsked, PeriodBackwards.
    """
    if topic is None and not codes:
        raise NothingAsked("Name a topic, or the codes of figures.", pointer="query:topic")
    begins, ends = Period(first).starts_at, Period(last).ends_at
    if not begins < ends <= begins + LONGEST:
        raise PeriodBackwards("`to` must not be before `from`, nor more than ten years after it.", pointer="query:to")
    months = [Period.containing(each, "month").name for each in (begins, ends - timedelta(seconds=1))]
    return Question(topic, codes, months[0], months[1], provenance)


def concerns(definition: Definition, topic: TopicCode) -> bool:
    """Whether a figure is about the topic: by what its events say, or by what they are."""
    nature = {each.type for each in BY_NATURE.get(topic, ())}
    return definition.match.get("topic") == topic or bool(nature & set(definition.event_types))


def hidden_because(history: History, beside: Sequence[History], asked: PackAsked | None) -> Hidden | None:
    """Why none of the figure's values may stand in an answer with these others; None where they may.

    A year's number less the months that the topic's table shows would be those that it leaves out.
    """
    types = {name for each in history.definitions for name in each.event_types}
    if asked is not None and not asked.whole and types & set(IN_THE_TABLE):
        return "beside_the_months"
    return "beside_longer_periods" if history.indicator.id in told_by_longer_ones(beside) else None


def not_said(pack: Pack) -> Iterator[str]:
    """What the answer leaves out, in sentences."""
    for each in pack.figures:
        name, points = each.series.name_da, [point for run in each.series.runs for point in run.points]
        if each.newest is None:
            yield f"»{name}«: der er ingen måling i perioden."
        elif each.hidden_because == "beside_the_months":
            yield f"»{name}« vises ikke: ved siden af emnets måneder ville tallet røbe dem, der er udeladt."
        elif each.hidden_because == "beside_longer_periods":
            yield f"»{name}« vises ikke: et andet tal i svaret tæller de samme enkeltsager for længere perioder."
        elif each.hidden_because == "few_cases":
            hidden = ", ".join(point.period for point in points if point.is_hidden)
            yield f"»{name}« vises ikke for {hidden}: der er for få enkeltsager bag, eller perioden er ikke lukket."
    if pack.asked is not None:
        yield from _months_not_said(pack.asked)
    if pack.topic is not None and not pack.figures:
        yield "Ingen handlingsplan har et tal, der handler om emnet alene."
    if pack.topic is not None and not pack.sources:
        yield "Ingen gældende udgivelse fra MÆRK handler om emnet."


def _months_not_said(asked: PackAsked) -> Iterator[str]:
    for name, counts in (
        ("Henvendelser", asked.enquiries),
        ("Behov for undervisning", asked.training_needs),
        ("Behov for materiale", asked.material_needs),
    ):
        if not counts.months:
            yield f"{name}: ingen af periodens måneder er slut."
        elif not counts.whole:
            left_out = counts.months - counts.months_shown
            yield f"{name}: {left_out} af {counts.months} måneder er ikke talt med, da små tal ellers kunne udledes."


def sealed(pack: Pack) -> SealedPack:
    """The answer with its hash."""
    return SealedPack(**dict(pack), hash=digest(document(pack)))
