"""The data of `deploy/seed` say where they are from, and what is not real says so."""

import csv
import json
from datetime import date

import pytest
from pydantic import TypeAdapter

from advisory.http.consultant_unit import CoverRegion, EstablishUnit
from advisory.http.directory import EnterContact
from contracts.catalogue import EVENTS
from contracts.geography import municipality
from contracts.values import PartialDate, PublicUrl
from embedded.state import ROOT
from knowledge.domain.publication import is_isbn
from knowledge.http.publication import DraftPublication
from knowledge.http.reference import RecordReference
from maerk.seed import directory, knowledge

DATA = ROOT / "deploy/seed"
PLANS = list(csv.DictReader((DATA / "preparedness_plans.csv").read_text(encoding="utf-8").splitlines()))
ACTION_PLAN = json.loads((DATA / "action_plan.json").read_text(encoding="utf-8"))
PUBLICATIONS = json.loads((DATA / "publications.json").read_text(encoding="utf-8"))
UNITS = json.loads((DATA / "consultant_units.json").read_text(encoding="utf-8"))
ENTRIES = json.loads((DATA / "directory_entries.json").read_text(encoding="utf-8"))
REFERENCES = json.loads((DATA / "legal_references.json").read_text(encoding="utf-8"))
INDICATORS = json.loads((DATA / "indicators.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", PLANS, ids=lambda row: row["municipality_code"])
def test_every_plan_is_a_real_municipalitys_with_a_source_and_the_day_it_was_read(row: dict[str, str]) -> None:
    assert not municipality(row["municipality_code"]).synthetic
    TypeAdapter(PublicUrl).validate_python(row["source_url"])
    assert date(2026, 1, 1) <= date.fromisoformat(row["read_on"])
    assert set(row["covers"].split(";")) <= {"children_youth", "adults", "extremism"}


@pytest.mark.parametrize("row", PLANS, ids=lambda row: row["municipality_code"])
def test_a_plan_is_adopted_only_where_its_source_states_so(row: dict[str, str]) -> None:
    assert bool(row["adopted_on"]) == bool(row["stated"]) == bool(row["published_url"])
    if row["adopted_on"]:
        stated = PartialDate.parse(row["adopted_on"])
        month = f"{stated.earliest():%B %Y}"
        assert row["stated"].endswith(month if stated.day is None else f"{stated.day} {month}")


def test_no_municipality_is_listed_twice() -> None:
    codes = [row["municipality_code"] for row in PLANS]
    assert codes == sorted(set(codes))


def test_the_action_plan_says_that_it_is_synthetic_in_every_text() -> None:
    assert ACTION_PLAN["provenance"] == "synthetic"
    areas = ACTION_PLAN["focus_areas"]
    for each in (ACTION_PLAN, *areas, *(initiative for area in areas for initiative in area["initiatives"])):
        assert each["title_da"].startswith("Syntetisk")
        assert each["title_en"].startswith("Synthetic")


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda each: each["code"])
def test_an_indicator_counts_events_that_there_are_by_fields_that_they_have(indicator: dict) -> None:
    definition = indicator["definition"]
    assert set(definition.get("counting_types", [])) <= set(definition["event_types"])
    for type in definition["event_types"]:
        key = definition.get("by_field", "subject")
        assert {key, f"{key}s"} & EVENTS[type].model_fields.keys()


@pytest.mark.parametrize(
    "row",
    [*REFERENCES, *PUBLICATIONS, *UNITS, *ENTRIES],
    ids=lambda row: row.get("paragraph") or row.get("actor") or row.get("title_da") or knowledge.title(row),
)
def test_each_thing_that_is_loaded_has_a_source_and_the_day_it_was_read(row: dict) -> None:
    TypeAdapter(PublicUrl).validate_python(row["source_url"])
    assert date(2026, 1, 1) <= date.fromisoformat(row["read_on"])


def test_no_paragraph_and_no_publication_is_listed_twice() -> None:
    paragraphs = [(row["law"], row["paragraph"]) for row in REFERENCES]
    assert len(paragraphs) == len(set(paragraphs)) == 19
    titles = [(knowledge.title(row), row["year"]) for row in PUBLICATIONS]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("row", PUBLICATIONS, ids=knowledge.title)
def test_a_publication_says_what_is_not_known_of_it_and_has_a_right_isbn(row: dict) -> None:
    said = DraftPublication.model_validate(knowledge.body(row))
    assert said.isbn is None or is_isbn(said.isbn)
    assert (row["title_da"] is None) == said.title_da.startswith("[titel ikke oplyst]") == bool(row["described_da"])
    assert (said.accessibility == "ok") == (row["accessibility"] == "ok") == (said.accessibility_exception is None)


@pytest.mark.parametrize("row", REFERENCES, ids=lambda row: f"{row['law']} {row['paragraph']}")
def test_a_paragraph_is_as_knowledge_takes_it(row: dict) -> None:
    fields = {name: value for name, value in row.items() if name != "stated"}
    assert RecordReference.model_validate({**fields, "provenance": "actual"}).valid_from is None


@pytest.mark.parametrize("row", UNITS, ids=lambda row: row["title_da"])
def test_a_unit_covers_regions_that_there_are_and_says_what_is_our_reading(row: dict) -> None:
    EstablishUnit.model_validate({name: row[name] for name in ("host_municipality_code", "title_da")})
    for each in row["coverages"]:
        covered = CoverRegion.model_validate(each)
        assert (covered.valid_until == date(2027, 1, 1)) == (covered.region in ("hovedstaden", "sjaelland"))
    assert row["stated"]


@pytest.mark.parametrize("row", ENTRIES, ids=lambda row: row["title_da"])
def test_a_function_that_can_be_called_is_as_advisory_takes_it_and_states_no_hours_unread(row: dict) -> None:
    units = {each["host_municipality_code"]: {"id": "5b2f4b7e-0a4f-4f59-8d3e-3a0d7d1f8c11"} for each in UNITS}
    entry = EnterContact.model_validate(directory.body(row, units))
    assert (entry.hours is None) == (row["hours"] is None)
    assert entry.phone or entry.page_url
    assert row["stated"]
