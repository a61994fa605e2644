"""Advisory processes: what may follow what, and what is told of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from advisory.domain import process as domain
from advisory.domain import process_refusals as refusals
from advisory.domain import term
from advisory.domain.days import in_danish
from advisory.domain.need import Need
from advisory.domain.process import Process
from advisory.domain.process_parts import Milestone, PlannedVisit, Visit, review_day
from contracts.event import Event
from contracts.problems import Conflict, Invalid

ID = UUID("4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c21")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
VISIT = Visit(TODAY, "visit", 12)
STATES: tuple[domain.State, ...] = (
    "requested", "scoped", "agreed", "running", "paused", "completed", "followed_up", "declined", "cancelled",
)  # fmt: skip


def process(state: domain.State = "requested", **said: Any) -> Process:
    """A process that has come that far, with something of every kind."""
    fields: dict[str, Any] = {
        "kind": "upskilling",
        "enquiry_id": None,
        "planned_visits": (PlannedVisit(TODAY + DAY, "visit"),),
        "milestones": (Milestone("x", TODAY),),
        **said,
    }
    return Process(
        id=ID, municipality_code="9901", provenance="synthetic", children_youth="no", setting=None, state=state,
        institution_type=None, goal=None, changed_at=NOW, **fields,
    )  # fmt: skip


def done(state: domain.State = "running", **said: Any) -> Process:
    """A process without loose ends."""
    return process(state, **{"planned_visits": (), "milestones": (), "follow_up_months": 6, **said})


STEPS: dict[str, tuple[Any, set[str]]] = {
    "scope": (lambda p: domain.scope(p, ("x",), at=NOW), {"requested"}),
    "change_scope": (
        lambda p: domain.change_scope(p, ("y",), reason="x", at=NOW),
        {"scoped", "agreed", "running", "paused"},
    ),
    "agree": (lambda p: domain.agree(p, lead="adviser", ends_on=None, follow_up_months=6, at=NOW), {"scoped"}),
    "start": (lambda p: domain.start(p, at=NOW), {"agreed"}),
    "pause": (lambda p: domain.pause(p, reason="x", until=None, at=NOW), {"running"}),
    "resume": (lambda p: domain.resume(p, at=NOW), {"paused"}),
    "plan_visit": (
        lambda p: domain.plan_visit(p, PlannedVisit(TODAY, "visit"), at=NOW),
        {"agreed", "running", "paused"},
    ),
    "call_off": (lambda p: domain.call_off_visit(p, 1, reason="x", at=NOW), {"agreed", "running", "paused"}),
    "hold_visit": (lambda p: domain.hold_visit(p, VISIT, planned=None, at=NOW), {"running"}),
    "set_milestone": (
        lambda p: domain.set_milestone(p, Milestone("x", TODAY), at=NOW),
        {"agreed", "running", "paused"},
    ),
    "end_milestone": (lambda p: domain.end_milestone(p, 1, dropped=None, at=NOW), {"agreed", "running", "paused"}),
    "deliver": (
        lambda p: domain.deliver(p, kind="other", what=None, delivered_on=TODAY, review_on=TODAY + DAY, at=NOW),
        {"running", "paused"},
    ),
    "complete": (
        lambda p: domain.complete(replace(p, planned_visits=(), milestones=()), reason="x", at=NOW),
        {"running"},
    ),
    "postpone": (lambda p: domain.postpone_follow_up(p, to=TODAY + DAY, reason="x", at=NOW), {"completed"}),
    "follow_up": (
        lambda p: domain.follow_up(replace(p, completed_on=TODAY), effect="unknown", note=None, at=NOW),
        {"completed"},
    ),
    "identify_need": (
        lambda p: domain.identify_need(p, Need(ID, "training", "threats"), at=NOW),
        {"requested", "scoped", "agreed", "running", "paused", "completed"},
    ),
    "decline": (lambda p: domain.end(p, "decline", reason="x", at=NOW), {"requested", "scoped"}),
    "cancel": (lambda p: domain.end(p, "cancel", reason="x", at=NOW), {"agreed", "running", "paused"}),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.rule("c.1/state:process")
def test_each_step_is_taken_from_its_own_states_and_from_no_other(step: str, state: domain.State) -> None:
    take, allowed = STEPS[step]
    if state in allowed:
        after = take(process(state))
        after = after[0] if isinstance(after, tuple) else after
        assert after.revision == 2
    else:
        with pytest.raises(refusals.StepOutOfOrder) as refused:
            take(process(state))
        assert refused.value.detail.endswith(f"and this one is {state}.")
        assert refused.value.da is not None
        assert refused.value.da.endswith(f", og dette er {domain.STATES_DA[state]}.")
        named = [each for each, danish in domain.STATES_DA.items() if danish in refused.value.da.rpartition(", og")[0]]
        assert step == "identify_need" or set(named) == allowed


@pytest.mark.rule("c.1/process")
def test_a_process_ends_with_a_deliverable_or_a_reason_and_with_nothing_left_open() -> None:
    with pytest.raises(refusals.DeliverableMissing):
        domain.complete(done(), reason=None, at=NOW)
    assert domain.complete(done(), reason="x", at=NOW)[0].reason == "x"
    running = domain.deliver(done(), kind="other", what="y", delivered_on=TODAY, review_on=TODAY + DAY, at=NOW)
    ended, event = domain.complete(running, reason=None, at=NOW)
    assert (ended.state, ended.completed_on, event.revision) == ("completed", TODAY, 1)
    for loose in ({"planned_visits": (PlannedVisit(TODAY, "visit"),)}, {"milestones": (Milestone("x", TODAY),)}):
        with pytest.raises(refusals.LooseEnds):
            domain.complete(done(**loose), reason="x", at=NOW)
    tied: dict[str, Any] = {
        "planned_visits": (PlannedVisit(TODAY, "visit", "held"), PlannedVisit(TODAY, "visit", "called_off", "x")),
        "milestones": (Milestone("x", TODAY, met_on=TODAY), Milestone("x", TODAY, dropped="y")),
    }
    assert domain.complete(done(**tied), reason="x", at=NOW)[0].state == "completed"


@pytest.mark.parametrize(
    ("completed", "months", "due"),
    [
        (datetime(2026, 8, 31, 12, tzinfo=UTC), 6, date(2027, 2, 28)),
        (datetime(2026, 12, 31, 23, tzinfo=UTC), 1, date(2027, 2, 1)),  # 1 January in Denmark
        (datetime(2027, 8, 31, 12, tzinfo=UTC), 6, date(2028, 2, 29)),
        (datetime(2026, 1, 15, 12, tzinfo=UTC), 36, date(2029, 1, 15)),
    ],
)
@pytest.mark.rule("c.1/follow-up")
def test_the_effect_is_looked_at_that_many_months_after_the_end_and_no_day_before(
    completed: datetime, months: int, due: date
) -> None:
    ended, _ = domain.complete(replace(done(), follow_up_months=months), reason="x", at=completed)
    assert ended.follow_up_due_on == due
    noon = datetime(due.year, due.month, due.day, 12, tzinfo=UTC)
    with pytest.raises(refusals.FollowUpTooEarly) as refused:
        domain.follow_up(ended, effect="partly", note=None, at=noon - DAY)
    assert str(due) in refused.value.detail
    assert refused.value.da == f"Virkningen kan tidligst vurderes den {in_danish(due)}."
    followed, events = domain.follow_up(ended, effect="partly", note="z", at=noon)
    assert (followed.state, followed.effect, followed.effect_note, followed.followed_up_on) == (
        "followed_up", "partly", "z", due,
    )  # fmt: skip
    assert [each.revision for each in events] == [2, 3]
    assert followed.told == 3
    assert events[1].model_dump()["months_after"] == months


@pytest.mark.rule("c.1/confidential-process")
@pytest.mark.parametrize("why", [{"kind": "exit_setup"}, {"enquiry_id": ID}])
def test_of_a_confidential_process_only_region_and_quarter_are_told(why: dict[str, Any]) -> None:
    scoped = done("scoped", **why)
    agreed, first = domain.agree(scoped, lead="adviser", ends_on=None, follow_up_months=1, at=NOW)
    running, nothing = domain.hold_visit(replace(agreed, state="running"), VISIT, planned=None, at=NOW)
    ended, second = domain.complete(running, reason="x", at=NOW)
    followed, [third] = domain.follow_up(ended, effect="achieved", note=None, at=NOW + 60 * DAY)
    assert (agreed.is_confidential, nothing, running.visits) == (True, [], (VISIT,))
    assert [each.revision for each in (first, second, third)] == [1, 2, 3]
    assert followed.told == 3
    assert [each.at.date() for each in (first, second, third)] == [
        date(2026, 10, 1),
        date(2026, 10, 1),
        date(2027, 1, 1),
    ]
    for event in (first, second, third):
        assert type(event).__name__.startswith("Confidential")
        assert "9901" not in event.model_dump_json()
        assert event.model_dump()["region"] == "synthetic"
    assert third.model_dump()["effect"] == "achieved"


def test_the_first_hour_of_the_year_is_told_in_its_own_quarter() -> None:
    first_hour = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    _, event = domain.agree(
        done("scoped", kind="exit_setup"), lead="adviser", ends_on=None, follow_up_months=1, at=first_hour
    )
    assert event.at == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.rule("c.1/process-visits")
def test_days_that_lie_on_the_wrong_side_of_today_are_refused() -> None:
    refused: list[tuple[Any, type[Invalid], str]] = [
        (lambda: domain.agree(done("scoped"), lead="adviser", ends_on=TODAY - DAY, follow_up_months=1, at=NOW),
         refusals.DayHasPassed, "/ends_on"),
        (lambda: domain.pause(done(), reason="x", until=TODAY, at=NOW), refusals.DayHasPassed, "/until"),
        (lambda: domain.plan_visit(done(), PlannedVisit(TODAY - DAY, "visit"), at=NOW),
         refusals.DayHasPassed, "/planned_on"),
        (lambda: domain.hold_visit(done(), replace(VISIT, held_on=TODAY + DAY), planned=None, at=NOW),
         refusals.VisitNotYetHeld, "/held_on"),
        (lambda: domain.set_milestone(done(), Milestone("x", TODAY - DAY), at=NOW), refusals.DayHasPassed, "/due_on"),
        (lambda: domain.deliver(done(), kind="other", what=None, delivered_on=TODAY + DAY, review_on=TODAY + 9 * DAY,
                                at=NOW), refusals.DayInFuture, "/delivered_on"),
        (lambda: domain.deliver(done(), kind="other", what=None, delivered_on=TODAY, review_on=TODAY, at=NOW),
         refusals.DayHasPassed, "/review_on"),
        (lambda: domain.postpone_follow_up(done("completed"), to=TODAY, reason="x", at=NOW),
         refusals.DayHasPassed, "/to"),
    ]  # fmt: skip
    for act, refusal, pointer in refused:
        with pytest.raises(refusal) as found:
            act()
        assert (type(found.value), found.value.pointer) == (refusal, pointer)
    agreed, _ = domain.agree(done("scoped"), lead="adviser", ends_on=TODAY, follow_up_months=4, at=NOW)
    assert (agreed.ends_on, agreed.agreed_on, agreed.lead, agreed.follow_up_months) == (TODAY, TODAY, "adviser", 4)
    assert domain.pause(done(), reason="x", until=TODAY + DAY, at=NOW).paused_until == TODAY + DAY


@pytest.mark.rule("c.1/process-visits", "c.1/process-milestones")
@pytest.mark.parametrize("place", [0, -1, 3])
def test_a_place_that_is_not_there_is_refused(place: int) -> None:
    two = done(planned_visits=(PlannedVisit(TODAY, "visit"),) * 2, milestones=(Milestone("x", TODAY),) * 2)
    for act in (
        lambda: domain.call_off_visit(two, place, reason="x", at=NOW),
        lambda: domain.hold_visit(two, VISIT, planned=place, at=NOW),
        lambda: domain.end_milestone(two, place, dropped=None, at=NOW),
    ):
        with pytest.raises(refusals.PartMissing):
            act()


def test_only_the_named_visit_or_milestone_changes() -> None:
    three = done(
        planned_visits=tuple(PlannedVisit(TODAY + each * DAY, "visit") for each in range(3)),
        milestones=tuple(Milestone(str(each), TODAY) for each in range(3)),
    )
    held = domain.hold_visit(three, VISIT, planned=2, at=NOW)[0].planned_visits
    assert [each.state for each in held] == ["planned", "held", "planned"]
    assert [each.planned_on for each in held] == [each.planned_on for each in three.planned_visits]
    called_off = domain.call_off_visit(three, 3, reason="sne", at=NOW).planned_visits
    assert [each.reason for each in called_off] == [None, None, "sne"]
    met = domain.end_milestone(three, 1, dropped=None, at=NOW).milestones
    assert [(each.goal, each.met_on) for each in met] == [("0", TODAY), ("1", None), ("2", None)]
    dropped = domain.end_milestone(three, 2, dropped="y", at=NOW).milestones[1]
    assert (dropped.met_on, dropped.dropped, dropped.is_open) == (None, "y", False)


def test_no_change_is_dated_before_the_last_one() -> None:
    assert domain.start(process("agreed"), at=NOW - DAY).changed_at == NOW


@pytest.mark.rule("c.1/deliverables")
def test_a_preparedness_plan_is_looked_at_after_four_years_and_everything_else_after_the_term() -> None:
    assert review_day("preparedness_plan", date(2024, 2, 29), months=24) == date(2028, 2, 29)
    assert review_day("preparedness_plan", date(2025, 3, 1), months=24) == date(2029, 3, 1)
    assert review_day("school_procedure", date(2026, 8, 31), months=6) == date(2027, 2, 28)


@pytest.mark.rule("c.1/terms")
def test_the_newest_value_that_holds_on_the_day_counts() -> None:
    terms = [
        term.Term("process_follow_up_months", date(2027, 1, 1), 9),
        term.Term("process_follow_up_months", date(2017, 8, 1), 6),
        term.Term("deliverable_review_months", date(2026, 12, 1), 24),
    ]
    values = [term.value_on(terms, "process_follow_up_months", day) for day in (date(2026, 12, 31), date(2027, 1, 1))]
    assert values == [6, 9]
    with pytest.raises(term.TermInPast):
        term.check_term(term.Term("process_follow_up_months", TODAY, 3), at=NOW)
    for name, most in (("process_follow_up_months", 36), ("plan_reminder_months", 36), ("likely_repeat_days", 366)):
        tomorrow = term.Term(name, TODAY + DAY, most)
        assert term.check_term(tomorrow, at=NOW) == tomorrow
        with pytest.raises(term.TermTooLarge):
            term.check_term(replace(tomorrow, value=most + 1), at=NOW)


class Engagement(RuleBasedStateMachine):
    """Any run of steps and of time; refused ones change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.at = NOW
        self.process = process(planned_visits=(), milestones=())
        self.events: list[Event] = []
        self.states: list[str] = ["requested"]

    @rule(step=st.sampled_from(sorted(set(STEPS) - {"complete", "follow_up", "identify_need"})))
    def step(self, step: str) -> None:
        self.take(STEPS[step][0])

    @rule(reason=st.none() | st.just("x"))
    def complete(self, reason: str | None) -> None:
        self.take(lambda p: domain.complete(p, reason=reason, at=self.at))

    @rule()
    def follow_up(self) -> None:
        self.take(lambda p: domain.follow_up(p, effect="partly", note=None, at=self.at))

    @rule(days=st.integers(-30, 300))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)

    def take(self, act: Any) -> None:
        try:
            after = act(self.process)
        except (Conflict, Invalid):
            return
        told = after[1] if isinstance(after, tuple) else []
        self.process = after[0] if isinstance(after, tuple) else after
        self.events += told if isinstance(told, list) else [told]
        if self.process.state != self.states[-1]:
            self.states.append(self.process.state)

    @invariant()
    def every_event_has_the_next_revision_and_no_earlier_moment(self) -> None:
        assert [each.revision for each in self.events] == list(range(1, self.process.told + 1))
        assert [each.at for each in self.events] == sorted(each.at for each in self.events)

    @invariant()
    def every_state_follows_from_the_one_before(self) -> None:
        for before, after in zip(self.states, self.states[1:], strict=False):
            assert any(before in sources and after == target for sources, target in domain.STEPS.values())

    @invariant()
    def what_has_ended_has_a_result_or_a_reason_and_nothing_open(self) -> None:
        if self.process.state in ("completed", "followed_up"):
            assert self.process.deliverables or self.process.reason
            assert not any(each.is_open for each in self.process.milestones)
            assert not any(each.state == "planned" for each in self.process.planned_visits)
            assert self.process.completed_on is not None
        if self.process.state in ("cancelled", "declined"):
            assert self.process.reason
        assert (self.process.state == "followed_up") == (self.process.effect is not None)

    @invariant()
    def agreed_help_has_a_scope(self) -> None:
        assert (self.process.agreed_on is None) == (self.process.lead is None)
        assert self.process.agreed_on is None or self.process.scopes


Engagement.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestEngagement = Engagement.TestCase


@pytest.mark.rule("c.1/need")
def test_a_need_names_the_municipality_and_the_moment_unless_the_process_is_confidential() -> None:
    need = Need(ID, "training", "threats")
    _, openly = domain.identify_need(done(), need, at=NOW)
    _, hidden = domain.identify_need(done(kind="exit_setup"), need, at=NOW)
    assert (openly.model_dump()["municipality_code"], openly.at) == ("9901", NOW)
    assert (hidden.model_dump()["municipality_code"], hidden.at) == (None, datetime(2026, 10, 1, tzinfo=UTC))


@pytest.mark.rule("p/disclosure")
@pytest.mark.parametrize(("participants", "told"), [(4, ()), (5, ("teacher",))])
def test_of_a_visit_to_few_people_no_profession_is_told(participants: int, told: tuple[str, ...]) -> None:
    visit = replace(VISIT, participant_count=participants, profession_groups=("teacher",))
    after, [event] = domain.hold_visit(done(), visit, planned=None, at=NOW)
    assert (after.visits, event.model_dump()["profession_groups"]) == ((visit,), told)


def test_a_process_agreed_before_there_were_terms_may_be_followed_up_at_once() -> None:
    ended, _ = domain.complete(done(follow_up_months=None), reason="x", at=NOW)
    assert ended.follow_up_due_on == TODAY
