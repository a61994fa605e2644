"""Needs that advice shows and others can meet: training, help with a plan, cooperation with the police, material.

A need has an id of its own, so that nothing that is told of it leads back to the enquiry or process that showed it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from contracts.advisory import NeedIdentified
from contracts.event import Event
from contracts.problems import Conflict
from contracts.taxonomy import TopicCode
from contracts.values import Provenance

Kind = Literal["training", "plan_help", "police_cooperation", "material"]


class NeedAlreadyIdentified(Conflict):
    """The same enquiry or process has shown the same need on the same topic."""

    title_da = "Behovet er allerede registreret"


@dataclass(frozen=True)
class Need:
    """What is missing, and what it should be about."""

    id: UUID
    need: Kind
    topic: TopicCode


def add_need(known: tuple[Need, ...], need: Need) -> tuple[Need, ...]:
    """The need is among those that are known.

    Raises: NeedAlreadyIdentified.
    """
    if any((each.need, each.topic) == (need.need, need.topic) for each in known):
        raise NeedAlreadyIdentified(
            "This need has been identified here on this topic.",
            da="Behovet er allerede registreret her for dette emne.",
        )
    return (*known, need)


def need_identified(need: Need, *, municipality_code: str | None, provenance: Provenance, at: datetime) -> Event:
    """What is told of a need, once."""
    return NeedIdentified(
        subject=need.id,
        revision=1,
        at=at,
        provenance=provenance,
        need=need.need,
        topic=need.topic,
        municipality_code=municipality_code,
    )
