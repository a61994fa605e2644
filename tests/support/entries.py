"""Entries of the directory as the domain has them, with only what a test is about said."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from advisory.domain import directory, hours

ID = UUID("4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c30")
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
OFFICE = tuple(hours.Opening(day, "08:00", "15:00") for day in hours.WEEKDAYS[:5])


def entry(**said: Any) -> directory.Entry:
    """An entry for the whole country that nobody has verified."""
    own: dict[str, Any] = {
        "id": ID, "provenance": "synthetic", "actor": "viso", "scope": "nation", "area": None,
        "audience": "everybody", "title_da": "Syntetisk", "title_en": None, "purpose_da": "Rådgivning",
        "phone": "00 00 00 00", "page_url": None, "hours": OFFICE, "min_age": None, "max_age": None,
        "anonymous": None, "languages": (), "source_url": None, "read_on": None,
        "valid_from": date(2026, 1, 1), "valid_until": None, "changed_at": AT,
    }  # fmt: skip
    return directory.Entry(**own | said)
