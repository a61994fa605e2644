"""Where the data lie, and what loading one of them is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from embedded.state import ROOT

DATA = ROOT / "deploy/seed"
Step = Callable[[], bool]
"""Brings one thing. True when it, or part of it, was not there."""


def rows(name: str) -> list[dict[str, Any]]:
    """The things that a file lists."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))
