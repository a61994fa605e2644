"""Runs a command that dies with the process that started it: `python -I -S leash.py OPTIONS -- COMMAND`.

Standard library only, as it is started without site-packages: within milliseconds it is replaced by the command.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import pwd
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522


def become(user: str, *, needs: list[str]) -> None:
    """This process is the user, who reaches every path of `needs` even below a folder closed to others.

    PostgreSQL refuses to run as root, and a clone below /root is closed to everyone else. Where that is so, the one
    capability that opens folders is kept; a copy of database and program elsewhere would leave files behind.
    """
    account = pwd.getpwnam(user)
    os.setgroups([])
    os.setegid(account.pw_gid)
    os.seteuid(account.pw_uid)
    reaches = all(os.access(path, os.R_OK | os.X_OK, effective_ids=True) for path in needs)
    os.seteuid(0)
    libc = ctypes.CDLL(None, use_errno=True)
    if not reaches:
        # Rights outlive the change of user, and count in access(2) too, by which PostgreSQL looks for its programs.
        libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    if not reaches:
        kept = 1 << CAP_DAC_OVERRIDE
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        data = (ctypes.c_uint32 * 6)(kept, kept, kept, 0, 0, 0)
        if libc.capset(header, data) or libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0):
            sys.exit(f"User {user} cannot reach {needs[0]}: open the folders above.")


def main() -> None:
    """The command runs in place of this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parent", type=int, help="the process to die with; default: whoever is the parent")
    parser.add_argument("--signal", default="SIGKILL", help="the signal that comes when it dies")
    parser.add_argument("--pid-file", type=Path, help="where to write the process id")
    parser.add_argument("--user", help="whom to become, when root")
    parser.add_argument("--needs", action="append", default=[], help="a path that the user must reach")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    parent = options.parent or os.getppid()
    if options.pid_file:
        options.pid_file.write_text(f"{os.getpid()}\n", encoding="ascii")
    if options.user and os.geteuid() == 0:
        become(options.user, needs=options.needs)
    if sys.platform == "linux":
        # After become: a change of user takes the signal off again. It survives exec.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.Signals[options.signal]), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked to be told
            sys.exit(1)
    os.execv(options.command[0], options.command)  # noqa: S606 - a shell is what must not stand in between


if __name__ == "__main__":
    main()
