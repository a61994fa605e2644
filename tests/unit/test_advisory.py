"""The register of preparedness plans: what the law asks for, and what time does. Source: barnets lov § 15(3)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from advisory.domain import days
from advisory.domain import plan_correction as correction
from advisory.domain import preparedness_plan as domain
from advisory.domain.preparedness_plan import PreparednessPlan
from contracts.event import Event
from contracts.problems import Conflict, Invalid
from contracts.values import PartialDate

ID = UUID("4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c21")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
MICROSECOND = timedelta(microseconds=1)


def recorded(at: datetime = NOW) -> PreparednessPlan:
    return domain.record(
        id=ID, municipality_code="9901", provenance="synthetic", covers=("adults",), source_url=None, at=at
    )[0]


def adopted(on: str, at: datetime = NOW, plan: PreparednessPlan | None = None) -> PreparednessPlan:
    return domain.adopt(plan or recorded(at), adopted_on=PartialDate.parse(on), at=at)[0]


def published(on: str, at: datetime = NOW, plan: PreparednessPlan | None = None) -> PreparednessPlan:
    return domain.publish(adopted(on, at, plan), published_url="https://example.org/plan", at=at)[0]


def copenhagen(day: date) -> datetime:
    """The first moment of that day in Denmark."""
    return datetime(day.year, day.month, day.day, tzinfo=COPENHAGEN).astimezone(UTC)


def names(events: list[Event]) -> list[str]:
    return [type(each).__name__.removeprefix("PreparednessPlan") for each in events]


@pytest.mark.parametrize("plan", [recorded(), adopted("2026-01-15")])
@pytest.mark.rule("c.1/11")
def test_a_plan_that_is_only_written_or_adopted_does_not_meet_the_law(plan: PreparednessPlan) -> None:
    assert not domain.is_compliant(plan, on=NOW.date())


@pytest.mark.parametrize(
    ("adopted_on", "last_valid", "reminder"),
    [
        ("2024-06-24", date(2028, 6, 24), date(2027, 12, 24)),
        ("2024-04", date(2028, 4, 30), date(2027, 10, 1)),
        ("2023-12", date(2027, 12, 31), date(2027, 6, 1)),
        ("2024-02", date(2028, 2, 29), date(2027, 8, 1)),
        ("2023-02", date(2027, 2, 28), date(2026, 8, 1)),
        ("2024-02-29", date(2028, 2, 29), date(2027, 8, 29)),
        ("2020-02-29", date(2024, 2, 29), date(2023, 8, 29)),
        ("2024-08-31", date(2028, 8, 31), date(2028, 2, 29)),
        ("2023-08-31", date(2027, 8, 31), date(2027, 2, 28)),
        ("2024-10-31", date(2028, 10, 31), date(2028, 4, 30)),
    ],
)
@pytest.mark.rule("c.1/state:preparedness_plan", "c.1/precision")
def test_a_plan_counts_for_four_years_and_is_reminded_of_six_months_before(
    adopted_on: str, last_valid: date, reminder: date
) -> None:
    plan = published(adopted_on)
    version = plan.versions[-1]
    assert (version.last_valid_day, version.reminder_day) == (last_valid, reminder)
    assert domain.is_compliant(plan, on=last_valid)
    assert not domain.is_compliant(plan, on=last_valid + timedelta(days=1))


def test_a_leap_day_four_years_before_a_year_without_one_ends_on_the_28th() -> None:
    assert days.years_later(date(2096, 2, 29), 4) == date(2100, 2, 28)


@pytest.mark.parametrize("on", ["2024-06-24", "2024-12-31"])
def test_a_plan_becomes_overdue_at_midnight_in_denmark_in_summer_and_in_winter(on: str) -> None:
    plan = published(on)
    last = plan.versions[-1].last_valid_day
    assert last is not None
    midnight = copenhagen(last + timedelta(days=1))
    before, _ = domain.grow_older(plan, at=midnight - MICROSECOND)
    after, _ = domain.grow_older(plan, at=midnight)
    assert (before.versions[-1].state, after.versions[-1].state) == ("revision_due", "overdue")
    assert domain.next_due(after) is None


def test_a_plan_that_was_long_forgotten_catches_up_each_thing_at_its_own_moment() -> None:
    plan = published("2024-06-24")
    aged, events = domain.grow_older(plan, at=datetime(2031, 1, 1, tzinfo=UTC))
    assert names(events) == ["RevisionDue", "Overdue"]
    assert [each.at for each in events] == [copenhagen(date(2027, 12, 24)), copenhagen(date(2028, 6, 25))]
    assert [each.revision for each in events] == [4, 5]
    assert domain.grow_older(aged, at=datetime(2040, 1, 1, tzinfo=UTC)) == (aged, [])


def test_a_plan_published_when_it_was_too_old_already_is_overdue_at_once() -> None:
    plan = published("2019-05-01")
    aged, events = domain.grow_older(plan, at=NOW)
    assert names(events) == ["RevisionDue", "Overdue"]
    assert {each.at for each in events} == {NOW}
    assert not domain.is_compliant(aged, on=NOW.date())


@pytest.mark.rule("c.1/state:preparedness_plan")
def test_the_old_version_counts_while_a_new_one_is_under_way_and_is_superseded_when_that_is_published() -> None:
    plan = published("2024-06-24")
    plan, _ = domain.revise(plan, covers=("adults", "extremism"), source_url=None, at=NOW)
    assert domain.is_compliant(plan, on=NOW.date())
    plan = adopted("2026-10-01", plan=plan)
    assert domain.is_compliant(plan, on=NOW.date())
    assert [each.state for each in plan.versions] == ["published", "adopted"]
    plan, _ = domain.publish(plan, published_url="https://example.org/new", at=NOW)
    assert [each.state for each in plan.versions] == ["superseded", "published"]
    assert domain.is_compliant(plan, on=date(2030, 10, 1))


def test_an_overdue_plan_is_not_saved_by_a_new_one_that_nobody_can_read() -> None:
    plan, _ = domain.grow_older(published("2022-01-01"), at=NOW)
    plan, _ = domain.revise(plan, covers=("adults",), source_url=None, at=NOW)
    plan = adopted("2026-10-01", plan=plan)
    assert not domain.is_compliant(plan, on=NOW.date())


@pytest.mark.parametrize("on", ["2026-11-24", "2026-12", "2027-01-01"])
def test_no_plan_is_adopted_in_the_future(on: str) -> None:
    with pytest.raises(domain.AdoptionInFuture) as refused:
        adopted(on)
    assert refused.value.pointer == "/adopted_on"


def test_today_is_what_it_is_in_denmark() -> None:
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # half past midnight on 1 July
    assert adopted("2026-07-01", late).versions[-1].state == "adopted"


def test_a_version_is_not_adopted_before_the_one_it_replaces() -> None:
    plan, _ = domain.revise(published("2024-06-24"), covers=("adults",), source_url=None, at=NOW)
    with pytest.raises(domain.AdoptionBeforePrevious):
        adopted("2024-05", plan=plan)
    assert adopted("2024-06", plan=plan).versions[-1].adopted_on == PartialDate(2024, 6)
    assert adopted("2024-06-24", plan=plan).versions[-1].state == "adopted", "on the very day it may be"
    with pytest.raises(domain.AdoptionBeforePrevious):
        adopted("2024-06-23", plan=plan)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (
            lambda: domain.revise(recorded(), covers=("adults",), source_url=None, at=NOW),
            domain.PlanAlreadyUnderRevision,
        ),
        (lambda: adopted("2026-01", plan=adopted("2026-01")), domain.PlanNotRecorded),
        (lambda: adopted("2026-01", plan=published("2026-01")), domain.PlanNotRecorded),
        (lambda: domain.publish(recorded(), published_url="https://example.org/", at=NOW), domain.PlanNotAdopted),
        (
            lambda: domain.publish(published("2026-01"), published_url="https://example.org/", at=NOW),
            domain.PlanNotAdopted,
        ),
        (lambda: domain.verify(adopted("2026-01"), at=NOW), domain.PlanNotPublished),
    ],
)
@pytest.mark.rule("c.1/state:preparedness_plan")
def test_what_does_not_fit_the_state_is_refused(wrong: Any, refusal: type[Conflict]) -> None:
    with pytest.raises(refusal):
        wrong()


def test_a_clock_that_is_set_back_does_not_turn_back_the_events() -> None:
    plan, event = domain.verify(published("2026-01"), at=NOW - timedelta(days=900))
    assert event.at == plan.changed_at == NOW


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 3000))
@pytest.mark.rule("c.1/11")
def test_compliance_is_exactly_four_years_for_every_day(day: date, later: int) -> None:
    at = datetime(2110, 1, 1, tzinfo=UTC)
    plan = published(day.isoformat(), at)
    on = day + timedelta(days=later)
    four_years = (on.year - day.year, on.month, on.day) <= (4, day.month, day.day)
    assert domain.is_compliant(plan, on=on) == four_years


@pytest.mark.rule("c.1/state:preparedness_plan")
def test_a_clock_that_is_set_back_leaves_a_plan_overdue_and_not_compliant() -> None:
    plan, _ = domain.grow_older(published("2024-06-24"), at=datetime(2029, 1, 1, tzinfo=UTC))
    assert domain.state_on(plan.versions[-1], on=NOW.date()) == "overdue"
    assert not domain.is_compliant(plan, on=NOW.date())


def test_a_plan_past_its_last_day_is_overdue_before_anybody_has_told_so() -> None:
    plan = published("2024-06-24")
    assert domain.state_on(plan.versions[-1], on=date(2028, 6, 24)) == "published"
    assert domain.state_on(plan.versions[-1], on=date(2028, 6, 25)) == "overdue"
    assert not domain.is_compliant(plan, on=date(2028, 6, 25))


class Register(RuleBasedStateMachine):
    """Any run of commands and of time; refused ones change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.at = datetime(2020, 2, 29, 23, tzinfo=UTC)
        self.plan, first = domain.record(
            id=ID, municipality_code="9901", provenance="synthetic", covers=("adults",), source_url=None, at=self.at
        )
        self.events = [first]

    def tell(self, command: Any, **said: Any) -> None:
        plan, aged = domain.grow_older(self.plan, at=self.at)
        try:
            plan, event = command(plan, at=self.at, **said)
        except (Conflict, Invalid):
            return
        self.plan = plan
        self.events += [*aged, *(event if isinstance(event, list) else [event])]

    @rule()
    def revise(self) -> None:
        self.tell(domain.revise, covers=("adults",), source_url=None)

    @rule(days=st.integers(-10, 2500), monthly=st.booleans())
    def adopt(self, days: int, monthly: bool) -> None:  # noqa: FBT001  # drawn by hypothesis
        day = (self.at - timedelta(days=days)).date()
        self.tell(domain.adopt, adopted_on=PartialDate(day.year, day.month, None if monthly else day.day))

    @rule()
    def publish(self) -> None:
        self.tell(domain.publish, published_url="https://example.org/plan")

    @rule()
    def verify(self) -> None:
        self.tell(domain.verify)

    @rule()
    def report_none(self) -> None:
        self.tell(domain.report_none)

    @rule()
    def remind(self) -> None:
        self.tell(domain.remind)

    @rule(number=st.integers(1, 4))
    def withdraw(self, number: int) -> None:
        self.tell(lambda plan, at: correction.withdraw(plan, number, at=at))

    @rule(number=st.integers(1, 4), days=st.integers(-10, 2500), page=st.booleans())
    def correct(self, number: int, days: int, page: bool) -> None:  # noqa: FBT001  # drawn by hypothesis
        day = PartialDate.of((self.at - timedelta(days=days)).date())
        url = "https://example.org/right" if page else None
        self.tell(
            lambda plan, at: correction.correct(
                plan, number, adopted_on=day, published_on=None, published_url=url, at=at
            )
        )

    @rule(days=st.integers(0, 400))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)
        self.plan, events = domain.grow_older(self.plan, at=self.at)
        self.events += events

    @precondition(lambda self: self.at > datetime(2021, 1, 1, tzinfo=UTC))
    @rule()
    def clock_is_set_back(self) -> None:
        self.at -= timedelta(days=90)

    @invariant()
    def every_event_has_the_next_revision_and_no_earlier_moment(self) -> None:
        assert [each.revision for each in self.events] == list(range(1, self.plan.revision + 1))
        assert [each.at for each in self.events] == sorted(each.at for each in self.events)

    @invariant()
    def one_version_counts_at_most_and_one_is_on_its_way_at_most(self) -> None:
        states = [each.state for each in self.plan.versions]
        assert sum(each in domain.IN_FORCE for each in states) <= 1
        assert sum(each in ("recorded", "adopted") for each in states) <= 1
        assert [each.version for each in self.plan.versions] == list(range(1, len(states) + 1))

    @invariant()
    def the_state_and_the_law_say_the_same(self) -> None:
        on = self.at.astimezone(COPENHAGEN).date()
        for plan in (self.plan, domain.grow_older(self.plan, at=self.at)[0]):
            version = plan.in_force
            counts = version is not None and domain.state_on(version, on=on) != "overdue"
            assert domain.is_compliant(plan, on=on) == counts

    @invariant()
    def what_was_published_can_be_found_and_was_adopted(self) -> None:
        for each in self.plan.versions:
            assert each.state in ("recorded", "adopted", "withdrawn") or (each.published_url and each.adopted_on)

    @invariant()
    def who_has_a_plan_is_not_said_to_have_none(self) -> None:
        has = self.plan.in_force is not None or self.plan.upcoming is not None
        assert not (has and self.plan.none_reported_on)

    @invariant()
    def whoever_reads_the_newest_event_that_counts_knows_whether_there_is_a_valid_plan(self) -> None:
        counts = {"Published": True, "RevisionDue": True, "Overdue": False, "Withdrawn": False}
        told = [counts[each] for each in names(self.events) if each in counts]
        version = self.plan.in_force
        assert (told[-1] if told else False) == (version is not None and version.state != "overdue")


Register.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestRegister = Register.TestCase


@pytest.mark.rule("c.1/12")
def test_a_plan_that_covers_extremism_too_is_judged_like_any_other() -> None:
    with_it, without = (
        domain.record(id=ID, municipality_code="9901", provenance="synthetic", covers=covers, source_url=None, at=NOW)[
            0
        ]
        for covers in (("children_youth", "extremism"), ("children_youth",))
    )
    plans = [published("2026-01-15", plan=each) for each in (with_it, without)]
    assert plans[0].versions[0].covers == ("children_youth", "extremism")
    assert domain.next_due(plans[0]) == domain.next_due(plans[1])
    assert domain.is_compliant(plans[0], on=NOW.date()) == domain.is_compliant(plans[1], on=NOW.date()) is True
