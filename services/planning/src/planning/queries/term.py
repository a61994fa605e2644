"""Terms, each with the day from which it holds."""

from datetime import date

from pydantic import BaseModel

from chassis.database import Tx
from planning.domain.term import TermName
from planning.store.term import terms as all_terms


class TermView(BaseModel):
    """A number that MÆRK has chosen, from the day on which it holds."""

    name: TermName
    valid_from: date
    value: int


class Terms(BaseModel):
    """All values of all terms, by name and day."""

    items: tuple[TermView, ...]


async def terms(tx: Tx) -> Terms:
    """All values of all terms."""
    return Terms(items=tuple(TermView(**vars(each)) for each in await all_terms(tx)))
