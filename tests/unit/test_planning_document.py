"""The published plan as page, PDF and table: the same bytes from the same document, and nothing that is not in it."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest

from chassis.document import page as pages
from planning.domain.milestone import State
from planning.domain.snapshot import (
    SnapshotArea,
    SnapshotFigure,
    SnapshotHearing,
    SnapshotMoney,
    SnapshotPriority,
    digest,
    document,
)
from planning.queries.document import pdf as pdfs
from planning.queries.document import plan
from planning.queries.document.table import TABLES, described
from planning.queries.document.words import MILESTONES, STATES
from support.outline import Outline
from support.published import PLANS, figure, full, initiative, snapshot, target

EARLIER = Path(__file__).with_name("published") / "before_sets_and_series.json"


def page(body: bytes) -> str:
    return pages.printed(plan.told(body))


def pdf(body: bytes) -> bytes:
    return pdfs.printed(plan.told(body))


def table(body: bytes, name: str = "initiatives.csv") -> str:
    return TABLES[name].made(body)


def body(**said: Any) -> bytes:
    """The document of a synthetic plan with an initiative in every state."""
    efforts = tuple(initiative(place, each) for place, each in enumerate(STATES, 1))
    area = SnapshotArea(number=1, title_da="Syntetisk område", title_en=None, initiatives=efforts)
    return document(snapshot(**{"focus_areas": (area,), "figures": (figure(86),), **said}))


@pytest.mark.rule("c.5/document")
def test_the_same_document_makes_the_same_bytes_in_every_form() -> None:
    one = body()
    assert page(one) == page(one)
    assert table(one) == table(one)
    made = pdf(one)
    assert made == pdf(one)
    assert made != pdf(body(foreword_da="Et andet forord"))
    assert b"/StructTreeRoot" in made
    assert b"pdfuaid" in made  # the compiler refuses to say so of what does not conform


@pytest.mark.rule("c.5/document")
def test_the_page_can_be_read_without_eyes_and_fetches_nothing() -> None:
    found = Outline(page(body()))
    assert dict(found.tags)["html"] == {"lang": "da"}
    assert found.count("h1") == 1
    levels = [int(tag[1]) for tag, _ in found.tags if tag in ("h1", "h2", "h3")]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert found.count("table") == found.count("caption") == 2
    assert [found.count(each) for each in ("header", "nav", "main", "footer")] == [1] * 4
    assert all("scope" in attributes for tag, attributes in found.tags if tag == "th")
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [each for _, said in found.tags for each in (said.get("aria-labelledby") or "").split()]
    assert set(named) <= set(ids)
    assert [each for each, _ in found.tags if each in ("script", "img", "link", "iframe")] == []
    assert "1. Syntetisk område: 3 på vej, 2 i gang, 2 i risiko eller forsinket" in " ".join(found.said)


@pytest.mark.rule("c.5/document")
def test_what_people_wrote_is_text_and_never_markup() -> None:
    wrote = '<script>alert(1)</script> & "#let x = 1" $x$ #eval("1")'
    one = body(foreword_da=wrote, children_youth_da=wrote, title_da=wrote)
    found = Outline(page(one))
    assert found.count("script") == 0
    assert wrote in found.said
    assert pdf(one).startswith(b"%PDF-")


@pytest.mark.rule("c.5/document", "c.5/4")
def test_every_figure_stands_with_its_definition_and_moment_and_few_cases_are_not_shown() -> None:
    hidden = figure(3, name_da="Få sager").model_copy(update={"value": None})
    at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    shown = figure(86, as_of=at, provenance="actual")
    found = " ".join(Outline(page(body(figures=(shown, hidden)))).said)
    assert "86 af 98" in found
    assert "Hvor der er under fem enkeltsager bag et tal, vises det ikke." in found
    assert "Kommuner med kontakt (definition 1)" in found
    assert "1. januar 2027 kl. 00.30, endeligt" in found  # in Danish time
    assert "vises ikke" in found


@pytest.mark.rule("c.5/document", "c.5/historical")
def test_what_no_source_states_is_said_not_to_be_stated() -> None:
    found = " ".join(Outline(page(body(published_on="2016-10"))).said)
    assert "offentliggjort oktober 2016" in found
    assert found.count("Ikke oplyst.") == 4  # foreword, children and youth, follow-up, priorities


@pytest.mark.rule("c.5/document")
def test_a_synthetic_plan_and_a_correction_say_so() -> None:
    found = " ".join(Outline(page(body(corrects=1, version=2, correction_da="Et tal var forkert"))).said)
    assert "Syntetisk plan:" in found
    assert "Rettelse af version 1:" in found
    actual = " ".join(Outline(page(body(provenance="actual"))).said)
    assert "Syntetisk plan:" not in actual


@pytest.mark.rule("c.5/document")
def test_everybody_who_was_asked_and_every_priority_is_in_each_form() -> None:
    first = SnapshotPriority(
        title_da="Syntetisk prioritet", title_en=None, topic="law", area=None, children_youth="no", calls_for=("study",)
    )
    heard = (SnapshotHearing(authority="Syntetisk styrelse", position=None),)
    found = Outline(page(body(priorities=(first,), hearings=heard))).said
    assert "Syntetisk prioritet" in found
    assert "Syntetisk styrelse: intet svar" in found


@pytest.mark.rule("c.5/document")
def test_the_table_has_every_initiative_and_figure_and_no_cell_is_a_formula() -> None:
    dangerous = initiative(99, "planned", title_da="=1+1")
    area = SnapshotArea(number=2, title_da="Syntetisk", title_en=None, initiatives=(dangerous,))
    lines = table(body(focus_areas=(area,))).removeprefix("\ufeff").splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("initiative;2;99;'=1+1;")
    assert ";86;;1;Kommuner med kontakt;final;" in lines[2]


@pytest.mark.rule("c.5/document", "c.5/edition")
def test_a_document_that_was_published_before_sets_and_series_keeps_its_digest_and_can_be_read() -> None:
    earlier = EARLIER.read_bytes()
    assert digest(earlier) == "62570ed7d82b95b65287a28bbba03c328aab8d690e5068e005974fa5016e7467"
    found = " ".join(Outline(page(earlier)).said)
    assert "Syntetisk forord." in found
    assert "Kommunerne" not in found
    assert pdf(earlier).startswith(b"%PDF-")
    assert len(table(earlier).splitlines()) == 1 + len(STATES) + 2
    assert len(table(earlier, "series.csv").splitlines()) == len(table(earlier, "municipalities.csv").splitlines()) == 1


@pytest.mark.rule("c.5/document")
def test_series_and_municipalities_are_tables_too_and_every_column_is_described() -> None:
    one = document(full())
    assert table(one, "series.csv").count("\r\n") == 1 + 2 + 3 + 7 + 23
    assert ";year;synthetic;1;Syntetisk definition nummer 1;" in table(one, "series.csv")
    rows = table(one, "municipalities.csv").splitlines()
    assert len(rows) == 1 + 98
    assert any(each.startswith("0810;Brønderslev;Region Nordjylland;true;false;false;false;") for each in rows)
    assert any(each.startswith("0101;København;Region Østdanmark;false;") for each in rows)
    for each in described(one)["tables"]:
        heads = table(one, each["url"]).removeprefix("\ufeff").splitlines()[0].split(";")
        assert heads == [column["name"] for column in each["tableSchema"]["columns"]]
        assert all(column["dc:description"] and column["datatype"] for column in each["tableSchema"]["columns"])


@pytest.mark.rule("c.5/document")
@pytest.mark.parametrize("name", PLANS)
def test_page_and_pdf_of_every_plan_are_the_same_bytes_each_time(name: str) -> None:
    one = document(PLANS[name]())
    assert page(one) == page(one)
    assert pdf(one) == pdf(one)


def said(**own: Any) -> str:
    """All that a page says, in one line."""
    return " ".join(" ".join(Outline(page(body(**own))).said).split())


@pytest.mark.rule("c.5/document", "c.5/synthetic", "c.5/small-numbers")
def test_a_synthetic_figure_is_no_part_of_real_municipalities_and_a_plan_without_hidden_figures_speaks_of_none() -> (
    None
):
    found = said(figures=(figure(3),))
    assert "af 98" not in found
    assert "under fem enkeltsager" not in found


@pytest.mark.rule("c.5/document", "c.5/target")
@pytest.mark.parametrize(
    ("shown", "bound", "reached", "words"),
    [
        (figure(93), "at_least", True, "mindst 90: nået"),
        (figure(86), "at_least", False, "mindst 90: ikke nået endnu"),
        (figure(86, period="2025"), "at_most", False, "højst 90: ikke nået"),
        (figure(1).model_copy(update={"value": None}), "at_least", True, "mindst 90"),
    ],
)
def test_a_target_stands_beside_its_figure_and_says_in_words_whether_it_is_reached(
    shown: SnapshotFigure, bound: str, *, reached: bool, words: str
) -> None:
    of = target(shown.period, 90, bound=bound, reached=reached)
    outline = Outline(page(body(figures=(shown.model_copy(update={"target": of}),))))
    assert words in outline.said
    assert "Mål" in outline.said
    assert "Mål" not in Outline(page(body())).said


@pytest.mark.rule("c.5/document", "c.5/target")
def test_targets_are_in_the_table_and_those_without_a_figure_stand_by_themselves() -> None:
    one = document(full())
    found = " ".join(Outline(page(one)).said)
    assert "Planens andre mål" in found
    assert "mindst 98" in found
    rows = table(one).splitlines()
    assert rows[0].endswith(";target;target_bound;target_reached")
    assert any(each.startswith("figure;") and each.endswith(";90;at_least;false") for each in rows)
    assert any(each.startswith("target;;;Nået;") and each.endswith(";98;at_least;") for each in rows)


@pytest.mark.rule("c.5/document", "c.5/state:milestone")
def test_every_milestone_stands_with_its_day_and_state_and_has_a_table() -> None:
    one = document(full())
    found = Outline(page(one)).said
    assert {"Milepæle", "Endnu en syntetisk milepæl", "1. juni 2026", "nået 1. juni 2026"} <= set(found)
    assert "ikke nået til tiden" in found
    lines = table(one, "milestones.csv").removeprefix("\ufeff").splitlines()
    assert lines[1:] == [
        "14;Syntetisk indsats 14;Syntetisk;2026-06-01;met;2026-06-01;;;actual",
        "15;Syntetisk indsats 15;Endnu en syntetisk milepæl;2026-06-01;overdue;;;;actual",
    ]
    assert set(MILESTONES) == set(get_args(State))


@pytest.mark.rule("c.5/document", "c.5/description")
def test_the_problem_and_the_expected_change_of_an_initiative_are_on_the_page_where_they_are_stated() -> None:
    found = Outline(page(document(full()))).said
    place = found.index("15. Syntetisk indsats 15")
    after = [each for each in found[place + 1 :] if each.strip()]
    assert after[:4] == ["Problem", "Et syntetisk problem.", "Forventet ændring", "En syntetisk ændring."]
    assert "Hvad indsatserne handler om" not in said()


@pytest.mark.rule("c.5/document", "c.5/historical")
def test_what_was_entered_from_a_source_reads_so_and_what_was_not_entered_is_not_stated() -> None:
    one = page(document(PLANS["historical"]()))
    found = " ".join(" ".join(Outline(one).said).split())
    assert "Ramme 73,4 mio. kr. Fordelt ikke oplyst Ikke fordelt ikke oplyst" in found
    assert "indført fra kilden 1. december 2026, vist ved et dokument hos example.org" in found
    assert 'vist ved <a href="https://example.org/evaluering">et dokument hos example.org</a>' in one
    assert "foreløbigt" not in found
    assert "2020: 86, efter kilden" in found
    late = figure(86, source_url="https://example.org/x", status="corrected", period="2020")
    assert "indført fra kilden 1. december 2026, rettet, vist ved" in said(figures=(late,))
    going_on = figure(86, source_url="https://example.org/x", status="preliminary", period="2026")
    assert "1. december 2026 kl. 10.00, foreløbigt, vist ved" in said(figures=(going_on,))


@pytest.mark.rule("c.5/document", "c.5/7")
def test_a_plan_of_today_that_has_set_nothing_aside_says_so() -> None:
    money = SnapshotMoney(frame_mio_dkk=Decimal(40), allocated_mio_dkk=Decimal(), difference_mio_dkk=Decimal(40))
    assert "Fordelt 0 mio. kr. Ikke fordelt 40 mio. kr." in said(money=money, follow_ups=(), hearings=())


@pytest.mark.rule("c.5/document", "c.5/consultation")
def test_whoever_was_asked_stands_under_its_name_with_what_it_answered() -> None:
    found = Outline(page(document(full()))).said
    assert "Syntetisk ministerium: har bemærkninger" in found
    assert {"Svar fra Syntetisk ministerium", "Et syntetisk svar.", "Det har to afsnit."} <= set(found)
    assert "ministry:synthetic" not in " ".join(found)


@pytest.mark.rule("c.5/document")
def test_a_title_names_its_year_once_and_an_area_without_initiatives_stays() -> None:
    assert "Syntetisk plan 2027 2027" not in said(title_da="Syntetisk plan 2027")
    assert plan.told(body(title_da="Syntetisk plan 2027")).title == "Syntetisk plan 2027"
    assert plan.told(body()).title == "Syntetisk 2027"
    found = " ".join(" ".join(Outline(page(document(full()))).said).split())
    assert "3. Et område uden indsatser Ingen indsatser." in found
    assert "Ansvarlig myndighed" in found


@pytest.mark.rule("c.5/published")
def test_a_file_is_called_by_plan_year_and_version_and_not_by_what_people_wrote() -> None:
    assert plan.file_name(body(title_da="Ærø")) == "syntetisk-handlingsplan-2027-version-1"
    assert plan.file_name(document(full())) == "handlingsplan-2027-version-2"
