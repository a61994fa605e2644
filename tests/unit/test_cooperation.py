"""The rules of cooperation: what time does to agreements and contact points, gaps, and the order of a severe case."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.problems import Refusal
from cooperation.domain import agreement as agreements
from cooperation.domain import contact_point as contact_points
from cooperation.domain import coordination as coordinations
from cooperation.domain import gap as gaps
from cooperation.domain.calendar import a_year_after, day_of, midnight
from cooperation.domain.organisation import district_of, provenance_of_organisation

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ID = UUID(int=1)
DAYS = st.integers(0, 900).map(lambda days: NOW + timedelta(days=days))
NEEDS = st.frozensets(st.sampled_from(gaps.NEEDED))


def agreement(signed_on: date | None = None) -> agreements.Agreement:
    drafted = agreements.draft(
        id=ID,
        police_district="synthetic",
        municipality_codes=("9902", "9901", "9902"),
        title_da="Syntetisk aftale",
        sections=("roles", "roles"),
        at=NOW,
    )
    if signed_on is None:
        return drafted
    return agreements.sign(drafted, signed_on=signed_on, published_url=None, at=NOW)[0]


def point() -> contact_points.ContactPoint:
    return contact_points.ContactPoint(
        ID, "municipality:9901", "ssp", "synthetic", "Hverdage 8-15", None, None, changed_at=NOW
    )


def test_a_draft_names_each_municipality_and_section_once() -> None:
    assert (agreement().municipality_codes, agreement().sections, agreement().revision) == (
        ("9901", "9902"),
        ("roles",),
        0,
    )


@pytest.mark.rule("c.3/8")
def test_a_review_is_due_on_the_same_day_a_year_later() -> None:
    assert a_year_after(date(2026, 11, 23)) == date(2027, 11, 23)
    assert a_year_after(date(2028, 2, 29)) == date(2029, 2, 28)
    assert midnight(date(2026, 7, 1)) == datetime(2026, 6, 30, 22, tzinfo=UTC)


@pytest.mark.rule("c.3/state:agreement")
@given(st.dates(date(2023, 1, 1), date(2026, 11, 23)), DAYS)
def test_an_agreement_holds_for_a_year_and_ninety_days_and_not_a_day_longer(signed_on: date, at: datetime) -> None:
    aged, events = agreements.grow_older(agreement(signed_on), at=at)
    due = a_year_after(signed_on)
    if day_of(at) < due:
        assert (aged.state, len(events)) == ("active", 0)
    elif day_of(at) <= due + timedelta(days=agreements.GRACE_DAYS):
        assert (aged.state, len(events)) == ("review_due", 1)
    else:
        assert (aged.state, len(events)) == ("expired", 2)
    assert [each.revision for each in events] == list(range(2, 2 + len(events)))
    assert agreements.grow_older(aged, at=at) == (aged, [])


@pytest.mark.rule("c.3/10")
@given(DAYS)
def test_a_contact_point_lapses_once_when_ninety_days_are_over(at: datetime) -> None:
    verified, _ = contact_points.verify(point(), at=NOW)
    aged, events = contact_points.grow_older(verified, at=at)
    assert (aged.state == "lapsed") == (len(events) == 1) == (day_of(at) > date(2027, 2, 21))
    assert contact_points.grow_older(aged, at=at) == (aged, [])


@pytest.mark.rule("c.3/9")
@given(st.lists(st.tuples(NEEDS, DAYS), min_size=1))
def test_what_is_told_of_a_gap_is_what_is_lacking_and_never_the_same_twice(story: list[Any]) -> None:
    gap, told, last = None, list[tuple[str, ...]](), None
    for has, at in story:
        gap, events = gaps.judge(gap, "9901", has, at=at)
        assert set(gap.lacking) == set(gaps.NEEDED) - has
        for each in events:
            told.append(tuple(getattr(each, "lacking", ())))
            assert each.revision == len(told) == gap.revision
            assert last is None or each.at >= last
            last = each.at
    assert all(one != other for one, other in zip([(), *told], told, strict=False))
    assert gap is not None
    assert (told[-1] if told else ()) == gap.lacking


@pytest.mark.rule("c.3/district-totals")
def test_a_district_too_small_to_be_named_is_never_counted() -> None:
    bornholm, _ = gaps.judge(None, "0400", frozenset(), at=NOW)
    assert gaps.count(None, "bornholm", [bornholm], at=NOW) is None


@pytest.mark.rule("c.3/district-totals")
def test_a_district_is_told_again_only_when_a_count_has_changed() -> None:
    rows = [gaps.judge(None, code, frozenset(), at=NOW)[0] for code in ("9901", "9902", "9903", "9904")]
    assert gaps.count(None, "synthetic", rows[:3], at=NOW) is None
    counted = gaps.count(None, "synthetic", rows, at=NOW)
    assert counted is not None
    assert gaps.count(counted[0], "synthetic", rows, at=NOW + timedelta(days=1)) is None
    changed = [*rows[:3], replace(rows[3], lacking=())]
    again = gaps.count(counted[0], "synthetic", changed, at=NOW)
    assert again is not None
    assert (again[0].revision, again[0].without_agreement_count) == (2, 3)


def test_organisations_are_synthetic_or_real_and_lie_in_one_district() -> None:
    on = date(2026, 11, 23)
    assert [provenance_of_organisation(each) for each in ("municipality:9901", "police:synthetic")] == ["synthetic"] * 2
    assert [provenance_of_organisation(each) for each in ("municipality:0851", "police:fyn")] == ["actual"] * 2
    assert (district_of("municipality:0851", on), district_of("police:fyn", on)) == ("nordjylland", "fyn")


class SevereCase(RuleBasedStateMachine):
    """Whatever is asked in whatever order, the law's order holds, and who takes part unseen stays unseen."""

    case: coordinations.Coordination

    @initialize()
    def begin(self) -> None:
        self.case, _ = coordinations.opened(
            id=ID,
            by="municipality:9901",
            age_group="minor",
            topics=("threats",),
            acute=True,
            stay_phase=None,
            at=NOW,
        )

    def attempt(self, change: Any, *said: Any, **also: Any) -> None:
        before = self.case
        try:
            after = change(self.case, *said, **also)
        except Refusal:
            assert self.case == before
        else:
            self.case = after[0] if isinstance(after, tuple) else after

    @rule(step=st.sampled_from(get_args(coordinations.TakenStep)))
    def step(self, step: coordinations.TakenStep) -> None:
        self.attempt(coordinations.take_step, step, by="municipality:9901", at=NOW)

    @rule(level=st.sampled_from(get_args(coordinations.RiskLevel)), days=st.none() | st.integers(-1, 100))
    def judge(self, level: coordinations.RiskLevel, days: int | None) -> None:
        until = None if days is None else day_of(NOW) + timedelta(days=days)
        self.attempt(
            coordinations.judge_risk, level=level, tool="other", valid_until=until, by="municipality:9901", at=NOW
        )

    @rule(basis=st.sampled_from(["consent", "none_no_disclosure"]))
    def basis(self, basis: coordinations.Basis) -> None:
        self.attempt(
            coordinations.record_basis,
            basis=basis,
            purpose="care",
            to_organisation="police:synthetic",
            by="municipality:9901",
            at=NOW,
        )

    @rule(to=st.sampled_from(get_args(coordinations.State)))
    def advance(self, to: coordinations.State) -> None:
        self.attempt(coordinations.advance, to)

    @rule(code=st.sampled_from(["9902", "9903"]), receiving=st.booleans())
    def invite(self, code: str, *, receiving: bool) -> None:
        seen = self.case.seen_by({"municipality:9901"}), self.case.revision
        self.attempt(coordinations.invite, f"municipality:{code}", receiving=receiving)
        assert not receiving or seen == (self.case.seen_by({"municipality:9901"}), self.case.revision)

    @rule(code=st.sampled_from(["9902", "9903"]))
    def join(self, code: str) -> None:
        self.attempt(coordinations.join, {f"municipality:{code}"})

    @rule()
    def close(self) -> None:
        self.attempt(coordinations.close, reason="handed_over", at=NOW)

    @invariant()
    def the_order_of_the_law_holds(self) -> None:
        if not hasattr(self, "case"):
            return
        steps = [each.step for each in self.case.steps]
        assert len(set(steps) - {"risk_reassessed"}) == len([each for each in steps if each != "risk_reassessed"])
        if "parents_or_network_involved" in steps:
            assert steps.index("risk_assessment_done") < steps.index("parents_or_network_involved")
        if self.case.state in ("coordinated", "protected", "monitoring"):
            assert any(each.basis != "none_no_disclosure" for each in self.case.bases)
            assert self.case.judgements
        for each in self.case.judgements:
            assert each.judged_on <= each.valid_until <= each.judged_on + timedelta(days=90)
        assert not [each for each in self.case.seen_by(set()) if each.receiving]


TestSevereCase = pytest.mark.rule("c.3/12", "c.3/state:coordination", "c.3/receiving")(SevereCase.TestCase)
