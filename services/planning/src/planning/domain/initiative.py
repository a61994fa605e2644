"""One effort of the plan."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

ChildrenYouth = Literal["primary", "partly", "no"]


@dataclass(frozen=True)
class Initiative:
    """One effort of the plan."""

    id: UUID
    number: int
    title_da: str
    children_youth: ChildrenYouth
    title_en: str | None = None
    responsible_ministry: str | None = None
