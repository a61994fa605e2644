"""What an entry of the directory may say, when it grows older, and where one ends and another begins."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from advisory.domain import directory, hours
from contracts.advisory import ContactDirectoryChanged
from support.entries import AT, ID, entry

NEW = UUID(int=42)
TODAY = date(2026, 11, 23)
TERMS = directory.Terms(date(2024, 1, 1), 90, 14, 2, (), acute_order=(), usual_order=(), source="Syntetisk")


@pytest.mark.rule("c.1/directory")
@pytest.mark.parametrize(
    ("said", "refusal", "pointer"),
    [
        ({"scope": "nation", "area": "9901"}, directory.AreaUnknown, "/area"),
        ({"scope": "municipality"}, directory.AreaUnknown, "/area"),
        ({"scope": "municipality", "area": "0000"}, directory.AreaUnknown, "/area"),
        ({"scope": "municipality", "area": "0851"}, directory.AreaUnknown, "/area"),
        ({"scope": "region", "area": "syddanmark"}, directory.AreaUnknown, "/area"),
        ({"scope": "region", "area": "synthetic", "provenance": "actual"}, directory.AreaUnknown, "/area"),
        ({"scope": "police_district", "area": "syddanmark", "provenance": "actual"}, directory.AreaUnknown, "/area"),
        ({"valid_until": date(2026, 1, 1)}, directory.ValidityBackwards, "/valid_until"),
        ({"min_age": 18, "max_age": 17}, directory.AgesBackwards, "/max_age"),
        ({"hours": (hours.Opening("mon", "08:00", "08:00"),)}, directory.OpeningBackwards, "/hours"),
        ({"phone": None}, directory.HowToReachMissing, "/phone"),
    ],
)
def test_what_cannot_be_right_is_not_entered(said: dict[str, Any], refusal: Any, pointer: str) -> None:
    with pytest.raises(refusal) as refused:
        directory.enter(entry(**said))
    assert refused.value.pointer == pointer


@pytest.mark.rule("c.1/directory")
@pytest.mark.parametrize(
    "said",
    [
        {"scope": "municipality", "area": "9901"},
        {"scope": "municipality", "area": "0851", "provenance": "actual"},
        {"scope": "region", "area": "syddanmark", "provenance": "actual"},
        {"scope": "police_district", "area": "synthetic"},
        {"scope": "unit", "area": str(NEW)},
        {"valid_until": date(2026, 1, 2)},
        {"min_age": 18, "max_age": 18},
        {"phone": None, "page_url": "https://example.org/"},
        {"hours": (hours.Opening("mon", "08:00", "08:01"),)},
    ],
)
def test_what_may_be_right_is_entered_unverified_as_its_first_event(said: dict[str, Any]) -> None:
    one, event = directory.enter(entry(**said))
    assert (one.state, one.revision, event.revision, event.at) == ("unverified", 1, 1, AT)


@pytest.mark.rule("c.1/directory", "c.1/7")
def test_it_is_due_two_weeks_before_and_lapses_on_the_day_after_the_ninetieth_each_at_midnight() -> None:
    kept, _ = directory.verify(entry(), by="adviser", terms=TERMS, at=AT)
    due, lapse = datetime(2027, 2, 6, 23, tzinfo=UTC), datetime(2027, 2, 21, 23, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert (kept.verified_by, directory.next_due(kept)) == ("adviser", due)
    assert directory.grow_older(kept, at=due - second) == (kept, [])
    older, told = directory.grow_older(kept, at=due)
    assert (older.state, told, older.changed_at, directory.next_due(older)) == ("due", [], due, lapse)
    assert directory.grow_older(older, at=lapse - second) == (older, [])
    lapsed, [event] = directory.grow_older(kept, at=lapse)
    assert (lapsed.state, lapsed.changed_at, directory.next_due(lapsed)) == ("lapsed", lapse, None)
    assert isinstance(event, ContactDirectoryChanged)
    assert (event.change, event.valid_from, event.at, event.revision) == ("lapsed", date(2027, 2, 22), lapse, 3)
    assert directory.next_due(entry()) is None
    ending = replace(kept, valid_until=date(2027, 2, 7))
    assert directory.next_due(ending) is None, "on that day it is no more"
    assert directory.next_due(replace(kept, valid_until=date(2027, 2, 8))) == due


@pytest.mark.rule("c.1/directory")
def test_an_entry_ends_today_or_later_and_once() -> None:
    one, event = directory.end(entry(), valid_until=TODAY, at=AT)
    assert (one.valid_until, one.revision, event.revision) == (TODAY, 2, 2)
    later = entry(valid_from=date(2026, 12, 1))
    assert directory.end(later, valid_until=date(2026, 12, 1), at=AT)[0].valid_until == date(2026, 12, 1)
    for which, until in ((entry(), date(2026, 11, 22)), (later, date(2026, 11, 30))):
        with pytest.raises(directory.ValidityBackwards):
            directory.end(which, valid_until=until, at=AT)
    with pytest.raises(directory.EntryEnded):
        directory.end(one, valid_until=date(2027, 1, 1), at=AT)
    with pytest.raises(directory.EntryEnded):
        directory.verify(one, by="adviser", terms=TERMS, at=AT)
    ends_tomorrow, _ = directory.end(entry(), valid_until=date(2026, 11, 24), at=AT)
    assert directory.verify(ends_tomorrow, by="adviser", terms=TERMS, at=AT)[0].state == "verified"


@pytest.mark.rule("c.1/directory")
def test_what_takes_its_place_begins_after_it_and_both_are_told() -> None:
    for since in (date(2026, 1, 1), date(2025, 12, 31)):
        with pytest.raises(directory.ValidityBackwards) as refused:
            directory.replace_by(entry(), entry(id=NEW, valid_from=since), at=AT)
        assert refused.value.pointer == "/valid_from"
    old, new, events = directory.replace_by(entry(), entry(id=NEW, valid_from=date(2026, 1, 2)), at=AT)
    assert (old.valid_until, old.replaced_by, new.state) == (date(2026, 1, 2), NEW, "unverified")
    assert [(each.subject, each.revision) for each in events] == [(ID, 2), (NEW, 1)]
    with pytest.raises(directory.EntryEnded):
        directory.replace_by(old, entry(id=NEW, valid_from=date(2027, 1, 1)), at=AT)
    with pytest.raises(directory.HowToReachMissing):
        directory.replace_by(entry(), entry(id=NEW, valid_from=TODAY, phone=None), at=AT)


@pytest.mark.rule("c.1/directory")
def test_terms_begin_on_their_day() -> None:
    later = replace(TERMS, valid_from=date(2026, 12, 1))
    found = [directory.terms_on([TERMS, later], each) for each in (date(2026, 11, 30), date(2026, 12, 1))]
    assert found == [TERMS, later]
    assert directory.terms_on([later, TERMS], date(2020, 1, 1)) == TERMS
    changed, event = directory.coverage_changed(entry(), valid_from=TODAY, at=AT - timedelta(days=1))
    assert (changed.revision, changed.changed_at, event.at) == (2, AT, AT), "a clock that goes back changes no order"
