"""What bodies and parameters are made of."""

from typing import Annotated

from fastapi import Query as Parameter
from pydantic import BaseModel, ConfigDict, Field

from contracts.values import LARGEST, Provenance, Text

READERS = ("plan_editor", "initiative_owner", "adviser", "editor", "data_steward", "operator")

Title = Annotated[Text, Field(min_length=1, max_length=300)]
Sentence = Annotated[Text, Field(min_length=1, max_length=2_000)]
PeriodName = Annotated[
    str,
    Field(
        pattern=r"^2[01][0-9]{2}(-(Q[1-4]|0[1-9]|1[0-2]))?$",
        description="A year, a quarter or a month",
        examples=["2026", "2026-Q1", "2026-04"],
    ),
]
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,59}$")]
FieldValue = (
    Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,100}$")] | Annotated[int, Field(ge=-LARGEST, le=LARGEST)] | bool
)
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,79}$")]
Number = Annotated[int, Field(ge=1, le=999)]
ProvenanceParameter = Annotated[
    Provenance, Parameter(description="Synthetic events are never counted among actual ones")
]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
