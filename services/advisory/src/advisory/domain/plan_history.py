"""Which preparedness plans met the law on a day, as the register knows it now or as it knew it then.

A plan met the law from the day on which it was published, adopted before, to its last valid day. Where no source states
that day, it is certain from the day on which the register was told, and possible from the adoption on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from advisory.domain.days import first_moment
from advisory.domain.preparedness_plan import PlanVersion

Standing = Literal["valid", "possibly_valid", "not_valid"]


@dataclass(frozen=True)
class Known:
    """What the register knew of one version from this moment on."""

    municipality_code: str
    known_at: datetime
    revision: int
    version: PlanVersion


def known_at(history: Iterable[Known], at: datetime) -> list[Known]:
    """The newest that was known of each municipality's versions by that moment."""
    newest: dict[tuple[str, int], Known] = {}
    for each in history:
        key = (each.municipality_code, each.version.version)
        if each.known_at <= at and (key not in newest or newest[key].revision < each.revision):
            newest[key] = each
    return list(newest.values())


def standings(known: Sequence[Known], on: date) -> dict[str, Standing]:
    """How each municipality stands that day, by its code: by the best of its versions."""
    found: dict[str, Standing] = {}
    for each in known:
        standing = standing_on(each.version, on)
        if found.get(each.municipality_code) != "valid" and (
            standing != "not_valid" or each.municipality_code not in found
        ):
            found[each.municipality_code] = standing
    return found


def standing_on(version: PlanVersion, on: date) -> Standing:
    """Whether this version met the law that day."""
    last = version.last_valid_day
    if version.registered_on is None or version.adopted_on is None or last is None or version.state == "withdrawn":
        return "not_valid"
    stated = version.published_on
    certain = min(stated.latest(), version.registered_on) if stated else version.registered_on
    possible = min(
        certain, max(stated.earliest(), version.adopted_on.earliest()) if stated else version.adopted_on.earliest()
    )
    if not possible <= on <= last:
        return "not_valid"
    return "valid" if certain <= on else "possibly_valid"


def end_of(day: date) -> datetime:
    """The last moment of the day in Denmark."""
    return first_moment(day + timedelta(days=1)) - timedelta(microseconds=1)
