"""What comes first in the coming year, and what the others are asked to begin."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from contracts.event import Event
from contracts.planning import PrioritySet
from contracts.problems import Invalid
from contracts.taxonomy import NetworkAreaCode, TopicCode
from contracts.values import Provenance
from planning.domain.initiative import ChildrenYouth

CallsFor = Literal["training_event", "study", "outreach", "cooperation"]


class HintOfOtherProvenance(Invalid):
    """Synthetic hints lead to synthetic priorities, and real ones to actual priorities."""

    title_da = "Anledningen er af en anden slags"


@dataclass(frozen=True)
class Priority:
    """Something that comes first; `hint_id` names the hint that it answers."""

    id: UUID
    year: int
    title_da: str
    topic: TopicCode
    children_youth: ChildrenYouth
    calls_for: tuple[CallsFor, ...]
    provenance: Provenance
    set_at: datetime
    title_en: str | None = None
    area: NetworkAreaCode | None = None
    hint_id: UUID | None = None


def set_priority(priority: Priority, *, hinted: Provenance | None) -> Event:
    """What the priority tells the others.

    Shape of `hinted`: the provenance of the hint that it answers, None when it answers none.
    Raises: HintOfOtherProvenance.
    """
    if hinted not in (None, priority.provenance):
        raise HintOfOtherProvenance(f"The hint is {hinted}.", pointer="/provenance")
    return PrioritySet(
        subject=priority.id,
        revision=1,
        at=priority.set_at,
        provenance=priority.provenance,
        year=priority.year,
        topic=priority.topic,
        area=priority.area,
        children_youth=priority.children_youth,
        calls_for=priority.calls_for,
    )
