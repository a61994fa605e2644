"""The shape of the code that imports cannot show."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHASSIS = ROOT / "services/chassis/src/chassis"
MODULES = sorted(
    each
    for folder in ("contracts/src", "services", "deploy", "tests")
    for each in (ROOT / folder).rglob("*.py")
    if "node_modules" not in each.parts
)
SERVICES = sorted({each.parent for each in (ROOT / "services").glob("*/src/*/migrations")} - {CHASSIS})
STATEMENTS = {"execute", "executemany", "fetch", "fetchrow", "fetchval", "copy_records_to_table", "cursor", "prepare"}
FILES = ["__init__", "__main__", "commands", "domain", "http", "projections", "queries", "reactions", "store"]


def statements(source: str) -> Iterator[int]:
    """The lines on which a statement is sent to the database."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in STATEMENTS:
            yield node.lineno


def test_statements_are_sent_only_from_store_queries_and_the_chassis() -> None:
    assert list(statements("async def f(tx): await tx.fetchval('select 1')")) == [1]
    senders = {
        f"{service.name}/{each.relative_to(service)}"
        for service in SERVICES
        for each in service.rglob("*.py")
        if list(statements(each.read_text()))
        and each.relative_to(service).parts[0].removesuffix(".py") not in ("store", "queries")
    }
    assert senders == set()


@pytest.mark.parametrize("module", MODULES, ids=lambda each: str(each.relative_to(ROOT)))
def test_no_module_is_over_400_lines(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= 400


def test_every_service_has_the_same_files() -> None:
    assert len(SERVICES) == 5
    for service in SERVICES:
        modules = sorted(each.name.removesuffix(".py") for each in service.iterdir() if each.name != "__pycache__")
        assert modules == sorted([*FILES, "migrations"]), service.name


def test_migrations_are_numbered_and_no_number_is_taken_twice() -> None:
    for folder in (ROOT / "services").glob("*/src/*/migrations"):
        for numbered in (folder, folder / "projections"):
            numbers = [int(each.name[:4]) for each in sorted(numbered.glob("*.sql"))]
            assert len(numbers) == len(set(numbers)), numbered


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "base", "service", "manager"])
def test_no_file_has_a_name_that_says_nothing(name: str) -> None:
    assert [each for each in MODULES if each.stem == name] == []
