"""What a plan, a focus area and an initiative are called: said better at any time, and never to no effect."""

from dataclasses import replace
from uuid import UUID

import pytest

from contracts.catalogue import EVENTS
from planning.domain import initiative as initiatives
from planning.domain import plan as plans
from planning.domain.difference import compare
from planning.domain.initiative import Initiative, State
from planning.domain.plan import ActionPlan, FocusArea
from planning.domain.snapshot import SnapshotArea
from planning.domain.title import TitleUnchanged, retitled
from support.published import initiative, snapshot

ID = UUID(int=1)


@pytest.mark.rule("c.5/title")
def test_a_title_is_replaced_in_both_languages_and_nothing_else_is() -> None:
    plan = ActionPlan(ID, 2027, "Før", "synthetic", title_en="Before", revision=4, closed=frozenset({"2027-Q1"}))
    said = {"title_da": "Efter", "title_en": None}
    assert plans.rename(plan, **said) == replace(plan, title_da="Efter", title_en=None, revision=5)
    effort = Initiative(ID, 1, "Før", "no", published=True, revision=7)
    english = {"title_da": "Før", "title_en": "Before"}
    assert initiatives.rename(effort, **english) == replace(effort, title_en="Before", revision=8)
    area = FocusArea(ID, 3, "Før", (effort,))
    assert retitled(area, **said) == replace(area, title_da="Efter")


@pytest.mark.rule("c.5/title")
def test_what_has_ended_can_still_be_called_otherwise_and_nothing_is_called_what_it_is() -> None:
    states: tuple[State, ...] = ("completed_as_planned", "abandoned", "merged", "proposed")
    for state in states:
        one = Initiative(ID, 1, "Før", state=state)
        assert initiatives.rename(one, title_da="Efter", title_en=None).state == state
        with pytest.raises(TitleUnchanged):
            initiatives.rename(one, title_da="Før", title_en=None)
    plan = ActionPlan(ID, 2027, "Før", "synthetic", title_en="Before")
    with pytest.raises(TitleUnchanged):
        plans.rename(plan, title_da="Før", title_en="Before")


@pytest.mark.rule("c.5/title")
def test_no_event_has_a_title_that_could_be_wrong_in_it() -> None:
    told = [each for each in EVENTS.values() if each.service == "planning"]
    assert len(told) > 20
    assert not [each.type for each in told if any("title" in name for name in each.model_fields)]


@pytest.mark.rule("c.5/title", "c.5/edition")
def test_a_title_in_either_language_is_a_difference_between_two_documents() -> None:
    def called(title: str | None) -> SnapshotArea:
        effort = initiative(1, "launched", title_en=title)
        return SnapshotArea(number=1, title_da="Syntetisk", title_en=title, initiatives=(effort,))

    one, other = [snapshot(title_en=each, focus_areas=(called(each),)) for each in ("Before", "After")]
    assert [(each.what, each.name, each.field, each.later) for each in compare(one, other)] == [
        ("text", "title_en", "title_en", "After"),
        ("focus_area", "1", "title_en", "After"),
        ("initiative", "1", "title_en", "After"),
    ]
