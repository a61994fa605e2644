"""What cooperation tells: contact points, agreements, gaps, and how many severe cases are coordinated.

A coordination says neither its municipality nor its day, and names a police district only where the district has at
least three municipalities.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from contracts.event import Event
from contracts.values import (
    Count,
    Internal,
    LargePoliceDistrict,
    MunicipalityCode,
    Open,
    PoliceDistrict,
    Public,
    Restricted,
)

MunicipalityCodes = Annotated[tuple[MunicipalityCode, ...], Field(min_length=1, max_length=98)]
ContactFunction = Open[
    Literal["honour_contact_police", "ssp", "social_intake", "acute_social_duty", "key_person", "adult_unit"]
]
Lacking = Annotated[
    tuple[Open[Literal["preparedness_plan", "agreement", "contact_point"]], ...], Field(min_length=1, max_length=3)
]


class ContactPointVerified(Event):
    """The function answered where the directory says. The subject is the contact point."""

    function: Internal[ContactFunction]
    municipality_code: Internal[MunicipalityCode | None] = None
    police_district: Internal[PoliceDistrict | None] = None


class ContactPointLapsed(Event):
    """Nobody has verified the contact point for ninety days, so it is not shown as certain any more."""

    function: Internal[ContactFunction]
    municipality_code: Internal[MunicipalityCode | None] = None
    police_district: Internal[PoliceDistrict | None] = None


class AgreementSigned(Event, public=True):
    """A police district and municipalities have agreed how they work together (samarbejdsaftale)."""

    police_district: Public[PoliceDistrict]
    municipality_codes: Public[MunicipalityCodes]
    signed_on: Public[date]
    review_due: Public[date]


class AgreementReviewDue(Event, public=True):
    """The yearly review of the agreement is due."""

    police_district: Public[PoliceDistrict]
    municipality_codes: Public[MunicipalityCodes]
    review_due: Public[date]


class AgreementRenewed(Event, public=True):
    """The agreement was reviewed and goes on."""

    police_district: Public[PoliceDistrict]
    municipality_codes: Public[MunicipalityCodes]
    review_due: Public[date]


class AgreementExpired(Event, public=True):
    """The agreement was not renewed in time and holds no longer."""

    police_district: Public[PoliceDistrict]
    municipality_codes: Public[MunicipalityCodes]


class AgreementTerminated(Event, public=True):
    """One side has ended the agreement."""

    police_district: Public[PoliceDistrict]
    municipality_codes: Public[MunicipalityCodes]


class GapDetected(Event):
    """A municipality lacks what cooperation needs, or lacks something else than before. The subject is its row."""

    municipality_code: Internal[MunicipalityCode]
    police_district: Internal[PoliceDistrict]
    lacking: Internal[Lacking]


class GapClosed(Event):
    """The municipality has all that cooperation needs."""

    municipality_code: Internal[MunicipalityCode]
    police_district: Internal[PoliceDistrict]


class DistrictGapsCounted(Event, public=True):
    """How many municipalities of a police district lack what. Only for districts with at least three of them."""

    police_district: Public[LargePoliceDistrict]
    municipality_count: Public[Count]
    without_preparedness_plan_count: Public[Count]
    without_agreement_count: Public[Count]
    without_contact_point_count: Public[Count]


class CoordinationOpened(Event, case_derived="month"):
    """Authorities coordinate a severe case (koordinationsforløb). The subject is the coordination."""

    police_district: Restricted[LargePoliceDistrict | None] = Field(default=None, description="None: nationally")
    age_group: Restricted[Open[Literal["minor", "adult", "unknown"]]]


class CoordinationClosed(Event, case_derived="month"):
    """The coordination has ended."""

    police_district: Restricted[LargePoliceDistrict | None] = Field(default=None, description="None: nationally")
    age_group: Restricted[Open[Literal["minor", "adult", "unknown"]]]
