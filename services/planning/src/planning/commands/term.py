"""What may be done with terms."""

from datetime import datetime
from typing import Any

from chassis.database import Tx
from planning.domain import term as domain
from planning.store import term as store


async def set_term(tx: Tx, said: dict[str, Any], *, at: datetime) -> None:
    """The number holds from that day on.

    Raises: TermInPast, TermAlreadyStands.
    """
    await store.add(tx, domain.check_term(domain.Term(**said), at=at))
