"""Initiatives: where they stand, what was said on the way, and what they came from and became."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.clock import Now
from chassis.database import Tx
from contracts.values import Provenance
from planning.domain.initiative import Approver, ChildrenYouth, Reason, State
from planning.domain.period import danish_day
from planning.domain.responsibility import Responsibility, responsible_on
from planning.queries.authority import Authority, NamedAuthority, by_code, name_on
from planning.queries.description import About, DescriptionView, RelatedView, about
from planning.queries.milestone import MilestoneView, milestones_of
from planning.queries.report import OwedReportView, ReportView, owed_of, reports_of
from planning.store.initiative import INITIATIVE, InitiativeMissing, responsibilities_of


class StateView(BaseModel):
    """What was said when an initiative came into a state."""

    revision: int
    state: State
    at: datetime = Field(description="When it was said, UTC")
    reason_code: Reason | None = Field(description="Why it was abandoned or cancelled")
    reason: str | None
    source_url: str | None
    approved_by: Approver | None = Field(description="Who approved that it was abandoned or cancelled, as a role")
    approved_on: date | None


class ResponsibilityView(NamedAuthority):
    """An authority that is or was responsible, under its name on the first of these days."""

    from_day: date | None = Field(description="None: from the beginning")
    until_day: date | None = Field(description="Its last day; none while nobody takes over")
    reason: str | None
    source_url: str | None


class InitiativeView(BaseModel):
    """One effort of the plan."""

    id: UUID
    number: int
    title_da: str
    title_en: str | None
    responsible_ministry: str | None = Field(description="As the source of an old plan writes it")
    responsible: NamedAuthority | None = Field(
        description="The one authority that is responsible on the day that was asked for, under its name of that day"
    )
    children_youth: ChildrenYouth | None = Field(description="None where no source states it")
    state: State
    revision: int = Field(description="The entity tag of this state")


class WholeInitiativeView(InitiativeView):
    """One effort of the plan with all that belongs to it."""

    plan_id: UUID
    focus_area_id: UUID | None = Field(description="None where no source states it")
    provenance: Provenance
    came_from: tuple[UUID, ...] = Field(description="The initiatives that were split into it or merged with it")
    became: tuple[UUID, ...] = Field(description="The initiatives in which it goes on")
    history: tuple[StateView, ...] = Field(description="Oldest first; nothing is ever deleted")
    milestones: tuple[MilestoneView, ...]
    responsibilities: tuple[ResponsibilityView, ...] = Field(description="The first first; nothing is ever deleted")
    description: DescriptionView | None = Field(description="None until it was described")
    depends_on: tuple[RelatedView, ...] = Field(description="The initiatives that it needs")
    needed_by: tuple[RelatedView, ...] = Field(description="The initiatives that need it")
    carried_on_from: RelatedView | None = Field(description="The initiative of an earlier plan that it carries on")
    carried_on_as: tuple[RelatedView, ...] = Field(description="The initiatives of later plans that carry it on")
    reports: tuple[ReportView, ...] = Field(description="What its owner reported, oldest first")
    owed_reports: tuple[OwedReportView, ...] = Field(description="Reports that its owner owes, oldest first")


async def initiative(tx: Tx, id: UUID, *, now: Now, on: date | None = None) -> WholeInitiativeView:
    """One initiative with its history, lineage and milestones, and who is responsible on a day, by default today.

    Raises: InitiativeMissing.
    """
    found = await _initiatives(tx, "initiative.id = $1", id, now=now, on=on)
    if not found:
        raise InitiativeMissing("There is no such initiative.")
    return found[0]


async def initiatives(tx: Tx, *plan_ids: UUID, now: Now) -> tuple[WholeInitiativeView, ...]:
    """The plans' initiatives in the order of their numbers."""
    return await _initiatives(tx, "plan_id = any ($1::uuid[])", list(plan_ids), now=now, on=None)


async def _initiatives(
    tx: Tx, which: str, argument: UUID | list[UUID], *, now: Now, on: date | None
) -> tuple[WholeInitiativeView, ...]:
    rows = await tx.fetch(
        f"select {INITIATIVE}, plan_id, focus_area_id, provenance"  # noqa: S608  # column names and a condition of ours
        f" from initiatives as initiative join action_plans on action_plans.id = plan_id where {which}"
        " order by initiative.number",
        argument,
    )
    ids = [row["id"] for row in rows]
    states = await tx.fetch(
        "select initiative_id, revision, state, at, reason_code, reason, source_url, approved_by, approved_on"
        " from initiative_states where initiative_id = any ($1::uuid[]) order by initiative_id, revision",
        ids,
    )
    lines = await tx.fetch(
        "select earlier_id, later_id from initiative_lineage"
        " where earlier_id = any ($1::uuid[]) or later_id = any ($1::uuid[]) order by earlier_id, later_id",
        ids,
    )
    parts = _Parts(
        states=states,
        lines=lines,
        milestones=await milestones_of(tx, ids),
        held=await responsibilities_of(tx, ids),
        about=await about(tx, ids),
        reports=await reports_of(tx, ids),
        owed=await owed_of(tx, ids),
    )
    codes = {each.authority for ones in parts.held.values() for each in ones} | parts.about.partners()
    known = await by_code(tx, codes)
    return tuple(_whole(row, parts, known, on or danish_day(now(row["provenance"]))) for row in rows)


@dataclass(frozen=True)
class _Parts:
    """What belongs to the initiatives that are shown."""

    states: Sequence[Any]
    lines: Sequence[Any]
    milestones: Sequence[MilestoneView]
    held: Mapping[UUID, tuple[Responsibility, ...]]
    about: About
    reports: Mapping[UUID, Sequence[ReportView]]
    owed: Mapping[UUID, Sequence[OwedReportView]]


def _whole(row: Any, parts: _Parts, known: Mapping[str, Authority], day: date) -> WholeInitiativeView:
    id, held = row["id"], parts.held.get(row["id"], ())
    code = responsible_on(held, day)
    return WholeInitiativeView(
        **row,
        responsible=None if code is None else name_on(known[code], day),
        came_from=tuple(each["earlier_id"] for each in parts.lines if each["later_id"] == id),
        became=tuple(each["later_id"] for each in parts.lines if each["earlier_id"] == id),
        history=tuple(
            StateView(**{name: each[name] for name in StateView.model_fields})
            for each in parts.states
            if each["initiative_id"] == id
        ),
        milestones=tuple(each for each in parts.milestones if each.initiative_id == id),
        responsibilities=_responsibilities(held, known),
        description=parts.about.description(id, known, day),
        depends_on=parts.about.depends_on(id),
        needed_by=parts.about.needed_by(id),
        carried_on_from=parts.about.carried_on_from(id),
        carried_on_as=parts.about.carried_on_as(id),
        reports=tuple(parts.reports.get(id, ())),
        owed_reports=tuple(parts.owed.get(id, ())),
    )


def _responsibilities(held: Sequence[Responsibility], known: Mapping[str, Authority]) -> tuple[ResponsibilityView, ...]:
    ends = [each.from_day and each.from_day - timedelta(days=1) for each in held[1:]]
    return tuple(
        ResponsibilityView(
            **dict(name_on(known[each.authority], each.from_day or date.min)),
            from_day=each.from_day,
            until_day=until,
            reason=each.reason,
            source_url=each.source_url,
        )
        for each, until in zip(held, [*ends, None], strict=False)
    )
