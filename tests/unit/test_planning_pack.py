"""What a committee's question asks for, and how the answer says what it leaves out."""

from dataclasses import replace
from typing import Any

import pytest

from chassis.document import page
from planning.domain.pack import (
    NothingAsked,
    PackAsked,
    PackCounts,
    PeriodBackwards,
    Question,
    not_said,
    question,
)
from planning.queries.document.pack import file_name, told
from support.answered import figure, nothing, whole
from support.published import point, series

HALF = Question("threats", (), "2025-07", "2026-06", "synthetic")


def asked(first: str, last: str, **said: Any) -> Question:
    return question(said.get("topic", "threats"), said.get("codes", ()), first=first, last=last, provenance="actual")


@pytest.mark.rule("c.5/pack")
@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026", "2026", ("2026-01", "2026-12")),
        ("2025Q4", "2026-02", ("2025-10", "2026-02")),
        ("2026-03", "2026-03", ("2026-03", "2026-03")),
        ("2017", "2026", ("2017-01", "2026-12")),
    ],
)
def test_a_question_reaches_from_the_first_month_of_a_period_to_the_last_of_another(
    first: str, last: str, months: tuple[str, str]
) -> None:
    found = asked(first, last)
    assert (found.first_month, found.last_month) == months


@pytest.mark.rule("c.5/pack")
@pytest.mark.parametrize(
    ("first", "last"), [("2026", "2025"), ("2026-03", "2026-02"), ("2016-12", "2026"), ("2016", "2026")]
)
def test_a_question_does_not_run_backwards_and_not_over_ten_years(first: str, last: str) -> None:
    with pytest.raises(PeriodBackwards):
        asked(first, last)


@pytest.mark.rule("c.5/pack")
def test_something_must_be_asked() -> None:
    with pytest.raises(NothingAsked):
        asked("2026", "2026", topic=None)
    assert asked("2026", "2026", topic=None, codes=("valid-plans",)).codes == ("valid-plans",)


@pytest.mark.rule("c.5/pack")
def test_a_period_of_which_some_lies_in_the_months_is_touched() -> None:
    touched = {
        name: HALF.touches(name) for name in ("2024", "2025", "2026", "2027", "2025Q2", "2025Q3", "2026Q2", "2026Q3")
    }
    assert [name for name, found in touched.items() if found] == ["2025", "2026", "2025Q3", "2026Q2"]
    assert [month for month in ("2025-06", "2025-07", "2026-06", "2026-07") if HALF.has(month)] == [
        "2025-07",
        "2026-06",
    ]
    assert [*HALF.years] == [2025, 2026]
    assert [*replace(HALF, last_month="2025-12").years] == [2025]


@pytest.mark.rule("c.5/pack")
def test_every_reason_for_leaving_something_out_has_a_sentence_of_its_own() -> None:
    few = series([point("2025", 9), point("2026", None)])
    read = series([point("2026", 9)])
    figures = (
        figure(series(), None),
        figure(read, None),
        figure(few, "few_cases"),
        figure(read, "beside_the_months"),
        figure(read, "beside_longer_periods"),
    )
    months = PackCounts(at_least=7, months_shown=12, months=12)
    counts = PackAsked(
        months=("2026-01",),
        enquiries=months,
        training_needs=months.model_copy(update={"months_shown": 9}),
        material_needs=PackCounts(at_least=None, months_shown=0, months=0),
    )
    said = [*not_said(whole().model_copy(update={"figures": figures, "asked": counts, "sources": ()}))]
    name = read.name_da
    assert said == [
        f"»{name}«: der er ingen måling i perioden.",
        f"»{name}« vises ikke for 2026: der er for få enkeltsager bag, eller perioden er ikke lukket.",
        f"»{name}« vises ikke: ved siden af emnets måneder ville tallet røbe dem, der er udeladt.",
        f"»{name}« vises ikke: et andet tal i svaret tæller de samme enkeltsager for længere perioder.",
        "Behov for undervisning: 3 af 12 måneder er ikke talt med, da små tal ellers kunne udledes.",
        "Behov for materiale: ingen af periodens måneder er slut.",
        "Ingen gældende udgivelse fra MÆRK handler om emnet.",
    ]
    assert [*not_said(nothing())] == []
    alone = whole().model_copy(update={"figures": (), "asked": None})
    assert [*not_said(alone)] == ["Ingen handlingsplan har et tal, der handler om emnet alene."]


@pytest.mark.rule("c.5/pack", "c.5/synthetic")
def test_actual_figures_of_a_synthetic_plan_warn_and_others_do_not() -> None:
    mixed = figure(series([point("2026", 9)]).model_copy(update={"provenance": "actual"}), None)
    made_up = mixed.model_copy(update={"plan_provenance": "synthetic"})
    warned = told(whole().model_copy(update={"figures": (made_up,)}))
    [notice] = warned.notices
    assert notice.label == "Virkelige tal i en syntetisk plan"
    assert mixed.series.name_da in notice.text
    assert "en syntetisk plan" in page.printed(warned)
    assert told(whole().model_copy(update={"figures": (mixed,)})).notices == []
    both = told(nothing().model_copy(update={"figures": (made_up,)}))
    assert [each.label for each in both.notices] == ["Syntetiske tal"]


@pytest.mark.rule("c.5/pack")
def test_a_file_is_called_by_what_it_is_about_and_its_months() -> None:
    assert file_name(whole()) == "svar-om-beredskabsplaner-2022-01-til-2026-12"
    assert file_name(nothing()) == "svar-om-udvalgte-tal-2026-01-til-2026-12"
