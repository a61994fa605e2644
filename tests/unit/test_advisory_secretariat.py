"""Meetings, stays, shifts and weeks under any run of commands: nothing is lost, doubled, or done after its end."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from advisory.domain import consultant_unit, duty, network_meeting, stay_coordination
from advisory.domain.days import danish_day, quarter_of
from advisory.domain.duty_rules import Rules
from contracts.event import Event
from contracts.problems import Conflict, Invalid, Missing

ID = UUID("4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c33")
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = date(2026, 11, 23)
RULES = Rules()
DAYS = st.integers(-20, 40)
PHASES = st.sampled_from(["before", "during", "after"])
OUTCOMES = st.sampled_from(["not_travelled", "returned", "still_abroad", "with_other_authority", "unknown"])


class Meeting(RuleBasedStateMachine):
    """One meeting of a network; refused commands change nothing."""

    @initialize()
    def planned(self) -> None:
        self.at, self.events = AT, list[Event]()
        self.meeting = network_meeting.NetworkMeeting(ID, "synthetic", "east", TODAY, ("threats",), AT)

    def tried(self, command: Any, **said: Any) -> bool:
        before = self.meeting
        try:
            done = command(before, at=self.at, **said)
        except (Conflict, Invalid, Missing):
            return False
        self.meeting, told = done if isinstance(done, tuple) else (done, None)
        self.events += [told] if told else []
        assert self.meeting.revision == before.revision + 1
        assert self.meeting.changed_at >= before.changed_at
        return True

    @rule(days=DAYS)
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule(days=DAYS)
    def move(self, days: int) -> None:
        day, was = danish_day(self.at) + timedelta(days=days), self.meeting.state
        assert self.tried(network_meeting.move, planned_on=day) == (was == "planned")

    @rule(count=st.integers(1, 80))
    def hold(self, count: int) -> None:
        may = self.meeting.state == "planned" and self.meeting.planned_on <= danish_day(self.at)
        assert self.tried(network_meeting.hold, participant_count=count) == may

    @rule(agenda=st.lists(st.sampled_from(["Nyt", "Cases", "Eventuelt"]), max_size=3))
    def set_agenda(self, agenda: list[str]) -> None:
        may = self.meeting.state == "planned"
        assert self.tried(network_meeting.set_agenda, agenda=tuple(agenda)) == may
        assert not may or self.meeting.agenda == tuple(agenda)

    @rule()
    def cancel(self) -> None:
        was = self.meeting.state
        assert self.tried(network_meeting.cancel, reason="x") == (was == "planned")

    @rule(days=DAYS)
    def agree(self, days: int) -> None:
        due_on, known = danish_day(self.at) + timedelta(days=days), self.meeting.actions
        assert self.tried(network_meeting.agree, text_da="x", due_on=due_on) == (self.meeting.state == "held")
        assert self.meeting.actions[: len(known)] == known

    @rule(number=st.integers(0, 4))
    def finish(self, number: int) -> None:
        known = self.meeting.actions
        done = self.tried(network_meeting.finish, number=number)
        assert done == (1 <= number <= len(known))
        for before, after in zip(known, self.meeting.actions, strict=True):
            assert before.done_on in (None, after.done_on), "what is done keeps its day"
            assert (after == before) or (done and after.number == number and after.done_on == danish_day(self.at))

    @invariant()
    def it_is_held_once_and_told_once(self) -> None:
        held = self.meeting.state == "held"
        assert len(self.events) == held
        assert (self.meeting.participant_count is not None) == held
        assert (self.meeting.reason is not None) == (self.meeting.state == "cancelled")
        assert held or not self.meeting.actions
        assert [each.number for each in self.meeting.actions] == list(range(1, len(self.meeting.actions) + 1))


Meeting.TestCase.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestMeeting = pytest.mark.rule("c.1/networks")(Meeting.TestCase)


class Stay(RuleBasedStateMachine):
    """One flow through the coordination unit."""

    @initialize(phase=PHASES)
    def received(self, phase: Any) -> None:
        self.at = AT
        self.flow, event = stay_coordination.receive(
            stay_coordination.StayCoordination(ID, "synthetic", None, "police", phase, quarter=""), at=AT
        )
        self.events, self.asked, self.changes = [event], list[str](), 1

    @rule(days=st.integers(0, 200))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule(asked=st.lists(st.sampled_from(["police", "municipality", "foreign_ministry"]), min_size=1, unique=True))
    def pass_on(self, asked: list[Any]) -> None:
        if self.flow.state == "concluded":
            with pytest.raises(stay_coordination.AlreadyConcluded):
                stay_coordination.pass_on(self.flow, authorities=tuple(asked))
            return
        self.flow = stay_coordination.pass_on(self.flow, authorities=tuple(asked))
        self.asked += [each for each in asked if each not in self.asked]
        self.changes += 1

    @rule(outcome=OUTCOMES)
    def conclude(self, outcome: Any) -> None:
        fits = outcome != "not_travelled" or self.flow.phase == "before"
        try:
            self.flow, event = stay_coordination.conclude(self.flow, outcome=outcome, at=self.at)
        except (Conflict, Invalid):
            assert self.flow.state != "passed_on" or not fits
            return
        assert fits
        assert (self.flow.concluded_in, self.flow.outcome) == (quarter_of(danish_day(self.at)), outcome)
        self.events.append(event)
        self.changes += 1

    @invariant()
    def it_is_told_at_its_beginning_and_its_end_with_the_quarter_only(self) -> None:
        assert [each.revision for each in self.events] == list(range(1, self.flow.told + 1))
        assert len(self.events) == 1 + (self.flow.state == "concluded")
        assert {(each.at.day, each.at.month % 3) for each in self.events} == {(1, 1)}

    @invariant()
    def each_authority_is_asked_once_and_every_change_counted(self) -> None:
        assert (self.flow.quarter, self.flow.revision) == ("2026-Q4", self.changes)
        assert list(self.flow.authorities) == self.asked
        assert (self.flow.state == "received") == (not self.asked)
        assert (self.flow.outcome is not None) == (self.flow.state == "concluded")


Stay.TestCase.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
TestStay = pytest.mark.rule("c.1/stay-coordination")(Stay.TestCase)


class Roster(RuleBasedStateMachine):
    """One function, its channel and its shifts, while weeks pass and mails are refused."""

    @initialize()
    def registered(self) -> None:
        self.at, self.shifts = AT, list[duty.Shift]()
        self.function = duty.DutyFunction(ID, "desk", "synthetic", "desk@maerk.example", AT)
        self.proved: datetime | None = None

    @rule(days=st.integers(0, 40))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule()
    def tried_and_confirmed(self) -> None:
        tried = duty.try_channel(self.function, challenge="123456", at=self.at)
        assert tried.works(self.at, RULES) == self.function.works(self.at, RULES), "a code alone proves nothing"
        self.function = duty.confirm_channel(tried, challenge="123456", at=self.at)
        self.proved = self.at

    @rule()
    def a_mail_is_refused(self) -> None:
        self.function, self.proved = duty.break_channel(self.function, at=self.at), None

    @rule()
    def moved(self) -> None:
        self.function = duty.move(self.function, mailbox="other@maerk.example", at=self.at)
        self.proved = None

    @rule(days=st.integers(-3, 20), begins=st.integers(0, 23), ends=st.integers(0, 23))
    def put_on_duty(self, days: int, begins: int, ends: int) -> None:
        day, works = danish_day(self.at) + timedelta(days=days), self.function.works(self.at, RULES)
        said: dict[str, Any] = {"level": 1, "day": day, "begins": time(begins), "ends": time(ends)}
        try:
            made = duty.shift(self.function, id=UUID(int=len(self.shifts)), **said, rules=RULES, at=self.at)
        except duty.ChannelUnconfirmed:
            assert not works
            return
        except duty.ShiftInPast:
            assert days < 1, "what ends ahead is not in the past"
            return
        assert works
        assert made.ends_at > max(self.at, made.starts_at)
        assert made.ends_at - made.starts_at <= timedelta(hours=25)
        self.shifts.append(made)

    @rule(data=st.data())
    def cancelled(self, data: st.DataObject) -> None:
        if not self.shifts:
            return
        place = data.draw(st.integers(0, len(self.shifts) - 1))
        before = self.shifts[place]
        if before.cancelled_at is not None:
            with pytest.raises(duty.ShiftAlreadyCancelled):
                duty.cancel(before, at=self.at)
            return
        self.shifts[place] = duty.cancel(before, at=self.at)
        assert self.shifts[place].version == before.version + 1

    @invariant()
    def the_channel_works_while_its_proof_lasts(self) -> None:
        lasts = self.proved is not None and self.at < self.proved + timedelta(days=90)
        assert self.function.works(self.at, RULES) == lasts

    @invariant()
    def who_is_on_duty_is_who_was_put_there_and_what_is_missing_is_seen(self) -> None:
        on_duty = [each for each in self.shifts if each.covers(self.at)]
        assert all(each.cancelled_at is None for each in on_duty)
        found = duty.outlook([self.function], self.shifts, rules=RULES, at=self.at)
        assert bool(on_duty) != any(each.starts_at <= self.at < each.ends_at for each in found.gaps)
        ahead = any(each.cancelled_at is None and each.ends_at > self.at for each in self.shifts)
        assert not found.unproven or ahead, "a channel is tried anew only if somebody will need it"


Roster.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestRoster = pytest.mark.rule("c.1/duty-roster", "c.1/duty-channel")(Roster.TestCase)


@pytest.mark.rule("c.1/consultants")
@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, consultant_unit.MOST_WEEKS - 1))
def test_weeks_are_those_of_the_calendar_in_order(first: date, more: int) -> None:
    last = first + timedelta(weeks=more)
    names = [f"{year}-W{week:02}" for year, week, _ in (first.isocalendar(), last.isocalendar())]
    found = consultant_unit.weeks(*names)
    assert (found[0], found[-1], len(found)) == (*names, more + 1)
    assert list(found) == sorted(set(found))


@pytest.mark.rule("c.1/consultants")
def test_a_week_that_is_not_there_and_too_many_are_refused_and_backwards_there_are_none() -> None:
    assert consultant_unit.weeks("2026-W52", "2027-W01") == ("2026-W52", "2026-W53", "2027-W01")
    assert consultant_unit.weeks("2027-W01", "2026-W52") == ()
    for since, until, pointer in (("2025-W53", "2026-W01", "/from"), ("2026-W01", "2026-W54", "/until")):
        with pytest.raises(consultant_unit.NoSuchWeek) as refused:
            consultant_unit.weeks(since, until)
        assert refused.value.pointer == pointer
    with pytest.raises(consultant_unit.TooManyWeeks):
        consultant_unit.weeks("2024-W01", "2026-W03")
    unit = consultant_unit.Unit(ID, "synthetic", "9901", "Syntetisk", AT)
    assert consultant_unit.take_on(unit, "2026-W53", at=AT).revision == 2
    with pytest.raises(consultant_unit.NoSuchWeek):
        consultant_unit.take_on(unit, "2027-W53", at=AT)


HERE, OTHER = UUID(int=21), UUID(int=22)
NEXT, LATER = date(2027, 1, 1), date(2027, 2, 1)


def unit(**said: Any) -> consultant_unit.Unit:
    own: dict[str, Any] = {"id": HERE, "provenance": "synthetic", "host_municipality_code": "9901"}
    return consultant_unit.Unit(**own | {"title_da": "Syntetisk", "changed_at": AT} | said)


def covered(since: date, until: date | None = None, region: Any = "synthetic") -> consultant_unit.Coverage:
    return consultant_unit.Coverage(region, since, until)


@pytest.mark.rule("c.1/consultants")
def test_a_unit_covers_regions_of_its_kind_each_once_at_a_time() -> None:
    once = consultant_unit.cover(unit(), covered(NEXT, LATER), at=AT)
    assert (once.revision, once.coverages) == (2, (covered(NEXT, LATER),))
    for until in (NEXT, TODAY):
        with pytest.raises(consultant_unit.PeriodBackwards):
            consultant_unit.cover(unit(), covered(NEXT, until), at=AT)
    for wrong, region in (("synthetic", "syddanmark"), ("actual", "synthetic")):
        with pytest.raises(consultant_unit.RegionOfOthers):
            consultant_unit.cover(unit(provenance=wrong), covered(NEXT, region=region), at=AT)
    for since, until in ((NEXT, None), (TODAY, None), (TODAY, date(2027, 1, 2)), (date(2027, 1, 31), None)):
        with pytest.raises(consultant_unit.CoverageOverlaps):
            consultant_unit.cover(once, covered(since, until), at=AT)
    for since, until in ((LATER, None), (TODAY, NEXT)):
        assert len(consultant_unit.cover(once, covered(since, until), at=AT).coverages) == 2
    real = consultant_unit.cover(unit(provenance="actual"), covered(NEXT, region="syddanmark"), at=AT)
    both = consultant_unit.cover(real, covered(NEXT, region="sjaelland"), at=AT)
    assert [each.covers("sjaelland", NEXT) for each in (real, both)] == [False, True]
    assert [once.covers("synthetic", each) for each in (TODAY, NEXT, LATER)] == [False, True, False]


@pytest.mark.rule("c.1/consultants")
def test_only_a_coverage_without_an_end_is_ended_and_the_others_stay() -> None:
    real = unit(provenance="actual", coverages=(covered(NEXT, region="syddanmark"), covered(TODAY, region="sjaelland")))
    ended = consultant_unit.end_coverage(real, "sjaelland", valid_until=LATER, at=AT)
    assert ended.coverages == (covered(NEXT, region="syddanmark"), covered(TODAY, LATER, "sjaelland"))
    for region, until in (("hovedstaden", LATER), ("syddanmark", NEXT), ("syddanmark", TODAY)):
        with pytest.raises(consultant_unit.NotCovered):
            consultant_unit.end_coverage(real, region, valid_until=until, at=AT)
    with pytest.raises(consultant_unit.NotCovered):
        consultant_unit.end_coverage(ended, "sjaelland", valid_until=NEXT, at=AT)
    again = consultant_unit.cover(ended, covered(LATER, region="sjaelland"), at=AT)
    twice = consultant_unit.end_coverage(again, "sjaelland", valid_until=date(2027, 3, 1), at=AT)
    assert [each.valid_until for each in twice.coverages] == [None, LATER, date(2027, 3, 1)]


@pytest.mark.rule("c.1/consultants")
def test_another_unit_stands_in_one_at_a_time_and_never_the_unit_itself() -> None:
    away = consultant_unit.StandIn(OTHER, NEXT, LATER)
    once = consultant_unit.stand_in(unit(), away, at=AT)
    assert (once.revision, once.stand_ins) == (2, (away,))
    with pytest.raises(consultant_unit.StandsInForItself):
        consultant_unit.stand_in(unit(), consultant_unit.StandIn(HERE, NEXT, LATER), at=AT)
    with pytest.raises(consultant_unit.PeriodBackwards):
        consultant_unit.stand_in(unit(), consultant_unit.StandIn(OTHER, NEXT, NEXT), at=AT)
    for since, until in ((NEXT, LATER), (TODAY, date(2027, 1, 2)), (date(2027, 1, 31), date(2027, 3, 1))):
        with pytest.raises(consultant_unit.StandInOverlaps):
            consultant_unit.stand_in(once, consultant_unit.StandIn(OTHER, since, until), at=AT)
    for since, until in ((TODAY, NEXT), (LATER, date(2027, 3, 1))):
        assert len(consultant_unit.stand_in(once, consultant_unit.StandIn(OTHER, since, until), at=AT).stand_ins) == 2
    others = unit(id=OTHER, host_municipality_code="9902")
    there = [consultant_unit.at_work(once, [once, others], each) for each in (TODAY, NEXT, LATER)]
    assert [each.id if each else None for each in there] == [HERE, OTHER, HERE]


@pytest.mark.rule("c.1/consultants")
def test_whoever_covers_a_region_is_named_by_host_and_nobody_where_nobody_does() -> None:
    last = unit(coverages=(covered(TODAY),), host_municipality_code="9902")
    first = unit(id=OTHER, coverages=(covered(TODAY),))
    assert consultant_unit.covering([last, first], "synthetic", TODAY) == (first, last)
    assert consultant_unit.covering([last, first], "synthetic", date(2026, 11, 22)) == ()
    later = consultant_unit.take_on(unit(), "2026-W48", at=AT - timedelta(days=1))
    assert later.changed_at == AT, "a clock that goes back changes no order"


def met(area: Any, day: date, state: Any = "held") -> network_meeting.NetworkMeeting:
    return network_meeting.NetworkMeeting(ID, "synthetic", area, day, ("threats",), AT, state=state)


@pytest.mark.rule("c.1/networks")
def test_what_a_meeting_agreed_on_is_done_one_by_one_and_keeps_its_day() -> None:
    held, event = network_meeting.hold(met("east", TODAY, "planned"), participant_count=12, at=AT)
    assert (held.revision, event.revision) == (2, 1)
    agreed = held
    for text in ("Første", "Anden"):
        agreed = network_meeting.agree(agreed, text_da=text, due_on=NEXT, at=AT)
    first = network_meeting.finish(agreed, number=1, at=AT)
    both = network_meeting.finish(first, number=2, at=AT + timedelta(days=3))
    again = network_meeting.finish(both, number=1, at=AT + timedelta(days=9))
    assert [[each.done_on for each in meeting.actions] for meeting in (agreed, first, both, again)] == [
        [None, None], [TODAY, None], [TODAY, date(2026, 11, 26)], [TODAY, date(2026, 11, 26)],
    ]  # fmt: skip
    for number in (-1, 0, 3):
        with pytest.raises(network_meeting.ActionMissing):
            network_meeting.finish(both, number=number, at=AT)


@pytest.mark.rule("c.1/networks")
def test_the_cadence_counts_a_years_meetings_of_each_network_and_what_is_missing() -> None:
    meetings = [
        met("east", date(2026, 1, 1)), met("east", date(2026, 12, 31), "planned"), met("east", TODAY, "cancelled"),
        met("east", date(2025, 12, 31)), met("east", date(2027, 1, 1), "planned"), met("west", TODAY),
    ]  # fmt: skip
    assert {each.area: each for each in network_meeting.cadence(meetings, year=2026, wanted=4)} == {
        "east": network_meeting.Cadence("east", held=1, planned=1, missing=2),
        "west": network_meeting.Cadence("west", held=1, planned=0, missing=3),
    }
    assert [each.missing for each in network_meeting.cadence(meetings, year=2026, wanted=1)] == [0, 0]


@pytest.mark.rule("c.1/stay-coordination")
def test_a_concluded_coordination_says_so_whatever_is_tried() -> None:
    flow = stay_coordination.StayCoordination(ID, "synthetic", None, "police", "before", quarter="")
    asked = stay_coordination.pass_on(stay_coordination.receive(flow, at=AT)[0], authorities=("police",))
    over, _ = stay_coordination.conclude(asked, outcome="returned", at=AT)
    with pytest.raises(stay_coordination.AlreadyConcluded):
        stay_coordination.pass_on(over, authorities=("police",))
    with pytest.raises(stay_coordination.AlreadyConcluded):
        stay_coordination.conclude(over, outcome="returned", at=AT)
