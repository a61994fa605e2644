"""The clocks that run from an enquiry's urgency: when they are due, what meets them, and what alarms."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisory.domain import response_clock
from advisory.domain.duty_rules import Rules

NOW = datetime(2026, 12, 23, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULES = Rules()
ENQUIRY = UUID(int=9)


def follow(known: list[response_clock.ResponseClock], at: datetime, **said: Any) -> list[response_clock.ResponseClock]:
    """All clocks after something was done."""
    said = {"urgency": "acute", "answered": False, "closed": False, **said}
    changed = response_clock.follow(known, enquiry_id=ENQUIRY, provenance="synthetic", rules=RULES, at=at, **said)
    return list({each.id: each for each in [*known, *changed]}.values())


@pytest.mark.rule("c.1/response-clocks")
def test_an_update_does_not_make_a_late_first_answer_timely() -> None:
    clocks = follow([], NOW)
    missed, alarms = response_clock.miss(clocks[0], at=NOW + 30 * MINUTE)
    assert (missed.missed_at, alarms, missed.alarm_at) == (NOW + 30 * MINUTE, True, None)
    assert response_clock.miss(missed, at=NOW + DAY) == (missed, False)
    assert response_clock.miss(clocks[0], at=NOW + 29 * MINUTE) == (clocks[0], False)
    first, update = follow([missed], NOW + HOUR, answered=True)
    assert (first.met_at, first.missed_at) == (NOW + HOUR, NOW + 30 * MINUTE)
    assert (update.kind, update.due_at, update.alarm_at) == ("update", NOW + 5 * HOUR, NOW + 5 * HOUR)
    assert response_clock.miss(update, at=NOW + 5 * HOUR)[1] is False
    first, update, following = follow([first, update], NOW + 2 * HOUR, answered=True)
    assert (update.met_at, update.missed_at, following.place) == (NOW + 2 * HOUR, None, 2)
    assert all(each.met_at for each in follow([first, update, following], NOW + 3 * HOUR, answered=True, closed=True))


@pytest.mark.rule("c.1/response-clocks")
def test_what_was_missed_and_then_becomes_acute_alarms_after_all() -> None:
    clocks = follow([], NOW, urgency="soon")
    late, alarms = response_clock.miss(clocks[0], at=clocks[0].due_at)
    assert (alarms, late.alarm_at) == (False, None)
    at = late.due_at + HOUR
    [acute] = follow([late], at)
    assert acute.alarm_at == at + 30 * MINUTE
    missed, alarms = response_clock.miss(acute, at=at + HOUR)
    assert (alarms, missed.alarm_at) == (True, None)


@pytest.mark.rule("c.1/response-clocks")
@pytest.mark.parametrize(
    ("urgency", "since", "due"),
    [
        # An acute clock runs through Christmas night, New Year and both nights in which the clocks change.
        ("acute", datetime(2026, 12, 24, 23, 45, tzinfo=UTC), datetime(2026, 12, 25, 0, 15, tzinfo=UTC)),
        ("acute", datetime(2026, 12, 31, 22, 50, tzinfo=UTC), datetime(2026, 12, 31, 23, 20, tzinfo=UTC)),
        ("acute", datetime(2027, 3, 28, 0, 45, tzinfo=UTC), datetime(2027, 3, 28, 1, 15, tzinfo=UTC)),
        ("acute", datetime(2027, 10, 31, 0, 45, tzinfo=UTC), datetime(2027, 10, 31, 1, 15, tzinfo=UTC)),
        # 23 December 2026 is a Wednesday: 25 and 26 are holidays, 27 a Sunday; 1 January a Friday.
        ("soon", datetime(2026, 12, 24, 12, tzinfo=UTC), datetime(2026, 12, 28, 23, tzinfo=UTC)),
        ("normal", datetime(2026, 12, 29, 12, tzinfo=UTC), datetime(2027, 1, 4, 23, tzinfo=UTC)),
        # A Monday, and the Tuesday after it.
        ("soon", datetime(2026, 11, 23, 12, tzinfo=UTC), datetime(2026, 11, 24, 23, tzinfo=UTC)),
    ],
)
def test_acute_clocks_never_rest_and_others_end_with_a_danish_working_day(
    urgency: response_clock.Urgency, since: datetime, due: datetime
) -> None:
    assert response_clock.due("first_answer", urgency, since=since, rules=RULES) == due


@pytest.mark.rule("c.1/response-clocks")
@given(
    st.lists(
        st.tuples(st.integers(0, 6000), st.sampled_from(("acute", "soon", "normal")), st.booleans(), st.booleans()),
        max_size=12,
    )
)
def test_whatever_is_done_one_clock_of_a_kind_runs_and_what_was_missed_stays_missed(
    steps: list[tuple[int, str, bool, bool]],
) -> None:
    clocks, at, missed, answered = list[response_clock.ResponseClock](), NOW, set[UUID](), False
    for minutes, urgency, answers, closed in steps:
        at += minutes * MINUTE
        clocks = [response_clock.miss(each, at=at)[0] for each in clocks]
        missed |= {each.id for each in clocks if each.missed_at}
        answered |= answers
        clocks = follow(clocks, at, urgency=urgency, answered=answered, closed=closed)
        running = [each.kind for each in clocks if each.met_at is None]
        assert sorted(running) == ([] if closed else ["update"] if answered else ["first_answer"] if running else [])
        assert missed <= {each.id for each in clocks if each.missed_at}
        assert all(each.alarm_at is None for each in clocks if each.met_at)


@pytest.mark.rule("c.1/response-clocks")
def test_a_first_answer_is_waited_for_once_and_one_at_the_last_moment_is_in_time() -> None:
    [first] = follow([], NOW)
    answered = follow([first], first.due_at, answered=True)
    assert (answered[0].met_at, answered[0].missed_at) == (first.due_at, None)
    late = follow([first], first.due_at + MINUTE, answered=True)
    assert (late[0].met_at, late[0].missed_at) == (first.due_at + MINUTE, first.due_at)
    more = follow(answered, first.due_at + MINUTE, urgency="soon", answered=True)
    assert [(each.kind, each.place) for each in more] == [("first_answer", 1), ("update", 1), ("update", 2)]
    assert follow(answered, NOW + HOUR)[0] == answered[0], "a first answer that was given is not asked for again"
