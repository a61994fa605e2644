"""Figures of the action plan: periods, definitions, and what a new count means for a reading that stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.advisory import PreparednessPlanPublished
from contracts.event import Event
from contracts.planning import IndicatorRecomputed
from contracts.problems import Conflict
from planning.domain.binding import FieldUnknown
from planning.domain.indicator import Definition, DefinitionIncomplete, Indicator, define, redefine
from planning.domain.period import Frequency, Period
from planning.domain.plan import ActionPlan, PeriodAlreadyClosed, PeriodNotOver, close
from planning.domain.reading import Reading, recompute

ID = UUID("4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c21")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PUBLISHED = PreparednessPlanPublished.type
PLAN = ActionPlan(id=ID, year=2026, title_da="Syntetisk", provenance="synthetic")


def definition(**said: Any) -> Definition:
    own = {"version": 1, "text_da": "Syntetisk", "method": "event_count", "event_types": (PUBLISHED,)}
    return Definition(**{**own, "defined_at": NOW, **said})


def indicator(**said: Any) -> Indicator:
    own = {"plan_id": ID, "code": "synthetic", "name_da": "Syntetisk", "kind": "output", "frequency": "year"}
    return Indicator(**{"id": ID, **own, "definition": definition(), **said})


def counted(of: Indicator, value: int, period: str = "2026", as_of: datetime = NOW) -> Reading:
    return Reading(
        id=uuid4(),
        indicator_id=of.id,
        definition_version=of.definition.version,
        provenance="synthetic",
        period=period,
        status="preliminary",
        value=Decimal(value),
        as_of=as_of,
        watermark={},
    )


@pytest.mark.parametrize(
    ("name", "frequency", "starts", "ends"),
    [
        ("2026", "year", "2025-12-31T23:00", "2026-12-31T23:00"),
        ("2026-Q1", "quarter", "2025-12-31T23:00", "2026-03-31T22:00"),
        ("2026-Q4", "quarter", "2026-09-30T22:00", "2026-12-31T23:00"),
        ("2026-03", "month", "2026-02-28T23:00", "2026-03-31T22:00"),
        ("2026-10", "month", "2026-09-30T22:00", "2026-10-31T23:00"),
        ("2026-12", "month", "2026-11-30T23:00", "2026-12-31T23:00"),
    ],
)
def test_a_period_begins_and_ends_at_midnight_in_denmark(name: str, frequency: str, starts: str, ends: str) -> None:
    period = Period(name)
    assert (period.frequency, period.starts_at, period.ends_at) == (
        frequency,
        datetime.fromisoformat(f"{starts}:00+00:00"),
        datetime.fromisoformat(f"{ends}:00+00:00"),
    )


@given(st.datetimes(datetime(2000, 1, 2), datetime(2199, 1, 1)), st.sampled_from(["year", "quarter", "month"]))  # noqa: DTZ001  # hypothesis takes bounds without zone
def test_every_moment_lies_in_exactly_one_period_of_each_length(moment: datetime, frequency: Frequency) -> None:
    at = moment.replace(tzinfo=UTC)
    period = Period.containing(at, frequency)
    assert period.frequency == frequency
    assert period.starts_at <= at < period.ends_at
    assert Period.containing(period.ends_at, frequency).starts_at == period.ends_at
    assert Period.containing(period.ends_at, frequency).name > period.name


def test_a_changed_count_moves_the_open_periods_reading_and_is_told() -> None:
    of = indicator()
    _, first, told = recompute(of, counted(of, 1), None, closed=False)
    assert isinstance(told, IndicatorRecomputed)
    of, second, told = recompute(of, counted(of, 2), first, closed=False)
    assert second is not None
    assert first is not None
    assert (second.id, second.value, of.revision) == (first.id, 2, 2)


def test_a_count_that_is_the_same_is_not_told_but_its_watermark_moves() -> None:
    of = indicator()
    before = counted(of, 1)
    same, reading, told = recompute(of, replace(counted(of, 1), watermark={"t": {"0": 9}}), before, closed=False)
    assert (same, told) == (of, None)
    assert reading is not None
    assert (reading.id, reading.watermark) == (before.id, {"t": {"0": 9}})


def test_an_event_that_comes_late_does_not_turn_back_the_moment_of_a_reading() -> None:
    of = indicator()
    _, reading, _ = recompute(of, counted(of, 2, as_of=NOW - timedelta(days=90)), counted(of, 1), closed=False)
    assert reading is not None
    assert reading.as_of == NOW


def test_a_closed_periods_reading_is_corrected_beside_it_and_only_when_the_figure_differs() -> None:
    of = indicator()
    final = replace(counted(of, 1), status="final")
    assert recompute(of, counted(of, 1), final, closed=True) == (of, None, None)
    _, corrected, told = recompute(of, counted(of, 2), final, closed=True)
    assert corrected is not None
    assert told is not None
    assert (corrected.status, corrected.corrects) == ("corrected", final.id)
    assert corrected.id != final.id


def test_a_period_is_closed_once_and_not_before_it_is_over() -> None:
    with pytest.raises(PeriodNotOver):
        close(PLAN, Period("2026"), at=Period("2026").ends_at - timedelta(microseconds=1))
    closed, _ = close(PLAN, Period("2026"), at=Period("2026").ends_at)
    with pytest.raises(PeriodAlreadyClosed):
        close(closed, Period("2026"), at=datetime(2030, 1, 1, tzinfo=UTC))


def test_a_definition_that_needs_more_is_refused_where_it_lacks_it() -> None:
    for said, name in (
        ({"event_types": ()}, "event_types"),
        ({"method": "distinct_count"}, "by_field"),
        ({"method": "sum"}, "sum_field"),
        ({"method": "latest", "by_field": "municipality_code"}, "counting_types"),
    ):
        with pytest.raises(DefinitionIncomplete) as refused:
            define(indicator(definition=definition(**said)), at=NOW)
        assert refused.value.pointer == f"/definition/{name}"


@pytest.mark.parametrize(("field", "fine"), [("version", True), ("municipality_code", False), ("adopted_on", False)])
def test_only_a_number_is_added_up(field: str, fine: bool) -> None:  # noqa: FBT001
    said = definition(method="sum", sum_field=field)
    if fine:
        define(indicator(definition=said), at=NOW)
    else:
        with pytest.raises(FieldUnknown):
            define(indicator(definition=said), at=NOW)


def test_a_new_definition_counts_on_from_the_last() -> None:
    of, _ = redefine(indicator(), definition(text_da="Ny"), at=NOW)
    of, told = redefine(of, definition(text_da="Nyere"), at=NOW)
    assert (of.definition.version, of.revision, told.revision) == (3, 3, 3)


class Figure(RuleBasedStateMachine):
    """Any run of counts, closings and new definitions, with the readings kept as the store keeps them."""

    def __init__(self) -> None:
        super().__init__()
        self.plan, self.of = PLAN, indicator()
        self.kept: dict[tuple[int, str], list[Reading]] = {}
        self.final: dict[UUID, Reading] = {}
        self.events: list[Event] = [define(self.of, at=NOW)[1]]

    def newest(self, period: str) -> Reading | None:
        standing = self.kept.get((self.of.definition.version, period))
        return standing[-1] if standing else None

    @rule(value=st.integers(0, 5), period=st.sampled_from(["2024", "2025"]), days=st.integers(-40, 40))
    def count(self, value: int, period: str, days: int) -> None:
        reading = counted(self.of, value, period, NOW + timedelta(days=days))
        before = self.newest(period)
        self.of, kept, told = recompute(self.of, reading, before, closed=period in self.plan.closed)
        if kept is not None:
            standing = self.kept.setdefault((self.of.definition.version, period), [])
            standing[:] = [each for each in standing if each.id != kept.id] + [kept]
        self.events += [told] if told else []

    @rule(period=st.sampled_from(["2024", "2025", "2026"]))
    def close(self, period: str) -> None:
        try:
            self.plan, _ = close(self.plan, Period(period), at=NOW)
        except Conflict:
            return
        if (before := self.newest(period)) is not None:
            final = replace(before, status="final")
            self.kept[self.of.definition.version, period][-1] = final
            self.final[final.id] = final

    @rule()
    def redefine(self) -> None:
        self.of, told = redefine(self.of, definition(), at=NOW)
        self.events.append(told)

    @invariant()
    def what_is_final_stays_as_it_is(self) -> None:
        standing = {each.id: each for readings in self.kept.values() for each in readings}
        assert all(standing[id] == reading for id, reading in self.final.items())

    @invariant()
    def every_reading_stands_under_its_own_definition_and_corrects_one_of_the_same(self) -> None:
        for (version, period), readings in self.kept.items():
            ids = {each.id for each in readings}
            assert {(each.definition_version, each.period) for each in readings} == {(version, period)}
            assert all(each.corrects in ids for each in readings if each.corrects)
            assert sum(each.status == "preliminary" for each in readings) <= 1

    @invariant()
    def revisions_count_the_events(self) -> None:
        assert [each.revision for each in self.events] == list(range(1, self.of.revision + 1))


Figure.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestFigure = Figure.TestCase
