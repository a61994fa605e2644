"""A plan is printed whatever its titles are written in, and its feed can be read."""

# ruff: noqa: RUF001 - signs that look like others are the point

import json
from typing import Any
from unicodedata import category
from xml.etree.ElementTree import Element, fromstring, tostring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.domain.snapshot import SnapshotArea, document
from planning.queries import published
from planning.queries.document import pdf, plan
from planning.queries.document.drawable import MARK, SAID, covered, drawings
from support.published import figure, initiative, point, series, snapshot

SCRIPTS = {
    "Danish": "Børn og unge på Ærø",
    "emoji": "Ro 😀 og mod 👩‍👧 1️⃣ 🇩🇰",
    "full width": "１＋１＝２ ＜script＞＆",
    "Han": "漢字とかな",
    "Urdu": "غیرت کے نام پر تشدد ٹڈڑںےھ",
    "Kurdish": "توندوتیژی لە سەر بنەمای شەرەف ڕێگاوبان ێ",
    "Persian": "می‌خواهم",
    "Tigrinya": "ክብሪ ዝተመርኮሰ ግጭት",
    "Tamil": "கௌரவம் சார்ந்த வன்முறை",
    "Somali": "Sharafta iyo xakamaynta",
    "Vietnamese": "Danh dự và kiểm soát xã hội",
    "Hebrew": "כָּבוֹד",
    "Hindi": "सम्मान",
    "marks": "a\u0301\u0323\u0489 \u0628\u064e\u0651\u0301 \u05d0\u0301",
    "unseen": "a\u200b\ufeff\u2060b\u202ec\u202c\u00ad",
    "controls": "a\x00\x01\x0b\x7f\x85\ufffe\uffff\U0001fffe\udc00b\u2028c",
    "private": "\ue000 \U000f0000 \u0378",
}


def body(text: str) -> bytes:
    """The document of a plan in which people wrote this wherever they may."""
    area = SnapshotArea(number=1, title_da=text, title_en=None, initiatives=(initiative(1, "planned", title_da=text),))
    whole = snapshot(
        title_da=text,
        foreword_da=text,
        focus_areas=(area,),
        figures=(figure(86, name_da=text),),
        series=(series([point("2025", 1), point("2026", 2)]).model_copy(update={"name_da": text}),),
    )
    return document(whole)


def told(text: str) -> Any:
    """The same as blocks, with signs that no document can hold."""
    return plan.told(body(text.replace("\udc00", "\ufffd")))


@pytest.mark.rule("c.5/document")
@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_a_plan_in_any_script_is_printed_and_byte_for_byte_the_same(text: str) -> None:
    made = pdf.printed(told(text))
    assert made.startswith(b"%PDF-")
    assert made == pdf.printed(told(text))


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@pytest.mark.rule("c.5/document")
def test_a_plan_is_printed_whatever_is_written_in_it(text: str) -> None:
    assert pdf.printed(told(text)).startswith(b"%PDF-")


@pytest.mark.rule("c.5/document")
def test_every_character_that_is_said_to_be_drawn_is_drawn() -> None:
    whole, *_ = drawings()
    text = "".join(map(chr, covered()))
    assert len(text) > 7_000
    assert {each for each in text if whole.of(each) == MARK} == {MARK}
    alone = "\n".join(each for each in text if not category(each).startswith("M"))
    assert pdf._compiled(plan.told(document(snapshot(foreword_da=alone))), whole)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Børn «og» unge – 12 %…", "Børn «og» unge – 12 %…"), ("１＋１＝２", "1+1=2"), ("漢字", MARK * 2),
        ("a\u200bb\x01\ufeffc", "abc"), ("a\u2028b", "a b"), ("😀!", f"{MARK}!"), ("می‌خواهم", "می‌خواهم"),
    ],
)  # fmt: skip
def test_what_is_not_drawn_has_a_plain_sign_in_its_place(text: str, drawn: str) -> None:
    assert drawings()[0].of(text) == drawn


def test_a_document_says_what_the_sign_stands_for_only_where_it_stands() -> None:
    whole, *_ = drawings()
    said = [json.dumps(pdf._plain(told(each), whole), ensure_ascii=False) for each in ("Dansk", "漢字")]
    assert [MARK in each for each in said] == [False, True]
    assert MARK in SAID
    assert len({pdf.printed(told(each)) for each in ("Dansk", "漢字", MARK)}) == 3


def test_a_full_width_sign_in_a_picture_is_no_markup() -> None:
    drawn = pdf._drawn("<svg><title>＜script＞＆</title></svg>", drawings()[0])
    assert fromstring(drawn)[0].text == "<script>&"


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_the_feed_is_well_formed_whatever_a_title_of_old_holds(text: str) -> None:
    root = Element("feed")
    published._put(root, "title", text)
    assert fromstring(tostring(root, encoding="utf-8"))[0].text
