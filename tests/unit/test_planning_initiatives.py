"""Initiatives with milestones and reports: no run of commands steps back, follows an end, or passes untold."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.event import Event
from contracts.planning import (
    InitiativeReported,
    InitiativeStatusChanged,
    InitiativeTransferred,
    PublishedInitiativeStatusChanged,
)
from contracts.problems import Refusal
from planning.domain import description as descriptions
from planning.domain import initiative as domain
from planning.domain import milestone as milestones
from planning.domain import report as reports
from planning.domain.initiative import BEFORE, GOING_ON, UNDER_WAY, Approval, Belonging, Change, Initiative
from planning.domain.milestone import WAITING, Milestone
from planning.domain.period import Period, danish_day, midnight
from planning.domain.report import OWED, Duty, Report
from planning.domain.responsibility import Responsibility

OF = Belonging(UUID(int=1), "synthetic", 2026, UUID(int=2))
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE = "https://example.org/kilde"
FINAL = ("completed_as_planned", "completed_changed", "abandoned", "cancelled", "merged", "split")
MINISTRIES = ("ministry:synthetic", "ministry:synthetic-to", "agency:synthetic")


@pytest.mark.rule("c.5/state:initiative", "c.5/2", "c.5/10", "c.5/state:milestone")
class Effort(RuleBasedStateMachine):
    """One initiative, its milestones and its owner's reports, whatever anybody asks and whenever; time never stops."""

    def __init__(self) -> None:
        super().__init__()
        self.at = AT
        first = Responsibility(MINISTRIES[0])
        self.one = Initiative(UUID(int=3), 1, "Syntetisk", "no", responsibilities=(first,))
        self.way: list[str] = [self.one.state]
        self.events: list[Event] = [domain.recorded(self.one, of=OF, at=self.at)]
        self.untold = 0
        self.answers: dict[date, str | None] = {}
        self.milestones: list[Milestone] = []
        self.milestone_events: dict[UUID, list[Event]] = {}
        self.duties: list[Duty] = []
        self.reports: list[Report] = []
        self.quarter: datetime | None = None

    def then(self, change: Any, *arguments: Any, **said: Any) -> None:
        self.took(lambda: change(self.one, *arguments, **said, of=OF))

    def took(self, act: Any) -> None:
        before = self.one, list(self.events)
        try:
            self.one, told = act()
        except Refusal:
            assert before == (self.one, self.events)
            return
        self.follow(told if isinstance(told, list) else [told])

    def follow(self, events: list[Event]) -> None:
        """What the commands do with what the domain says: deadlines are set and cleared."""
        self.events += events
        moved = [each.status for each in events if isinstance(each, InitiativeStatusChanged)]
        self.way += moved
        in_public = [each.status for each in events if isinstance(each, PublishedInitiativeStatusChanged)]
        assert in_public == (moved if self.one.published else [])
        if moved == ["launched"]:
            self.quarter = Period.containing(self.at, "quarter").ends_at
        if self.one.state not in GOING_ON:
            self.quarter = None
            self.duties = [replace(each, state="lapsed") if each.state in OWED else each for each in self.duties]

    @rule(step=st.sampled_from(BEFORE[1:]))
    def advance(self, step: str) -> None:
        self.then(domain.advance, step, source_url=None, at=self.at)

    @rule(
        light=st.sampled_from(UNDER_WAY[1:]),
        reason=st.sampled_from([None, "Syntetisk", "Anden"]),
        back=st.sampled_from([None, 0, 1, 2, -1]),
    )
    def report(self, light: Any, reason: str | None, back: int | None) -> None:
        quarter = None
        if back is not None:
            quarter = Period.containing(self.at - timedelta(days=91 * back), "quarter").name
        known = [each for each in self.duties if each.state != "lapsed"]
        said: dict[str, Any] = {"quarter": quarter, "duties": known, "before": self.reports, "of": OF, "at": self.at}
        try:
            self.one, report, answered, events = reports.report(self.one, light, reason=reason, **said)
        except Refusal:
            return
        self.reports.append(report)
        self.duties = [answered if answered and each.id == answered.id else each for each in self.duties]
        self.follow(events)

    @rule(to=st.sampled_from(MINISTRIES), days=st.integers(-400, 400))
    def transfer(self, to: str, days: int) -> None:
        day = danish_day(self.at) + timedelta(days=days)
        self.then(domain.transfer, Responsibility(to, day, "Syntetisk"), at=self.at)

    @rule(partners=st.integers(0, 3))
    def describe(self, partners: int) -> None:
        said = descriptions.Description(partners=MINISTRIES[:partners])
        self.took(lambda: descriptions.describe(self.one, said, of=OF, at=self.at))

    @rule(title=st.sampled_from(["Syntetisk", "Syntetisk, rettet"]))
    def rename(self, title: str) -> None:
        before = self.one
        try:
            self.one = domain.rename(self.one, title_da=title, title_en=None)
        except Refusal:
            assert before.title_da == title
            return
        self.untold += 1
        assert replace(before, title_da=title, revision=before.revision + 1) == self.one

    @rule(page=st.sampled_from([None, PAGE]))
    def complete(self, page: str | None) -> None:
        states = [each.state for each in self.milestones]
        ended = self.one.state not in GOING_ON
        self.then(domain.complete, as_planned=True, milestones=states, source_url=page, at=self.at)
        if not ended and self.one.state == "completed_as_planned":
            assert page or ("met" in states and not {*WAITING} & {*states})

    @rule(how=st.sampled_from(["abandoned", "cancelled"]), approved=st.sampled_from([None, 0, 1]))
    def give_up(self, how: Any, approved: int | None) -> None:
        day = danish_day(self.at) + timedelta(days=approved or 0)
        approval = None if approved is None else Approval("management", day)
        going_on = self.one.state in GOING_ON
        why = Change(self.at, "other", "Syntetisk", None, approval)
        self.took(lambda: domain.give_up(self.one, how, change=why, of=OF))
        assert not (going_on and self.one.state == how) or approved == 0

    @rule()
    def publish(self) -> None:
        self.one = replace(self.one, published=True)

    @rule()
    def merge(self) -> None:
        self.then(domain.merge, Initiative(id=uuid4(), number=2, title_da="Syntetisk"), at=self.at)

    @rule()
    def split(self) -> None:
        parts = [Initiative(id=uuid4(), number=n, title_da="Syntetisk") for n in (3, 4)]
        before = self.one
        try:
            self.one, children, events = domain.split(self.one, parts, of=OF, at=self.at)
        except Refusal:
            return
        self.follow([each for each in events if each.subject == self.one.id])
        assert {each.state for each in children} == {before.state}
        assert {each.responsibilities for each in children} == {before.responsibilities}
        assert {each.published for each in children} == {before.published}
        for child in children:
            told = [each.revision for each in events if each.subject == child.id]
            assert told == list(range(1, child.revision + 1))

    @rule(days=st.integers(-5, 60))
    def set_milestone(self, days: int) -> None:
        due = danish_day(self.at) + timedelta(days=days)
        one = Milestone(
            id=uuid4(),
            plan_id=OF.plan_id,
            initiative_id=self.one.id,
            title_da="Syntetisk",
            due_on=due,
            due_soon_on=due - timedelta(days=14),
            counts_from=date(2026, 1, 1),
            provenance="synthetic",
            set_at=self.at,
        )
        self.milestones.append(one)
        self.milestone_events[one.id] = [milestones.set_milestone(one)]

    @rule(place=st.integers(0, 5), meets=st.booleans())
    def settle_milestone(self, place: int, meets: bool) -> None:  # noqa: FBT001
        if not self.milestones:
            return
        one = self.milestones[place % len(self.milestones)]
        try:
            if meets:
                day = danish_day(self.at)
                one, event = milestones.meet(one, met_on=day, source_url=PAGE, event_count=0, at=self.at)
                self.milestone_events[one.id].append(event)
            else:
                one = milestones.drop(one, reason="Syntetisk")
        except Refusal:
            return
        self.milestones[place % len(self.milestones)] = one

    @rule(days=st.integers(1, 100))
    def pass_time(self, days: int) -> None:
        """Whatever falls due happens at its own moment, as the deadlines have it."""
        self.at += timedelta(days=days)
        while self.quarter is not None and self.quarter <= self.at:
            ended = self.quarter
            quarter, duty = reports.owe(uuid4(), self.one, ended_at=ended, due_days=20, escalation_days=30)
            assert quarter.ends_at == ended
            self.quarter = None
            if duty is not None:
                self.duties.append(duty)
                self.quarter = Period.containing(ended, "quarter").ends_at
        for place, each in enumerate(self.duties):
            while (at := self.duties[place].next_at) is not None and at <= self.at:
                silent = reports.stay_silent(self.one, self.duties[place], of=OF, at=at)
                assert silent is not None, each
                self.one, self.duties[place], event = silent
                self.follow([event])
        for place, one in enumerate(self.milestones):
            while (at := self.milestones[place].next_at) is not None and at <= self.at:
                passed = milestones.pass_time(self.milestones[place], at=at)
                assert passed is not None, one
                self.milestones[place], event = passed
                self.milestone_events[one.id].append(event)

    @invariant()
    def nothing_follows_an_end(self) -> None:
        assert not any(each in FINAL for each in self.way[:-1])
        if self.one.state not in GOING_ON:
            assert not any(each.state in OWED for each in self.duties)

    @invariant()
    def no_step_is_taken_back_and_nothing_is_reported_before_the_launch(self) -> None:
        steps = [BEFORE.index(each) for each in self.way if each in BEFORE]
        assert steps == sorted(set(steps))
        if any(each in UNDER_WAY[1:] or each.startswith("completed") for each in self.way):
            assert "launched" in self.way

    @invariant()
    def every_event_has_a_later_revision_and_only_what_is_told_to_nobody_lies_between(self) -> None:
        revisions = [each.revision for each in self.events]
        assert revisions == sorted(set(revisions))
        assert self.one.revision == len(revisions) + self.untold >= revisions[-1]
        told = [each.status for each in self.events if isinstance(each, InitiativeStatusChanged)]
        assert told == self.way[1:]
        for each in self.milestones:
            told_of_it = [event.revision for event in self.milestone_events[each.id]]
            assert told_of_it == list(range(1, each.revision + 1))

    @invariant()
    def one_authority_is_responsible_on_any_day_and_none_is_forgotten(self) -> None:
        held = self.one.responsibilities
        days = [each.from_day for each in held if each.from_day is not None]
        assert days == sorted(set(days))
        assert held[0].from_day is None
        transfers = [each for each in self.events if isinstance(each, InitiativeTransferred)]
        assert [(each.authority, each.from_day) for each in transfers] == [
            (each.authority, each.from_day) for each in held[1:]
        ]
        for each in held:
            assert self.one.responsible_on(each.from_day or date.min) == each.authority
            before = each.from_day and self.one.responsible_on(each.from_day - timedelta(days=1))
            assert before != each.authority

    @invariant()
    def every_light_other_than_green_has_a_reason_and_the_last_one_of_the_latest_quarter_shows(self) -> None:
        assert all(each.light == "on_track" or each.reason for each in self.reports)
        told = [(each.quarter, each.light) for each in self.events if isinstance(each, InitiativeReported)]
        assert told == [(each.quarter, each.light) for each in self.reports]
        if self.reports and self.one.state in GOING_ON:
            latest = max(each.quarter for each in self.reports)
            assert self.one.state == [each.light for each in self.reports if each.quarter == latest][-1]

    @invariant()
    def each_quarter_under_way_is_owed_once_and_its_days_bring_what_they_bring(self) -> None:
        quarters = [each.quarter for each in self.duties]
        assert quarters == sorted(set(quarters))
        for each in self.duties:
            assert (each.state == "reported") == any(
                said.quarter == each.quarter and said.at >= Period(each.quarter).ends_at for said in self.reports
            )
            if each.state == "open":
                assert danish_day(self.at) <= each.due_on
            if each.state == "escalated":
                assert danish_day(self.at) > each.due_on + timedelta(days=30)

    @invariant()
    def a_milestone_is_where_its_day_has_it(self) -> None:
        for each in self.milestones:
            if each.state == "overdue":
                assert self.at >= midnight(each.due_on + timedelta(days=1))
            assert (each.state == "met") == (each.met_on is not None)


Effort.TestCase.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
TestEffort = Effort.TestCase
