"""The data of `deploy/seed` say where they are from, and what is not real says so."""

import csv
import json
from datetime import date

import pytest
from pydantic import TypeAdapter

from contracts.catalogue import EVENTS
from contracts.geography import municipality
from contracts.values import PartialDate, PublicUrl
from embedded.state import ROOT
from knowledge.domain.publication import is_isbn
from knowledge.http.publication import DraftPublication
from knowledge.http.reference import RecordReference
from maerk.seed import knowledge

DATA = ROOT / "deploy/seed"
PLANS = list(csv.DictReader((DATA / "preparedness_plans.csv").read_text(encoding="utf-8").splitlines()))
ACTION_PLAN = json.loads((DATA / "action_plan.json").read_text(encoding="utf-8"))
PUBLICATIONS = json.loads((DATA / "publications.json").read_text(encoding="utf-8"))
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
    "row", [*REFERENCES, *PUBLICATIONS], ids=lambda row: row.get("paragraph") or knowledge.title(row)
)
def test_each_paragraph_and_publication_has_a_source_and_the_day_it_was_read(row: dict) -> None:
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
