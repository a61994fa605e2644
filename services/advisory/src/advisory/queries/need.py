"""What those who advise are shown of needs."""

from collections.abc import Iterable

from pydantic import BaseModel

from advisory.domain import need as domain

Kind = domain.Kind


class NeedView(BaseModel):
    """A need that others were told of."""

    need: Kind
    topic: str


def shown(needs: Iterable[domain.Need]) -> tuple[NeedView, ...]:
    """The needs as they are shown."""
    return tuple(NeedView(need=each.need, topic=each.topic) for each in needs)
