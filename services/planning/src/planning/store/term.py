"""SQL that changes terms, or reads in order to decide."""

import asyncpg

from chassis.database import Tx
from planning.domain.term import Term, TermAlreadyStands


async def terms(tx: Tx) -> list[Term]:
    """Every term, by name and day."""
    return [
        Term(**row) for row in await tx.fetch("select name, valid_from, value from terms order by name, valid_from")
    ]


async def add(tx: Tx, term: Term) -> None:
    """The term stands.

    Raises: TermAlreadyStands.
    """
    try:
        await tx.execute(
            "insert into terms (name, valid_from, value) values ($1, $2, $3)", term.name, term.valid_from, term.value
        )
    except asyncpg.UniqueViolationError:
        raise TermAlreadyStands("This term has a value from that day already.") from None
