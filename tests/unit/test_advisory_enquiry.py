"""Enquiries under any run of commands: none is closed before everything is done, no hand-over is forgotten."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from advisory.domain import advising, checklist, closing, consent, reassessing
from advisory.domain import enquiry as domain
from advisory.domain.duty_rules import Rules
from advisory.domain.need import Need
from contracts.advisory import EnquiryAcuteHandoverOverdue, EnquiryClosed, EnquiryReopened, NeedIdentified
from contracts.event import Event
from contracts.problems import Conflict, Missing
from support.enquiries import AT, ID, enquiry

RULES = Rules()
URGENCIES = st.sampled_from(["acute", "soon", "normal"])
DUTIES = st.sampled_from([None, "yes", "not_applicable"])
MINORS = st.sampled_from(["yes", "no", "unknown"])
BASES = st.sampled_from(["none", "citizen", "custody_holder"])
MODES = st.sampled_from(["anonymised", "case_specific"])
STEPS = {
    "received": {"received", "triaged"},
    "triaged": {"triaged", "in_progress", "awaiting_consent", "anonymised", "acute_handover", "redirected", "answered"},
    "in_progress": {
        "in_progress", "awaiting_consent", "anonymised", "acute_handover", "redirected", "answered",
    },
    "awaiting_consent": {"awaiting_consent", "in_progress", "anonymised"},
    "anonymised": {
        "anonymised", "in_progress", "awaiting_consent", "acute_handover", "redirected", "answered",
    },
    "acute_handover": {"acute_handover", "redirected", "answered"},
    "redirected": {"redirected", "closed"},
    "answered": {"answered", "closed"},
    "closed": {"closed", "reopened"},
    "reopened": {
        "reopened", "in_progress", "awaiting_consent", "anonymised", "acute_handover", "redirected", "answered",
    },
}  # fmt: skip


class Desk(RuleBasedStateMachine):
    """One enquiry, whatever is tried with it; refused commands change nothing."""

    @initialize(
        urgency=URGENCIES, minor=MINORS, topic=st.sampled_from(["forced_marriage", "legislation"]), one=st.booleans()
    )
    def registered(self, urgency: Any, minor: Any, topic: Any, one: Any) -> None:
        self.at = AT
        self.enquiry, registered = domain.register(
            enquiry(topics=(topic,), urgency=urgency, concerns_minor=minor, is_case_specific=one)
        )
        self.events: list[Event] = [registered]

    def tell(self, command: Any, **said: Any) -> None:
        before = self.enquiry
        try:
            done = command(self.enquiry, at=self.at, **said)
        except (Conflict, Missing):
            return
        self.enquiry, told = done if isinstance(done, tuple) else (done, [])
        self.events += told if isinstance(told, list) else [told]
        assert self.enquiry.state in STEPS[before.state]
        assert self.enquiry.revision == before.revision + (self.enquiry != before)
        assert set(before.advice) <= set(self.enquiry.advice)

    @rule(urgency=URGENCIES, minor=MINORS, basis=BASES)
    def triage(self, urgency: Any, minor: Any, basis: Any) -> None:
        self.tell(domain.triage, urgency=urgency, team="duty_desk", concerns_minor=minor, consent_basis=basis)

    @rule()
    def take_up(self) -> None:
        self.tell(domain.take_up)

    @rule(urgency=URGENCIES, minor=MINORS, topics=st.sampled_from([(), ("threats",), ("exit_support", "legislation")]))
    def reassess(self, urgency: Any, minor: Any, topics: Any) -> None:
        before = self.enquiry
        said = {"team": "rejseholdet", "urgency": urgency, "concerns_minor": minor, "topics": topics}
        self.tell(reassessing.reassess, **said, rules=RULES)
        self.deadlines_are_acted_on()  # what is more urgent may have been due before
        assert set(before.topics) <= set(self.enquiry.topics)
        assert before.concerns_minor != "yes" or self.enquiry.concerns_minor == "yes"
        assert reassessing.RISING.index(before.urgency) <= reassessing.RISING.index(self.enquiry.urgency)

    @rule(of=st.sampled_from(["citizen", "custody_holder", "guardian"]), ruled_out=st.booleans())
    def ask_for_consent(self, of: Any, ruled_out: Any) -> None:
        before = self.enquiry
        self.tell(consent.ask_for_consent, of=of, danger_ruled_out="by_municipality" if ruled_out else None)
        assert of == "citizen" or ruled_out or self.enquiry is before

    @rule()
    def record_consent(self) -> None:
        self.tell(consent.record_consent)

    @rule()
    def anonymise(self) -> None:
        self.tell(consent.anonymise, thread_id=uuid5(ID, f"thread {self.enquiry.revision}"))
        assert self.enquiry.note is None
        assert self.enquiry.journal_reference is None

    @rule(to=st.sampled_from(["municipality_intake", "security_consultant"]))
    def hand_over(self, to: Any) -> None:
        self.tell(domain.hand_over, referral_id=uuid5(ID, str(self.enquiry.revision)), target=to, rules=RULES)

    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        if self.enquiry.referrals:
            chosen = data.draw(st.sampled_from(self.enquiry.referrals))
            self.tell(domain.escalate, referral_id=chosen.id)
            self.tell(domain.acknowledge, referral_id=chosen.id)

    @rule(data=st.data(), outcome=st.sampled_from(["accepted", "declined", "redirected", "no_answer"]))
    def settle(self, data: st.DataObject, outcome: Any) -> None:
        if self.enquiry.referrals:
            chosen = data.draw(st.sampled_from(self.enquiry.referrals))
            self.tell(domain.settle, referral_id=chosen.id, outcome=outcome)

    @rule(mode=MODES, duty=DUTIES, said=st.booleans(), siblings=DUTIES)
    def answer(self, mode: Any, duty: Any, said: Any, siblings: Any) -> None:
        allowed = self.enquiry.may_be_case_specific
        self.tell(
            advising.answer,
            mode=mode,
            advice=("material",),
            publication_ids=(),
            note="note",
            duty_to_notify=duty,
            risk_assessment_reminded=said,
            siblings_considered=siblings,
        )
        assert allowed or self.enquiry.mode == "anonymised"

    @rule(duty=DUTIES, said=st.booleans(), siblings=DUTIES)
    def check_off(self, duty: Any, said: Any, siblings: Any) -> None:
        self.tell(advising.check_off, duty_to_notify=duty, risk_assessment_reminded=said, siblings_considered=siblings)

    @rule(need=st.sampled_from(["training", "material"]), topic=st.sampled_from(["threats", "legislation"]))
    def identify_need(self, need: Any, topic: Any) -> None:
        self.tell(advising.identify_need, need=Need(uuid5(ID, f"need {self.enquiry.revision}"), need, topic))

    @rule()
    def redirect(self) -> None:
        self.tell(advising.redirect, to="red_counselling")

    @rule(outcome=st.sampled_from(["advised", "handed_over", "redirected"]))
    def close(self, outcome: Any) -> None:
        self.tell(closing.close, outcome=outcome, journal_reference="2026-1")

    @rule()
    def reopen(self) -> None:
        self.tell(closing.reopen)

    @rule(minutes=st.integers(1, 40) | st.just(3000))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        self.deadlines_are_acted_on()

    def deadlines_are_acted_on(self) -> None:
        for each in self.enquiry.referrals:
            self.tell(domain.escalate, referral_id=each.id)

    @invariant()
    def a_closed_one_has_everything_done(self) -> None:
        closed = self.enquiry
        if closed.state == "closed":
            assert closed.concerns_minor != "yes" or closed.duty_to_notify is not None
            assert not closed.needs_risk_assessment_first or closed.risk_assessment_reminded
            assert not closed.is_case_specific or closed.siblings_considered is not None
        assert (closed.state == "closed") == (closed.closed_on is not None) == (closed.outcome is not None)

    @invariant()
    def what_is_anonymous_has_nothing_recognisable(self) -> None:
        found = self.enquiry
        if found.anonymised_on is not None:
            assert (found.mode, found.profession, found.age_band, found.stay_phase) == ("anonymised", None, None, None)
            assert not found.may_be_case_specific
        assert found.mode == "anonymised" or found.may_be_case_specific

    @invariant()
    def each_need_is_told_once_and_of_a_single_matter_without_a_place(self) -> None:
        told = [each for each in self.events if isinstance(each, NeedIdentified)]
        assert [each.subject for each in told] == [each.id for each in self.enquiry.needs]
        assert len({(each.need, each.topic) for each in told}) == len(told)
        assert all((each.municipality_code is None) == self.enquiry.is_case_specific for each in told)

    @invariant()
    def nobody_is_waited_for_who_was_not_asked(self) -> None:
        assert (self.enquiry.state == "awaiting_consent") == (self.enquiry.consent_asked_of is not None)

    @invariant()
    def each_hand_over_is_taken_waited_for_or_overdue_and_an_acute_one_alarms_once(self) -> None:
        late = [each for each in self.enquiry.referrals if each.escalated_at and each.minutes]
        assert len(late) == sum(isinstance(each, EnquiryAcuteHandoverOverdue) for each in self.events)
        for each in self.enquiry.referrals:
            assert each.acknowledge_by is not None
            if not each.acknowledged_at and not each.escalated_at:
                assert each.due_at is not None
                assert each.due_at > self.at
            assert (each.outcome is None) == (each.settled_at is None)
            waited_for = not each.acknowledged_at and not each.outcome
            assert not (waited_for and self.enquiry.urgency == "acute" and each.minutes is None)

    @invariant()
    def it_is_closed_once_more_than_it_is_reopened_while_it_is_closed(self) -> None:
        closed, reopened = (
            sum(isinstance(each, kind) for each in self.events) for kind in (EnquiryClosed, EnquiryReopened)
        )
        assert closed - reopened == (self.enquiry.state == "closed")

    @invariant()
    def each_subjects_events_count_up_by_one(self) -> None:
        revisions: dict[UUID, list[int]] = {}
        for each in self.events:
            revisions.setdefault(each.subject, []).append(each.revision)
        assert all(found == list(range(1, len(found) + 1)) for found in revisions.values())

    @invariant()
    def nothing_told_has_a_day(self) -> None:
        assert {each.at.day for each in self.events} == {1}

    @invariant()
    def the_checklist_says_what_is_missing(self) -> None:
        steps = {each.code: each.done for each in checklist.steps(self.enquiry)}
        if self.enquiry.state == "closed":
            assert steps.get("risk_assessment_first") is not False
            assert steps["siblings"] is not False


Desk.TestCase.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
TestDesk = pytest.mark.rule("c.1/state:enquiry", "c.1/state:referral", "c.1/6", "c.1/1", "c.1/anonymised", "c.1/need")(
    Desk.TestCase
)
