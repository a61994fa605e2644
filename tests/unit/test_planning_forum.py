"""The forum's seats, meetings and decisions: no run of commands breaks what they promise."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.event import Event
from contracts.planning import DecisionRecorded
from contracts.problems import Conflict, Invalid
from contracts.values import PartialDate
from planning.domain import decision as decisions
from planning.domain import meeting as meetings
from planning.domain import seat as seats
from planning.domain.authority import Authority, AuthorityNotThere, Name, Read, check_there
from planning.domain.decision import Decision
from planning.domain.meeting import CoordinationMeeting, ForumTerms, ForumYear
from planning.domain.seat import Seat

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 40).map(lambda days: FIRST + timedelta(days=days))
NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
PAGE = "https://example.org/kilde"
CODE = "ministry:synthetic"


def authority(code: str = CODE, *, since: str | None = None, until: str | None = None) -> Authority:
    first, last = [None if each is None else PartialDate.parse(each) for each in (since, until)]
    name = Name("Syntetisk", Read(PAGE, FIRST), valid_from=first)
    return Authority(UUID(int=7), code, (name,), valid_to=last, ended=None if last is None else Read(PAGE, FIRST))


def meeting(**said: Any) -> CoordinationMeeting:
    own: dict[str, Any] = {"planned_on": date(2026, 1, 10), "agenda": ("money",)}
    return CoordinationMeeting(id=UUID(int=2), provenance="synthetic", **{**own, **said})


def decision(**said: Any) -> Decision:
    own: dict[str, Any] = {"decided_on": date(2026, 1, 10), "due_on": date(2026, 1, 31), "recorded_at": NOW}
    return Decision(
        id=UUID(int=3), meeting_id=UUID(int=2), provenance="synthetic", title_da="Syntetisk", responsible=CODE,
        **{**own, **said},
    )  # fmt: skip


@pytest.mark.rule("c.5/seats")
class Roster(RuleBasedStateMachine):
    """One authority, whatever seats anybody gives it or ends."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[UUID, Seat] = {}

    @rule(first=DAYS, last=st.one_of(st.none(), DAYS))
    def take(self, first: date, last: date | None) -> None:
        new = Seat(uuid4(), CODE, "member", first, last)
        days = {first + timedelta(days=each) for each in range(60) if new.holds_on(first + timedelta(days=each))}
        free = not any(each.holds_on(day) for each in self.held.values() for day in days)
        try:
            taken = seats.take(new, authority(), list(self.held.values()))
        except (Conflict, Invalid):
            assert not free or not days
            return
        assert free
        assert days
        self.held[taken.id] = taken

    @rule(data=st.data(), last=DAYS)
    def end(self, data: st.DataObject, last: date) -> None:
        if not self.held:
            return
        one = data.draw(st.sampled_from(sorted(self.held.values(), key=str)))
        try:
            ended = seats.end(one, last)
        except Conflict:
            assert one.valid_to is not None
            return
        except Invalid:
            assert last < one.valid_from
            return
        assert (one.valid_to, ended.valid_to, ended.revision) == (None, last, 2)
        self.held[one.id] = ended

    @invariant()
    def no_day_has_two_seats(self) -> None:
        for each in range(100):
            day = FIRST + timedelta(days=each)
            assert sum(seat.holds_on(day) for seat in self.held.values()) <= 1

    @invariant()
    def whoever_has_a_seat_is_a_member_and_nobody_else(self) -> None:
        own = list(self.held.values())
        for each in range(0, 60, 7):
            day = FIRST + timedelta(days=each)
            assert seats.is_member(authority(), own, day) == any(seat.holds_on(day) for seat in own)
            assert not seats.is_member(authority("agency:synthetic"), own, day)


Roster.TestCase.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
TestRoster = Roster.TestCase


@pytest.mark.rule("c.5/seats")
def test_seats_that_share_a_day_meet_whichever_came_first() -> None:
    spans = [(1, 5), (5, 9), (6, 9), (2, None), (10, None)]
    for one, other in combinations([Seat(uuid4(), CODE, "chair", *map(_day, each)) for each in spans], 2):
        share = any(one.holds_on(_day(day)) and other.holds_on(_day(day)) for day in range(1, 30))
        for first, second in ((one, other), (other, one)):
            if share:
                with pytest.raises(seats.SeatTaken):
                    seats.take(first, authority(), [second])
            else:
                assert seats.take(first, authority(), [second]) == first


@pytest.mark.rule("c.5/seats")
def test_an_authority_has_a_seat_while_it_exists() -> None:
    one = Seat(uuid4(), CODE, "observer", date(2026, 1, 5))
    for unfit in (None, authority(since="2026-01-06"), authority(until="2026-01-04")):
        with pytest.raises(AuthorityNotThere):
            seats.take(one, unfit, [])
    ending = authority(since="2026-01-05", until="2026-01-20")
    assert seats.take(one, ending, []) == one
    assert [seats.is_member(ending, [one], _day(day)) for day in (4, 5, 20, 21)] == [False, True, True, False]


@pytest.mark.rule("c.5/seats")
def test_real_and_synthetic_authorities_are_told_apart() -> None:
    said: dict[str, Any] = {"on": date(2026, 1, 5), "pointer": "/authority"}
    assert check_there(authority("ministry:uim"), of="actual", **said).code == "ministry:uim"
    with pytest.raises(AuthorityNotThere):
        check_there(authority("ministry:uim"), of="synthetic", **said)
    with pytest.raises(AuthorityNotThere):
        check_there(authority(), of="actual", **said)


@pytest.mark.rule("c.5/state:meeting")
class Meeting(RuleBasedStateMachine):
    """One meeting and whatever anybody asks of it."""

    def __init__(self) -> None:
        super().__init__()
        self.one = meeting()
        self.changes = 1

    def then(self, change: Any, *arguments: Any, **said: Any) -> None:
        before = self.one
        try:
            self.one = change(before, *arguments, **said)
        except (Conflict, Invalid):
            return
        assert before.state == "planned"
        self.changes += 1

    @rule(day=DAYS)
    def move(self, day: date) -> None:
        self.then(meetings.move, day)

    @rule(
        count=st.integers(1, 9), there=st.sampled_from([[CODE], [CODE, CODE], ["agency:synthetic"], ["ministry:uim"]])
    )
    def hold(self, count: int, there: list[str]) -> None:
        known = {CODE: authority(), "ministry:uim": authority("ministry:uim")}
        self.then(meetings.hold, there, participant_count=count, page_url=None, known=known, at=NOW)

    @rule()
    def cancel(self) -> None:
        self.then(meetings.cancel, "Syntetisk")

    @invariant()
    def only_a_meeting_of_a_day_that_has_come_was_held_with_authorities_that_exist(self) -> None:
        held = self.one.state == "held"
        assert held == (self.one.participant_count is not None)
        assert self.one.represented == ((CODE,) if held else ())
        if held:
            assert self.one.planned_on <= date(2026, 1, 20)

    @invariant()
    def each_change_is_counted_and_nothing_follows_an_end(self) -> None:
        assert self.one.revision == self.changes
        assert (self.one.state == "cancelled") == (self.one.reason is not None)


Meeting.TestCase.settings = settings(max_examples=60, stateful_step_count=8, deadline=None)
TestMeeting = Meeting.TestCase


@pytest.mark.rule("c.5/state:meeting")
def test_a_meeting_is_held_on_its_day_and_not_before_it() -> None:
    said: dict[str, Any] = {"participant_count": 3, "page_url": None, "known": {CODE: authority()}}
    for day, at in (
        (date(2026, 1, 20), datetime(2026, 1, 20, 22, 59, tzinfo=UTC)),
        (date(2026, 1, 21), datetime(2026, 1, 20, 23, 0, tzinfo=UTC)),  # midnight in Denmark
    ):
        assert meetings.hold(meeting(planned_on=day), [CODE], at=at, **said).state == "held"
    with pytest.raises(meetings.CoordinationMeetingInFuture):
        meetings.hold(
            meeting(planned_on=date(2026, 1, 21)), [CODE], at=datetime(2026, 1, 20, 22, 59, tzinfo=UTC), **said
        )
    page: dict[str, Any] = {**said, "page_url": PAGE}
    assert meetings.hold(meeting(), [CODE], at=NOW, **page).page_url == PAGE
    assert meetings.hold(meeting(page_url=PAGE), [CODE], at=NOW, **said).page_url == PAGE


@pytest.mark.rule("c.5/state:meeting")
def test_a_year_lacks_what_is_neither_held_nor_planned() -> None:
    often = ForumTerms("synthetic", FIRST, 4)
    assert meetings.year_of(["held", "planned", "cancelled"], often) == ForumYear(4, 1, 1, 2)
    assert meetings.year_of(["held"] * 5, often) == ForumYear(4, 5, 0, 0)
    assert meetings.year_of(["held", "planned", "planned"], None) == ForumYear(None, 1, 2, None)
    later = replace(often, valid_from=date(2026, 6, 1), meetings_a_year=2)
    days = [date(2025, 12, 31), FIRST, date(2026, 5, 31), date(2026, 6, 1)]
    assert [meetings.terms_on([later, often], day) for day in days] == [None, often, often, later]
    assert meetings.set_terms(replace(often, valid_from=date(2026, 1, 20)), at=NOW)
    with pytest.raises(meetings.TermsInPast):
        meetings.set_terms(replace(often, valid_from=date(2026, 1, 19)), at=NOW)


@pytest.mark.rule("c.5/state:decision")
class Decided(RuleBasedStateMachine):
    """One decision, whatever anybody asks of it and however time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.one = decision()
        held = meeting(state="held", participant_count=3)
        self.events: list[Event] = [decisions.record(self.one, held, authority())]
        self.now = NOW

    def then(self, changed: tuple[Decision, Event] | None) -> None:
        if changed is not None:
            assert self.one.state in ("open", "overdue")
            self.one, event = changed
            self.events.append(event)

    @rule(hours=st.integers(1, 200))
    def pass_time(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.then(decisions.fall_overdue(self.one, at=self.now))
        assert self.one.state != "open" or self.now < self.one.due_at

    @rule(day=DAYS, page=st.sampled_from([None, PAGE]), note=st.sampled_from([None, "Syntetisk"]))
    def carry_out(self, day: date, page: str | None, note: str | None) -> None:
        try:
            changed = decisions.carry_out(self.one, carried_out_on=day, source_url=page, note_da=note, at=self.now)
        except (Conflict, Invalid):
            return
        assert page or note
        assert self.one.decided_on <= day <= (self.now + timedelta(hours=1)).date()
        self.then(changed)

    @rule()
    def drop(self) -> None:
        try:
            self.then(decisions.drop(self.one, "Syntetisk", at=self.now))
        except Conflict:
            assert self.one.state in ("carried_out", "dropped")

    @invariant()
    def every_change_is_told_once_and_what_is_settled_stays(self) -> None:
        assert [each.revision for each in self.events] == list(range(1, self.one.revision + 1))
        told = [type(each).__name__.removeprefix("Decision") for each in self.events]
        assert told in (
            ["Recorded"], ["Recorded", "Overdue"], ["Recorded", "CarriedOut"], ["Recorded", "Dropped"],
            ["Recorded", "Overdue", "CarriedOut"], ["Recorded", "Overdue", "Dropped"],
        )  # fmt: skip
        assert (self.one.state == "carried_out") == (self.one.carried_out_on is not None)
        assert (self.one.state == "dropped") == (self.one.drop_reason is not None)


Decided.TestCase.settings = settings(max_examples=80, stateful_step_count=8, deadline=None)
TestDecided = Decided.TestCase


@pytest.mark.rule("c.5/event:decision_recorded")
def test_a_decision_is_recorded_at_a_meeting_that_was_held_and_due_on_its_day_at_the_earliest() -> None:
    held = meeting(state="held", participant_count=3)
    for state in ("planned", "cancelled"):
        with pytest.raises(meetings.CoordinationMeetingNotHeld):
            decisions.record(decision(), replace(held, state=state), authority())
    with pytest.raises(decisions.DueBeforeDecided):
        decisions.record(decision(due_on=date(2026, 1, 9)), held, authority())
    about = UUID(int=5)
    event = decisions.record(decision(due_on=date(2026, 1, 10), initiative_id=about), held, authority())
    assert isinstance(event, DecisionRecorded)
    assert (event.subject, event.meeting_id, event.initiative_id) == (UUID(int=3), UUID(int=2), about)
    assert (event.decided_on, event.due_on, event.at) == (date(2026, 1, 10), date(2026, 1, 10), NOW)
    assert (event.provenance, event.revision, event.responsible_id) == ("synthetic", 1, UUID(int=7))


@pytest.mark.rule("c.5/event:decision_overdue")
def test_a_decision_is_overdue_with_the_end_of_its_last_day_in_denmark_and_never_before_it_was_recorded() -> None:
    one = decision()
    assert one.due_at == datetime(2026, 1, 31, 23, tzinfo=UTC)
    assert decisions.fall_overdue(one, at=one.due_at - timedelta(microseconds=1)) is None
    overdue = decisions.fall_overdue(one, at=one.due_at)
    assert overdue is not None
    assert (overdue[0].state, overdue[1].at) == ("overdue", one.due_at)
    assert decisions.fall_overdue(overdue[0], at=one.due_at) is None
    late = decision(due_on=date(2026, 1, 10))
    told = decisions.fall_overdue(late, at=late.due_at)
    assert told is not None
    assert told[1].at == NOW


@pytest.mark.rule("c.5/event:decision_carried_out", "c.5/event:decision_dropped")
def test_a_decision_is_carried_out_between_its_meeting_and_today() -> None:
    said: dict[str, Any] = {"source_url": PAGE, "note_da": None, "at": NOW}
    for day in (date(2026, 1, 9), date(2026, 1, 21)):
        with pytest.raises(decisions.CarriedOutAnotherDay):
            decisions.carry_out(decision(), carried_out_on=day, **said)
    for day in (date(2026, 1, 10), date(2026, 1, 20)):
        done, event = decisions.carry_out(decision(), carried_out_on=day, **said)
        assert (done.carried_out_on, done.source_url, event.at) == (day, PAGE, NOW)
        with pytest.raises(decisions.DecisionSettled):
            decisions.drop(done, "Syntetisk", at=NOW)
    with pytest.raises(decisions.DecisionEvidenceLacking):
        decisions.carry_out(decision(), carried_out_on=date(2026, 1, 10), source_url=None, note_da=None, at=NOW)
    dropped, _ = decisions.drop(decision(), "Syntetisk", at=NOW)
    assert (dropped.drop_reason, dropped.revision) == ("Syntetisk", 2)
    with pytest.raises(decisions.DecisionSettled):
        decisions.carry_out(dropped, carried_out_on=date(2026, 1, 10), **said)


def _day(day: int | None) -> Any:
    return None if day is None else date(2026, 1, day)
