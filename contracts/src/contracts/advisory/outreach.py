"""Municipalities that were advised, or that somebody should turn to."""

from typing import Literal

from contracts.event import Event
from contracts.values import Internal, MunicipalityCode, Open, Quarter


class MunicipalityContacted(Event):
    """The municipality was advised within the quarter; sent once, at its end. The subject is the municipality's row."""

    municipality_code: Internal[MunicipalityCode]
    quarter: Internal[Quarter]


class OutreachTaskOpened(Event):
    """Somebody should turn to this municipality. The subject is the task."""

    municipality_code: Internal[MunicipalityCode]
    reason: Internal[Open[Literal["gap_detected", "priority_set", "never_reached"]]]


class OutreachTaskCompleted(Event):
    """The municipality was turned to, or the reason is gone."""

    municipality_code: Internal[MunicipalityCode]
    outcome: Internal[Open[Literal["contacted", "declined", "reason_gone"]]]
