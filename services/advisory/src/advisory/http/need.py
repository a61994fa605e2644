"""The body by which those who advise say what is missing: codes only, since others are told of it."""

from typing import Annotated

from pydantic import Field

from advisory.queries.need import Kind
from chassis.web.edge import Body
from contracts.taxonomy import TopicCode


class IdentifyNeed(Body):
    """What is missing, and on which topic."""

    need: Annotated[Kind, Field(examples=["training"])]
    topic: Annotated[TopicCode, Field(examples=["negative_social_control"])]
