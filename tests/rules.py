"""Which test proves which rule: `python tests/rules.py`, or `check` for what is wrong alone.

Fails when a rule has no test, a test names no rule, or something that advisory must keep has no rule. A rule that no
test can observe is editorial, and says where users are shown it.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EDITORIAL = "editorial: "
TOLD = (
    "enquiry-registered", "enquiry-closed", "enquiry-reopened", "enquiry-acute-handover-overdue", "referral-made",
    "referral-acknowledged", "referral-declined", "process-agreed", "process-completed", "process-followed-up",
    "visit-held", "preparedness-plan-adopted", "preparedness-plan-published", "preparedness-plan-revision-due",
    "preparedness-plan-overdue", "need-identified", "contact_directory_changed",
)  # fmt: skip
REQUIRED = (
    *(f"c.1/{number}" for number in range(1, 14)),
    *(f"c.1/state:{each}" for each in ("enquiry", "referral", "process", "preparedness_plan", "alarm")),
    *(f"c.1/event:{each}" for each in TOLD),
    *(f"c.6/{each}→advisory" for each in ("process-completed", "event-held", "agreement", "gap", "quoted", "priority")),
    *(f"c.6/{each}→cooperation" for each in ("preparedness-plan", "need-identified", "process-completed")),
    *(f"c.6/{each}→training" for each in ("demand", "process-completed")),
    *(f"c.6/{each}→knowledge" for each in ("need-identified", "contact-directory")),
    *(f"c.6/{each}→planning" for each in ("preparedness-plan", "need-identified", "enquiry", "process-agreed")),
    *(f"c.6/scenario-{number}" for number in (1, 2)),
)
"""What the domain asks of advisory: its numbered rules, state machines, events, and reactions to what it tells too."""


def rules() -> dict[str, tuple[str, str]]:
    """Every rule of RULES.md: its id, its words and its source."""
    text = (ROOT / "RULES.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|", text, re.MULTILINE)
    return {id: (words.strip(), source.strip()) for id, words, source in rows}


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


def main(*, only_wrong: bool) -> int:
    """The table is printed; the answer is how many ids lack their other half."""
    stated, proved = rules(), proofs()
    wrong = [f"{id}  NO RULE IN RULES.md" for id in REQUIRED if id not in stated]
    wrong += [
        f"{id}  NOT IN RULES.md, named by {', '.join(proved[id])}" for id in sorted(proved.keys() - stated.keys())
    ]
    for id, (words, source) in stated.items():
        tests = proved.get(id, [])
        if not tests and source.startswith(EDITORIAL):
            tests = [source]
        if not tests:
            wrong.append(f"{id}  NO TEST NAMES THIS RULE")
        if not only_wrong:
            sys.stdout.write("".join(f"{each}\n" for each in (f"{id}  {words}", *(f"    {test}" for test in tests))))
    sys.stdout.writelines(f"{each}\n" for each in wrong)
    return len(wrong)


if __name__ == "__main__":
    sys.exit(min(main(only_wrong=sys.argv[1:] == ["check"]), 1))
