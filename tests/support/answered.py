"""An answer for a committee that says something of everything, and one that can say nothing."""

from datetime import date
from decimal import Decimal

from planning.domain.pack import (
    Pack,
    PackAsked,
    PackCounts,
    PackFigure,
    PackInitiative,
    PackOffers,
    PackPriority,
    PackReading,
    PackSource,
    SealedPack,
    not_said,
    sealed,
)
from planning.domain.series import Series
from support.published import NOW, PLAN, point, reach, seeded, series

NONE = PackCounts(at_least=None, months_shown=0, months=12)


def whole() -> SealedPack:
    """The answer about preparedness plans, with a break and a value that is not shown."""
    broken = series([point("2022", 71), point("2023", 93)], [point("2023", 80), point("2024", None)])
    said = Pack(
        topic="preparedness_plan",
        topic_da="beredskabsplaner",
        first_month="2022-01",
        last_month="2026-12",
        provenance="actual",
        as_of=NOW,
        figures=(figure(broken, "few_cases"), figure(series(code="unread"), None)),
        asked=PackAsked(
            months=tuple(f"2026-{month:02}" for month in range(1, 13)),
            enquiries=PackCounts(at_least=41, months_shown=10, months=12),
            training_needs=NONE,
            material_needs=NONE,
        ),
        offers=PackOffers(held=2, announced=1),
        reach=reach(date(2027, 1, 1), seeded()),
        initiatives=(
            PackInitiative(
                id=PLAN, plan_year=2026, plan_title_da="Syntetisk plan", number=3, title_da="Syntetisk indsats",
                responsible_ministry=None, state="delayed", reason_code=None, milestones_met=1, milestones=3,
            ),
        ),
        priorities=(PackPriority(year=2026, title_da="Syntetisk prioritet"),),
        sources=(
            PackSource(id=PLAN, kind="guide", year=2019, isbn="978-87-93396-70-2", url="https://example.org/vejledning"),
            PackSource(id=PLAN, kind="hologram", year=2020, isbn=None, url=None),
        ),
        not_said_da=(),
    )  # fmt: skip
    return sealed(said.model_copy(update={"not_said_da": tuple(not_said(said))}))


def nothing() -> SealedPack:
    """The answer before anything was heard."""
    return sealed(
        Pack(
            topic=None, topic_da=None, first_month="2026-01", last_month="2026-12", provenance="synthetic", as_of=None,
            figures=(), asked=None, offers=None, reach=None, initiatives=(), priorities=(), sources=(), not_said_da=(),
        )
    )  # fmt: skip


def figure(of: Series, hidden: str | None) -> PackFigure:
    """A figure with that history."""
    points = [each for run in of.runs for each in run.points]
    newest = PackReading(
        period=points[-1].period,
        definition_version=of.runs[-1].definition_version,
        value=points[-1].value,
        step_da=None,
        words_da=None,
        status=points[-1].status,
        as_of=NOW,
        event_count=None if points[-1].value is None else int(Decimal(points[-1].value)),
        counted_hash=None,
        source_url="https://example.org/statistik",
        evidence="/v1/readings/x/evidence",
        watermark={},
    ) if points else None  # fmt: skip
    said = {"hidden_because": hidden, "newest": newest, "series": of, "out_of": 98, "initiative_number": 3}
    said |= {"plan_year": 2026, "plan_title_da": "Syntetisk plan", "kind": "output", "method": "event_count"}
    said |= {"definition_da": "Syntetisk definition", "counts_da": "Tæller hændelser.", "event_types": ("x",)}
    return PackFigure.model_validate(said)


PACKS = {"answer": whole, "no-answer": nothing}
