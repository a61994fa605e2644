"""Who answers for an initiative, what it is about, and what its owner owes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.planning import InitiativeReportEscalated, InitiativeReportOverdue, InitiativeStatusChanged
from contracts.values import PartialDate
from planning.domain import description as descriptions
from planning.domain import initiative as domain
from planning.domain import report as reports
from planning.domain import term as terms
from planning.domain.authority import Authority, Name, Read, end
from planning.domain.description import Description
from planning.domain.initiative import Approval, ApprovalMissing, ApprovedInFuture, Belonging, Change, Initiative
from planning.domain.period import midnight
from planning.domain.report import Duty, Report
from planning.domain.responsibility import (
    AuthorityCountedOn,
    OutsideYourAuthority,
    Responsibility,
    ResponsibleAlready,
    ResponsibleMissing,
    TransferOutOfOrder,
    check_owner,
    check_uncounted_on,
    responsible_on,
    take_over,
)

OF = Belonging(UUID(int=1), "synthetic", 2026)
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
OLD, NEW = "ministry:synthetic", "agency:synthetic"
HELD = (Responsibility(OLD), Responsibility(NEW, date(2026, 6, 1), "Syntetisk"))
PAGE = "https://example.org/kilde"
READ = Read(PAGE, date(2026, 11, 20))


def initiative(state: Any = "launched", **said: Any) -> Initiative:
    return Initiative(UUID(int=3), 1, "Syntetisk", state=state, responsibilities=HELD[:1], revision=4, **said)


def authority(code: str = OLD) -> Authority:
    return Authority(UUID(int=4), code, (Name("Syntetisk", READ, valid_from=PartialDate.parse("2020-01")),))


def planned(starts: str | None, ends: str | None) -> Description:
    days = [None if each is None else PartialDate.parse(each) for each in (starts, ends)]
    return Description(starts=days[0], ends=days[1])


@pytest.mark.rule("c.5/2")
def test_one_authority_is_responsible_on_any_day_and_a_transfer_holds_from_its_day() -> None:
    days = [date(1990, 1, 1), date(2026, 5, 31), date(2026, 6, 1), date(2030, 1, 1)]
    assert [responsible_on(HELD, each) for each in days] == [OLD, OLD, NEW, NEW]
    assert responsible_on(HELD[1:], date(2026, 5, 31)) is None


@pytest.mark.rule("c.5/2")
def test_a_transfer_is_to_another_authority_and_from_a_later_day() -> None:
    for last in (Responsibility(NEW, date(2026, 6, 2)), HELD[1]):
        with pytest.raises(ResponsibleAlready):
            take_over(HELD, last)
    for day in (date(2026, 6, 1), date(2026, 5, 1), None):
        with pytest.raises(TransferOutOfOrder):
            take_over(HELD, Responsibility(OLD, day))
    assert take_over(HELD, Responsibility(OLD, date(2026, 6, 2)))[:2] == HELD
    assert take_over((), HELD[1]) == HELD[1:]


@pytest.mark.rule("c.5/2")
def test_an_initiative_is_launched_when_somebody_is_responsible_that_day() -> None:
    tomorrow = (Responsibility(OLD, date(2026, 11, 24)),)
    for held in ((), tomorrow):
        one = replace(initiative("planned"), responsibilities=held)
        with pytest.raises(ResponsibleMissing):
            domain.advance(one, "launched", source_url=PAGE, of=OF, at=AT)
        assert domain.advance(one, "funded", source_url=None, of=OF, at=AT)[0].state == "funded"
    on_the_day = datetime(2026, 11, 23, 23, tzinfo=UTC)  # midnight in Denmark
    one = replace(initiative("planned"), responsibilities=tomorrow)
    assert domain.advance(one, "launched", source_url=None, of=OF, at=on_the_day)[0].state == "launched"
    old, nobodys = replace(OF, year=2025), replace(initiative("planned"), responsibilities=())
    assert domain.advance(nobodys, "launched", source_url=PAGE, of=old, at=AT)[0].state == "launched"
    with pytest.raises(ResponsibleMissing):
        domain.advance(nobodys, "launched", source_url=None, of=old, at=AT)


@pytest.mark.rule("c.5/2")
@pytest.mark.parametrize(
    ("held", "counts"),
    [
        ([Responsibility(OLD)], True),
        ([Responsibility(OLD), Responsibility(NEW, date(2026, 7, 1))], False),
        ([Responsibility(OLD), Responsibility(NEW, date(2026, 7, 2))], True),
        ([Responsibility(NEW), Responsibility(OLD, date(2026, 9, 1))], True),
        ([Responsibility(OLD), Responsibility(NEW, date(2026, 6, 30))], False),
        ([Responsibility(NEW), Responsibility(OLD, date(2026, 6, 30)), Responsibility(NEW, date(2026, 7, 1))], False),
    ],
)
def test_an_authority_does_not_end_while_initiatives_count_on_it(held: list[Responsibility], counts: bool) -> None:  # noqa: FBT001
    ended = end(authority(), PartialDate.parse("2026-06"), READ)
    if counts:
        with pytest.raises(AuthorityCountedOn):
            check_uncounted_on(ended, [(), tuple(held)])
    else:
        check_uncounted_on(ended, [(), tuple(held)])


@pytest.mark.rule("c.5/owner")
def test_an_owner_acts_on_their_own_authoritys_initiatives_and_the_editor_on_all() -> None:
    check_owner(HELD, frozenset({NEW}), day=date(2026, 6, 1))
    check_owner((), None, day=date(2026, 6, 1))
    for held, own, day in ((HELD, {NEW}, 31), (HELD, set[str](), 31), ((), {NEW}, 31)):
        with pytest.raises(OutsideYourAuthority):
            check_owner(held, own, day=date(2026, 5, day))


@pytest.mark.rule("c.5/6")
def test_giving_up_is_approved_by_the_management_on_a_day_that_has_come() -> None:
    def give_up(year: int, source: str | None, approval: Approval | None) -> str:
        change = Change(AT, "other", "Syntetisk", source, approval)
        return domain.give_up(initiative(), "cancelled", change=change, of=replace(OF, year=year))[0].state

    for year, source in ((2026, PAGE), (2027, PAGE), (2025, None)):
        with pytest.raises(ApprovalMissing):
            give_up(year, source, None)
    assert give_up(2025, PAGE, None) == "cancelled"
    assert give_up(2026, None, Approval("management", date(2026, 11, 23))) == "cancelled"
    with pytest.raises(ApprovedInFuture):
        give_up(2025, PAGE, Approval("minister", date(2026, 11, 24)))


@pytest.mark.rule("c.5/description")
def test_a_description_is_told_without_its_words_and_ends_after_it_starts() -> None:
    said = Description(partners=(NEW, OLD), depends_on=(UUID(int=9),), problem_da="Syntetisk", risks_da="Syntetisk")
    described, event = descriptions.describe(initiative("abandoned"), said, of=OF, at=AT)
    assert (described.revision, event.revision) == (5, 5)
    assert (getattr(event, "partner_count", None), getattr(event, "depends_on_count", None)) == (2, 1)
    assert "Syntetisk" not in event.model_dump_json()
    with pytest.raises(descriptions.EndsBeforeItStarts):
        descriptions.describe(initiative(), planned("2026-06-02", "2026-06-01"), of=OF, at=AT)
    for starts, ends in (("2026-06-30", "2026-06"), ("2026-06-01", "2026-06-01"), ("2026-06", None), (None, "2026-06")):
        descriptions.describe(initiative(), planned(starts, ends), of=OF, at=AT)


@pytest.mark.rule("c.5/depends")
def test_no_initiative_depends_on_itself_by_whatever_way() -> None:
    one, two, three, four = (UUID(int=n) for n in range(1, 5))
    needs = {two: {three, four}, three: {one}, four: {four, two}}
    for depends_on, place in (([one], 0), ([four, three], 0), ([UUID(int=7), two], 1)):
        with pytest.raises(descriptions.DependsInCircle) as refused:
            descriptions.check_acyclic(one, depends_on, needs)
        assert refused.value.pointer == f"/depends_on/{place}"
    descriptions.check_acyclic(one, [two, four], {**needs, three: set()})


@pytest.mark.rule("c.5/depends")
def test_an_initiative_is_carried_on_from_an_earlier_plan() -> None:
    descriptions.check_earlier(2025, 2026)
    for year in (2026, 2027):
        with pytest.raises(descriptions.NotFromEarlierPlan):
            descriptions.check_earlier(year, 2026)


def duty(quarter: str, state: Any = "open") -> Duty:
    return Duty(UUID(int=int(quarter[-1])), UUID(int=3), quarter, date(2026, 10, 20), date(2026, 11, 19), state)


def report(light: Any, **said: Any) -> Any:
    asked: dict[str, Any] = {"reason": None, "quarter": None, "duties": [], "before": [], "of": OF, "at": AT}
    return reports.report(said.pop("one", initiative()), light, **{**asked, **said})


@pytest.mark.rule("c.5/10")
@pytest.mark.parametrize("state", ["launched", "on_track", "at_risk", "delayed"])
def test_a_report_is_owed_for_the_quarter_at_whose_end_the_initiative_was_under_way(state: str) -> None:
    ended_at = midnight(date(2026, 10, 1))
    quarter, owed = reports.owe(UUID(int=8), initiative(state), ended_at=ended_at, due_days=20, escalation_days=30)
    assert quarter.name == "2026-Q3"
    assert owed is not None
    assert owed == Duty(UUID(int=8), UUID(int=3), "2026-Q3", date(2026, 10, 20), date(2026, 11, 19))
    assert owed.next_at == midnight(date(2026, 10, 21))
    for other in ("funded", "abandoned"):
        none = reports.owe(UUID(int=8), initiative(other), ended_at=ended_at, due_days=20, escalation_days=30)
        assert none == (quarter, None)


@pytest.mark.rule("c.5/10", "c.5/event:initiative_report_overdue", "c.5/event:initiative_report_escalated")
def test_silence_is_told_when_its_day_has_passed_and_comes_before_the_steering_group_thirty_days_later() -> None:
    one, owed, way = initiative(), duty("2026-Q3"), list[tuple[Any, int]]()
    for at in (midnight(date(2026, 10, 21)), midnight(date(2026, 11, 20))):
        assert reports.stay_silent(one, owed, of=OF, at=at - timedelta(microseconds=1)) is None
        silent = reports.stay_silent(one, owed, of=OF, at=at)
        assert silent is not None
        one, owed, event = silent
        assert (event.model_dump()["due_on"], event.at) == (date(2026, 10, 20), at)
        way.append((type(event), event.revision))
    assert way == [(InitiativeReportOverdue, 5), (InitiativeReportEscalated, 6)]
    assert (owed.state, one.state) == ("escalated", "launched")
    for over in ("escalated", "reported", "lapsed"):
        assert reports.stay_silent(one, replace(owed, state=over), of=OF, at=midnight(date(2030, 1, 1))) is None


@pytest.mark.rule("c.5/10", "c.5/event:initiative_reported")
@pytest.mark.parametrize("state", ["open", "overdue", "escalated"])
def test_a_report_answers_the_oldest_that_is_owed_and_moves_the_state(state: str) -> None:
    duties = [duty("2026-Q1", "reported"), duty("2026-Q2", state), duty("2026-Q3")]
    one, said, answered, events = report("at_risk", reason="Syntetisk", duties=duties)
    assert said == Report("2026-Q2", "at_risk", "Syntetisk", AT)
    assert answered == replace(duties[1], state="reported")
    assert [type(each).__name__ for each in events] == ["InitiativeReported", "InitiativeStatusChanged"]
    assert [each.revision for each in events] == [5, 6]
    assert (one.state, one.revision) == ("at_risk", 6)
    assert "Syntetisk" not in "".join(each.model_dump_json() for each in events)


@pytest.mark.rule("c.5/10")
def test_what_is_said_in_the_running_quarter_answers_nothing_and_a_light_that_stays_moves_nothing() -> None:
    one, said, answered, events = report("on_track", one=initiative("on_track"), quarter="2026-Q4")
    assert (said.quarter, answered, len(events), one.state) == ("2026-Q4", None, 1, "on_track")
    assert report("on_track")[1].quarter == "2026-Q4"


@pytest.mark.rule("c.5/10")
def test_a_light_other_than_green_has_a_reason() -> None:
    for light in ("at_risk", "delayed"):
        with pytest.raises(reports.ReportReasonMissing):
            report(light)
    assert report("on_track")[1].reason is None


@pytest.mark.rule("c.5/10")
def test_a_report_on_an_earlier_quarter_changes_nothing_of_what_a_later_one_has() -> None:
    later = Report("2026-Q3", "delayed", "Syntetisk", AT)
    duties = [duty("2026-Q2", "overdue"), duty("2026-Q3", "reported")]
    one, said, answered, events = report("on_track", one=initiative("delayed"), duties=duties, before=[later])
    assert (said.quarter, one.state, len(events)) == ("2026-Q2", "delayed", 1)
    assert answered is not None
    corrected, _, _, moved = report(
        "on_track", one=initiative("delayed"), duties=duties, before=[later], quarter="2026-Q3"
    )
    assert corrected.state == "on_track"
    assert isinstance(moved[1], InitiativeStatusChanged)


@pytest.mark.rule("c.5/10")
def test_a_report_says_something_new_about_a_quarter_that_may_be_reported() -> None:
    for quarter in ("2026-Q2", "2027-Q1"):
        with pytest.raises(reports.QuarterNotReportable):
            report("on_track", quarter=quarter, duties=[duty("2026-Q3")])
    before = [Report("2026-Q4", "on_track", None, AT)]
    with pytest.raises(domain.NothingNew):
        report("on_track", before=before)
    assert report("on_track", before=before, reason="Syntetisk")[1].reason == "Syntetisk"
    assert report("on_track", before=[*before, Report("2026-Q4", "delayed", "Syntetisk", AT)])[1].light == "on_track"
    interim = [Report("2026-Q3", "on_track", None, AT)]
    assert report("on_track", before=interim, duties=[duty("2026-Q3")])[2] is not None
    with pytest.raises(domain.NotUnderWay):
        report("on_track", one=initiative("funded"))


@pytest.mark.rule("c.5/terms")
def test_a_term_holds_from_its_day_and_is_set_for_days_that_lie_ahead() -> None:
    known = [terms.Term("report_due_days", date(2024, 1, 1), 20), terms.Term("report_due_days", date(2027, 1, 1), 15)]
    known.append(terms.Term("quiet_weeks", date(2026, 1, 1), 8))
    days = [date(2024, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [terms.value_on(known, "report_due_days", each) for each in days] == [20, 20, 15]
    tomorrow = terms.Term("quiet_weeks", date(2026, 11, 24), 6)
    assert terms.check_term(tomorrow, at=AT) == tomorrow
    with pytest.raises(terms.TermInPast):
        terms.check_term(tomorrow, at=datetime(2026, 11, 23, 23, tzinfo=UTC))
