"""Enquiries as the domain has them, with only what a test is about said."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from advisory.domain.enquiry import Enquiry

ID = UUID("4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c21")
THREAD = UUID("0b6d7a52-7a2d-4d0f-9f0d-6f6a2d0c9e11")
AT = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
"""Friday, half past four in the afternoon in Denmark."""


def enquiry(**said: Any) -> Enquiry:
    """A received enquiry of a synthetic municipality's school."""
    usual: dict[str, Any] = {
        "id": ID,
        "thread_id": THREAD,
        "is_repeat": False,
        "municipality_code": "9901",
        "provenance": "synthetic",
        "received_on": AT.date(),
        "changed_at": AT,
        "channel": "phone",
        "requester": "municipality_school",
        "profession": "leader",
        "setting": "school",
        "topics": ("legislation",),
        "is_case_specific": True,
        "consent_basis": "none",
        "concerns_minor": "no",
        "age_band": "15_17",
        "stay_phase": "before",
        "urgency": "normal",
        "note": None,
    }
    return Enquiry(**usual | said)
