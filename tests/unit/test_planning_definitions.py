"""What may be asked of a figure: which fields it may name, which course and target it can have, and who may say it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.advisory import EnquiryRegistered, PreparednessPlanPublished
from contracts.event import Event
from contracts.knowledge import StatisticCorrected, StatisticReleased, StatisticRetracted
from contracts.planning import IndicatorOverridden, IndicatorRecomputed, IndicatorValueWithheld
from contracts.problems import Refusal
from contracts.training import EventHeld
from contracts.values import LARGEST
from planning.domain.binding import (
    EventTypeUnknown,
    FieldUnknown,
    check_key,
    check_match,
    check_number,
    codes,
    heard,
    says_number,
)
from planning.domain.course import (
    Course,
    CourseIncomplete,
    CourseJudgesCases,
    CourseOfWords,
    CourseUnlikePeriod,
    Line,
    check,
    judged_period,
    line,
    look,
)
from planning.domain.indicator import (
    Definition,
    DefinitionIncomplete,
    Indicator,
    Method,
    OutcomeFromCases,
    define,
    redefine,
)
from planning.domain.override import NothingHeldAgainst, Override, ReadByHand, override
from planning.domain.period import Period
from planning.domain.reading import (
    NotReadByHand,
    NotReadInWords,
    PeriodUnlikeFrequency,
    Reading,
    StepUnknown,
    read_by_hand,
    read_in_words,
    recompute,
    told,
)
from planning.domain.target import Bound, NoTargetSet, Target
from planning.domain.target import check as check_target

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ID = UUID(int=7)
PUBLISHED, HELD, ENQUIRY = PreparednessPlanPublished.type, EventHeld.type, EnquiryRegistered.type
STATISTIC = (StatisticReleased.type, StatisticCorrected.type, StatisticRetracted.type)
COURSE = Course("up", Decimal(40), date(2026, 1, 1), Decimal(98), date(2026, 12, 31))


def indicator(method: Any = "event_count", *types: str, frequency: Any = "year", **said: Any) -> Indicator:
    definition = Definition(1, "Syntetisk", method, NOW, event_types=types or (PUBLISHED,), **said)
    return Indicator(ID, ID, "code", "Syntetisk", "output", frequency, definition)


def reading(of: Indicator, value: int, **said: Any) -> Reading:
    own: dict[str, Any] = {"period": "2026", "status": "preliminary", "as_of": NOW, "watermark": {}}
    return Reading(uuid4(), of.id, 1, "synthetic", **{**own, "value": Decimal(value), **said})


def refused(kind: type[Refusal], act: Any, pointer: str | None = None) -> None:
    with pytest.raises(kind) as found:
        act()
    assert found.value.pointer == pointer or pointer is None


def test_a_definition_names_fields_that_its_events_have_in_the_shape_that_it_needs() -> None:
    for name in ("municipality_code", "municipality_codes", "topic", "topics", "participant_count"):
        check_key(EventHeld, name, pointer="/x")
    for name in ("subject", "revision", "at", "provenance", "sex", "participant_counts"):
        refused(FieldUnknown, lambda name=name: check_key(EventHeld, name, pointer="/x"), "/x")
    check_number(EventHeld, "participant_count", pointer="/x")
    for name in ("kind", "topics", "revision", "sex"):
        refused(FieldUnknown, lambda name=name: check_number(EventHeld, name, pointer="/x"), "/x")
    check_match(EventHeld, {"kind": "theme_day", "month": "2026-06"}, pointer="/m")
    for name in ("topics", "municipality_code", "provenance", "sex"):
        refused(FieldUnknown, lambda name=name: check_match(EventHeld, {name: "x"}, pointer="/m"), f"/m/{name}")
    assert heard(HELD, pointer="/t") is EventHeld
    refused(EventTypeUnknown, lambda: heard("dk.maerk.planning.priority-set.v1", pointer="/t"), "/t")


def test_the_codes_of_a_field_are_all_that_it_may_have() -> None:
    assert codes(EventHeld, "children_youth") == ("primary", "partly", "no")
    assert "threats" in (codes(EventHeld, "topics") or ())
    assert "school" in (codes(EventHeld, "setting") or ())
    for name in ("month", "participant_count", "topic", "subject"):
        assert codes(EventHeld, name) is None


@pytest.mark.rule("c.5/no-number")
def test_a_figure_of_released_numbers_hears_that_they_are_corrected_and_retracted() -> None:
    said = {"sum_field": "headline_value", "match": {"table": "young-in-control"}}
    define(indicator("newest", *STATISTIC, **said), at=NOW)
    for missing in STATISTIC:
        some = indicator("newest", *(each for each in STATISTIC if each != missing), **said)
        refused(DefinitionIncomplete, lambda some=some: define(some, at=NOW), "/definition/event_types")
    for wrong in ("table", "series_break", "subject", "period"):
        stray = indicator("newest", *STATISTIC, sum_field=wrong)
        refused(FieldUnknown, lambda stray=stray: define(stray, at=NOW), "/definition/sum_field")
    for method in ("sum", "mean"):  # what may be none, and what is told anew, is not added up
        added = indicator(method, *STATISTIC, sum_field="headline_value")
        refused(FieldUnknown, lambda added=added: define(added, at=NOW), "/definition/sum_field")
    assert says_number(EventHeld, "participant_count")
    assert not says_number(EventHeld, "municipality_codes")


def test_words_have_a_scale_and_nothing_else_has() -> None:
    scale = ("slet ikke", "delvis")
    define(indicator("described", scale_da=scale), at=NOW)
    for wrong in (
        indicator("described"),
        indicator("described", scale_da=("delvis", "delvis")),
        indicator("event_count", scale_da=scale),
    ):
        refused(DefinitionIncomplete, lambda wrong=wrong: define(wrong, at=NOW), "/definition/scale_da")
    refused(DefinitionIncomplete, lambda: define(indicator("mean"), at=NOW), "/definition/sum_field")
    needing = {each for each in get_args(Method) if indicator(each).definition.needs_events}
    assert needing == {"newest", "mean"}
    assert {each for each in get_args(Method) if not indicator(each).definition.is_counted} == {"manual", "described"}
    refused(DefinitionIncomplete, lambda: define(indicator("newest"), at=NOW), "/definition/sum_field")
    latest = indicator("latest", PUBLISHED, HELD, by_field="municipality_code", counting_types=(PUBLISHED,))
    both = replace(latest.definition, counting_types=(PUBLISHED, HELD))
    for fine in (latest, replace(latest, definition=both)):
        define(fine, at=NOW)
    stray = replace(latest.definition, counting_types=(ENQUIRY,))
    refused(
        DefinitionIncomplete, lambda: define(replace(latest, definition=stray), at=NOW), "/definition/counting_types"
    )
    refused(DefinitionIncomplete, lambda: redefine(latest, stray, at=NOW), "/counting_types")
    unknown = indicator(match={"sex": "x"})
    refused(FieldUnknown, lambda: define(unknown, at=NOW), "/definition/match/sex")


@pytest.mark.rule("c.5/9")
def test_an_outcome_is_not_made_of_single_cases() -> None:
    refused(OutcomeFromCases, lambda: define(replace(indicator("event_count", ENQUIRY), kind="outcome"), at=NOW))
    define(replace(indicator("event_count", ENQUIRY), kind="process"), at=NOW)
    define(replace(indicator(), kind="outcome"), at=NOW)


@pytest.mark.rule("c.5/off-track")
def test_a_course_leads_the_way_that_it_says_within_the_period_that_is_counted() -> None:
    check(COURSE, indicator())
    check(Course("neutral"), indicator("event_count", ENQUIRY))
    check(replace(COURSE, direction="down", target=Decimal(20)), indicator())
    check(replace(COURSE, due_on=date(2026, 1, 2)), indicator())
    for name in ("baseline", "baseline_on", "target", "due_on"):
        refused(CourseIncomplete, lambda name=name: check(replace(COURSE, **{name: None}), indicator()), "/target")
        only: dict[str, Any] = {name: getattr(COURSE, name)}
        refused(CourseIncomplete, lambda only=only: check(Course("neutral", **only), indicator()), "/direction")
    for wrong, pointer in (
        (replace(COURSE, due_on=date(2026, 1, 1)), "/due_on"),
        (replace(COURSE, due_on=date(2025, 12, 31)), "/due_on"),
        (replace(COURSE, target=Decimal(40)), "/target"),
        (replace(COURSE, target=Decimal(39)), "/target"),
        (replace(COURSE, direction="down"), "/target"),
    ):
        refused(CourseIncomplete, lambda wrong=wrong: check(wrong, indicator()), pointer)
    later = replace(COURSE, due_on=date(2027, 1, 1))
    refused(CourseUnlikePeriod, lambda: check(later, indicator()), "/due_on")
    refused(CourseUnlikePeriod, lambda: check(COURSE, indicator(frequency="quarter")), "/due_on")
    check(later, indicator("latest", by_field="municipality_code", counting_types=(PUBLISHED,)))
    refused(CourseJudgesCases, lambda: check(COURSE, indicator("event_count", ENQUIRY)), "/direction")
    refused(CourseOfWords, lambda: check(COURSE, indicator("described", scale_da=("a", "b"))), "/direction")


def test_a_course_without_an_end_or_a_beginning_is_no_way() -> None:
    assert line(COURSE) == Line(Decimal(40), date(2026, 1, 1), Decimal(98), date(2026, 12, 31), 10)
    for name in ("baseline", "baseline_on", "target", "due_on"):
        assert line(replace(COURSE, **{name: None})) is None


def test_the_outlook_is_none_where_nothing_has_moved_and_beyond_a_hundred_years() -> None:
    way = Line(Decimal(0), date(2026, 1, 1), Decimal(100), date(2026, 12, 31), 0)
    assert way.reached_on(Decimal(1), date(2026, 1, 1)) is None
    assert way.reached_on(Decimal(0), date(2026, 1, 2)) is None
    assert way.reached_on(Decimal(1), date(2026, 1, 2)) == date(2026, 1, 1) + timedelta(days=100)
    hundred_years = 100 * 365
    assert way.reached_on(Decimal(100) / (hundred_years - 1), date(2026, 1, 2)) is not None
    assert way.reached_on(Decimal(100) / hundred_years, date(2026, 1, 2)) is None
    down = Line(Decimal(100), date(2026, 1, 1), Decimal(0), date(2026, 12, 31), 0)
    assert down.is_behind(Decimal(101), date(2026, 1, 1))
    assert not down.is_behind(Decimal(99), date(2026, 1, 1))
    assert down.reached_on(Decimal(99), date(2026, 1, 2)) == date(2026, 1, 1) + timedelta(days=100)


def test_the_judged_period_is_that_of_the_day_and_after_the_end_that_of_the_end() -> None:
    way, monthly = Line(Decimal(0), date(2026, 1, 1), Decimal(9), date(2026, 3, 31), 0), indicator(frequency="month")
    days = (date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 1), date(2027, 1, 1))
    assert [judged_period(monthly, way, on) for on in days] == ["2026-02", "2026-03", "2026-03", "2026-03"]


@pytest.mark.rule("c.5/off-track")
def test_only_the_judged_period_of_what_may_be_judged_is_looked_at() -> None:
    on, of = date(2026, 7, 2), indicator()
    behind = reading(of, 0)
    _, course, event = look(of, COURSE, behind, on)
    assert (course.off_track, event is None) == (True, False)
    for one, way, said in (
        (of, Course("neutral"), behind),
        (indicator("event_count", ENQUIRY), COURSE, behind),
        (of, COURSE, replace(behind, period="2025")),
        (of, replace(COURSE, off_track=True), behind),
    ):
        assert look(one, way, said, on) == (one, way, None)
    for value, told_value in ((-LARGEST, str(-LARGEST)), (-LARGEST - 1, None)):
        _, _, event = look(of, COURSE, reading(of, value), on)
        assert event is not None
        assert event.model_dump(mode="json")["value"] == told_value


def target(bound: Bound = "at_least", value: int | None = 9, period: str = "2026") -> Target:
    return Target(uuid4(), ID, period, bound, None if value is None else Decimal(value), None, NOW)


@pytest.mark.rule("c.5/target")
def test_a_target_is_for_a_counted_number_of_its_period_and_is_taken_back_once() -> None:
    assert [target().is_reached(Decimal(each)) for each in (8, 9, 10)] == [False, True, True]
    assert [target("at_most").is_reached(Decimal(each)) for each in (8, 9, 10)] == [True, True, False]
    check_target(target(), indicator(), None)
    check_target(target(value=None), indicator(), target())
    for before in (None, target(value=None)):
        refused(NoTargetSet, lambda before=before: check_target(target(value=None), indicator(), before))
    refused(PeriodUnlikeFrequency, lambda: check_target(target(period="2026-Q1"), indicator(), None), "/period")
    refused(CourseJudgesCases, lambda: check_target(target(), indicator("event_count", ENQUIRY), None), "/value")
    words = indicator("described", scale_da=("a", "b"))
    refused(CourseOfWords, lambda: check_target(target(), words, None), "/value")


@pytest.mark.rule("c.5/manual", "c.5/words")
def test_a_number_is_typed_where_it_is_typed_and_words_are_said_where_they_are_said() -> None:
    year, quarter = Period("2026"), Period("2026-Q1")
    words, typed = indicator("described", scale_da=("slet ikke", "delvis", "helt")), indicator("manual")
    read_by_hand(typed, year)
    assert [read_in_words(words, year, each) for each in ("slet ikke", "delvis", "helt")] == [1, 2, 3]
    for wrong in (indicator(), words):
        refused(NotReadByHand, lambda wrong=wrong: read_by_hand(wrong, year))
    for wrong in (indicator(), typed):
        refused(NotReadInWords, lambda wrong=wrong: read_in_words(wrong, year, "helt"))
    refused(PeriodUnlikeFrequency, lambda: read_by_hand(typed, quarter), "/period")
    refused(PeriodUnlikeFrequency, lambda: read_in_words(words, quarter, "helt"), "/period")
    refused(StepUnknown, lambda: read_in_words(words, year, "næsten"), "/step_da")


@pytest.mark.rule("c.5/words", "c.5/small-numbers")
def test_what_no_event_may_carry_is_told_without_its_value() -> None:
    words, counted = indicator("described", scale_da=("a", "b")), indicator("event_count", ENQUIRY)
    said = reading(words, 2, step_da="b", words_da="Syntetisk")
    closed = {"case_count": 5, "status": "final"}
    for of, one, reason in (
        (words, said, "in_words"),
        (counted, reading(counted, 4, case_count=4, status="final"), "few_cases"),
        (counted, reading(counted, 5, case_count=5), "not_closed"),
        (counted, reading(counted, LARGEST + 1, **closed), "too_large"),
        (counted, reading(counted, -LARGEST - 1), "too_large"),
        (counted, replace(reading(counted, 1), value=None), "no_number"),
    ):
        event = told(of, one)
        assert isinstance(event, IndicatorValueWithheld)
        assert event.reason == reason
    for fine in (reading(counted, 5, **closed), reading(counted, LARGEST), reading(counted, -LARGEST)):
        assert isinstance(told(counted, fine), IndicatorRecomputed)
    for change in ({"words_da": "Andet"}, {"step_da": "a"}, {"source_url": "https://example.org/x"}):
        _, kept, event = recompute(words, replace(said, **change), said, closed=True)
        assert kept is not None
        assert (kept.status, kept.corrects, event is None) == ("corrected", said.id, False)
    assert recompute(words, said, said, closed=True) == (words, None, None)


class HeldAgainst(RuleBasedStateMachine):
    """A counted figure and whatever is held against it: the figure never moves by that, and the last word is known."""

    def __init__(self) -> None:
        super().__init__()
        self.of = indicator()
        self.counted: Reading | None = None
        self.last: Override | None = None
        self.events: list[Event] = []

    @rule(value=st.integers(0, 9))
    def count(self, value: int) -> None:
        self.of, kept, event = recompute(self.of, reading(self.of, value), self.counted, closed=False)
        assert kept is not None
        self.counted, self.events = kept, self.events + ([event] if event else [])

    @rule(value=st.none() | st.integers(0, 9), period=st.sampled_from(["2026", "2026-Q1"]))
    def hold_against(self, value: int | None, period: str) -> None:
        before = self.of, self.counted
        said = None if value is None else Decimal(value)
        new = Override(uuid4(), ID, 1, "synthetic", period, said, "Syntetisk", "https://example.org/x", NOW)
        try:
            self.of, event = override(self.of, new, self.last)
        except PeriodUnlikeFrequency:
            assert period == "2026-Q1"
        except NothingHeldAgainst:
            assert value is None
            assert self.last is None or self.last.value is None
        else:
            assert isinstance(event, IndicatorOverridden)
            assert (event.value, event.period) == (said, period)
            assert self.of.revision == before[0].revision + 1
            self.last = new
            self.events.append(event)
        assert self.counted == before[1]

    @invariant()
    def revisions_count_the_events(self) -> None:
        assert [each.revision for each in self.events] == list(range(2, self.of.revision + 1))


HeldAgainst.TestCase.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
TestHeldAgainst = pytest.mark.rule("c.5/override")(HeldAgainst.TestCase)


@pytest.mark.rule("c.5/override")
def test_nothing_is_held_against_what_somebody_reads() -> None:
    new = Override(uuid4(), ID, 1, "synthetic", "2026", Decimal(1), "Syntetisk", "https://example.org/x", NOW)
    for wrong in (indicator("manual"), indicator("described", scale_da=("a", "b"))):
        refused(ReadByHand, lambda wrong=wrong: override(wrong, new, None))
