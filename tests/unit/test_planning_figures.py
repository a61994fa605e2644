"""What plain Python counts, the course of a figure, and a definition's binding in words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.advisory import EnquiryRegistered, PreparednessPlanOverdue, PreparednessPlanPublished
from contracts.event import Event
from contracts.planning import IndicatorBackOnTrack, IndicatorOffTrack
from contracts.training import EventHeld
from contracts.values import LARGEST
from planning.domain.counting import Fact, counted, figure, hash_of, mean, members
from planning.domain.course import Course, Line, day_da, look, number_da, reason_da
from planning.domain.event_names import EVENTS, FIELDS, event_da, short
from planning.domain.indicator import Definition, Indicator, Method
from planning.domain.period import Period
from planning.domain.reading import Reading
from planning.domain.wording import binding_da
from planning.reactions import HEARD

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ONE, OTHER = UUID(int=1), UUID(int=2)
PUBLISHED, OVERDUE, HELD = PreparednessPlanPublished.type, PreparednessPlanOverdue.type, EventHeld.type
PERIOD = Period("2026")
WAY = Line(Decimal(40), date(2026, 1, 1), Decimal(98), date(2026, 12, 31), 10)


def definition(method: Method, *types: str, **said: Any) -> Definition:
    return Definition(version=1, text_da="Syntetisk", method=method, defined_at=NOW, event_types=types, **said)


def fact(number: int, type: str = PUBLISHED, /, subject: UUID = ONE, **said: Any) -> Fact:
    own: dict[str, Any] = {
        "topic": "t", "partition": 0, "offset": number, "subject": subject, "revision": 1, "at": NOW,
        "provenance": "actual", "case_derived": False, "data": {"municipality_code": "0101"},
    }  # fmt: skip
    return Fact(id=UUID(int=number), type=type, **{**own, **said})


def value(said: Definition, *facts: Fact) -> Decimal | None:
    return figure(said, PERIOD, "actual", facts).value


def test_only_events_of_the_type_kind_time_and_condition_count() -> None:
    said = definition("event_count", PUBLISHED, match={"municipality_code": "0101"})
    assert value(said, fact(1), fact(2)) == 2
    for other in (
        fact(1, OVERDUE),
        fact(1, provenance="synthetic"),
        fact(1, at=PERIOD.ends_at),
        fact(1, at=PERIOD.starts_at - timedelta(microseconds=1)),
        fact(1, data={"municipality_code": "0147"}),
        fact(1, data={}),
    ):
        assert value(said, other) == 0
    assert value(said, fact(1, at=PERIOD.starts_at), fact(2, at=PERIOD.ends_at - timedelta(microseconds=1))) == 2


@pytest.mark.parametrize(("found", "wanted", "counts"), [(1, 1, 1), (True, True, 1), (1, True, 0), (True, 1, 0)])
def test_true_is_not_one(found: object, wanted: object, counts: int) -> None:
    assert value(definition("event_count", PUBLISHED, match={"x": wanted}), fact(1, data={"x": found})) == counts


def test_each_different_value_counts_once_whether_alone_in_a_collection_or_under_its_plural() -> None:
    said = definition("distinct_count", PUBLISHED, by_field="municipality_code")
    facts = [
        fact(1, data={"municipality_code": "a"}),
        fact(2, data={"municipality_codes": ["a", "b"]}),
        fact(3, data={"municipality_code": ["c"]}),
        fact(4, data={}),
    ]
    assert members(said, facts) == {"a", "b", "c"}
    found = figure(said, PERIOD, "actual", facts)
    assert (found.value, found.event_count, found.case_count) == (3, 4, None)
    assert members(replace(said, by_field="x"), [fact(1, data={"x": True}), fact(2, data={"x": 3})]) == {"true", "3"}


def test_a_sum_adds_what_is_said_and_the_newest_number_is_the_one_that_stands() -> None:
    facts = [
        fact(1, HELD, data={"n": 3}, revision=2),
        fact(2, HELD, data={"n": "4.5"}, revision=1),
        fact(3, HELD, data={"n": 9}, at=NOW - timedelta(days=1), revision=5),
        fact(4, HELD, data={}),
    ]
    assert value(definition("sum", HELD, sum_field="n"), *facts) == Decimal("16.5")
    assert value(definition("mean", HELD, sum_field="n"), *facts) == Decimal("5.500")
    assert value(definition("event_count", HELD, sum_field="n"), *facts) == 4
    newest = definition("newest", HELD, sum_field="n")
    assert value(newest, *facts[:2]) == 3
    assert value(newest, fact(1, HELD, data={"n": 5}, at=PERIOD.starts_at - timedelta(days=400))) == 5
    assert figure(newest, PERIOD, "actual", []).event_count == 0


@pytest.mark.rule("c.5/9")
def test_a_correction_of_an_older_number_does_not_take_the_place_of_a_newer_one() -> None:
    newest, day = definition("newest", HELD, sum_field="n"), timedelta(days=1)
    older = fact(1, HELD, data={"n": 282})
    newer = fact(2, HELD, subject=OTHER, data={"n": 631}, at=NOW + day)
    corrected = fact(3, HELD, data={"n": 286}, revision=2, at=NOW + 2 * day)
    assert value(newest, older, corrected) == 286
    assert value(newest, older, newer, corrected) == 631
    assert value(newest, older, newer, replace(corrected, subject=OTHER)) == 286
    assert value(newest, older, replace(newer, at=NOW)) == 631  # told of at once: the greater id, as in the tables


@pytest.mark.rule("c.5/no-number")
def test_what_says_no_number_takes_the_place_of_what_did() -> None:
    newest = definition("newest", HELD, OVERDUE, sum_field="n")
    older = fact(1, HELD, subject=OTHER, data={"n": 7})
    told = fact(2, HELD, data={"n": 282}, at=NOW + timedelta(days=1))
    taken_back = fact(3, OVERDUE, data={}, revision=2, at=NOW + timedelta(days=2))
    for facts in ((older, told, taken_back), (taken_back, told, older), (told, taken_back, told)):
        found = figure(newest, PERIOD, "actual", facts)
        assert (found.value, found.event_count) == (None, 1), "and the older one does not come back"
    assert value(newest, told, taken_back, fact(4, HELD, data={"n": 3}, revision=3)) == 3
    assert figure(newest, PERIOD, "actual", []).value is None


@pytest.mark.parametrize(("numbers", "expected"), [((1, 2), "1.5"), ((1, 1, 2), "1.333"), ((2, 2, 1), "1.667")])
def test_a_mean_has_three_decimals_and_a_half_is_rounded_up(numbers: tuple[int, ...], expected: str) -> None:
    said = definition("mean", HELD, sum_field="n")
    facts = [fact(place, HELD, data={"n": number}) for place, number in enumerate(numbers)]
    assert value(said, *facts, fact(99, HELD, data={})) == Decimal(expected)
    assert mean(Decimal("0.0005"), 1) == Decimal("0.001")
    assert mean(Decimal(), 0) == 0


def test_of_each_thing_its_newest_event_decides_whether_it_counts() -> None:
    said = definition("latest", PUBLISHED, OVERDUE, counting_types=(PUBLISHED,), by_field="municipality_code")
    old = PERIOD.starts_at - timedelta(days=900)
    facts = [fact(1, at=old), fact(2, OVERDUE, revision=2), fact(3, subject=OTHER, data={"municipality_code": "b"})]
    assert [each.id.int for each in counted(said, PERIOD, "actual", facts)] == [3]
    assert value(said, *facts, fact(4, revision=3)) == 2
    assert value(said, *facts, fact(4, revision=3, data={})) == 1  # it does not say what it is about
    assert value(said, *facts, fact(4, revision=3, data={"municipality_codes": ["a", "c"]})) == 3
    assert value(said, fact(1), fact(2, OVERDUE)) == 1  # the same revision twice: the lower id, as in the tables
    assert value(said, fact(2), fact(1, OVERDUE)) == 0


@given(st.permutations(range(12)))
def test_the_order_in_which_events_come_changes_no_figure(order: list[int]) -> None:
    facts = [
        fact(number, (PUBLISHED, OVERDUE)[number % 3 == 2], UUID(int=number % 4), revision=number // 4 + 1,
             data={"municipality_code": str(number % 5), "n": number})
        for number in range(12)
    ]  # fmt: skip
    shuffled = [facts[each] for each in order]
    for method in ("event_count", "distinct_count", "sum", "mean", "latest", "newest"):
        said = definition(method, PUBLISHED, OVERDUE, by_field="municipality_code", sum_field="n",
                          counting_types=(PUBLISHED,))  # fmt: skip
        assert figure(said, PERIOD, "actual", shuffled) == figure(said, PERIOD, "actual", facts)
    assert hash_of(each.id for each in shuffled) == hash_of(each.id for each in facts)


def test_a_hash_is_that_of_the_ids_in_their_order() -> None:
    assert hash_of([OTHER, ONE]) == sha256(ONE.bytes + OTHER.bytes).hexdigest()


def test_single_cases_are_counted_where_there_can_be_some() -> None:
    said = definition("event_count", EnquiryRegistered.type, PUBLISHED)
    found = figure(said, PERIOD, "actual", [fact(1, EnquiryRegistered.type, case_derived=True), fact(2)])
    assert (found.event_count, found.case_count) == (2, 1)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2025, 6, 1), "40"), (date(2026, 1, 1), "40"), (date(2026, 7, 2), "69"),
        (date(2026, 12, 31), "98"), (date(2028, 1, 1), "98"),
    ],
)  # fmt: skip
def test_a_course_is_a_straight_line_between_its_ends(on: date, expected: str) -> None:
    assert WAY.expected(on) == Decimal(expected)


def test_a_figure_is_behind_when_more_is_missing_than_may_be() -> None:
    day = date(2026, 7, 2)
    assert not WAY.is_behind(Decimal("63.2"), day)
    assert WAY.is_behind(Decimal("63.199"), day)
    assert not WAY.is_behind(Decimal("92.2"), date(2026, 12, 31))
    assert WAY.is_behind(Decimal("97.9"), date(2027, 1, 1))
    assert not WAY.is_behind(Decimal(98), date(2027, 1, 1))
    down = Line(Decimal(98), date(2026, 1, 1), Decimal(40), date(2026, 12, 31), 10)
    assert not down.is_behind(Decimal("74.8"), day)
    assert down.is_behind(Decimal("74.801"), day)


def test_the_outlook_goes_on_at_the_same_pace() -> None:
    assert WAY.reached_on(Decimal(69), date(2026, 7, 2)) == date(2026, 12, 31)
    assert WAY.reached_on(Decimal("54.5"), date(2026, 7, 2)) == date(2026, 12, 31) + timedelta(days=364)
    assert WAY.reached_on(Decimal(70), date(2026, 7, 2)) == date(2026, 12, 19)
    for value, on in ((40, date(2026, 7, 2)), (39, date(2026, 7, 2)), (60, date(2026, 1, 1))):
        assert WAY.reached_on(Decimal(value), on) is None
    assert WAY.reached_on(Decimal("40.001"), date(2026, 7, 2)) is None


def test_the_reason_is_said_in_danish() -> None:
    assert reason_da(WAY, Decimal(50), date(2026, 7, 2)) == (
        "Målet er mindst 98 senest den 31. december 2026. Den 2. juli 2026 skulle tallet være mindst 69 for at følge"
        " kursen, men det er 50. I samme takt nås målet den 22. november 2028."
    )
    assert reason_da(WAY, Decimal(39), date(2026, 7, 2)).endswith(
        "men det er 39. Tallet har ikke nærmet sig målet siden den 1. januar 2026."
    )
    assert reason_da(WAY, Decimal(50), date(2027, 1, 1)) == (
        "Målet var mindst 98 senest den 31. december 2026, men tallet er 50."
    )
    down = replace(WAY, target=Decimal(10))
    assert reason_da(down, Decimal(50), date(2026, 12, 31)).startswith("Målet er højst 10 senest")
    assert (day_da(date(2026, 3, 9)), number_da(Decimal("1234567.50"))) == ("9. marts 2026", "1.234.567,5")
    assert (number_da(Decimal(-100)), number_da(Decimal("0.000"))) == ("-100", "0")


class OnCourse(RuleBasedStateMachine):
    """A figure under a course: it is told when it falls behind and when it no longer is, in turns."""

    def __init__(self) -> None:
        super().__init__()
        own = definition("latest", PUBLISHED, counting_types=(PUBLISHED,), by_field="municipality_code")
        self.indicator = Indicator(
            id=ONE, plan_id=OTHER, code="c", name_da="Syntetisk", kind="output", frequency="year", definition=own
        )
        self.course = Course("up", Decimal(40), date(2026, 1, 1), Decimal(98), date(2026, 12, 31))
        self.told: list[Event] = []

    @rule(
        number=st.integers(0, 120) | st.just(LARGEST + 1),
        day=st.integers(1, 500),
        period=st.sampled_from(("2026", "2027")),
    )
    def look(self, number: int, day: int, period: str) -> None:
        on = date(2026, 1, 1) + timedelta(days=day)
        reading = Reading(
            id=ONE, indicator_id=ONE, definition_version=1, provenance="synthetic", period=period,
            status="preliminary", value=Decimal(number), as_of=NOW, watermark={},
        )  # fmt: skip
        before = self.indicator.revision, self.course
        self.indicator, self.course, event = look(self.indicator, self.course, reading, on)
        if event is None:
            assert (self.indicator.revision, self.course) == before
        else:
            assert self.indicator.revision == event.revision == before[0] + 1
            self.told.append(event)
        if period == "2026":
            assert self.course.off_track == WAY.is_behind(Decimal(number), on)

    @invariant()
    def it_is_told_in_turns(self) -> None:
        kinds = [type(each) for each in self.told]
        assert kinds == [(IndicatorOffTrack, IndicatorBackOnTrack)[place % 2] for place in range(len(kinds))]
        assert self.course.off_track == (len(kinds) % 2 == 1)


TestOnCourse = OnCourse.TestCase


def test_a_binding_is_said_in_danish_with_its_types_and_conditions() -> None:
    said: Mapping[Literal["event_count", "newest", "mean", "manual", "described"], str] = {
        "event_count": "Tæller hændelser af typen »beredskabsplan offentliggjort« i perioden, hvor »slags« er »plan«.",
        "newest": "Viser »n« fra den nyeste hændelse om det senest tilkomne af typen »beredskabsplan offentliggjort«"
        " til og med periodens slutning, hvor »slags« er »plan«.",
        "mean": "Tager gennemsnittet af »n« af typen »beredskabsplan offentliggjort« i perioden, hvor »slags« er"
        " »plan«.",
        "manual": "Aflæses manuelt og tæller ingen hændelser.",
        "described": "Vurderes i ord på en skala og tæller ingen hændelser.",
    }
    for method, words in said.items():
        assert binding_da(definition(method, PUBLISHED, match={"kind": "plan"}, sum_field="n")) == words
    latest = definition("latest", PUBLISHED, OVERDUE, HELD, counting_types=(PUBLISHED,), by_field="municipality_code")
    assert binding_da(latest) == (
        "Ser på den nyeste hændelse om hver ting og tæller forskellige værdier af »kommune«, når den er"
        " »beredskabsplan offentliggjort«; hændelser af typen »beredskabsplan offentliggjort«, »beredskabsplan blevet"
        " for gammel« eller »arrangement holdt« til og med periodens slutning."
    )
    about = definition("event_count", PUBLISHED, match={"topic": "forced_marriage"})
    assert binding_da(about).endswith("hvor »emne« er »tvangsægteskab«.")


@pytest.mark.rule("c.5/pack", "c.5/document")
def test_every_event_that_planning_hears_and_every_field_of_it_has_a_danish_name() -> None:
    assert sorted(EVENTS) == sorted(short(each.type) for each in HEARD)
    assert len(set(EVENTS.values())) == len(EVENTS)
    fields = {name for each in HEARD for name in each.model_fields} - set(Event.model_fields)
    assert sorted(FIELDS) == sorted(fields)
    assert event_da("dk.maerk.other.thing-done.v1") == "other.thing-done"
