"""What is refused on an enquiry's way and what is kept, step by step; the tasks and contacts beside it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from advisory.domain import advising, checklist, closing, consent, contact, outreach, review
from advisory.domain import enquiry as domain
from advisory.domain import enquiry_refusals as refusals
from advisory.domain.duty_rules import Rules
from advisory.domain.need import Need, NeedAlreadyIdentified
from advisory.domain.reassessing import reassess
from contracts.event import Event
from support.enquiries import AT, ID, THREAD, enquiry

LATER = AT + timedelta(hours=1)
OTHER = UUID(int=7)
RULES = Rules()
SAID: dict[str, Any] = {
    "mode": "anonymised", "advice": ("material",), "publication_ids": (OTHER,), "note": None, "duty_to_notify": None,
    "risk_assessment_reminded": False, "siblings_considered": None,
}  # fmt: skip


def triaged(**said: Any) -> domain.Enquiry:
    return enquiry(state="triaged", team="duty_desk", **said)


def handed_over(target: Any = "viso", **said: Any) -> domain.Enquiry:
    return domain.hand_over(triaged(**said), referral_id=OTHER, target=target, rules=RULES, at=AT)[0]


@pytest.mark.rule("c.1/state:enquiry")
def test_before_triage_and_after_the_end_nothing_is_done() -> None:
    steps: list[Any] = [
        lambda each: domain.take_up(each, at=AT),
        lambda each: reassess(each, team="duty_desk", urgency="acute", concerns_minor="no", rules=RULES, at=AT),
        lambda each: domain.hand_over(each, referral_id=OTHER, target="viso", rules=RULES, at=AT),
        lambda each: advising.answer(each, **SAID, at=AT),
        lambda each: advising.check_off(
            each, duty_to_notify=None, risk_assessment_reminded=True, siblings_considered=None, at=AT
        ),
        lambda each: advising.redirect(each, to="viso", at=AT),
        lambda each: advising.identify_need(each, Need(OTHER, "training", "threats"), at=AT),
        lambda each: consent.ask_for_consent(each, of="citizen", danger_ruled_out=None, at=AT),
        lambda each: consent.record_consent(each, at=AT),
        lambda each: closing.close(each, outcome="advised", journal_reference=None, at=AT),
    ]
    for step in steps:
        with pytest.raises(refusals.EnquiryNotTriaged) as refused:
            step(enquiry())
        assert refused.value.da == "Henvendelsen er ikke visiteret: visitér henvendelsen først."
        with pytest.raises(refusals.EnquiryAlreadyClosed):
            step(enquiry(state="closed"))
    said: dict[str, Any] = {"urgency": "soon", "team": "duty_desk", "concerns_minor": "no", "consent_basis": "none"}
    with pytest.raises(refusals.EnquiryAlreadyTriaged):
        domain.triage(triaged(), **said, at=AT)
    with pytest.raises(refusals.EnquiryNotClosed):
        closing.reopen(triaged(), at=AT)


@pytest.mark.rule("c.1/state:enquiry")
def test_an_enquiry_is_of_a_day_that_has_come() -> None:
    with pytest.raises(refusals.ReceivedInFuture) as refused:
        domain.register(enquiry(received_on=date(2026, 11, 28)))
    assert refused.value.pointer == "/received_on"
    kept, event = domain.register(enquiry(received_on=date(2026, 11, 27)))
    assert (kept.revision, kept.told, event.revision, event.at) == (1, 1, 1, datetime(2026, 11, 1, tzinfo=UTC))


@pytest.mark.rule("c.1/citizen")
def test_a_citizen_is_redirected_and_never_answered() -> None:
    with pytest.raises(refusals.CitizenIsRedirected):
        advising.answer(triaged(requester="citizen"), **SAID, at=AT)
    gone = advising.redirect(triaged(requester="citizen"), to="red_counselling", at=AT)
    assert (gone.state, gone.redirected_to) == ("redirected", "red_counselling")
    for step in (
        lambda: advising.answer(gone, **SAID, at=AT),
        lambda: advising.redirect(gone, to="viso", at=AT),
    ):
        with pytest.raises(refusals.EnquiryRedirected):
            step()
    for state in ("answered", "awaiting_consent"):
        with pytest.raises(refusals.EnquiryAlreadyAnswered):
            advising.redirect(enquiry(state=state), to="viso", at=AT)
    for state in ("in_progress", "acute_handover", "anonymised", "reopened"):
        assert advising.redirect(enquiry(state=state), to="viso", at=AT).state == "redirected"


@pytest.mark.rule("c.1/1")
def test_recognisable_advice_needs_consent_and_answers_add_up() -> None:
    with pytest.raises(refusals.ConsentMissing):
        advising.answer(triaged(), **SAID | {"mode": "case_specific"}, at=AT)
    first = advising.answer(
        triaged(consent_basis="citizen", note="Før"), **SAID | {"mode": "case_specific", "duty_to_notify": "yes"}, at=AT
    )
    assert (first.state, first.mode, first.note, first.duty_to_notify) == ("answered", "case_specific", "Før", "yes")
    more = {"advice": ("training", "material"), "note": "Nu", "siblings_considered": "yes"}
    second = advising.answer(first, **SAID | more, at=LATER)
    assert (second.advice, second.publication_ids) == (("material", "training"), (OTHER,))
    assert (second.note, second.duty_to_notify, second.siblings_considered) == ("Nu", "yes", "yes")
    assert (second.mode, second.revision, second.changed_at) == ("anonymised", 3, LATER)
    assert not second.risk_assessment_reminded
    third = advising.answer(second, **SAID | {"risk_assessment_reminded": True}, at=AT)
    assert third.risk_assessment_reminded
    assert third.changed_at == LATER, "a clock that goes back changes no order"
    assert advising.answer(third, **SAID, at=LATER).risk_assessment_reminded
    waiting = advising.answer(enquiry(state="awaiting_consent"), **SAID, at=AT)
    assert waiting.state == "awaiting_consent"


@pytest.mark.rule("c.1/2")
def test_consent_is_sought_where_it_is_missing_and_only_in_time() -> None:
    asked = consent.ask_for_consent(triaged(), of="citizen", danger_ruled_out=None, at=AT)
    assert (asked.state, asked.consent_asked_of) == ("awaiting_consent", "citizen")
    given = consent.record_consent(replace(asked, anonymised_on=AT.date()), at=AT)
    assert (given.state, given.consent_basis, given.consent_asked_of) == ("in_progress", "citizen", None)
    assert given.anonymised_on is None
    for of in ("custody_holder", "guardian"):
        with pytest.raises(refusals.ConsentMayEndanger):
            consent.ask_for_consent(triaged(), of=of, danger_ruled_out=None, at=AT)  # pyright: ignore[reportArgumentType]
    for nothing in (triaged(is_case_specific=False), triaged(consent_basis="guardian")):
        with pytest.raises(refusals.NothingToConsentTo):
            consent.ask_for_consent(nothing, of="citizen", danger_ruled_out=None, at=AT)
    for state in ("answered", "acute_handover", "redirected", "awaiting_consent"):
        with pytest.raises(refusals.EnquiryNotWaiting):
            consent.ask_for_consent(enquiry(state=state), of="citizen", danger_ruled_out=None, at=AT)
    with pytest.raises(refusals.ConsentNotAskedFor):
        consent.record_consent(triaged(), at=AT)


@pytest.mark.rule("c.1/anonymised")
@pytest.mark.parametrize(("state", "then"), [("triaged", "anonymised"), ("answered", "answered"), ("closed", "closed")])
def test_what_is_made_anonymous_keeps_its_advice_and_nothing_else(state: Any, then: str) -> None:
    known = enquiry(state=state, advice=("material",), note="Note", journal_reference="1", mode="case_specific")
    found = consent.anonymise(known, thread_id=OTHER, at=LATER)
    gone = (found.profession, found.age_band, found.stay_phase, found.note, found.journal_reference)
    assert gone == (None, None, None, None, None)
    assert (found.state, found.mode, found.advice, found.thread_id) == (then, "anonymised", ("material",), OTHER)
    assert (found.anonymised_on, found.consent_basis) == (LATER.date(), "not_needed_anonymised")


@pytest.mark.rule("c.1/13")
def test_one_matter_is_of_one_provenance_and_not_anonymous() -> None:
    other = enquiry(thread_id=OTHER)
    assert advising.join_thread(enquiry(), other, at=AT).thread_id == OTHER
    with pytest.raises(refusals.MatterOfAnotherProvenance) as refused:
        advising.join_thread(enquiry(), enquiry(provenance="actual"), at=AT)
    assert refused.value.pointer == "/same_as"
    for one, two in ((enquiry(anonymised_on=AT.date()), other), (enquiry(), replace(other, anonymised_on=AT.date()))):
        with pytest.raises(refusals.MatterUnlinkable):
            advising.join_thread(one, two, at=AT)
    assert enquiry().thread_id == THREAD


@pytest.mark.rule("c.1/need")
def test_a_need_names_the_municipality_only_if_it_asked_itself_and_of_no_single_matter() -> None:
    need = Need(OTHER, "training", "threats")
    for said, code in (
        ({"is_case_specific": False, "requester": "municipality_school"}, "9901"),
        ({"is_case_specific": True, "requester": "municipality_school"}, None),
        ({"is_case_specific": False, "requester": "police"}, None),
    ):
        found, event = advising.identify_need(triaged(**said), need, at=AT)
        assert event.model_dump()["municipality_code"] == code
        assert (event.subject, event.revision, event.at) == (OTHER, 1, datetime(2026, 11, 1, tzinfo=UTC))
        assert advising.identify_need(found, Need(ID, "material", "threats"), at=AT)[0].needs[1].need == "material"
        with pytest.raises(NeedAlreadyIdentified):
            advising.identify_need(found, Need(ID, "training", "threats"), at=AT)


@pytest.mark.rule("c.1/6", "c.1/9")
def test_a_hand_over_begins_the_work_and_assesses_risk_at_request_only() -> None:
    calm, made = domain.hand_over(triaged(), referral_id=OTHER, target="security_consultant", rules=RULES, at=AT)
    assert (calm.state, calm.referrals[0].urgency, made.subject, made.revision) == ("in_progress", "normal", OTHER, 1)
    for state, then in (("in_progress", "acute_handover"), ("answered", "answered"), ("reopened", "acute_handover")):
        acute = enquiry(state=state, urgency="acute")
        assert domain.hand_over(acute, referral_id=OTHER, target="viso", rules=RULES, at=AT)[0].state == then
    for target in ("security_consultant", "coordination_unit"):
        said: dict[str, Any] = {
            "referral_id": OTHER,
            "target": target,
            "purpose": "risk_assessment",
            "rules": RULES,
            "at": AT,
        }
        with pytest.raises(refusals.MunicipalityHasNotAsked):
            domain.hand_over(triaged(), **said)
        asked = domain.hand_over(triaged(), **said, requested_by_municipality=True)[0].referrals[0]
        assert (asked.requested_by_municipality, asked.purpose) == (True, "risk_assessment")
    assert domain.hand_over(triaged(), referral_id=OTHER, target="viso", purpose="coordination", rules=RULES, at=AT)


@pytest.mark.rule("c.1/state:referral")
def test_a_hand_over_is_acknowledged_and_settled_once() -> None:
    asked = handed_over()
    with pytest.raises(refusals.ReferralMissing):
        domain.acknowledge(asked, referral_id=ID, at=AT)
    for outcome in ("accepted", "declined", "redirected"):
        with pytest.raises(refusals.ReferralNotAcknowledged):
            domain.settle(asked, referral_id=OTHER, outcome=outcome, at=AT)  # pyright: ignore[reportArgumentType]
    with pytest.raises(refusals.ReferralStillAwaited):
        domain.settle(asked, referral_id=OTHER, outcome="no_answer", at=AT)
    taken, event = domain.acknowledge(asked, referral_id=OTHER, at=LATER)
    assert (taken.referrals[0].acknowledged_at, taken.referrals[0].told, event.revision) == (LATER, 2, 2)
    with pytest.raises(refusals.ReferralAlreadyAcknowledged):
        domain.acknowledge(taken, referral_id=OTHER, at=LATER)
    with pytest.raises(refusals.ReferralStillAwaited):
        domain.settle(taken, referral_id=OTHER, outcome="no_answer", at=LATER)
    accepted, told = domain.settle(taken, referral_id=OTHER, outcome="accepted", at=LATER)
    assert (accepted.referrals[0].is_held, accepted.referrals[0].settled_at, told) == (True, LATER, [])
    declined, told = domain.settle(taken, referral_id=OTHER, outcome="declined", at=LATER)
    assert (declined.referrals[0].is_held, declined.referrals[0].told, told[0].revision) == (False, 3, 3)
    for step in (
        lambda: domain.settle(declined, referral_id=OTHER, outcome="accepted", at=LATER),
        lambda: domain.acknowledge(replace(asked, referrals=declined.referrals), referral_id=OTHER, at=LATER),
    ):
        with pytest.raises((refusals.ReferralAlreadySettled, refusals.ReferralAlreadyAcknowledged)):
            step()


@pytest.mark.rule("c.1/6")
def test_an_acute_hand_over_is_overdue_at_its_minute_and_told_once() -> None:
    acute = handed_over(urgency="acute")
    due = AT + timedelta(minutes=15)
    assert domain.escalate(acute, referral_id=OTHER, at=due - timedelta(seconds=1)) == (acute, [])
    late, events = domain.escalate(acute, referral_id=OTHER, at=due)
    assert [(each.revision, each.model_dump()["minutes"]) for each in events] == [(2, 15)]
    assert (late.referrals[0].escalated_at, late.told, late.changed_at) == (due, 2, due)
    assert domain.escalate(late, referral_id=OTHER, at=due) == (late, [])
    calm, events = domain.escalate(handed_over(), referral_id=OTHER, at=AT + timedelta(days=30))
    assert (calm.referrals[0].escalated_at is not None, calm.told, events) == (True, 1, [])
    given_up, _ = domain.settle(calm, referral_id=OTHER, outcome="no_answer", at=LATER)
    assert given_up.referrals[0].fell_through


@pytest.mark.rule("c.1/3", "c.1/4", "c.1/6", "c.1/10")
def test_nothing_is_closed_before_everything_is_done() -> None:
    end: dict[str, Any] = {"outcome": "advised", "journal_reference": None, "at": LATER}
    whole: dict[str, Any] = {
        "state": "answered", "urgency": "acute", "concerns_minor": "yes", "topics": ("forced_marriage",),
        "duty_to_notify": "yes", "risk_assessment_reminded": True, "siblings_considered": "yes",
    }  # fmt: skip
    taken = domain.acknowledge(handed_over(urgency="acute"), referral_id=OTHER, at=AT)[0].referrals
    lacking: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"referrals": ()}, refusals.HandoverNotAcknowledged),
        ({"duty_to_notify": None}, refusals.DutyToNotifyUnaddressed),
        ({"risk_assessment_reminded": False}, refusals.RiskAssessmentNotReminded),
        ({"siblings_considered": None}, refusals.SiblingsNotConsidered),
        ({"state": "in_progress"}, refusals.EnquiryNotAnswered),
    ]
    for lack, refusal in lacking:
        with pytest.raises(refusal):
            closing.close(enquiry(**{"referrals": taken, **whole, **lack}), **end)
    closed, event = closing.close(enquiry(**whole, referrals=taken), **end)
    assert (closed.state, closed.outcome, closed.closed_on, closed.told) == ("closed", "advised", AT.date(), 2)
    assert (event.revision, event.model_dump()["handling_working_days"]) == (2, 0)
    opened, told = closing.reopen(closed, at=LATER)
    assert (opened.state, opened.outcome, opened.closed_on, told.revision) == ("reopened", None, None, 3)
    calm: dict[str, Any] = {"state": "answered", "is_case_specific": False, "concerns_minor": "unknown"}
    assert closing.close(enquiry(**calm), **end)[0].closed_on == AT.date()
    with pytest.raises(refusals.NothingHandedOver):
        closing.close(enquiry(**calm), **end | {"outcome": "handed_over"})
    kept = closing.close(enquiry(**calm, journal_reference="før", referrals=taken), **end | {"outcome": "handed_over"})
    assert kept[0].journal_reference == "før"
    assert closing.close(enquiry(**calm), **end | {"journal_reference": "ny"})[0].journal_reference == "ny"
    with pytest.raises(refusals.EnquiryNotAnswered):
        closing.close(enquiry(**calm), **end | {"outcome": "redirected"})
    redirected = enquiry(**calm | {"state": "redirected"})
    assert closing.close(redirected, **end | {"outcome": "redirected"})[0].outcome == "redirected"


@pytest.mark.rule("c.1/3", "c.1/4", "c.1/6", "c.1/10")
def test_the_checklist_has_what_belongs_to_the_enquiry_and_says_what_is_done() -> None:
    def found(**said: Any) -> list[tuple[str, bool | None]]:
        return [(each.code, each.done) for each in checklist.steps(enquiry(**said))]

    calm: dict[str, Any] = {"consent_basis": "citizen", "siblings_considered": "yes"}
    usual = [("siblings", True), ("consultants_are_voluntary", None)]
    assert found(**calm) == usual
    assert checklist.acute_steps(enquiry(), intake_known=False) == ()
    known, unknown = (checklist.acute_steps(enquiry(urgency="acute"), intake_known=each) for each in (True, False))
    codes = ["police_112", "police_114", "municipality_intake", "security_consultant"]
    assert [each.code for each in known] == [each.code for each in unknown] == codes
    assert [old for old, new in zip(known, unknown, strict=True) if old != new] == [known[2]]
    assert unknown[2].text_da == f"{known[2].text_da} {checklist.NO_INTAKE_DA}"
    assert unknown[2].text_en == f"{known[2].text_en} {checklist.NO_INTAKE_EN}"
    assert found(**calm, urgency="acute") == [("handover_acknowledged", False), *usual]
    taken = domain.acknowledge(handed_over(urgency="acute"), referral_id=OTHER, at=AT)[0].referrals
    assert found(**calm, urgency="acute", referrals=taken)[0] == ("handover_acknowledged", True)
    duty = [("duty_to_notify", False), ("own_duty_to_notify", None)]
    assert found(**calm, concerns_minor="yes") == [*duty, *usual]
    assert found(**calm, concerns_minor="unknown", duty_to_notify="yes")[0] == ("duty_to_notify", True)
    assert found(**calm, topics=("threats",)) == [("risk_assessment_first", False), *usual]
    unseen = [("family_is_not_told", None), ("no_message", None)]
    minor = found(**calm, topics=("threats",), concerns_minor="yes", risk_assessment_reminded=True)
    assert minor == [("risk_assessment_first", True), *duty, usual[0], *unseen, usual[1]]
    assert found(is_case_specific=False)[0:2] == [("anonymised", None), ("siblings", None)]
    assert ("siblings", False) in found()
    assert ("passport_is_for_the_police", None) in found(topics=("re_education_trip",))


def test_a_contact_is_of_a_quarter_and_told_when_it_has_ended() -> None:
    found = contact.contact("9901", on=date(2026, 11, 27))
    assert found == contact.contact("9901", on=date(2026, 10, 1))
    assert found.id != contact.contact("9901", on=date(2026, 9, 30)).id
    assert (found.quarter, found.due_at, found.told) == ("2026-Q4", datetime(2026, 12, 31, 23, tzinfo=UTC), False)
    event = contact.contacted(found)
    assert (event.subject, event.revision, event.at) == (found.id, 1, found.due_at)


@pytest.mark.rule("c.6/quoted→advisory")
def test_a_review_is_completed_once() -> None:
    asked = review.Review(ID, OTHER, "actual", "publication_revised", THREAD, date(2026, 11, 27))
    done = review.complete(asked, on=date(2026, 11, 28))
    assert (asked.revision, done.revision, done.completed_on) == (1, 2, date(2026, 11, 28))
    with pytest.raises(review.ReviewAlreadyCompleted):
        review.complete(done, on=date(2026, 11, 29))


class Outreach(RuleBasedStateMachine):
    """One municipality that is turned to, whatever is tried."""

    @initialize()
    def opened(self) -> None:
        self.at = AT
        self.task, event = outreach.open_task(
            outreach.OutreachTask(uuid5(ID, "task"), "9901", "synthetic", "gap_detected", ("agreement",), AT, AT)
        )
        self.events: list[Event] = [event]
        self.changes = 1

    @rule(lacking=st.sets(st.sampled_from(["agreement", "preparedness_plan"]), min_size=1))
    def something_else_lacks(self, lacking: set[str]) -> None:
        if self.task.is_open:
            self.task = outreach.lacks(self.task, tuple(sorted(lacking)), at=self.at)
            self.changes += 1
            assert set(self.task.lacking) == lacking

    @rule(outcome=st.sampled_from(["contacted", "declined", "reason_gone"]))
    def completed(self, outcome: Any) -> None:
        if not self.task.is_open:
            with pytest.raises(outreach.OutreachTaskAlreadyCompleted):
                outreach.complete(self.task, outcome, at=self.at)
            return
        self.task, event = outreach.complete(self.task, outcome, at=self.at)
        self.events.append(event)
        self.changes += 1
        assert self.task.outcome == outcome

    @rule(minutes=st.integers(-60, 600))
    def the_clock_moves(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @invariant()
    def every_change_is_counted_and_every_event_told_in_order(self) -> None:
        assert self.task.revision == self.changes
        assert [each.revision for each in self.events] == list(range(1, self.task.told + 1))
        assert [each.at for each in self.events] == sorted(each.at for each in self.events)
        assert self.task.is_open == (len(self.events) == 1)


Outreach.TestCase.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
TestOutreach = pytest.mark.rule("c.1/outreach")(Outreach.TestCase)
