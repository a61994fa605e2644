"""Which test proves which rule: `python tests/rules.py`. Fails when a rule has no test or a test names no rule."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def rules() -> dict[str, str]:
    """Every rule of RULES.md: its id and its words."""
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", (ROOT / "RULES.md").read_text(encoding="utf-8"), re.MULTILINE)
    return {id: words.strip() for id, words in rows}


def proofs() -> dict[str, list[str]]:
    """The tests that name each id."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for test, id in _marks(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(id, []).append(f"{path.relative_to(ROOT)}::{test}")
    return found


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for mark in node.decorator_list:
                yield from ((node.name, id) for id in _ids(mark))
        elif isinstance(node, ast.Assign) and any(getattr(each, "id", "") == "pytestmark" for each in node.targets):
            values = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
            yield from (("the whole file", id) for mark in values for id in _ids(mark))


def _ids(mark: ast.expr) -> list[str]:
    if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "rule":
        return [each.value for each in mark.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return []


def main() -> int:
    """The table is printed; the answer is how many ids lack their other half."""
    stated, proved = rules(), proofs()
    wrong = 0
    for id, words in stated.items():
        tests = proved.get(id, [])
        sys.stdout.write(f"{id}  {words}\n")
        for test in tests or ["NO TEST NAMES THIS RULE"]:
            sys.stdout.write(f"    {test}\n")
        wrong += not tests
    for id in sorted(proved.keys() - stated.keys()):
        sys.stdout.write(f"{id}  NOT IN RULES.md, named by {', '.join(proved[id])}\n")
        wrong += 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())
