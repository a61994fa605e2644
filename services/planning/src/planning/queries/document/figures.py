"""The figures of documents: each with its definition, its moment, its target, and what shows it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from chassis.document.blocks import Block, Cell, Column, Link, Paragraphs, Table
from contracts.values import Provenance
from planning.domain.period import Period
from planning.domain.proof import Proof
from planning.domain.series import Point, Series
from planning.domain.snapshot import SnapshotFigure, SnapshotOpenTarget
from planning.queries.document import pictures, words

FIGURES = (
    Column("Tal", share=1.2),
    Column("Værdi", numbers=True),
    Column("Periode"),
    Column("Opgjort", share=1.2),
    Column("Definition", share=1.8),
)
TARGET = Column("Mål", share=0.9)
TARGETS = (
    Column("Tal", share=2),
    Column("Indsats", share=1),
    Column("Periode", share=1),
    Column("Mål", share=1.5),
)
POINTS = (
    Column("Periode", share=1),
    Column("Værdi", numbers=True),
    Column("Status", share=1),
    Column("Opgjort", share=2),
)


def figures(found: Sequence[SnapshotFigure]) -> list[Block]:
    """A table of them; a column for targets where one has any, and the documents that show them by their addresses."""
    has_targets = any(each.target for each in found)
    heads = (*FIGURES[:3], TARGET, *FIGURES[3:]) if has_targets else FIGURES
    rows = [_row(each, has_targets=has_targets) for each in found]
    return [Table("Hvert tal med sin definition og sit tidspunkt", heads, rows), *sources(found)]


def sources(found: Iterable[SnapshotFigure]) -> list[Block]:
    """The documents that show figures, each once."""
    urls = list(dict.fromkeys(each.source_url for each in found if each.source_url))
    return [Paragraphs(["Tal er vist ved:", *(Link(each, each) for each in urls)])] if urls else []


def open_targets(of: Sequence[SnapshotOpenTarget]) -> list[Block]:
    """Targets of periods of which no figure stands beside them."""
    rows = [
        (
            words.named(each.name_da, each.unit_da),
            f"nr. {each.initiative_number}" if each.initiative_number else "hele planen",
            words.period(each.target.period),
            words.target(each.target.bound, each.target.target, reached=each.target.reached),
        )
        for each in of
    ]
    return [Table("Planens andre mål", TARGETS, rows)] if rows else []


def how_many(out_of: int | None, provenance: Provenance) -> int | None:
    """Of how many: the municipalities that exist, of which no synthetic figure is a part."""
    return out_of if provenance == "actual" else None


def taken(period: str, status: str, as_of: datetime, source_url: str | None, proof: Proof | None = None) -> Cell:
    """When a figure was taken, how far it is settled, and what shows it."""
    status = words.status(status, period, as_of, source_url)
    said = f"{words.moment(as_of)}, {words.STATUSES[status]}"
    if words.typed(period, as_of, source_url):
        said = f"indført fra kilden {words.day(as_of.astimezone(words.DENMARK).date())}"
        said += "" if status == "entered" else f", {words.STATUSES[status]}"
    if source_url and proof in (None, "document_proved"):
        return Link(f"et dokument hos {words.host(source_url)}", source_url, before=f"{said}, vist ved ")
    return f"{said}, {words.PROOFS[proof]}" if proof else said


def series(of: Series) -> list[Block]:
    """A figure over time as a picture, with a table for each definition."""
    tables = [
        Table(
            f"{words.named(of.name_da, of.unit_da)}, definition {run.definition_version}: {run.definition_da}",
            POINTS,
            [_point(each) for each in run.points],
        )
        for run in of.runs
    ]
    broken = [Paragraphs([f"Serien er brudt {_times(len(of.runs) - 1)}. {words.TWO_DEFINITIONS}"])]
    has_values = any(point.value is not None for run in of.runs for point in run.points)
    return [*([pictures.over_time(of)] if has_values else []), *(broken if len(of.runs) > 1 else []), *tables]


def _row(each: SnapshotFigure, *, has_targets: bool) -> Sequence[Cell]:
    out_of = how_many(each.out_of, each.provenance)
    return (
        words.named(each.name_da, each.unit_da),
        words.value(each.value, out_of, step=each.step_da, said=each.words_da),
        words.period(each.period),
        *([_target(each)] if has_targets else []),
        taken(each.period, each.status, each.as_of, each.source_url, each.proof),
        f"{each.definition_da} (definition {each.definition_version})",
    )


def _target(each: SnapshotFigure) -> str:
    if each.target is None:
        return "intet"
    reached = None if each.value is None else each.target.reached
    is_over = Period(each.target.period).ends_at <= each.as_of
    return words.target(each.target.bound, each.target.target, reached=reached, is_over=is_over)


def _point(of: Point) -> Sequence[str]:
    status = words.status(of.status, of.period, of.as_of, of.source_url)
    is_typed = words.typed(of.period, of.as_of, of.source_url)
    there = of.as_of.astimezone(words.DENMARK).date()
    return (
        words.period(of.period),
        words.value(of.value, step=of.step_da, said=of.words_da),
        words.STATUSES[status],
        f"indført {words.day(there)}" if is_typed else words.moment(of.as_of),
    )


def _times(count: int) -> str:
    return "én gang" if count == 1 else f"{count} gange"
