"""What an initiative is about, who takes part, and which others it depends on. What nobody states is None."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from contracts.event import Event
from contracts.planning import InitiativeDescribed
from contracts.problems import Invalid
from contracts.values import PartialDate
from planning.domain.initiative import Belonging, Initiative, State, told

Origin = Literal["political_agreement", "finance_act", "commission", "maerk", "law"]
TargetGroup = Literal[
    "children",
    "young_people",
    "parents",
    "adults",
    "professionals",
    "managers",
    "municipalities",
    "schools",
    "youth_educations",
    "police",
    "civil_society",
    "everybody",
]
HOLDS_UP: frozenset[State] = frozenset({"delayed", "abandoned", "cancelled"})


class EndsBeforeItStarts(Invalid):
    """An initiative ends after it started."""

    title_da = "Indsatsen slutter, før den begynder"


class DependsInCircle(Invalid):
    """An initiative does not depend on itself, not by way of others either."""

    title_da = "Indsatsen afhænger af sig selv"


class NotFromEarlierPlan(Invalid):
    """An initiative is carried on from one of an earlier plan."""

    title_da = "Indsatsen videreføres ikke fra en tidligere plan"


@dataclass(frozen=True)
class Description:
    """What was said of an initiative, each time anew. `carried_on_from` is an initiative of an earlier plan."""

    responsible_office: str | None = None
    partners: tuple[str, ...] = ()
    problem_da: str | None = None
    description_da: str | None = None
    expected_change_da: str | None = None
    target_groups: tuple[TargetGroup, ...] = ()
    origin: Origin | None = None
    starts: PartialDate | None = None
    ends: PartialDate | None = None
    risks_da: str | None = None
    external_evaluator: str | None = None
    depends_on: tuple[UUID, ...] = ()
    carried_on_from: UUID | None = None


def describe(initiative: Initiative, said: Description, *, of: Belonging, at: datetime) -> tuple[Initiative, Event]:
    """The initiative is described so; also one that has ended may be, since the past is described too.

    Raises: EndsBeforeItStarts.
    """
    if said.starts is not None and said.ends is not None and said.ends.latest() < said.starts.earliest():
        raise EndsBeforeItStarts("The planned end lies before the planned start.", pointer="/ends")
    return told(
        initiative,
        InitiativeDescribed,
        of=of,
        at=at,
        partner_count=len(said.partners),
        depends_on_count=len(said.depends_on),
    )


def check_acyclic(id: UUID, depends_on: Sequence[UUID], needs: Mapping[UUID, AbstractSet[UUID]]) -> None:
    """None of these leads back to the initiative.

    Shape of `needs`: for each initiative those on which it depends.
    Raises: DependsInCircle.
    """
    for place, first in enumerate(depends_on):
        reached, left = set[UUID](), [first]
        while left:
            if (one := left.pop()) not in reached:
                reached.add(one)
                left += needs.get(one, ())
        if id in reached:
            raise DependsInCircle("It depends on this initiative itself.", pointer=f"/depends_on/{place}")


def check_earlier(earlier_year: int, own_year: int) -> None:
    """What is carried on is of an earlier plan.

    Raises: NotFromEarlierPlan.
    """
    if earlier_year >= own_year:
        raise NotFromEarlierPlan("It belongs to no earlier plan.", pointer="/carried_on_from")
