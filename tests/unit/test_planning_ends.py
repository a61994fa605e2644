"""Initiatives end with evidence or for a reason, once, and nothing is done to them afterwards."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from planning.domain import initiative as domain
from planning.domain import report as reports
from planning.domain.initiative import (
    Approval,
    Belonging,
    Change,
    EvidenceLacking,
    Initiative,
    InitiativeEnded,
    MergedWithItself,
    NotUnderWay,
    StepNotAhead,
)
from planning.domain.responsibility import Responsibility

OF = Belonging(UUID(int=1), "synthetic", 2026, UUID(int=2))
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE = "https://example.org/kilde"
NOW: dict[str, Any] = {"of": OF, "at": AT}
CHANGE = Change(AT, "other", "Syntetisk", None, Approval("management", date(2026, 11, 23)))
ENDS: tuple[Any, ...] = ("completed_as_planned", "completed_changed", "abandoned", "cancelled", "merged", "split")


def initiative(state: Any = "launched", number: int = 1, **said: Any) -> Initiative:
    held = (Responsibility("ministry:synthetic"),)
    return Initiative(UUID(int=number), number, "Syntetisk", state=state, responsibilities=held, revision=4, **said)


def complete(states: list[str], *, source: str | None = None, as_planned: bool = True, state: Any = "launched") -> str:
    said: dict[str, Any] = {"as_planned": as_planned, "milestones": states, "source_url": source}
    return domain.complete(initiative(state), **said, **NOW)[0].state


@pytest.mark.rule("c.5/state:initiative")
@pytest.mark.parametrize("state", ENDS)
def test_nothing_is_done_to_what_has_ended(state: Any) -> None:
    ended = initiative(state)
    said: dict[str, Any] = {"reason": None, "quarter": None, "duties": [], "before": []}
    for attempt in (
        lambda: domain.advance(ended, "launched", source_url=None, **NOW),
        lambda: domain.transfer(ended, Responsibility("agency:synthetic", date(2027, 1, 1)), **NOW),
        lambda: domain.complete(ended, as_planned=True, milestones=[], source_url=PAGE, **NOW),
        lambda: domain.give_up(ended, "cancelled", change=CHANGE, of=OF),
        lambda: domain.split(ended, [initiative(number=2)], **NOW),
        lambda: domain.merge(ended, initiative(number=2), **NOW),
        lambda: domain.merge(initiative(number=2), ended, **NOW),
        lambda: reports.report(ended, "on_track", **said, **NOW),
    ):
        with pytest.raises(InitiativeEnded):
            attempt()


@pytest.mark.rule("c.5/state:initiative")
def test_a_step_lies_ahead_and_may_be_passed_over() -> None:
    steps: tuple[Any, ...] = ("planned", "funded", "launched")
    for here in ("proposed", *steps, "on_track", "at_risk", "delayed"):
        reached = []
        for step in steps:
            try:
                reached.append(domain.advance(initiative(here), step, source_url=None, **NOW)[0].state)
            except StepNotAhead:
                continue
        ahead = {"proposed": steps, "planned": steps[1:], "funded": steps[2:]}.get(here, ())
        assert tuple(reached) == ahead


@pytest.mark.rule("c.5/6")
def test_completion_needs_a_source_or_a_met_milestone_with_none_left() -> None:
    for states in (["met"], ["met", "dropped", "met"]):
        assert complete(states) == "completed_as_planned"
    assert complete([], source=PAGE, as_planned=False) == "completed_changed"
    assert complete(["overdue"], source=PAGE) == "completed_as_planned"
    for states in ([], ["dropped"], ["met", "open"], ["met", "due_soon"], ["met", "overdue"], ["open"]):
        with pytest.raises(EvidenceLacking):
            complete(states)
    for state in ("proposed", "planned", "funded"):
        with pytest.raises(NotUnderWay):
            complete([], source=PAGE, state=state)


@pytest.mark.rule("c.5/8")
def test_an_initiative_goes_on_in_another_one_and_not_in_itself() -> None:
    assert domain.merge(initiative(), initiative(number=2), **NOW)[0].state == "merged"
    with pytest.raises(MergedWithItself) as refused:
        domain.merge(initiative(), initiative(), **NOW)
    assert refused.value.pointer == "/into"


@pytest.mark.rule("c.5/8")
def test_the_parts_of_what_was_not_begun_are_where_it_was_and_keep_their_own_authority() -> None:
    other = (Responsibility("agency:synthetic"),)
    parts = [initiative("proposed", 2), replace(initiative("proposed", 3), responsibilities=other)]
    nobodys = replace(parts[0], responsibilities=())
    ended, children, events = domain.split(initiative("proposed"), [nobodys, parts[1]], **NOW)
    assert (ended.state, [each.state for each in children]) == ("split", ["proposed", "proposed"])
    assert [each.responsibilities for each in children] == [initiative().responsibilities, other]
    assert [type(each).__name__ for each in events] == ["InitiativeStatusChanged", "InitiativeAdded", "InitiativeAdded"]
    assert [each.model_dump().get("split_from_id") for each in events[1:]] == [ended.id, ended.id]


@pytest.mark.parametrize(("said", "told"), [("primary", "primary"), ("no", "no"), (None, "not_stated")])
def test_what_a_source_does_not_state_is_told_as_not_stated(said: Any, told: str) -> None:
    one = initiative("planned", children_youth=said)
    [moved] = domain.advance(one, "launched", source_url=None, **NOW)[1]
    for event in (moved, domain.recorded(one, of=OF, at=AT), domain.added(one, of=OF, at=AT)):
        assert event.model_dump()["children_youth"] == told
