"""What bodies and parameters are made of."""

from datetime import date
from typing import Annotated

from fastapi import Query as Parameters
from pydantic import Field

from contracts.values import NeutralLine, NeutralText

EDITORS = ("editor",)
EVERYBODY = (
    "adviser",
    "duty_coordinator",
    "course_coordinator",
    "municipal_key_person",
    "police_contact",
    "editor",
    "data_steward",
    "plan_editor",
    "initiative_owner",
    "operator",
)
BACKLOG_READERS = ("editor", "adviser", "data_steward", "plan_editor")

Title = Annotated[NeutralLine, Field(min_length=1, max_length=300)]
Abstract = Annotated[NeutralText, Field(min_length=1, max_length=4_000)]
Sentence = Annotated[NeutralText, Field(min_length=1, max_length=500)]
Day = Annotated[date, Field(ge=date(1849, 6, 5), description="Not before the first constitution")]
After = Annotated[str | None, Parameters(max_length=1_000, description="`next` of the page before")]
