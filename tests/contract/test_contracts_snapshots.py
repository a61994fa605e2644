"""Snapshots: stale ones are found, and a change that would break a reader cannot be written."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from jsonschema import Draft7Validator
from pydantic import Field

from contracts.catalogue import EVENTS
from contracts.event import Event
from contracts.schemas import incompatibilities, schema
from contracts.snapshots import ROOT, editions, keep, main, read, settle
from contracts.values import Count, Internal, LargePoliceDistrict, MunicipalityCode, Open, Public
from support.events import define, own_registry

pytestmark = pytest.mark.rule("p/contracts")

THING = "dk.maerk.advisory.thing-happened.v1"
CODES = Annotated[tuple[MunicipalityCode, ...], Field(max_length=9)]


@pytest.fixture(autouse=True)
def _registry() -> Iterator[None]:
    with own_registry():
        yield


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of what is committed, to spoil."""
    for part in ("snapshots", "examples"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


def store_example(root: Path, data: dict[str, Any], cls: type[Event]) -> None:
    """An example of the class, made from the headers of another one."""
    headers = read(next((root / "examples").glob("*preparedness-plan-published*")))["headers"]
    headers |= {"ce_type": cls.type, "ce_dataschema": cls.dataschema}
    keep(root / "examples" / f"{cls.type}.json", {"headers": headers, "data": data}, write=True)


def test_the_committed_snapshots_are_those_of_the_code(capsys: pytest.CaptureFixture[str]):
    assert (main(["check"]), capsys.readouterr().err) == (0, "")


def test_writing_what_is_written_changes_nothing(root: Path):
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert settle(root, EVENTS, write=True) == []
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_new_event_makes_the_snapshots_stale_until_they_are_written(root: Path):
    cls = define(n=Public[Count])
    assert settle(root, EVENTS, write=False) == [f"{THING} has no example: store one as examples/{THING}.json."]
    store_example(root, {"n": 1}, cls)
    problems = settle(root, EVENTS, write=False)
    assert [each for each in problems if THING in each]
    assert "The snapshot asyncapi.json is stale: write it anew, and look at what that changes." in problems
    assert settle(root, EVENTS, write=True) == []
    assert settle(root, EVENTS, write=False) == []


def published(root: Path, **fields: Any) -> None:
    """`ThingHappened` with these fields has been published, and no class has its name any longer."""
    with own_registry():
        cls = define(**fields)
        required = {name: 1 for name in schema(cls)["required"] if name == "n"}
        store_example(root, required, cls)
        assert settle(root, EVENTS, write=True) == []


def test_an_optional_field_makes_a_new_edition_and_the_old_one_stays(root: Path):
    published(root, n=Public[Count])
    define(n=Public[Count], m=Public[Count | None], defaults={"m": None})
    assert [each for each in settle(root, EVENTS, write=False) if THING in each]
    assert settle(root, EVENTS, write=True) == []
    assert [path.name for path in editions(root)[THING]] == ["0001.json", "0002.json"]
    assert settle(root, EVENTS, write=False) == []


@pytest.mark.parametrize("write", [True, False])
def test_an_incompatible_change_is_neither_written_nor_passed(root: Path, *, write: bool):
    published(root, n=Public[Count])
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    define(n=Public[Count], m=Public[Count])
    problems = settle(root, EVENTS, write=write)
    assert f"{THING}: Field m is newly required. Make a new version of the event instead." in problems
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_what_an_edition_added_cannot_be_taken_back(root: Path):
    published(root, n=Public[Count])
    published(root, n=Public[Count], m=Public[Count | None], defaults={"m": None})
    define(n=Public[Count])
    assert settle(root, EVENTS, write=True)[0] == f"{THING}: Field m is gone. Make a new version of the event instead."


def test_an_event_that_was_published_cannot_go(root: Path):
    published(root, n=Public[Count])
    problems = settle(root, EVENTS, write=True)
    assert f"{THING} was published and is gone: old messages still have it." in problems


def test_an_edition_that_was_altered_removed_or_slipped_in_is_found(root: Path):
    published(root, n=Public[Count])
    define(n=Public[Count])
    path = editions(root)[THING][0]
    whole = path.read_text()

    path.write_text(whole.replace("9999999", "99"))
    assert any("was altered after it was published" in each for each in settle(root, EVENTS, write=True))

    path.unlink()
    assert f"The schema {THING}/0001.json was published and is gone." in settle(root, EVENTS, write=True)

    path.write_text(whole)
    (path.parent / "0002.json").write_text(whole)
    assert settle(root, EVENTS, write=True) == [
        f"The schema {THING}/0002.json was not written by `contracts.snapshots`."
    ]


def test_a_line_taken_out_of_the_ledger_is_found(root: Path):
    ledger = root / "snapshots" / "schemas" / "ledger.txt"
    lines = ledger.read_text().splitlines(keepends=True)
    ledger.write_text("".join(lines[1:]))
    assert any("the ledger before it was altered" in each for each in settle(root, EVENTS, write=True))


def test_an_example_that_can_no_longer_be_read_is_found(root: Path):
    path = next((root / "examples").glob("*preparedness-plan-published*"))
    path.write_text(path.read_text().replace("2024-06-24", "2024-24-06"))
    assert settle(root, EVENTS, write=True) == [
        f"The example {path.name} can no longer be read: schema_mismatch:adopted_on."
    ]


def test_an_example_that_holds_another_type_than_its_name_says_is_found(root: Path):
    here, there = (next((root / "examples").glob(f"*{name}*")) for name in ("plan-published", "plan-adopted"))
    shutil.copy(here, there)
    assert settle(root, EVENTS, write=True) == [f"The example {there.name} holds a {here.stem}."]


def test_an_example_holds_nothing_that_its_writer_would_not_send(root: Path):
    path = next((root / "examples").glob("*preparedness-plan-published*"))
    path.write_text(path.read_text().replace('"data": {', '"data": {"more": 1,'))
    assert settle(root, EVENTS, write=True) == [f"The example {path.name} holds what its writer would not send: more."]


def test_any_document_can_be_kept_as_a_snapshot(tmp_path: Path):
    path = tmp_path / "openapi" / "advisory.json"
    assert keep(path, {"a": 1}, write=False) == [
        "The snapshot advisory.json is stale: write it anew, and look at what that changes."
    ]
    assert keep(path, {"a": 1}, write=True) == keep(path, {"a": 1}, write=False) == []
    assert keep(path, {"a": 2}, write=False) != []


def test_the_command_says_how_it_is_used(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 2
    assert "write" in capsys.readouterr().err


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.json")), ids=lambda path: path.stem)
def test_each_example_is_what_its_schemas_describe(path: Path):
    for edition in editions(ROOT)[path.stem]:
        Draft7Validator(read(edition)).validate(read(path)["data"])


@pytest.mark.parametrize(
    "path",
    [path for each in editions(ROOT).values() for path in each],
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_each_schema_is_a_json_schema(path: Path):
    Draft7Validator.check_schema(json.loads(path.read_text()))


RED = {"colour": Public[Open[Literal["red", "green"]]]}
SHUT = {"colour": Public[Literal["red", "green"]]}
CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "a removed field": ({"n": Public[Count], "m": Public[Count]}, {"n": Public[Count]}, "Field m is gone."),
    "a removed optional field": ({"n": Public[Count | None], "defaults": {"n": None}}, {}, "Field n is gone."),
    "a new required field": ({}, {"n": Public[Count]}, "Field n is newly required."),
    "an optional field that becomes required": (
        {"n": Public[Count | None], "defaults": {"n": None}},
        {"n": Public[Count]},
        "Field n is newly required.",
    ),
    "a required field that becomes optional": (
        {"n": Public[Count]},
        {"n": Public[Count | None], "defaults": {"n": None}},
        "Field n is no longer required.",
    ),
    "another type": ({"n": Public[Count]}, {"n": Public[bool]}, "Field n changed its type from integer to boolean."),
    "a narrower number": (
        {"n": Public[Count]},
        {"n": Public[Annotated[int, Field(ge=0, le=9)]]},
        "Field n changed its maximum from 9999999 to 9.",
    ),
    "a wider number": (
        {"n": Public[Annotated[int, Field(ge=0, le=9)]]},
        {"n": Public[Count]},
        "Field n changed its maximum from 9 to 9999999.",
    ),
    "a shorter collection": (
        {"n": Public[CODES]},
        {"n": Public[Annotated[tuple[MunicipalityCode, ...], Field(max_length=8)]]},
        "Field n changed its maxItems from 9 to 8.",
    ),
    "another kind of item": (
        {"n": Public[CODES]},
        {"n": Public[Annotated[tuple[Count, ...], Field(max_length=9)]]},
        "Field n items changed its type from string to integer.",
    ),
    "a value that readers do not tolerate": (
        SHUT,
        {"colour": Public[Literal["red", "green", "blue"]]},
        "Field colour changed its enum from ['red', 'green'] to ['red', 'green', 'blue'].",
    ),
    "a value taken from a closed enumeration": (
        SHUT,
        {"colour": Public[Literal["red"]]},
        "Field colour changed its const from None to red.",
    ),
    "a value taken from an open enumeration": (
        RED,
        {"colour": Public[Open[Literal["red"]]]},
        "Field colour no longer lists green.",
    ),
    "an enumeration that is closed": (RED, SHUT, "Field colour no longer lists red, green."),
    "a field that becomes less public": (
        {"n": Public[Count]},
        {"n": Internal[Count]},
        "Field n changed its x-classification from public to internal.",
    ),
    "a field that becomes more public": (
        {"n": Internal[Count]},
        {"n": Public[Count]},
        "Field n changed its x-classification from internal to public.",
    ),
    "another default": (
        {"n": Public[Count], "defaults": {"n": 1}},
        {"n": Public[Count], "defaults": {"n": 2}},
        "Field n changed its default from 1 to 2.",
    ),
    "an event that partners no longer get": (
        {"n": Public[Count], "public": True},
        {"n": Public[Count]},
        "It is no longer sent on the public stream.",
    ),
    "a time that becomes finer": (
        {"d": Internal[LargePoliceDistrict], "case_derived": "quarter"},
        {"d": Internal[LargePoliceDistrict], "case_derived": "month"},
        "Its time is no longer as coarse as it was.",
    ),
    "a new optional field": ({}, {"n": Public[Count | None], "defaults": {"n": None}}, None),
    "a new field with a default": ({}, {"n": Public[Count], "defaults": {"n": 1}}, None),
    "a value added to an open enumeration": (RED, {"colour": Public[Open[Literal["red", "green", "blue"]]]}, None),
    "an event that partners get from now on": ({"n": Public[Count]}, {"n": Public[Count], "public": True}, None),
}


@pytest.mark.parametrize(("before", "after", "why"), CHANGES.values(), ids=CHANGES)
def test_a_change_that_breaks_readers_is_refused_and_any_other_is_not(
    before: dict[str, Any], after: dict[str, Any], why: str | None
):
    with own_registry():
        old = schema(define(**before))
    found = list(incompatibilities(old, schema(define(**after))))
    assert (why in found) if why else found == []
