"""No cell of a table is a formula to a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.table import as_csv

UNSEEN = ("", " ", "\u00a0", "\ufeff", "\u200b", "\x0b", "\x85", "\x0c", "\u2060", "\u3000", "\u202e", "\n", "\x00")
SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufe66")


def cell(text: str) -> str:
    rows = list(csv.reader(io.StringIO(as_csv(["x"], [{"x": text}]), newline=""), delimiter=";"))
    return rows[1][0]


@given(
    st.lists(st.sampled_from(UNSEEN), max_size=3).map("".join),
    st.sampled_from(SIGNS),
    st.sampled_from(("1+1", "", " ")),
)
def test_a_cell_that_begins_like_a_formula_is_a_text(before: str, sign: str, rest: str) -> None:
    assert cell(before + sign + rest) == f"'{before}{sign}{rest}"


@pytest.mark.parametrize("text", ["Plan = mål", "", " ", "12,4", "\u00a0Plan", "§ 15", "\tx", "\rx", "é", "æ-ø"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert cell(text) == (f"'{text}" if text[:1] in ("\t", "\r") and text else text)
