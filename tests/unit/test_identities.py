"""A CPR number, a phone number or a mail address is found however it is written, and ordinary texts are left alone."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from contracts.identities import address_identifies, identifies
from contracts.values import PublicUrl

SEED = Path(__file__).parents[2] / "deploy/seed"
ZEROS = ("0", "\u0660", "\u06f0", "\u0966", "\u09e6", "\u0be6", "\uff10", "\U0001d7d8")
UNSEEN = ("", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u20e3", "\ufe0f")
BETWEEN = ("", " ", "  ", "-", "\u2013", "\u2014", ".", "/", "_", "\u00b7", "\u00a0", " - ", "\u2212")
CPR = [
    "010170-1234", "0101701234", "610170-1234", "01 01 70 12 34", "0-1-0-1-7-0-1-2-3-4", "9010170-1234",
    "010170,1234", "010170x1234", "CPR 010170", "19700101-1234", "1970-01-01-1234", "1970-01-01 1234", "197001011234",
    "01.01.1970, … 1234", "01011970-1234", "1. januar 1970-1234", "f\u00f8dt 1.1.1970 1234", "O1O17O-1234",
    "\u041e1\u041e17\u041e-1234", "\u0660\u0661\u0660\u0661\u0667\u0660-\u0661\u0662\u0663\u0664",
    "\u0966\u0967\u0966\u0967\u096d\u0966-\u0967\u0968\u0969\u096a", "0\u200b1\u200b0170-1234", "010170\n1234",
]  # fmt: skip
PHONES = [
    "ring 12345678", "ring20123456", "ring,20123456", "kl.20123456", "nr.-20 12 34 56", "20\u201312\u201334\u201356",
    "20/12/34/56", "20_12_34_56", "20\u00b712\u00b734\u00b756", "20  12  34  56", "20\u200b12\u200b34\u200b56",
    "(20) 12 34 56", "2 0 1 2 3 4 5 6", "201 234 56", "2012 3456", "20.123.456", "20 12 34 56, 30 12 34 56",
    "0046701234567", "4520123456", "+4512", "+45 (0) 20123456", "mob. 201234567", "tlf. 12345", "tlf:20123456",
    "20,12,34,56",
]  # fmt: skip
MAILS = [
    "anna@mail.dk", "anna%40mail.dk", "anna%2540mail.dk", "anna&#x40;mail.dk", "anna&#064;mail.dk", "anna&commat;x",
    "anna&amp;#64;mail.dk", "anna\uff20mail.dk", "anna ( at ) mail.dk", "anna{at}mail.dk", "anna[snabel-a]mail.dk",
    "anna at mail dot dk", "anna snabel-a mail.dk", "anna[at]mail[dot]dk",
]  # fmt: skip
ORDINARY = [
    "2017-2020", "2017\u20132020", "2017/2018", "2017\u20132020, 20 kommuner", "2012\u20132015, 20 kommuner",
    "I 2017 og 2018", "1. januar 2026", "2026-01-15", "den 24-06-2024", "den 15.-16.12.2026", "31.12.2026 kl. 23.59",
    "01.01.2026-31.12.2026", "2026-01-15 \u2013 2027-01-15", "1. januar 2026-31. december 2027", "15.01-20.02",
    "2026-01-15T16:30:00+02:00", "Fra 01.01.2026: 1500 pladser", "kl. 16.30", "9.00-15.30", "kl. 09.00\u201315.00",
    "24/7", "SMS 24/7", "12,4 mio.", "12,45 mio. og 67,89 mio.", "1.234.567 kr.", "12.345.678 kr.",
    "1.012.345.678 kr.", "500.000-1.000.000 kr.", "1.200-1.500", "1000-2000 elever", "i alt 1.234 af 5.678", "+20 %",
    "978-87-93396-70-2", "ISBN 978-87-93445-14-7", "978-87-12-01234-4", "5790001234567", "\u00a7 15, stk. 3",
    "\u00a7\u00a7 12-15, 17-19", "lov nr. 1420 af 27/12/2008", "LBK nr 1234 af 01.02.2026", "COM(2020) 1234",
    "kommune 0101, 0147 og 0151", "kommunerne 0101, 0147, 0151, 0153", "5b2f4b7e-0a4f-4f59-8d3e-3a0d7d1f8c11",
    "ring 112 eller 114", "telefon 112", "15-25-\u00e5rige", "uge 12-14 2026", "2026-Q1 til 2026-Q4", "98 kommuner",
    "AT-vejledning 12.3", "det er vigtigt at s\u00e6tte punktum for det", "Skolen er vejledt om \u00a7 133",
    "\u1275\u130d\u122d\u129b \u0627\u0631\u062f\u0648 \u0ba4\u0bae\u0bbf\u0bb4\u0bcd \u6f22\u5b57",
]  # fmt: skip


@pytest.mark.rule("c.1/1")
@pytest.mark.parametrize("text", CPR + PHONES + MAILS)
def test_a_number_or_address_of_somebody_is_found(text: str) -> None:
    assert identifies(text)
    assert identifies(f"Der st\u00e5r {text}, og mere.")


@pytest.mark.rule("c.1/1")
@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_text_is_left_alone(text: str) -> None:
    assert not identifies(text)
    assert not identifies(f"Der st\u00e5r {text}, og mere.")


def in_other_digits(text: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(each)) if each.isdigit() else each for each in text)


@pytest.mark.rule("c.1/1")
@given(
    born=st.dates(),
    serial=st.integers(0, 9999),
    zero=st.sampled_from(ZEROS),
    unseen=st.sampled_from(UNSEEN),
    between=st.sampled_from(BETWEEN),
)
def test_a_cpr_number_is_found_in_any_digits_with_anything_between(
    born: Any, serial: int, zero: str, unseen: str, between: str
) -> None:
    text = in_other_digits(f"{born:%d%m%y}{between}{serial:04}", zero)
    assert identifies(f"om {unseen.join(text)} i dag")


@pytest.mark.rule("c.1/1")
@given(
    number=st.integers(20_00_00_00, 99_99_99_99).map(str),
    parts=st.sampled_from([(2, 4, 6), (3, 6), (2, 5), (4,), (3, 5), (), tuple(range(1, 8))]),
    zero=st.sampled_from(ZEROS),
    written=st.tuples(st.sampled_from(UNSEEN), st.sampled_from(BETWEEN)),
    before=st.sampled_from(["", "ring ", "ring,", "kl.", "nr.-", "nr:", "("]),
)
def test_a_phone_number_is_found_in_any_digits_and_any_parts(
    number: str, parts: tuple[int, ...], zero: str, written: tuple[str, str], before: str
) -> None:
    unseen, between = written
    places = (0, *parts, 8)
    text = between.join(number[start:end] for start, end in pairwise(places))
    assume(not re.search(r"^(19|20)\d\d\W+(19|20)\d\d$|^[0-3]?\d\W[01]\d\W+(19|20)|^20\d\d(\W)[01]\d\3[0-3]\d$", text))
    assume(not re.search(r"^2[0-4]\.[0-5]\d\W+[0-2]\d\.[0-5]\d$|^[0-3]\d\.[01]\d\W+[0-3]\d\.[01]\d$", text))
    assert identifies(before + unseen.join(in_other_digits(text, zero)))


@given(st.text(max_size=300))
def test_every_text_is_read_to_its_end(text: str) -> None:
    assert identifies(text) in (True, False)
    assert address_identifies("https://" + text) in (True, False)


@given(st.uuids(version=4))
def test_an_id_is_nobodys_whatever_its_digits(id: UUID) -> None:
    for each in (str(id), f"key:{id}", f"/v1/things/{id}", str(id).upper()):
        assert not identifies(each)


def test_what_is_quoted_for_ever_is_taken_for_somebodys() -> None:
    assert identifies("%25" * 100 + "40")
    assert not identifies("100 %25 af dem")


@pytest.mark.rule("a.12/events")
@pytest.mark.parametrize(
    "url",
    [
        "https://a.dk/19700101-1234", "https://a.dk/1970/01/01/1234", "https://a.dk/20-12-34-56",
        "https://20123456.dk/", "https://20.12.34.56.dk/", "https://a.dk/%32%30123456", "https://a.dk/x-20123456.pdf",
        "https://a.dk/20%2F12%2F34%2F56", "https://a.dk/%D9%A2%D9%A0%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5%D9%A6",
        "https://a.dk/anna%2540mail.dk",
    ],
)  # fmt: skip
def test_an_address_with_somebodys_number_is_found(url: str) -> None:
    assert address_identifies(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.dk/eli/lta/2023/1234", "https://a.dk/2026/01/15/nyt", "https://a.dk/referat_20260115.pdf",
        "https://a.dk/978-87-93396-70-2.pdf", "https://a.dk/handlingsplan-2017-2020", "https://a.dk/20241_l94",
    ],
)  # fmt: skip
def test_an_address_with_years_and_days_is_left_alone(url: str) -> None:
    assert not address_identifies(url)


def addresses(said: Any) -> Iterator[str]:
    if isinstance(said, dict | list):
        for each in said.values() if isinstance(said, dict) else said:
            yield from addresses(each)
    elif isinstance(said, str) and said.startswith("https://"):
        yield said


def test_every_address_of_the_seed_is_public() -> None:
    found = {url for path in SEED.glob("*.json") for url in addresses(json.loads(path.read_text(encoding="utf-8")))}
    assert len(found) > 30
    for each in found:
        TypeAdapter(PublicUrl).validate_python(each)
