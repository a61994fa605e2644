"""Chromium, as a reader without eyes or with a narrow screen meets a page, and what axe finds wrong with it."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.node import NODE, installed

FOLDER = Path(__file__).parents[1] / "contract/accessibility"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MISSING = "Chromium is not installed: `apt-get install chromium`, or name the program in MAERK_CHROMIUM."


@dataclass(frozen=True)
class Look:
    """What was found of a page."""

    violations: list[str]
    unsure: list[str]
    passed: int
    wide: dict[str, int]
    first: str
    fetched: list[str]
    said: list[str]


def look(pages: Sequence[Path], *, folder: Path) -> list[Look]:
    """What a browser with an empty profile finds of each page; beside the page lie its pictures, narrow and wide."""
    run = [NODE, installed(FOLDER).parent / "look.mjs", chromium(), folder / "profile", *pages]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    return [Look(**json.loads(line)) for line in done.stdout.splitlines()]


def chromium() -> str:
    """Where Chromium is. The test that asks is skipped where there is none, but not in continuous integration."""
    found = os.environ.get("MAERK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        assert "CI" not in os.environ, MISSING
        pytest.skip(MISSING)
    return found
