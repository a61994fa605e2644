"""Whether the unit tests notice a mistake: `python tests/mutants.py advisory [MODULE ...]`, as `make mutants` runs it.

Each mutant is one small mistake in one module of a service's domain, and is killed when any unit test of the service
fails. What survives is told with its place. The exit code is 1 when fewer than nine of ten are killed.
"""

import argparse
import ast
import contextlib
import copy
import importlib.abc
import importlib.util
import io
import os
import re
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
from hypothesis import Phase, settings

TESTS = Path(__file__).parent
ENOUGH, LONGEST_S = 0.9, 60
QUICKLY = ("-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
OPPOSITE: Final[dict[type[ast.AST], type[Any]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip


def mutants(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The line and kind of each mistake, made in the tree while it is looked at and undone afterwards."""
    for node in _outside_annotations(tree):
        match node:
            case ast.Compare():
                for place, old in enumerate(node.ops):
                    node.ops[place] = OPPOSITE[type(old)]()
                    yield node.lineno, "another comparison"
                    node.ops[place] = old
            case ast.BoolOp() | ast.BinOp() if type(node.op) in OPPOSITE:
                old_operator = node.op
                node.op = OPPOSITE[type(old_operator)]()
                yield node.lineno, "another operator"
                node.op = old_operator
            case ast.If() | ast.IfExp() | ast.While():
                test = node.test
                node.test = ast.UnaryOp(ast.Not(), test)
                yield node.test.lineno if hasattr(node.test, "lineno") else node.lineno, "the opposite condition"
                node.test = test
            case ast.Constant(value=bool() | int() as value):
                node.value = (not value) if isinstance(value, bool) else value + 1
                yield node.lineno, "another value"
                node.value = value
            case ast.Expr(value=ast.Call() as call):
                node.value = ast.Constant(None)
                yield node.lineno, "a call left out"
                node.value = call
            case _:
                pass


def _outside_annotations(node: ast.AST) -> Iterator[ast.AST]:
    """What tests can see: not types, nor that a dataclass is frozen, which the type checker watches."""
    yield node
    for name, each in ast.iter_fields(node):
        if name not in ("annotation", "returns", "decorator_list"):
            for child in each if isinstance(each, list) else [each]:  # pyright: ignore[reportUnknownVariableType]
                if isinstance(child, ast.AST):
                    yield from _outside_annotations(child)


class Mistaken(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module with a mistake in it."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self.name, self.path = name, path
        self.code = compile(ast.fix_missing_locations(copy.deepcopy(tree)), str(path), "exec")

    def find_spec(self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> Any:
        """This module's, and no other's."""
        return importlib.util.spec_from_loader(fullname, self, origin=str(self.path)) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        """The module is there, with its mistake."""
        exec(self.code, module.__dict__)  # the project's own module


def killed(finder: Mistaken | None, tests: Sequence[Path]) -> bool:
    """Whether a test fails, in a process of its own; one that takes too long has noticed something."""
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_S, LONGEST_S))
        if finder is not None:
            sys.meta_path.insert(0, finder)
        settings.register_profile("mutants", phases=(Phase.explicit, Phase.generate), database=None, derandomize=True)
        settings.load_profile("mutants")
        os._exit(int(pytest.main([*QUICKLY, *map(str, tests)])))
    _, status = os.waitpid(child, 0)
    return status != 0


def warm(service: str, tests: Sequence[Path]) -> None:
    """What no mistake is made in is imported before the children begin; they import the service and its tests anew."""
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(["--collect-only", *QUICKLY, *map(str, tests)])
    for name, module in list(sys.modules.items()):
        ours = (getattr(module, "__file__", None) or "").startswith(str(TESTS)) and module is not sys.modules[
            "__main__"
        ]
        if ours or name.split(".")[0] == service:
            del sys.modules[name]


def _share(module: str, tests: Path) -> float:
    """How much of the tests' text names the module; those that do most are tried first."""
    text = tests.read_text(encoding="utf-8")
    return len(re.findall(rf"\b{module}\b(?!=)", text)) / len(text)


def main() -> int:
    """Every mutant is tried, and the survivors are told."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__)
    parser.add_argument("service")
    parser.add_argument("modules", nargs="*", help="of the domain; all unless some are named")
    asked = parser.parse_args()
    package = importlib.util.find_spec(f"{asked.service}.domain")
    if package is None or not package.submodule_search_locations:
        parser.error(f"There is no service {asked.service} with a domain.")
    folder = Path(package.submodule_search_locations[0])
    all_tests = sorted((TESTS / "unit").glob(f"test_{asked.service}*.py"))
    if killed(None, all_tests):
        parser.error("The tests fail without any mistake.")
    warm(asked.service, all_tests)
    tried = noticed = 0
    for path in sorted(folder.glob("*.py")):
        if path.stem == "__init__" or (asked.modules and path.stem not in asked.modules):
            continue
        source = path.read_text(encoding="utf-8")
        tree, lines = ast.parse(source), source.splitlines()
        near = {each: share for each in all_tests if (share := _share(path.stem, each))}
        far = [each for each in all_tests if each not in near]
        began, of_module = time.monotonic(), [0, 0]
        for line, kind in mutants(tree):
            mistake = Mistaken(f"{asked.service}.domain.{path.stem}", path, tree)
            dead = any(tests and killed(mistake, tests) for tests in (sorted(near, key=lambda each: -near[each]), far))
            of_module = [of_module[0] + 1, of_module[1] + dead]
            if not dead:
                sys.stdout.write(f"survived  {path.name}:{line}  {kind}  {lines[line - 1].strip()}\n")
                sys.stdout.flush()
        tried, noticed = tried + of_module[0], noticed + of_module[1]
        took = time.monotonic() - began
        sys.stdout.write(
            f"{path.stem}: {of_module[1]} of {of_module[0]} killed in {took:.0f} s; {noticed} of {tried}\n"
        )
        sys.stdout.flush()
    return int(noticed < ENOUGH * tried)


if __name__ == "__main__":
    sys.exit(main())
