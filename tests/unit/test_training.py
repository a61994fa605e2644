"""Seats and the waiting list: no run of sign-ups, cancellations, answers and hours breaks what they promise."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.event import Event
from contracts.problems import Conflict, Invalid
from training.domain import conduct
from training.domain import event as events
from training.domain import registration as registrations
from training.domain.event import Draft, MomentsDisordered, TrainingEvent
from training.domain.registration import HOLDS_SEAT, OFFER_LASTS, Entry, MunicipalityMissing, Roster

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
STARTS = NOW + timedelta(days=30)
ID = UUID("4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c21")


def said(**fields: Any) -> Draft:
    given: dict[str, Any] = {
        "kind": "theme_day",
        "title_da": "Syntetisk",
        "topics": ("threats",),
        "level": "basic",
        "children_youth": "no",
        "safety_profile": "open",
        "capacity": 3,
        "registration_opens_at": NOW,
        "registration_closes_at": NOW + timedelta(days=20),
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=6),
    }
    return Draft(**given | fields)


def opened(**fields: Any) -> Roster:
    event, _ = events.draft_event(said(**fields), id=ID, provenance="synthetic", at=NOW)
    event, _ = events.publish(event, at=NOW)
    event, _ = events.open_registration(event, at=NOW)
    return Roster(event, ())


def entry(organisation: str = "a") -> Entry:
    return Entry(f"shelter:{organisation}", "shelter", None, "pedagogue", is_leader=False)


def id_of(number: int) -> UUID:
    return uuid5(NAMESPACE_OID, str(number))


def filled(organisations: str, **fields: Any) -> tuple[Roster, list[Event]]:
    """An event for which one of each of these organisations has registered, in this order."""
    roster, told = opened(**fields), list[Event]()
    for number, each in enumerate(organisations):
        roster, brought = registrations.register(roster, entry(each), id=id_of(number), at=NOW)
        told += brought
    return roster, told


def states(roster: Roster) -> str:
    return " ".join(each.state for each in roster.registrations)


def demands(told: list[Event]) -> list[int]:
    return [each.waiting_count for each in told if type(each).__name__ == "DemandExceeded"]  # type: ignore[attr-defined]


@pytest.mark.rule("c.2/1", "c.2/2")
def test_seats_are_given_in_order_and_the_others_wait() -> None:
    assert states(filled("abcde")[0]) == "confirmed confirmed confirmed waitlisted waitlisted"


@pytest.mark.rule("c.2/organisation-limit")
def test_an_organisation_at_its_limit_waits_beside_free_seats_until_one_of_its_own_is_given_up() -> None:
    roster, _ = filled("aab", max_per_organisation=1)
    assert (states(roster), roster.free) == ("confirmed waitlisted confirmed", 1)
    roster, _ = registrations.withdraw(roster, id_of(2), at=NOW)
    assert states(roster) == "confirmed waitlisted cancelled"
    roster, _ = registrations.withdraw(roster, id_of(0), at=NOW)
    assert states(roster) == "cancelled offered cancelled"


@pytest.mark.rule("c.2/demand")
@pytest.mark.parametrize(
    ("capacity", "profile", "at"),
    [(1, "open", [1, 2, 4, 8, 16]), (10, "open", [1, 2, 4]), (11, "verified_only", [2, 4]), (3, "sensitive", [])],
)
def test_demand_is_told_at_a_tenth_of_the_seats_and_at_each_doubling(
    capacity: int, profile: str, at: list[int]
) -> None:
    _, told = filled("a" * 17, capacity=capacity, safety_profile=profile)
    assert demands(told) == at


@pytest.mark.rule("c.2/offer")
def test_offers_that_end_together_roll_on_together_in_order() -> None:
    roster, _ = filled("abcdefg", capacity=2)
    for number in (0, 1):
        roster, _ = registrations.withdraw(roster, id_of(number), at=NOW)
    roster, told = conduct.let_time_pass(roster, at=NOW + OFFER_LASTS)
    assert states(roster).split()[2:] == ["expired", "expired", "offered", "offered", "waitlisted"]
    assert [type(each).__name__.removeprefix("Registration") for each in told] == [
        "OfferExpired", "OfferExpired", "Offered", "Offered",
    ]  # fmt: skip


def test_what_a_municipality_is_called_cannot_evade_the_limit() -> None:
    for organisation, code in (("municipality:9901", "9902"), ("municipality:9901", None), ("school:1", None)):
        with pytest.raises(MunicipalityMissing):
            Entry(organisation, "municipality", code, "leader", is_leader=True)


def test_moments_follow_each_other_or_are_refused_where_they_do_not() -> None:
    assert said(registration_closes_at=STARTS).starts_at == STARTS
    assert said(registration_opens_at=None, registration_closes_at=None)
    for field, wrong in (
        ("registration_closes_at", NOW),
        ("starts_at", NOW + timedelta(days=20, microseconds=-1)),
        ("ends_at", STARTS),
    ):
        with pytest.raises(MomentsDisordered) as refused:
            said(**{field: wrong})
        assert refused.value.pointer == f"/{field}"


def test_the_month_of_an_event_is_the_month_in_denmark() -> None:
    late = datetime(2027, 3, 31, 22, 30, tzinfo=UTC)
    event: TrainingEvent = opened(starts_at=late, ends_at=late + timedelta(hours=1)).event
    assert event.month == "2027-04"


class Seats(RuleBasedStateMachine):
    """Whatever is asked, in whatever order, while time goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.roster = opened(max_per_organisation=2)
        self.at = NOW
        self.told: list[Event] = []

    def _do(self, act: Any, *arguments: Any, **named: Any) -> None:
        try:
            self.roster, brought = act(self.roster, *arguments, **named, at=self.at)
        except (Conflict, Invalid):
            return
        self.told += brought

    @rule(organisation=st.sampled_from("abc"))
    def register(self, organisation: str) -> None:
        self._do(registrations.register, entry(organisation), id=id_of(len(self.roster.registrations)))

    @rule(
        number=st.integers(0, 15),
        act=st.sampled_from([registrations.withdraw, registrations.accept, registrations.decline]),
    )
    def answer(self, number: int, act: Any) -> None:
        if number < len(self.roster.registrations):
            self._do(act, id_of(number))

    @rule(hours=st.sampled_from([1, 24, 48, 240]))
    def wait(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        self._do(conduct.let_time_pass)

    @invariant()
    def never_more_than_the_seats_nor_more_than_an_organisation_may_have(self) -> None:
        held = Counter(each.organisation for each in self.roster.registrations if each.state in HOLDS_SEAT)
        assert held.total() <= self.roster.event.capacity
        assert max(held.values(), default=0) <= 2

    @invariant()
    def nobody_waits_for_a_seat_that_they_could_have(self) -> None:
        if self.roster.free and self.at < STARTS:
            assert self.roster.next_in_line() is None

    @invariant()
    def every_event_of_a_thing_has_its_own_number(self) -> None:
        told = Counter((each.subject, each.revision) for each in self.told)
        assert max(told.values(), default=1) == 1

    @invariant()
    def the_order_stays_and_every_state_has_a_reason_to_show(self) -> None:
        assert [each.position for each in self.roster.registrations] == list(
            range(1, len(self.roster.registrations) + 1)
        )
        for each in self.roster.registrations:
            assert registrations.explain(self.roster, each).position == each.position


Seats.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None, derandomize=True)
TestSeats = pytest.mark.rule("c.2/1", "c.2/2", "c.2/organisation-limit")(Seats.TestCase)
