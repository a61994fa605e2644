"""The platform that this command looks after."""

from __future__ import annotations

import os

from embedded.platform import Platform, home
from embedded.refusal import Refused

COMMAND = ".venv/bin/maerk"
"""The command as a newcomer must type it, in the clone's folder."""


def running() -> Platform:
    """The platform of this folder, which runs.

    Raises: Refused when it does not.
    """
    known = recorded()
    if known is None or not known.runner.answers():
        raise Refused(f"The platform does not run: start it with `{COMMAND} up`.")
    return known


def recorded() -> Platform | None:
    """The platform of this folder as it was last started, running or not; None if it never was."""
    return Platform.recorded(home(), programs=home() / "parts")


def bootstrap() -> str:
    """Where Kafka is: `MAERK_KAFKA_BOOTSTRAP`, else this folder's platform.

    Raises: Refused when there is neither.
    """
    return os.environ.get("MAERK_KAFKA_BOOTSTRAP") or running().kafka
