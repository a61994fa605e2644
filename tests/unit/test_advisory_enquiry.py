"""Enquiries under any run of commands: none is closed before everything is done, no hand-over is forgotten."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from advisory.domain import checklist
from advisory.domain import enquiry as domain
from advisory.domain.need import Need
from contracts.advisory import EnquiryAcuteHandoverOverdue, NeedIdentified
from contracts.event import Event
from contracts.problems import Conflict, Missing

ID = UUID("4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c21")
AT = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
URGENCIES = st.sampled_from(["acute", "soon", "normal"])
DUTIES = st.sampled_from([None, "yes"])
MINORS = st.sampled_from(["yes", "no", "unknown"])


class Desk(RuleBasedStateMachine):
    """One enquiry, whatever is tried with it; refused commands change nothing."""

    @initialize(urgency=URGENCIES, minor=MINORS, topic=st.sampled_from(["forced_marriage", "legislation"]))
    def registered(self, urgency: Any, minor: Any, topic: Any) -> None:
        self.at = AT
        self.enquiry, registered = domain.register(
            domain.Enquiry(
                id=ID,
                municipality_code="9901",
                provenance="synthetic",
                received_on=AT.date(),
                changed_at=AT,
                channel="phone",
                requester="municipality_school",
                profession=None,
                topics=(topic,),
                is_case_specific=True,
                consent_basis="none",
                concerns_minor=minor,
                age_band=None,
                stay_phase=None,
                urgency=urgency,
                note=None,
            )
        )
        self.events: list[Event] = [registered]

    def tell(self, command: Any, **said: Any) -> None:
        try:
            done = command(self.enquiry, at=self.at, **said)
        except (Conflict, Missing):
            return
        self.enquiry, told = done if isinstance(done, tuple) else (done, [])
        self.events += told if isinstance(told, list) else [told]

    @rule(urgency=URGENCIES, minor=MINORS)
    def triage(self, urgency: Any, minor: Any) -> None:
        self.tell(domain.triage, urgency=urgency, team="duty_desk", concerns_minor=minor, consent_basis="none")

    @rule()
    def hand_over(self) -> None:
        self.tell(domain.hand_over, referral_id=uuid5(ID, str(self.enquiry.version)), target="municipality_intake")

    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        if self.enquiry.referrals:
            chosen = data.draw(st.sampled_from(self.enquiry.referrals))
            self.tell(domain.escalate, referral_id=chosen.id)
            self.tell(domain.acknowledge, referral_id=chosen.id)

    @rule(
        mode=st.sampled_from(["anonymised", "case_specific"]), duty=st.sampled_from([None, "yes"]), said=st.booleans()
    )
    def answer(self, mode: Any, duty: Any, said: Any) -> None:
        self.tell(
            domain.answer,
            mode=mode,
            advice=("material",),
            publication_ids=(),
            note=None,
            duty_to_notify=duty,
            risk_assessment_reminded=said,
        )

    @rule(need=st.sampled_from(["training", "material"]), topic=st.sampled_from(["threats", "legislation"]))
    def identify_need(self, need: Any, topic: Any) -> None:
        self.tell(domain.identify_need, need=Need(uuid5(ID, f"need {self.enquiry.version}"), need, topic))

    @rule(outcome=st.sampled_from(["advised", "handed_over", "redirected"]))
    def close(self, outcome: Any) -> None:
        self.tell(domain.close, outcome=outcome, journal_reference=None)

    @rule(minutes=st.integers(1, 40))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        for each in self.enquiry.referrals:
            self.tell(domain.escalate, referral_id=each.id)

    @invariant()
    def a_closed_one_has_everything_done(self) -> None:
        closed = self.enquiry
        if closed.state == "closed":
            assert closed.urgency != "acute" or any(each.acknowledged_at for each in closed.referrals)
            assert closed.concerns_minor != "yes" or closed.duty_to_notify is not None
            assert not closed.needs_risk_assessment_first or closed.risk_assessment_reminded
            assert all(each.done is not False for each in checklist.steps(closed) if each.code != "duty_to_notify")

    @invariant()
    def without_consent_nothing_is_case_specific(self) -> None:
        assert self.enquiry.mode == "anonymised"

    @invariant()
    def each_acute_hand_over_is_taken_waited_for_or_alarmed_of_once(self) -> None:
        late = [each for each in self.enquiry.referrals if each.escalated_at]
        assert len(late) == sum(isinstance(each, EnquiryAcuteHandoverOverdue) for each in self.events)
        for each in self.enquiry.referrals:
            if each.minutes is not None and not each.acknowledged_at and not each.escalated_at:
                assert each.due_at is not None
                assert each.due_at > self.at

    @invariant()
    def each_need_is_told_once_and_of_a_single_matter_without_a_place(self) -> None:
        told = [each for each in self.events if isinstance(each, NeedIdentified)]
        assert [each.subject for each in told] == [each.id for each in self.enquiry.needs]
        assert len({(each.need, each.topic) for each in told}) == len(told)
        assert all(each.municipality_code is None for each in told)

    @invariant()
    def each_subjects_events_count_up_by_one(self) -> None:
        revisions: dict[UUID, list[int]] = {}
        for each in self.events:
            revisions.setdefault(each.subject, []).append(each.revision)
        assert all(found == list(range(1, len(found) + 1)) for found in revisions.values())

    @invariant()
    def nothing_told_has_a_day(self) -> None:
        assert {each.at for each in self.events} <= {
            datetime(2026, 11, 1, tzinfo=UTC),
            datetime(2026, 12, 1, tzinfo=UTC),
        }


Desk.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestDesk = pytest.mark.rule("c.1/state:enquiry", "c.1/6", "c.1/1", "c.1/need")(Desk.TestCase)
