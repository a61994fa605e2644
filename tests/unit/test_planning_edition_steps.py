"""Each step of an edition: from which states it is taken, what it needs, and what stands afterwards."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import Any, get_args
from uuid import UUID

import pytest

from contracts.planning import ActionPlanClosed, ActionPlanCorrected, ActionPlanPublished
from contracts.problems import Refusal
from contracts.values import PartialDate
from planning.domain import edition as domain
from planning.domain.edition import Edition, EditionElsewhere, Hearing, NothingToCorrect, State

ID, OTHER, NOW = UUID(int=7), UUID(int=8), datetime(2026, 12, 1, 9, tzinfo=UTC)
DIGEST = "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c"
STATES: tuple[State, ...] = get_args(State)
ONE = Edition(
    ID, ID, 2027, "synthetic", 1, foreword_da="Forord", children_youth_da="Børn", follow_ups={OTHER: "Fulgt op"},
    answers_by=date(2026, 12, 3), hearings=(Hearing("A", NOW), Hearing("B", NOW)), revision=4,
)  # fmt: skip
LATE = datetime(2027, 6, 1, tzinfo=UTC)
STEPS: dict[str, tuple[Callable[[Edition], Any], set[State]]] = {
    "write": (lambda each: domain.write(each, foreword_da="Nyt"), {"drafting"}),
    "consult": (lambda each: domain.consult(each, ["A"], answers_by=LATE.date(), at=LATE), {"drafting"}),
    "hear": (lambda each: domain.hear(each, "A", "agrees", None, at=LATE), {"ministry_consultation"}),
    "end": (lambda each: domain.end_consultation(each, at=LATE), {"ministry_consultation"}),
    "approve": (lambda each: domain.approve(each, at=LATE), {"management_approval", "minister_approval"}),
    "back": (
        lambda each: domain.send_back(each, "Grund", at=LATE),
        {"ministry_consultation", "management_approval", "minister_approval"},
    ),
    "force": (lambda each: domain.enter_into_force(each, at=LATE), {"published"}),
    "follow": (lambda each: domain.draft_follow_up(each, "Fulgt op", at=LATE), {"in_force"}),
    "close": (lambda each: domain.close_edition(each, plan_revision=9, at=LATE)[0], {"follow_up_drafted"}),
}


def refused(kind: type[Refusal], act: Callable[[], Any], pointer: str | None = None) -> None:
    with pytest.raises(kind) as found:
        act()
    assert found.value.pointer == pointer


def draft(*earlier: Edition, why: str | None = None) -> Edition:
    said: dict[str, Any] = {"plan_id": ID, "year": 2027, "provenance": "synthetic", "at": NOW}
    return domain.draft(OTHER, earlier=earlier, correction_da=why, **said)


@pytest.mark.rule("c.5/state:plan")
@pytest.mark.parametrize(("step", "state"), list(product(STEPS, STATES)))
def test_each_step_is_taken_from_its_own_states_and_from_no_other(step: str, state: State) -> None:
    act, fine = STEPS[step]
    before = replace(ONE, state=state)
    if state not in fine:
        refused(EditionElsewhere, lambda: act(before))
        return
    after = act(before)
    assert after.revision == 5
    told = len(after.deeds) - len(before.deeds)
    assert told == (0 if step in ("write", "hear") else 1)


@pytest.mark.rule("c.5/state:plan", "c.5/edition")
def test_a_first_version_is_drafted_empty_and_a_correction_with_the_texts_and_the_reason() -> None:
    first = draft()
    assert (first.version, first.revision, first.state, first.corrects) == (1, 1, "drafting", None)
    assert first.minister_approved is False
    assert [each.step for each in first.deeds] == ["drafted"]
    refused(NothingToCorrect, lambda: draft(why="Grund"))
    for state in STATES:
        earlier = replace(ONE, state=state)
        if state in domain.UNPUBLISHED:
            refused(EditionElsewhere, lambda each=earlier: draft(each, why="Grund"))
        elif state in domain.STANDING:
            refused(NothingToCorrect, lambda each=earlier: draft(each))
            second = draft(earlier, why="Grund")
            assert (second.version, second.corrects, second.correction_da) == (2, 1, "Grund")
            assert (second.foreword_da, second.children_youth_da) == ("Forord", "Børn")
            assert (second.follow_ups, second.hearings, second.revision) == ({OTHER: "Fulgt op"}, (), 1)
        else:
            refused(NothingToCorrect, lambda each=earlier: draft(each, why="Grund"))
    third = draft(replace(ONE, state="published", version=2), replace(ONE, state="corrected"), why="Grund")
    assert (third.version, third.corrects) == (3, 2)


@pytest.mark.rule("c.5/historical")
def test_an_old_plan_is_closed_as_it_is_entered_and_was_not_published_in_the_future() -> None:
    def enter(on: PartialDate | None, *earlier: Edition) -> Edition:
        said: dict[str, Any] = {"plan_id": ID, "year": 2016, "provenance": "synthetic", "at": NOW}
        return domain.enter(ID, earlier=earlier, said={"published_on": on, "source_url": "https://example.org"}, **said)

    entered = enter(PartialDate(2016, 10))
    assert (entered.state, entered.version, entered.source_url) == ("closed", 1, "https://example.org")
    assert [each.step for each in entered.deeds] == ["entered_from_source"]
    assert enter(None).published_on is None
    enter(PartialDate(2026, 12, 1))
    enter(PartialDate(2026, 12))
    refused(domain.PublishedInFuture, lambda: enter(PartialDate(2026, 12, 2)), "/published_on")
    refused(EditionElsewhere, lambda: enter(None, ONE))


@pytest.mark.rule("c.5/consultation")
def test_whoever_is_asked_has_the_day_out_and_their_last_answer_counts() -> None:
    today = domain.consult(ONE, ["A", "B"], answers_by=NOW.date(), at=NOW)
    assert [each.answered_at for each in today.hearings] == [None, None]
    refused(
        domain.AnswersBeforeAsked, lambda: domain.consult(ONE, ["A"], answers_by=date(2026, 11, 30), at=NOW),
        "/answers_by",
    )  # fmt: skip
    twice = ["A", "B", "A"]
    refused(
        domain.AuthorityAskedTwice, lambda: domain.consult(ONE, twice, answers_by=NOW.date(), at=NOW), "/authorities/2"
    )
    heard = domain.hear(today, "B", "disagrees", "Nej", at=NOW)
    refused(domain.ConsultationOpen, lambda: domain.end_consultation(heard, at=NOW))
    last_moment = datetime(2026, 12, 1, 22, 59, 59, tzinfo=UTC)
    refused(domain.ConsultationOpen, lambda: domain.end_consultation(heard, at=last_moment))
    assert domain.end_consultation(heard, at=datetime(2026, 12, 1, 23, tzinfo=UTC)).state == "management_approval"
    again = domain.hear(heard, "B", "agrees", None, at=LATE)
    assert [(each.position, each.text_da, each.answered_at) for each in again.hearings] == [
        (None, None, None), ("agrees", None, LATE),
    ]  # fmt: skip
    whole = domain.hear(again, "A", "agrees", None, at=NOW)
    assert domain.end_consultation(whole, at=NOW).state == "management_approval"
    refused(domain.AuthorityNotAsked, lambda: domain.hear(today, "C", "agrees", None, at=NOW), "/authority")


@pytest.mark.rule("c.5/state:plan", "c.5/1")
def test_nothing_is_published_without_the_minister_or_incomplete() -> None:
    asked = replace(ONE, state="management_approval")
    once = domain.approve(asked, at=NOW)
    assert (once.state, once.minister_approved) == ("minister_approval", False)
    refused(domain.MinisterNotAsked, lambda: domain.check_publishable(once, []))
    twice = domain.approve(once, at=NOW)
    assert (twice.state, twice.minister_approved) == ("minister_approval", True)
    refused(EditionElsewhere, lambda: domain.approve(twice, at=NOW))
    domain.check_publishable(twice, [])
    refused(domain.PlanIncomplete, lambda: domain.check_publishable(twice, [("priorities", None)]))
    refused(EditionElsewhere, lambda: domain.check_publishable(replace(twice, state="drafting"), []))
    back = domain.send_back(twice, "Grund", at=NOW)
    assert (back.state, back.minister_approved, back.deeds[-1].text_da) == ("drafting", False, "Grund")


@pytest.mark.rule("c.5/edition", "c.5/event:action_plan_published", "c.5/event:action_plan_corrected")
def test_what_is_published_is_told_with_its_digest_and_its_day_in_denmark() -> None:
    ready = replace(ONE, state="minister_approval", minister_approved=True)
    out = domain.publish(ready, at=datetime(2026, 11, 30, 23, tzinfo=UTC))
    assert (out.state, str(out.published_on), out.revision) == ("published", "2026-12-01", 5)
    sealed, told = domain.seal(out, snapshot_hash=DIGEST, plan_revision=9, at=NOW)
    assert isinstance(told, ActionPlanPublished)
    assert (sealed.snapshot_hash, told.digest, told.revision, told.subject, told.version) == (DIGEST, DIGEST, 9, ID, 1)
    second = replace(out, version=2, corrects=1)
    _, corrected = domain.seal(second, snapshot_hash=DIGEST, plan_revision=9, at=NOW)
    assert isinstance(corrected, ActionPlanCorrected)
    assert (corrected.version, corrected.corrects) == (2, 1)
    assert domain.take_place(out, at=NOW).state == "corrected"


@pytest.mark.rule("c.5/state:plan")
def test_a_plan_is_in_force_from_the_first_day_of_its_year_in_denmark() -> None:
    out = replace(ONE, state="published")
    before = datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)
    refused(domain.PlanNotBegun, lambda: domain.enter_into_force(out, at=before))
    for at in (datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)):
        assert domain.enter_into_force(out, at=at).state == "in_force"
    closed, told = domain.close_edition(replace(ONE, state="follow_up_drafted"), plan_revision=9, at=NOW)
    assert isinstance(told, ActionPlanClosed)
    assert (closed.state, told.revision, told.year, told.at) == ("closed", 9, 2027, NOW)
