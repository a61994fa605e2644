"""The AsyncAPI document, read by the parser that others' tools use."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from contracts.snapshots import ROOT, keep, read
from contracts.topics import TOPICS
from support.node import NODE, installed

pytestmark = pytest.mark.rule("p/contracts")

FOLDER = Path(__file__).parent / "asyncapi"


@pytest.fixture(scope="module")
def parser() -> Path:
    """The script that runs the parser."""
    installed(FOLDER)
    return FOLDER / "validate.mjs"


def diagnostics(parser: Path, document: Path) -> list[dict[str, Any]]:
    done = subprocess.run([NODE, parser, document], check=True, capture_output=True, text=True, timeout=120)
    return [json.loads(line) for line in done.stdout.splitlines()]


def document() -> dict[str, Any]:
    return read(ROOT / "snapshots" / "asyncapi.json")


def test_the_document_is_valid(parser: Path):
    assert diagnostics(parser, ROOT / "snapshots" / "asyncapi.json") == []


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda d: d["channels"]["advisory_public"]["bindings"]["kafka"].update(partitions="six"), "partitions"),
        (lambda d: d["components"]["schemas"].popitem(), "schemas"),
        (lambda d: d["info"].pop("version"), "info"),
        (lambda d: next(iter(d["components"]["schemas"].values())).update(type="text"), "type"),
    ],
)
def test_a_document_that_is_not_valid_is_found(parser: Path, tmp_path: Path, spoil: Any, found: str):
    spoiled = document()
    spoil(spoiled)
    keep(tmp_path / "asyncapi.json", spoiled, write=True)
    assert any(
        found in each["path"] or found in each["message"] for each in diagnostics(parser, tmp_path / "asyncapi.json")
    )


def test_each_topic_has_a_channel():
    assert {each["address"] for each in document()["channels"].values()} == {each.name for each in TOPICS}


def test_partners_are_shown_public_messages_on_public_channels_only():
    for name, channel in document()["channels"].items():
        public = name.endswith("_public")
        assert ({"$ref": "#/servers/partners"} in channel["servers"]) == public
        for message in channel["messages"].values():
            payload = document()["components"]["schemas"][message["payload"]["$ref"].rpartition("/")[2]]
            assert not public or payload["x-classification"] == "public"
            assert message["traits"] == [{"$ref": f"#/components/messageTraits/{'public' if public else 'internal'}"}]


def test_each_message_has_an_example_that_its_headers_and_schema_describe():
    components = document()["components"]
    for name, channel in document()["channels"].items():
        trait = components["messageTraits"][name.rpartition("_")[2]]["headers"]
        for type_, message in channel["messages"].items():
            properties = trait["properties"] | message["headers"]["properties"]
            headers = trait | {"properties": properties, "additionalProperties": False}
            for example in message["examples"]:
                Draft7Validator(headers).validate(example["headers"])
                Draft7Validator(components["schemas"][type_]).validate(example["payload"])
