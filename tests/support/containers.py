"""docker-compose.yml and deploy/Dockerfile as data, and the image's content laid out in a folder."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "deploy/Dockerfile"
VARIABLE = re.compile(r"\$\{(\w+)(?::?-([^}]*))?\}")


def compose(**environment: str) -> dict[str, Any]:
    """The compose file with these variables and otherwise its defaults."""
    text = VARIABLE.sub(lambda found: environment.get(found[1], found[2] or ""), COMPOSE.read_text(encoding="utf-8"))
    return yaml.safe_load(text)


def in_git() -> set[str]:
    """Every file that a clone holds, or will once what is there is added."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return {name for name in names if (ROOT / name).exists()}


def context() -> set[str]:
    """The files that reach the builder: those in git, as .dockerignore lets them through."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*", "everything is left out but what is named"
    kept = [rule.removeprefix("!") for rule in rules if rule.startswith("!")]
    return {name for name in in_git() if any(fnmatch(name, f"{rule}/*") or fnmatch(name, rule) for rule in kept)}


@dataclass(frozen=True)
class Line:
    """One instruction of the Dockerfile."""

    stage: str
    word: str
    rest: str


def dockerfile() -> list[Line]:
    """Its instructions, each with the stage it belongs to."""
    text = re.sub(r"\\\n\s*", "", DOCKERFILE.read_text(encoding="utf-8"))
    lines: list[Line] = []
    stage = ""
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "FROM":
            stage = rest.split(" AS ")[1]
        lines.append(Line(stage, word, rest))
    return lines


def said(stage: str, word: str) -> list[str]:
    """What a stage says with that word."""
    return [line.rest for line in dockerfile() if (line.stage, line.word) == (stage, word)]


def copied(stage: str) -> list[tuple[list[str], str]]:
    """The sources and the target of each COPY out of the clone."""
    lines = [rest.split() for rest in said(stage, "COPY") if not rest.startswith("--from")]
    return [(sources, target) for *sources, target in lines]


@dataclass(frozen=True)
class Image:
    """What the image `services` would hold, in a folder."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its Python, with the image's packages and no others."""
        return self.folder / "opt/maerk/bin/python"

    def environment(self, **said_: str) -> dict[str, str]:
        """What the Dockerfile sets, and these."""
        (line,) = said("services", "ENV")
        own = dict(pair.split("=", 1) for pair in line.split())
        own |= {"PATH": os.defpath, "PYTHONPATH": str(self.folder) + own["PYTHONPATH"]}
        return own | said_

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """The command's end, as the image's entry point starts it."""
        return subprocess.run(
            [self.python, "-m", *command],
            cwd="/",
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def content(self) -> dict[str, int]:
        """Every file with the time of its last change."""
        return {str(each): each.stat().st_mtime_ns for each in self.folder.rglob("*") if each.is_file()}


def lay_out(folder: Path) -> Image:
    """The image's content, made by the Dockerfile's own lines from what is in git."""
    image = Image(folder)
    uv = Path(sys.executable).with_name("uv")
    (install,) = [rest for rest in said("packages", "RUN") if "install" in rest]
    options = [word for word in install.split() if word in ("--no-deps", "--require-hashes", "--only-binary=:all:")]
    assert len(options) == 3
    (((source,), _),) = copied("packages")
    venv = image.python.parents[1]
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, venv], check=True)
    subprocess.run([uv, "pip", "install", "-q", "--python", image.python, *options, "-r", ROOT / source], check=True)
    reach = context()
    for sources, target in copied("services"):
        for source in sources:
            names = [name for name in reach if name.startswith(f"{source}/")]
            assert names, f"{source} is not in git, or left out by .dockerignore"
            for name in names:
                to = folder / target.lstrip("/") / Path(name).relative_to(source)
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, to)
    return image
