"""Municipalities are judged anew: what they lack of what cooperation needs, and what that makes of their districts."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from chassis import outbox
from chassis.database import Tx
from contracts.event import Event
from contracts.geography import municipalities, synthetic_municipalities
from contracts.values import Provenance
from cooperation.domain import gap as domain
from cooperation.domain.calendar import day_of
from cooperation.store import gap as store


async def judged(tx: Tx, municipality_codes: Collection[str], *, at: datetime) -> list[Event]:
    """The rows of these municipalities and of their districts are as the facts say; what there is to tell of them.

    Call it when the facts are saved; the caller publishes, together with what it has to tell itself.
    """
    await store.hold_gaps(tx)
    events: list[Event] = []
    districts: dict[Any, datetime] = {}
    for code in sorted(municipality_codes):
        before = await store.gap_of(tx, code)
        gap, told = domain.judge(before, code, await store.facts_of(tx, code), at=at)
        if gap != before:
            await store.save_gap(tx, gap)
            districts[gap.police_district] = max(gap.changed_at, districts.get(gap.police_district, gap.changed_at))
        events += told
    for district, changed_at in districts.items():
        places = domain.municipality_codes_of(district, day_of(changed_at))
        counted = domain.count(
            await store.district_gaps_of(tx, district), district, await store.gaps_among(tx, places), at=changed_at
        )
        if counted is not None:
            await store.save_district_gaps(tx, counted[0])
            events.append(counted[1])
    return events


async def recompute_gaps(tx: Tx, municipality_codes: Collection[str], *, at: datetime) -> None:
    """These municipalities are judged by what is known now."""
    await outbox.publish(tx, *await judged(tx, municipality_codes, at=at))


async def recompute_all_gaps(tx: Tx, *, provenance: Provenance, at: datetime) -> None:
    """Every municipality is judged by what is known now, those of which nothing is known too."""
    places = municipalities(day_of(at)) if provenance == "actual" else synthetic_municipalities()
    await recompute_gaps(tx, [each.code for each in places], at=at)
