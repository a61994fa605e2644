"""Which preparedness plans met the law on a day, as the register knows it now or as it knew it then.

A plan met the law from the day on which it was published, adopted before, to its last valid day. Where no source states
that day, it is certain from the day on which the register was told, and possible from the adoption on.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal

from advisory.domain.days import first_moment
from advisory.domain.preparedness_plan import PlanVersion

Standing = Literal["valid", "possibly_valid", "not_valid"]


@dataclass(frozen=True)
class Period:
    """From when a version met the law, possibly and certainly, and to which day."""

    possible: date
    certain: date
    last: date

    def standing(self, on: date) -> Standing:
        """Whether the version met the law that day."""
        if not self.possible <= on <= self.last:
            return "not_valid"
        return "valid" if self.certain <= on else "possibly_valid"


@dataclass(frozen=True)
class Known:
    """What the register knew of one version from this moment on."""

    municipality_code: str
    known_at: datetime
    revision: int
    version: PlanVersion

    @cached_property
    def period(self) -> Period | None:
        """When the version met the law, if ever. Kept, since a trend asks for it on every day."""
        return period(self.version)


def period(version: PlanVersion) -> Period | None:
    """When the version met the law; None when it was not published, or never was at all."""
    last = version.last_valid_day
    if version.registered_on is None or version.adopted_on is None or last is None or version.state == "withdrawn":
        return None
    adopted, stated = version.adopted_on.earliest(), version.published_on
    certain = min(stated.latest(), version.registered_on) if stated else version.registered_on
    possible = max(stated.earliest(), adopted) if stated else adopted
    return Period(min(possible, certain), certain, last)


def known_by(history: Iterable[Known], moments: Sequence[datetime]) -> Iterator[list[Known]]:
    """For each of these moments, the newest that was known of each municipality's versions by then.

    Shape: one list for each moment, which ascend.
    """
    waiting = sorted(history, key=lambda each: (each.known_at, each.revision), reverse=True)
    newest: dict[tuple[str, int], Known] = {}
    for moment in moments:
        while waiting and waiting[-1].known_at <= moment:
            each = waiting.pop()
            newest[each.municipality_code, each.version.version] = each
        yield list(newest.values())


def standings(known: Iterable[Known], on: date) -> dict[str, Standing]:
    """How each municipality stands that day, by its code: by the best of its versions, if it ever had one."""
    found: dict[str, Standing] = {}
    for each in known:
        if each.period is not None:
            standing, before = each.period.standing(on), found.get(each.municipality_code)
            if before is None or standing == "valid" or before == "not_valid":
                found[each.municipality_code] = standing
    return found


def end_of(day: date) -> datetime:
    """The last moment of the day in Denmark."""
    return first_moment(day + timedelta(days=1)) - timedelta(microseconds=1)
