"""Figures over time: which values stand together, and what no document gives away."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.advisory import EnquiryRegistered, NeedIdentified, PreparednessPlanPublished
from contracts.event import Event
from planning.domain.indicator import Definition, Indicator
from planning.domain.pack import PackAsked, PackCounts, concerns, hidden_because, question
from planning.domain.pack import PeriodBackwards as Backwards
from planning.domain.period import Frequency
from planning.domain.reading import Reading
from planning.domain.series import History, series, told_by_longer_ones

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
WHOLE, PART = (PackCounts(at_least=9, months_shown=shown, months=3) for shown in (3, 2))


def definition(version: int = 1, *types: type[Event], **said: Any) -> Definition:
    names = tuple(each.type for each in types)
    return Definition(version, f"Syntetisk {version}", "event_count", NOW, event_types=names, **said)


def history(*definitions: Definition, frequency: Frequency = "year", readings: Sequence[Reading] = ()) -> History:
    own = Indicator(uuid4(), UUID(int=1), "x", "Syntetisk", "output", frequency, definitions[-1])
    return History(own, definitions, tuple(replace(each, indicator_id=own.id) for each in readings))


def reading(period: str, value: int, version: int = 1, **said: Any) -> Reading:
    own: dict[str, Any] = {"provenance": "actual", "status": "final", "as_of": NOW, "watermark": {}}
    number = Decimal(value)
    return Reading(uuid4(), UUID(int=1), version, period=period, value=number, **{**own, **said})


def shown(of: History, **said: Any) -> list[tuple[int, str, Decimal | None]]:
    return [
        (run.definition_version, each.period, each.value)
        for run in series(of, "actual", **said).runs
        for each in run.points
    ]


@pytest.mark.rule("c.5/pictures", "c.5/4")
def test_each_definition_has_a_run_of_its_own_in_the_order_of_time() -> None:
    readings = [reading("2026", 3, 2), reading("2025", 2, 1), reading("2024", 1, 1), reading("2025", 8, 2)]
    synthetic = reading("2026", 9, 2, provenance="synthetic")
    of = history(definition(), definition(2), readings=[*readings, synthetic])
    assert shown(of) == [(1, "2024", 1), (1, "2025", 2), (2, "2025", 8), (2, "2026", 3)]
    assert shown(of.until(2025)) == [(1, "2024", 1), (1, "2025", 2), (2, "2025", 8)]
    assert shown(of, hidden=True) == [(1, "2024", None), (1, "2025", None), (2, "2025", None), (2, "2026", None)]
    assert series(of, "actual").has_history
    assert not series(of, "synthetic").has_history


@pytest.mark.rule("c.5/no-number")
def test_a_period_of_which_no_number_is_said_any_more_is_not_said_to_be_hidden() -> None:
    taken_back = replace(reading("2025", 2), value=None)
    assert shown(history(definition(), readings=[reading("2024", 1), taken_back])) == [(1, "2024", 1)]
    assert shown(history(definition(), readings=[replace(taken_back, step_da="helt")])) == [(1, "2025", None)]


@pytest.mark.rule("c.5/pictures", "c.5/small-numbers")
def test_of_single_cases_a_period_shows_one_definition_and_never_few() -> None:
    cases = definition(1, EnquiryRegistered), definition(2, EnquiryRegistered)
    readings = [
        reading("2024", 9, 1, case_count=9), reading("2025", 9, 1, case_count=9), reading("2025", 11, 2, case_count=11),
        reading("2026", 4, 2, case_count=4),
    ]  # fmt: skip
    assert shown(history(*cases, readings=readings)) == [
        (1, "2024", 9),
        (1, "2025", None),
        (2, "2025", 11),
        (2, "2026", None),
    ]


@pytest.mark.rule("c.5/pictures")
def test_what_is_read_in_words_is_said_in_words_and_is_not_hidden() -> None:
    words = replace(definition(), method="described", scale_da=("lidt", "meget"))
    of = history(words, readings=[reading("2026", 2, step_da="meget", words_da="Syntetisk")])
    [point] = series(of, "actual").runs[0].points
    assert (point.value, point.step_da, point.words_da, point.is_hidden) == (None, "meget", "Syntetisk", False)


@pytest.mark.rule("c.5/pack", "c.5/small-numbers")
def test_cases_that_a_longer_period_counts_too_are_told_by_it_alone() -> None:
    month, year = (history(definition(1, EnquiryRegistered), frequency=each) for each in ("month", "year"))
    plans = history(definition(1, PreparednessPlanPublished), frequency="month")
    many = history(definition(1, PreparednessPlanPublished))
    assert told_by_longer_ones([month, year, plans, many]) == {month.indicator.id}
    assert told_by_longer_ones([month, plans]) == frozenset()
    assert told_by_longer_ones([month, history(definition(1, NeedIdentified))]) == frozenset()


@pytest.mark.rule("c.5/pack", "c.5/small-numbers")
@pytest.mark.parametrize(
    ("counts", "types", "reason"),
    [
        (WHOLE, [NeedIdentified], None),
        (PART, [NeedIdentified], "beside_the_months"),
        (PART, [EnquiryRegistered], "beside_the_months"),
        (PART, [PreparednessPlanPublished], None),
    ],
)
def test_nothing_beside_the_topics_months_tells_what_they_leave_out(
    counts: PackCounts, types: list[type[Event]], reason: str | None
) -> None:
    asked = PackAsked(months=("2026-01",), enquiries=WHOLE, training_needs=WHOLE, material_needs=counts)
    of = history(definition(1), definition(2, *types))
    assert hidden_because(of, [of], asked) == reason
    assert hidden_because(of, [of], None) is None


@pytest.mark.rule("c.5/pack")
def test_a_figure_concerns_a_topic_by_what_its_events_say_or_are() -> None:
    by_match = definition(1, NeedIdentified, match={"topic": "threats", "need": "training"})
    assert concerns(by_match, "threats")
    assert not concerns(by_match, "stalking")
    assert concerns(definition(1, PreparednessPlanPublished), "preparedness_plan")
    assert not concerns(definition(1, EnquiryRegistered), "preparedness_plan")


@pytest.mark.rule("c.5/pack")
@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026", "2026", ("2026-01", "2026-12")),
        ("2026-Q2", "2026-Q2", ("2026-04", "2026-06")),
        ("2026-03", "2026", ("2026-03", "2026-12")),
        ("2017", "2026", ("2017-01", "2026-12")),
        ("2026-02", "2026-01", None),
        ("2016", "2026", None),
    ],
)
def test_a_question_is_about_whole_months_of_ten_years_at_most(
    first: str, last: str, months: tuple[str, str] | None
) -> None:
    if months is None:
        with pytest.raises(Backwards):
            question("threats", (), first=first, last=last, provenance="actual")
        return
    found = question("threats", (), first=first, last=last, provenance="actual")
    assert (found.first_month, found.last_month) == months
    assert found.touches(first)
    assert found.has(months[1])
    assert not found.touches("2027-Q1")
