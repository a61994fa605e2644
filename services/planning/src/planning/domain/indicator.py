"""What exactly a figure counts. Two definitions are never mixed, and each has its own readings.

Source: the 2017-2020 plan's reach was given as both 93 and 86 municipalities. So a figure has a definition with a
version, a moment, and the events behind it, and two definitions are never compared silently (rules c.5/3 to c.5/5).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from contracts.event import Event
from contracts.planning import IndicatorDefined
from contracts.problems import Invalid
from planning.domain.binding import (
    HEARD,
    STATISTIC,
    FieldUnknown,
    check_key,
    check_match,
    check_number,
    heard,
    of_single_case,
    says_number,
)
from planning.domain.period import Frequency

Method = Literal["event_count", "distinct_count", "sum", "mean", "latest", "newest", "manual", "described"]
READ_BY_SOMEBODY: tuple[Method, ...] = ("manual", "described")
Kind = Literal["output", "outcome", "process"]


class OutcomeFromCases(Invalid):
    """More enquiries do not mean that more has become better or worse; outcomes come from studies and statistics."""

    title_da = "Et resultat kan ikke tælles i henvendelser"


class CasesBesideOthers(Invalid):
    """Single cases are counted alone: with and without another event the figure would tell how often that happened."""

    title_da = "Enkeltsager kan kun tælles for sig"


class DefinitionIncomplete(Invalid):
    """The method needs something that the definition does not say."""

    title_da = "Definitionen er ufuldstændig"


@dataclass(frozen=True)
class Definition:
    """What exactly an indicator counts, in words and as a rule over events.

    `by_field` names one value of an event, or a collection of which each member counts. `latest` looks at the newest
    event of each aggregate and counts the different values of `by_field` among those that are of a counting type; so a
    municipality whose plan has become overdue leaves the figure, unless an agreement keeps it there. `newest` is the
    number in `sum_field` that is said now of the thing that was told of last, such as a statistic that was released and
    corrected, and none where its newest event says none, as when it is retracted; `mean` is the mean of what the events
    say in it. `described` is read in words, on `scale_da`.
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
    scale_da: tuple[str, ...] = ()

    @property
    def is_stock(self) -> bool:
        """True for a state at the end of the period rather than what happened within it."""
        return self.method in ("latest", "newest")

    @property
    def is_counted(self) -> bool:
        """True where the value is made of events; otherwise somebody reads it."""
        return self.method not in READ_BY_SOMEBODY

    @property
    def needs_events(self) -> bool:
        """True where no events make no figure: a number that nobody has told yet is not zero."""
        return self.method in ("newest", "mean")

    @property
    def counts_cases(self) -> bool:
        """True when some of its events come from single cases, so that small numbers of them must not be shown."""
        return any(of_single_case(HEARD[name]) for name in self.event_types)


@dataclass(frozen=True)
class Indicator:
    """A measurable quantity of the plan. Its unit stays what it is; a figure in another unit is another indicator."""

    id: UUID
    plan_id: UUID
    code: str
    name_da: str
    kind: Kind
    frequency: Frequency
    definition: Definition
    name_en: str | None = None
    unit_da: str | None = None
    unit_en: str | None = None
    initiative_id: UUID | None = None
    revision: int = 1


def define(indicator: Indicator, *, at: datetime) -> tuple[Indicator, Event]:
    """The indicator has its first definition.

    Raises: CasesBesideOthers, DefinitionIncomplete, EventTypeUnknown, FieldUnknown, OutcomeFromCases.
    """
    check(indicator.definition, pointer="/definition")
    _check_outcome(indicator.kind, indicator.definition, pointer="/definition/event_types")
    return indicator, _defined(indicator, at)


def redefine(indicator: Indicator, definition: Definition, *, at: datetime) -> tuple[Indicator, Event]:
    """The indicator has a new definition; readings under the old one stay what they were.

    Raises: CasesBesideOthers, DefinitionIncomplete, EventTypeUnknown, FieldUnknown, OutcomeFromCases.
    """
    check(definition, pointer="")
    _check_outcome(indicator.kind, definition, pointer="/event_types")
    new = replace(definition, version=indicator.definition.version + 1)
    indicator = replace(indicator, definition=new, revision=indicator.revision + 1)
    return indicator, _defined(indicator, at)


def check(definition: Definition, *, pointer: str) -> None:
    """The definition says all that its method needs, and its events have the fields that it names.

    A field that cannot be added up would otherwise be noticed only when an event arrives, and stop all counting.
    Raises: CasesBesideOthers, DefinitionIncomplete, EventTypeUnknown, FieldUnknown.
    """
    needs: dict[Method, tuple[str, ...]] = {
        "event_count": ("event_types",),
        "distinct_count": ("event_types", "by_field"),
        "sum": ("event_types", "sum_field"),
        "mean": ("event_types", "sum_field"),
        "latest": ("event_types", "by_field", "counting_types"),
        "newest": ("event_types", "sum_field"),
        "manual": (),
        "described": ("scale_da",),
    }
    for name in needs[definition.method]:
        if not getattr(definition, name):
            raise DefinitionIncomplete(f"The method {definition.method} needs {name}.", pointer=f"{pointer}/{name}")
    if len(set(definition.scale_da)) < len(definition.scale_da) or (
        definition.scale_da and definition.method != "described"
    ):
        raise DefinitionIncomplete(
            "A scale has different steps, and only words have one.", pointer=f"{pointer}/scale_da"
        )
    if not set(definition.counting_types) <= set(definition.event_types):
        raise DefinitionIncomplete(
            "Every counting type must be among the event types.", pointer=f"{pointer}/counting_types"
        )
    for place, name in enumerate(definition.event_types):
        event = heard(name, pointer=f"{pointer}/event_types/{place}")
        if definition.by_field is not None:
            check_key(event, definition.by_field, pointer=f"{pointer}/by_field")
        if definition.sum_field is not None and definition.method != "newest":
            check_number(event, definition.sum_field, pointer=f"{pointer}/sum_field")
        check_match(event, definition.match, pointer=f"{pointer}/match")
    if definition.counts_cases and len(definition.event_types) > 1:
        raise CasesBesideOthers("A figure of single cases counts one type of event.", pointer=f"{pointer}/event_types")
    if definition.method == "newest":
        _check_newest(definition, pointer=pointer)


def _check_newest(definition: Definition, *, pointer: str) -> None:
    """Some of the events say the number; those that do not have it say that there is none any more."""
    if not any(says_number(HEARD[name], str(definition.sum_field)) for name in definition.event_types):
        raise FieldUnknown("None of these events has such a number.", pointer=f"{pointer}/sum_field")
    if STATISTIC & set(definition.event_types) and not set(definition.event_types) >= STATISTIC:
        raise DefinitionIncomplete(
            "A released number may be corrected and retracted: name the events of all three.",
            pointer=f"{pointer}/event_types",
        )


def _check_outcome(kind: Kind, definition: Definition, *, pointer: str) -> None:
    if kind == "outcome" and definition.counts_cases:
        raise OutcomeFromCases("An outcome is not counted in single cases; use a released statistic.", pointer=pointer)


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
