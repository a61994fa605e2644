"""Initiatives: no run of commands takes a step back, follows an end, or ends without being told."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.event import Event
from contracts.planning import InitiativeStatusChanged
from contracts.problems import Conflict
from planning.domain import initiative as domain
from planning.domain.initiative import BEFORE, GOING_ON, UNDER_WAY, Belonging, Initiative

OF = Belonging(UUID(int=1), "synthetic", UUID(int=2))
NOW = {"of": OF, "at": datetime(2026, 11, 23, 12, tzinfo=UTC)}
PAGE = "https://example.org/kilde"
FINAL = ("completed_as_planned", "completed_changed", "abandoned", "cancelled", "merged", "split")


@pytest.mark.rule("c.5/state:initiative")
class Effort(RuleBasedStateMachine):
    """One initiative and whatever anybody asks of it."""

    def __init__(self) -> None:
        super().__init__()
        self.one = Initiative(id=UUID(int=3), number=1, title_da="Syntetisk", children_youth="no")
        self.way: list[str] = [self.one.state]
        self.events: list[Event] = [domain.recorded(self.one, of=OF, at=NOW["at"])]

    def then(self, change: Any, *arguments: Any, **said: Any) -> None:
        try:
            self.one, event = change(self.one, *arguments, **said, **NOW)
        except Conflict:
            return
        self.way.append(self.one.state)
        self.events.append(event)

    @rule(step=st.sampled_from(BEFORE[1:]))
    def advance(self, step: str) -> None:
        self.then(domain.advance, step)

    @rule(course=st.sampled_from(UNDER_WAY[1:]))
    def report(self, course: str) -> None:
        self.then(domain.report, course)

    @rule(
        page=st.sampled_from([None, PAGE]), milestones=st.lists(st.sampled_from(["open", "overdue", "met", "dropped"]))
    )
    def complete(self, page: str | None, milestones: list[str]) -> None:
        ended = self.one.state not in GOING_ON
        self.then(domain.complete, as_planned=True, milestones=milestones, source_url=page)
        if not ended and self.one.state == "completed_as_planned":
            assert page or ("met" in milestones and not {"open", "overdue"} & set(milestones))

    @rule(how=st.sampled_from(["abandoned", "cancelled"]))
    def give_up(self, how: str) -> None:
        self.then(domain.give_up, how)

    @rule()
    def merge(self) -> None:
        self.then(domain.merge, Initiative(id=uuid4(), number=2, title_da="Syntetisk"))

    @rule()
    def split(self) -> None:
        parts = [Initiative(id=uuid4(), number=n, title_da="Syntetisk") for n in (3, 4)]
        before = self.one.state
        try:
            self.one, children, events = domain.split(self.one, parts, **NOW)
        except Conflict:
            return
        self.way.append(self.one.state)
        self.events += [each for each in events if each.subject == self.one.id]
        assert {each.state for each in children} == {before}
        for child in children:
            told = [each.revision for each in events if each.subject == child.id]
            assert told == list(range(1, child.revision + 1))

    @invariant()
    def nothing_follows_an_end(self) -> None:
        assert not any(each in FINAL for each in self.way[:-1])

    @invariant()
    def no_step_is_taken_back_and_nothing_is_reported_before_the_launch(self) -> None:
        steps = [BEFORE.index(each) for each in self.way if each in BEFORE]
        assert steps == sorted(set(steps))
        if any(each in UNDER_WAY[1:] or each.startswith("completed") for each in self.way):
            assert "launched" in self.way

    @invariant()
    def every_state_is_told_once_with_the_next_revision(self) -> None:
        assert [each.revision for each in self.events] == list(range(1, self.one.revision + 1))
        told = [each.status for each in self.events if isinstance(each, InitiativeStatusChanged)]
        assert told == self.way[1:]


Effort.TestCase.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)
TestEffort = Effort.TestCase
