"""The small values."""

from datetime import date
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from contracts.values import (
    EventType,
    Figure,
    MunicipalityCode,
    NeutralText,
    Open,
    PartialDate,
    Period,
    PublicUrl,
    Region,
    Text,
)

REAL_PAGES = [
    "https://adm.hjoerring.dk/borger/boern-unge-og-familie/bekymret-for-et-barn-eller-en-ung/beredskabsplan-for-negativ-social-kontrol-og-aeresrelaterede-konflikter",
    "https://fagfolk.aalborg.dk/boern-og-unge/beredskabsplaner/beredskabsplan-ved-negativ-social-kontrol",
    "https://handleguide.dk/bekymring-for-barns-trivsel/mistanke-om-aeresrelaterede-konflikter",
    "https://www.bronderslev.dk/borger/familie-boern-og-unge/hjaelp-til-boern-og-unge/beredskabsplan-negativ-social-kontrol-aeresrelaterede-kraenkelser-ekstremisme-og-radikalisering",
    "https://beredskabsplan.skive.dk/delplaner-og-indsatsplaner/kultur-familie/aeresrelaterede-konflikter-og-negativ-social-kontrol/",
    "https://halsnaes.dk/borger/boern-unge-og-familie/er-du-bekymret-for-et-barn/beredskab-om-negativ-social-kontrol-aeresrelaterede-konflikter-og-ekstremisme/beredskab-om-negativ-social-kontrol-og-aeresrelaterede-konflikter",
    "https://silkeborg.dk/Kommunen/Politikker-planer-og-strategier/Strategi-for-negativ-social-kontrol-og-aeresrelaterede-konflikter",
]


def accepts(annotation: object, value: object) -> bool:
    try:
        TypeAdapter(annotation).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("url", REAL_PAGES)
def test_the_pages_of_real_municipalities_are_public_addresses(url: str):
    assert accepts(PublicUrl, url)


@pytest.mark.parametrize(
    "url",
    [
        "http://aalborg.dk/plan",
        "https://someone@aalborg.dk/plan",
        "https://user:secret@aalborg.dk/plan",
        "https://aalborg.dk:8443/plan",
        "https://aalborg.dk/plan?case=1",
        "https://aalborg.dk/plan#x",
        "https://aalborg.dk/plan?",
        "https://localhost/plan",
        "https://127.0.0.1/plan",
        "https://[::1]/plan",
        "https://aalborg.dk/010170-1234",
        "https://aalborg.dk/plan/0101701234.pdf",
        "https://0101701234.aalborg.dk/plan",
        "https://aalborg.dk/010170_1234",
        "https://aalborg.dk/0101-701234",
        "https://aalborg.dk/%30101701234",
        "https://aalborg.dk/somebody%40mail.dk",
        "https://aalborg.dk/tlf-12345678",
        "https://aalborg.dk/+45 12 34 56 78".replace(" ", "%20"),
        "https://aalborg.dk/a plan",
        "https://aalborg.dk/plan\n",
        "https://aalborg.dk/\0",
        "javascript:alert(1)",
        "https://" + "a" * 500 + ".dk/",
    ],
)
def test_an_address_that_is_not_public_or_could_identify_someone_is_refused(url: str):
    assert not accepts(PublicUrl, url)


@pytest.mark.parametrize(
    ("annotation", "good", "bad"),
    [
        (
            MunicipalityCode,
            ["0101", "0851", "9901"],
            ["101", "0411", "9905", "0000", "01010", "O101", "\u0660\u0661\u0660\u0661", 101],
        ),
        (Period, ["2026", "2026-Q4", "2026-12"], ["26", "2026-Q5", "2026-13", "2026-00", "2026-06-24", "2026\n"]),
        (
            EventType,
            ["dk.maerk.advisory.preparedness-plan-published.v1"],
            ["advisory.plan.v1", "dk.maerk.x.y.v0", "anna"],
        ),
        (Region, ["hovedstaden", "oestdanmark"], ["Hovedstaden", "skaane", ""]),
        (Figure, ["98", "0.125", "-3"], ["10000000", "0.0001", "NaN", "Infinity", "x"]),
        (Text, ["Ærlig tekst,\nover to linjer"], ["a\0b", 3]),
    ],
)
def test_values_take_what_they_say_and_nothing_else(annotation: object, good: list[object], bad: list[object]):
    assert [each for each in good if not accepts(annotation, each)] == []
    assert [each for each in bad if accepts(annotation, each)] == []


def test_text_says_that_it_must_not_contain_nul():
    with pytest.raises(ValidationError, match="NUL"):
        TypeAdapter(Text).validate_python("\0")


@given(st.dates())
def test_an_exact_date_reads_back_as_it_was_written(day: date):
    exact = PartialDate.of(day)
    assert PartialDate.parse(str(exact)) == exact
    assert exact.earliest() == exact.latest() == day
    assert exact.precision == "day"


@given(st.dates())
def test_a_month_means_any_of_its_days(day: date):
    month = PartialDate(day.year, day.month)
    assert PartialDate.parse(str(month)) == month
    assert month.precision == "month"
    assert month.earliest() <= day <= month.latest()
    assert {month.earliest().month, month.latest().month} == {day.month}
    assert month.earliest().day == 1


@pytest.mark.parametrize(
    "text", ["2024", "2024-4", "2024-13", "2024-02-30", "24-04", "2024-04-", "2024-04\n", "", "0000-01", "\u0968024-01"]
)
def test_a_date_that_is_none_is_refused(text: str):
    assert not accepts(PartialDate, text)


def test_a_partial_date_is_text_in_json():
    class Body(BaseModel):
        on: PartialDate

    body = Body.model_validate_json('{"on": "2024-04"}')
    assert body.on == PartialDate(2024, 4)
    assert body.model_dump_json() == '{"on":"2024-04"}'
    assert Body(on=PartialDate(2024, 4)) == body


def test_an_open_enumeration_is_a_list_to_those_who_write_and_a_short_code_to_those_who_read():
    adapter = TypeAdapter(Open[Literal["red", "green"]])
    assert adapter.json_schema(mode="validation") == {"enum": ["red", "green"], "type": "string"}
    assert adapter.json_schema(mode="serialization") == {
        "pattern": "^[a-z][a-z0-9_]{0,39}$",
        "type": "string",
        "x-extensible-enum": ["red", "green"],
    }


@pytest.mark.parametrize(
    "text",
    [
        "ring 12345678",
        "ring 12 34 56 78",
        "12-34-56-78",
        "tlf. 12345",
        "+4512",
        "010170-1234",
        "skriv til a@b.dk",
        "0101701234 er nummeret",
    ],
)
def test_neutral_text_has_no_number_or_address_of_anybody(text: str) -> None:
    with pytest.raises(ValidationError, match="must not contain"):
        TypeAdapter(NeutralText).validate_python(text)


@pytest.mark.parametrize(
    "text", ["Skolen er vejledt om § 133", "2021-2024", "den 24-06-2024", "den 2024-06-24", "kl. 16.30", "98 kommuner"]
)
def test_neutral_text_may_have_other_numbers(text: str) -> None:
    assert TypeAdapter(NeutralText).validate_python(text) == text


@pytest.mark.parametrize(
    "path",
    [
        "010190--1234",
        "010190%20-%201234",
        "010190x1234",
        "010190%252D1234",
        "01011990-1234",
        "9010190-1234",
        "%EF%BC%90%EF%BC%91%EF%BC%90%EF%BC%91%EF%BC%99%EF%BC%90-1234",
        "anna%2540x",
        "anna(at)x",
        "anna%EF%BC%A0x",
        "anna&commat;x",
        "+45--12345678",
        "+45(0)12345678",
        "+4612345678",
        "tlfnr-12345678",
        "mobilnr12345678",
        "mobiltelefon-12345678",
        "sms/12345678",
        "telefonnummer-12345678",
    ],
)
def test_a_public_address_has_no_number_or_mail_address_however_it_is_written(path: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(PublicUrl).validate_python(f"https://example.dk/{path}")


def test_a_figure_is_written_without_zeros_that_say_nothing() -> None:
    assert TypeAdapter(Figure).dump_json(Decimal("1.0000")) == b'"1"'
    assert TypeAdapter(Figure).dump_json(Decimal(100)) == b'"100"'
