"""A newcomer with Python alone gets an environment, or one clear sentence."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.fixture(scope="module")
def environment() -> ModuleType:
    spec = importlib.util.spec_from_file_location("environment", DEPLOY / "environment.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_old_python_can_read_the_bootstrap() -> None:
    ast.parse((DEPLOY / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 4))


def test_an_old_python_says_that_it_is_too_old() -> None:
    pretend = "import runpy, sys; sys.version_info = (3, 9, 1); runpy.run_path(sys.argv[1])"
    said = subprocess.run(
        [sys.executable, "-c", pretend, DEPLOY / "bootstrap.py"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 1
    assert said.stderr == "Python 3.11 or newer is needed, and this is 3.9: try make PYTHON=python3.11\n"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("error: Failed to fetch: some package\n  Caused by: dns error", "is there a network connection"),
        ("ERROR: Could not find a version (from versions: none)", "is there a network connection"),
        ("error: failed to write: No space left on device (os error 28)", "is full"),
        ("warning: one thing\nerror: another thing", "error: another thing"),
    ],
)
def test_what_a_program_says_becomes_one_sentence(environment: ModuleType, said: str, sentence: str) -> None:
    with pytest.raises(environment.Refused, match=sentence) as refused:
        environment._run(None, "/bin/sh", "-c", 'printf "%s\n" "$0" >&2; exit 2', said)
    assert "\n" not in str(refused.value)


def test_a_pin_is_the_package_with_its_hashes_and_nothing_else(environment: ModuleType) -> None:
    first, *hashes = environment._pin("uv").splitlines()
    assert first.startswith("uv==")
    assert hashes
    assert all(line.strip().startswith("--hash=sha256:") for line in hashes)


def test_without_a_network_it_says_so_and_does_not_look_finished(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    (clone / "deploy").mkdir(parents=True)
    for name in ("deploy/bootstrap.py", "deploy/environment.py", "pyproject.toml", "requirements.lock"):
        shutil.copy(DEPLOY.parent / name, clone / name)
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1", "PIP_RETRIES": "0"}
    empty = {"PIP_CACHE_DIR": str(tmp_path / "pip"), "UV_CACHE_DIR": str(tmp_path / "uv"), "PIP_FIND_LINKS": ""}
    for _ in range(2):
        said = subprocess.run(
            [sys.executable, clone / "deploy/bootstrap.py"],
            env=os.environ | nowhere | empty,
            capture_output=True,
            text=True,
            check=False,
        )
        assert said.returncode == 1
        assert said.stderr == "The packages could not be downloaded: is there a network connection?\n"
