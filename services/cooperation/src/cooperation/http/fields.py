"""What bodies and parameters are made of, who may send them, and for which organisations a caller acts."""

from typing import Annotated

from pydantic import AfterValidator, Field

from chassis.auth import Principal
from contracts.geography import POLICE_DISTRICT_NAMES, is_known

OWNERS = ("municipal_key_person", "police_contact")
STAFF = (
    "adviser",
    "duty_coordinator",
    "course_coordinator",
    "editor",
    "data_steward",
    "plan_editor",
    "initiative_owner",
    "operator",
)
READERS = ("adviser", "duty_coordinator", "plan_editor", "operator", *OWNERS)
REPORTERS = ("adviser", *OWNERS)


def _known(organisation: str) -> str:
    kind, _, code = organisation.partition(":")
    if not (is_known(code) if kind == "municipality" else code in POLICE_DISTRICT_NAMES):
        raise ValueError("There is no such municipality or police district.")
    return organisation


Organisation = Annotated[
    str,
    Field(
        pattern=r"^(municipality:[0-9]{4}|police:[a-z][a-z_]{0,39})$",
        description="A municipality by its code, or a police district",
        examples=["municipality:9901"],
    ),
    AfterValidator(_known),
]


def own(principal: Principal) -> frozenset[str]:
    """The organisations that the caller acts for: a key person's municipalities, a police contact's districts."""
    codes = principal.municipality_codes if principal.has_any("municipal_key_person") else ()
    districts = principal.police_districts if principal.has_any("police_contact") else ()
    return frozenset({*(f"municipality:{code}" for code in codes), *(f"police:{slug}" for slug in districts)})
