"""What others hear of an advisory process: a confidential one's region and quarter, any other's municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from advisory.domain.days import danish_day, months_earlier, quarter_after, stamp
from advisory.domain.need import Need, need_identified
from advisory.domain.process_parts import Visit
from chassis.disclosure import MINIMUM
from contracts.advisory import (
    ConfidentialProcessAgreed,
    ConfidentialProcessCompleted,
    ConfidentialProcessFollowedUp,
    ProcessAgreed,
    ProcessCompleted,
    ProcessEffectAssessed,
    ProcessFollowedUp,
    VisitHeld,
)
from contracts.event import Event
from contracts.geography import region_of

if TYPE_CHECKING:
    from advisory.domain.process import Process


def agreed(process: Process) -> Event:
    """The help is agreed."""
    if process.is_confidential:
        return ConfidentialProcessAgreed(**_coarse(process))
    return ProcessAgreed(**_open(process))


def completed(process: Process) -> Event:
    """The help has ended."""
    if process.is_confidential:
        return ConfidentialProcessCompleted(**_coarse(process))
    return ProcessCompleted(**_open(process))


def followed_up(process: Process) -> Event:
    """Somebody has looked what became of it; partners do not hear what was seen."""
    if process.is_confidential:
        return ConfidentialProcessFollowedUp(**_coarse(process, effect=process.effect))
    return ProcessFollowedUp(**_open(process))


def effect_assessed(process: Process) -> Event:
    """What was seen of the effect, and how many whole months after the end."""
    completed_on, looked_on, effect = process.completed_on, process.followed_up_on, process.effect
    assert completed_on is not None
    assert looked_on is not None
    assert effect is not None
    months = (looked_on.year - completed_on.year) * 12 + looked_on.month - completed_on.month
    return ProcessEffectAssessed(
        **_envelope(process),
        municipality_code=process.municipality_code,
        kind=process.kind,  # pyright: ignore[reportArgumentType]  # one of the codes that the edge lets in
        institution_type=process.institution_type,
        effect=effect,
        months_after=months,
    )


def visit_held(process: Process, visit: Visit) -> Event:
    """The travelling team was with the municipality.

    Of few people no profession is told: with the municipality and the day it could be one of them that is named.
    """
    return VisitHeld(
        **_envelope(process),
        municipality_code=process.municipality_code,
        held_on=visit.held_on,
        form=visit.form,
        participant_count=visit.participant_count,
        profession_groups=visit.profession_groups if visit.participant_count >= MINIMUM else (),
        children_youth=process.children_youth,
    )


def need_seen(process: Process, need: Need) -> Event:
    """What the process showed to be missing; of a confidential one only the quarter is told, and no place."""
    quarter = months_earlier(quarter_after(danish_day(process.changed_at)), 3)
    return need_identified(
        need,
        municipality_code=None if process.is_confidential else process.municipality_code,
        provenance=process.provenance,
        at=stamp(quarter) if process.is_confidential else process.changed_at,
    )


def _envelope(process: Process) -> dict[str, Any]:
    return {
        "subject": process.id,
        "revision": process.told,
        "at": process.changed_at,
        "provenance": process.provenance,
    }


def _open(process: Process) -> dict[str, Any]:
    return _envelope(process) | {
        "municipality_code": process.municipality_code,
        "kind": process.kind,
        "children_youth": process.children_youth,
        "setting": process.setting,
        "institution_type": process.institution_type,
    }


def _coarse(process: Process, **more: Any) -> dict[str, Any]:
    day = danish_day(process.changed_at)
    return _envelope(process) | {
        "at": stamp(day),
        "region": region_of(process.municipality_code, day),
        "kind": process.kind,
        "children_youth": process.children_youth,
        **more,
    }
