"""What professionals ask about, as numbers that identify nobody, and the years that are compared."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from chassis.disclosure import one_way

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class AtLeast:
    """The sum of the months that may be shown: None when none may, and the whole number only when all may."""

    count: int | None
    months_shown: int
    months: int

    @property
    def whole(self) -> bool:
        """Every month is in it."""
        return self.months_shown == self.months


def ended_months(year: int, today: date) -> tuple[str, ...]:
    """The months of the year that have ended: one that goes on would show each new enquiry."""
    return tuple(name for month in range(1, 13) if (name := f"{year:04}-{month:02}") < f"{today:%Y-%m}")


def at_least(counted: Mapping[tuple[str, K], int], kinds: Iterable[K], months: Iterable[str]) -> dict[K, AtLeast]:
    """How many there were of each kind, counting only the months in which that may be shown.

    Each month is a table of its own, exactly as advisory shows it. A sum over months with small ones in it would give
    these away to whoever subtracts what is shown of the others; a sum of what is shown tells nothing new. A month that
    shows a kind shows its total too, so that whoever knows the total from elsewhere learns nothing by it.
    """
    kinds, months = tuple(kinds), tuple(months)
    lines = [one_way({kind: counted.get((month, kind), 0) for kind in kinds}) for month in months]
    found: dict[K, AtLeast] = {}
    for kind in kinds:
        shown = [count for line in lines if (count := line.cells[kind]) is not None]
        found[kind] = AtLeast(sum(shown) if shown else None, len(shown), len(months))
    return found
