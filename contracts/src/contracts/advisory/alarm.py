"""Alarms, and the roster of those who hear them. Neither says where or about whom."""

from typing import Literal

from pydantic import Field

from contracts.event import Event
from contracts.values import Count, Internal, Open, Ordinal

AlarmCause = Open[Literal["first_answer", "acknowledgement"]]


class AlarmRaised(Event, case_derived="month"):
    """Somebody on duty must act now: nobody answered, or nobody took over, in time. The subject is the alarm."""

    cause: Internal[AlarmCause]


class AlarmEscalated(Event, case_derived="month"):
    """Nobody acknowledged the alarm, or what it is about still stands: others on duty have been told."""

    level: Internal[Ordinal] = Field(description="How far the chain of duty has been climbed")
    round: Internal[Ordinal] = Field(description="Counts how often the chain began anew")


class AlarmUnheard(Event, case_derived="month"):
    """Nobody at all is on duty to hear the alarm; it is tried again every minute."""

    cause: Internal[AlarmCause]


class AlarmAcknowledged(Event, case_derived="month"):
    """A human has the alarm."""

    waited_minutes: Internal[Count] = Field(description="From the alarm to the acknowledgement, whole minutes")


class AlarmEnded(Event, case_derived="month"):
    """What the alarm was about is gone: answered, taken over or closed."""

    cause: Internal[AlarmCause]


class DutyRosterGapFound(Event):
    """The daily look ahead found hours in which nobody is on duty, or somebody whose channel is not known to work."""

    uncovered_hours: Internal[Count] = Field(description="Whole hours begun without anybody on duty")
    unproven_channel_count: Internal[Count] = Field(description="Functions on duty whose channel nobody has confirmed")
