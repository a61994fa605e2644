"""Synthetic enquiries: sized by what is published, the same every time, about nobody."""

from collections import Counter
from datetime import date

import pytest

from advisory.http.enquiry import RegisterEnquiry
from maerk import synthetic

DAY = date(2026, 11, 22)


def test_a_seed_always_gives_the_same_enquiries() -> None:
    assert list(synthetic.enquiries(until=DAY)) == list(synthetic.enquiries(until=DAY))
    assert list(synthetic.enquiries(until=DAY)) != list(synthetic.enquiries(until=DAY, seed=1))


def test_there_are_as_many_as_are_published_for_a_year_and_all_are_synthetic() -> None:
    made = list(synthetic.enquiries(until=DAY))
    assert len(made) == 631
    assert {each["municipality_code"] for each in made} == {"9901", "9902", "9903", "9904"}
    assert "2025-11-23" <= made[0]["received_on"] <= made[-1]["received_on"] <= "2026-11-22"


def test_before_the_summer_there_are_about_three_times_as_many() -> None:
    months = Counter(each["received_on"][5:7] for each in synthetic.enquiries(until=DAY, count=20_000))
    assert 2.5 < months["06"] / months["09"] < 3.5


def test_each_is_what_the_service_takes() -> None:
    for each in synthetic.enquiries(until=DAY, count=300):
        RegisterEnquiry.model_validate(each)


@pytest.mark.parametrize("words", ["note", "name", "cpr"])
def test_none_has_words_of_its_own(words: str) -> None:
    assert not [each for each in synthetic.enquiries(until=DAY, count=300) if words in each]
