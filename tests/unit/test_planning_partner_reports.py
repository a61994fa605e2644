"""What authorities report: no run of commands lets anything count that nobody else has approved."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.problems import Conflict, Forbidden, Invalid
from planning.domain import partner_report as domain
from planning.domain.partner_report import PartnerReport, Said, SaidDecision, SaidReading, SaidStatus

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ONE, OTHER = UUID(int=1), UUID(int=2)
SENDER, ELSEWHERE = "ministry:synthetic", "agency:synthetic"
PAGE = "https://example.org/kilde"
NOBODY = frozenset[str]()


def value(number: int, about: UUID = ONE) -> SaidReading:
    return SaidReading(about, "2026", Decimal(number), PAGE)


def report(said: Said | None = None, sender: str = SENDER, version: int | None = 1) -> PartnerReport:
    return PartnerReport(UUID(int=9), sender, "synthetic", said or value(1), version)


@pytest.mark.rule("c.5/state:partner_report", "c.5/partner-report")
class Reported(RuleBasedStateMachine):
    """One report, several people who send and approve, and an indicator whose definition changes."""

    def __init__(self) -> None:
        super().__init__()
        self.definition, self.last = 1, 1
        self.senders = {"a"}
        self.counted: list[int] = []
        self.one = domain.submit(report(), by="a", at=AT)

    def then(self, change: Any, *arguments: Any, **said: Any) -> bool:
        before = self.one
        try:
            self.one = change(before, *arguments, **said, at=AT)
        except (Conflict, Invalid, Forbidden):
            return False
        assert before.state not in ("approved", "withdrawn")
        assert self.one.revision == before.revision + 1
        assert self.one.deeds[:-1] == before.deeds
        return True

    @rule(number=st.integers(0, 9), by=st.sampled_from("ab"), about=st.sampled_from([ONE, ONE, OTHER]))
    def resubmit(self, number: int, by: str, about: UUID) -> None:
        returned = self.one.state == "returned"
        if self.then(domain.resubmit, report(value(number, about), version=self.definition), by=by):
            assert returned
            assert about == ONE
            self.senders.add(by)
            self.last = number

    @rule()
    def define(self) -> None:
        self.definition += 1

    @rule()
    def send_back(self) -> None:
        self.then(domain.send_back, "Syntetisk")

    @rule()
    def withdraw(self) -> None:
        self.then(domain.withdraw)

    @rule(by=st.sampled_from("abcd"), acts_for=st.sampled_from([NOBODY, frozenset({ELSEWHERE}), frozenset({SENDER})]))
    def approve(self, by: str, acts_for: frozenset[str]) -> None:
        before = self.one
        if self.then(domain.approve, by=by, acts_for=acts_for, definition_version=self.definition):
            assert before.state == "submitted"
            assert by not in self.senders
            assert SENDER not in acts_for
            assert before.definition_version == self.definition
            said = self.one.said
            assert isinstance(said, SaidReading)
            self.counted.append(int(said.value))

    @invariant()
    def every_step_counts_as_a_revision(self) -> None:
        assert self.one.revision == len(self.one.deeds)

    @invariant()
    def it_counts_once_as_it_was_sent_last(self) -> None:
        assert self.counted == ([self.last] if self.one.state == "approved" else [])
        assert self.one.said == value(self.last)

    @invariant()
    def who_sent_it_is_known_until_it_is_settled(self) -> None:
        settled = self.one.state in ("approved", "withdrawn")
        assert self.one.sent_by == (frozenset() if settled else self.senders)

    @invariant()
    def every_step_is_kept_with_what_was_said(self) -> None:
        steps = [each.step for each in self.one.deeds]
        assert steps[0] == "submitted"
        assert [each.said is not None for each in self.one.deeds] == [each.endswith("submitted") for each in steps]
        assert [each.text_da is not None for each in self.one.deeds] == [each == "returned" for each in steps]


Reported.TestCase.settings = settings(max_examples=100, stateful_step_count=12, deadline=None)
TestReported = Reported.TestCase


@pytest.mark.rule("c.5/partner-report")
def test_a_report_is_sent_again_by_the_same_authority_about_the_same_thing() -> None:
    back = domain.send_back(domain.submit(report(), by="a", at=AT), "Syntetisk", at=AT)
    for new in (
        report(sender=ELSEWHERE),
        report(value(1, OTHER)),
        report(SaidStatus(ONE, "at_risk", "Syntetisk")),
    ):
        with pytest.raises(domain.AboutSomethingElse):
            domain.resubmit(back, new, by="a", at=AT)
    again = domain.resubmit(back, report(value(7), version=3), by="b", at=AT)
    assert (again.state, again.said, again.definition_version) == ("submitted", value(7), 3)
    assert again.sent_by == {"a", "b"}


@pytest.mark.rule("c.5/partner-report")
def test_what_has_no_definition_is_approved_without_one() -> None:
    sent = domain.submit(report(SaidDecision(ONE, AT.date(), PAGE), version=None), by="a", at=AT)
    assert domain.approve(sent, by="b", acts_for=NOBODY, definition_version=None, at=AT).state == "approved"
    with pytest.raises(domain.DefinitionSinceChanged):
        domain.approve(domain.submit(report(), by="a", at=AT), by="b", acts_for=NOBODY, definition_version=2, at=AT)


@pytest.mark.rule("c.5/partner-report")
def test_an_authority_reports_for_itself_with_a_seat_or_on_what_it_is_responsible_for() -> None:
    domain.check_yours(SENDER, {SENDER, ELSEWHERE})
    with pytest.raises(domain.SenderNotYours):
        domain.check_yours(SENDER, {ELSEWHERE})
    domain.check_member(seated=True)
    with pytest.raises(domain.NotAMember):
        domain.check_member(seated=False)
    domain.check_responsible(SENDER, SENDER)
    with pytest.raises(domain.NotResponsible):
        domain.check_responsible(SENDER, ELSEWHERE)
