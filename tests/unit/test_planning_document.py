"""The published plan as page, PDF and table: the same bytes from the same document, and nothing that is not in it."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from planning.domain.snapshot import SnapshotArea, SnapshotHearing, SnapshotPriority, digest, document
from planning.queries.document import page as pages
from planning.queries.document import pdf as pdfs
from planning.queries.document import plan
from planning.queries.document.table import TABLES, described
from planning.queries.document.words import STATES
from support.published import PLANS, figure, full, initiative, snapshot

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


class Outline(HTMLParser):
    """What a reader without eyes meets: headings, tables with their heads, pictures with their texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def count(self, tag: str) -> int:
        return sum(each == tag for each, _ in self.tags)


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
    found = " ".join(Outline(page(body(figures=(figure(86, as_of=at), hidden)))).said)
    assert "86 af 98" in found
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
