"""What refusals say to people."""

import ast
import re
from pathlib import Path

SOURCES = sorted((Path(__file__).parents[2] / "services").glob("*/src/**/*.py"))
OURS = re.compile(r"\b(rule|regel) [acp]\b|\b[acp]\.\d+/|\bp/[a-z]")


def test_no_refusal_names_a_rule_by_the_id_that_it_has_among_developers() -> None:
    assert OURS.search("kvitteret (regel c.1/6).")
    assert OURS.search("c.1/process")
    raised = [
        (file.name, said.value)
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Raise)
        for said in ast.walk(node)
        if isinstance(said, ast.Constant) and isinstance(said.value, str)
    ]
    assert len(raised) > 100
    assert [each for each in raised if OURS.search(each[1])] == []
