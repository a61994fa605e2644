"""The directory of functions: whom to call."""

from datetime import date
from typing import Literal

from pydantic import Field

from contracts.event import Event
from contracts.values import MunicipalityCode, Open, PoliceDistrict, Public, Region


class ContactDirectoryChanged(Event, public=True):
    """What the directory says of a function has changed: read it again. The subject is the entry."""

    actor: Public[
        Open[
            Literal[
                "municipality_intake",
                "police_contact_point",
                "security_consultant",
                "red_counselling",
                "viso",
                "foreign_ministry",
                "immigration_service_hotline",
                "coordination_unit",
                "shelter_line",
                "other",
            ]
        ]
    ]
    change: Public[Open[Literal["entered", "verified", "lapsed", "replaced", "ended", "coverage_changed"]]]
    valid_from: Public[date] = Field(description="The first day on which what changed holds")
    municipality_code: Public[MunicipalityCode | None] = Field(default=None, description="Whom it is for, if only one")
    region: Public[Region | None] = None
    police_district: Public[PoliceDistrict | None] = None
