"""Until when a hand-over must be acknowledged, and what is learnt of its enquiry after triage."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from advisory.domain import enquiry as domain
from advisory.domain import enquiry_refusals as refusals
from advisory.domain.duty_rules import Rules
from advisory.domain.reassessing import RISING, reassess
from advisory.domain.referral import Urgency
from support.enquiries import AT, enquiry

OTHER = UUID(int=7)
RULES = Rules()
MINUTE = timedelta(minutes=1)


def handed_over(urgency: Urgency, *, rules: Rules = RULES, at: datetime = AT) -> domain.Enquiry:
    asked = enquiry(state="triaged", team="duty_desk", urgency=urgency, changed_at=at)
    return domain.hand_over(asked, referral_id=OTHER, target="viso", rules=rules, at=at)[0]


def due(asked: domain.Enquiry) -> tuple[int | None, datetime | None]:
    return asked.referrals[0].minutes, asked.referrals[0].due_at


def reassessed(asked: domain.Enquiry, urgency: Urgency, *, at: datetime) -> domain.Enquiry:
    return reassess(asked, team="duty_desk", urgency=urgency, concerns_minor="no", rules=RULES, at=at)


@pytest.mark.rule("c.1/state:referral", "c.1/6", "c.1/duty-rules")
@pytest.mark.parametrize(
    ("urgency", "figures", "minutes", "by"),
    [
        ("acute", {}, 15, AT + 15 * MINUTE),
        ("acute", {"acute_acknowledge_minutes": 5}, 5, AT + 5 * MINUTE),
        ("soon", {}, None, datetime(2026, 11, 30, 23, tzinfo=UTC)),  # asked on a Friday
        ("soon", {"soon_acknowledge_working_days": 2}, None, datetime(2026, 12, 1, 23, tzinfo=UTC)),
        ("normal", {}, None, datetime(2026, 12, 2, 23, tzinfo=UTC)),
        ("normal", {"normal_acknowledge_working_days": 1}, None, datetime(2026, 11, 30, 23, tzinfo=UTC)),
    ],
)
def test_a_hand_over_is_due_by_the_figures_of_the_day(
    urgency: Urgency, figures: dict[str, Any], minutes: int | None, by: datetime
) -> None:
    assert due(handed_over(urgency, rules=Rules(**figures))) == (minutes, by)


@pytest.mark.rule("c.1/6", "c.1/state:referral")
def test_a_hand_over_that_nobody_has_becomes_acute_with_its_enquiry_and_alarms() -> None:
    later = AT + timedelta(hours=3)
    for asked in (handed_over("normal"), handed_over("soon")):
        acute = reassessed(asked, "acute", at=later)
        assert due(acute) == (15, later + 15 * MINUTE)
        assert acute.referrals[0].urgency == "acute"
        _, events = domain.escalate(acute, referral_id=OTHER, at=later + 15 * MINUTE)
        assert [each.model_dump()["minutes"] for each in events] == [15]


@pytest.mark.rule("c.1/6", "c.1/state:referral")
def test_one_that_was_overdue_before_it_became_acute_is_due_anew() -> None:
    days_later = AT + timedelta(days=7)
    overdue, events = domain.escalate(handed_over("normal"), referral_id=OTHER, at=days_later)
    assert (events, overdue.referrals[0].due_at) == ([], None)
    acute = reassessed(overdue, "acute", at=days_later)
    assert due(acute) == (15, days_later + 15 * MINUTE)
    assert due(reassessed(overdue, "soon", at=days_later))[1] is None, "it stays on the list of overdue ones"


@pytest.mark.rule("c.1/state:referral")
def test_more_urgency_moves_what_is_not_acute_from_when_it_was_asked_and_the_same_urgency_moves_nothing() -> None:
    asked = handed_over("normal")
    later = AT + timedelta(days=4)
    assert due(reassessed(asked, "soon", at=later)) == (None, datetime(2026, 11, 30, 23, tzinfo=UTC))
    assert reassessed(asked, "normal", at=later).referrals == asked.referrals
    acute = handed_over("acute")
    assert reassessed(acute, "acute", at=AT + MINUTE).referrals == acute.referrals


@pytest.mark.rule("c.1/state:referral")
def test_what_a_human_has_or_what_came_to_an_end_is_waited_for_no_more() -> None:
    asked = handed_over("normal")
    taken, _ = domain.acknowledge(asked, referral_id=OTHER, at=AT)
    over = replace(asked, referrals=(replace(asked.referrals[0], outcome="no_answer", settled_at=AT),))
    for each in (taken, over):
        assert reassessed(each, "acute", at=AT).referrals == each.referrals


NOW: dict[str, Any] = {"team": "rejseholdet", "rules": RULES, "at": AT}


@pytest.mark.rule("c.1/6")
def test_urgency_rises_and_never_falls() -> None:
    for place, now in enumerate(RISING):
        for then_place, then in enumerate(RISING):
            found = enquiry(state="triaged", urgency=now, note="Før")
            if then_place < place:
                with pytest.raises(refusals.UrgencyNotLowered):
                    reassess(found, urgency=then, concerns_minor="no", **NOW)
            else:
                moved = reassess(found, urgency=then, concerns_minor="no", **NOW)
                assert (moved.team, moved.urgency, moved.note) == ("rejseholdet", then, "Før")
    noted = reassess(enquiry(state="triaged", note="Før"), urgency="soon", concerns_minor="no", note="Nu", **NOW)
    assert noted.note == "Nu"


@pytest.mark.rule("c.1/3")
@pytest.mark.parametrize("before", ["yes", "no", "unknown"])
@pytest.mark.parametrize("after", ["yes", "no", "unknown"])
def test_that_it_concerns_a_minor_may_become_known_and_is_not_taken_back(before: Any, after: Any) -> None:
    asked = enquiry(state="triaged", concerns_minor=before)
    if before == "yes" != after:
        with pytest.raises(refusals.MinorNotTakenBack):
            reassess(asked, urgency="normal", concerns_minor=after, **NOW)
    else:
        assert reassess(asked, urgency="normal", concerns_minor=after, **NOW).concerns_minor == after


@pytest.mark.rule("c.1/4")
def test_what_it_turns_out_to_be_about_too_asks_for_the_risk_first_and_five_topics_are_enough() -> None:
    asked = enquiry(state="triaged", topics=("legislation",))
    same: dict[str, Any] = {"urgency": "normal", "concerns_minor": "no", **NOW}
    assert not asked.needs_risk_assessment_first
    learnt = reassess(asked, topics=("forced_marriage", "legislation"), **same)
    assert learnt.topics == ("legislation", "forced_marriage")
    assert learnt.needs_risk_assessment_first
    full = reassess(learnt, topics=("threats", "stalking", "online_control"), **same)
    assert len(full.topics) == 5
    with pytest.raises(refusals.TooManyTopics) as refused:
        reassess(full, topics=("exit_support",), **same)
    assert refused.value.pointer == "/topics"
    assert reassess(full, topics=("threats",), **same).topics == full.topics


@pytest.mark.rule("c.1/state:referral", "c.1/state:enquiry")
def test_what_came_to_an_end_says_so_before_anything_else() -> None:
    asked = handed_over("normal")
    over = replace(asked, referrals=(replace(asked.referrals[0], outcome="no_answer", settled_at=AT),))
    with pytest.raises(refusals.ReferralAlreadySettled):
        domain.acknowledge(over, referral_id=OTHER, at=AT)
    with pytest.raises(refusals.EnquiryAlreadyClosed):
        domain.triage(
            enquiry(state="closed"), urgency="acute", team="duty_desk", concerns_minor="no", consent_basis="none", at=AT
        )
