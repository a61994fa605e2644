"""Statistics: what must be said, what is left out in one edition and in several, and how a statistic goes its way."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise, product
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chassis.disclosure import MINIMUM, two_way
from contracts.event import Event
from contracts.knowledge import StatisticCorrected, StatisticReleased, StatisticRetracted
from contracts.problems import Refusal
from contracts.values import LARGEST
from knowledge.domain import statistic as domain
from knowledge.domain import table as tables
from knowledge.domain.statistic import Statistic
from knowledge.domain.table import ALL, NATION, NEEDED, Content, ReleasedTable, content, shown
from support.statistics import REGIONS, category, correction, counted, counts, shares, statistic

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SOME = st.one_of(st.integers(0, 6), st.integers(0, 40))
HIGHEST = 15
Shown = dict[tuple[str, str], Decimal | None]


def said(period: str = "2026", /, **changed: Any) -> Content:
    return content(statistic(**changed), period=period)


def of_counts(*numbers: int) -> Content:
    return content(counted(*numbers), period="2026")


def draft(what: Content | None = None, *, period: str = "2026") -> Statistic:
    return Statistic(UUID(int=1), "synthetic", "young-in-control", period, what or said())


def approved(what: Content | None = None, *, period: str = "2026") -> Statistic:
    return domain.approve(domain.check(draft(what, period=period)))


def out(what: Content | None = None) -> Statistic:
    return domain.release(approved(what), None, at=NOW)[0]


def told(statistic: Statistic) -> ReleasedTable:
    assert statistic.told is not None
    return statistic.told


def corrected(statistic: Statistic, cells: list[dict[str, Any]]) -> Statistic:
    fields = {name: value for name, value in correction(cells).items() if name != "reason"}
    return domain.correct(statistic, fields, reason="late_reports", at=NOW)[0]


def numbers(table: ReleasedTable) -> Shown:
    return {(each.area, each.category): each.value for each in table.numbers}


@pytest.mark.rule("c.4/2")
@settings(max_examples=50)
@given(st.lists(SOME, min_size=10, max_size=10))
def test_counts_by_region_go_out_as_small_numbers_allow_with_all_their_totals(drawn: list[int]) -> None:
    by = dict(zip(product(REGIONS, "ab"), drawn, strict=True))
    cells = [{"area": area, "category": code, "count": count} for (area, code), count in by.items()]
    table = shown(content(counted(1, 1) | {"cells": cells}, period="2026"))
    expected = two_way(by)
    assert table[NATION, ALL] == expected.total
    for area in REGIONS:
        assert table[area, ALL] == expected.rows[area]
    for code in "ab":
        assert table[NATION, code] == expected.columns[code]
        assert [table[area, code] for area in REGIONS] == [expected.cells[area, code] for area in REGIONS]
    assert all(value is None or value >= MINIMUM for value in table.values())


@pytest.mark.rule("c.4/2")
def test_how_many_numbers_are_left_out_and_why_stands_beside_them() -> None:
    table = told(out(of_counts(3, 9, 40)))
    assert table.hidden == {(NATION, "a"), (NATION, "b")}
    assert (table.hidden_count, str(MINIMUM) in table.hidden_da) == (2, True)
    assert table.headline_value == 52
    assert told(out(of_counts(0, 3))).headline_value is None


@pytest.mark.rule("c.4/2")
def test_an_area_shows_all_its_shares_or_none_and_means_of_few_are_not_shown() -> None:
    areas = (NATION, *REGIONS)
    cells = [cell | {"area": area} for area in areas for cell in shares("20.0")]
    assert None not in shown(said(cells=cells)).values()
    for share, about, is_shown in (("20.0", 25, True), ("20.0", 20, False), ("80.0", 20, False), ("0.0", 900, False)):
        few = [*cells[:-2], *(cell | {"area": REGIONS[-1]} for cell in shares(share, about=about))]
        table = shown(said(cells=few))
        assert {key for key, value in table.items() if value is None} == (
            set() if is_shown else {(REGIONS[-1], "controlled"), (REGIONS[-1], "free")}
        )
    parts = [
        {"area": NATION, "category": code, "count": 30, "number": each}
        for code, each in zip("abc", (10, 50, 40), strict=True)
    ]
    three = said(cells=parts, categories=[category(code) for code in "abc"], headline_category="a")
    assert set(shown(three).values()) == {None}, "what two shares lack of a hundred is the third"
    alone = {"area": NATION, "category": "controlled", "count": 20, "number": 90}
    assert set(shown(said(cells=[alone], categories=[category("controlled")])).values()) == {None}, "two others are few"
    for about, value in ((MINIMUM, Decimal("3.5")), (MINIMUM - 1, None)):
        mean = {"area": NATION, "category": "controlled", "count": about, "number": "3.5"}
        one = said(unit="mean", cells=[mean], categories=[category("controlled")])
        assert shown(one) == {(NATION, "controlled"): value}


def fitting(old: Shown, new: Shown, codes: str, changed: str) -> Iterator[tuple[Shown, Shown]]:
    """All that agrees with both editions, for somebody who knows that one number alone was changed."""
    keys = [(NATION, each) for each in codes]
    for first in product(*(range(HIGHEST) if old[key] is None else [old[key]] for key in keys)):
        for other in range(HIGHEST) if new[NATION, changed] is None else [new[NATION, changed]]:
            before: Any = dict(zip(keys, first, strict=True))
            after: Any = before | {(NATION, changed): other}
            for each in (before, after):
                each[NATION, ALL] = sum(each.values())
            if _agrees(before, old) and _agrees(after, new):
                yield before, after


def _agrees(true: Shown, table: Shown) -> bool:
    return all(value is None or true[key] == value for key, value in table.items())


@pytest.mark.rule("c.4/2")
@settings(max_examples=25, deadline=None)
@example([9, 6, 7], 1, 3)
@example([3, 9, 9], 0, 8)
@given(st.lists(st.integers(0, 9), min_size=3, max_size=3), st.integers(0, 2), st.integers(0, 9))
def test_what_is_left_out_cannot_be_computed_from_two_editions(first: list[int], place: int, other: int) -> None:
    codes, changed = "abc", "abc"[place]
    before = out(of_counts(*first))
    after = corrected(before, counts(*(other if at == place else each for at, each in enumerate(first))))
    old, new = numbers(told(before)), numbers(told(after))
    assert told(before).hidden <= told(after).hidden
    seen: dict[tuple[int, tuple[str, str]], set[Any]] = {}
    for candidate in fitting(old, new, codes, changed):
        for edition, (table, true) in enumerate(zip((old, new), candidate, strict=True)):
            for key, value in table.items():
                was_shown = edition == 1 and key[1] not in (changed, ALL) and old[key] is not None
                if value is None and not was_shown:  # what everybody has read is no secret
                    seen.setdefault((edition, key), set()).add(true[key])
    assert all(len(values) >= MINIMUM for values in seen.values()), seen


@pytest.mark.rule("c.4/2")
def test_a_correction_that_leaves_out_more_has_no_totals_and_what_was_left_out_stays_so() -> None:
    first = out(of_counts(10, 6, 7))
    assert told(first).hidden_count == 0
    second = corrected(first, counts(10, 3, 7))
    assert {(NATION, "b"), (NATION, ALL)} <= told(second).hidden
    third = corrected(second, counts(10, 30, 7))
    assert told(third).hidden == told(second).hidden
    assert [told(each).edition for each in (first, second, third)] == [1, 2, 3]


@pytest.mark.rule("c.4/3")
@pytest.mark.parametrize("missing", NEEDED)
def test_nothing_goes_out_without_what_must_stand_beside_a_number(missing: str) -> None:
    with pytest.raises(domain.StatisticIncomplete, match=missing):
        domain.check(draft(said(**{missing: None})))


@pytest.mark.rule("c.4/4")
def test_another_definition_breaks_the_series() -> None:
    before = told(out())
    for changed, breaks in (({}, False), ({"definition_version": 2}, True), ({"definition_da": "En anden"}, True)):
        for previous, expected in ((before, breaks), (None, False)):
            after, event = domain.release(approved(said("2027", **changed), period="2027"), previous, at=NOW)
            assert isinstance(event, StatisticReleased)
            assert (told(after).series_break, event.series_break) == (expected, expected)
            assert told(corrected(after, shares("30.0"))).series_break == expected


@pytest.mark.parametrize(
    ("changed", "kind", "pointer"),
    [
        ({"cells": shares()[:1]}, tables.TableIncomplete, "/cells"),
        ({"cells": [*shares(), shares()[0]]}, tables.TableIncomplete, "/cells"),
        ({"cells": [{**each, "area": "fyn"} for each in shares()]}, ValueError, None),
        ({"cells": [{**each, "area": "syddanmark"} for each in shares()]}, tables.TableIncomplete, "/cells"),
        ({"cells": [{**each, "category": "x"} for each in shares()]}, tables.TableIncomplete, "/cells"),
        ({"categories": [category("free"), category("free")]}, tables.TableIncomplete, "/categories"),
        ({"categories": [category("controlled"), category("all")]}, tables.TableIncomplete, "/categories"),
        ({"headline_category": None}, tables.TableIncomplete, "/headline_category"),
        ({"headline_category": "x"}, tables.TableIncomplete, "/headline_category"),
        ({"cells": [{**each, "number": None} for each in shares()]}, tables.NumberImpossible, "/cells/0/number"),
        ({"cells": [shares()[0], {**shares()[1], "number": "100.1"}]}, tables.NumberImpossible, "/cells/1/number"),
        ({"unit": "count", "headline_category": None}, tables.NumberImpossible, "/cells/0/number"),
        (counted(LARGEST, 1), tables.NumberImpossible, "/cells"),
        (counted(1, 1) | {"cells": [*counts(1, 1), {**counts(1)[0], "area": "fyn"}]}, ValueError, None),
        (counted(1) | {"cells": [{**counts(1)[0], "area": REGIONS[0]}]}, tables.TableIncomplete, "/cells"),
        ({"units_reporting": 99}, tables.CoverageImpossible, "/units_reporting"),
        ({"source_url": "https://example.org/x"}, tables.SourceUndated, "/read_on"),
        ({"read_on": "2026-01-01"}, tables.SourceUndated, "/read_on"),
    ],
)  # fmt: skip
@pytest.mark.rule("c.4/2")
def test_what_is_no_table_is_refused_at_its_place(changed: Any, kind: type[Exception], pointer: str | None) -> None:
    with pytest.raises(kind) as found:
        said(**changed)
    assert pointer is None or getattr(found.value, "pointer", None) == pointer


@pytest.mark.parametrize(("period", "areas"), [("2026-Q4", 5), ("2026-12", 5), ("2027", 4), ("2027-Q1", 4)])
def test_regions_are_those_of_the_day_on_which_the_period_begins(period: str, areas: int) -> None:
    regions = REGIONS if areas == 5 else (*REGIONS[:3], "oestdanmark")
    cells = [{**counts(9)[0], "area": each} for each in regions]
    assert len(said(period, **counted(9) | {"cells": cells}).cells) == areas
    wrong = [{**counts(9)[0], "area": each} for each in (REGIONS if areas == 4 else regions[:4])]
    with pytest.raises(tables.TableIncomplete):
        said(period, **counted(9) | {"cells": wrong})


def test_a_correction_says_other_numbers_of_the_same_things() -> None:
    cells = [cell | {"area": area} for area in (NATION, *REGIONS) for cell in shares()]
    with pytest.raises(domain.TableUnlike):
        corrected(out(), cells)
    assert domain.frequency("2026-Q1") == "quarter"


class AStatistic(RuleBasedStateMachine):
    """No run of commands lets out what was not approved, says less than before, or brings back what was retracted."""

    def __init__(self) -> None:
        super().__init__()
        self.statistic = draft(of_counts(10, 6, 7))
        self.wanted: list[str] = []
        self.events: list[Event] = []
        self.editions: list[ReleasedTable] = []

    def _try(self, act: Any, *, allowed: bool) -> None:
        before = self.statistic
        try:
            result = act()
        except Refusal:
            assert not allowed
            return
        assert allowed
        self.statistic, *events = result if isinstance(result, tuple) else (result,)
        assert self.statistic.revision == before.revision + 1
        self.events += events
        if self.statistic.told != before.told:
            self.editions.append(told(self.statistic))

    @rule(first=SOME, second=SOME)
    def write(self, first: int, second: int) -> None:
        fine = self.statistic.state in domain.BEFORE_RELEASE
        self._try(lambda: domain.redraft(self.statistic, of_counts(first, second, 9)), allowed=fine)

    @rule()
    def check(self) -> None:
        self._try(lambda: domain.check(self.statistic), allowed=self.statistic.state == "draft")

    @rule()
    def approve(self) -> None:
        self._try(lambda: domain.approve(self.statistic), allowed=self.statistic.state == "disclosure_checked")

    @rule()
    def release(self) -> None:
        fine = self.statistic.state == "approved"
        self._try(lambda: domain.release(self.statistic, None, at=NOW), allowed=fine)

    @rule(first=SOME, second=SOME, reason=st.sampled_from(get_args(tables.CorrectionReason)))
    def correct(self, first: int, second: int, reason: Any) -> None:
        fields = {name: value for name, value in correction(counts(first, second, 9)).items() if name != "reason"}
        self._try(
            lambda: domain.correct(self.statistic, fields, reason=reason, at=NOW),
            allowed=self.statistic.state in domain.STANDING,
        )

    @rule(reason=st.sampled_from(get_args(domain.RetractionReason)))
    def retract(self, reason: Any) -> None:
        self._try(
            lambda: domain.retract(self.statistic, reason=reason, at=NOW),
            allowed=self.statistic.state in domain.STANDING,
        )

    @invariant()
    def everything_told_is_right(self) -> None:
        kinds = [type(each) for each in self.events]
        assert kinds[:1] in ([], [StatisticReleased])
        assert StatisticRetracted not in kinds[:-1]
        assert (self.statistic.state == "retracted") == (kinds[-1:] == [StatisticRetracted])
        assert [each.edition for each in self.editions] == list(range(1, len(self.editions) + 1))
        for earlier, later in pairwise(self.editions):
            assert earlier.hidden <= later.hidden
        outs = [each for each in self.events if isinstance(each, StatisticReleased | StatisticCorrected)]
        for event, table in zip(outs, self.editions, strict=True):
            assert (event.headline_value, event.hidden_count) == (table.headline_value, table.hidden_count)
            assert event.table_digest == tables.digest(tables.written(table))
        assert (self.statistic.told is None) == (not outs)


TestAStatistic = pytest.mark.rule("c.4/state:statistic", "c.4/2")(AStatistic.TestCase)
