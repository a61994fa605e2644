"""Editions without a database: their way, and what two documents say differently."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.planning import ActionPlanCorrected, ActionPlanPublished
from contracts.problems import Refusal
from planning.domain import edition as domain
from planning.domain.difference import compare
from planning.domain.edition import UNPUBLISHED, Edition
from planning.domain.proof import of_figure, of_milestone, of_state
from planning.domain.snapshot import (
    Data,
    Snapshot,
    SnapshotArea,
    SnapshotInitiative,
    SnapshotMilestone,
    SnapshotMoney,
    SnapshotRelated,
    digest,
    document,
    read,
)
from support.published import PLAN, figure, point, reach, series, snapshot

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
DIGEST = "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c"
INITIATIVE = UUID("d52a8c01-9e3f-4c76-b402-8e1fac6d3b05")


class Editions(RuleBasedStateMachine):
    """A plan's versions, whatever is tried: one is written at a time, one stands at most, and documents stay."""

    def __init__(self) -> None:
        super().__init__()
        self.editions: list[Edition] = []
        self.at = NOW
        self.told: list[Any] = []
        self.sealed: dict[int, tuple[Any, ...]] = {}

    @rule(reason=st.sampled_from([None, "Rettelse"]))
    def draft(self, reason: str | None) -> None:
        said: dict[str, Any] = {"plan_id": PLAN, "year": 2027, "provenance": "synthetic", "earlier": self.editions}
        self._try(lambda: self.editions.append(domain.draft(uuid4(), **said, correction_da=reason, at=self.at)))

    @rule(
        verb=st.sampled_from(
            ["write", "consult", "hear", "end", "approve", "back", "publish", "force", "follow", "close"]
        ),
        place=st.integers(0, 3),
        days=st.integers(0, 40),
    )
    def act(self, verb: str, place: int, days: int) -> None:
        if not self.editions:
            return
        self.at += timedelta(days=days)
        place %= len(self.editions)
        self._try(lambda: self._act(verb, place))

    def _act(self, verb: str, place: int) -> None:
        one, at = self.editions[place], self.at
        if verb == "publish":
            domain.check_publishable(one, [])
            done, told = domain.seal(domain.publish(one, at=at), snapshot_hash=DIGEST, plan_revision=2, at=at)
            self.editions = [
                domain.take_place(each, at=at) if each.version == one.corrects else each for each in self.editions
            ]
            self.told.append(told)
            self.sealed[done.version] = (done.snapshot_hash, done.foreword_da, done.published_on)
        elif verb == "close":
            done, told = domain.close_edition(one, plan_revision=3, at=at)
            self.told.append(told)
        else:
            done = {
                "write": lambda: domain.write(one, foreword_da=f"Syntetisk {at}"),
                "consult": lambda: domain.consult(one, ["Syntetisk"], answers_by=date(2029, 1, 1), at=at),
                "hear": lambda: domain.hear(one, "Syntetisk", "agrees", None, at=at),
                "end": lambda: domain.end_consultation(one, at=at),
                "approve": lambda: domain.approve(one, at=at),
                "back": lambda: domain.send_back(one, "Syntetisk", at=at),
                "force": lambda: domain.enter_into_force(one, at=at),
                "follow": lambda: domain.draft_follow_up(one, "Syntetisk", at=at),
            }[verb]()
        assert done.revision > one.revision or verb == "publish"
        self.editions[place] = done

    def _try(self, act: Any) -> None:
        before = list(self.editions)
        try:
            act()
        except Refusal:
            assert self.editions == before

    @invariant()
    def one_is_written_and_one_stands(self) -> None:
        assert sum(each.state in UNPUBLISHED for each in self.editions) <= 1
        assert sum(each.state in domain.STANDING for each in self.editions) <= 1
        assert [each.version for each in self.editions] == list(range(1, len(self.editions) + 1))

    @invariant()
    def what_was_published_stays(self) -> None:
        for each in self.editions:
            if each.version in self.sealed:
                assert (each.snapshot_hash, each.foreword_da, each.published_on) == self.sealed[each.version]
                assert each.minister_approved

    @invariant()
    def each_publication_is_told_once(self) -> None:
        told = [each for each in self.told if isinstance(each, ActionPlanPublished | ActionPlanCorrected)]
        assert sorted(each.version for each in told) == sorted(self.sealed)


Editions.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestEditions = pytest.mark.rule("c.5/state:plan")(Editions.TestCase)


@pytest.mark.rule("c.5/1")
def test_what_is_lacking_is_said_in_the_order_of_the_rule() -> None:
    edition = Edition(uuid4(), PLAN, 2027, "synthetic", 1)
    other = uuid4()
    found = domain.lacks(edition, to_follow_up=[INITIATIVE, other], planned=0, priorities=0)
    assert found == [
        ("follow_up", INITIATIVE), ("follow_up", other), ("planned_initiatives", None), ("priorities", None),
        ("children_youth", None),
    ]  # fmt: skip
    whole = replace(edition, follow_ups={INITIATIVE: "Syntetisk", other: "Syntetisk"}, children_youth_da="Syntetisk")
    assert domain.lacks(whole, to_follow_up=[INITIATIVE, other], planned=1, priorities=1) == []


@pytest.mark.rule("c.5/edition")
def test_a_document_is_the_same_bytes_however_it_was_made_and_reads_back() -> None:
    one = snapshot(figures=(figure(93),), foreword_da="Æ, ø og å")
    body = document(one)
    assert document(read(body)) == body
    assert b"\n" not in body
    assert "Æ, ø og å".encode() in body
    assert digest(body) != digest(document(snapshot(figures=(figure(93),), foreword_da="Æ, ø og å.")))


@pytest.mark.rule("c.5/4", "c.5/edition")
def test_values_under_two_definitions_stand_beside_each_other_and_are_not_subtracted() -> None:
    one = snapshot(figures=(figure(93, definition_da="Kommuner med kontakt"),))
    same = snapshot(figures=(figure(86),))
    other = snapshot(figures=(figure(86, definition_da="Kommuner med aftale", definition_version=2),))
    [subtracted] = compare(one, same)
    assert (subtracted.what, subtracted.change) == ("figure", Decimal(-7))
    [beside] = compare(one, other)
    assert (beside.what, beside.change) == ("definition", None)
    assert (beside.earlier, beside.later) == ("93: Kommuner med kontakt", "86: Kommuner med aftale")
    assert compare(one, one) == []


@pytest.mark.rule("c.5/edition")
def test_focus_areas_of_two_plans_are_told_apart_by_titles_and_none_is_passed_over() -> None:
    def areas(*said: tuple[int | None, str | None]) -> Snapshot:
        found = [SnapshotArea(number=number, title_da=title, title_en=None, initiatives=()) for number, title in said]
        return snapshot(focus_areas=tuple(found))

    one = areas((1, "Viden"), (2, "Viden"), (3, "Skoler"))
    two = areas((1, "Skoler"), (2, "Viden"), (None, None)).model_copy(update={"plan_id": INITIATIVE})
    found = [(each.name, each.field, each.earlier, each.later) for each in compare(one, two)]
    assert found == [("Viden (2)", None, "Viden", None), ("-", None, None, "-")]


@pytest.mark.rule("c.5/edition")
def test_a_figure_that_one_document_lacks_is_named_with_the_value_that_the_other_has() -> None:
    one, none = snapshot(figures=(figure(93),)), snapshot()
    for earlier, later, values in ((one, none, [Decimal(93), None]), (none, one, [None, Decimal(93)])):
        [found] = compare(earlier, later)
        assert (found.what, found.field, found.change) == ("figure", None, None)
        assert [found.earlier, found.later] == values


@pytest.mark.rule("c.5/edition")
def test_money_and_texts_that_differ_are_named_with_their_difference() -> None:
    money = SnapshotMoney(frame_mio_dkk=Decimal(40), allocated_mio_dkk=Decimal(40), difference_mio_dkk=Decimal(0))
    found = compare(snapshot(foreword_da="Før"), snapshot(foreword_da="Efter", money=money))
    assert [(each.what, each.field, each.change) for each in found] == [
        ("text", "foreword_da", None),
        ("money", "allocated_mio_dkk", Decimal("0.4")),
        ("money", "difference_mio_dkk", Decimal("-0.4")),
    ]


@pytest.mark.rule("c.5/edition")
def test_series_and_municipalities_are_compared_where_both_documents_have_them() -> None:
    day = date(2026, 6, 1)
    bare = snapshot()
    less = snapshot(series=(series([point("2025", 7)]),), reach=reach(day, {"0101": ("plan",)}))
    more = snapshot(series=(series([point("2025", 9)]),), reach=reach(day, {"0101": ("plan", "agreement")}))
    assert [(each.what, each.change) for each in compare(less, more)] == [("value", Decimal(2)), ("municipality", None)]
    for one, other in ((bare, more), (more, bare), (bare, bare)):
        assert compare(one, other) == []
    area = SnapshotArea(number=None, title_da="Før", title_en=None, initiatives=())
    renamed = area.model_copy(update={"title_da": "Efter"})
    [found] = compare(snapshot(focus_areas=(area,)), snapshot(focus_areas=(renamed,)))
    assert (found.what, found.earlier, found.later) == ("focus_area", "Før", "Efter")


def test_a_new_binding_under_the_same_words_is_another_definition_within_a_plan() -> None:
    one, other = snapshot(figures=(figure(93),)), snapshot(figures=(figure(86, definition_version=2),))
    assert [each.what for each in compare(one, other)] == ["definition"]
    of_another_plan = other.model_copy(update={"plan_id": INITIATIVE})
    assert [each.what for each in compare(one, of_another_plan)] == ["figure"]


@pytest.mark.rule("c.5/edition")
def test_milestones_that_moved_are_named_also_among_those_of_one_title() -> None:
    def plan(*due: date) -> Snapshot:
        steps = tuple(
            SnapshotMilestone(title_da="Skridt", title_en=None, due_on=each, state="open", met_on=None, source_url=None)
            for each in due
        )
        own = dict.fromkeys(("title_en", "responsible_ministry", "children_youth", "reason_code"))
        effort = SnapshotInitiative(
            **own, id=INITIATIVE, number=7, title_da="Syntetisk", state="planned", came_from=(), became=(),
            milestones=steps, figures=(),
        )  # fmt: skip
        area = SnapshotArea(number=None, title_da=None, title_en=None, initiatives=(effort,))
        return snapshot(focus_areas=(area,))

    first, second, third = date(2027, 1, 1), date(2027, 2, 1), date(2027, 3, 1)
    moved = compare(plan(first, second), plan(first, third))
    assert [(each.what, each.name, each.field) for each in moved] == [("milestone", "7: Skridt (2)", "due_on")]
    gone = compare(plan(first, second, third), plan(first, second))
    assert [(each.name, each.earlier, each.later) for each in gone] == [("7: Skridt (3)", "Skridt", None)]


@pytest.mark.rule("c.5/edition")
def test_an_initiative_of_another_year_is_compared_with_the_one_that_it_carries_on_and_with_no_namesake() -> None:
    own: dict[str, Any] = dict.fromkeys(("title_en", "responsible_ministry", "children_youth", "reason_code"))
    own |= {"id": INITIATIVE, "came_from": (), "became": (), "milestones": (), "figures": (), "state": "planned"}

    def efforts(*said: tuple[int, str, int | None]) -> tuple[SnapshotArea, ...]:
        found = [
            SnapshotInitiative(
                **own,
                number=number,
                title_da=title,
                carried_on_from=before
                and SnapshotRelated(plan_year=snapshot().year, number=before, title_da="-", state="completed"),
            )
            for number, title, before in said
        ]
        return (SnapshotArea(number=1, title_da="Område", title_en=None, initiatives=tuple(found)),)

    one = snapshot().model_copy(update={"focus_areas": efforts((1, "Første", None), (2, "Anden", None))})
    two = one.model_copy(
        update={
            "plan_id": INITIATIVE,
            "year": one.year + 1,
            "focus_areas": efforts((1, "Anden fortsat", 2), (2, "Anden delt", 2), (3, "Ny", None)),
        }
    )
    found = [(each.name, each.field, each.earlier, each.later) for each in compare(one, two)]
    assert found == [
        ("1", None, "Første", None),
        ("2", "title_da", "Anden", "Anden fortsat"),
        (f"{two.year}/2", None, None, "Anden delt"),
        (f"{two.year}/3", None, None, "Ny"),
    ]


@pytest.mark.rule("c.5/edition")
def test_a_documents_data_are_named_by_a_digest_of_what_was_heard_and_what_was_not_counted() -> None:
    heard = Data({"t": {"0": 7}}, [])
    assert heard.id == sha256(b'{"set_aside":[],"watermark":{"t":{"0":7}}}').hexdigest()
    assert len({heard.id, Data({"t": {"0": 8}}, []).id, Data({"t": {"0": 7}}, [{"topic": "t"}]).id}) == 3


@pytest.mark.rule("c.5/proof")
@pytest.mark.parametrize(
    ("found", "grade"),
    [
        (of_figure(counted=True, source_url=None), "event_proved"),
        (of_figure(counted=False, source_url="https://example.org/x"), "document_proved"),
        (of_figure(counted=False, source_url=None), "claimed"),
        (of_milestone("met", event_count=1, source_url="https://example.org/x"), "event_proved"),
        (of_milestone("met", event_count=0, source_url="https://example.org/x"), "document_proved"),
        (of_milestone("overdue", event_count=0, source_url=None), "none"),
        (of_state("on_track", source_url=None, milestones=["event_proved"]), "claimed"),
        (of_state("on_track", source_url="https://example.org/x", milestones=[]), "document_proved"),
        (of_state("completed_changed", source_url="https://example.org/x", milestones=["event_proved"]),
         "document_proved"),
        (of_state("completed_as_planned", source_url=None, milestones=["event_proved", "none"]), "event_proved"),
        (of_state("completed_as_planned", source_url=None, milestones=["event_proved", "document_proved"]),
         "document_proved"),
        (of_state("completed_as_planned", source_url=None, milestones=["none"]), "claimed"),
    ],
)  # fmt: skip
def test_proof_is_as_good_as_what_can_be_opened(found: str, grade: str) -> None:
    assert found == grade
