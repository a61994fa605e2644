"""Hand-overs (overdragelser): somebody else is asked, a human says that they have it, and takes it or does not.

Source: serviceloven § 12 c for what security consultants do at a municipality's request alone.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from advisory.domain.days import danish_day, end_of_working_day
from advisory.domain.duty_rules import Rules
from contracts.taxonomy import ReferralTargetCode as Target

Urgency = Literal["acute", "soon", "normal"]
Purpose = Literal["advice", "risk_assessment", "coordination"]
Outcome = Literal["accepted", "declined", "redirected", "no_answer"]

AT_REQUEST_ONLY = frozenset({"security_consultant", "coordination_unit"})
"""Who assesses risk or coordinates at the municipality's request and not otherwise, serviceloven § 12 c."""


@dataclass(frozen=True)
class Referral:
    """A hand-over to somebody else, who must say that they have taken it over. `received` by the coordination unit."""

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
    received: bool = False
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
    id: UUID,
    enquiry_id: UUID,
    *,
    target: Target,
    urgency: Urgency,
    purpose: Purpose,
    requested: bool,
    rules: Rules,
    at: datetime,
) -> Referral:
    """A hand-over that begins now, with the moment by which a human must have said that they have it."""
    referral = Referral(id, enquiry_id, target, urgency, at, purpose=purpose, requested_by_municipality=requested)
    return replace(referral, **_awaited(urgency, rules=rules, since=at))


def more_urgent(referral: Referral, urgency: Urgency, *, rules: Rules, at: datetime) -> Referral:
    """The hand-over is as urgent as its enquiry has become: while nobody has it, it is due as one so urgent is.

    One that becomes acute is due anew, from when that was known, and alarms though it was overdue before.
    """
    if referral.acknowledged_at or referral.outcome or referral.urgency == urgency:
        return referral
    if urgency != "acute":
        return replace(referral, urgency=urgency, **_awaited(urgency, rules=rules, since=referral.made_at))
    return replace(referral, urgency=urgency, escalated_at=None, **_awaited(urgency, rules=rules, since=at))


def _awaited(urgency: Urgency, *, rules: Rules, since: datetime) -> dict[str, Any]:
    if urgency == "acute":
        minutes = rules.acute_acknowledge_minutes
        return {"minutes": minutes, "acknowledge_by": since + timedelta(minutes=minutes)}
    days = rules.soon_acknowledge_working_days if urgency == "soon" else rules.normal_acknowledge_working_days
    return {"acknowledge_by": end_of_working_day(danish_day(since), days)}
