"""What has changed of a plan's progress."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from pydantic import BaseModel

from contracts.values import Provenance
from planning.queries.progress import FigureView, InitiativeProgress, Progress


class ProgressChange(BaseModel):
    """The initiatives and figures that are not as they were, whole; all others are."""

    plan_id: UUID
    state_counts: Mapping[str, int]
    initiatives: tuple[InitiativeProgress, ...]
    figures: tuple[FigureView, ...]


def change(before: Progress, after: Progress) -> ProgressChange | None:
    """What leads from one to the other; None where more has changed than what stands in known places."""
    if _frame(before) != _frame(after):
        return None
    known, figures = _initiatives(before), _figures(before.figures)
    return ProgressChange(
        plan_id=after.plan_id,
        state_counts=after.state_counts,
        initiatives=tuple(each for id, each in _initiatives(after).items() if each != known[id]),
        figures=tuple(each for key, each in _figures(after.figures).items() if each != figures.get(key)),
    )


def _frame(progress: Progress) -> object:
    """Where everything stands: what a change of parts does not tell. Figures are added to it, and never go."""
    return (
        progress.model_copy(update={"state_counts": {}, "focus_areas": (), "figures": ()}),
        [
            (area.model_copy(update={"initiatives": ()}), [each.id for each in area.initiatives])
            for area in progress.focus_areas
        ],
    )


def _initiatives(progress: Progress) -> dict[UUID, InitiativeProgress]:
    return {each.id: each for area in progress.focus_areas for each in area.initiatives}


def _figures(figures: Iterable[FigureView]) -> dict[tuple[UUID, Provenance], FigureView]:
    return {(each.indicator_id, each.provenance): each for each in figures}
