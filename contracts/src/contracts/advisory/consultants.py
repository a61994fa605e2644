"""What the security consultants do beside advising: networks of practitioners, and stays abroad."""

from datetime import date
from typing import Literal

from contracts.event import Event
from contracts.taxonomy import NetworkArea, Topics
from contracts.values import Count, Internal, Open


class NetworkMeetingHeld(Event):
    """The practitioners' network of an area has met. The subject is the meeting."""

    area: Internal[NetworkArea]
    held_on: Internal[date]
    participant_count: Internal[Count]
    topics: Internal[Topics]


StayPhase = Open[Literal["before", "during", "after"]]


class StayCoordinationReceived(Event, case_derived="quarter"):
    """The coordination unit was asked to coordinate between authorities because of an involuntary stay abroad."""

    phase: Internal[StayPhase]


class StayCoordinationConcluded(Event, case_derived="quarter"):
    """The authorities need the coordination unit no longer."""

    phase: Internal[StayPhase]
    outcome: Internal[Open[Literal["not_travelled", "returned", "still_abroad", "with_other_authority", "unknown"]]]
