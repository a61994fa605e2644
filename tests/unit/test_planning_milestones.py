"""Milestones, money, priorities and the numbers of a plan, each without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.advisory import EnquiryRegistered
from contracts.event import Event
from contracts.knowledge import PublicationPublished
from contracts.planning import MilestoneDueSoon, MilestoneMet, MilestoneOverdue
from contracts.problems import Refusal
from contracts.training import EventHeld
from planning.domain import milestone as domain
from planning.domain.funding import FrameExceeded, FramePart, Funding, YearsTurnedAround, allocate, check_years
from planning.domain.initiative import Initiative
from planning.domain.milestone import Milestone
from planning.domain.plan import ActionPlan, FocusArea, NumberTaken, record
from planning.domain.priority import HintOfOtherProvenance, Priority, set_priority

ID, NOW = UUID(int=7), datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PAGE = "https://example.org/side"
ONE = Milestone(ID, ID, ID, "Syntetisk", date(2026, 6, 30), date(2026, 1, 1), "synthetic", NOW, date(2026, 6, 16))
SOON = datetime(2026, 6, 15, 22, tzinfo=UTC)
LAST = datetime(2026, 6, 30, 22, tzinfo=UTC)
WAITING = replace(ONE, event_type=EventHeld.type, match={"kind": "theme_day"})


def held(at: datetime = NOW, **said: Any) -> Event:
    own: dict[str, Any] = {"kind": "theme_day", "topics": ("threats",), "month": "2026-06", "municipality_codes": ()}
    own |= {"participant_count": 1, "children_youth": "no", "provenance": "synthetic", "at": at}
    return EventHeld(subject=ID, revision=1, **{**own, **said})


def refused(kind: type[Refusal], act: Any, pointer: str | None = None) -> None:
    with pytest.raises(kind) as found:
        act()
    assert found.value.pointer == pointer


class Steps(RuleBasedStateMachine):
    """One milestone and whatever happens to it: it settles once, and each thing told is told with the next revision."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.told = ONE, [domain.set_milestone(ONE)]
        self.at = NOW

    def _then(self, act: Any) -> None:
        before, settled = self.one, self.one.state in ("met", "dropped")
        try:
            found = act()
        except Refusal:
            assert self.one == before
            return
        assert not settled or found is None
        if isinstance(found, Milestone):
            self.one = found
        elif found is not None:
            self.one, event = found
            self.told.append(event)

    @rule(days=st.integers(0, 20))
    def pass_time(self, days: int) -> None:
        self.at += days * DAY
        while (at := self.one.next_at) is not None and at <= self.at:
            self._then(lambda: domain.pass_time(self.one, at=self.at))
        assert not (self.one.state == "open" and self.at >= SOON)
        assert not (self.one.state == "due_soon" and self.at >= LAST)

    @rule(page=st.sampled_from([None, PAGE]), events=st.integers(0, 2), ahead=st.integers(-3, 3))
    def meet(self, page: str | None, events: int, ahead: int) -> None:
        on = (self.at + ahead * DAY).date()
        self._then(lambda: domain.meet(self.one, met_on=on, source_url=page, event_count=events, at=self.at))
        if self.one.state == "met":
            assert self.one.met_on is not None
            assert self.one.met_on <= self.at.date() + DAY

    @rule()
    def hear(self) -> None:
        self._then(lambda: domain.meet_by_event(self.one, happened_at=NOW - 40 * DAY))

    @rule()
    def drop(self) -> None:
        self._then(lambda: domain.drop(self.one, reason="Syntetisk"))

    @invariant()
    def what_is_told_counts_revisions(self) -> None:
        assert [each.revision for each in self.told] == list(range(1, self.one.revision + 1))
        assert sum(isinstance(each, MilestoneDueSoon) for each in self.told) <= 1
        assert sum(isinstance(each, MilestoneOverdue) for each in self.told) <= 1
        assert sum(isinstance(each, MilestoneMet) for each in self.told) == (self.one.state == "met")


Steps.TestCase.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
TestSteps = pytest.mark.rule("c.5/state:milestone")(Steps.TestCase)


@pytest.mark.rule("c.5/state:milestone", "c.5/6")
def test_a_milestone_is_met_with_evidence_on_a_day_that_has_come() -> None:
    said: dict[str, Any] = {"met_on": date(2026, 6, 1), "at": NOW}
    met, told = domain.meet(ONE, **said, source_url=PAGE, event_count=0)
    assert (met.state, met.revision, told.revision, met.source_url) == ("met", 2, 2, PAGE)
    assert domain.meet(ONE, **said, source_url=None, event_count=1)[0].state == "met"
    lacking = domain.MilestoneEvidenceLacking
    refused(lacking, lambda: domain.meet(ONE, **said, source_url=None, event_count=0), "/source_url")
    tomorrow = {**said, "met_on": date(2026, 6, 2), "source_url": PAGE, "event_count": 0}
    refused(domain.MetInTheFuture, lambda: domain.meet(ONE, **tomorrow), "/met_on")
    late = {**tomorrow, "at": datetime(2026, 6, 1, 22, tzinfo=UTC)}
    assert domain.meet(ONE, **late)[0].met_on == date(2026, 6, 2), "it is the second in Denmark"
    by_event, told = domain.meet_by_event(ONE, happened_at=datetime(2026, 5, 31, 22, tzinfo=UTC))
    assert (by_event.met_on, told.at) == (date(2026, 6, 1), NOW)
    assert domain.meet_by_event(ONE, happened_at=NOW + DAY)[1].at == NOW + DAY


@pytest.mark.rule("c.5/state:milestone", "c.5/event:milestone_due_soon")
def test_a_milestone_is_due_soon_from_its_day_and_overdue_with_the_end_of_its_last_one_in_denmark() -> None:
    assert (ONE.due_at, ONE.counts_since, ONE.next_at) == (LAST, datetime(2025, 12, 31, 23, tzinfo=UTC), SOON)
    moment = timedelta(microseconds=1)
    assert domain.pass_time(ONE, at=SOON - moment) is None
    near = domain.pass_time(ONE, at=SOON)
    assert near is not None
    assert (near[0].state, type(near[1]), near[1].at, near[0].next_at) == ("due_soon", MilestoneDueSoon, SOON, LAST)
    assert domain.pass_time(near[0], at=LAST - moment) is None
    found = domain.pass_time(near[0], at=LAST)
    assert found is not None
    assert (found[0].state, type(found[1]), found[1].at, found[1].revision) == ("overdue", MilestoneOverdue, LAST, 3)
    assert found[0].next_at is None
    for state in ("overdue", "met", "dropped"):
        assert domain.pass_time(replace(ONE, state=state), at=LAST + DAY) is None


@pytest.mark.rule("c.5/state:milestone")
def test_a_milestone_that_is_set_late_is_told_of_after_it_was_set() -> None:
    for set_at, state, told_at in (
        (SOON + DAY, "due_soon", SOON + DAY),
        (LAST, "overdue", LAST),
        (LAST + DAY, "overdue", LAST + DAY),
    ):
        late = replace(ONE, set_at=set_at)
        assert late.next_at is not None
        told = domain.pass_time(late, at=late.next_at)
        assert told is not None
        assert (told[0].state, told[1].at) == (state, told_at)


@pytest.mark.rule("c.6/publication-published→planning")
def test_only_the_event_that_it_waits_for_meets_a_milestone() -> None:
    def meets(one: Milestone, event: Event) -> bool:
        return domain.is_met_by(one, event, event.model_dump(mode="json"))

    assert meets(WAITING, held())
    assert meets(replace(WAITING, state="overdue"), held(WAITING.counts_since))
    assert meets(replace(WAITING, state="due_soon"), held())
    for one, event in (
        (replace(WAITING, state="met"), held()),
        (replace(WAITING, state="dropped"), held()),
        (replace(WAITING, event_type=PublicationPublished.type), held()),
        (WAITING, held(provenance="actual")),
        (WAITING, held(WAITING.counts_since - timedelta(microseconds=1))),
        (WAITING, held(kind="course")),
        (replace(WAITING, match={"setting": "school"}), held()),
        (replace(WAITING, match={"participant_count": True}), held()),
        (replace(WAITING, match={"nowhere": None}), held()),
    ):
        assert not meets(one, event)


@pytest.mark.rule("c.5/state:milestone")
def test_a_milestone_waits_for_no_single_case_and_matches_what_there_is() -> None:
    domain.set_milestone(WAITING)
    refused(domain.MatchWithoutEvent, lambda: domain.set_milestone(replace(ONE, match={"kind": "x"})), "/event_type")
    cases = replace(ONE, event_type=EnquiryRegistered.type)
    refused(domain.NotFromSingleCases, lambda: domain.set_milestone(cases), "/event_type")


@pytest.mark.rule("c.5/7")
def test_no_more_than_the_frame_is_set_aside_and_years_are_in_order() -> None:
    frame = [FramePart(2021, "finance_act", Decimal(10)), FramePart(2022, "own_budget", Decimal(30))]
    money = Funding(ID, ID, 2021, "finance_act", Decimal("0.4"), "Syntetisk", until_year=2024)
    said: dict[str, Any] = {"provenance": "synthetic", "at": NOW}
    told = allocate(money, frame=frame, allocated=Decimal("39.6"), **said)
    assert (told.model_dump()["amount_mio_dkk"], told.revision) == ("0.4", 1)
    refused(FrameExceeded, lambda: allocate(money, frame=frame, allocated=Decimal("39.601"), **said))
    with pytest.raises(FrameExceeded, match=r"0\.3 mio\. kr\. are left of the plan's frame of 40"):
        allocate(money, frame=frame, allocated=Decimal("39.7"), **said)
    allocate(money, frame=[], allocated=Decimal(99), **said)
    for year, until in ((2021, None), (2021, 2021), (2021, 2022)):
        check_years(year, until, pointer="/x")
    refused(YearsTurnedAround, lambda: check_years(2021, 2020, pointer="/x"), "/x/until_year")
    turned = replace(money, until_year=2020)
    refused(YearsTurnedAround, lambda: allocate(turned, frame=[], allocated=Decimal(), **said), "/until_year")


def test_no_two_parts_of_a_plan_have_one_number() -> None:
    def plan(*areas: tuple[int, tuple[int, ...]]) -> ActionPlan:
        parts = tuple(
            FocusArea(ID, number, "Syntetisk", tuple(Initiative(ID, each, "Syntetisk") for each in inside))
            for number, inside in areas
        )
        return ActionPlan(ID, 2027, "Syntetisk", "synthetic", parts)

    told = record(plan((1, (1, 2)), (2, (3,))), at=NOW)
    assert [each.revision for each in told] == [1, 1, 1, 1]
    assert (told[0].model_dump()["focus_area_count"], told[0].model_dump()["initiative_count"]) == (2, 3)
    refused(NumberTaken, lambda: record(plan((1, ()), (1, ())), at=NOW), "/focus_areas/1/number")
    twice = plan((1, (1, 2)), (2, (9, 2)))
    refused(NumberTaken, lambda: record(twice, at=NOW), "/focus_areas/1/initiatives/1/number")
    framed = replace(plan(), frame=(FramePart(2021, "own_budget", Decimal(1), until_year=2020),))
    refused(YearsTurnedAround, lambda: record(framed, at=NOW), "/frame/0/until_year")


@pytest.mark.rule("c.5/priority")
def test_a_priority_is_of_the_kind_of_its_hint() -> None:
    one = Priority(ID, 2027, "Syntetisk", "threats", "primary", ("study",), "synthetic", NOW)
    for hinted in (None, "synthetic"):
        told = set_priority(one, hinted=hinted)
        assert (told.revision, told.subject, told.at) == (1, ID, NOW)
    refused(HintOfOtherProvenance, lambda: set_priority(one, hinted="actual"), "/provenance")
