"""What initiatives are about, and the others that they need, are needed by, carry on or are carried on as."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.values import PartialDate
from planning.domain.description import HOLDS_UP, Origin, TargetGroup
from planning.domain.initiative import State
from planning.queries.authority import Authority, NamedAuthority, name_on


class DescriptionView(BaseModel):
    """What an initiative is about, as it was said last; what nobody states is none."""

    said_at: datetime
    responsible_office: str | None
    partners: tuple[NamedAuthority, ...]
    problem_da: str | None
    description_da: str | None
    expected_change_da: str | None
    target_groups: tuple[TargetGroup, ...]
    origin: Origin | None
    starts: PartialDate | None = Field(description="The planned start: a day, or only the month")
    ends: PartialDate | None = Field(description="The planned end: a day, or only the month")
    risks_da: str | None
    external_evaluator: str | None


class RelatedView(BaseModel):
    """Another initiative, of this plan or another."""

    id: UUID
    plan_year: int
    number: int
    title_da: str
    state: State
    holds_up: bool = Field(description="It is delayed, or was given up: what depends on it may wait in vain")


@dataclass(frozen=True)
class About:
    """The descriptions of some initiatives, and what these are to others."""

    said: Mapping[UUID, Any]
    related: Mapping[UUID, RelatedView]

    def description(self, id: UUID, known: Mapping[str, Authority], day: date) -> DescriptionView | None:
        """The initiative's own, with its partners under their names of that day."""
        if (row := self.said.get(id)) is None:
            return None
        own = {name: row[name] for name in DescriptionView.model_fields if name != "partners"}
        partners = tuple(name_on(known[each], day) for each in row["partners"])
        return DescriptionView(**own, partners=partners)

    def depends_on(self, id: UUID) -> tuple[RelatedView, ...]:
        """Those that the initiative needs, in the order in which they were named."""
        return tuple(self.related[each] for each in self._own(id, "depends_on", ()))

    def needed_by(self, id: UUID) -> tuple[RelatedView, ...]:
        """Those that need the initiative."""
        return self._those(lambda row: id in row["depends_on"])

    def carried_on_from(self, id: UUID) -> RelatedView | None:
        """The one of an earlier plan that the initiative carries on."""
        earlier = self._own(id, "carried_on_from", None)
        return None if earlier is None else self.related[earlier]

    def carried_on_as(self, id: UUID) -> tuple[RelatedView, ...]:
        """Those of later plans that carry the initiative on."""
        return self._those(lambda row: row["carried_on_from"] == id)

    def partners(self) -> set[str]:
        """Every authority that takes part in one of them."""
        return {each for row in self.said.values() for each in row["partners"]}

    def _own(self, id: UUID, name: str, default: Any) -> Any:
        row = self.said.get(id)
        return default if row is None else row[name]

    def _those(self, which: Callable[[Any], bool]) -> tuple[RelatedView, ...]:
        found = [self.related[id] for id, row in self.said.items() if which(row)]
        return tuple(sorted(found, key=lambda each: (each.plan_year, each.number)))


async def about(tx: Tx, ids: Sequence[UUID]) -> About:
    """What these initiatives are about, and what others say of them."""
    rows = await tx.fetch(
        "select * from initiative_descriptions_now where initiative_id = any ($1::uuid[])"
        " or depends_on && $1::uuid[] or carried_on_from = any ($1::uuid[])",
        list(ids),
    )
    others = {each for row in rows for each in (row["initiative_id"], *row["depends_on"], row["carried_on_from"])}
    found = await tx.fetch(
        "select initiative.id, year as plan_year, number, initiative.title_da, state"
        " from initiatives as initiative join action_plans on action_plans.id = plan_id"
        " where initiative.id = any ($1::uuid[])",
        list(others - {None}),
    )
    related = {row["id"]: RelatedView(**row, holds_up=row["state"] in HOLDS_UP) for row in found}
    return About({row["initiative_id"]: row for row in rows}, related)
