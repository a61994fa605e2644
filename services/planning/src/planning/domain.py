"""Figures of the action plan: how each is defined, for which period it is read, and what closing a period does.

Source: the 2017-2020 plan's reach was given as both 93 and 86 municipalities. So a figure has a definition with a
version, a moment, and the events behind it, and two definitions are never compared silently (rules c.5/3 to c.5/5).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Literal, get_origin
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.catalogue import EVENTS
from contracts.event import ENVELOPE, Event
from contracts.planning import (
    ActionPlanRecorded,
    IndicatorDefined,
    IndicatorRecomputed,
    InitiativeRecorded,
    PeriodClosed,
)
from contracts.problems import Conflict, Invalid
from contracts.values import Provenance

DENMARK = ZoneInfo("Europe/Copenhagen")
HEARD = {name: each for name, each in EVENTS.items() if each.service != "planning"}
PROVENANCES: tuple[Provenance, ...] = ("actual", "synthetic")

Method = Literal["event_count", "distinct_count", "sum", "latest", "manual"]
Kind = Literal["output", "outcome", "process"]
Frequency = Literal["year", "quarter", "month"]
ChildrenYouth = Literal["primary", "partly", "no"]
Status = Literal["preliminary", "final", "corrected"]


class PeriodAlreadyClosed(Conflict):
    """The readings of this period are final already."""

    title_da = "Perioden er allerede lukket"


class PeriodNotOver(Conflict):
    """A period can be closed only when it is over."""

    title_da = "Perioden er ikke slut"


class DefinitionIncomplete(Invalid):
    """The method needs something that the definition does not say."""

    title_da = "Definitionen er ufuldstændig"


class EventTypeUnknown(Invalid):
    """Planning does not hear events of this type."""

    title_da = "Hændelsestypen kendes ikke"


class FieldUnknown(Invalid):
    """The events do not have this field, or not as something that can be told apart or added up."""

    title_da = "Hændelserne har ikke dette felt"


class NumberTaken(Invalid):
    """Two parts of the plan have the same number."""

    title_da = "Nummeret er brugt to gange"


class NotReadByHand(Conflict):
    """The indicator is counted from events, so nobody may type its value."""

    title_da = "Indikatoren tælles ud fra hændelser"


class PeriodUnlikeFrequency(Invalid):
    """The indicator is not read for periods of this length."""

    title_da = "Perioden passer ikke til indikatorens hyppighed"


@dataclass(frozen=True)
class Period:
    """A year, a quarter or a month in Denmark."""

    name: str

    @classmethod
    def containing(cls, moment: datetime, frequency: Frequency) -> "Period":
        """The period of that length in which the moment lies."""
        day = moment.astimezone(DENMARK).date()
        names = {"year": f"{day:%Y}", "quarter": f"{day:%Y}-Q{(day.month + 2) // 3}", "month": f"{day:%Y-%m}"}
        return cls(names[frequency])

    @property
    def frequency(self) -> Frequency:
        """How long the period is."""
        return "year" if len(self.name) == 4 else "quarter" if "Q" in self.name else "month"

    @property
    def starts_at(self) -> datetime:
        """Its first moment, UTC."""
        return self._midnight(self._first_month())

    @property
    def ends_at(self) -> datetime:
        """The first moment after it, UTC."""
        return self._midnight(self._first_month() + {"year": 12, "quarter": 3, "month": 1}[self.frequency])

    def _first_month(self) -> int:
        year = int(self.name[:4]) * 12  # months since the year 0
        if quarter := re.search(r"Q([1-4])", self.name):
            return year + int(quarter[1]) * 3 - 3
        return year + (int(self.name[5:]) - 1 if len(self.name) > 4 else 0)

    @staticmethod
    def _midnight(months: int) -> datetime:
        return datetime.combine(date(months // 12, months % 12 + 1, 1), time(), DENMARK).astimezone(UTC)


@dataclass(frozen=True)
class Initiative:
    """One effort of the plan."""

    id: UUID
    number: int
    title_da: str
    children_youth: ChildrenYouth
    title_en: str | None = None
    responsible_ministry: str | None = None


@dataclass(frozen=True)
class FocusArea:
    """A heading that groups initiatives (indsatsområde)."""

    id: UUID
    number: int
    title_da: str
    initiatives: tuple[Initiative, ...]
    title_en: str | None = None


@dataclass(frozen=True)
class ActionPlan:
    """The plan of a year."""

    id: UUID
    year: int
    title_da: str
    provenance: Provenance
    focus_areas: tuple[FocusArea, ...] = ()
    title_en: str | None = None
    source_url: str | None = None
    revision: int = 1
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Definition:
    """What exactly an indicator counts, in words and as a rule over events.

    `latest` looks at the newest event of each value of `by_field` and counts those values whose newest event is of a
    counting type; so a municipality whose plan has become overdue leaves the figure.
    """

    version: int
    text_da: str
    method: Method
    defined_at: datetime
    text_en: str | None = None
    event_types: tuple[str, ...] = ()
    counting_types: tuple[str, ...] = ()
    match: Mapping[str, Any] = field(default_factory=dict[str, Any])
    by_field: str | None = None
    sum_field: str | None = None
    out_of: int | None = None

    @property
    def is_stock(self) -> bool:
        """True for a state at the end of the period rather than what happened within it."""
        return self.method == "latest"


@dataclass(frozen=True)
class Indicator:
    """A measurable quantity of the plan."""

    id: UUID
    plan_id: UUID
    code: str
    name_da: str
    kind: Kind
    frequency: Frequency
    definition: Definition
    name_en: str | None = None
    initiative_id: UUID | None = None
    revision: int = 1


@dataclass(frozen=True)
class Reading:
    """A value of an indicator under one definition, for one period, as of one moment."""

    id: UUID
    indicator_id: UUID
    definition_version: int
    provenance: Provenance
    period: str
    status: Status
    value: Decimal
    as_of: datetime
    watermark: Mapping[str, Any]
    set_aside: Sequence[Mapping[str, Any]] = ()
    corrects: UUID | None = None
    source_url: str | None = None


def record(plan: ActionPlan, *, at: datetime) -> list[Event]:
    """What the plan's entry tells the others.

    Raises: NumberTaken.
    """
    _check_numbers(plan)
    initiatives = [(area, each) for area in plan.focus_areas for each in area.initiatives]
    envelope: dict[str, Any] = {"revision": 1, "at": at, "provenance": plan.provenance}
    return [
        ActionPlanRecorded(
            subject=plan.id,
            **envelope,
            year=plan.year,
            focus_area_count=len(plan.focus_areas),
            initiative_count=len(initiatives),
        ),
        *(
            InitiativeRecorded(
                subject=each.id,
                **envelope,
                plan_id=plan.id,
                focus_area_id=area.id,
                number=each.number,
                children_youth=each.children_youth,
            )
            for area, each in initiatives
        ),
    ]


def define(indicator: Indicator, *, at: datetime) -> tuple[Indicator, Event]:
    """The indicator has its first definition.

    Raises: DefinitionIncomplete, EventTypeUnknown, FieldUnknown.
    """
    check(indicator.definition, pointer="/definition")
    return indicator, _defined(indicator, at)


def redefine(indicator: Indicator, definition: Definition, *, at: datetime) -> tuple[Indicator, Event]:
    """The indicator has a new definition; readings under the old one stay what they were.

    Raises: DefinitionIncomplete, EventTypeUnknown, FieldUnknown.
    """
    check(definition, pointer="")
    new = replace(definition, version=indicator.definition.version + 1)
    indicator = replace(indicator, definition=new, revision=indicator.revision + 1)
    return indicator, _defined(indicator, at)


def check(definition: Definition, *, pointer: str) -> None:
    """The definition says all that its method needs, and its events have the fields that it names.

    A field that cannot be added up would otherwise be noticed only when an event arrives, and stop all counting.
    Raises: DefinitionIncomplete, EventTypeUnknown, FieldUnknown.
    """
    needs: dict[Method, tuple[str, ...]] = {
        "event_count": ("event_types",),
        "distinct_count": ("event_types", "by_field"),
        "sum": ("event_types", "sum_field"),
        "latest": ("event_types", "by_field", "counting_types"),
        "manual": (),
    }
    for name in needs[definition.method]:
        if not getattr(definition, name):
            raise DefinitionIncomplete(f"The method {definition.method} needs {name}.", pointer=f"{pointer}/{name}")
    if not set(definition.counting_types) <= set(definition.event_types):
        raise DefinitionIncomplete(
            "Every counting type must be among the event types.", pointer=f"{pointer}/counting_types"
        )
    for place, name in enumerate(definition.event_types):
        if name not in HEARD:
            raise EventTypeUnknown("Planning hears no such events.", pointer=f"{pointer}/event_types/{place}")
        if definition.by_field is not None and _kind(name, definition.by_field) is None:
            raise FieldUnknown(f"{name} has no such single value.", pointer=f"{pointer}/by_field")
        if definition.sum_field is not None and _kind(name, definition.sum_field) not in (int, Decimal):
            raise FieldUnknown(f"{name} has no such number.", pointer=f"{pointer}/sum_field")
        for key in definition.match:
            if _kind(name, key) is None:
                raise FieldUnknown(f"{name} has no such single value.", pointer=f"{pointer}/match/{key}")


def _kind(event_type: str, name: str) -> Any:
    """The Python type of an event's field; None when it has no such field, or one with several values."""
    found = None if name in ENVELOPE else HEARD[event_type].model_fields.get(name)
    return None if found is None or get_origin(found.annotation) is tuple else found.annotation


def _check_numbers(plan: ActionPlan) -> None:
    seen: set[tuple[str, int]] = set()
    for place, area in enumerate(plan.focus_areas):
        parts = [("focus area", area.number, f"/focus_areas/{place}")]
        numbers = [each.number for each in area.initiatives]
        parts += [("initiative", each, f"/focus_areas/{place}/initiatives/{at}") for at, each in enumerate(numbers)]
        for kind, number, pointer in parts:
            if (kind, number) in seen:
                raise NumberTaken(f"The plan has another {kind} with this number.", pointer=f"{pointer}/number")
            seen.add((kind, number))


def close(plan: ActionPlan, period: Period, *, at: datetime) -> tuple[ActionPlan, Event]:
    """The readings of the period are final from now on; what arrives later makes corrected readings beside them.

    Raises: PeriodAlreadyClosed, PeriodNotOver.
    """
    if period.name in plan.closed:
        raise PeriodAlreadyClosed(f"The period {period.name} is closed.")
    if at < period.ends_at:
        raise PeriodNotOver(f"The period {period.name} is not over yet.")
    plan = replace(plan, closed=plan.closed | {period.name}, revision=plan.revision + 1)
    return plan, PeriodClosed(
        subject=plan.id, revision=plan.revision, at=at, provenance=plan.provenance, period=period.name
    )


def read_by_hand(indicator: Indicator, period: Period) -> None:
    """A value may be typed for this indicator and period.

    Raises: NotReadByHand, PeriodUnlikeFrequency.
    """
    if indicator.definition.method != "manual":
        raise NotReadByHand("This indicator is counted from events; nobody can type its value.")
    if period.frequency != indicator.frequency:
        raise PeriodUnlikeFrequency(f"This indicator is read for each {indicator.frequency}.", pointer="/period")


def recompute(
    indicator: Indicator, counted: Reading, before: Reading | None, *, closed: bool
) -> tuple[Indicator, Reading | None, Event | None]:
    """What a new count means: the open period's reading follows it, a closed period's is corrected beside it.

    Shape: the reading is None when nothing is to be kept, the event None when the figure is what it was.
    """
    changed = before is None or (before.value, before.source_url) != (counted.value, counted.source_url)
    if before is not None:  # an event that comes late does not turn back the moment
        counted = replace(counted, as_of=max(before.as_of, counted.as_of))
    if closed:
        if not changed:
            return indicator, None, None
        counted = replace(counted, status="corrected", corrects=before.id if before else None)
    elif before is not None:
        counted = replace(counted, id=before.id)
    if not changed:
        return indicator, counted, None
    indicator = replace(indicator, revision=indicator.revision + 1)
    return indicator, counted, told(indicator, counted)


def told(indicator: Indicator, reading: Reading) -> Event:
    """What a new reading tells the others."""
    return IndicatorRecomputed(
        subject=indicator.id,
        revision=indicator.revision,
        at=reading.as_of,
        provenance=reading.provenance,
        definition_version=reading.definition_version,
        period=reading.period,
        value=reading.value,
        out_of=indicator.definition.out_of,
        as_of=reading.as_of,
        status=reading.status,
    )


def _defined(indicator: Indicator, at: datetime) -> Event:
    definition = indicator.definition
    return IndicatorDefined(
        subject=indicator.id,
        revision=indicator.revision,
        at=at,
        plan_id=indicator.plan_id,
        initiative_id=indicator.initiative_id,
        definition_version=definition.version,
        kind=indicator.kind,
        method=definition.method,
        event_types=definition.event_types,
    )
