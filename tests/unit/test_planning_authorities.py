"""Authorities keep their code while their names change from day to day."""

from datetime import date
from uuid import UUID

import pytest

from contracts.values import PartialDate
from planning.domain.authority import (
    Authority,
    AuthorityEnded,
    EndBeforeBeginning,
    EndUnchanged,
    Name,
    NameOutOfOrder,
    NameUnchanged,
    Read,
    correct_name,
    end,
    rename,
)
from planning.domain.responsibility import AuthorityCountedOn, Responsibility, check_there_when_counted_on

READ = Read("https://example.org/kilde", date(2026, 11, 20))
MONTH = PartialDate.parse("2026-06")
DAY = PartialDate.parse("2026-06-15")


def authority(since: str | None = None) -> Authority:
    first = None if since is None else PartialDate.parse(since)
    return Authority(UUID(int=1), "ministry:synthetic", (Name("Syntetisk ministerium", READ, valid_from=first),))


@pytest.mark.rule("c.5/authority")
def test_a_name_holds_from_its_day_and_one_of_a_month_from_the_first() -> None:
    renamed = rename(authority(), Name("Syntetisk andet", READ, valid_from=MONTH))
    again = rename(renamed, Name("Syntetisk tredje", READ, valid_from=PartialDate.parse("2026-06-02")))
    names = [again.name_on(date(2026, month, day)).name_da for month, day in ((5, 31), (6, 1), (6, 2))]
    assert names == ["Syntetisk ministerium", "Syntetisk andet", "Syntetisk tredje"]
    assert (again.kind, again.provenance, again.revision) == ("ministry", "synthetic", 3)


@pytest.mark.rule("c.5/authority")
def test_a_name_comes_after_the_one_before_it() -> None:
    with pytest.raises(NameOutOfOrder):
        rename(authority("2026-06"), Name("Syntetisk andet", READ, valid_from=PartialDate.parse("2026-06-01")))


@pytest.mark.rule("c.5/authority")
def test_the_newest_name_is_corrected_and_those_before_it_stay() -> None:
    renamed = rename(authority("2026-06"), Name("Syntetisk andt", READ, valid_from=PartialDate.parse("2206-08")))
    right = Name("Syntetisk andet", READ, valid_from=PartialDate.parse("2026-08"))
    corrected = correct_name(renamed, right)
    assert (corrected.names, corrected.revision) == ((*authority("2026-06").names, right), 3)
    with pytest.raises(NameUnchanged):
        correct_name(corrected, right)
    for early in (None, PartialDate.parse("2026-06-01")):
        with pytest.raises(NameOutOfOrder):
            correct_name(renamed, Name("Syntetisk andet", READ, valid_from=early))
    with pytest.raises(AuthorityEnded):
        correct_name(end(corrected, PartialDate.parse("2027-01"), READ), renamed.names[-1])
    only = correct_name(authority("2206-06"), Name("Syntetisk ministerium", READ))
    assert only.exists_on(date(2026, 1, 1))


@pytest.mark.rule("c.5/authority")
def test_an_authority_is_there_when_an_initiative_counts_on_it() -> None:
    mine, other = (
        [Responsibility(code, since, None, None)]
        for code, since in (("ministry:synthetic", DAY.earliest()), ("ministry:synthetic-other", date(2026, 1, 1)))
    )
    always = [Responsibility("ministry:synthetic")]
    check_there_when_counted_on(authority("2026-06-15"), [mine, other, always], today=date(2026, 6, 15))
    for since, held, today in (("2026-06-16", mine, date(2026, 6, 20)), ("2026-06-15", always, date(2026, 6, 14))):
        with pytest.raises(AuthorityCountedOn):
            check_there_when_counted_on(authority(since), [other, held], today=today)


@pytest.mark.rule("c.5/authority")
def test_an_authority_exists_from_its_first_name_to_its_last_day_as_far_as_is_stated() -> None:
    ended = end(authority("2026-06-02"), PartialDate.parse("2026-07"), READ)
    days = [date(2026, 6, 1), date(2026, 6, 2), date(2026, 7, 31), date(2026, 8, 1)]
    assert [ended.exists_on(each) for each in days] == [False, True, True, False]
    assert authority().exists_on(date(1990, 1, 1))
    assert (ended.ended, ended.revision) == (READ, 2)


@pytest.mark.rule("c.5/authority")
def test_an_ended_authority_gets_no_name_and_another_end_only_when_it_is_another() -> None:
    ended = end(authority(), DAY, READ)
    with pytest.raises(EndUnchanged):
        end(ended, DAY, READ)
    assert (end(ended, MONTH, READ).valid_to, end(ended, MONTH, READ).revision) == (MONTH, 3)
    with pytest.raises(AuthorityEnded):
        rename(ended, Name("Syntetisk andet", READ, valid_from=PartialDate.parse("2027-01")))


@pytest.mark.rule("c.5/authority")
def test_an_authority_does_not_end_before_its_last_name_begins() -> None:
    renamed = rename(authority(), Name("Syntetisk andet", READ, valid_from=DAY))
    with pytest.raises(EndBeforeBeginning):
        end(renamed, PartialDate.parse("2026-06-14"), READ)
    assert end(renamed, DAY, READ).valid_to == DAY
    assert end(renamed, MONTH, READ).valid_to == MONTH


def test_an_authority_is_real_unless_its_code_says_that_it_is_not() -> None:
    assert Authority(UUID(int=2), "ministry:uim", authority().names).provenance == "actual"
    assert Authority(UUID(int=2), "agency:synthetic-to", authority().names).provenance == "synthetic"
