"""What each service's HTTP interface says of itself, and that it cannot change unnoticed."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from importlib import import_module
from typing import Any

import pytest
from fastapi import APIRouter

from chassis import openapi
from chassis.settings import Settings
from chassis.web import app as web
from chassis.web import catalogue
from chassis.web.edge import Edge
from contracts import snapshots

DOCUMENTS = openapi.documents()
FORMS = (
    "document",
    "page",
    "pdf",
    "initiatives.csv",
    "milestones.csv",
    "series.csv",
    "municipalities.csv",
    "tables.json",
)
PUBLISHED = {f"/v1/editions/{{id}}/{form}" for form in FORMS}
NUMBERS = "/v1/statistics/{id}/tables/{edition}"
FOR_EVERYBODY = {"/v1/who-to-call", "/v1/published-plans", "/v1/published-plans/feed", NUMBERS, *PUBLISHED}
OPEN = {"/livez", "/readyz", "/pipelinez", "/metrics", "/docs", "/docs/assets", "/openapi.json"}


def routes(service: str) -> Iterator[tuple[str, Any]]:
    """Every route that the service's app answers with its whole path, those of included routers too."""
    described = import_module(f"{service}.__main__").SERVICE
    settings = Settings.model_construct(service=service, cors_origins=(), clock_file=None)
    yield from _paths(
        web.build(settings=settings, title=described.title, description="", router=described.router).routes
    )


def _paths(found: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for each in found:
        included = getattr(each, "original_router", None)
        if isinstance(included, APIRouter):
            yield from _paths(included.routes, prefix + each.include_context.prefix)
        else:
            yield prefix + each.path, each


def operations(service: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [(verb, path, each) for path, verbs in DOCUMENTS[service]["paths"].items() for verb, each in verbs.items()]


@pytest.mark.parametrize("service", DOCUMENTS)
def test_no_route_is_without_a_role_except_health_metrics_and_docs(service: str) -> None:
    found = list(routes(service))
    assert {path for path, each in found if not isinstance(each, Edge)} == OPEN
    guarded = [each for _, each in found if isinstance(each, Edge)]
    assert len(guarded) >= 8
    assert {path for path, each in found if isinstance(each, Edge) and not each.roles} <= FOR_EVERYBODY
    assert {path for path, _ in found} >= set(DOCUMENTS[service]["paths"])


@pytest.mark.parametrize("service", DOCUMENTS)
def test_partners_call_no_route_of_the_internal_interface(service: str) -> None:
    assert not [path for path, each in routes(service) if "partner" in getattr(each, "roles", ())]


@pytest.mark.parametrize("service", DOCUMENTS)
def test_every_problem_has_a_slug_of_its_service_with_its_meaning_in_two_languages(service: str) -> None:
    known = catalogue.kinds(service)
    assert {each.slug for each in known if not each.meaning or each.title_da is None} == set()
    own = {each.slug for each in known} - {each.slug for each in catalogue.kinds("none")}
    others = {each.slug for name in DOCUMENTS if name != service for each in catalogue.kinds(name)}
    assert len(own - others) >= 15, "each service has refusals that no other has"
    schemas = DOCUMENTS[service]["components"]["schemas"]
    assert schemas["ProblemSlug"]["enum"] == [each.slug for each in known]
    for each in ("Problem", "ConflictProblem"):
        assert schemas[each]["properties"]["slug"] == {"$ref": "#/components/schemas/ProblemSlug"}


def test_a_slug_that_is_gone_or_renamed_is_told() -> None:
    old, new = DOCUMENTS["training"], deepcopy(DOCUMENTS["training"])
    new["components"]["schemas"]["ProblemSlug"]["enum"].remove("event-missing")
    assert list(openapi.breaks(old, new)) == ["No problem is called event-missing any more."]
    assert list(openapi.breaks(new, old)) == []


@pytest.mark.parametrize("service", DOCUMENTS)
def test_every_operation_has_a_summary_examples_and_its_problems(service: str) -> None:
    schemas = DOCUMENTS[service]["components"]["schemas"]
    for verb, path, operation in operations(service):
        assert operation["summary"], path
        if path in OPEN:
            continue
        if path in FOR_EVERYBODY:
            assert (verb, "security" in operation, "401" in operation["responses"]) == ("get", False, False)
            continue
        assert {"401", "403", "404", "422", "503"} <= operation["responses"].keys(), path
        assert operation["security"], path
        assert "For the roles" in operation["description"], path
        if verb == "post":
            assert {"400", "409", "411", "413"} <= operation["responses"].keys(), path
            assert "Idempotency-Key" in {each["name"] for each in operation["parameters"] if each["required"]}
        changes = any(each["name"] == "If-Match" for each in operation.get("parameters", ()))
        assert changes == ({"412", "428"} <= operation["responses"].keys()), path
        for status, answer in operation["responses"].items():
            if status >= "400":
                [(kind, content)] = answer["content"].items()
                assert kind == "application/problem+json"
                assert content["schema"]["$ref"].rpartition("/")[2] in schemas
        for content in operation.get("requestBody", {"content": {}})["content"].values():
            for kind in content["schema"].get("oneOf", [content["schema"]]):
                body = schemas[kind["$ref"].rpartition("/")[2]]
                required = [body["properties"][name] for name in body.get("required", ())]
                assert "examples" in body or (required and all("examples" in each for each in required)), path


@pytest.mark.parametrize("service", DOCUMENTS)
def test_the_snapshot_is_what_the_service_says(service: str) -> None:
    assert snapshots.keep(openapi.path_of(service), DOCUMENTS[service], write=False) == []


def test_a_change_that_breaks_callers_is_noticed() -> None:
    old = DOCUMENTS["planning"]
    assert list(openapi.breaks(old, old)) == []
    new = deepcopy(old)
    del new["paths"]["/v1/action-plans"]["get"]
    new["paths"]["/v1/action-plans/{id}"]["get"]["parameters"].append({"name": "year", "in": "query", "required": True})
    new["paths"]["/v1/indicators/{id}/curve"]["get"]["parameters"].pop()
    del new["components"]["schemas"]["ReadingView"]["properties"]["as_of"]
    new["components"]["schemas"]["ClosePeriod"]["required"].append("reason")
    assert list(openapi.breaks(old, new)) == [
        "GET /v1/action-plans is gone.",
        "GET /v1/action-plans/{id} newly requires year.",
        "GET /v1/indicators/{id}/curve no longer takes provenance.",
        "ClosePeriod newly requires reason.",
        "ReadingView no longer has as_of.",
    ]


def test_what_is_only_added_breaks_nobody() -> None:
    old = DOCUMENTS["advisory"]
    new = deepcopy(old)
    new["paths"]["/v1/new"] = {"get": {"parameters": [{"name": "must", "required": True}]}}
    new["components"]["schemas"]["BoardRow"]["properties"]["new"] = {"type": "string"}
    new["components"]["schemas"]["BoardRow"]["required"].append("new")
    assert list(openapi.breaks(old, new)) == []
