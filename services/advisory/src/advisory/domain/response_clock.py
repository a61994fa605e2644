"""The clocks that run from an enquiry's urgency: to its first answer, and from each answer or step to the next.

They are rows of their own beside the acknowledgement of each hand-over, so that none ever overrides another: an update
in time does not make a first answer timely, and what was missed once stays missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5

from advisory.domain.days import danish_day, first_moment, working_days
from advisory.domain.duty_rules import Rules
from contracts.values import Provenance

Kind = Literal["first_answer", "update"]
Urgency = Literal["acute", "soon", "normal"]


@dataclass(frozen=True)
class ResponseClock:
    """One run of a clock. `missed_at` is when it ran out unmet, and stays when it is met late."""

    id: UUID
    enquiry_id: UUID
    kind: Kind
    place: int
    provenance: Provenance
    urgency: Urgency
    started_at: datetime
    due_at: datetime
    met_at: datetime | None = None
    missed_at: datetime | None = None

    @property
    def alarm_at(self) -> datetime | None:
        """When it must be looked at; None when it was met or has been missed as it now stands.

        One that was missed and then became acute is due anew, and must alarm.
        """
        missed = self.missed_at is not None and self.missed_at >= self.due_at
        return None if self.met_at is not None or missed else self.due_at


def follow(
    known: Sequence[ResponseClock],
    *,
    enquiry_id: UUID,
    provenance: Provenance,
    urgency: Urgency,
    answered: bool,
    closed: bool,
    rules: Rules,
    at: datetime,
) -> list[ResponseClock]:
    """The enquiry's clocks after somebody did something with it at that moment.

    Shape: the clocks that are new or changed, at most one of them running for each kind.
    """

    def begun(kind: Kind) -> ResponseClock:
        place = 1 + sum(each.kind == kind for each in known)
        id = uuid5(enquiry_id, f"{kind} {place}")
        due_at = due(kind, urgency, since=at, rules=rules)
        return ResponseClock(id, enquiry_id, kind, place, provenance, urgency, at, due_at)

    running = {each.kind: each for each in known if each.met_at is None}
    changed: list[ResponseClock] = []
    first = running.get("first_answer")
    if first is None and not any(each.kind == "first_answer" for each in known):
        first = begun("first_answer")
        changed.append(first)
    if first is not None:
        now = _urgent(first, urgency, rules=rules, at=at)
        if answered or closed:
            now = _met(now, at)
        if now != first:
            changed = [now]
    if "update" in running:
        changed.append(_met(running["update"], at))
    if answered and not closed:
        changed.append(begun("update"))
    return changed


def miss(clock: ResponseClock, *, at: datetime) -> tuple[ResponseClock, bool]:
    """The clock has run out, if it has; and whether that alarms the duty desk.

    A first answer to something acute alarms. A missed update is only seen, since by then a human has the matter.
    """
    if clock.alarm_at is None or clock.due_at > at:
        return clock, False
    return replace(clock, missed_at=clock.due_at), clock.kind == "first_answer" and clock.urgency == "acute"


def due(kind: Kind, urgency: Urgency, *, since: datetime, rules: Rules) -> datetime:
    """When a clock that began then runs out.

    What is acute runs through nights, week-ends, holidays and changes of the clock; the rest until the end of a working
    day in Denmark.
    """
    allowed: int = getattr(
        rules, f"{urgency}_{kind}_minutes" if urgency == "acute" else f"{urgency}_{kind}_working_days"
    )
    if urgency == "acute":
        return since + timedelta(minutes=allowed)
    day = begun = danish_day(since)
    while working_days(begun, day) < allowed:
        day += timedelta(days=1)
    return first_moment(day + timedelta(days=1))


def _urgent(clock: ResponseClock, urgency: Urgency, *, rules: Rules, at: datetime) -> ResponseClock:
    """The clock follows the urgency: from when something was known to be acute, otherwise from its beginning."""
    if urgency == clock.urgency:
        return clock
    since = at if urgency == "acute" else clock.started_at
    return replace(clock, urgency=urgency, due_at=due(clock.kind, urgency, since=since, rules=rules))


def _met(clock: ResponseClock, at: datetime) -> ResponseClock:
    late = clock.due_at if clock.due_at < at else None
    return replace(clock, met_at=at, missed_at=clock.missed_at or late)
