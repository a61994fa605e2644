"""How far a plan has come: one table of all its initiatives and figures."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.clock import Now
from chassis.database import Tx
from contracts.values import Provenance
from planning.domain.indicator import READ_BY_SOMEBODY
from planning.domain.proof import Proof, of_figure, of_state
from planning.domain.reading import Status
from planning.domain.target import Target
from planning.queries.indicator import IndicatorView, OverrideView, ReadingView, indicators
from planning.queries.initiative import WholeInitiativeView, initiatives
from planning.queries.plan import action_plan
from planning.queries.target import TargetView, standing, target_view
from planning.store.target import targets_of

Known = Mapping[tuple[UUID, str, Provenance], Target]
"""The target of each figure, period and provenance: a plan's targets are for figures of its own provenance."""


class FigureView(BaseModel):
    """A figure with its definition, its moment, and the way to what is behind it."""

    indicator_id: UUID
    code: str
    name_da: str
    name_en: str | None
    unit_da: str | None
    unit_en: str | None
    definition_version: int
    definition_da: str
    definition_en: str | None
    provenance: Provenance
    period: str
    value: Decimal | None = Field(
        description="None where fewer than five single cases are behind it, or no number is said any more"
    )
    step_da: str | None = Field(description="As in a reading: words instead of a value")
    words_da: str | None
    out_of: int | None
    status: Status
    as_of: datetime
    event_count: int | None = Field(description="How many events are behind it; none where the value is not shown")
    source_url: str | None = Field(description="Where a typed value comes from")
    reported_by: str | None = Field(description="The authority whose report it was, which MÆRK approved")
    proof: Proof = Field(description="How well the value is shown")
    counted_hash: str | None = Field(description="Which events are behind it; none as in a reading")
    override: OverrideView | None = Field(
        default=None, description="Another value that is held against this one, which stays as it was counted"
    )
    target: TargetView | None = Field(default=None, description="What the figure is to be in this period")
    evidence: str = Field(description="The path of what is behind it", examples=["/v1/readings/{id}/evidence"])


class InitiativeProgress(WholeInitiativeView):
    """An initiative with its figures."""

    proof: Proof = Field(description="How well it is shown that it is in its state")
    milestone_counts: Mapping[str, int] = Field(description="How many milestones are in which state")
    figures: tuple[FigureView, ...]


class AreaProgress(BaseModel):
    """A focus area with its initiatives; without number and title, the initiatives of which none is stated."""

    id: UUID | None
    number: int | None
    title_da: str | None
    title_en: str | None
    initiatives: tuple[InitiativeProgress, ...]


class Progress(BaseModel):
    """The plan as a table. Actual and synthetic figures stand in lines of their own."""

    plan_id: UUID
    year: int
    title_da: str
    title_en: str | None
    provenance: Provenance
    state_counts: Mapping[str, int] = Field(description="How many initiatives are in which state")
    focus_areas: tuple[AreaProgress, ...]
    figures: tuple[FigureView, ...] = Field(description="Those of the plan as a whole")


async def progress(tx: Tx, plan_id: UUID, *, operator: bool, now: Now, until_year: int | None = None) -> Progress:
    """How far the plan has come; with `until_year` as its figures of no later period say.

    Raises: ActionPlanMissing.
    """
    plan = await action_plan(tx, plan_id, now=now)
    found = (await indicators(tx, plan_id, operator=operator)).items
    found = [_until(each, until_year) for each in found] if until_year else found
    ids = [each.id for each in found]
    set_for = standing(await targets_of(tx, ids))
    targets: Known = {(each.indicator_id, each.period, plan.provenance): each for each in set_for}
    whole = [_with_figures(each, found, targets) for each in await initiatives(tx, plan_id, now=now)]
    areas = [
        AreaProgress(
            id=area.id,
            number=area.number,
            title_da=area.title_da,
            title_en=area.title_en,
            initiatives=tuple(each for each in whole if each.focus_area_id == area.id),
        )
        for area in plan.focus_areas
    ]
    elsewhere = tuple(each for each in whole if each.focus_area_id is None)
    if elsewhere:
        areas.append(AreaProgress(id=None, number=None, title_da=None, title_en=None, initiatives=elsewhere))
    return Progress(
        plan_id=plan.id,
        year=plan.year,
        title_da=plan.title_da,
        title_en=plan.title_en,
        provenance=plan.provenance,
        state_counts=Counter(each.state for each in whole),
        focus_areas=tuple(areas),
        figures=_figures((each for each in found if each.initiative_id is None), targets),
    )


def _target(target: Target | None, reading: ReadingView) -> TargetView | None:
    return None if target is None else target_view(target, reading.value)


def _until(indicator: IndicatorView, year: int) -> IndicatorView:
    kept = tuple(each for each in indicator.readings if int(each.period[:4]) <= year)
    return indicator.model_copy(update={"readings": kept})


def _with_figures(
    initiative: WholeInitiativeView, found: Iterable[IndicatorView], targets: Known
) -> InitiativeProgress:
    return InitiativeProgress(
        **dict(initiative),
        proof=of_state(
            initiative.state,
            source_url=initiative.history[-1].source_url,
            milestones=[each.proof for each in initiative.milestones],
        ),
        milestone_counts=Counter(each.state for each in initiative.milestones),
        figures=_figures((each for each in found if each.initiative_id == initiative.id), targets),
    )


def _figures(found: Iterable[IndicatorView], targets: Known) -> tuple[FigureView, ...]:
    """Of each indicator the newest period's reading, of each provenance; its readings come newest period first."""
    figures: list[FigureView] = []
    for each in found:
        newest = {reading.provenance: reading for reading in reversed(each.readings)}
        figures += [
            FigureView(
                indicator_id=each.id,
                code=each.code,
                name_da=each.name_da,
                name_en=each.name_en,
                unit_da=each.unit_da,
                unit_en=each.unit_en,
                definition_version=reading.definition_version,
                definition_da=each.definition.text_da,
                definition_en=each.definition.text_en,
                provenance=reading.provenance,
                period=reading.period,
                value=reading.value,
                step_da=reading.step_da,
                words_da=reading.words_da,
                out_of=each.definition.out_of,
                status=reading.status,
                as_of=reading.as_of,
                event_count=reading.event_count,
                source_url=reading.source_url,
                reported_by=reading.reported_by,
                proof=of_figure(counted=each.definition.method not in READ_BY_SOMEBODY, source_url=reading.source_url),
                counted_hash=reading.counted_hash,
                override=reading.override,
                target=_target(targets.get((each.id, reading.period, reading.provenance)), reading),
                evidence=f"/v1/readings/{reading.id}/evidence",
            )
            for _, reading in sorted(newest.items())
        ]
    return tuple(figures)
