"""Drawings of documents: what they say without colours and without eyes, and that nothing is joined that differs."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from contracts.advisory import (
    PreparednessPlanAdopted,
    PreparednessPlanCorrected,
    PreparednessPlanOverdue,
    PreparednessPlanPublished,
    PreparednessPlanRevisionDue,
    PreparednessPlanWithdrawn,
)
from contracts.event import Event
from contracts.geography import municipalities
from planning.domain.contact import CONTACTS, PlanKnown, plan_known
from planning.domain.series import Point, Series, follows
from planning.domain.snapshot import SnapshotReach
from planning.domain.wording import in_danish_order
from planning.queries.document.pictures import GROUPS, MOST_POINTS, TILES, Picture, over_time
from planning.queries.document.pictures import municipalities as tiles
from planning.queries.document.plan import municipalities as shown
from planning.queries.document.words import STATES, WAYS
from support.published import point, reach, series

SVG = "{http://www.w3.org/2000/svg}"
DAY, LATER = date(2026, 12, 31), date(2027, 1, 1)


def texts(picture: Picture) -> list[str]:
    """What is written in the drawing."""
    return [each.text or "" for each in ET.fromstring(picture.svg).iter(f"{SVG}text")]


def lines(picture: Picture) -> int:
    """How many values are joined with the next."""
    drawn = ET.fromstring(picture.svg).iter(f"{SVG}line")
    return sum(each.attrib["stroke-width"] == "2" for each in drawn)


def known(on: date = LATER, **letters: Iterable[str]) -> SnapshotReach:
    codes = {f"{code[1:]}": tuple(ways) for code, ways in letters.items()}
    return reach(on, codes)


@pytest.mark.rule("c.5/pictures")
def test_every_municipality_has_one_tile_under_its_region_of_the_day_and_one_row_that_says_the_same() -> None:
    before, after = tiles(known(DAY))[1:], tiles(known(LATER))[1:]
    assert [each.title for each in before] == [
        "Region Nordjylland · 11 kommuner", "Region Midtjylland · 19 kommuner", "Region Syddanmark · 22 kommuner",
        "Region Sjælland · 17 kommuner", "Region Hovedstaden · 29 kommuner",
    ]  # fmt: skip
    assert [each.title for each in after][3:] == ["Region Østdanmark · 46 kommuner"]
    names = {each.name for each in municipalities(LATER)}
    written = " ".join(said for each in after for said in texts(each))
    assert all(name in written or name.replace("-", "- ") in written for name in names)
    [table] = [each for each in shown(known(LATER)) if each.kind == "table"]
    assert {row[0] for row in table.rows} == names
    assert len(table.rows) == 98


@pytest.mark.rule("c.5/pictures")
def test_a_tile_says_by_letters_what_it_says_by_colour_and_words_say_it_again() -> None:
    legend, *regions = tiles(known(_0810=("plan",), _0860=("agreement", "visited")))
    fills = [each.attrib["fill"] for picture in regions for each in ET.fromstring(picture.svg).iter(f"{SVG}rect")]
    assert [fills.count(TILES[look].fill) for look in ("first", "others", "none")] == [1, 1, 96]
    signs = [said for each in regions for said in texts(each) if said in ("B", "A R", "-")]
    assert sorted(signs) == sorted(["B", "A R", *["-"] * 96])
    assert "Region Nordjylland, 11 kommuner: beredskabsplan 1, samarbejdsaftale 1" in regions[0].said
    assert all(each.said in each.svg for each in (legend, *regions))
    assert "B = Beredskabsplan, gyldig" in texts(legend)


@pytest.mark.rule("c.5/pictures")
def test_what_is_known_of_a_plan_is_said_by_letter_colour_and_word_and_never_as_not_known() -> None:
    states: dict[str, PlanKnown] = {"0810": "valid", "0813": "too_old", "0860": "withdrawn", "0849": "adopted"}
    found = reach(LATER, {"0810": ("plan",), "0846": ("agreement",)}, plans=states)
    legend, north, *_ = tiles(found)
    signs = [each for each in texts(north) if len(each) == 1]
    assert sorted(signs) == sorted(["B", "G", "T", "V", "A", *["-"] * 6])
    assert len({each.fill for each in TILES.values()}) == len(TILES)
    assert {each[0] for each in texts(legend)} >= {"B", "G", "T", "V", "A", "-"}
    assert "beredskabsplanen er for gammel: 1" in north.said
    [table] = [each for each in shown(found) if each.kind == "table"]
    said = {str(row[0]): row[2] for row in table.rows}
    assert [said[each] for each in ("Brønderslev", "Frederikshavn", "Hjørring", "Jammerbugt", "Aalborg")] == [
        "gyldig", "for gammel", "ingen gældende: trukket tilbage", "vedtaget, ikke offentliggjort",
        "ingen gældende kendt",
    ]  # fmt: skip
    assert all(row[2] != "ikke kendt" for row in table.rows)
    assert all(row[2] != "ikke kendt" for each in shown(known(LATER)) if each.kind == "table" for row in each.rows)


@pytest.mark.rule("c.5/pictures")
def test_a_legend_says_only_what_the_tiles_show() -> None:
    one = reach(LATER, {"0810": ("plan",)}, plans={"0810": "valid"})
    alone = one.model_copy(update={"ways": tuple(each for each in one.ways if each.code == "plan")})
    assert texts(tiles(alone)[0]) == ["B = Beredskabsplan, gyldig", "- = Ingen gældende plan kendt"]
    agreed = one.model_copy(update={"ways": tuple(each for each in one.ways if each.code == "agreement")})
    assert texts(tiles(agreed)[0]) == ["A = Samarbejdsaftale", "- = ingen gældende kendt"]


@pytest.mark.rule("c.5/pictures", "c.5/published")
@pytest.mark.parametrize(
    ("stands", "adopted", "known"),
    [
        (PreparednessPlanPublished, None, "valid"),
        (PreparednessPlanRevisionDue, PreparednessPlanAdopted, "valid"),
        (PreparednessPlanOverdue, None, "too_old"),
        (PreparednessPlanWithdrawn, None, "withdrawn"),
        (PreparednessPlanWithdrawn, PreparednessPlanAdopted, "adopted"),
        (None, PreparednessPlanAdopted, "adopted"),
        (None, PreparednessPlanCorrected, "none_known"),
        (None, None, "none_known"),
    ],
)
def test_what_is_known_of_a_plan_is_what_open_events_say(
    stands: type[Event] | None, adopted: type[Event] | None, known: PlanKnown
) -> None:
    assert plan_known(stands and stands.type, adopted and adopted.type) == known


@pytest.mark.rule("c.5/pictures", "c.5/synthetic")
def test_synthetic_municipalities_stand_in_a_block_of_their_own_without_real_ones() -> None:
    drawn = tiles(reach(LATER, {"9901": ("plan",)}, synthetic=True))
    assert [each.title for each in drawn[1:]] == ["Syntetisk Region · 4 kommuner"]
    assert all("Aalborg" not in each.svg for each in drawn)


@pytest.mark.rule("c.5/pictures")
def test_only_what_is_told_in_the_open_and_is_no_single_case_is_shown_by_name() -> None:
    assert {code for code, each in CONTACTS.items() if each.is_public} == {"plan", "agreement", "advised", "visited"}
    assert set(WAYS) == {code for code, each in CONTACTS.items() if each.is_public}


@pytest.mark.rule("c.5/pictures", "c.5/4")
def test_two_definitions_are_never_joined_and_the_break_is_drawn_and_said() -> None:
    both = over_time(series([point("2024", 1), point("2025", 2)], [point("2026", 3), point("2027", 4)]))
    assert lines(both) == 2
    assert texts(both).count("Brud: ny definition") == 1
    assert "Her brydes serien: ny definition." in both.said
    one = over_time(series([point("2024", 1), point("2025", 2), point("2026", 3), point("2027", 4)]))
    assert lines(one) == 3
    assert "brydes" not in one.said


@pytest.mark.rule("c.5/pictures", "c.5/small-numbers")
def test_a_value_that_is_not_shown_is_said_to_be_and_no_line_leads_through_it() -> None:
    picture = over_time(series([point("2024", 7), point("2025", None), point("2026", 9)]))
    assert lines(picture) == 0
    assert "2025: vises ikke" in picture.said
    assert "vises ikke" in texts(picture)


@pytest.mark.rule("c.5/pictures")
def test_no_line_leads_over_a_period_that_was_not_read() -> None:
    assert lines(over_time(series([point("2024", 1), point("2026", 3)]))) == 0
    assert follows("2026-Q4", "2027-Q1")
    assert follows("2026-12", "2027-01")
    assert not follows("2026-Q4", "2027-Q2")


@pytest.mark.rule("c.5/pictures")
def test_preliminary_final_and_corrected_values_have_marks_of_their_own_and_words() -> None:
    points = [point("2024", 1), point("2025", 2, "corrected"), point("2026", 3, "preliminary")]
    picture = over_time(series(points))
    assert {"foreløbigt", "endeligt", "rettet"} <= set(texts(picture))
    assert "2024: 1, endeligt; 2025: 2, rettet; 2026: 3, foreløbigt" in picture.said
    assert len(set(re.findall(r'<circle[^>]*fill="([^"]+)"', picture.svg))) == 2
    assert picture.svg.count("<path") == 2  # the mark, and its like in the key


@pytest.mark.rule("c.5/pictures")
def test_a_long_series_is_drawn_from_its_end_and_stands_whole_in_its_table() -> None:
    months = [f"{2020 + place // 12}-{place % 12 + 1:02}" for place in range(60)]
    long: Series = series([point(each, 5) for each in months[:50]], [point(each, 6) for each in months[50:]])
    picture = over_time(long)
    assert picture.svg.count("<circle") == MOST_POINTS + 1
    assert f"De seneste {MOST_POINTS} værdier." in picture.caption
    assert texts(picture).count("Brud: ny definition") == 1


@pytest.mark.parametrize("values", [[0, 0], [5, 5], [-3, 4], [9_999_999, 1]])
def test_every_value_stands_on_the_paper(values: list[int]) -> None:
    points: list[Point] = [point(str(2020 + place), each) for place, each in enumerate(values)]
    heights = [float(each) for each in re.findall(r'cy="([^"]+)"', over_time(series(points)).svg)]
    assert all(0 < each < 210 for each in heights)


def test_names_stand_in_danish_order() -> None:
    assert sorted(["Ærø", "Aabenraa", "Varde", "Ølstykke"], key=in_danish_order) == [
        "Varde", "Ærø", "Ølstykke", "Aabenraa",
    ]  # fmt: skip


@pytest.mark.rule("c.5/document", "c.5/pictures")
def test_every_state_of_an_initiative_is_in_one_group_and_what_stands_on_a_colour_can_be_read() -> None:
    assert sorted(state for group in GROUPS for state in group.states) == sorted(STATES)
    for _, fill, ink, _ in (*GROUPS, *TILES.values()):
        light, dark = sorted((luminance(fill), luminance(ink)), reverse=True)
        assert (light + Decimal("0.05")) / (dark + Decimal("0.05")) >= Decimal("4.5")


def luminance(colour: str) -> Decimal:
    """Relative luminance. Source: WCAG 2.1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return Decimal(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
