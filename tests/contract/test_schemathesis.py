"""Each service, running for real, is asked whatever its own document allows, and much that it does not."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chassis import openapi
from embedded.platform import Platform
from support.initiatives import MINISTRY, enter
from support.services import Caller, system

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 30
OWN_VALUES = {"period": "2025", "source_url": "https://example.org/x", "value": "86"}


async def plans(adviser: Caller) -> dict[str, list[str]]:
    """The ids of plans, enquiries and processes in different states, by the names that they have in addresses."""
    made = [
        await adviser.post("/v1/preparedness-plans", {"municipality_code": code, "covers": ["adults"]})
        for code in ("9901", "9902")
    ]
    path = f"/v1/preparedness-plans/{made[1]['id']}"
    await adviser.post(f"{path}/adopt", {"adopted_on": "2026-01"}, revision=1)
    asked = {"channel": "phone", "requester": "municipality_school", "topics": ["threats"], "urgency": "acute"}
    asked |= {"municipality_code": "9901", "is_case_specific": True, "concerns_minor": "yes"}
    enquiries = [await adviser.post("/v1/enquiries", asked) for _ in range(2)]
    await adviser.post(f"/v1/enquiries/{enquiries[1]['id']}/triage", {"team": "duty_desk"}, revision=1)
    wish = {"municipality_code": "9901", "kind": "upskilling", "children_youth": "no"}
    processes = [await adviser.post("/v1/processes", wish) for _ in range(2)]
    begun = f"/v1/processes/{processes[1]['id']}"
    await adviser.post(f"{begun}/scope", {"goals": ["Syntetisk"]}, revision=1)
    await adviser.post(f"{begun}/agree", {"lead": "adviser"}, revision=2)
    await adviser.post(f"{begun}/start", revision=3)
    template = await adviser.post(
        "/v1/advice-templates", {"title_da": "Syntetisk", "text_da": "Syntetisk", "provenance": "synthetic"}
    )
    reach = {"audience": "everybody", "title_da": "Syntetisk", "purpose_da": "Syntetisk", "phone": "00 00 00 00"}
    where = {"actor": "municipality_intake", "scope": "municipality", "area": "9901"}
    entries = [await adviser.post("/v1/directory-entries", {**reach, **where}) for _ in range(2)]
    host = {"host_municipality_code": "9901", "title_da": "Syntetisk"}
    unit = await adviser.post("/v1/consultant-units", host)
    meeting = {"area": "west", "planned_on": "2026-01-01", "topics": ["threats"], "provenance": "synthetic"}
    meetings = [await adviser.post("/v1/network-meetings", meeting) for _ in range(2)]
    await adviser.post(f"/v1/network-meetings/{meetings[1]['id']}/hold", {"participant_count": 9}, revision=1)
    stay = {"origin": "police", "phase": "before", "provenance": "synthetic"}
    stays = [await adviser.post("/v1/stay-coordinations", stay) for _ in range(2)]
    await adviser.post(f"/v1/stay-coordinations/{stays[1]['id']}/pass-on", {"authorities": ["police"]}, revision=1)
    return {
        "directory-entries": [each["id"] for each in entries],
        "consultant-units": [unit["id"]],
        "network-meetings": [each["id"] for each in meetings],
        "stay-coordinations": [each["id"] for each in stays],
        "preparedness-plans": [each["id"] for each in made],
        "enquiries": [each["id"] for each in enquiries],
        "processes": [each["id"] for each in processes],
        "advice-templates": [template["id"]],
    }


async def figures(editor: Caller) -> dict[str, list[str]]:
    """The ids of a plan, an indicator in it, and a reading of that, by the names that they have in addresses."""
    plan = await editor.post(
        "/v1/action-plans", {"year": 2026, "title_da": "Syntetisk plan", "provenance": "synthetic"}
    )
    said = {"code": "x", "name_da": "Syntetisk", "kind": "output", "frequency": "year"}
    definition = {"text_da": "Syntetisk", "method": "manual"}
    indicator = await editor.post("/v1/indicators", {**said, "plan_id": plan["id"], "definition": definition})
    read = await editor.post(f"/v1/indicators/{indicator['id']}/readings", OWN_VALUES)
    await enter(editor, MINISTRY)
    [authority] = (await editor.get("/v1/authorities"))["items"]
    effort = {"number": 1, "title_da": "Syntetisk", "responsible_authority": MINISTRY}
    initiative = await editor.post(f"/v1/action-plans/{plan['id']}/initiatives", effort)
    await editor.post(f"/v1/initiatives/{initiative['id']}/advance", {"status": "launched"}, revision=1)
    due = {"title_da": "Syntetisk", "due_on": "2026-12-31"}
    milestone = await editor.post(f"/v1/initiatives/{initiative['id']}/milestones", due)
    return {
        "action-plans": [plan["id"]],
        "indicators": [indicator["id"]],
        "readings": [read["readings"][0]["id"]],
        "initiatives": [initiative["id"]],
        "milestones": [milestone["id"]],
        "authorities": [authority["id"]],
    }


async def publications(editor: Caller) -> dict[str, list[str]]:
    """The ids of a draft and a published one that quotes a paragraph, by the names that they have in addresses."""
    source, synthetic = "https://example.org/lov", {"provenance": "synthetic"}
    law = {"law": "barnets_lov", "paragraph": "15(3)", "title_da": "Syntetisk", "source_url": source, **synthetic}
    reference = await editor.post("/v1/legal-references", law)
    said = {"kind": "study", "title_da": "Syntetisk", "topics": ["threats"], "children_youth": "no", **synthetic}
    stated = {"year": 2026, "accessibility": "ok", "references": [reference["id"]]}
    made = [await editor.post("/v1/publications", {**said, **more}) for more in ({}, stated)]
    await editor.post(f"/v1/publications/{made[1]['id']}/publish", revision=1)
    number = {"area": "nation", "category": "a", "count": 7}
    table = {"title_da": "Syntetisk", "unit": "count", "categories": [{"code": "a", "name_da": "Syntetisk"}]}
    table |= {"cells": [number], "table": "young-in-control", "definition_version": 1, "definition_da": "Syntetisk"}
    table |= {"method_da": "Syntetisk", "dark_figure_da": "Syntetisk", "as_of": "2026-01-01", **synthetic}
    table |= {"units_reporting": 1, "units_asked": 1}
    drafts = [await editor.post("/v1/statistics", {**table, "period": each}) for each in ("2025", "2026")]
    path = f"/v1/statistics/{drafts[1]['id']}"
    for revision, verb in enumerate(("check", "approve", "release"), start=1):
        await editor.post(f"{path}/{verb}", revision=revision)
    return {
        "publications": [each["id"] for each in made],
        "legal-references": [reference["id"]],
        "statistics": [each["id"] for each in drafts],
    }


async def seats(coordinator: Caller) -> dict[str, list[str]]:
    """The ids of drafts, an event, a registration with a seat and one that waits, by their names in addresses."""
    said = {"kind": "theme_day", "title_da": "Syntetisk", "topics": ["threats"], "level": "basic"}
    said |= {"children_youth": "no", "provenance": "synthetic"}
    moments = {"registration_opens_at": "2026-01-01T08:00:00Z", "registration_closes_at": "2099-01-01T08:00:00Z"}
    moments |= {"starts_at": "2099-02-01T08:00:00Z", "ends_at": "2099-02-01T14:00:00Z"}
    drafts = [await coordinator.post("/v1/events", said) for _ in range(3)]
    event = await coordinator.post("/v1/events", {**said, **moments, "capacity": 20, "max_per_organisation": 1})
    await coordinator.post(f"/v1/events/{event['id']}/publish", revision=1)
    shelter = {"organisation": "shelter:a", "organisation_type": "shelter", "profession": "pedagogue"}
    made = [await coordinator.post(f"/v1/events/{event['id']}/registrations", shelter) for _ in range(2)]
    return {"events": [each["id"] for each in (*drafts, event)], "registrations": [each["id"] for each in made]}


async def cooperations(caller: Caller) -> dict[str, list[str]]:
    """The ids of a contact point, an agreement and two coordinations, by the names that they have in addresses."""
    own = "municipality:9901"
    point = await caller.post("/v1/contact-points", {"organisation": own, "function": "ssp", "hours": "Syntetisk"})
    said = {"police_district": "synthetic", "municipality_codes": ["9901"], "title_da": "Syntetisk"}
    agreement = await caller.post("/v1/agreements", said)
    await caller.post(f"/v1/agreements/{agreement['id']}/sign", {"signed_on": "2026-01-01"}, revision=0)
    case = {"organisation": own, "age_group": "minor", "topics": ["threats"], "acute": True}
    made = [await caller.post("/v1/coordinations", case) for _ in range(2)]
    await caller.post(f"/v1/coordinations/{made[1]['id']}/close", {"reason": "handed_over"}, revision=1)
    cases = [each["id"] for each in made]
    return {"contact-points": [point["id"]], "agreements": [agreement["id"]], "coordinations": cases}


@pytest.mark.timeout(1_200)  # advisory has over a hundred operations
@pytest.mark.parametrize(
    ("service", "roles", "prepare"),
    [
        ("advisory", ("adviser",), plans),
        ("cooperation", ("adviser", "municipal_key_person"), cooperations),
        ("knowledge", ("editor", "data_steward"), publications),
        ("planning", ("plan_editor", "operator"), figures),
        ("training", ("course_coordinator",), seats),
    ],
)
async def test_a_service_answers_as_its_document_says_and_never_with_a_fault(
    service: str, roles: tuple[str, ...], prepare: Callable[[Caller], Any], own_platform: Any, tmp_path: Path
) -> None:
    platform: Platform = own_platform("postgres")
    with system(platform, service, folder=tmp_path, MAERK_ZIPKIN_URL="") as built:
        process = built.processes[service]
        process.arguments = ("--only", "http")
        await process.start()
        caller = built.caller(service, *roles, municipality_codes=["9901"])
        ids = await prepare(caller)
        answers = Counter(await asyncio.to_thread(_ask_all, service, caller, ids))
        assert {200, 404, 409, 422} <= answers.keys(), answers
        assert answers.total() >= 5 * EXAMPLES
        assert '"fault"' not in process.log.read_text()


def _ask_all(service: str, caller: Caller, ids: dict[str, list[str]]) -> list[int]:
    """The statuses of all answers, after every operation has been asked in many ways."""
    schema = schemathesis.openapi.from_dict(openapi.documents()[service])
    answers: list[int] = []
    with requests.Session() as session:
        # An answer that goes on is not read to its end here; test_planning_follow.py follows it.
        operations = [each.ok() for each in schema.get_all_operations() if not each.ok().path.endswith("/follow")]
        # Health first: no relay is there, and events that have waited for a minute are an answer of 503.
        for operation in sorted(operations, key=lambda each: each.path.startswith("/v1")):
            allowed = operation.as_strategy(GenerationMode.POSITIVE)
            refused = operation.as_strategy(GenerationMode.NEGATIVE)
            there = ids.get(operation.path.split("/")[2], []) if operation.path.startswith("/v1") else []
            few = 3 if not operation.path.startswith("/v1") else EXAMPLES

            @settings(
                max_examples=few, deadline=None, database=None, derandomize=True, suppress_health_check=[*HealthCheck]
            )
            @given(case=allowed | refused, id=st.sampled_from([None, *there]), tag=st.none() | st.integers(1, 4))
            def ask(case: Case, id: str | None, tag: int | None) -> None:
                if id is not None and "id" in (case.path_parameters or {}):
                    case.path_parameters["id"] = id
                if tag is not None and "If-Match" in (case.headers or {}):
                    case.headers["If-Match"] = f'"{tag}"'
                answers.append(
                    case.call_and_validate(
                        base_url=caller.url,
                        session=session,
                        headers={"Authorization": f"Bearer {caller.token}"},
                        checks=CHECKS,
                    ).status_code
                )

            ask()
    return answers
