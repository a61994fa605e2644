"""What is never reached, asked and suggested: the rules themselves, and that no hidden number moves any of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.disclosure import MINIMUM, one_way
from contracts.taxonomy import TopicCode
from planning.domain.contact import CONTACTS, ContactCode, unreached
from planning.domain.suggestion import RULES, Found, Oversubscribed, RuleCode, Suggestion, Theme, suggestions
from planning.domain.theme import AtLeast, at_least, ended_months

KINDS = ("threats", "stalking", "exit_support", "legislation")
MONTHS = ("2026-01", "2026-02", "2026-03")
ON = date(2026, 11, 23)
NOTHING = Found(themes=(), oversubscribed=(), never_reached=(), without_agreement={}, without_offer=())
COUNTS = st.dictionaries(st.tuples(st.sampled_from(MONTHS), st.sampled_from(KINDS)), st.integers(0, 40))


def theme(topic: TopicCode = "threats", **said: int | bool | None) -> Theme:
    empty = {"enquiries": None, "training_needs": None, "material_needs": None, "is_offered": True, "is_readable": True}
    return Theme(topic=topic, **{**empty, **said})


def made(**said: object) -> tuple[Suggestion, ...]:
    return suggestions(replace(NOTHING, **said), on=ON)


@pytest.mark.rule("c.5/reach")
@given(st.dictionaries(st.sampled_from(get_args(ContactCode)), st.sets(st.integers(0, 20).map(str))), st.data())
def test_whoever_is_reached_in_no_counted_way_is_unreached_and_nobody_else(
    reached: Mapping[ContactCode, set[str]], data: st.DataObject
) -> None:
    known = {str(n) for n in range(15)}
    ways: set[ContactCode] = data.draw(st.sets(st.sampled_from(get_args(ContactCode))))
    found = unreached(known, reached, ways)
    assert list(found) == sorted(found)
    assert set(found) <= known
    for each in known:
        assert (each in found) == (not any(each in reached.get(way, ()) for way in ways))


@pytest.mark.rule("c.5/reach")
def test_every_way_says_in_danish_what_counts_and_no_event_both_begins_and_ends_it() -> None:
    assert set(CONTACTS) == set(get_args(ContactCode))
    for each in CONTACTS.values():
        assert len(each.text_da) > 30
        assert len(each.text_en) > 30
        assert not set(each.begins) & set(each.ends)
        assert each.types == tuple(one.type for one in (*each.begins, *each.ends))
    assert {way for way, each in CONTACTS.items() if each.ends} == {"agreement", "plan"}
    assert len({each.text_da for each in CONTACTS.values()}) == len(CONTACTS)


@pytest.mark.rule("c.5/themes")
@pytest.mark.parametrize(
    ("today", "months"),
    [
        (date(2026, 1, 31), ()), (date(2026, 2, 1), MONTHS[:1]), (date(2026, 4, 1), MONTHS), (date(2025, 12, 31), ()),
        (date(2027, 1, 1), tuple(f"2026-{n:02}" for n in range(1, 13))),
        (date(2030, 6, 1), tuple(f"2026-{n:02}" for n in range(1, 13))),
    ],
)  # fmt: skip
def test_only_months_that_have_ended_are_counted(today: date, months: tuple[str, ...]) -> None:
    assert ended_months(2026, today) == months


@pytest.mark.rule("c.5/themes", "p/disclosure")
@given(COUNTS)
def test_a_lower_bound_is_the_sum_of_what_each_month_alone_shows_and_nothing_else(
    counted: dict[tuple[str, str], int],
) -> None:
    found = at_least(counted, KINDS, MONTHS)
    tables = {month: one_way({kind: counted.get((month, kind), 0) for kind in KINDS}).cells for month in MONTHS}
    for kind in KINDS:
        shown = [count for month in MONTHS if (count := tables[month][kind]) is not None]
        whole = sum(counted.get((month, kind), 0) for month in MONTHS)
        assert (found[kind].months_shown, found[kind].months) == (len(shown), len(MONTHS))
        assert found[kind].count == (sum(shown) if shown else None)
        assert all(count >= MINIMUM for count in shown)
        assert found[kind].count is None or found[kind].count <= whole
        if found[kind].whole:
            assert found[kind].count == whole


@pytest.mark.rule("c.5/breakdown", "p/disclosure")
@given(st.lists(st.integers(0, 30), min_size=2, max_size=5))
def test_whoever_knows_a_months_total_cannot_tell_a_small_part_of_it(counts: list[int]) -> None:
    kinds = range(len(counts))
    found = at_least({("2026-01", kind): counts[kind] for kind in kinds}, kinds, ["2026-01"])
    shown = {kind: each.count for kind, each in found.items() if each.count is not None}
    hidden = [count for kind, count in enumerate(counts) if kind not in shown]
    assert all(counts[kind] == count >= MINIMUM for kind, count in shown.items())
    if shown and hidden:  # the total less what is shown says only what the hidden ones are together
        assert len(hidden) >= 2
        assert sum(hidden) >= MINIMUM


@pytest.mark.rule("c.5/themes")
def test_nothing_is_known_where_no_month_has_ended() -> None:
    [found] = at_least({("2026-01", "threats"): 50}, ["threats"], []).values()
    assert found == AtLeast(None, 0, 0)


@pytest.mark.rule("c.5/suggestion", "p/disclosure")
@given(COUNTS, COUNTS)
def test_a_number_that_is_left_out_moves_no_suggestion(
    one: dict[tuple[str, str], int], other: dict[tuple[str, str], int]
) -> None:
    """Two worlds that show the same suggest the same."""
    seen = [at_least(each, KINDS, MONTHS) for each in (one, other)]
    if seen[0] == seen[1]:
        assert _of(seen[0]) == _of(seen[1])
    for topic in {each.topic for each in _of(seen[0])}:
        assert topic is not None
        assert seen[0][topic].count is not None


def _of(seen: Mapping[str, AtLeast]) -> tuple[Suggestion, ...]:
    kinds: tuple[TopicCode, ...] = KINDS
    return made(themes=tuple(theme(each, enquiries=seen[each].count, is_offered=False) for each in kinds))


@pytest.mark.rule("c.5/suggestion")
@pytest.mark.parametrize(
    ("field", "answer", "rule"),
    [
        ("enquiries", "is_offered", "theme-without-offer"),
        ("enquiries", "is_readable", "theme-without-material"),
        ("training_needs", "is_offered", "training-missed"),
        ("material_needs", "is_readable", "material-missed"),
    ],
)
def test_what_is_asked_is_suggested_until_something_answers_it(field: str, answer: str, rule: RuleCode) -> None:
    [found] = made(themes=(theme(**{field: 5, answer: False}),))
    assert (found.rule, found.topic, found.code) == (rule, "threats", f"{rule}:threats")
    assert found.calls_for == RULES[rule].calls_for
    assert made(themes=(theme(**{field: 5}),)) == ()
    assert made(themes=(theme(**{answer: False}),)) == ()


@pytest.mark.rule("c.5/suggestion")
def test_what_is_asked_most_comes_first_and_equals_by_their_code() -> None:
    asked = [("threats", 9), ("stalking", 30), ("exit_support", 9)]
    found = made(themes=tuple(theme(topic, enquiries=count, is_offered=False) for topic, count in asked))
    assert [each.topic for each in found] == ["stalking", "exit_support", "threats"]


@pytest.mark.rule("c.5/suggestion")
def test_other_lacks_are_suggested_with_whom_they_are_about() -> None:
    day = Oversubscribed(UUID(int=1), "threats", "west", for_children_youth=True)
    found = made(
        oversubscribed=(day, replace(day, id=UUID(int=2), area=None, for_children_youth=False)),
        never_reached=("0101", "0147"),
        without_agreement={"fyn": ("0461",), "bornholm": ("0400",)},
        without_offer=("school",),
        themes=(theme(enquiries=5, is_offered=False, is_readable=False),),
    )
    assert [each.code for each in found] == [
        f"oversubscribed:{UUID(int=1)}", f"oversubscribed:{UUID(int=2)}", "theme-without-offer:threats",
        "theme-without-material:threats", "never-reached:municipalities", "district-without-agreement:bornholm",
        "district-without-agreement:fyn", "audience-without-offer:school",
    ]  # fmt: skip
    first, second, *_ = found
    assert (first.area, first.audience, first.hint_id, first.topic) == ("west", "children_youth", day.id, "threats")
    assert (second.area, second.audience, second.hint_id) == (None, None, UUID(int=2))
    by = {each.rule: each for each in found}
    assert by["never-reached"].municipality_codes == ("0101", "0147")
    assert by["never-reached"].topic is None
    assert by["district-without-agreement"].municipality_codes == ("0461",)
    assert by["district-without-agreement"].topic == "police_cooperation"
    assert by["audience-without-offer"].audience == "school"
    assert [each.calls_for for each in found] == [
        "training_event", "training_event", "training_event", "study", "outreach", "cooperation", "cooperation",
        "training_event",
    ]  # fmt: skip
    assert made() == ()


@pytest.mark.rule("c.5/suggestion")
def test_a_rule_suggests_nothing_before_the_day_from_which_it_holds() -> None:
    found = replace(NOTHING, never_reached=("0101",))
    starts = RULES["never-reached"].valid_from
    assert suggestions(found, on=starts.replace(year=starts.year - 1)) == ()
    assert len(suggestions(found, on=starts)) == 1
    assert set(RULES) == set(get_args(RuleCode))
    assert all(len(each.text_da) > 30 and len(each.text_en) > 30 for each in RULES.values())
