"""What time it is. Nothing else in a service reads the clock."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from contracts.values import Provenance

Now = Callable[[Provenance], datetime]
"""What `Clock.now` is to whoever is handed it."""


@dataclass(frozen=True)
class Clock:
    """The time, shifted for synthetic records where a file says so.

    A demonstration moves the clock to see plans expire. It must never move a real municipality's record, so the shift
    holds for records whose provenance is `synthetic` and for nothing else; tokens and traces keep real time as well.
    """

    shift_file: Path | None = None

    def now(self, provenance: Provenance = "actual") -> datetime:
        """The present moment in UTC."""
        now = datetime.now(UTC)
        return now + self.shift() if provenance == "synthetic" else now

    def shift(self) -> timedelta:
        """How far synthetic time runs ahead; nothing when no file says so."""
        if self.shift_file is None:
            return timedelta()
        try:
            return timedelta(seconds=json.loads(self.shift_file.read_text())["offset_s"])
        except FileNotFoundError:
            return timedelta()
