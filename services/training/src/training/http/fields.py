"""What bodies and parameters are made of."""

from datetime import UTC
from typing import Annotated

from pydantic import AfterValidator, Field

from contracts import values
from contracts.taxonomy import OrganisationCode, ProfessionCode, TopicCode
from contracts.values import NeutralLine, NeutralText

COORDINATOR = "course_coordinator"
REGISTRARS = (COORDINATOR, "municipal_key_person")
READERS = (
    COORDINATOR,
    "adviser",
    "duty_coordinator",
    "municipal_key_person",
    "police_contact",
    "editor",
    "plan_editor",
    "operator",
)
PLANNERS = (COORDINATOR, "adviser", "editor", "plan_editor", "operator")

ORGANISATION = r"^[a-z][a-z_]{0,39}:[A-Za-z0-9-]{1,60}$"


Moment = Annotated[values.Moment, AfterValidator(lambda moment: moment.astimezone(UTC))]
Title = Annotated[NeutralLine, Field(min_length=1, max_length=200, examples=["Temadag om beredskabsplaner"])]
Topics = Annotated[tuple[TopicCode, ...], Field(min_length=1, max_length=5, examples=[["preparedness_plan"]])]
Professions = Annotated[tuple[ProfessionCode, ...], Field(max_length=11)]
Organisation = Annotated[
    NeutralText,
    Field(
        pattern=ORGANISATION,
        json_schema_extra={"pattern": ORGANISATION},  # of text that is checked further, pydantic does not say it
        description="Which organisation, as `kind:code`; a municipality's own is `municipality:` and its code",
        examples=["municipality:9901"],
    ),
]
OrganisationType = Annotated[OrganisationCode, Field(examples=["municipality"])]
