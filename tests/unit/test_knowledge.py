"""Publications and paragraphs of law: what must be said, and what follows from a change."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from contracts.event import Event
from contracts.problems import Refusal
from contracts.taxonomy import TOPIC_NAMES_DA, TopicCode
from knowledge.domain import publication as publications
from knowledge.domain import reference as references
from knowledge.domain.publication import Edition, Publication, Quote
from knowledge.domain.reference import LegalReference, Wording

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LAW = UUID(int=1)


def edition(**said: Any) -> Edition:
    fields: dict[str, Any] = {
        "number": 1,
        "kind": "study",
        "title_da": "Syntetisk",
        "topics": ("threats",),
        "children_youth": "no",
        "year": 2026,
        "accessibility": "ok",
    }
    return Edition(**{**fields, **said})


def drafted(**said: Any) -> Publication:
    return publications.draft(id=UUID(int=2), provenance="synthetic", edition=edition(**said), at=NOW)[0]


@pytest.mark.rule("c.4/isbn")
@given(digits=st.lists(st.integers(0, 9), min_size=12, max_size=12), place=st.integers(0, 12), by=st.integers(1, 9))
def test_one_wrong_digit_of_an_isbn_is_always_noticed(digits: list[int], place: int, by: int) -> None:
    right = [*digits, -sum(each * (1, 3)[at % 2] for at, each in enumerate(digits)) % 10]
    wrong = [(each + by) % 10 if at == place else each for at, each in enumerate(right)]
    assert publications.is_isbn("".join(map(str, right)))
    assert not publications.is_isbn("".join(map(str, wrong)))


@pytest.mark.rule("c.4/8")
@pytest.mark.parametrize("missing", ["accessibility", "year"])
def test_what_is_not_said_keeps_a_draft_from_being_published(missing: str) -> None:
    with pytest.raises(publications.PublicationIncomplete, match=missing):
        publications.publish(drafted(**{missing: None}), {}, at=NOW)


@pytest.mark.rule("c.4/6")
@pytest.mark.parametrize("present", [{LAW: 2}, {}])
def test_a_draft_is_not_published_with_another_wording_than_it_quotes(present: dict[UUID, int]) -> None:
    quoting = drafted(quotes=(Quote(LAW, 1),))
    with pytest.raises(publications.QuotedLawChanged):
        publications.publish(quoting, present, at=NOW)
    assert publications.publish(quoting, {LAW: 1}, at=NOW)[0].state == "published"


@pytest.mark.rule("c.4/6")
def test_a_review_does_not_confirm_a_paragraph_that_it_did_not_hold() -> None:
    due = replace(drafted(quotes=(Quote(LAW, 1),)), state="review_due")
    with pytest.raises(publications.QuotedLawChanged):
        publications.review(due, {}, at=NOW)


def test_every_topic_has_a_danish_word() -> None:
    assert set(TOPIC_NAMES_DA) == set(get_args(TopicCode))


@pytest.mark.rule("c.6/priority-set→knowledge")
def test_a_code_that_is_newer_than_this_service_stops_no_study() -> None:
    study = publications.study_of(topic="something_new", year=2027, children_youth="very")
    _, told = publications.draft(id=uuid4(), provenance="synthetic", edition=study, at=NOW)
    assert "something_new" in study.title_da
    assert told.type == "dk.maerk.knowledge.publication-drafted.v1"


class APublication(RuleBasedStateMachine):
    """Any run of commands, refused ones included, on a publication that quotes one paragraph."""

    def __init__(self) -> None:
        super().__init__()
        self.law, self.told = 1, 1
        self.it = drafted(quotes=(Quote(LAW, 1),))

    def does(self, result: tuple[Publication, Event]) -> None:
        self.it, event = result
        self.told += 1
        assert (event.revision, event.subject) == (self.told, self.it.id)

    def tries(self, verb: str, *given: Any, **said: Any) -> None:
        try:
            self.does(getattr(publications, verb)(self.it, *given, **said, at=NOW))
        except Refusal:
            return

    @rule(accessibility=st.sampled_from(["ok", None]))
    def redraft(self, accessibility: str | None) -> None:
        self.tries("redraft", edition(quotes=(Quote(LAW, self.law),), accessibility=accessibility))

    @rule()
    def publish(self) -> None:
        self.tries("publish", {LAW: self.law})

    @rule()
    def review(self) -> None:
        self.tries("review", {LAW: self.law})

    @rule(accessibility=st.sampled_from(["ok", None]))
    def revise(self, accessibility: str | None) -> None:
        self.tries("revise", edition(quotes=(Quote(LAW, self.law),), accessibility=accessibility))

    @rule()
    def withdraw(self) -> None:
        self.tries("withdraw", reason="outdated")

    @rule()
    @precondition(lambda self: self.law < 5)
    def the_law_changes(self) -> None:
        self.law += 1
        if self.it.state in publications.OPEN_TO_ALL:
            self.does(publications.send_to_review(self.it, LAW, at=NOW))

    @invariant()
    def what_is_published_is_accessible_and_quotes_the_law_as_it_reads(self) -> None:
        assert self.it.revision == self.told
        if self.it.state == "published":
            assert self.it.edition.quotes == (Quote(LAW, self.law),)
        if self.it.state != "draft":
            assert self.it.edition.accessibility is not None
            assert self.it.edition.published_at is not None
        assert (self.it.state == "withdrawn") == (self.it.withdrawn_because is not None)


TestAPublication = pytest.mark.rule("c.4/state:publication", "c.4/6", "c.4/8")(APublication.TestCase)


@pytest.mark.rule("c.4/state:legal_reference")
@given(st.lists(st.sampled_from(["amended", "repealed", "moved"]), max_size=5))
def test_the_wordings_of_a_paragraph_leave_no_day_out_and_none_follows_its_end(changes: list[Any]) -> None:
    it = LegalReference(LAW, "barnets_lov", "15(3)", "synthetic", (Wording("Syntetisk", "https://example.org/"),))
    for year, how in enumerate(changes, start=2027):
        ended = it.standing != "in_force"
        try:
            it, told = references.change(
                it, how=how, valid_from=date(year, 1, 1), source_url="https://example.org/", read_on=None,
                title_da=None, title_en=None, at=NOW,
            )  # fmt: skip
        except references.ReferenceNotInForce:
            assert ended
        else:
            assert not ended
            assert told.revision == it.revision == len(it.wordings)
    for before, after in zip(it.wordings, it.wordings[1:], strict=False):
        assert before.valid_to is not None
        assert before.valid_to + timedelta(days=1) == after.valid_from
        assert before.change in (None, "amended")
    assert it.wordings[-1].valid_to is None
