"""What owners reported, what they owe, and initiatives of which nothing has been heard."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.clock import Now
from chassis.database import Tx
from contracts.values import Provenance
from planning.domain.initiative import UNDER_WAY, Course, State
from planning.domain.period import Period, danish_day
from planning.domain.report import OWED, DutyState
from planning.domain.responsibility import responsible_on
from planning.domain.term import value_on
from planning.queries.authority import NamedAuthority, by_code, name_on
from planning.store.initiative import responsibilities_of
from planning.store.term import terms


class ReportView(BaseModel):
    """What the owner of an initiative said of a quarter."""

    quarter: str
    light: Course
    reason: str | None
    at: datetime = Field(description="When it was said, UTC")
    answers: bool = Field(
        description="False while the quarter ran: it said how things went, and the quarter's own report is owed still"
    )


class OwedReportView(BaseModel):
    """A report that is owed: open, overdue, or before the steering group."""

    quarter: str
    state: DutyState
    due_on: date = Field(description="The last day for it")
    escalates_on: date = Field(description="The last day before the steering group has it")


class AskedView(BaseModel):
    """An initiative whose owner is asked."""

    initiative_id: UUID
    plan_id: UUID
    plan_year: int
    number: int
    title_da: str
    title_en: str | None
    provenance: Provenance
    state: State
    responsible: NamedAuthority | None = Field(description="Whose owner is asked")


class OwedView(AskedView):
    """An initiative with a report that its owner owes."""

    owed: OwedReportView


class QuietView(AskedView):
    """An initiative under way of which nothing was heard for weeks."""

    heard_last_at: datetime = Field(description="Its last step, report, description, milestone or counted event, UTC")
    quiet_weeks: int = Field(description="Whole weeks since then")


class Asked(BaseModel):
    """What owners are asked for: reports, those that are late the longest first, and signs of life."""

    owed: tuple[OwedView, ...]
    quiet: tuple[QuietView, ...]


async def reports_of(tx: Tx, ids: Sequence[UUID]) -> dict[UUID, list[ReportView]]:
    """What was reported of these initiatives, oldest first."""
    rows = await tx.fetch(
        "select initiative_id, quarter, light, reason, at from initiative_reports"
        " where initiative_id = any ($1::uuid[]) order by initiative_id, revision",
        list(ids),
    )
    early = [{**row, "answers": row["at"] >= Period(row["quarter"]).ends_at} for row in rows]
    return _grouped(early, ReportView)


async def owed_of(tx: Tx, ids: Sequence[UUID]) -> dict[UUID, list[OwedReportView]]:
    """The reports that are owed of these initiatives, oldest first."""
    rows = await tx.fetch(
        "select initiative_id, quarter, state, due_on, escalates_on from report_duties"
        " where initiative_id = any ($1::uuid[]) and state = any ($2::text[]) order by initiative_id, quarter",
        list(ids),
        list(OWED),
    )
    return _grouped(rows, OwedReportView)


async def asked(tx: Tx, *, state: DutyState | None, now: Now) -> Asked:
    """What the owners of all plans are asked for; with a state only the reports that are in it, and nothing else."""
    rows = await tx.fetch(
        """
        select initiative.id as initiative_id, plan_id, year as plan_year, number, initiative.title_da,
            initiative.title_en, provenance, initiative.state,
            greatest(
                (select max(at) from initiative_states where initiative_id = initiative.id),
                (select max(at) from initiative_reports where initiative_id = initiative.id),
                (select max(said_at) from initiative_descriptions where initiative_id = initiative.id),
                (select max(changed_at) from milestones where initiative_id = initiative.id),
                (select max(as_of) from readings join indicators on indicators.id = indicator_id
                    where initiative_id = initiative.id)
            ) as heard_last_at
        from initiatives as initiative join action_plans on action_plans.id = plan_id
        where initiative.state = any ($1::text[]) order by year, number, initiative.id
        """,
        list(UNDER_WAY),
    )
    ids = [row["initiative_id"] for row in rows]
    held, owed, chosen = await responsibilities_of(tx, ids), await owed_of(tx, ids), await terms(tx)
    known = await by_code(tx, {each.authority for ones in held.values() for each in ones})
    owing: list[OwedView] = []
    quiet: list[QuietView] = []
    for row in rows:
        at = now(row["provenance"])
        day = danish_day(at)
        code = responsible_on(held.get(row["initiative_id"], ()), day)
        own: dict[str, Any] = {**row, "responsible": None if code is None else name_on(known[code], day)}
        weeks = (at - row["heard_last_at"]) // timedelta(weeks=1)
        if state is None and weeks >= value_on(chosen, "quiet_weeks", day):
            quiet.append(QuietView(**own, quiet_weeks=weeks))
        del own["heard_last_at"]
        owing += [
            OwedView(**own, owed=each)
            for each in owed.get(row["initiative_id"], ())
            if state is None or each.state == state
        ]
    return Asked(owed=tuple(sorted(owing, key=lambda each: each.owed.due_on)), quiet=tuple(quiet))


def _grouped(rows: Sequence[Any], view: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row["initiative_id"], []).append(view(**{name: row[name] for name in view.model_fields}))
    return found
