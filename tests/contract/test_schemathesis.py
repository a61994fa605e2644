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
from support.services import Caller, system

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 30
OWN_VALUES = {"period": "2025", "source_url": "https://example.org/x", "value": "86"}


async def plans(adviser: Caller) -> dict[str, list[str]]:
    """The ids of plans in different states, by the name that they have in addresses."""
    made = [
        await adviser.post("/v1/preparedness-plans", {"municipality_code": code, "covers": ["adults"]})
        for code in ("9901", "9902")
    ]
    path = f"/v1/preparedness-plans/{made[1]['id']}"
    await adviser.post(f"{path}/adopt", {"adopted_on": "2026-01"}, revision=1)
    return {"preparedness-plans": [each["id"] for each in made]}


async def figures(editor: Caller) -> dict[str, list[str]]:
    """The ids of a plan, an indicator in it, and a reading of that, by the names that they have in addresses."""
    plan = await editor.post(
        "/v1/action-plans", {"year": 2026, "title_da": "Syntetisk plan", "provenance": "synthetic"}
    )
    said = {"code": "x", "name_da": "Syntetisk", "kind": "output", "frequency": "year"}
    definition = {"text_da": "Syntetisk", "method": "manual"}
    indicator = await editor.post("/v1/indicators", {**said, "plan_id": plan["id"], "definition": definition})
    read = await editor.post(f"/v1/indicators/{indicator['id']}/readings", OWN_VALUES)
    return {"action-plans": [plan["id"]], "indicators": [indicator["id"]], "readings": [read["readings"][0]["id"]]}


async def publications(editor: Caller) -> dict[str, list[str]]:
    """The ids of a draft and a published one that quotes a paragraph, by the names that they have in addresses."""
    source, synthetic = "https://example.org/lov", {"provenance": "synthetic"}
    law = {"law": "barnets_lov", "paragraph": "15(3)", "title_da": "Syntetisk", "source_url": source, **synthetic}
    reference = await editor.post("/v1/legal-references", law)
    said = {"kind": "study", "title_da": "Syntetisk", "topics": ["threats"], "children_youth": "no", **synthetic}
    stated = {"year": 2026, "accessibility": "ok", "references": [reference["id"]]}
    made = [await editor.post("/v1/publications", {**said, **more}) for more in ({}, stated)]
    await editor.post(f"/v1/publications/{made[1]['id']}/publish", revision=1)
    return {"publications": [each["id"] for each in made], "legal-references": [reference["id"]]}


@pytest.mark.parametrize(
    ("service", "roles", "prepare"),
    [
        ("advisory", ("adviser",), plans),
        ("knowledge", ("editor",), publications),
        ("planning", ("plan_editor", "operator"), figures),
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
        caller = built.caller(service, *roles)
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
        for found in schema.get_all_operations():
            operation = found.ok()
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
