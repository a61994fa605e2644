"""Alarms and the duty roster, as they are without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from advisory.domain import alarm as domain
from advisory.domain import duty, duty_rules
from advisory.domain.alarm import Alarm, Notice, OnDuty
from advisory.domain.duty import DutyFunction, Shift
from advisory.domain.duty_rules import Rule, Rules

NOW = datetime(2026, 12, 23, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULES = Rules()
FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))
ENQUIRY = UUID(int=9)
FUNCTION = DutyFunction(FIRST, "desk", "synthetic", "desk@maerk.example", NOW, confirmed_at=NOW)


def raised(at: datetime = NOW) -> Alarm:
    return domain.raise_alarm(
        id=UUID(int=7), cause="acknowledgement", about=UUID(int=8), enquiry_id=ENQUIRY, provenance="synthetic", at=at
    )[0]


def climbed(alarm: Alarm, *on_duty: OnDuty, at: datetime) -> tuple[Alarm, list[tuple[int, UUID]], list[str]]:
    alarm, notices, events = domain.climb(alarm, on_duty, rules=RULES, at=at)
    return alarm, [(each.level, each.function_id) for each in notices], [type(each).__name__ for each in events]


CHAIN = (OnDuty(FIRST, 1, works=True), OnDuty(SECOND, 2, works=True), OnDuty(THIRD, 4, works=True))


@pytest.mark.rule("c.1/alarm-chain", "c.1/event:alarm-raised", "c.1/event:alarm-escalated")
def test_the_chain_is_climbed_a_level_at_a_time_and_begins_anew_after_the_last() -> None:
    alarm, at, told = raised(), NOW, list[Any]()
    for _ in range(4):
        alarm, functions, events = climbed(alarm, *CHAIN, at=at)
        told.append((functions, events, alarm.round))
        assert climbed(alarm, *CHAIN, at=at + 10 * MINUTE - timedelta(microseconds=1))[1] == []
        at += 10 * MINUTE
    assert told == [
        ([(1, FIRST)], [], 1),
        ([(2, SECOND)], ["AlarmEscalated"], 1),
        ([(4, THIRD)], ["AlarmEscalated"], 1),
        ([(1, FIRST)], ["AlarmEscalated"], 2),
    ]
    assert alarm.revision == 4


@pytest.mark.rule("c.1/alarm-chain")
def test_a_level_without_a_channel_that_works_is_told_and_passed_over_at_once() -> None:
    broken = OnDuty(FIRST, 1, works=False)
    alarm, told, _ = climbed(raised(), broken, *CHAIN[1:], at=NOW)
    assert (told, alarm.level) == ([(1, FIRST), (2, SECOND)], 2)
    alarm, told, _ = climbed(raised(), broken, OnDuty(THIRD, 1, works=True), CHAIN[1], at=NOW)
    assert (told, alarm.level) == ([(1, FIRST), (1, THIRD)], 1)
    alarm, told, _ = climbed(raised(), broken, at=NOW)
    assert (told, alarm.next_at) == ([(1, FIRST)], NOW + 10 * MINUTE)


@pytest.mark.rule("c.1/alarm-unheard", "c.1/event:alarm-unheard")
def test_while_nobody_is_on_duty_it_is_tried_every_minute_and_told_once() -> None:
    alarm, told, events = climbed(raised(), at=NOW)
    assert (told, events, alarm.next_at, alarm.unheard_at) == ([], ["AlarmUnheard"], NOW + MINUTE, NOW)
    alarm, told, events = climbed(alarm, at=NOW + MINUTE)
    assert (told, events, alarm.unheard_at, alarm.revision) == ([], [], NOW, 2)
    alarm, told, _ = climbed(alarm, CHAIN[1], at=NOW + 2 * MINUTE)
    assert (told, alarm.unheard_at) == ([(2, SECOND)], None)
    assert climbed(alarm, at=NOW + 12 * MINUTE)[2] == ["AlarmUnheard"]


@pytest.mark.rule("c.1/state:alarm", "c.1/alarm-acknowledged", "c.1/event:alarm-acknowledged")
def test_a_human_has_it_until_it_returns_and_the_chain_begins_from_its_first_level() -> None:
    alarm = climbed(climbed(raised(), *CHAIN, at=NOW)[0], *CHAIN, at=NOW + 10 * MINUTE)[0]
    at = NOW + 11 * MINUTE + timedelta(seconds=59)
    alarm, event = domain.acknowledge(alarm, rules=RULES, at=at)
    assert (alarm.state, alarm.acknowledged_at, alarm.next_at) == ("acknowledged", at, at + HOUR)
    assert event.model_dump()["waited_minutes"] == 11
    with pytest.raises(domain.AlarmAlreadyAcknowledged, match=r"since 13\.11, Danish time"):
        domain.acknowledge(alarm, rules=RULES, at=at + HOUR)
    assert climbed(alarm, *CHAIN, at=at + 59 * MINUTE) == (alarm, [], [])
    alarm, told, events = climbed(alarm, *CHAIN, at=at + HOUR)
    assert (told, events, alarm.state, alarm.round) == ([(1, FIRST)], ["AlarmEscalated"], "raised", 2)
    assert alarm.acknowledged_at is None


@pytest.mark.rule("c.1/alarm-acknowledged")
def test_every_change_has_the_next_version_and_no_minute_is_made_up() -> None:
    alarm = raised()
    acknowledged, event = domain.acknowledge(alarm, rules=RULES, at=NOW - HOUR)  # by a clock that was set back
    assert (alarm.version, acknowledged.version, acknowledged.changed_at) == (1, 2, NOW)
    assert event.model_dump()["waited_minutes"] == 0
    assert domain.end(acknowledged, at=NOW)[0].version == 3


@pytest.mark.rule("c.1/alarm-ended", "c.1/event:alarm-ended")
def test_an_ended_alarm_tells_nobody_and_is_ended_once() -> None:
    alarm, events = domain.end(raised(), at=NOW + HOUR)
    assert [type(each).__name__ for each in events] == ["AlarmEnded"]
    assert domain.end(alarm, at=NOW + HOUR) == (alarm, [])
    assert climbed(alarm, *CHAIN, at=NOW + DAY) == (alarm, [], [])
    with pytest.raises(domain.AlarmOver):
        domain.acknowledge(alarm, rules=RULES, at=NOW + DAY)


@pytest.mark.rule("c.1/alarm-refused")
def test_a_refused_mail_makes_it_the_next_ones_turn_if_it_was_the_last_and_there_is_one() -> None:
    alarm, [notice], _ = domain.climb(raised(), CHAIN, rules=RULES, at=NOW)
    soon = NOW + MINUTE
    assert domain.notice_refused(alarm, notice, CHAIN, at=soon).next_at == soon
    assert domain.notice_refused(alarm, notice, CHAIN[:1], at=soon) == alarm
    assert domain.notice_refused(alarm, replace(notice, round=0), CHAIN, at=soon) == alarm
    assert domain.notice_refused(
        domain.acknowledge(alarm, rules=RULES, at=soon)[0], notice, CHAIN, at=soon
    ).next_at == (soon + HOUR)


def test_events_of_an_alarm_say_its_month_and_nothing_of_where() -> None:
    _, event = domain.raise_alarm(
        id=FIRST, cause="first_answer", about=SECOND, enquiry_id=ENQUIRY, provenance="synthetic", at=NOW
    )
    assert event.at == datetime(2026, 12, 1, tzinfo=UTC)
    assert str(ENQUIRY) not in event.model_dump_json()
    assert str(SECOND) not in event.model_dump_json()


@settings(max_examples=60, stateful_step_count=40, deadline=None)
class Ringing(RuleBasedStateMachine):
    """An alarm under any course of time, duty, refusals and humans."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.alarm = NOW, raised()
        self.notices: dict[UUID, Notice] = {}
        self.on_duty: tuple[OnDuty, ...] = ()
        self.revision = 1

    @rule(chain=st.lists(st.builds(OnDuty, st.sampled_from((FIRST, SECOND, THIRD)), st.integers(1, 5), st.booleans())))
    def duty_changes(self, chain: list[OnDuty]) -> None:
        self.on_duty = tuple(chain)

    @rule(minutes=st.integers(0, 90))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        before = self.alarm
        self.alarm, notices, events = domain.climb(before, self.on_duty, rules=RULES, at=self.now)
        due = before.next_at is not None and before.next_at <= self.now
        assert bool(notices) == (due and bool(self.on_duty)), "whoever is on duty is told when it is time"
        for each in notices:
            assert each.id not in self.notices, "nobody is told the same twice"
            self.notices[each.id] = each
        if notices:
            assert self.alarm.next_at == self.now + 10 * MINUTE
            assert (
                any(each.works for each in self.on_duty if each.level == self.alarm.level)
                or {each.level for each in self.on_duty if each.level > self.alarm.level} == set()
            )
        self.heard([*events])

    @rule()
    def a_human_acknowledges(self) -> None:
        if self.alarm.state == "raised":
            self.alarm, event = domain.acknowledge(self.alarm, rules=RULES, at=self.now)
            self.heard([event])

    @rule(last=st.booleans())
    def a_mail_is_refused(self, last: bool) -> None:  # noqa: FBT001  # drawn
        if self.notices:
            notice = list(self.notices.values())[-1 if last else 0]
            self.alarm = domain.notice_refused(self.alarm, notice, self.on_duty, at=self.now)

    @rule()
    def its_cause_goes(self) -> None:
        if len(self.notices) > 5:
            self.alarm, events = domain.end(self.alarm, at=self.now)
            self.heard([*events])

    def heard(self, events: list[Any]) -> None:
        for each in events:
            self.revision += 1
            assert each.revision == self.revision, "no event is lost or doubled"

    @invariant()
    def it_goes_on_until_it_is_ended(self) -> None:
        assert (self.alarm.next_at is None) == (self.alarm.state == "ended")
        assert self.alarm.next_at is None or self.alarm.next_at <= self.now + HOUR
        assert self.alarm.revision == self.revision


TestRinging = Ringing.TestCase


@pytest.mark.rule("c.1/duty-channel")
def test_a_channel_works_from_its_confirmation_for_ninety_days_unless_a_mail_is_refused() -> None:
    new = replace(FUNCTION, confirmed_at=None)
    tried = duty.try_channel(new, challenge="123456", at=NOW)
    with pytest.raises(duty.ChallengeWrong):
        duty.confirm_channel(tried, challenge="654321", at=NOW)
    with pytest.raises(duty.ChallengeWrong):
        duty.confirm_channel(new, challenge="123456", at=NOW)
    confirmed = duty.confirm_channel(tried, challenge="123456", at=NOW + HOUR)
    with pytest.raises(duty.ChallengeWrong):
        duty.confirm_channel(confirmed, challenge="123456", at=NOW + HOUR)
    last = NOW + HOUR + 90 * DAY
    assert [each.works(NOW, RULES) for each in (new, tried)] == [False, False]
    assert (confirmed.works(last - MINUTE, RULES), confirmed.works(last, RULES)) == (True, False)
    broken = duty.break_channel(confirmed, at=NOW + DAY)
    assert (broken.works(NOW + DAY, RULES), duty.break_channel(broken, at=NOW + 2 * DAY).broken_at) == (
        False,
        NOW + DAY,
    )
    assert not duty.move(confirmed, mailbox="other@maerk.example", at=NOW).works(NOW + DAY, RULES)
    again = duty.confirm_channel(duty.try_channel(broken, challenge="1", at=NOW), challenge="1", at=NOW + DAY)
    assert again.works(NOW + DAY, RULES)
    assert [each.version for each in (new, tried, confirmed, broken, again)] == [1, 2, 3, 4, 6]


def shift(day: date, begins: time, ends: time, function: DutyFunction = FUNCTION, at: datetime = NOW) -> Shift:
    return duty.shift(function, id=SECOND, level=1, day=day, begins=begins, ends=ends, rules=RULES, at=at)


@pytest.mark.rule("c.1/duty-roster")
def test_only_who_can_be_reached_is_put_on_duty_and_not_in_the_past() -> None:
    with pytest.raises(duty.ChannelUnconfirmed):
        shift(date(2026, 12, 24), time(8), time(16), replace(FUNCTION, confirmed_at=None))
    with pytest.raises(duty.ShiftInPast):
        shift(date(2026, 12, 23), time(8), time(13))
    assert shift(date(2026, 12, 23), time(8), time(13, 1)).covers(NOW)
    cancelled = duty.cancel(shift(date(2026, 12, 23), time(8), time(20)), at=NOW)
    assert not cancelled.covers(NOW)
    with pytest.raises(duty.ShiftAlreadyCancelled):
        duty.cancel(cancelled, at=NOW)


@pytest.mark.rule("c.1/duty-roster")
@pytest.mark.parametrize(
    ("day", "hours"), [(date(2027, 3, 27), 9), (date(2027, 10, 30), 11), (date(2026, 12, 31), 10)]
)  # summer time begins, ends, and neither
def test_a_night_on_duty_is_as_long_as_the_clocks_make_it(day: date, hours: int) -> None:
    function = replace(FUNCTION, confirmed_at=datetime(2027, 10, 1, tzinfo=UTC))
    night = shift(day, time(22), time(8), function)
    assert night.ends_at - night.starts_at == hours * HOUR
    following = shift(day + DAY, time(8), time(22), function)
    assert following.starts_at == night.ends_at


@pytest.mark.rule("c.1/duty-roster")
def test_a_shift_over_which_the_clocks_are_put_forward_is_refused() -> None:
    with pytest.raises(duty.ShiftInPast):
        shift(date(2027, 3, 28), time(2, 30), time(3, 30))


@pytest.mark.rule("c.1/duty-roster")
@given(
    shifts=st.lists(st.tuples(st.integers(-30, 80), st.integers(1, 30), st.booleans()), max_size=12),
)
def test_every_hour_is_covered_or_in_a_gap(shifts: list[tuple[int, int, bool]]) -> None:
    made = [
        Shift(FIRST, FIRST, "synthetic", 1, NOW + start * HOUR, NOW + (start + long) * HOUR, NOW if off else None)
        for start, long, off in shifts
    ]
    gaps = duty.gaps(made, start=NOW, end=NOW + 72 * HOUR)
    for hour in range(72):
        at = NOW + hour * HOUR
        in_gap = sum(each.starts_at <= at < each.ends_at for each in gaps)
        assert in_gap == (not any(each.covers(at) for each in made))
    assert all(one.ends_at < other.starts_at for one, other in pairwise(gaps))
    assert all(NOW <= each.starts_at < each.ends_at <= NOW + 72 * HOUR for each in gaps)


@pytest.mark.rule("c.1/duty-look-ahead")
def test_the_look_ahead_finds_hours_begun_without_anybody_and_channels_that_will_not_last() -> None:
    end = NOW + 14 * DAY
    covered = Shift(FIRST, FIRST, "synthetic", 1, NOW - DAY, end - 90 * MINUTE)
    found = duty.outlook([FUNCTION], [covered], rules=RULES, at=NOW)
    assert (found.gaps, found.uncovered_hours, found.unproven) == ((duty.Gap(end - 90 * MINUTE, end),), 2, ())
    old = replace(FUNCTION, confirmed_at=NOW - 80 * DAY)
    assert duty.outlook([old], [covered], rules=RULES, at=NOW).unproven == (FIRST,)
    early = replace(covered, ends_at=NOW + 10 * DAY - MINUTE)
    assert duty.outlook([old], [early], rules=RULES, at=NOW).unproven == ()
    assert duty.outlook([old], [replace(covered, cancelled_at=NOW)], rules=RULES, at=NOW).unproven == ()
    for starts, ends in ((NOW - HOUR, NOW), (end, end + HOUR)):  # over already, and not yet within these days
        beside = replace(covered, starts_at=starts, ends_at=ends)
        assert duty.outlook([replace(old, confirmed_at=None)], [beside], rules=RULES, at=NOW).unproven == ()
        assert duty.outlook([old], [beside], rules=RULES, at=NOW).gaps == (duty.Gap(NOW, end),)
    at_once = Shift(FIRST, FIRST, "synthetic", 1, NOW, end)
    assert duty.outlook([FUNCTION], [at_once], rules=RULES, at=NOW).gaps == ()


@pytest.mark.rule("c.1/duty-look-ahead")
@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # bounds
def test_the_roster_is_looked_at_every_morning_at_eight_by_danish_clocks(at: datetime) -> None:
    look = duty.next_look(at)
    assert timedelta() < look - at <= 25 * HOUR
    assert look.astimezone(duty.DENMARK).time() == time(8)
    assert duty.next_look(look) > look


@pytest.mark.rule("c.1/duty-rules")
def test_a_figure_holds_from_tomorrow_at_the_earliest() -> None:
    today = date(2026, 12, 23)
    with pytest.raises(duty_rules.RuleInPast):
        duty_rules.set_rule(Rule("alarm_wait_minutes", today, 5), today=today)
    tomorrow = Rule("alarm_wait_minutes", today + DAY, 5)
    assert duty_rules.set_rule(tomorrow, today=today) == tomorrow
