"""What an advisory process is made of: what it is for, visits planned and held, milestones, and what it hands over."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from advisory.domain.days import months_later, years_later
from contracts.taxonomy import ProfessionCode, TopicCode

Form = Literal["visit", "online", "by_telephone"]
DeliverableKind = Literal[
    "preparedness_plan", "action_plan", "work_process", "school_procedure", "exit_procedure", "teaching", "other"
]
PLAN_YEARS = 4  # barnets lov § 15(3): a preparedness plan is revised at least every fourth year


@dataclass(frozen=True)
class Scope:
    """What the process is for from this day on; a later one says why it was changed."""

    goals: tuple[str, ...]
    set_on: date
    reason: str | None = None


@dataclass(frozen=True)
class PlannedVisit:
    """The travelling team is expected that day, unless the visit was held or called off."""

    planned_on: date
    form: Form
    state: Literal["planned", "held", "called_off"] = "planned"
    reason: str | None = None


@dataclass(frozen=True)
class Visit:
    """The travelling team met the municipality. `minutes` are what was agreed, never about anybody."""

    held_on: date
    form: Form
    participant_count: int
    profession_groups: tuple[ProfessionCode, ...] = ()
    topics: tuple[TopicCode, ...] = ()
    duration_min: int | None = None
    travel_min: int | None = None
    minutes: str | None = None


@dataclass(frozen=True)
class Milestone:
    """Something that shall be reached by a day: open until it is met, or dropped for a reason."""

    goal: str
    due_on: date
    met_on: date | None = None
    dropped: str | None = None

    @property
    def is_open(self) -> bool:
        """It is neither met nor dropped."""
        return self.met_on is None and self.dropped is None


@dataclass(frozen=True)
class Deliverable:
    """What a process has handed over, and when somebody should look at it again."""

    kind: DeliverableKind
    delivered_on: date
    review_on: date
    what: str | None = None


def review_day(kind: DeliverableKind, delivered_on: date, *, months: int) -> date:
    """When a deliverable is looked at again, where nothing else is agreed: for a preparedness plan the law says it.

    Units: `months` for every other kind.
    """
    if kind == "preparedness_plan":
        return years_later(delivered_on, PLAN_YEARS)
    return months_later(delivered_on, months)
