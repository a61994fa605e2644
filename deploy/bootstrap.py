"""The virtual environment is ready for use; the argument `lock` renews what is pinned. It needs Python 3.11."""

# ruff: noqa: INP001, UP031, UP036
# Any Python can read this file, so that an old one can say that it is too old. The work is done next door.
import sys

if sys.version_info < (3, 11):
    sys.exit("Python 3.11 or newer is needed, and this is %d.%d: try make PYTHON=python3.11" % sys.version_info[:2])

from environment import main

if __name__ == "__main__":
    main(sys.argv[1:])
