"""Ends the runner, and so the platform, when the process that owns it is gone: `python -I -S owner.py PID`."""

from __future__ import annotations

import os
import signal
import sys
import time


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def main() -> None:
    """The owner has gone."""
    owner, runner = int(sys.argv[1]), os.getppid()
    while not _gone(owner):
        if os.getppid() != runner:
            return
        time.sleep(0.5)
    os.kill(runner, signal.SIGTERM)


if __name__ == "__main__":
    main()
