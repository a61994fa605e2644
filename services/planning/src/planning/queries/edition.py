"""Editions of plans: where they are on their way, what they lack, what was published, and how two of them differ."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.values import Provenance
from planning.domain import snapshot as documents
from planning.domain.difference import Difference, compare
from planning.domain.edition import Edition, Lacking, Position, State, Step
from planning.domain.period import DENMARK, danish_day
from planning.domain.series import History, series, told_by_longer_ones
from planning.domain.snapshot import (
    Data,
    Snapshot,
    SnapshotArea,
    SnapshotAuthority,
    SnapshotDescription,
    SnapshotFigure,
    SnapshotFollowUp,
    SnapshotHearing,
    SnapshotInitiative,
    SnapshotMilestone,
    SnapshotMoney,
    SnapshotOpenTarget,
    SnapshotPriority,
    SnapshotRelated,
    SnapshotTarget,
)
from planning.queries.authority import by_code, name_on
from planning.queries.description import RelatedView
from planning.queries.funding import FundingsView, fundings
from planning.queries.indicator import SetAside
from planning.queries.priority import PRIORITY
from planning.queries.progress import FigureView, InitiativeProgress, Progress, progress
from planning.queries.reach import public_reach
from planning.queries.series import histories_of_plan
from planning.queries.target import targets
from planning.store import edition as store
from planning.store import plan as plans


class HearingView(BaseModel):
    """An authority that was asked, and what it said."""

    authority: str
    asked_at: datetime
    answered_at: datetime | None
    position: Position | None
    text_da: str | None


class DeedView(BaseModel):
    """A step on the edition's way."""

    step: Step
    at: datetime
    text_da: str | None


class FollowUpView(BaseModel):
    """An initiative that was launched or completed since the last plan, and what this edition says of it."""

    initiative_id: UUID
    plan_year: int
    number: int
    title_da: str
    state: str
    text_da: str | None = Field(description="Needed before the plan is published")


class LackView(BaseModel):
    """Something that the plan needs before it can be published."""

    kind: Lacking
    initiative_id: UUID | None


class EditionView(BaseModel):
    """One version of a plan."""

    id: UUID
    plan_id: UUID
    year: int
    provenance: Provenance
    version: int
    state: State
    corrects: int | None
    correction_da: str | None
    foreword_da: str | None
    children_youth_da: str | None
    follow_ups: tuple[FollowUpView, ...]
    answers_by: date | None
    hearings: tuple[HearingView, ...]
    minister_approved: bool
    published_on: str | None = Field(description="A day, or only the month where no more is stated")
    source_url: str | None
    snapshot_hash: str | None = Field(description="SHA-256 of the published document")
    lacks: tuple[LackView, ...] = Field(description="What is needed before it can be published")
    deeds: tuple[DeedView, ...]
    revision: int = Field(description="The entity tag of this state")


class Editions(BaseModel):
    """A plan's editions, oldest first."""

    items: tuple[EditionView, ...]


class EditionData(BaseModel):
    """From which events the figures of a published edition were counted."""

    data_id: str = Field(description="As in the document")
    watermark: Mapping[str, Mapping[str, int]] = Field(description="The next offset of every partition")
    set_aside: tuple[SetAside, ...] = Field(
        description="Events before it that were not counted, since they were parked"
    )


class Comparison(BaseModel):
    """How a published edition differs from another one, or from the plan as it is now."""

    earlier_id: UUID
    later_id: UUID | None = Field(description="None for the plan as it is now")
    differences: tuple[Difference, ...]


async def edition(tx: Tx, id: UUID) -> EditionView:
    """One edition.

    Raises: EditionMissing.
    """
    return await _view(tx, await store.edition(tx, id))


async def editions(tx: Tx, plan_id: UUID) -> Editions:
    """The plan's editions.

    Raises: ActionPlanMissing.
    """
    await plans.plan(tx, plan_id)
    return Editions(items=tuple([await _view(tx, each) for each in await store.editions_of(tx, plan_id)]))


async def document(tx: Tx, id: UUID) -> bytes:
    """The published document, byte for byte.

    Raises: EditionMissing.
    """
    return await store.snapshot_of(tx, id)


async def data(tx: Tx, id: UUID) -> EditionData:
    """From which events the published figures were counted.

    Raises: EditionMissing, also where that is not known.
    """
    found = await store.data_of(tx, id)
    return EditionData(data_id=found.id, **vars(found))


async def comparison(tx: Tx, earlier_id: UUID, later_id: UUID) -> Comparison:
    """How two published editions differ.

    Raises: EditionMissing.
    """
    earlier, later = [documents.read(await store.snapshot_of(tx, each)) for each in (earlier_id, later_id)]
    return Comparison(earlier_id=earlier_id, later_id=later_id, differences=tuple(compare(earlier, later)))


async def comparison_with_now(tx: Tx, id: UUID, at: datetime) -> Comparison:
    """How the plan is no longer as it was published.

    Raises: EditionMissing.
    """
    earlier = documents.read(await store.snapshot_of(tx, id))
    now = await assembled(tx, await store.edition(tx, id), at)
    return Comparison(earlier_id=id, later_id=None, differences=tuple(compare(earlier, now)))


async def assembled(tx: Tx, edition: Edition, at: datetime, data: Data | None = None) -> Snapshot:
    """What the plan says at this moment.

    Figures are those that anybody may see, of the plan's own provenance, and of no period after its year: a plan that
    is published late says what its year has come to, and not what the next one begins with.
    """
    entered = edition.deeds[0].step == "entered_from_source"
    until_year = None if entered else edition.year
    plan = await progress(tx, edition.plan_id, operator=False, now=lambda _: at, until_year=until_year)
    money = await fundings(tx, edition.plan_id)
    numbers = {each.id: each.number for area in plan.focus_areas for each in area.initiatives}
    priorities = await tx.fetch(
        f"select {PRIORITY} from priorities where year = $1 and provenance = $2 order by title_da, id",  # noqa: S608
        plan.year,
        plan.provenance,
    )
    told = await store.follow_ups(tx, edition)
    histories = [each.until(until_year) for each in await histories_of_plan(tx, edition.plan_id)]
    hidden = told_by_longer_ones(histories)
    over_time = [series(each, plan.provenance, hidden=each.indicator.id in hidden) for each in histories]
    first_day = max(date(plan.year, 1, 1), at.astimezone(DENMARK).date())
    return Snapshot(
        plan_id=plan.plan_id,
        year=plan.year,
        title_da=plan.title_da,
        title_en=plan.title_en,
        provenance=plan.provenance,
        version=edition.version,
        corrects=edition.corrects,
        correction_da=edition.correction_da,
        published_on=None if edition.published_on is None else str(edition.published_on),
        data_id=None if data is None else data.id,
        source_url=edition.source_url,
        foreword_da=edition.foreword_da,
        children_youth_da=edition.children_youth_da,
        focus_areas=tuple(
            SnapshotArea(
                number=area.number,
                title_da=area.title_da,
                title_en=area.title_en,
                initiatives=tuple(_initiative(each, numbers) for each in area.initiatives),
            )
            for area in plan.focus_areas
        ),
        figures=_figures(plan),
        follow_ups=None if entered else tuple(SnapshotFollowUp(**vars(each)) for each in told if each.text_da),
        priorities=None if entered and not priorities else tuple(_priority(each) for each in priorities),
        money=_money(money, entered=entered),
        hearings=None if entered else await _hearings(tx, edition),
        series=tuple(each for each in over_time if each.has_history),
        reach=None if entered else await public_reach(tx, provenance=plan.provenance, at=at, regions_on=first_day),
        targets=await _open_targets(tx, plan, histories, numbers, until_year) or None,
    )


def _money(of: FundingsView, *, entered: bool) -> SnapshotMoney:
    """The plan's money; of an old plan nothing is said to be set aside where nothing was entered."""
    if entered and not of.items:
        return SnapshotMoney(frame_mio_dkk=of.frame_mio_dkk, allocated_mio_dkk=None, difference_mio_dkk=None)
    return SnapshotMoney(**of.model_dump(include=set(SnapshotMoney.model_fields)))


async def _hearings(tx: Tx, edition: Edition) -> tuple[SnapshotHearing, ...]:
    """Who was asked under its name of that day, and what it answered."""
    known = await by_code(tx, {each.authority for each in edition.hearings})
    return tuple(
        SnapshotHearing(
            authority=each.authority,
            position=each.position,
            name_da=name_on(known[each.authority], danish_day(each.asked_at)).name_da
            if each.authority in known
            else None,
            text_da=each.text_da,
        )
        for each in edition.hearings
    )


async def _open_targets(
    tx: Tx, plan: Progress, histories: Sequence[History], numbers: Mapping[UUID, int], until_year: int | None
) -> tuple[SnapshotOpenTarget, ...]:
    """The targets of no later year that stand beside no figure of the document, which shows the newest period."""
    efforts = [each for area in plan.focus_areas for each in area.initiatives]
    shown = {
        (each.indicator_id, each.target.period)
        for of in (plan, *efforts)
        for each in of.figures
        if each.target is not None
    }
    found = [
        SnapshotOpenTarget(
            code=of.code,
            name_da=of.name_da,
            unit_da=of.unit_da,
            initiative_number=None if of.initiative_id is None else numbers[of.initiative_id],
            target=SnapshotTarget(**each.model_dump(include=set(SnapshotTarget.model_fields))),
        )
        for of in (history.indicator for history in histories)
        for each in (await targets(tx, of.id)).items
        if (of.id, each.period) not in shown and (until_year is None or int(each.period[:4]) <= until_year)
    ]
    return tuple(found)


def _initiative(of: InitiativeProgress, numbers: dict[UUID, int]) -> SnapshotInitiative:
    names = ("id", "number", "title_da", "title_en", "children_youth", "state")
    about, related = of.description, of.depends_on
    return SnapshotInitiative(
        **of.model_dump(include=set(names)),
        responsible_ministry=of.responsible_ministry or (of.responsible and of.responsible.name_da),
        reason_code=of.history[-1].reason_code,
        came_from=tuple(numbers[each] for each in of.came_from),
        became=tuple(numbers[each] for each in of.became),
        milestones=tuple(
            SnapshotMilestone(**each.model_dump(include=set(SnapshotMilestone.model_fields))) for each in of.milestones
        ),
        figures=_figures(of),
        responsible=of.responsible and SnapshotAuthority(**dict(of.responsible)),
        description=about and SnapshotDescription.model_validate(about.model_dump(mode="json")),
        depends_on=tuple(_related(each) for each in related) if related else None,
        carried_on_from=of.carried_on_from and _related(of.carried_on_from),
    )


def _related(of: RelatedView) -> SnapshotRelated:
    return SnapshotRelated(**of.model_dump(include=set(SnapshotRelated.model_fields)))


def _figures(of: Any) -> tuple[SnapshotFigure, ...]:
    return tuple(
        SnapshotFigure(**each.model_dump(include=set(SnapshotFigure.model_fields)) | _of_how_many(each))
        for each in of.figures
        if each.provenance == of.provenance
    )


def _of_how_many(each: FigureView) -> dict[str, int | None]:
    """Of the 98 municipalities only what is real is a part; synthetic ones are few."""
    return {"out_of": each.out_of if each.provenance == "actual" else None}


def _priority(row: Any) -> SnapshotPriority:
    return SnapshotPriority(**{name: row[name] for name in SnapshotPriority.model_fields})


async def _view(tx: Tx, edition: Edition) -> EditionView:
    names = set(EditionView.model_fields) - {"follow_ups", "hearings", "lacks", "deeds", "published_on"}
    return EditionView(
        **{name: getattr(edition, name) for name in names},
        published_on=None if edition.published_on is None else str(edition.published_on),
        follow_ups=tuple(FollowUpView(**vars(each)) for each in await store.follow_ups(tx, edition)),
        hearings=tuple(HearingView(**vars(each)) for each in edition.hearings),
        lacks=tuple(
            LackView(kind=kind, initiative_id=initiative) for kind, initiative in await store.lacking(tx, edition)
        ),
        deeds=tuple(DeedView(**vars(each)) for each in edition.deeds),
    )
