"""Municipalities, regions and police districts."""

import csv
from collections import Counter
from datetime import date
from importlib.resources import files
from typing import get_args

import pytest
from pydantic import TypeAdapter

from contracts.geography import (
    POLICE_DISTRICT_NAMES,
    REGION_NAMES,
    FurtherEvidence,
    LargePoliceDistrictSlug,
    PoliceDistrictSlug,
    RegionSlug,
    municipalities,
    municipalities_of,
    municipality,
    police_district_of,
    police_districts,
    provenance_of,
    region_of,
    small_police_districts,
    synthetic_municipalities,
)
from contracts.values import PublicUrl

LAST_DAY = date(2026, 12, 31)
FIRST_DAY = date(2027, 1, 1)


@pytest.mark.parametrize("on", [LAST_DAY, FIRST_DAY])
def test_there_are_98_municipalities_and_none_of_them_is_synthetic(on: date):
    found = municipalities(on)
    assert len({each.code for each in found}) == len(found) == 98
    assert not any(each.synthetic for each in found)
    assert [each.code for each in found] == sorted(each.code for each in found)


@pytest.mark.rule("c.1/board")
def test_region_oestdanmark_replaces_two_regions_at_the_turn_of_the_year():
    before = {each.code: region_of(each.code, LAST_DAY) for each in municipalities(LAST_DAY)}
    after = {each.code: region_of(each.code, FIRST_DAY) for each in municipalities(FIRST_DAY)}
    moved = {code for code in before if before[code] != after[code]}
    assert len(moved) == 46
    assert {before[code] for code in moved} == {"hovedstaden", "sjaelland"}
    assert {after[code] for code in moved} == {"oestdanmark"}
    assert set(before.values()) == {"nordjylland", "midtjylland", "syddanmark", "sjaelland", "hovedstaden"}
    assert set(after.values()) == {"nordjylland", "midtjylland", "syddanmark", "oestdanmark"}


def test_each_of_the_12_police_districts_has_the_municipalities_that_it_should():
    sizes = {each: len(municipalities_of(each, LAST_DAY)) for each in get_args(PoliceDistrictSlug)}
    assert sizes == {
        "nordjylland": 9,
        "oestjylland": 7,
        "midt_og_vestjylland": 11,
        "sydoestjylland": 7,
        "syd_og_soenderjylland": 8,
        "fyn": 10,
        "sydsjaelland_og_lolland_falster": 7,
        "midt_og_vestsjaelland": 10,
        "nordsjaelland": 13,
        "koebenhavns_vestegn": 11,
        "koebenhavn": 4,
        "bornholm": 1,
        "synthetic": 0,
    }


@pytest.mark.rule("c.3/districts")
def test_there_are_twelve_police_districts_and_each_says_its_source_and_the_sources_date():
    found = police_districts()
    assert [each.number for each in found] == list(range(1, 13))
    assert {each.slug for each in found} == set(get_args(PoliceDistrictSlug)) - {"synthetic"}
    assert len({each.name for each in found}) == 12
    for each in found:
        for url in (each.source_url, *each.further_urls):
            TypeAdapter(PublicUrl).validate_python(url)
        assert each.dated < each.read_on
        assert each.further_evidence in get_args(FurtherEvidence)
        assert bool(each.further_urls) == (each.further_evidence != "not_stated")


@pytest.mark.rule("c.3/districts")
@pytest.mark.parametrize("on", [LAST_DAY, FIRST_DAY])
def test_each_municipality_belongs_to_exactly_one_police_district(on: date):
    belongs = Counter(each.code for district in police_districts() for each in municipalities_of(district.slug, on))
    assert belongs == Counter(each.code for each in municipalities(on))
    rows = csv.DictReader(
        files("contracts").joinpath("data", "memberships.csv").read_text(encoding="utf-8").splitlines()
    )
    said = Counter(row["code"] for row in rows if row["kind"] == "police_district" and not row["valid_until"])
    assert said == belongs, "the register itself says it once"


def test_regions_and_police_districts_cross():
    assert region_of("0773", LAST_DAY) == region_of("0787", LAST_DAY) == "nordjylland"
    assert police_district_of("0773", LAST_DAY) == police_district_of("0787", LAST_DAY) == "midt_og_vestjylland"
    regions = {region_of(each.code, LAST_DAY) for each in municipalities_of("sydoestjylland", LAST_DAY)}
    assert regions == {"syddanmark", "midtjylland"}


@pytest.mark.parametrize("on", [LAST_DAY, FIRST_DAY])
def test_large_police_districts_are_all_but_those_that_nearly_name_a_municipality(on: date):
    assert small_police_districts(on) == {"bornholm"}
    assert set(get_args(LargePoliceDistrictSlug)) == set(get_args(PoliceDistrictSlug)) - small_police_districts(on)


def test_every_area_has_a_name():
    assert set(REGION_NAMES) == set(get_args(RegionSlug))
    assert set(POLICE_DISTRICT_NAMES) == set(get_args(PoliceDistrictSlug))


def test_synthetic_municipalities_are_kept_apart_from_the_real_ones():
    synthetic = synthetic_municipalities()
    assert [(each.code, each.name) for each in synthetic][::3] == [
        ("9901", "Syntetisk Kommune 1"),
        ("9904", "Syntetisk Kommune 4"),
    ]
    assert {provenance_of(each.code) for each in synthetic} == {"synthetic"}
    assert {provenance_of(each.code) for each in municipalities(LAST_DAY)} == {"actual"}
    assert {region_of(each.code, LAST_DAY) for each in synthetic} == {"synthetic"}
    assert {police_district_of(each.code, LAST_DAY) for each in synthetic} == {"synthetic"}
    assert municipality("9901").synthetic
    assert not municipality("0851").synthetic


def test_an_unknown_code_is_an_error():
    for ask in (municipality, provenance_of, lambda code: region_of(code, LAST_DAY)):
        with pytest.raises(KeyError):
            ask("0411")
