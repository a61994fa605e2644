"""Opening hours, the directory and whom to call, as rules: nothing uncertain is certain, and nobody is left without."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from advisory.domain import calling, consultant_unit, directory, hours
from advisory.domain.days import danish_day, first_moment
from contracts.advisory import ContactDirectoryChanged
from contracts.event import Event
from contracts.problems import Conflict, Invalid
from support.entries import AT, ID, OFFICE, entry

CLOSED = ("06-05", "12-24", "12-31")
TERMS = directory.Terms(
    date(2024, 1, 1), 90, 14, 2, CLOSED,
    acute_order=("municipality_intake", "security_consultant", "red_counselling"),
    usual_order=("security_consultant", "viso", "police_114"), source="Syntetisk",
)  # fmt: skip


def unit(host: str, *coverages: consultant_unit.Coverage, **said: Any) -> consultant_unit.Unit:
    own = {"coverages": coverages, "changed_at": AT, "title_da": f"Syntetisk enhed {host}"}
    return consultant_unit.Unit(uuid5(ID, host), "synthetic", host, **own | said)


def covers(since: date, until: date | None = None) -> consultant_unit.Coverage:
    return consultant_unit.Coverage("synthetic", since, until)


@pytest.mark.rule("c.1/7")
@pytest.mark.parametrize(
    ("at", "openness", "opens"),
    [
        ("2026-11-27T06:59:59Z", "closed", "2026-11-27T07:00:00Z"),
        ("2026-11-27T07:00:00Z", "open", None),
        ("2026-11-27T13:59:59Z", "open", None),
        ("2026-11-27T14:00:00Z", "closed", "2026-11-30T07:00:00Z"),  # Friday at three, until Monday
        ("2026-07-03T06:00:00Z", "open", None),  # in summer eight o'clock is at six in UTC
        ("2026-07-03T05:59:59Z", "closed", "2026-07-03T06:00:00Z"),
        ("2026-04-01T13:00:00Z", "closed", "2026-04-07T06:00:00Z"),  # over Easter
        ("2026-12-23T14:00:00Z", "closed", "2026-12-28T07:00:00Z"),  # over Christmas, the 24th too
        ("2026-12-30T14:00:00Z", "closed", "2027-01-04T07:00:00Z"),  # over New Year, the 31st too
        ("2026-12-24T09:00:00Z", "closed", "2026-12-28T07:00:00Z"),
        ("2026-06-05T09:00:00Z", "closed", "2026-06-08T06:00:00Z"),  # Constitution Day
        ("2026-03-29T00:59:59Z", "closed", "2026-03-30T06:00:00Z"),  # the night on which the clock goes forward
        ("2026-10-25T00:30:00Z", "closed", "2026-10-26T07:00:00Z"),  # and back
    ],
)
def test_an_office_is_open_by_danish_clocks_and_holidays(at: str, openness: str, opens: str | None) -> None:
    moment = datetime.fromisoformat(at)
    assert hours.openness(OFFICE, moment, CLOSED) == openness
    assert hours.opens_next(OFFICE, moment, CLOSED) == (datetime.fromisoformat(opens) if opens else None)


@pytest.mark.rule("c.1/7")
def test_what_is_always_open_is_open_at_every_minute_and_what_is_not_stated_is_unknown() -> None:
    for minute in range(0, 60 * 24 * 3, 17):
        at = datetime(2026, 12, 24, tzinfo=UTC) + timedelta(minutes=minute)
        assert hours.openness(hours.ALWAYS, at, CLOSED) == "open"
        assert hours.opens_next(hours.ALWAYS, at, CLOSED) is None
        assert hours.openness(None, at, CLOSED) == "unknown"
        assert hours.opens_next(None, at, CLOSED) is None
        assert hours.opens_next((), at, CLOSED) is None


@pytest.mark.rule("c.1/7")
def test_a_night_is_two_openings_and_a_holiday_has_hours_of_its_own() -> None:
    night = (hours.Opening("fri", "20:00", "24:00"), hours.Opening("sat", "00:00", "02:00"))
    for at, state in (("22:59", "open"), ("18:59", "closed")):
        assert hours.openness(night, datetime.fromisoformat(f"2026-11-27T{at}:00Z"), ()) == state
    assert hours.openness(night, datetime(2026, 11, 28, 0, 59, tzinfo=UTC), ()) == "open"
    assert hours.openness(night, datetime(2026, 11, 28, 1, tzinfo=UTC), ()) == "closed"
    special = (hours.Opening("holiday", "10:00", "12:00"), *hours.ALWAYS[:7])
    assert hours.openness(special, datetime(2026, 12, 25, 8, 59, tzinfo=UTC), ()) == "closed"
    assert hours.openness(special, datetime(2026, 12, 25, 9, tzinfo=UTC), ()) == "open"
    twice = (hours.Opening("mon", "13:00", "15:00"), hours.Opening("mon", "08:00", "10:00"))
    assert hours.opens_next(twice, datetime(2026, 11, 23, 9, 30, tzinfo=UTC), ()) == datetime(
        2026, 11, 23, 12, tzinfo=UTC
    )


class Kept(RuleBasedStateMachine):
    """One entry and those that take its place, whatever is tried with it while days pass."""

    @initialize()
    def entered(self) -> None:
        self.at, self.entry = AT, entry()
        self.entry, told = directory.enter(self.entry)
        self.events: list[Event] = [told]

    def tried(self, command: Callable[..., Any], **said: Any) -> bool:
        before = self.entry
        aged, told = directory.grow_older(self.entry, at=self.at)
        try:
            done, *more = command(aged, at=self.at, **said)
        except (Conflict, Invalid):
            assert self.entry == before
            return False
        self.entry = done
        last = more[-1]
        mine = [each for each in (last if isinstance(last, list) else [last]) if each.subject == ID]
        self.events += [*told, *mine]
        return True

    @rule(days=st.integers(0, 60))
    def days_pass(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule()
    def clockwork_runs(self) -> None:
        self.entry, told = directory.grow_older(self.entry, at=self.at)
        assert directory.grow_older(self.entry, at=self.at) == (self.entry, [])
        self.events += told

    @rule()
    def verified(self) -> None:
        over = self.entry.over(danish_day(self.at))
        assert self.tried(directory.verify, by="adviser", terms=TERMS) != over
        if not over:
            assert (self.entry.state, self.entry.verified_on) == ("verified", danish_day(self.at))

    @rule(ahead=st.integers(-5, 40))
    def ended(self, ahead: int) -> None:
        day, open_ended = danish_day(self.at) + timedelta(days=ahead), self.entry.valid_until is None
        assert self.tried(directory.end, valid_until=day) == (open_ended and ahead >= 0)

    @precondition(lambda self: self.entry.valid_until is None)
    @rule(ahead=st.integers(0, 40))
    def replaced(self, ahead: int) -> None:
        day = danish_day(self.at) + timedelta(days=ahead)
        new = entry(id=uuid5(ID, str(day)), valid_from=day, changed_at=self.at)
        assert self.tried(directory.replace_by, new=new)
        assert (self.entry.valid_until, self.entry.replaced_by) == (day, new.id)

    @rule()
    def cover_changes(self) -> None:
        self.tried(directory.coverage_changed, valid_from=danish_day(self.at))

    @invariant()
    def it_is_certain_only_while_the_terms_say_so(self) -> None:
        day = danish_day(self.at)
        verified = self.entry.verified_on
        assert self.entry.certain(day) == (verified is not None and (day - verified).days <= 90)

    @invariant()
    def each_event_counts_one_and_no_lapse_follows_a_lapse(self) -> None:
        assert [each.revision for each in self.events] == list(range(1, len(self.events) + 1))
        assert [each.at for each in self.events] == sorted(each.at for each in self.events)
        changes = [each.change for each in self.events if isinstance(each, ContactDirectoryChanged)]
        seen = [each for each in changes if each in ("verified", "lapsed")]
        assert all(one != "lapsed" or other != "lapsed" for one, other in itertools.pairwise(seen))

    @invariant()
    def what_is_over_is_no_more_work(self) -> None:
        due = directory.next_due(self.entry)
        assert due is None or self.entry.valid_until is None or due < first_moment(self.entry.valid_until)
        assert self.entry.holds(danish_day(self.at)) != self.entry.over(danish_day(self.at))


TestKept = pytest.mark.rule("c.1/directory")(Kept.TestCase)
TestKept.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@pytest.mark.rule("c.1/directory")
def test_terms_are_those_of_the_day_and_before_the_first_the_first() -> None:
    later = replace(TERMS, valid_from=date(2027, 1, 1), verified_for_days=30)
    for day, days in ((date(2020, 1, 1), 90), (date(2026, 12, 31), 90), (date(2027, 1, 1), 30)):
        assert directory.terms_on([later, TERMS], day).verified_for_days == days
    kept, _ = directory.verify(entry(), by="adviser", terms=TERMS, at=AT)
    assert (kept.certain_until, kept.remind_on) == (date(2027, 2, 21), date(2027, 2, 7))
    assert not kept.certain(date(2026, 11, 22))  # nobody had verified it the day before


@pytest.mark.rule("c.1/directory", "c.1/event:contact_directory_changed")
@pytest.mark.parametrize(
    ("scope", "area", "told"),
    [
        ("nation", None, {}),
        ("region", "synthetic", {"region": "synthetic"}),
        ("police_district", "synthetic", {"police_district": "synthetic"}),
        ("municipality", "9901", {"municipality_code": "9901"}),
        ("unit", str(ID), {}),
    ],
)
def test_what_is_told_of_an_entry_is_its_area_and_never_its_number(scope: Any, area: Any, told: dict[str, str]) -> None:
    _, event = directory.enter(entry(scope=scope, area=area))
    said = event.model_dump(exclude_none=True, exclude={"subject", "revision", "at", "provenance"})
    assert said == {"actor": "viso", "change": "entered", "valid_from": date(2026, 1, 1), **told}


class Secretariat(RuleBasedStateMachine):
    """Three units and what is said of them: no two coverages or stand-ins of one overlap."""

    @initialize()
    def established(self) -> None:
        self.units = {host: unit(host) for host in ("9901", "9902", "9903")}

    def tried(self, host: str, command: Callable[..., consultant_unit.Unit], said: Any, **more: Any) -> None:
        before = self.units[host]
        try:
            self.units[host] = command(before, said, at=AT, **more)
        except (Conflict, Invalid):
            return
        assert self.units[host].revision == before.revision + 1

    hosts = st.sampled_from(["9901", "9902", "9903"])
    days = st.integers(0, 20).map(lambda each: date(2026, 12, 20) + timedelta(days=each))

    @rule(host=hosts, since=days, until=st.none() | days)
    def cover(self, host: str, since: date, until: date | None) -> None:
        self.tried(host, consultant_unit.cover, covers(since, until))

    @rule(host=hosts, until=days)
    def end_coverage(self, host: str, until: date) -> None:
        self.tried(host, consultant_unit.end_coverage, "synthetic", valid_until=until)

    @rule(host=hosts, other=hosts, since=days, until=days)
    def stand_in(self, host: str, other: str, since: date, until: date) -> None:
        self.tried(host, consultant_unit.stand_in, consultant_unit.StandIn(self.units[other].id, since, until))

    @invariant()
    def periods_do_not_overlap_and_whoever_is_called_is_at_work(self) -> None:
        units = list(self.units.values())
        for day in (date(2026, 12, 19) + timedelta(days=each) for each in range(24)):
            away = {
                each.id: [one for one in each.stand_ins if one.valid_from <= day < one.valid_until] for each in units
            }
            assert all(len(each) <= 1 for each in away.values())
            for each in units:
                now = [
                    c for c in each.coverages if c.valid_from <= day and (c.valid_until is None or day < c.valid_until)
                ]
                assert len(now) <= 1
                assert each.covers("synthetic", day) == bool(now)
                there = consultant_unit.at_work(each, units, day)
                assert there is None or not away[there.id]
                assert away[each.id] or there == each
            desks = calling.desks(units, "synthetic", day)
            assert len({each.unit.id for each in desks}) == len(desks)
            if all(not each for each in away.values()):
                assert desks


TestSecretariat = pytest.mark.rule("c.1/consultants")(Secretariat.TestCase)
TestSecretariat.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)


@pytest.mark.rule("c.1/who-to-call")
def test_units_are_called_by_host_through_stand_ins_and_each_once() -> None:
    since = date(2026, 1, 1)
    third = unit("9903")
    second = unit("9902", covers(since), stand_ins=(consultant_unit.StandIn(third.id, since, date(2028, 1, 1)),))
    first = unit("9901", covers(since), stand_ins=(consultant_unit.StandIn(second.id, since, date(2028, 1, 1)),))
    found = calling.desks([third, second, first], "synthetic", date(2026, 11, 23))
    assert [(each.unit, each.stands_in_for) for each in found] == [(third, first)]
    own = replace(third, coverages=(covers(since),))
    found = calling.desks([own, second, first], "synthetic", date(2026, 11, 23))
    assert [(each.unit, each.stands_in_for) for each in found] == [(own, None)]
    away = replace(third, stand_ins=(consultant_unit.StandIn(first.id, since, date(2028, 1, 1)),))
    assert calling.desks([away, second, first], "synthetic", date(2026, 11, 23)) == ()
    gone = [first, second]  # whoever stands in is no unit any more
    assert calling.desks(gone, "synthetic", date(2026, 11, 23)) == ()


@pytest.mark.rule("c.1/who-to-call", "c.1/7")
@given(
    acute=st.booleans(),
    age=st.sampled_from(["minor", "adult", "unknown"]),
    minutes=st.integers(0, 60 * 24 * 400),
    made=st.lists(
        st.tuples(
            st.sampled_from(["viso", "municipality_intake", "red_counselling", "other"]),
            st.sampled_from([None, OFFICE, hours.ALWAYS]),
            st.sampled_from([None, 16, 18]),
            st.sampled_from([None, 17, 18]),
            st.none() | st.integers(-200, 0),
        ),
        max_size=6,
    ),
)
def test_police_come_first_when_it_is_acute_and_nothing_unverified_is_ever_certain(
    *, acute: bool, age: Any, minutes: int, made: list[Any]
) -> None:
    at = AT + timedelta(minutes=minutes)
    entries: list[directory.Entry] = []
    for actor, opening, low, high, verified in made:
        one = entry(actor=actor, hours=opening, min_age=low, max_age=high)
        if verified is not None:
            one, _ = directory.verify(one, by="adviser", terms=TERMS, at=at + timedelta(days=verified))
        entries.append(one)
    found = calling.contacts(entries, (), TERMS, at=at, age=age, acute=acute)
    actors = [each.actor for each in found]
    assert (actors[:2] == ["police_112", "police_114"]) == acute
    assert actors.count("police_114") == 1
    assert ("police_112" in actors) == acute
    rest = found[2:] if acute else found
    closed = [each.openness == "closed" for each in rest]
    assert closed == sorted(closed)
    for each in found:
        if each.entry is None:
            assert (each.certainty, each.openness) == ("fixed", "open")
            continue
        fresh = each.entry.verified_on and (danish_day(at) - each.entry.verified_on).days <= 90
        assert (each.certainty == "verified") == bool(fresh)
        assert age != "minor" or each.entry.min_age in (None, 16)
        assert age != "adult" or each.entry.max_age in (None, 18)
        assert (each.opens_at is not None) == (each.openness == "closed")
    if age == "unknown":
        assert len(rest) == len(made) + (not acute)


@pytest.mark.rule("c.1/who-to-call")
def test_among_those_alike_what_is_certain_and_whoever_is_responsible_comes_first() -> None:
    sure, _ = directory.verify(entry(title_da="sure"), by="adviser", terms=TERMS, at=AT)
    found = calling.contacts([entry(title_da="unsure"), sure], (), TERMS, at=AT, age="unknown", acute=False)
    assert [each.title_da for each in found] == ["sure", "unsure", "Politiet, 114"]
    units = unit("9901"), unit("9902"), unit("9903")
    called = (calling.Desk(units[0], units[2]), calling.Desk(units[1], None))
    own = [
        entry(actor="security_consultant", scope="unit", area=str(each.id), title_da=each.title_da) for each in units
    ]
    found = calling.contacts(own, called, TERMS, at=AT, age="unknown", acute=False)
    assert [(each.title_da[-4:], each.stands_in_for) for each in found[:2]] == [
        ("9902", None), ("9901", "Syntetisk enhed 9903"),
    ]  # fmt: skip
    assert len(found) == 3
    early = calling.contacts([entry(valid_from=date(2026, 11, 24))], (), TERMS, at=AT, age="unknown", acute=False)
    assert [each.actor for each in early] == ["police_114"]


@pytest.mark.rule("c.1/who-to-call")
@pytest.mark.parametrize(
    ("age", "titles"),
    [
        ("minor", ["from 17", "to 17", "to 18", "all"]),
        ("adult", ["from 17", "from 18", "from 19", "to 18", "all"]),
        ("unknown", ["from 17", "from 18", "from 19", "to 17", "to 18", "all"]),
    ],
)
def test_whoever_may_be_of_an_age_that_it_is_for_is_shown_it(age: Any, titles: list[str]) -> None:
    made = [entry(title_da=f"from {low}", min_age=low) for low in (17, 18, 19)]
    made += [entry(title_da=f"to {high}", max_age=high) for high in (17, 18)]
    found = calling.contacts([*made, entry(title_da="all")], (), TERMS, at=AT, age=age, acute=True)
    assert [each.title_da for each in found[2:]] == titles


@pytest.mark.rule("c.1/7", "c.1/who-to-call")
def test_an_entry_is_verified_lapsed_or_was_never_verified_and_a_municipalitys_own_is_shown() -> None:
    of = {"actor": "municipality_intake", "scope": "municipality", "area": "9901"}
    once, _ = directory.verify(entry(**of, title_da="once"), by="adviser", terms=TERMS, at=AT - timedelta(days=91))
    now, _ = directory.verify(entry(**of, title_da="now"), by="adviser", terms=TERMS, at=AT)
    found = calling.contacts([entry(**of, title_da="never"), once, now], (), TERMS, at=AT, age="unknown", acute=True)
    assert [(each.title_da, each.certainty, each.stands_in_for) for each in found[2:]] == [
        ("now", "verified", None), ("never", "unverified", None), ("once", "lapsed", None),
    ]  # fmt: skip


@pytest.mark.rule("c.1/directory", "c.1/7")
def test_an_entry_holds_from_its_first_day_until_before_its_end_and_is_certain_to_the_ninetieth() -> None:
    one = entry(valid_from=date(2026, 11, 23), valid_until=date(2027, 4, 1))
    days = [date(2026, 11, 22), date(2026, 11, 23), date(2027, 3, 31), date(2027, 4, 1)]
    assert [(one.holds(each), one.over(each)) for each in days] == [
        (False, False), (True, False), (True, False), (False, True),
    ]  # fmt: skip
    kept, _ = directory.verify(one, by="adviser", terms=TERMS, at=AT)
    certain = [kept.certain(date(2026, 11, 23) + timedelta(days=each)) for each in (-1, 0, 90, 91)]
    assert certain == [False, True, True, False]
