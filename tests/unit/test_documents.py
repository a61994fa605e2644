"""What the documents name is there: files, targets, commands, decisions, and who tells whom what."""

import re
from importlib import import_module
from itertools import product
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from chassis.consumer.listens import Listens
from contracts.topics import SERVICES
from maerk.app import app

ROOT = Path(__file__).parents[2]
GENERATED = {".venv", ".local", "node_modules"}
DOCUMENTS = sorted(each for each in ROOT.rglob("*.md") if not GENERATED & set(each.relative_to(ROOT).parts))
FOLDERS = tuple(f"{each}/" for each in ("contracts", "services", "deploy", "tests", ".ci"))
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: str(each.relative_to(ROOT)))


def named_files(text: str) -> list[str]:
    """What a document links to here, and what it names as a file or folder of this repository."""
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", text)
    spans = re.findall(r"`([\w./-]+)`", text)
    chassis = [f"services/chassis/src/{each}" for each in spans if each.startswith("chassis/")]
    return links + chassis + [each for each in spans if each.startswith(FOLDERS) or each.endswith(".md")]


@every_document
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    assert named_files("[x](no.md) `tests/no` `chassis/no.py`") == [
        "no.md",
        "services/chassis/src/chassis/no.py",
        "tests/no",
    ]
    names = named_files(document.read_text(encoding="utf-8"))
    near = (ROOT, document.parent, ROOT / "contracts/src")
    missing = [each for each in names if not any((folder / each.removesuffix("/")).exists() for folder in near)]
    missing = [each for each in missing if not (ROOT / f"services/chassis/src/{each}.py").exists()]
    assert missing == []


@every_document
def test_every_target_of_make_that_a_document_names_is_there(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = document.read_text(encoding="utf-8")
    assert set(re.findall(r"(?:`|^ *)make ([a-z]+)", text, re.MULTILINE)) <= targets


@every_document
def test_every_command_of_maerk_that_a_document_names_is_there(document: Path) -> None:
    commands = typer.main.get_command(app)
    for words in re.findall(r"(?:`|bin/|^|topics )maerk ([a-z-]+(?: [a-z]+)?)", document.read_text(), re.MULTILINE):
        first, _, second = words.partition(" ")
        assert isinstance(commands, TyperGroup)
        assert first in commands.commands, words
        below = commands.commands[first]
        assert not isinstance(below, TyperGroup) or not second or second in below.commands, words


@every_document
def test_every_decision_that_a_document_names_was_made(document: Path) -> None:
    made = set(re.findall(r"^## (\d+)\.", (ROOT / "DECISIONS.md").read_text(encoding="utf-8"), re.MULTILINE))
    told = re.findall(r"DECISIONS (\d+(?:(?:, | and )\d+)*)", document.read_text(encoding="utf-8"))
    assert {number for each in told for number in re.findall(r"\d+", each)} <= made


def heard() -> dict[tuple[str, str], set[str]]:
    """The classes that each service hears of each other one, as its subscription in code says."""
    said: dict[tuple[str, str], set[str]] = {}
    for teller, hearer in product(SERVICES, SERVICES):
        listens: Listens = import_module(f"{hearer}.__main__").LISTENS
        if names := {each.__name__ for each in listens.types.values() if each.service == teller}:
            said[teller, hearer] = names
    return said


def test_every_arrow_of_the_picture_is_a_subscription_and_every_subscription_an_arrow() -> None:
    (picture,) = re.findall(r"## Who tells whom what\n.*?```mermaid\n(.*?)```", ARCHITECTURE, re.DOTALL)
    arrows = re.findall(rf"^ +({'|'.join(SERVICES)}) -->.* ({'|'.join(SERVICES)})$", picture, re.MULTILINE)
    assert len(arrows) == picture.count("-->") - picture.count("--> partners")
    assert sorted(arrows) == sorted(heard())


def test_the_events_named_beside_the_picture_are_those_subscribed_to() -> None:
    rows = re.findall(r"^\| (\w+) → (\w+) \| ([^|]+) \|", ARCHITECTURE, re.MULTILINE)
    named = {(teller, hearer): set(re.findall(r"`(\w+)`", events)) for teller, hearer, events in rows}
    assert named == {pair: names for pair, names in heard().items() if pair[1] != "planning"}


def test_every_name_of_the_glossary_is_a_name_in_code() -> None:
    words = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").split("Terms of the platform")[0]
    code = "".join(each.read_text() for top in ("contracts", "services") for each in (ROOT / top).rglob("*.py")).lower()
    columns = re.findall(r"^\|[^|]+\|([^|]+)\|", words, re.MULTILINE)
    names = [name for each in columns for name in re.findall(r"`(\w+)`", each)]
    assert [each for each in names if each not in code and each.replace("_", "") not in code] == []
