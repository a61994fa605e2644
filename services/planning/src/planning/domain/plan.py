"""The plan of a year: its focus areas and initiatives, what they are called, and what closing a period does."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.planning import ActionPlanRecorded, PeriodClosed
from contracts.problems import Conflict, Invalid
from contracts.values import Provenance
from planning.domain.funding import FramePart, check_years
from planning.domain.initiative import Belonging, Initiative, recorded
from planning.domain.period import Period
from planning.domain.title import retitled


class PeriodAlreadyClosed(Conflict):
    """The readings of this period are final already."""

    title_da = "Perioden er allerede lukket"


class PeriodNotOver(Conflict):
    """A period can be closed only when it is over."""

    title_da = "Perioden er ikke slut"


class NumberTaken(Invalid):
    """Two parts of the plan have the same number."""

    title_da = "Nummeret er brugt to gange"


@dataclass(frozen=True)
class FocusArea:
    """A heading that groups initiatives (indsatsområde)."""

    id: UUID
    number: int
    title_da: str
    initiatives: tuple[Initiative, ...] = ()
    title_en: str | None = None


@dataclass(frozen=True)
class ActionPlan:
    """The plan of a year."""

    id: UUID
    year: int
    title_da: str
    provenance: Provenance
    focus_areas: tuple[FocusArea, ...] = ()
    frame: tuple[FramePart, ...] = ()
    title_en: str | None = None
    source_url: str | None = None
    revision: int = 1
    closed: frozenset[str] = frozenset()

    def place_of(self, area: FocusArea) -> Belonging:
        """Where an initiative of that focus area has its place."""
        return Belonging(self.id, self.provenance, self.year, area.id)


def record(plan: ActionPlan, *, at: datetime) -> list[Event]:
    """What the plan's entry tells the others.

    Raises: NumberTaken, YearsTurnedAround.
    """
    _check_numbers(plan)
    for place, part in enumerate(plan.frame):
        check_years(part.year, part.until_year, pointer=f"/frame/{place}")
    initiatives = [(area, each) for area in plan.focus_areas for each in area.initiatives]
    return [
        ActionPlanRecorded(
            subject=plan.id,
            revision=1,
            at=at,
            provenance=plan.provenance,
            year=plan.year,
            focus_area_count=len(plan.focus_areas),
            initiative_count=len(initiatives),
        ),
        *(recorded(each, of=plan.place_of(area), at=at) for area, each in initiatives),
    ]


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


def rename(plan: ActionPlan, *, title_da: str, title_en: str | None) -> ActionPlan:
    """The plan is called so from now on. Nobody else knows its title, so no event tells it.

    Raises: TitleUnchanged.
    """
    return replace(retitled(plan, title_da=title_da, title_en=title_en), revision=plan.revision + 1)


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
