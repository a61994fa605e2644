"""Hand-overs (overdragelser): somebody else is asked, a human says that they have it, and takes it or does not.

Source: serviceloven § 12 c for what security consultants do at a municipality's request alone.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from advisory.domain.days import danish_day, end_of_working_day

Urgency = Literal["acute", "soon", "normal"]
Target = Literal[
    "police_112",
    "police_114",
    "municipality_intake",
    "police_contact_point",
    "security_consultant",
    "red_counselling",
    "viso",
    "foreign_ministry",
    "immigration_service_hotline",
    "coordination_unit",
    "shelter_line",
    "other",
]
Purpose = Literal["advice", "risk_assessment", "coordination"]
Outcome = Literal["accepted", "declined", "redirected", "no_answer"]

ACKNOWLEDGED_WITHIN = ((date(2026, 1, 1), 15),)
"""From which day on an acute hand-over must be acknowledged within how many minutes. A new rule is a new line."""
ACKNOWLEDGED_WITHIN_WORKING_DAYS = ((date(2026, 1, 1), {"soon": 1, "normal": 3}),)
"""From which day on other hand-overs must be acknowledged before how many working days have ended."""
AT_REQUEST_ONLY = frozenset({"security_consultant", "coordination_unit"})
"""Who assesses risk or coordinates at the municipality's request and not otherwise, serviceloven § 12 c."""


@dataclass(frozen=True)
class Referral:
    """A hand-over to somebody else, who must say that they have taken it over."""

    id: UUID
    enquiry_id: UUID
    target: Target
    urgency: Urgency
    made_at: datetime
    minutes: int | None = None
    acknowledge_by: datetime | None = None
    purpose: Purpose = "advice"
    requested_by_municipality: bool = False
    acknowledged_at: datetime | None = None
    escalated_at: datetime | None = None
    outcome: Outcome | None = None
    settled_at: datetime | None = None
    told: int = 1

    @property
    def due_at(self) -> datetime | None:
        """When it is overdue; None once a human has it, somebody was alarmed, or it came to an end."""
        return None if self.acknowledged_at or self.escalated_at or self.outcome else self.acknowledge_by

    @property
    def fell_through(self) -> bool:
        """Whoever was asked has not got it and will not take it."""
        return self.outcome in ("declined", "redirected", "no_answer")

    @property
    def is_held(self) -> bool:
        """A human has said that they have it, and has not given it back."""
        return self.acknowledged_at is not None and not self.fell_through


def made(
    id: UUID, enquiry_id: UUID, *, target: Target, urgency: Urgency, purpose: Purpose, requested: bool, at: datetime
) -> Referral:
    """A hand-over that begins now, with the moment by which a human must have said that they have it."""
    day = danish_day(at)
    minutes = minutes_to_acknowledge(day) if urgency == "acute" else None
    by = at + timedelta(minutes=minutes) if minutes else end_of_working_day(day, days_to_acknowledge(day, urgency))
    return Referral(id, enquiry_id, target, urgency, at, minutes, by, purpose, requested)


def minutes_to_acknowledge(on: date) -> int:
    """How long the acknowledgement of an acute hand-over may take that day.

    Units: minutes.
    """
    return next((each for first, each in reversed(ACKNOWLEDGED_WITHIN) if first <= on), ACKNOWLEDGED_WITHIN[0][1])


def days_to_acknowledge(on: date, urgency: Urgency) -> int:
    """How long the acknowledgement of another hand-over may take that day.

    Units: working days.
    """
    rules = ACKNOWLEDGED_WITHIN_WORKING_DAYS
    return next((each for first, each in reversed(rules) if first <= on), rules[0][1])[urgency]
