"""What all requests have in common: a field that nobody has asked for is refused, above all one that names somebody."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A request's body."""

    model_config = ConfigDict(extra="forbid")
