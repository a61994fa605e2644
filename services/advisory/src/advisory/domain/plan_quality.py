"""The quality checklist of preparedness plans: each point is met, partly met or missing, and nothing is a score."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from advisory.domain import preparedness_plan as domain
from advisory.domain.days import danish_day
from advisory.domain.preparedness_plan import PreparednessPlan, Source
from contracts.advisory import PreparednessPlanAssessed
from contracts.event import Event
from contracts.problems import Conflict, Invalid

Finding = Literal["met", "partly", "missing"]


class ChecklistNotAnswered(Invalid):
    """Every point of the checklist of the day is answered, and no other."""

    title_da = "Tjeklisten er ikke besvaret"


class VersionNotAssessable(Conflict):
    """Only a version that is on its way or in force is held against the checklist."""

    title_da = "Udgaven kan ikke vurderes"


@dataclass(frozen=True)
class Criterion:
    """A point of the checklist, from a day on and perhaps to one."""

    code: str
    valid_from: date
    valid_to: date | None
    title_da: str
    title_en: str
    basis: str | None

    def holds(self, on: date) -> bool:
        """The point is asked for that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True)
class Assessment:
    """What somebody found a version to be on a day."""

    version: int
    source: Source
    assessed_on: date
    findings: Mapping[str, Finding]

    def count(self, finding: Finding) -> int:
        """How many points were found so."""
        return Counter(self.findings.values())[finding]


def assess(
    plan: PreparednessPlan,
    number: int,
    findings: Mapping[str, Finding],
    *,
    criteria: Iterable[Criterion],
    source: Source,
    at: datetime,
) -> tuple[PreparednessPlan, Assessment, Event]:
    """The version was held against every point of the checklist that holds today.

    Raises: ChecklistNotAnswered, VersionNotAssessable.
    """
    today = danish_day(at)
    asked = {each.code for each in criteria if each.holds(today)}
    if wrong := sorted(asked ^ findings.keys()):
        raise ChecklistNotAnswered(
            f"Answer every point of the checklist and no other: {len(asked)} are asked for, and {len(wrong)} differ.",
            pointer="/findings",
        )
    if number not in {each.version for each in (plan.in_force, plan.upcoming) if each is not None}:
        raise VersionNotAssessable(f"Version {number} is neither in force nor on its way.")
    plan = domain.changed(plan, at=at, versions=plan.versions)
    assessment = Assessment(number, source, today, dict(findings))
    counts = {f"{each}_count": assessment.count(each) for each in get_args(Finding)}
    return (
        plan,
        assessment,
        PreparednessPlanAssessed.model_validate(
            domain.envelope(plan)
            | {"municipality_code": plan.municipality_code, "version": number, "source": source}
            | counts
        ),
    )
